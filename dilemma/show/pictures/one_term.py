"""Along one term: where each equilibrium lives, what each concept says, the exact thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.show.pictures.regimes import in_short
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.strips import Strip, draw_strips, height_of, label_values
from dilemma.show.pictures.theme import (
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    legend_beside,
    look,
    plain,
    term_label,
    tint,
)
from dilemma.study import ConceptThresholds, MovingEquilibrium, Stretch, Thresholds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Points at which a probability is drawn within a stretch.
POINTS = 33


@draws(Thresholds)
def threshold_diagram(
    found: Thresholds, ax: Axes | None = None, *, mixing: str | None = None
) -> Axes:
    """Draw where along a term each equilibrium lives, and its exact critical values.

    Parameters
    ----------
    found : Thresholds
    ax : matplotlib Axes, optional
    mixing : {"row", "column"}, optional
        Draw instead the probabilities that a firm's mixed strategies give their strategies in
        each mixed equilibrium.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If `mixing` names no firm.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> from dilemma.study import thresholds
    >>> ax = threshold_diagram(thresholds(Alliance(), "trust"))
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "critical value"][0]
    '29/45 ≈ 0.644'
    """
    if mixing not in (None, "row", "column"):
        raise ValueError(f'mixing: requires "row" or "column", got {mixing!r}')
    critical = [(float(one.value), _value(one)) for one in found.critical]
    with look():
        if mixing is not None:
            return _mixing(found, ax, mixing, critical)
        lives: dict[Any, list[tuple[float, float, bool]]] = {}
        for stretch in found.intervals:
            for one in stretch.equilibria:
                _extend(lives.setdefault(one.played, []), stretch, one.strict)
        strips = [
            Strip(in_short(played), tuple(pieces), _colour(played))
            for played, pieces in sorted(
                lives.items(), key=lambda item: len(item[0][0]) + len(item[0][1])
            )
        ]
        ax = canvas(ax, (7.6, 1.5 + 0.3 * len(strips) + height_of(critical)))
        over = float(found.over[0]), float(found.over[1])
        ax.set(title="Where each equilibrium lives", xlabel=term_label(found.parameter))
        draw_strips(ax, strips, over, critical)
        caption(ax, found.status)
    return ax


@draws(ConceptThresholds)
def concept_diagram(found: ConceptThresholds, ax: Axes | None = None) -> Axes:
    """Draw where along a term each verdict of a concept holds, and its exact critical values.

    Parameters
    ----------
    found : ConceptThresholds
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> from dilemma.study import concept_thresholds
    >>> ax = concept_diagram(concept_thresholds(Alliance(), "trust", "risk dominance"))
    >>> ax.get_title(loc="left")
    'Where risk dominance says what'
    """
    import textwrap

    holds: dict[str, list[tuple[float, float, bool]]] = {}
    for stretch in found.intervals:
        for statement in stretch.statements:
            _extend(holds.setdefault(statement, []), stretch, True)
    with look():
        strips = [
            Strip(words, tuple(pieces), OTHERS[k % len(OTHERS)])
            for k, (words, pieces) in enumerate(holds.items())
        ]
        critical = [(float(one.value), _value(one)) for one in found.critical]
        ax = canvas(ax, (9.0, 1.6 + 0.45 * len(strips) + height_of(critical)))
        over = float(found.over[0]), float(found.over[1])
        ax.set(title=f"Where {found.concept} says what", xlabel=term_label(found.parameter))
        draw_strips(ax, strips, over, thick_means="")
        ax.set_yticklabels([textwrap.fill(plain(one.words), 34) for one in strips], fontsize=8)
        label_values(ax, critical)
        caption(ax, found.status)
    return ax


def _extend(pieces: list[tuple[float, float, bool]], stretch: Any, strict: bool) -> None:
    low, high = float(stretch.low), float(stretch.high)
    if pieces and pieces[-1][1] == low and pieces[-1][2] == strict:
        pieces[-1] = (pieces[-1][0], high, strict)
    else:
        pieces.append((low, high, strict))


def _colour(played: tuple[tuple[str, ...], tuple[str, ...]]) -> Any:
    return (
        colours_of([played[0][0]])[0] if played[0] == played[1] and len(played[0]) == 1 else MUTED
    )


def _value(one: Any) -> str:
    """A critical value as it is, with a decimal beside it unless it is one."""
    exact: str = one.closed_form.replace("sqrt", "√")
    decimal = f"{float(one.value):.3g}"
    if exact.startswith("~") or exact == decimal:
        return exact.replace("~", "≈ ")
    return f"{exact} ≈ {decimal}" if float(decimal) != float(one.value) else f"{exact} = {decimal}"


def _mixing(
    found: Thresholds, ax: Axes | None, firm: str, critical: Sequence[tuple[float, str]]
) -> Axes:
    """A band for each mixed equilibrium, divided by the probabilities of its strategies."""
    from matplotlib.patches import Patch

    player = 0 if firm == "row" else 1
    bands: dict[Any, list[tuple[MovingEquilibrium, Stretch]]] = {}
    for stretch in found.intervals:
        for one in stretch.equilibria:
            if len(one.played[player]) > 1:
                bands.setdefault(one.played, []).append((one, stretch))
    order = sorted(bands, key=lambda played: len(played[0]) + len(played[1]))
    ax = canvas(ax, (7.6, 1.7 + 0.5 * len(order) + height_of(critical)))
    colours: dict[str, Any] = {}
    for place, played in enumerate(order):
        for one, stretch in bands[played]:
            where, values = _probabilities(one, stretch, firm)
            used = np.flatnonzero(values.max(axis=0) > 0)
            tops = place + 0.4 - 0.8 * np.cumsum(values[:, used], axis=1)
            floor = np.full(len(where), place + 0.4)
            for k, name in enumerate(played[player]):
                colour = colours.setdefault(name, colours_of([name])[0])
                ax.fill_between(
                    where,
                    floor,
                    tops[:, k],
                    facecolor=tint(colour, 0.85),
                    edgecolor="white",
                    linewidth=0.6,
                    gid=f"{name} in {in_short(played)}",
                )
                floor = tops[:, k]
    low, high = map(float, found.over)
    ax.set(
        xlim=(low, high),
        ylim=(max(len(order), 1) - 0.4, -0.6),
        yticks=range(len(order)),
        xlabel=term_label(found.parameter),
        title=f"How the {firm} firm mixes in equilibrium",
    )
    ax.set_yticklabels([plain(in_short(played)) for played in order])
    ax.tick_params(axis="y", length=0)
    if order:
        handles: list[Any] = [Patch(facecolor=tint(one, 0.85)) for one in colours.values()]
        legend_beside(ax, handles, [plain(name) for name in colours])
    else:
        ax.text(
            0.5, 0.5, "it never mixes", transform=ax.transAxes, ha="center", va="center",
            color=MUTED,
        )  # fmt: skip
    label_values(ax, critical)
    caption(
        ax,
        "the height of a colour is the probability of its strategy, from the bottom in the order "
        f"of the label; {found.status}",
    )
    return ax


def _probabilities(one: MovingEquilibrium, stretch: Stretch, firm: str) -> tuple[Any, Any]:
    """Exact probabilities at rational values inside a stretch, close to its ends too."""
    low, high = float(stretch.low), float(stretch.high)
    margin = 1e-6 * (high - low)
    where, values = [], []
    for value in np.linspace(low + margin, high - margin, POINTS):
        at = Fraction(float(value)).limit_denominator(10**9)
        if stretch.low < at < stretch.high:
            where.append(float(at))
            values.append([float(p) for p in one.at(at)[0 if firm == "row" else 1]])
    return np.array(where), np.array(values)
