"""The one decorator that compiles every kernel, and the place where machine code is kept.

numba's cache on disk looks at the file of the compiled function alone. When a kernel that it calls
is edited, or comes with another release, the caller's old machine code stays in use. So the folder
of the cache is named after a hash of *all* files of kernels in the package: those whose name ends
in ``kernels.py``, and no other module may define a kernel. An edit anywhere among them starts a
new folder, and folders that nobody used for long are removed.

The folder is below ``NUMBA_CACHE_DIR`` if that is set, otherwise in the user's cache folder of the
platform; where that can't be written, in a private temporary folder; failing that, kernels are
compiled anew in each process. numba's own settings stay as they were for everyone else.

Kernels release the interpreter lock (``nogil``) and never use ``parallel=True``: they are called
on chunks from a thread pool. Modules of kernels import numba at their top, and are themselves
imported when a batch is first asked for.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

SUFFIX = "kernels.py"
UNUSED_DAYS = 60

# How many games share a vector in the kernels of batches.
LANES = 8

_LOG = logging.getLogger("dilemma")
_SETTING = threading.Lock()
_FOLDER_NAME = re.compile(r"[0-9a-f]{20}")


def kernel(function: Function) -> Function:
    """Compile a function on its first call, and keep the machine code for later processes.

    Parameters
    ----------
    function : function
        In the subset of Python that numba compiles; defined in a module whose file name ends in
        ``kernels.py``, so that an edit of it is noticed.

    Returns
    -------
    function
        The compiled function. It releases the interpreter lock; division by zero gives infinity.

    Raises
    ------
    ValueError
        If the function's file has another name.
    """
    from numba import njit

    path = Path(function.__code__.co_filename)
    if not path.name.endswith(SUFFIX):
        raise ValueError(
            f"kernel: requires a function in a file whose name ends in {SUFFIX!r} (the compiled "
            f"code is kept by the contents of such files), got {function.__name__} in {path.name}"
        )
    compiled = njit(nogil=True, error_model="numpy")(function)
    if not hasattr(compiled, "enable_caching"):
        return function  # numba was told not to compile (NUMBA_DISABLE_JIT)
    folder = cache_folder(_package_folder(function.__module__, path))
    if folder is not None:
        _keep_in(compiled, folder)
    return cast(Function, compiled)


def _keep_in(compiled: Any, folder: Path) -> None:
    """Turn numba's cache on for one function, in a folder of our choice."""
    import numba

    config: Any = numba.config
    # numba reads the setting once, here; the lock keeps two of our threads from crossing.
    with _SETTING:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(folder)
        try:
            compiled.enable_caching()
        except (RuntimeError, OSError) as error:
            _LOG.warning("compiled kernels are not kept for later processes: %s", error)
        finally:
            config.CACHE_DIR = before


def _package_folder(module: str, path: Path) -> Path:
    """Return the folder of the outermost package that a module is in."""
    folder = path.parent
    for _ in range(module.count(".") - 1):
        folder = folder.parent
    return folder


@cache
def cache_folder(package: Path) -> Path | None:
    """Return the folder for the machine code of a package's kernels, or None if there is none.

    Parameters
    ----------
    package : Path
        The folder of the package, all of whose files of kernels are hashed.
    """
    name = source_hash(package)
    for root in _roots():
        folder = root / name
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_own(folder)
            mark = folder / "used"
            mark.touch()
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            _LOG.info("no compiled kernels in %s: %s", root, error)
            continue
        _tidy(root, name)
        return folder
    _LOG.warning(
        "compiled kernels are not kept, since no folder for them can be written: each process "
        "compiles anew; set NUMBA_CACHE_DIR to a folder that can be written"
    )
    return None


def source_hash(package: Path) -> str:
    """Return a hash of the names and contents of all files of kernels below a folder."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for path in sorted(package.rglob(f"*{SUFFIX}")):
        digest.update(str(path.relative_to(package)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _roots() -> list[Path]:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen) / "dilemma-kernels"]
    roots = []
    try:
        home = Path.home()
    except RuntimeError:  # no home folder at all
        home = None
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else home and home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home and home / "Library" / "Caches"
    else:
        chosen = os.environ.get("XDG_CACHE_HOME")
        base = Path(chosen) if chosen else home and home / ".cache"
    if base:
        roots.append(base / "dilemma" / "kernels")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    roots.append(Path(tempfile.gettempdir()) / f"dilemma-kernels-{user}")
    return roots


def _require_own(folder: Path) -> None:
    """Refuse a folder that another user could have filled: machine code is run as it is found."""
    if hasattr(os, "getuid"):
        for one in (folder, folder.parent):
            status = one.stat()
            if status.st_uid != os.getuid() or status.st_mode & 0o002:
                raise PermissionError(f"{one} belongs to, or can be written by, another user")


def _tidy(root: Path, current: str) -> None:
    """Remove folders of other versions of the kernels that were unused for long."""
    limit = time.time() - UNUSED_DAYS * 86400
    try:
        for folder in root.iterdir():
            if folder.name == current or not _FOLDER_NAME.fullmatch(folder.name):
                continue
            mark = folder / "used"
            if mark.exists() and mark.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        _LOG.info("old compiled kernels stay in %s: %s", root, error)
