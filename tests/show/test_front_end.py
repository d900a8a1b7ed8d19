"""A notebook's front end goes on showing pictures after the library has drawn the first."""

import os
import subprocess
import sys

# In a process of its own, for the front end is chosen once: as a kernel does it.
SESSION = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("from dilemma import Alliance, plot; ax = plot(Alliance().game())").raise_error()
import matplotlib
print(matplotlib.get_backend(), matplotlib.is_interactive(), matplotlib.rcParams["axes.spines.top"])
"""


def test_the_first_picture_leaves_interactive_drawing_on():
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = subprocess.run(
        [sys.executable, "-c", SESSION], env=environment, capture_output=True, text=True, check=True
    )
    backend, interactive, spines = done.stdout.split()[-3:]
    assert "inline" in backend
    assert interactive == "True"
    assert spines == "True", "the user's own settings are as they were"
