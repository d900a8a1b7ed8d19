"""The table: what was measured, on what, and whether the answers agree."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "numpy",
    "numba",
    "xarray",
    "python-flint",
    "pygambit",
    "quantecon",
    "nashpy",
    "egttools",
)


@dataclass(frozen=True)
class Row:
    """One comparison. Times are seconds for one game; a missing peer has none."""

    task: str
    peer: str
    ours: float
    theirs: float | None
    agree: str


def by_turns(
    ours: Callable[[], object], theirs: Callable[[], object] | None, repeats: int = 3
) -> tuple[float, float | None]:
    """Time two functions by turns, and return the best time of each."""
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        for place, function in enumerate((ours, theirs)):
            if function is not None:
                start = time.perf_counter()
                function()
                best[place] = min(best[place], time.perf_counter() - start)
    return best[0], best[1] if theirs is not None else None


def missing(task: str, peer: str, ours: float) -> Row:
    return Row(task, peer, ours, None, f"{peer} is not installed")


def shown(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def markdown(rows: Sequence[Row]) -> str:
    lines = [
        "| task | ours, a game | peer | peer, a game | times faster | answers |",
        "|---|---:|---|---:|---:|---|",
    ]
    for row in rows:
        ratio = "-" if row.theirs is None else f"{row.theirs / row.ours:,.3g}"
        if row.theirs is not None and row.theirs / row.ours >= 1000:
            ratio = f"{row.theirs / row.ours:,.0f}"
        lines.append(
            f"| {row.task} | {shown(row.ours)} | {row.peer} | {shown(row.theirs)} | {ratio} "
            f"| {row.agree} |"
        )
    return "\n".join(lines) + "\n"


def machine(quick: bool) -> str:
    """Describe the processor and the versions; no names of hosts, users or folders."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    return (
        f"{datetime.now(UTC):%Y-%m-%d}{', --quick' if quick else ''}. "
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}. "
        f"Python {platform.python_version()}, {', '.join(versions)}."
    )


def processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
