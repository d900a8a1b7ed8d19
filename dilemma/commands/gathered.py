"""What is seen first of a consortium: in parts, and what is left out because it takes long."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from dilemma.alliance.kinds import order_of_payoffs
from dilemma.collective import (
    Coalitions,
    Consortium,
    PayoffLine,
    SelfInterest,
    critical_mass,
    firm_thresholds,
    tipping_share,
)
from dilemma.commands.console import aligned
from dilemma.equilibria import (
    PureCompositions,
    pure_compositions,
    pure_profiles,
    symmetric_equilibria,
)
from dilemma.game.display import number
from dilemma.show import record, table
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# All of it in some two seconds. Firms alike: so many compositions of the others (50 firms of five
# strategies), and with a goal so many firms by their number of strategies, for polynomials in
# several unknowns; firms that differ: so many profiles, sets of others, and coalitions.
MOST_COMPOSITIONS = 300_000
MOST_WITH_GOAL = {2: 100, 3: 10, 4: 10, 5: 10}
MOST_IN_COALITIONS = 12
MOST_DIFFERENT, MOST_DIFFERENT_IN_COALITIONS = 7, 6
# Longer lists are cut in print, and whole in JSON.
MOST_LINES = 10


class Part(NamedTuple):
    """One part of what is seen: its name in JSON, its title, itself as text, and for JSON."""

    name: str
    title: str
    text: str
    record: Callable[[], Any]


def gathered(consortium: Consortium) -> tuple[list[Part], list[str]]:
    """Return all parts, and words for what is left out.

    Parameters
    ----------
    consortium : Consortium
        All its terms numbers.
    """
    left_out: list[str] = []
    seen = _alike if consortium.alike else _different
    return list(seen(consortium, left_out)), left_out


def _alike(consortium: Consortium, left_out: list[str]) -> Iterator[Part]:
    line = consortium.along()
    yield Part("payoffs", *_payoffs(line, consortium), partial(record, line))
    yield from _dilemma(consortium, left_out)
    size, m = consortium.size, len(consortium.strategies)
    if math.comb(size + m - 2, m - 1) > MOST_COMPOSITIONS:
        left_out.append(
            "equilibria and tipping shares, which take fewer firms or strategies (--strategies)"
        )
    else:
        yield from _settlements(consortium, left_out)
    if size > MOST_IN_COALITIONS:
        left_out.append(f"coalitions, of more than {MOST_IN_COALITIONS} firms")
        return
    yield _division_alike(consortium)


def _settlements(consortium: Consortium, left_out: list[str]) -> Iterator[Part]:
    """What firms alike settle on, and how many committed collaborators end it."""
    game = consortium.group_game()
    pure = pure_compositions(game)
    yield Part(
        "pure", "Pure equilibria, by how many firms play what", _cut(pure), partial(record, pure)
    )
    most = MOST_WITH_GOAL[len(consortium.strategies)]
    if consortium.goal == 0 or consortium.size <= most:
        mixed = symmetric_equilibria(game)
        title = "Symmetric equilibria, in which all mix alike"
        yield Part("symmetric", title, _cut(mixed), partial(record, mixed))
    else:
        left_out.append(
            f"symmetric mixed equilibria, with a goal for more than {most} firms of "
            f"{len(consortium.strategies)} strategies"
        )
    names = game.strategies
    if "collaboration" not in names:
        left_out.append("tipping shares, for nobody can be committed to collaboration")
        return
    residents = [name for name in names if name == "avoidance"]
    residents += [name for name in _settled(pure) if name not in ("avoidance", "collaboration")]
    found = [tipping_share(game, "collaboration", name) for name in residents]
    if found:
        yield Part(
            "tipping",
            "Committed collaborators, as a share of many firms that meet in such groups",
            "\n".join(map(table, found)),
            lambda: [record(one) for one in found],
        )


def _settled(pure: PureCompositions) -> list[str]:
    """The strategies that are an equilibrium if all play them."""
    together = [one.composition.index(pure.game.size) for one in pure if one.symmetric]
    return [pure.game.strategies[s] for s in sorted(together)]


def _different(consortium: Consortium, left_out: list[str]) -> Iterator[Part]:
    yield from _dilemma(consortium, left_out)
    size, names = consortium.size, [one.name for one in consortium.strategies]
    if size > MOST_DIFFERENT:
        left_out.append(
            f"pure equilibria and who must move first, of more than {MOST_DIFFERENT} firms that "
            "differ"
        )
    else:
        pure = pure_profiles(consortium.game())
        yield Part("pure", "Pure equilibria", _cut(pure), partial(record, pure))
        if {"collaboration", "avoidance"} <= set(names):
            interest = SelfInterest(consortium)
            moved, mass = firm_thresholds(interest), critical_mass(interest)
            yield Part(
                "thresholds",
                "From how many others on collaboration pays best, the rest avoiding",
                f"{table(moved)}\n{table(mass)}",
                lambda: {"firms": record(moved), "critical_mass": record(mass)},
            )
        else:
            left_out.append("who must move first, from avoidance to collaboration")
    left_out.append("mixed equilibria, of firms that differ")
    if size > MOST_DIFFERENT_IN_COALITIONS:
        left_out.append(f"coalitions, of more than {MOST_DIFFERENT_IN_COALITIONS} that differ")
        return
    yield _division_of_different(consortium)


def _payoffs(line: PayoffLine, consortium: Consortium) -> tuple[str, str]:
    """Title and table of payoffs along a line; rows like both their neighbours are left out."""
    rows = [(best, tuple(met)) for best, met in zip(line.best, line.met.tolist(), strict=True)]
    last = len(rows) - 1
    shown = [
        k
        for k, row in enumerate(rows)
        if last <= MOST_LINES or k in (0, last) or not rows[k - 1] == row == rows[k + 1]
    ]
    cells = [["k", *(f"{name}  " for name in line.strategies)]]
    for before, k in pairwise([-1, *shown]):
        if k > before + 1:
            cells.append(["...", *("" for _ in line.strategies)])
        cells.append([str(k)])
        for s, name in enumerate(line.strategies):
            marks = ("*" if name in line.best[k] else "") + ("+" if line.met[k, s] else "")
            cells[-1].append(f"{number(line.payoffs[k, s])}{marks:<2}")
    title = f"Payoffs when k of {last} others play {line.strategy} and the rest {line.rest}"
    legend = f"* best reply{', + the goal is met' if consortium.goal else ''}"
    return title, f"{aligned(cells, 1)}\n  {legend}"


ROLES = {
    "T": ("competition", "collaboration", "competes alone"),
    "R": ("collaboration", "collaboration", "all collaborate"),
    "P": ("competition", "competition", "all compete"),
    "S": ("collaboration", "competition", "collaborates alone"),
    "avoidance": ("avoidance", "avoidance", "all avoid"),
}
"""What a firm plays, what all others play, and what that is."""


def _dilemma(consortium: Consortium, left_out: list[str]) -> Iterator[Part]:
    """The learning dilemma, with n - 1 others for the one partner of an alliance."""
    needed = {own for own, _, _ in ROLES.values()}
    if not needed <= {one.name for one in consortium.strategies}:
        left_out.append("the dilemma between collaboration, competition and avoidance")
        return
    firms = consortium.firms[:1] if consortium.alike else consortium.firms
    values = {
        firm: {
            role: _earned(consortium, firm, own, others)
            for role, (own, others, _) in ROLES.items()
        }
        for firm in firms
    }
    orders = {firm: order_of_payoffs(*row.values()) for firm, row in values.items()}
    if consortium.alike:
        (row,) = values.values()
        words = [f"{role} = {number(row[role])} ({who})" for role, (_, _, who) in ROLES.items()]
        lines = [*orders.values(), f"  {', '.join(words)}"]
    else:
        lines = [f"{role}: {who}" for role, (_, _, who) in ROLES.items() if role != "avoidance"]
        lines = [
            f"  {'; '.join(lines)}",
            *aligned([["", *ROLES], *([firm, *map(number, row.values())]
                                      for firm, row in values.items())]).splitlines(),
        ]  # fmt: skip
        for order in dict.fromkeys(orders.values()):
            those = [firm for firm in firms if orders[firm] == order]
            lines.append(f"{', '.join(those)}: {order}")
    yield Part(
        "dilemma",
        "Dilemma, on collaboration and competition",
        wrapped(lines),
        lambda: [
            {
                "firm": "each" if consortium.alike else firm,
                "order": orders[firm],
                **{role: str(value) for role, value in row.items()},
            }
            for firm, row in values.items()
        ],
    )


def _earned(consortium: Consortium, firm: str, own: str, others: str) -> Fraction:
    profile = [others] * consortium.size
    profile[consortium.firms.index(firm)] = own
    found: Fraction = consortium.payoff(firm, profile)
    return found


COALITIONS = "Coalitions, each worth what its firms can earn together at best"


def _division_alike(consortium: Consortium) -> Part:
    coalitions = Coalitions.from_consortium(consortium)
    worths = coalitions.sizes or ()
    core, shapley = coalitions.core(), coalitions.shapley()
    words = f"Each firm's share of it all: {number(shapley.shares[0])} by Shapley's rule"
    if core.ranges:
        low, high = core.ranges[0]
        span = number(low) if low == high else f"from {number(low)} to {number(high)}"
        words += f", and {span} in the core"
    sizes = ", ".join(f"{size}: {number(worths[size])}" for size in range(1, len(worths)))
    return Part(
        "coalitions",
        COALITIONS,
        wrapped([f"by size: {sizes}", core.status, f"{words}."]),
        lambda: {
            "by_size": list(map(str, worths)), "shapley": record(shapley), "core": record(core)
        },
    )  # fmt: skip


def _division_of_different(consortium: Consortium) -> Part:
    coalitions = Coalitions.from_consortium(consortium)
    core, shapley = coalitions.core(), coalitions.shapley()
    cells = [["", "Shapley", "in the least core" if core.empty else "in the core"]]
    if core.ranges:
        cells[0] += ["from", "to"]
    for k, firm in enumerate(core.firms):
        cells.append([firm, number(shapley.shares[k]), number(core.point[k])])
        if core.ranges:
            cells[-1] += map(number, core.ranges[k])
    everyone = coalitions.value(core.firms)
    words = f"All together: {number(everyone)}. {core.status}"
    return Part(
        "coalitions",
        COALITIONS,
        f"{wrapped([words])}\n{aligned(cells)}",
        lambda: {"value": str(everyone), "shapley": record(shapley), "core": record(core)},
    )


def _cut(found: Solution) -> str:
    """A table of an answer, cut after some lines."""
    lines = table(found).splitlines()
    if len(lines) > MOST_LINES + 1:
        more = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], f"  ... and {more} more lines (--json has all)"]
    return "\n".join(lines)
