"""Run the benchmarks: ``python -m benchmarks [--quick] [--only NAME]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import (
    agreement,
    batches,
    consortium,
    fixation,
    flows,
    full_chain,
    group_equilibria,
    group_flows,
    logit,
    moving_terms,
    payoff_sets,
    policies,
    pure_profiles,
    single_games,
    stochastic,
    survey_fits,
    sweeps,
)
from benchmarks.table import Row, machine, markdown

TASKS = {
    **batches.TASKS,
    **single_games.TASKS,
    **logit.TASKS,
    **flows.TASKS,
    **group_flows.TASKS,
    **fixation.TASKS,
    **full_chain.TASKS,
    **group_equilibria.TASKS,
    **policies.TASKS,
    **pure_profiles.TASKS,
    **payoff_sets.TASKS,
    **stochastic.TASKS,
    **survey_fits.TASKS,
    **sweeps.TASKS,
    **moving_terms.TASKS,
    **agreement.TASKS,
    **consortium.TASKS,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer games; within two minutes")
    parser.add_argument("--only", metavar="NAME", help=f"one of {', '.join(TASKS)}")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(__file__).with_name("RESULTS.md"),
        help="where the table is kept (not written with --only)",
    )
    chosen = parser.parse_args(arguments)
    if chosen.only is not None and chosen.only not in TASKS:
        parser.error(f"--only: requires one of {', '.join(TASKS)}, got {chosen.only!r}")
    names = list(TASKS) if chosen.only is None else [chosen.only]
    rows: list[Row] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += TASKS[name](chosen.quick)
    text = (
        "# Benchmarks\n\n"
        "Made by `python -m benchmarks`. Times are the best of several runs, of the library\n"
        "and of the peer by turns in one process (QuantEcon's repeated games in their own); the\n"
        "peer may get a sample of the same games, and its time does not include making its game\n"
        "objects. Only the ratios mean anything elsewhere.\n\n"
        f"{machine(quick=chosen.quick)}\n\n{markdown(rows)}"
    )
    print(text)
    if chosen.only is None:
        chosen.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
