"""Empties setuptools' scratch folder before a build; everything else is in setup.cfg.

A wheel built over a left-over build/lib ships modules that were deleted since.
"""

import shutil
from pathlib import Path

from setuptools import setup

for scratch in (Path(__file__).parent / "build").glob("lib*"):
    shutil.rmtree(scratch)
setup()
