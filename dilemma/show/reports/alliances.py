"""The first section of a report: the alliance, its terms, its dilemma, and what firms learn."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dilemma.alliance import STRATEGIES, TERMS, Alliance, Dilemma, Outcomes
from dilemma.game.display import listed
from dilemma.show.reports.writing import (
    Section,
    Setting,
    both,
    heading,
    paragraph,
    picture,
    shown,
    table,
)

# Tables of pairs of strategies with more columns are left out.
MOST = 9
FIRMS = ("row firm", "column firm")
DERIVED = (
    "The payoffs are derived from the definitions of Larsson, Bengtsson, Henriksson and Sparks "
    "(1998, Organization Science 9(3), 285–305); the article prints none."
)


def alliance_section(setting: Setting) -> Section:
    """Write the alliance: its terms, the kind of its dilemma, and the outcomes of learning."""
    alliance = setting.alliance
    kind = alliance.dilemma()
    parts = [
        _model(alliance),
        _terms(alliance),
        _strategies(alliance),
        heading("The dilemma"),
        *_dilemma(kind),
        heading("What the firms learn"),
        setting.attempt("Outcomes of learning", lambda: _outcomes(setting)),
    ]
    return Section("The alliance", "".join(parts), (_in_short(kind),))


def _model(alliance: Alliance) -> str:
    name, source = alliance.model.name, alliance.model.source
    if source == Alliance().model.source:
        return paragraph(DERIVED)
    said = f"The payoff model: {name}"
    return paragraph(f"{said}, {source}." if source else f"{said}.")


def _terms(alliance: Alliance) -> str:
    unequal = any(isinstance(one, tuple) for one in alliance.terms.values())
    rows = []
    for term in (*TERMS, *alliance.model.terms):
        value = alliance.terms[term.name]
        pair = value if isinstance(value, tuple) else (value, value)
        values = [both(one) for one in pair] if unequal else [both(pair[0])]
        usual = "the same" if value == term.default else shown(term.default)
        name = f"{term.name.replace('_', ' ')} {term.symbol}"
        rows.append([name, *values, term.meaning, term.domain.words, usual])
    head = ["term", *(FIRMS if unequal else ("value",)), "meaning", "domain", "default"]
    return table("Terms of the alliance", head, rows, kind="words")


def _strategies(alliance: Alliance) -> str:
    if alliance.strategies == STRATEGIES:
        return paragraph(
            "Each firm is more or less receptive (it absorbs what the partner shows) and "
            "transparent (it shows what it knows): "
            + "; ".join(
                f"{one.name} ({shown(one.receptivity)}, {shown(one.transparency)})"
                for one in alliance.strategies
            )
            + "."
        )
    rows = [[one.name, one.receptivity, one.transparency] for one in alliance.strategies]
    return table("Strategies", ["strategy", "receptivity", "transparency"], rows, numbers=(1, 2))


def _in_short(kind: Dilemma) -> str:
    if kind.learning_dilemma:
        return (
            f"It is a learning dilemma ({kind.kind}): each firm is tempted to compete with a "
            "collaborator, and both would lose by mutual avoidance."
        )
    return f"Between collaboration and competition: {kind.kind}."


def _dilemma(kind: Dilemma) -> list[str]:
    names = ("temptation", "reward", "punishment", "sucker", "avoidance")
    meanings = (
        "competing with a collaborator (T)", "mutual collaboration (R)", "mutual competition (P)",
        "collaborating with a competitor (S)", "mutual avoidance",
    )  # fmt: skip
    pairs = [getattr(kind, name) for name in names]
    alike = all(one == other for one, other in pairs)
    firms: tuple[Any, ...] = ("each firm",) if alike else FIRMS
    rows = [
        [meaning, *(both(pair[k]) for k in range(len(firms)))]
        for meaning, pair in zip(meanings, pairs, strict=True)
    ]
    orders = [kind.order[k] for k in range(len(firms))]
    said = "; ".join(
        f"{who}: {order}" if len(firms) > 1 else str(order)
        for who, order in zip(firms, orders, strict=True)
    )
    more = (
        "Both firms are tempted to compete, and both would lose: a learning dilemma."
        if kind.learning_dilemma
        else "It is not so that T > R > mutual avoidance for both firms: no learning dilemma in "
        "that sense."
    )
    values = ", ".join(f"{name} {shown(pair[0])}" for name, pair in zip(names, pairs, strict=True))
    alt = f"Five payoffs on one scale: {values}; in order {said}."
    return [
        paragraph(f"Kind: {kind.kind}. {said}. {more}"),
        table("Payoffs that make the dilemma", ["payoff from", *firms], rows,
              numbers=range(1, len(firms) + 1)),
        picture(kind, alt, "The dilemma: payoffs of collaboration and competition, in order."),
    ]  # fmt: skip


def _outcomes(setting: Setting) -> str:
    outcomes = setting.alliance.outcomes()
    names = [one.name for one in outcomes.strategies]
    parts = [
        paragraph(
            "Joint learning is what both firms learn; division is the row firm's share of it; "
            "exploitation is how much more the partner learns than the row firm."
        )
    ]
    if len(names) <= MOST:
        for title, values in (
            ("Joint learning", outcomes.joint),
            ("Division: the row firm's share of what is learned", outcomes.division),
            ("Exploitation of the row firm", outcomes.exploitation[0]),
        ):
            rows = [[name, *line] for name, line in zip(names, values.tolist(), strict=True)]
            head = ["row firm plays", *names]
            parts.append(table(title, head, rows, numbers=range(1, len(head)), kind="matrix"))
    else:
        parts.append(
            setting.leave_out(
                "Tables of what is learned",
                f"{len(names)} strategies would make {len(names)} columns; the picture has all "
                "pairs, and alliance.outcomes() all numbers",
            )
        )
    parts.append(
        picture(
            outcomes,
            _alt(outcomes, names),
            "Pairs of strategies by what is learned jointly and how it is divided.",
        )
    )
    return "".join(parts)


def _alt(outcomes: Outcomes, names: list[str]) -> str:
    joint = outcomes.joint
    most: Fraction = joint.max()
    pairs = [
        f"{one} with {other}"
        for i, one in enumerate(names)
        for j, other in enumerate(names)
        if joint[i, j] == most and i <= j
    ]
    exploitation = outcomes.exploitation[0]
    worst: Fraction = exploitation.max()
    hit = [
        f"{one} with {other}"
        for i, one in enumerate(names)
        for j, other in enumerate(names)
        if exploitation[i, j] == worst
    ]
    return (
        f"{len(names) ** 2} pairs of strategies by joint learning and its division. Most is "
        f"learned, {shown(most)}, by {listed(pairs[:4])}; the row firm is out-learned by most, "
        f"{shown(worst)}, as {listed(hit[:4])}."
    )
