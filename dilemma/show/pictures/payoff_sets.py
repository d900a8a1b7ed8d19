"""Sets of payoff pairs: what can be paid, what is rational, what a shared future sustains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.game import Game
from dilemma.game.display import number
from dilemma.repeated import (
    BackwardInduction,
    FeasibleSet,
    LinearRelation,
    PayoffSet,
    StageComparison,
)
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    legend_beside,
    look,
    plain,
    short_names,
    tint,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SET, _OUTER, _RATIONAL = OTHERS[4], OTHERS[3], OTHERS[0]
# Vertices up to which the profiles are listed.
_LISTED = 12
_DASHES = ("-", "--", "-.", ":")


@draws(FeasibleSet)
def feasible_payoffs(answer: FeasibleSet, ax: Axes | None = None) -> Axes:
    """Draw what a game can pay, and the part of it that leaves both their minmax.

    The vertices carry the profiles that pay them; the minmax payoffs are dotted lines.

    Parameters
    ----------
    answer : FeasibleSet
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = canvas(ax, (7.2, 4.8))
        _background(ax, answer)
        _corners(ax, answer)
        _frame(ax, ("row player", "column player"), "Feasible payoffs", [answer.feasible.points])
        legend_beside(ax)
        caption(ax, answer.status)
    return ax


@draws(PayoffSet)
def sustained_payoffs(
    answer: PayoffSet, ax: Axes | None = None, *, others: Sequence[PayoffSet] = ()
) -> Axes:
    """Draw the payoffs that a shared future sustains, inside those that the game can pay.

    Of an exact answer the set itself; of another both certified polygons, that which consists of
    equilibrium payoffs (filled) and that outside of which there are none (dashed). A point is a
    dot, a segment a line. Stars are the pure equilibria of the stage game.

    Parameters
    ----------
    answer : PayoffSet
    ax : matplotlib Axes, optional
    others : sequence of PayoffSet
        Of the same game at other discount factors: all are drawn over each other, the most
        patient one first, so that what less patience sustains lies on top.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If another is no payoff set, or one of another game.

    Examples
    --------
    >>> from dilemma import plot
    >>> from dilemma.game import Game
    >>> from dilemma.repeated import payoff_set
    >>> prisoners = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
    >>> plot(payoff_set(prisoners, 0.2)).get_title(loc="left")
    'Payoffs that a discount factor of 1/5 sustains'
    """
    for one in others:
        if not isinstance(one, PayoffSet):
            raise TypeError(f"others: requires payoff sets, got {type(one).__name__}")
        if one.game != answer.game:
            raise ValueError("others: requires payoff sets of the same game, got another game's")
    with look():
        ax = canvas(ax, (7.6, 4.8))
        _background(ax, answer.feasible)
        if others:
            title = "Payoffs that patience sustains"
            _nested(ax, sorted([answer, *others], key=lambda one: -one.discount))
        else:
            title = f"Payoffs that a discount factor of {number(answer.discount)} sustains"
            _one_set(ax, answer)
        points = [tuple(map(float, one.payoffs)) for one in answer.stage_equilibria]
        if points:
            _stars(ax, points, "stage equilibrium (pure)")
        _frame(ax, answer.game.players, title, [answer.feasible.feasible.points])
        legend_beside(ax)
        caption(ax, answer.status)
    return ax


@draws(StageComparison)
def compared_with_stage(answer: StageComparison, ax: Axes | None = None) -> Axes:
    """Draw what repeated play sustains beside the equilibria of the stage game.

    Parameters
    ----------
    answer : StageComparison
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    return sustained_payoffs(answer.payoffs, ax)


@draws(BackwardInduction)
def payoffs_by_horizon(answer: BackwardInduction, ax: Axes | None = None) -> Axes:
    """Draw the average payoffs that finitely repeated play sustains, by how many periods are left.

    Parameters
    ----------
    answer : BackwardInduction
        Of more than six periods, six are drawn: the last ones, and the whole horizon.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = canvas(ax, (7.2, 4.8))
        shown = list(range(1, answer.horizon + 1))
        if len(shown) > 6:
            shown = [1, 2, 3, 4, answer.horizon // 2 + 2, answer.horizon]
        colours = _ladder(len(shown))
        for place, k in reversed(list(enumerate(shown))):
            _area(
                ax,
                answer.sets[k - 1].points,
                f"{k} period{'s' * (k > 1)} to go",
                face=tint(colours[place], 0.35),
                edge=colours[place],
                style=_DASHES[place % len(_DASHES)],
            )
        points = [point for k in shown for point in answer.sets[k - 1].points]
        _frame(
            ax,
            ("row player", "column player"),
            f"Average payoffs of play that ends, discount factor {number(answer.discount)}",
            [points],
        )
        legend_beside(ax)
        caption(ax, answer.status)
    return ax


@draws(LinearRelation)
def enforced_line(answer: LinearRelation, ax: Axes | None = None) -> Axes:
    """Draw the relation between payoffs that a policy enforces on every partner.

    Whatever the partner does, the long-run payoffs lie on the line, within what the game can pay.

    Parameters
    ----------
    answer : LinearRelation
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    game, player = answer.game, answer.player
    with look():
        ax = canvas(ax, (7.2, 4.8))
        points = _payoffs_of(game)
        turned = [point[::-1] for point in points] if player else points
        hull = _around(turned)
        _area(ax, hull, "feasible", face="#ececec", edge=MUTED)
        low, high = (pick(v for point in hull for v in point) for pick in (min, max))
        ax.plot([low, high], [low, high], color=MUTED, linestyle=":", label="equal payoffs")
        if answer.coefficients is not None:
            ends = _chord(hull, tuple(map(float, answer.coefficients)))
            if ends:
                line = ax.plot(
                    *zip(*ends, strict=True),
                    color=FRAME,
                    linewidth=2.5,
                    zorder=3,
                    label=f"what the policy enforces ({answer.kind})",
                )[0]
                line.set_gid("enforced relation")
        if answer.baseline is not None:
            level = float(answer.baseline)
            ax.plot(
                [level],
                [level],
                "o",
                color=FRAME,
                zorder=4,
                label=f"baseline {number(answer.baseline)}",
            )
        mine, theirs = game.players[player], game.players[1 - player]
        _frame(
            ax,
            (f"{mine} (the policy's)", f"{theirs} (the partner's)"),
            "A relation that one player enforces",
            [hull],
        )
        legend_beside(ax)
        caption(ax, answer.status)
    return ax


def _background(ax: Axes, answer: FeasibleSet) -> None:
    """The feasible payoffs, the individually rational ones, and the minmax payoffs."""
    _area(ax, answer.feasible.points, "feasible", face="#ececec", edge=MUTED)
    _area(
        ax,
        answer.individually_rational.points,
        f"at least {answer.floor} minmax for both",
        face="none",
        edge=_RATIONAL,
        style="--",
    )
    first, second = map(float, answer.minmax)
    ax.axvline(first, color=_RATIONAL, linestyle=":", linewidth=1, zorder=1)
    ax.axhline(second, color=_RATIONAL, linestyle=":", linewidth=1, zorder=1)


def _one_set(ax: Axes, answer: PayoffSet) -> None:
    """Exactly, or between two polygons."""
    if answer.exact:
        points = [tuple(map(float, one)) for one in answer.coordinates]
        words = "equilibrium payoffs (exact)"
        _area(ax, points, words, face=tint(_SET, 0.45), edge=_SET)
        return
    words = "equilibrium payoffs, certified"
    _area(ax, answer.inner, words, face=tint(_SET, 0.45), edge=_SET)
    _area(ax, answer.outer, "none outside of this", face="none", edge=_OUTER, style="--")


def _nested(ax: Axes, sets: Sequence[PayoffSet]) -> None:
    colours = _ladder(len(sets))
    for place, one in enumerate(sets):
        points = [tuple(map(float, w)) for w in one.coordinates or one.inner]
        colour = colours[len(sets) - 1 - place]
        _area(
            ax,
            points,
            f"δ = {number(one.discount)}{'' if one.exact else ' (certified)'}",
            face=tint(colour, 0.35),
            edge=colour,
            style=_DASHES[place % len(_DASHES)],
        )


def _area(
    ax: Axes, points: Sequence[Any], label: str, *, face: Any, edge: Any, style: str = "-"
) -> None:
    """A polygon, a segment, a point, or a word in the legend that there is nothing."""
    corners = [(float(x), float(y)) for x, y in points]
    gid = label
    if len(corners) > 2:
        artist: Any = ax.fill(
            *zip(*corners, strict=True),
            facecolor=face,
            edgecolor=edge,
            linestyle=style,
            linewidth=1.6,
            label=label,
            zorder=2,
        )[0]
    elif len(corners) == 2:
        label += " (a segment)"
        artist = ax.plot(
            *zip(*corners, strict=True), color=edge, linestyle=style, linewidth=3, label=label
        )[0]
    elif corners:
        label += " (a point)"
        artist = ax.plot(*corners[0], "o", color=edge, markersize=11, label=label)[0]
    else:
        artist = ax.plot([], [], " ", label=f"{label}: none")[0]
    artist.set_gid(gid)


def _stars(ax: Axes, points: Sequence[Any], label: str) -> None:
    x, y = zip(*points, strict=True)
    dots = ax.scatter(
        x,
        y,
        marker="*",
        s=130,
        color=FRAME,
        edgecolor="white",
        linewidth=0.8,
        zorder=5,
        label=label,
    )
    dots.set_gid("stage equilibria")


def _corners(ax: Axes, answer: FeasibleSet) -> None:
    """Numbers at the vertices, away from the middle; beside the Axes who plays what there."""
    corners = [(float(x), float(y)) for x, y in answer.feasible.points]
    middle = np.mean(corners, axis=0)
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    every = [name for cells in answer.profiles for cell in cells for name in cell]
    brief = dict(zip(dict.fromkeys(every), short_names(list(dict.fromkeys(every))), strict=True))
    for k, ((x, y), cells) in enumerate(zip(corners, answer.profiles, strict=True), 1):
        names = [" / ".join(brief[name] for name in cell) for cell in cells[:2]]
        more = f", +{len(cells) - 2}" if len(cells) > 2 else ""
        (dot,) = ax.plot([x], [y], "o", color=MUTED, markersize=4, zorder=3)
        dot.set_gid("vertex")
        if k <= _LISTED:
            dot.set_label(f"{k}: {', '.join(names)}{more}")
        dx, dy = ((x, y) - middle) / np.where(high > low, high - low, 1)
        ax.annotate(
            str(k),
            (x, y),
            (9 * dx / (np.hypot(dx, dy) or 1), 9 * (dy / np.hypot(dx, dy) if dx or dy else 1)),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=8,
            color=INK,
        )


def _frame(ax: Axes, players: Sequence[str], title: str, shapes: Sequence[Any]) -> None:
    """Labels, and room around the data also where it is a point or a line."""
    names = [plain(one) for one in players]
    ax.set(
        xlabel=f"{names[0]}: payoff (value of knowledge)",
        ylabel=f"{names[1]}: payoff (value of knowledge)",
        title=title,
    )
    spread = np.array([[float(x), float(y)] for points in shapes for x, y in points])
    if not len(spread):
        return
    low, high = spread.min(axis=0), spread.max(axis=0)
    middle, size = (low + high) / 2, float(max(high - low))
    # A point is shown with a unit around it, or what floats can tell apart from it.
    if size <= 1e-9 * float(abs(spread).max()):
        size = max(1.0, 1e-6 * float(abs(spread).max()))
    elif not size:
        size = 1.0
    if float(abs(spread).max()) >= 1e5:
        # In full: a common factor would stand where the label of the axis is.
        ax.ticklabel_format(style="plain", useOffset=False)
        ax.locator_params(nbins=3)
    half = 0.58 * size
    ax.set_xlim(middle[0] - half, middle[0] + half)
    ax.set_ylim(middle[1] - half, middle[1] + half)


def _payoffs_of(game: Game) -> list[tuple[float, float]]:
    first, second = game.payoffs
    return list(zip(first.ravel().tolist(), second.ravel().tolist(), strict=True))


def _around(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The convex hull, counterclockwise."""
    from dilemma.arrays.polygons import hull

    return [(float(x), float(y)) for x, y in hull(points)]


def _chord(
    corners: Sequence[tuple[float, float]], line: tuple[float, ...]
) -> list[tuple[float, float]]:
    """The part of a line αx + βy + γ = 0 that lies in a polygon: its ends."""
    alpha, beta, gamma = line
    found: list[tuple[float, float]] = []
    for p, q in zip(corners, [*corners[1:], corners[0]], strict=True):
        here, there = (alpha * x + beta * y + gamma for x, y in (p, q))
        if here == 0:
            found.append(p)
        if here * there < 0:
            share = here / (here - there)
            found.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
    return [min(found), max(found)] if found else []


def _ladder(count: int) -> list[Any]:
    """Colours in an order that the eye reads as one, dark to mid, all readable on white."""
    from matplotlib import colormaps

    return [colormaps["viridis"](x) for x in np.linspace(0.0, 0.58, max(count, 1))]
