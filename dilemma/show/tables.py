"""Plain-text tables of the library's nouns and answers, at most 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from fractions import Fraction
from functools import singledispatch
from typing import Any

from dilemma.alliance import Alliance, Dilemma, Outcomes
from dilemma.collective import Consortium, Core, Division, PayoffLine, SharedLearning
from dilemma.equilibria import (
    Component,
    CorrelatedEquilibrium,
    Equilibria,
    EquilibriumList,
    EvolutionarilyStable,
    EvolutionarySets,
    Expectations,
    Learning,
    LemkeHowsonPath,
    LogitEquilibrium,
    LogitLimit,
    LogitPath,
    PayoffRange,
    Potential,
    PureCompositions,
    PureProfiles,
    Rationalizable,
    RiskDominance,
    SymmetricEquilibria,
)
from dilemma.evolution import (
    AdaptiveDynamics,
    Basins,
    Connections,
    InvasionGraph,
    InvasionTest,
    LongRun,
    RestPoints,
    SelectionGradient,
    SquareEquilibria,
)
from dilemma.game import Game, StochasticGame, StrategicGame
from dilemma.game.display import WIDTH, number, wrapped
from dilemma.propositions import Recheck, Verdict, Verdicts
from dilemma.repeated import (
    Automaton,
    BackwardInduction,
    BestReply,
    CriticalDiscount,
    DiscountFormulas,
    FeasibleSet,
    LinearRelation,
    LongRunPlay,
    LongRunStates,
    MarkovEquilibria,
    MarkovPerfection,
    Minmax,
    PayoffSet,
    Policy,
    PolicyEquilibrium,
    PublicMonitoring,
    PunishmentLadder,
    ReachingTimes,
    ShapeChanges,
    StageComparison,
    Stance,
    StatePolicyPlay,
)
from dilemma.solution import Solution
from dilemma.study import ConceptThresholds, Continuation, Regions, Thresholds
from dilemma.survey import (
    Agreement,
    BootstrapFit,
    CaseSurvey,
    Classification,
    LogitFit,
    PolicyFit,
    PowerAnalysis,
    StrategyPairs,
    Transitions,
)


@singledispatch
def table(thing: Any) -> str:
    """Write a result of the library as a table in plain text, at most 80 columns wide.

    Parameters
    ----------
    thing : Alliance, Game, Outcomes, Dilemma, or what a function of `dilemma.equilibria`, \
`dilemma.evolution` or `dilemma.repeated` returns
        Numbers with long fractions are shown as decimals after a ``~``; `record` keeps them exact.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        If there is no table for such a thing.

    Examples
    --------
    >>> from dilemma.equilibria import nash
    >>> print(table(nash(Game.symmetric([[3, 0], [5, 1]], ["share", "hide"]))))
    One equilibrium, and no other: all were enumerated, in rational arithmetic.
      equilibrium     payoffs  regret  strict  component  index
      both play hide     1, 1       0     yes          1     +1
    """
    raise TypeError(f"thing: requires a result of the library, got {type(thing).__name__}")


@table.register(Game)
@table.register(StochasticGame)
@table.register(StrategicGame)
def _(thing: Game | StochasticGame | StrategicGame) -> str:
    return str(thing)


@table.register
def _(thing: Alliance) -> str:
    return _terms(thing)


@table.register
def _(thing: Consortium) -> str:
    return f"{thing.size} firms{' alike' if thing.alike else ''}\n{_terms(thing)}"


def _terms(thing: Alliance | Consortium) -> str:
    parts = [f"{name} {_term(value)}" for name, value in thing.terms.items()]
    return textwrap.fill(f"terms: {', '.join(parts)}", WIDTH, subsequent_indent="  ")


@table.register
def _(thing: Outcomes) -> str:
    names = [one.short for one in thing.strategies]
    learning = thing.learning
    if getattr(learning, "ndim", 0) != 3:
        raise TypeError("thing: requires the outcomes of one alliance, got those of a batch")
    blocks = [
        ("joint learning (what both firms learn)", thing.joint),
        ("division (the row firm's share of it; - where nothing is learned)", thing.division),
        (
            "exploitation (how much more the column firm learns than the row firm)",
            thing.exploitation[0],
        ),
    ]
    return "\n".join(
        f"{title}\n{_matrix(names, names, [[_entry(v) for v in row] for row in values])}"
        for title, values in blocks
    )


@table.register
def _(thing: Dilemma) -> str:
    if not isinstance(thing.kind, str):
        raise TypeError("thing: requires the dilemma of one alliance, got those of a batch")
    firms = ("row firm", "column firm")
    same = thing.order[0] == thing.order[1]
    lines = [f"kind of dilemma: {thing.kind}"]
    for player, firm in enumerate(firms):
        values = ", ".join(
            f"{letter} = {_entry(getattr(thing, name)[player])}"
            for letter, name in (
                ("T", "temptation"), ("R", "reward"), ("P", "punishment"), ("S", "sucker"),
                ("avoidance", "avoidance"),
            )
        )  # fmt: skip
        if player == 0 or not same or _unequal(thing):
            who = "each firm" if same and not _unequal(thing) else firm
            lines += [f"{who}: {thing.order[player]}", f"  {values}"]
    if thing.learning_dilemma is None:
        lines.append("whether T > R > mutual avoidance depends on the symbols")
        return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in lines)
    lines.append(
        "T > R > mutual avoidance: each firm is tempted to compete, and both would lose"
        if thing.learning_dilemma
        else "not T > R > mutual avoidance for both firms: no learning dilemma in that sense"
    )
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in lines)


def _unequal(thing: Dilemma) -> bool:
    return any(
        pair[0] != pair[1]
        for pair in (
            thing.temptation, thing.reward, thing.punishment, thing.sucker, thing.avoidance,
        )
    )  # fmt: skip


@table.register
def _(thing: Equilibria) -> str:
    head = ("equilibrium", "payoffs", "regret", "strict", "component", "index")
    body = [
        (
            equilibrium.words,
            ", ".join(map(number, equilibrium.payoffs)),
            str(equilibrium.regret),
            "yes" if equilibrium.strict else "no",
            str(place),
            f"{component.index:+d}" if component.index else "0",
        )
        for place, component in enumerate(thing.components, 1)
        for equilibrium in component.equilibria
    ]
    widths = [max(len(row[k]) for row in (head, *body)) for k in range(1, len(head))]
    widest = min(
        max(len(row[0]) for row in (head, *body)), WIDTH - 2 - sum(widths) - 2 * len(widths)
    )
    lines = textwrap.wrap(thing.status, WIDTH)
    for row in (head, *body):
        words = textwrap.wrap(row[0], widest, subsequent_indent="  ")
        cells = "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths, strict=True))
        lines.append(f"  {words[0]:<{widest}}{cells}")
        lines += [f"  {more}" for more in words[1:]]
    lines += _continua(thing.components)
    return "\n".join(line.rstrip() for line in lines)


def _continua(components: Sequence[Component]) -> list[str]:
    lines = []
    for place, component in enumerate(components, 1):
        if component.dimension or len(component.subsets) > 1:
            words = f"component {place} (dimension {component.dimension}): {component.words}"
            lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines


@table.register
def _(thing: LemkeHowsonPath) -> str:
    return wrapped([thing.status, f"  {thing.equilibrium}"])


@table.register(Continuation)
@table.register(Expectations)
@table.register(LogitEquilibrium)
@table.register(LogitLimit)
@table.register(LogitPath)
@table.register(LongRunStates)
@table.register(MarkovEquilibria)
@table.register(MarkovPerfection)
@table.register(ReachingTimes)
@table.register(Recheck)
@table.register(StatePolicyPlay)
@table.register(Verdict)
@table.register(BootstrapFit)
@table.register(LogitFit)
@table.register(PolicyFit)
@table.register(Verdicts)
def _(thing: Solution) -> str:
    return str(thing)


@table.register(AdaptiveDynamics)
@table.register(BackwardInduction)
@table.register(Basins)
@table.register(Connections)
@table.register(CorrelatedEquilibrium)
@table.register(DiscountFormulas)
@table.register(EquilibriumList)
@table.register(EvolutionarilyStable)
@table.register(EvolutionarySets)
@table.register(InvasionGraph)
@table.register(InvasionTest)
@table.register(Learning)
@table.register(LongRun)
@table.register(FeasibleSet)
@table.register(Learning)
@table.register(Minmax)
@table.register(PayoffRange)
@table.register(PayoffSet)
@table.register(Potential)
@table.register(PublicMonitoring)
@table.register(PureCompositions)
@table.register(PureProfiles)
@table.register(Core)
@table.register(CriticalDiscount)
@table.register(Division)
@table.register(PunishmentLadder)
@table.register(Rationalizable)
@table.register(RestPoints)
@table.register(RiskDominance)
@table.register(SelectionGradient)
@table.register(SquareEquilibria)
@table.register(ShapeChanges)
@table.register(SymmetricEquilibria)
@table.register(StageComparison)
def _(thing: Solution) -> str:
    lines = str(thing).splitlines()
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)


@table.register(Agreement)
@table.register(Automaton)
@table.register(BestReply)
@table.register(CaseSurvey)
@table.register(Classification)
@table.register(LongRunPlay)
@table.register(PayoffLine)
@table.register(Policy)
@table.register(PolicyEquilibrium)
@table.register(PowerAnalysis)
@table.register(SharedLearning)
@table.register(Stance)
@table.register(StrategyPairs)
def _(thing: Any) -> str:
    return str(thing)


@table.register
def _(thing: Transitions) -> str:
    return str(thing)


@table.register
def _(thing: LinearRelation) -> str:
    return textwrap.fill(thing.status, WIDTH)


@table.register(ConceptThresholds)
@table.register(Thresholds)
def _(thing: Any) -> str:
    lines = [thing.status]
    for one in thing.critical:
        lines.append(f"at {thing.parameter} {one.closed_form} (~{float(one):.6g})")
        # The heading says the value: below it stands for itself.
        here = f"{thing.parameter} {one.closed_form}"
        lines += [f"  {part.replace(here, 'it', 1)}" for part in one.words.split("; ")]
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)


@table.register
def _(thing: Regions) -> str:
    curves = [f"curve {k}: {one}" for k, one in enumerate(thing.curves)]
    rows = [f"region {one.number}" for one in thing.regions]
    cells = [
        [
            f"{100 * one.share:.3f} %",
            f"{thing.first} {number(one.sample[0])}, {thing.second} {number(one.sample[1])}",
            str(len(one.equilibria)),
            str(len(one.strict)),
        ]
        for one in thing.regions
    ]
    heads = ["share", "for example", "equilibria", "strict"]
    return "\n".join([wrapped([thing.status, *curves]), _matrix(rows, heads, cells)])


def _term(value: Any) -> str:
    return ",".join(map(_term, value)) if isinstance(value, tuple) else _entry(value)


def _entry(value: Any) -> str:
    if value is None:
        return "-"
    return number(value) if isinstance(value, Fraction) else str(value)


def _matrix(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    margin = max(map(len, rows))
    widths = [max(len(columns[j]), *(len(row[j]) for row in cells)) for j in range(len(columns))]
    lines = [
        "  ".join(["", " " * margin, *(c.rjust(w) for c, w in zip(columns, widths, strict=True))])
    ]
    for name, row in zip(rows, cells, strict=True):
        entries = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(["", name.ljust(margin), *entries]))
    return "\n".join(lines)
