"""A notebook's front end goes on showing pictures after the library has drawn the first."""

import os
import subprocess
import sys

# In a process of its own, for the front end is chosen once: as a kernel does it.
SESSION = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
drawn = shell.run_cell("from dilemma import Alliance, plot; ax = plot(Alliance().game())")
drawn.raise_error()
import matplotlib
spines = matplotlib.rcParams["axes.spines.top"]
print(matplotlib.get_backend(), matplotlib.is_interactive(), spines)
"""


def test_the_first_picture_leaves_interactive_drawing_on():
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    command = [sys.executable, "-c", SESSION]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    backend, interactive, spines = done.stdout.split()[-3:]
    assert "inline" in backend
    assert interactive == "True"
    assert spines == "True", "the user's own settings are as they were"
