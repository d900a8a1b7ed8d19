"""What a shared future sustains."""

from __future__ import annotations

from fractions import Fraction

from dilemma.repeated import (
    critical_discount,
    payoff_set,
    payoff_set_changes,
    punishment_ladder,
)
from dilemma.show.reports.settling import SMALL
from dilemma.show.reports.writing import (
    Section,
    Setting,
    both,
    bullets,
    heading,
    paragraph,
    picture,
    rounded,
    several,
    shown,
    table,
)

DISCOUNT = Fraction(9, 10)
TARGET, PUNISHMENT = "collaboration", "avoidance"


def repeated_section(setting: Setting) -> Section:
    """Write the critical discount factor, harsher punishments, and all sustained payoffs."""
    parts: list[str] = []
    short: list[str] = []
    if {TARGET, PUNISHMENT} <= set(setting.names):
        parts.append(
            setting.attempt("Critical discount factor", lambda: _patience(setting, short))
        )
    else:
        parts.append(
            setting.leave_out(
                "The critical discount factor and the ladder of punishments",
                "there are no strategies of the names collaboration and avoidance; "
                "critical_discount(game, target, punishment) takes any",
            )
        )
    parts.append(heading(f"All payoffs that a discount factor of {DISCOUNT} sustains"))
    if len(setting.names) > SMALL:
        parts.append(
            setting.leave_out(
                "The payoff set",
                f"with {len(setting.names)} strategies it takes too long for a report; "
                "payoff_set(game, discount) tries",
            )
        )
    else:
        parts.append(setting.attempt("The payoff set", lambda: _payoffs(setting)))
        parts.append(setting.attempt("Changes of its shape", lambda: _changes(setting)))
    return Section("Repeated play", "".join(parts), tuple(short))


def _patience(setting: Setting, short: list[str]) -> str:
    found = critical_discount(setting.game, TARGET, PUNISHMENT)
    short.append(found.status)
    if len(setting.names) > SMALL:
        return paragraph(found.status) + setting.leave_out(
            "Harsher punishments",
            f"with {len(setting.names)} strategies a firm they take too long for a report; "
            "punishment_ladder(game, target, punishment) tries",
        )
    ladder = punishment_ladder(setting.game, TARGET, PUNISHMENT)
    rows = [
        [one.punishment, "none" if one.value is None else both(one.value), one.credible]
        for one in ladder.rungs
    ]
    rungs = several(
        [
            f"{one.punishment}, {'none' if one.value is None else shown(one.value)}"
            for one in ladder.rungs
        ]
    )
    deviations = " and ".join(
        f"the {who}'s best deviation is {one}" if one else f"no deviation pays the {who}"
        for who, one in zip(setting.game.players, found.deviations, strict=True)
    )
    return "".join(
        [
            paragraph(f"{found.status} In one period, {deviations}."),
            heading("Harsher punishments"),
            paragraph(ladder.status),
            table(
                "The least discount factor at which mutual collaboration is sustained",
                ["punishment", "discount factor", "credible"],
                rows,
                kind="words",
            ),
            picture(
                ladder,
                f"Least discount factors by punishment, from mild to harsh: {rungs}.",
                "How patient partners must be, by what follows a deviation.",
            ),
        ]
    )


def _payoffs(setting: Setting) -> str:
    found = payoff_set(setting.game, DISCOUNT)
    rows = [
        [
            f"({rounded(one.payoffs[0])}, {rounded(one.payoffs[1])})",
            f"{one.profile[0]} with {one.profile[1]}",
            f"({rounded(one.continuation[0])}, {rounded(one.continuation[1])})",
        ]
        for one in found.supports
    ]
    parts = [paragraph(found.status)]
    if rows:
        parts.append(
            table("Vertices of the payoff set", ["payoffs", "first play", "then expect"], rows)
        )
    corners = several([row[0] for row in rows], 8) or "none"
    stage = several([one.words for one in found.stage_equilibria]) or "none"
    alt = (
        f"The set of payoff pairs sustained at a discount factor of {DISCOUNT}, inside what is "
        f"feasible. Its {len(rows)} vertices: {corners}. Stage equilibria in it: {stage}."
    )
    parts.append(picture(found, alt, "Payoffs that subgame-perfect play in pure strategies has."))
    return "".join(parts)


def _changes(setting: Setting) -> str:
    found = payoff_set_changes(setting.game)
    changes = bullets(one.words for one in found.changes) if found.changes else ""
    return (
        heading("How the set changes with the discount factor") + paragraph(found.status) + changes
    )
