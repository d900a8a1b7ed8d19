"""Compiled kernels: an edited callee is noticed, and the place of the machine code."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dilemma.arrays import kernels
from dilemma.arrays.kernels import cache_folder, kernel, source_hash

ROOT = Path(kernels.__file__).parents[2]

CALLEE = (
    "from dilemma.arrays.kernels import kernel\n\n\n@kernel\ndef step(x):\n    return x + {}\n"
)
CALLER = (
    "from dilemma.arrays.kernels import kernel\nfrom {name}.callee_kernels import step\n\n\n"
    "@kernel\ndef twice(x):\n    return step(step(x))\n"
)
USE = (
    "from {name}.caller_kernels import twice\n"
    "import numba\n"
    "assert twice(1.0) == {expected}, twice(1.0)\n"
    "print(sum(twice.stats.cache_hits.values()), repr(numba.config.CACHE_DIR))\n"
)


def write_package(folder: Path, added: int) -> Path:
    package = folder / "twostep"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text("")
    (package / "callee_kernels.py").write_text(CALLEE.format(added))
    (package / "caller_kernels.py").write_text(CALLER.format(name="twostep"))
    return package


def use(folder: Path, expected: float, **environment: str) -> str:
    """Call the kernel in a new process; return how often the cache served, and numba's setting."""
    variables = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    variables |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **environment}
    done = subprocess.run(
        [sys.executable, "-c", USE.format(name="twostep", expected=expected)],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_edited_callee_is_compiled_again(tmp_path: Path) -> None:
    caches = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    write_package(tmp_path, 1)
    assert use(tmp_path, 3.0, **caches).startswith("0 ")
    assert use(tmp_path, 3.0, **caches).startswith("1 ")  # a later process loads it
    write_package(tmp_path, 10)  # the caller's own file is untouched
    assert use(tmp_path, 21.0, **caches) == "0 ''"  # and numba's own setting is as it was


def test_the_users_numba_folder_is_respected(tmp_path: Path) -> None:
    write_package(tmp_path, 1)
    chosen = str(tmp_path / "chosen")
    assert use(tmp_path, 3.0, NUMBA_CACHE_DIR=chosen).startswith("0 ")
    assert use(tmp_path, 3.0, NUMBA_CACHE_DIR=chosen) == f"1 {chosen!r}"
    assert [path.name for path in Path(chosen).iterdir()] == ["dilemma-kernels"]


def test_without_a_place_for_it_kernels_still_work(tmp_path: Path) -> None:
    write_package(tmp_path, 1)
    blocked = tmp_path / "file"
    blocked.write_text("")
    for _ in range(2):
        assert use(tmp_path, 3.0, NUMBA_CACHE_DIR=str(blocked)).startswith("0 ")


def test_an_unwritable_home_falls_back_to_a_private_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    package = write_package(tmp_path, 1)
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("LOCALAPPDATA", str(blocked))
    monkeypatch.setenv("HOME", str(blocked))
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    with caplog.at_level(logging.INFO, logger="dilemma"):
        folder = cache_folder.__wrapped__(package)
    assert folder is not None
    assert tmp_path / "temporary" in folder.parents
    assert folder.stat().st_mode & 0o077 == 0
    assert "no compiled kernels in" in caplog.text


def test_a_folder_that_others_can_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    package = write_package(tmp_path, 1)
    shared = tmp_path / "shared"
    (shared / "dilemma-kernels").mkdir(parents=True)
    (shared / "dilemma-kernels").chmod(0o777)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(shared))
    with caplog.at_level(logging.WARNING, logger="dilemma"):
        assert cache_folder.__wrapped__(package) is None
    assert "set NUMBA_CACHE_DIR" in caplog.text


def test_old_folders_are_tidied_away_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_package(tmp_path, 1)
    root = tmp_path / "chosen" / "dilemma-kernels"
    ages = {"0" * 20: 400, "1" * 20: 1, "notes": 400}
    for name, days in ages.items():
        (root / name).mkdir(parents=True)
        mark = root / name / "used"
        mark.touch()
        then = time.time() - days * 86400
        os.utime(mark, (then, then))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    folder = cache_folder.__wrapped__(package)
    assert {path.name for path in root.iterdir()} == {"1" * 20, "notes", folder.name}


def test_the_hash_sees_every_file_of_kernels_and_no_other(tmp_path: Path) -> None:
    package = write_package(tmp_path, 1)
    before = source_hash(package)
    (package / "prose.py").write_text("x = 1\n")
    assert source_hash(package) == before
    (package / "more_kernels.py").write_text("x = 1\n")
    assert source_hash(package) != before


def test_a_kernel_outside_a_file_of_kernels_is_refused() -> None:
    with pytest.raises(ValueError, match=r"requires a function in a file whose name ends in"):
        kernel(os.path.join)
