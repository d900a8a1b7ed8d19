"""What do more than two partners face, and settle on? ``dilemma consortium``."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, Any

from dilemma.alliance import STRATEGIES
from dilemma.collective import CONSORTIUM_TERMS
from dilemma.commands.console import as_json, headed
from dilemma.commands.flags import add_json, add_terms, chosen_terms, describe, parts_of, whole

if TYPE_CHECKING:
    from dilemma.collective import Consortium

DEFAULT_SIZE = 4
# More firms alike make polynomials whose roots take long; of firms that differ every profile and
# every set of others is gone through.
MOST_ALIKE, MOST_DIFFERENT = 100, 12


def consortium_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _consortium,
        "Print what n firms that learn from each other face, perhaps with a common goal: payoffs "
        "against ever more collaborators, the dilemma, all pure equilibria, the symmetric mixed "
        "ones, the share of committed collaborators that tips a settlement, and how the value of "
        "their coalitions can be divided. If firms differ: each firm's payoffs, who must move "
        "first, and each one's share. Numbers such as 0.3, 3/10 or -1/5 are exact; a list such as "
        "1,1,2,4 gives each firm its value. What would take long is left out, which is said.",
        "dilemma consortium --size 5 --trust 1/4 --goal 1 --threshold 4",
        "dilemma consortium --stakes 1,1,2,4 --trust 0.9 --opportunism 0",
        "dilemma consortium --size 80 --strategies collaboration,avoidance --json",
    )
    command.add_argument(
        "--size",
        metavar="N",
        help=f"firms, 2 to {MOST_ALIKE}, or {MOST_DIFFERENT} that differ (as many as a list has "
        f"values, or {DEFAULT_SIZE})",
    )
    command.add_argument(
        "--strategies", metavar="NAME,...", help="what they choose from, at least two (all five)"
    )
    add_terms(command, CONSORTIUM_TERMS, "one for each", "X,Y,...")
    add_json(command)


def _consortium(chosen: argparse.Namespace) -> str:
    consortium = _chosen_consortium(chosen)

    from dilemma.commands.gathered import gathered
    from dilemma.show import record, table

    parts, left_out = gathered(consortium)
    if chosen.json:
        found = {part.name: part.record() for part in parts}
        return as_json(
            "consortium", consortium=record(consortium), **found, left_out=list(left_out)
        )
    head = headed(f"a consortium of {consortium.size} firms")
    # The first line says how many, as the heading does.
    terms = table(consortium).partition("\n")[2]
    sections = [
        f"{head}{' alike' if consortium.alike else ' that differ'}\n{terms}{_goal(consortium)}",
        *(f"{textwrap.fill(part.title, 80)}\n{part.text}" for part in parts),
    ]
    if left_out:
        words = f"Left out: {'; '.join(left_out)}."
        sections.append(textwrap.fill(words, 80, subsequent_indent="  "))
    return "\n\n".join(sections)


def _chosen_consortium(chosen: argparse.Namespace) -> Consortium:
    from dilemma.collective import Consortium

    terms = chosen_terms(chosen, CONSORTIUM_TERMS)
    lists = [terms[one.name] for one in CONSORTIUM_TERMS if one.per_firm and one.name in terms]
    size = next((len(one) for one in lists if isinstance(one, tuple)), DEFAULT_SIZE)
    if chosen.size is not None:
        size = whole(chosen.size, "size")
    if size > MOST_ALIKE:
        raise ValueError(f"size: requires at most {MOST_ALIKE} firms, got {size}")
    if chosen.strategies is not None:
        terms["strategies"] = _chosen_strategies(chosen.strategies)
    consortium = Consortium(size, **terms)
    if size > MOST_DIFFERENT and not consortium.alike:
        differ = [name for name, value in consortium.terms.items() if isinstance(value, tuple)]
        raise ValueError(
            f"size: requires at most {MOST_DIFFERENT} firms that differ, here in "
            f"{', '.join(differ)}, got {size}"
        )
    return consortium


def _chosen_strategies(text: str) -> tuple[Any, ...]:
    known = {one.name: one for one in STRATEGIES}
    names = parts_of(text)
    wrong = next((name for name in names if name not in known or names.count(name) > 1), None)
    if wrong is not None or len(names) < 2:
        got = f"{wrong!r} twice" if wrong in known else repr(text if wrong is None else wrong)
        raise ValueError(f"strategies: requires at least two of {', '.join(known)}, got {got}")
    return tuple(known[name] for name in names)


def _goal(consortium: Consortium) -> str:
    """What is odd about the goal, as a line of its own; nothing if nothing is."""
    goal, threshold = consortium.goal, consortium.threshold
    most = consortium.size * max(s.receptivity * s.transparency for s in consortium.strategies)
    if goal == 0:
        return "\nThe threshold is not used: there is no goal." if threshold else ""
    if threshold == 0:
        return "\nThe goal is met whatever firms do: its threshold is 0."
    return "" if threshold <= most else f"\nThe goal is out of reach: firms commit at most {most}."
