"""What partners settle on: the game, its equilibria, and the regimes around it."""

from __future__ import annotations

from fractions import Fraction

from dilemma.alliance import Alliance
from dilemma.equilibria import Equilibria, expectations, nash, nash_map, pure_nash
from dilemma.game import Game
from dilemma.game.display import listed
from dilemma.show.reports.alliances import MOST as COLUMNS
from dilemma.show.reports.spans import span_of
from dilemma.show.reports.writing import (
    Section,
    Setting,
    heading,
    paragraph,
    percent,
    picture,
    several,
    shown,
    table,
)
from dilemma.study import Regions, axis, regions

# Games with more strategies take the exact solvers over two terms too long.
SMALL = 6
# Beyond so many regions only the borders of strict equilibria can be told apart.
MOST_BORDERED = 16
# And over no term.
SOLVABLE = 12
# Rows of a table of equilibria.
MOST = 40
# Of a map over two terms, along each.
POINTS = 101


def game_section(setting: Setting) -> Section:
    """Write the payoffs."""
    game = setting.game
    parts = [
        paragraph(
            "Each cell has the row firm's payoff and the column firm's, exactly. Payoffs that are "
            "best replies have a star; where both have one, the pair of strategies is an "
            "equilibrium."
        )
    ]
    rows, columns = game.strategies
    if len(columns) <= COLUMNS:
        parts.append(_bimatrix(game))
    else:
        parts.append(
            setting.leave_out(
                "The table of payoffs",
                f"{len(columns)} strategies would make {len(columns)} columns; the picture has "
                "all pairs, and alliance.payoffs() all numbers",
            )
        )
    pure = [one.words for one in pure_nash(game)]
    values = game.exact_payoffs
    low, high = values.min(), values.max()
    alt = (
        f"{len(rows)} by {len(columns)} payoffs, from {shown(low)} to {shown(high)}. Pairs of "
        f"mutual best replies: {several(pure) if pure else 'none'}."
    )
    parts.append(picture(game, alt, "Payoffs of both firms, with best replies marked."))
    return Section("The game", "".join(parts))


def _bimatrix(game: Game) -> str:
    rows, columns = game.strategies
    first, second = game.exact_payoffs
    tops = first.max(axis=0), second.max(axis=1)

    def cell(i: int, j: int) -> str:
        one, other = shown(first[i, j]), shown(second[i, j])
        mine = "*" if first[i, j] == tops[0][j] else ""
        yours = "*" if second[i, j] == tops[1][i] else ""
        return f"{one}{mine}, {other}{yours}"

    lines = [[name, *(cell(i, j) for j in range(len(columns)))] for i, name in enumerate(rows)]
    return table(
        "Payoffs of the row firm and the column firm; * best reply",
        ["row firm plays", *columns],
        lines,
        kind="matrix",
        best=lambda i, j: first[i, j] == tops[0][j] and second[i, j] == tops[1][i],
    )


def equilibrium_section(setting: Setting) -> Section:
    """Write the equilibria, what concepts select among them, and regimes over two terms."""
    game = setting.game
    size = max(map(len, game.strategies))
    if size > SOLVABLE:
        pure = pure_nash(game)
        rows = [[one.words, *one.payoffs, one.strict] for one in pure]
        head = ["equilibrium", "row firm", "column firm", "strict"]
        body = [
            table(pure.status, head, rows, numbers=(1, 2)),
            setting.leave_out(
                "Equilibria in mixed strategies, and regimes over two terms",
                f"with {size} strategies a firm they take too long for a report; nash(game) and "
                "regions(alliance, first, second) try",
            ),
        ]
        return Section("Equilibria", "".join(body), (pure.status,))
    found = nash(game)
    strict = [one.words for one in found if one.strict]
    short = (
        f"{len(found)} extreme equilibri{'um' if len(found) == 1 else 'a'}; "
        + (f"strict: {several(strict)}." if strict else "none is strict.")
    )  # fmt: skip
    body = [
        _equilibria(found),
        setting.attempt("What concepts select", lambda: _expectations(found)),
        heading("Around this alliance: regimes over two terms"),
        setting.attempt("Regimes over two terms", lambda: _regions(setting)),
    ]
    return Section("Equilibria", "".join(body), (short,))


def _equilibria(found: Equilibria) -> str:
    rows = [
        [one.words, *one.payoffs, one.strict, place, f"{component.index:+d}"]
        for place, component in enumerate(found.components, 1)
        for one in component.equilibria
    ]
    head = ["equilibrium", "row firm", "column firm", "strict", "component", "index"]
    parts = [
        paragraph(found.status),
        table("Equilibria, and what both firms expect", head, rows[:MOST], numbers=(1, 2, 4, 5),
              kind="words"),
    ]  # fmt: skip
    if len(rows) > MOST:
        parts.append(paragraph(f"And {len(rows) - MOST} more: nash(alliance.game())."))
    for place, one in enumerate(found.components, 1):
        if one.dimension:
            parts.append(
                paragraph(f"Component {place} is a continuum (dimension {one.dimension}): "
                          f"{one.words}.")
            )  # fmt: skip
    seen = [
        f"{one.words}, payoffs {shown(one.payoffs[0])} and {shown(one.payoffs[1])}"
        for one in found
    ]
    alt = f"{len(found)} equilibria, as shares of each strategy: {several(seen)}."
    parts.append(picture(found, alt, "Who plays what in each equilibrium."))
    return "".join(parts)


def _expectations(found: Equilibria) -> str:
    chosen = expectations(found)
    rows = [
        [concept, listed([chosen.equilibria[k].words for k in places]) if places else "none"]
        for concept, places in chosen.selected
    ]
    return heading("What to expect") + table(
        "What concepts of stability and selection choose among the equilibria",
        ["concept", "equilibria"],
        rows,
        kind="words",
    )


def _regions(setting: Setting) -> str:
    size = len(setting.names)
    if size > SMALL:
        return setting.leave_out(
            "Regimes over two terms",
            f"with {size} strategies a firm they take too long for a report; "
            "regions(alliance, first, second) tries",
        )
    alliance = setting.alliance
    first = "trust"
    # Terms in which the firms differ can't move together without making them alike.
    moved = [name for name in ("opportunism", "stakes", "leakage") if not _differs(alliance, name)]
    parts = [setting.attempt("Regions", lambda: _exactly(alliance, first, moved[0]))]
    if "stakes" in moved[1:]:
        parts.append(setting.attempt("Regimes", lambda: _on_a_grid(alliance, first, "stakes")))
    else:
        parts.append(
            setting.leave_out(
                "Regimes over trust and stakes",
                "the firms differ in stakes or opportunism, and moving both firms' together would "
                "make them alike; regions(alliance, 'trust', 'stakes.row') moves one firm's",
            )
        )
    return "".join(parts)


def _differs(alliance: Alliance, name: str) -> bool:
    return isinstance(alliance.terms[name], tuple)


def _on_a_grid(alliance: Alliance, first: str, second: str) -> str:
    """Which equilibria there are at each point of a grid over two terms."""
    import xarray

    ends = {name: span_of(alliance, name) for name in (first, second)}
    values = {name: axis(*ends[name], POINTS) for name in ends}
    arrays = {
        name: xarray.DataArray(list(map(float, one)), coords={name: list(map(float, one))})
        for name, one in values.items()
    }
    found = nash_map(alliance.replace(**arrays).games(), progress=False)
    names = [one.name for one in alliance.strategies]
    shares = {
        f"mutual {name}": float(
            (
                found["strict"]
                & (found["row_support"] == 1 << k)
                & (found["column_support"] == 1 << k)
            )
            .any("equilibrium")
            .mean()
        )
        for k, name in enumerate(names)
    }
    said = ", ".join(f"{name} {percent(share)}" for name, share in shares.items())
    least, most = int(found["equilibria"].min()), int(found["equilibria"].max())
    (left, right), (bottom, top) = ends.values()
    status = (
        f"At {POINTS} by {POINTS} points over {first} from {shown(left)} to {shown(right)} and "
        f"{second} from {shown(bottom)} to {shown(top)} there are {least} to {most} equilibria. "
        f"Shares of the points at which these are strict equilibria: {said}."
    )
    return paragraph(status) + picture(
        found, f"A map of regimes. {status}", f"Regimes over {first} and {second}."
    )


def _exactly(alliance: Alliance, first: str, second: str) -> str:
    over = {name: span_of(alliance, name) for name in (first, second)}
    found = regions(alliance, first, second, over)
    here = _place(found, alliance)
    rows = [
        [
            # Pictures count from 1.
            region.number + 1,
            percent(region.share),
            f"{first} {shown(region.sample[0])}, {second} {shown(region.sample[1])}",
            len(region.equilibria),
            "; ".join(one.words for one in region.strict) or "none",
        ]
        for region in found.regions[:12]
    ]
    head = ["region", "share", "for example at", "equilibria", "strict ones"]
    said = [
        f"{percent(region.share)} with {len(region.equilibria)} equilibria, strict "
        + ("; ".join(one.words for one in region.strict) or "none")
        for region in found.regions[:4]
    ]
    (left, right), (bottom, top) = found.over
    alt = (
        f"A map over {first} from {shown(left)} to {shown(right)} and {second} from "
        f"{shown(bottom)} to {shown(top)}: {len(found.regions)} regions, bounded by "
        f"{len(found.curves)} curves. The largest: {'. '.join(said)}. {here}"
    )
    more = len(found.regions) - len(rows)
    parts = [
        paragraph(f"{found.status} {here}"),
        picture(found, alt, f"Regions of {first} and {second} in which the equilibria are alike.",
                borders="all" if len(found.regions) <= MOST_BORDERED else "strict"),
        table("The largest regions" if more > 0 else "The regions", head, rows, numbers=(1, 3),
              kind="words"),
    ]  # fmt: skip
    if more > 0:
        parts.append(
            paragraph(f"And {more} smaller ones: regions(alliance, {first!r}, {second!r}).")
        )
    return "".join(parts)


def _place(found: Regions, alliance: Alliance) -> str:
    """Where the alliance is on the map."""
    point: list[Fraction] = [alliance.terms[name] for name in (found.first, found.second)]
    if any(isinstance(one, tuple) for one in point):
        return ""
    inside = all(low < one < high for one, (low, high) in zip(point, found.over, strict=True))
    if not inside:
        return "This alliance lies on the edge of the map."
    number = int(found.locate([float(point[0])], [float(point[1])]).ravel()[0]) + 1
    return (
        f"This alliance, at {found.first} {shown(point[0])} and {found.second} "
        f"{shown(point[1])}, is in region {number}."
    )
