"""How do answers move as terms move? ``dilemma thresholds`` and ``dilemma sweep``."""

from __future__ import annotations

import argparse
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

from dilemma.commands.console import as_json, headed, progress_is_seen
from dilemma.commands.flags import add_json, add_terms, chosen_alliance, describe, parts_of, whole


def thresholds_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _thresholds,
        "Print every value of one term at which the set of equilibria changes, exactly, with "
        "what appears and vanishes there. The other terms are as for the command alliance.",
        "dilemma thresholds --parameter trust",
        "dilemma thresholds --parameter stakes --over 0.1,8 --trust 0.1",
    )
    command.add_argument(
        "--parameter", required=True, metavar="TERM", help="a term, such as trust or stakes.row"
    )
    command.add_argument("--over", metavar="LOW,HIGH", help="its range (the term's domain)")
    command.add_argument(
        "--concept",
        metavar="WORDS",
        help="instead of equilibria: evolutionary stability, risk dominance, dominance, or "
        "critical discount (of collaboration, with reversion to avoidance)",
    )
    add_terms(command)
    add_json(command)


def _thresholds(chosen: argparse.Namespace) -> str:
    from dilemma.show import record, table
    from dilemma.study import concept_thresholds, thresholds

    alliance = chosen_alliance(chosen)
    over = None if chosen.over is None else parts_of(chosen.over)
    parameter = chosen.parameter.replace("-", "_")
    found: Any
    if chosen.concept is None:
        found = thresholds(alliance, parameter, over)
    else:
        found = concept_thresholds(alliance, parameter, chosen.concept, over)
    if chosen.json:
        return as_json("thresholds", alliance=record(alliance), thresholds=record(found))
    head = headed(f"thresholds along {parameter}, whose own value below is not used")
    return f"{head}\n{table(alliance)}\n\n{table(found)}"


def sweep_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _sweep,
        "Evaluate a measure at every combination of some terms' values, and write the answer "
        "to a file: a zarr store, which continues where it was stopped, netCDF or CSV. The "
        "other terms are as for the command alliance.",
        "dilemma sweep --measure regime --axis trust=0:1:101 \\\n"
        "  --axis stakes=1/2:4:50 --out regimes.nc",
        "dilemma sweep --measure stationary_share --option size=50 \\\n"
        "  --axis trust=0:1:21 --out share.csv",
    )
    command.add_argument(
        "--measure",
        required=True,
        metavar="NAME",
        help="such as regime or welfare; any other word lists them all",
    )
    command.add_argument(
        "--axis",
        required=True,
        action="append",
        metavar="TERM=LOW:HIGH:COUNT",
        help="exact, ends included; or TERM=VALUE,VALUE,...; again for each further axis",
    )
    command.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="of the measure"
    )
    command.add_argument(
        "--out", required=True, metavar="FILE", help="ending in .zarr, .nc or .csv"
    )
    command.add_argument("--workers", metavar="N", help="threads (all cores)")
    command.add_argument("--cluster", metavar="ADDRESS", help="of a dask scheduler")
    command.add_argument("--seed", metavar="N", help="for a measure that draws")
    add_terms(command)


def _sweep(chosen: argparse.Namespace) -> str:
    from dilemma.study import sweep
    from dilemma.study.measures import measure_named
    from dilemma.study.sweeps.files import (
        read_axis,
        read_option,
        require_kind,
        summary,
        write_sweep,
    )

    path = Path(chosen.out)
    require_kind(path)
    alliance, axes = chosen_alliance(chosen), [read_axis(one) for one in chosen.axis]
    names = [name for name, _ in axes]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"--axis: requires each term once, got {name} twice")
    found = sweep(
        alliance,
        partial(measure_named(chosen.measure), **dict(map(read_option, chosen.option))),
        dict(axes),
        store=path if path.suffix == ".zarr" else None,
        workers=None if chosen.workers is None else whole(chosen.workers, "workers"),
        cluster=chosen.cluster,
        seed=None if chosen.seed is None else whole(chosen.seed, "seed"),
        progress=progress_is_seen(),
    )
    if path.suffix != ".zarr":
        write_sweep(found, path)
    head = headed(f"{chosen.measure} over {' and '.join(names)}")
    others = textwrap.fill(f"other terms: {found.attrs['terms']}", 80, subsequent_indent="  ")
    return f"{head}\n{others}\n\n{summary(found)}\nwritten to {path}"
