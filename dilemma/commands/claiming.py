"""What does theory claim, and is it so? ``dilemma claims``."""

from __future__ import annotations

import argparse
import sys

from dilemma.commands.console import as_json, headed, progress_is_seen, say
from dilemma.commands.flags import add_json, describe, whole


def claims_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _claims,
        "Examine the claims of Larsson et al. (1998), for several measures each, and those of "
        "later sources on more than two partners, as stated for the models here, and print a "
        "table of verdicts: proved, refuted with a counterexample, true on a condition, or "
        "held at sampled points. About a minute; stopped by Ctrl-C, it prints what it has.",
        "dilemma claims --only stakes",
        "dilemma claims --only larsson1998",
        "dilemma claims --only 'opportunism: strict equilibrium' --json",
    )
    command.add_argument(
        "--only", default="", metavar="TEXT", help="claims with this in name or source (all)"
    )
    command.add_argument(
        "--samples",
        default="128",
        metavar="N",
        help="points for each claim that no polynomial decides (128)",
    )
    command.add_argument("--seed", default="11", metavar="N", help="of these points (11)")
    add_json(command)


def _claims(chosen: argparse.Namespace) -> str:
    from dilemma.propositions import CLAIMS, examine_claims
    from dilemma.show import record, table

    samples, seed = (whole(getattr(chosen, name), name) for name in ("samples", "seed"))
    wanted = chosen.only.lower()
    claims = {n: one for n, one in CLAIMS.items() if wanted in f"{n} {one.source}".lower()}
    if not claims:
        rows = ", ".join(dict.fromkeys(name.partition(":")[0] for name in CLAIMS))
        raise ValueError(
            f"--only: requires a text in the source (such as larsson1998) or in the name of a "
            f"claim on {rows}, got {chosen.only!r}"
        )
    if seed < 0:
        raise ValueError(f"seed: requires an integer of at least 0, got {seed}")
    found = examine_claims(
        claims,
        samples=samples,
        seed=seed,
        progress=progress_is_seen(),
    )
    head = headed("claims of the literature, stated for the models here;")
    text = f"{head}\na verdict is on the formal statement\n\n{table(found)}"
    if chosen.json:
        text = as_json("claims", claims=record(found))
    if len(found) < found.asked:
        # What it has is not lost, and the status says that it was stopped.
        say(text, sys.stdout)
        raise KeyboardInterrupt
    return text
