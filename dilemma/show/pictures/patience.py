"""How much patience a target takes: discount factors as bars from 0 to 1, with exact labels."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dilemma.repeated import CriticalDiscount, PublicMonitoring, PunishmentLadder, ShapeChanges
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
    tint,
)
from dilemma.writing.numerals import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAR, _NEVER = OTHERS[4], OTHERS[2]


@draws(CriticalDiscount)
def patience_needed(answer: CriticalDiscount, ax: Axes | None = None) -> Axes:
    """Draw the discount factors that sustain a target, and what each firm needs by itself.

    Parameters
    ----------
    answer : CriticalDiscount
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma import plot
    >>> from dilemma.game import Game
    >>> from dilemma.repeated import critical_discount
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> [one.get_text() for one in plot(critical_discount(prisoners, "share", "hide")).texts][:1]
    ['1/2 to 1']
    """
    rows: list[_Row] = [("both players", list(answer.intervals), answer.credible)]
    for who, value in zip(
        ("row player alone", "column player alone"), answer.by_player, strict=True
    ):
        rows.append((who, [] if value is None else [(value, 1)], answer.credible))
    with look():
        ax = canvas(ax, (7.2, 2.9))
        _bars(ax, rows)
        if answer.bound is not None and answer.bound > 0:
            _bound(ax, answer.bound, "below this, no punishment does")
        names = answer.target
        words = _cut(names[0] if names[0] == names[1] else " with ".join(names))
        doubt = " (punishment not credible)" if answer.intervals and not answer.credible else ""
        ax.set_title(f"Patience that sustains {words}{doubt}", pad=20)
        caption(ax, answer.status)
    return ax


@draws(PunishmentLadder)
def punishments_compared(answer: PunishmentLadder, ax: Axes | None = None) -> Axes:
    """Draw how much patience a target takes under ever harsher punishments.

    A bar covers the discount factors from the least that sustains the target; hatched where the
    punishment is only a bound that nobody would carry out.

    Parameters
    ----------
    answer : PunishmentLadder
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    rows: list[_Row] = [
        (one.punishment, [] if one.value is None else [(one.value, 1)], one.credible)
        for one in answer.rungs
    ]
    with look():
        ax = canvas(ax, (7.2, 1.6 + 0.5 * len(rows)))
        _bars(ax, rows)
        names = answer.code.target
        words = _cut(names[0] if names[0] == names[1] else " with ".join(names))
        ax.set_title(f"Patience that sustains {words}")
        caption(ax, answer.status)
    return ax


@draws(PublicMonitoring)
def phases_of_punishment(answer: PublicMonitoring, ax: Axes | None = None) -> Axes:
    """Draw the discount factors at which punishments after a bad signal sustain the target.

    Parameters
    ----------
    answer : PublicMonitoring
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    rows: list[_Row] = []
    for one in answer.phases:
        length = (
            "for ever"
            if one.periods is None
            else (f"{one.periods} period{'s' * (one.periods > 1)}")
        )
        none = one.discount is None or one.largest is None
        rows.append((length, [] if none else [(one.discount, one.largest)], answer.credible))
    with look():
        ax = canvas(ax, (7.2, 1.6 + 0.4 * max(len(rows), 1)))
        _bars(ax, rows)
        if answer.discount is not None:
            _bound(ax, answer.discount, "least of all")
        ax.set_ylabel("punishment after a bad signal")
        worth = "" if answer.value is None else f": worth {number(answer.value)}"
        ax.set_title(f"Restraint under misleading signals{worth}", pad=20)
        caption(ax, answer.status)
    return ax


@draws(ShapeChanges)
def shapes_along_patience(answer: ShapeChanges, ax: Axes | None = None) -> Axes:
    """Draw how the set of equilibrium payoffs changes its shape with the discount factor.

    The height is the number of the set's vertices: 0 for none, 1 for a point, 2 for a segment.
    Numbered lines are the changes, listed beside with their discount factors, exact or bracketed.

    Parameters
    ----------
    answer : ShapeChanges
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = canvas(ax, (7.8, 4.2))
        where = [float(discount) for discount, _ in answer.shapes]
        sizes = [shape.size for _, shape in answer.shapes]
        ax.plot(where, sizes, "o", color=_BAR, markersize=4, label="looked at", gid="shapes")
        low, high = where[0], where[-1]
        most = max([2, *sizes])
        levels: list[float] = []
        for k, one in enumerate(answer.changes, 1):
            at = (float(one.low) + float(one.high)) / 2
            words = (
                f"{number(one.low)}" if one.exact else f"{_short(one.low)} to {_short(one.high)}"
            )
            ax.axvline(
                at,
                color=FRAME,
                linestyle="-" if one.exact else "--",
                linewidth=1,
                zorder=1,
                label=f"{k}: {words}",
            )
            level = next(
                n
                for n in range(len(levels) + 1)
                if n == len(levels) or at - levels[n] > 0.04 * (high - low)
            )
            levels[level : level + 1] = [at]
            ax.annotate(
                str(k),
                (at, 1),
                (0, 2 + 10 * level),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8,
                color=INK,
                annotation_clip=False,
            )
        room = 0.02 * (high - low or 1)
        ax.set(
            xlim=(low - room, high + room),
            ylim=(-0.4, most + 0.5),
            yticks=range(most + 1) if most <= 12 else None,
            xlabel="discount factor δ (per period)",
            ylabel="vertices of the payoff set",
        )
        if most <= 12:
            kinds = {0: "0 (empty)", 1: "1 (a point)", 2: "2 (a segment)"}
            ax.set_yticklabels([kinds.get(k, str(k)) for k in range(most + 1)])
        ax.set_title("Shape of the payoffs that patience sustains", pad=8 + 10 * len(levels))
        if len(answer.changes) <= 24:
            legend_beside(ax, title="changes at δ")
        caption(ax, answer.status)
    return ax


_Row = tuple[str, Sequence[tuple[Any, Any]], bool]


def _bars(ax: Axes, rows: Sequence[_Row]) -> None:
    """A bar for each row, from its least to its largest discount factor, labelled exactly."""
    for place, (_, intervals, credible) in enumerate(rows):
        for low, high in intervals:
            left, right = float(low), float(high)
            bars = ax.barh(
                place,
                right - left,
                left=left,
                height=0.55,
                facecolor=tint(_BAR, 0.45) if credible else "white",
                edgecolor=_BAR,
                hatch=None if credible else "///",
                linewidth=1.2,
            )
            bars[0].set_gid("sustained")
            if right - left < 0.005:
                ax.plot([left], [place], "|", color=_BAR, markersize=16, markeredgewidth=2)
        words = ", ".join(_interval(one) for one in intervals) or "none below 1"
        ax.annotate(
            words,
            (1.02, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            color=INK if intervals else MUTED,
            annotation_clip=False,
        )
    ax.set(
        xlim=(0, 1),
        ylim=(len(rows) - 0.4, -0.6),
        yticks=range(len(rows)),
        xlabel="discount factor δ (per period)",
    )
    ax.set_yticklabels([_cut(one[0]) for one in rows])
    ax.tick_params(axis="y", length=0)


def _bound(ax: Axes, value: Any, words: str) -> None:
    """A dashed line, its words above the bars."""
    at = float(value)
    ax.axvline(at, color=FRAME, linestyle="--", linewidth=1.4, zorder=3, gid="bound")
    ax.annotate(
        f"{words}: {_exact(value)}",
        (at, 1),
        (0, 2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="left" if at < 0.5 else "right",
        va="bottom",
        fontsize=8,
        color=FRAME,
        annotation_clip=False,
    )


def _interval(pair: tuple[Any, Any]) -> str:
    low, high = pair
    return _exact(low) if low == high else f"{_exact(low)} to {_exact(high)}"


def _exact(value: Any) -> str:
    """A Fraction as it is, an irrational root as a decimal."""
    return number(value) if isinstance(value, Fraction) else str(value)


def _short(value: Any) -> str:
    return f"{float(value):.6f}"


def _cut(name: str) -> str:
    words = plain(name)
    return words if len(words) <= 34 else f"{words[:33]}…"
