"""How does all of it read on one page? ``dilemma report``."""

from __future__ import annotations

import argparse

from dilemma.commands.console import progress_is_seen
from dilemma.commands.flags import add_terms, chosen_alliance, describe, whole


def report_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _report,
        "Write a report on an alliance: its dilemma, game, equilibria, thresholds, evolution, "
        "repeated play, sensitivity and claims, in words, tables and pictures, as one HTML "
        "file that needs no network. A file that exists is overwritten. (It takes some ten "
        "seconds; the first run on a computer compiles for longer.) The terms are as for the "
        "command alliance.",
        "dilemma report --trust 0.3 out.html",
        "dilemma report --stakes 1,2 --seed 7 out.html",
    )
    command.add_argument("file", metavar="FILE", help="the file to write, such as out.html")
    command.add_argument("--seed", default="0", metavar="N", help="of all samples (0)")
    add_terms(command)


def _report(chosen: argparse.Namespace) -> str:
    from dilemma.show import report

    path = report(
        chosen_alliance(chosen),
        chosen.file,
        seed=whole(chosen.seed, "seed"),
        progress=progress_is_seen(),
    )
    return f"written to {path}"
