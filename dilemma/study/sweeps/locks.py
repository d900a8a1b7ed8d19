"""One process at a time: a file that its holder locks until it ends, or is killed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any


def locked(path: Path) -> IO[bytes] | None:
    """Open a file and hold it until it is closed.

    Returns
    -------
    file or None
        None if another process, or another holder in this one, has it. On a file system without
        locks there is nothing to hold, and the file is returned.

    Raises
    ------
    OSError
        If it can't be written.
    """
    file = path.open("ab")
    try:
        _hold(file)
    except (BlockingIOError, PermissionError):
        file.close()
        return None
    except OSError:  # no locks here
        pass
    return file


def _hold(file: IO[bytes]) -> None:
    if os.name == "nt":  # pragma: no cover
        import msvcrt

        windows: Any = msvcrt
        file.seek(0)
        windows.locking(file.fileno(), windows.LK_NBLCK, 1)
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
