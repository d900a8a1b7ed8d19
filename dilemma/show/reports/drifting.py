"""What populations of firms drift to."""

from __future__ import annotations

from dilemma.equilibria import evolutionarily_stable
from dilemma.evolution import Basins, InvasionGraph, LongRun, Population, basins, rest_points
from dilemma.show.reports.settling import SMALL
from dilemma.show.reports.writing import (
    Section,
    Setting,
    bullets,
    heading,
    paragraph,
    percent,
    picture,
    several,
    shown,
    table,
)

SIZE, STARTS = 100, 256
MOST = 16


def evolution_section(setting: Setting) -> Section:
    """Write rest points, basins, the long run of a finite population, and what invades what."""
    game = setting.game
    alone = game.is_symmetric
    size = len(setting.names)
    parts = [
        paragraph(
            "Firms meet at random, and imitate what earns more. "
            + (
                "Partners are alike: there is one population."
                if alone
                else "Partners differ: there are two populations, row firms and column firms."
            )
        )
    ]
    short: list[str] = []
    if alone:
        parts.append(setting.attempt("Evolutionary stability", lambda: _stable(setting)))
    else:
        parts.append(
            setting.leave_out(
                "Evolutionarily stable strategies",
                "they are defined for partners who are alike; between two populations exactly "
                "the strict equilibria are",
            )
        )
    parts.append(heading("Without chance: the replicator rule"))
    if size > SMALL:
        parts.append(
            setting.leave_out(
                "Rest points and basins",
                f"with {size} strategies they take too long for a report; rest_points(game) and "
                "basins(game) try",
            )
        )
    else:
        parts.append(setting.attempt("Rest points", lambda: _rest(setting)))
        parts.append(setting.attempt("Basins of attraction", lambda: _basins(setting, short)))
    parts.append(heading("With chance: a finite population"))
    population = Population(game, SIZE if alone else (SIZE, SIZE), 1)
    parts.append(setting.attempt("The long run", lambda: _long_run(setting, population, short)))
    parts.append(setting.attempt("Invasions", lambda: _invasions(setting, population)))
    return Section("Evolution", "".join(parts), tuple(short))


def _stable(setting: Setting) -> str:
    found = evolutionarily_stable(setting.game)
    parts = [paragraph(f"Evolutionary stability: {found.status}")]
    return "".join([*parts, bullets(one.words for one in found)] if len(found) else parts)


def _rest(setting: Setting) -> str:
    found = rest_points(setting.game)
    lasting = [one for one in found if one.kind == "stable"]
    rows = [
        [*_split(one.words), "not known" if one.equilibrium is None else one.equilibrium]
        for one in found[:MOST]
    ]
    stable = several([_split(one.words)[0] for one in lasting]) or "none"
    parts = [
        paragraph(found.status),
        table("Rest points, stable ones first", ["state", "kind", "equilibrium"], rows,
              kind="words"),
    ]  # fmt: skip
    if len(found) > MOST:
        parts.append(paragraph(f"And {len(found) - MOST} more: rest_points(game)."))
    parts += [paragraph(one.words) for one in found.continua]
    if found.populations > 1:
        parts.append(
            setting.leave_out(
                "The picture of the flow",
                "two populations of more than two strategies have no picture of all their states; "
                "plot(rest_points(game), strategies=(rows, columns)) draws a face",
            )
        )
    else:
        alt = (
            f"Where shares of strategies move, and {len(found)} rest points: "
            f"{len(lasting)} stable ({stable}), "
            f"{sum(one.kind == 'saddle' for one in found)} saddles and "
            f"{sum(one.kind == 'unstable' for one in found)} unstable."
        )
        view = {"view": "projection"} if len(setting.names) > 3 else {}
        parts.append(
            setting.attempt(
                "The picture of the flow",
                lambda: picture(
                    found, alt, "The flow of shares under the replicator rule.", **view
                ),
            )
        )
    return "".join(parts)


def _split(words: str) -> tuple[str, str]:
    """A state, and what is said of it."""
    state, _, said = words.partition(": ")
    return state, said


def _basins(setting: Setting, short: list[str]) -> str:
    found = basins(setting.game, starts=STARTS, seed=setting.seed)
    rows = [
        [one.words, one.kind, percent(one.share), percent(one.standard_error)] for one in found
    ]
    short.append(
        "Under the replicator rule, "
        + several([f"{percent(one.share)} of the starts lead to {one.words}" for one in found], 3)
        + "."
    )
    head = ["end", "kind", "share of starts", "standard error"]
    return (
        paragraph(f"{found.status} They were drawn uniformly (seed {setting.seed}).")
        + table("Where starts come to", head, rows, numbers=(2, 3))
        + picture(found, _basin_alt(found), "Shares of the state space by where they lead.")
    )


def _basin_alt(found: Basins) -> str:
    ends = several([f"{one.words}: {percent(one.share)}" for one in found])
    return f"Shares of {STARTS} starts by their end: {ends}."


def _long_run(setting: Setting, population: Population, short: list[str]) -> str:
    law = population.stationary_distribution()
    of = (
        f"a population of {SIZE} firms"
        if setting.game.is_symmetric
        else f"two populations of {SIZE} firms"
    )
    parts = [
        paragraph(
            f"In {of}, imitation of strength 1 and rare mutation of all strategies. {law.status}"
        )
    ]
    if len(law.classes) == 1:
        firms = ("row firms", "column firms") if len(law.shares) > 1 else ("firms",)
        rows = [
            [name, *(percent(shares[k]) for shares in law.shares)]
            for k, name in enumerate(setting.names)
        ]
        head = ["strategy", *(f"share of {one}' time" for one in firms)]
        parts.append(
            table("Long-run shares of strategies", head, rows, numbers=range(1, len(head)))
        )
        top = max(range(len(setting.names)), key=lambda k: law.shares[0][k])
        short.append(
            f"In the long run {of} with rare mutations {'are' if len(firms) > 1 else 'is'} most "
            f"at {setting.names[top]}: {percent(law.shares[0][top])} of the time."
        )
    parts.append(picture(law, _law_alt(law, setting), "Long-run shares of time."))
    return "".join(parts)


def _law_alt(law: LongRun, setting: Setting) -> str:
    if len(law.classes) > 1:
        return law.status
    firms = ("row firms", "column firms") if len(law.shares) > 1 else ("firms",)
    said = [
        f"{who}: "
        + ", ".join(
            f"{name} {percent(share)}" for name, share in zip(setting.names, shares, strict=True)
        )
        for who, shares in zip(firms, law.shares, strict=True)
    ]
    return f"Long-run shares of time. {'. '.join(said)}."


def _invasions(setting: Setting, population: Population) -> str:
    if len(setting.names) > SMALL:
        return setting.leave_out(
            "The invasion graph",
            f"{len(setting.names)} strategies would make too many arrows to read; "
            "population.invasion_graph() has all",
        )
    graph = population.invasion_graph()
    if not setting.game.is_symmetric:
        return paragraph(graph.status) + setting.leave_out(
            "The picture of invasions",
            f"two populations have {len(graph.states)} states, too many arrows to read; "
            "plot(population.invasion_graph(), each=1) draws some",
        )
    rows = [
        [f"{one.resident} → {one.invader}", shown(one.relative), one.probability]
        for one in sorted(graph.arrows, key=lambda one: -one.relative)
    ]
    head = ["resident → invader", "odds (neutral mutant: 1)", "fixation probability"]
    return (
        paragraph(graph.status)
        + picture(graph, _graph_alt(graph), "What invades what, and how likely it is.")
        + table("Invasions that selection favours", head, rows, numbers=(1, 2))
    )


def _graph_alt(graph: InvasionGraph) -> str:
    arrows = [
        f"{one.resident} to {one.invader}, {shown(one.relative)} times the neutral odds"
        for one in sorted(graph.arrows, key=lambda one: -one.relative)
    ]
    safe = ", ".join(map(str, graph.uninvaded)) or "no strategy"
    return f"{len(arrows)} arrows from residents to invaders: {several(arrows)}. Not left: {safe}."
