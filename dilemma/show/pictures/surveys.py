"""Coded cases: the codes among the strategies, and how far raters agree."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.alliance import STRATEGIES, Strategy
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    fit_labels,
    legend_beside,
    look,
    markers_of,
    plain,
    short_names,
    tint,
)
from dilemma.survey import Agreement, CaseSurvey
from dilemma.survey.raters.agreeing import METRICS, TITLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More points than this have no numbers beside them, and more strategies no names in the legend.
LABELLED, LISTED = 12, 9
# The areas of the smallest and the largest point, in square points.
SMALLEST, LARGEST = 34.0, 420.0
SIMULATED = "simulated: nothing in it was observed"


@draws(CaseSurvey)
def codes_on_the_square(
    survey: CaseSurvey, ax: Axes | None = None, *, strategies: Iterable[Strategy] = STRATEGIES
) -> Axes:
    """Draw codes on the square of receptivity and transparency, among the strategies.

    Each point is a pair of codes, its area how many observations have it, its colour and marker
    the strategy that is nearest; crosses are as near to several. The tinted areas are those that
    are nearest to a strategy; with the five, compromise has a square that stands on its corner,
    and codes in the middle of an edge lie where three areas meet.

    Parameters
    ----------
    survey : CaseSurvey
    ax : matplotlib Axes, optional
    strategies : sequence of Strategy
        To classify by: the five unless given.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import simulate_survey
    >>> ax = codes_on_the_square(simulate_survey(Alliance(), 50, seed=1))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('receptivity (0 to 1)', 'transparency (0 to 1)')
    """
    found = survey.classified(strategies)
    chosen = found.strategies
    names = [one.name for one in chosen]
    colours, markers = colours_of(names), markers_of(names)
    coded = ~found.missing
    codes = np.column_stack([survey.receptivity, survey.transparency])[coded]
    points, first, times = (
        np.unique(codes, axis=0, return_index=True, return_counts=True)
        if len(codes)
        else (codes, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    )
    classes = found.strategy[coded][first]
    few = len(points) <= LABELLED
    with look():
        ax = canvas(ax, (7.4, 5.4))
        for area, colour, name in zip(_areas(chosen), colours, names, strict=True):
            ax.fill(
                *np.array(area).T, facecolor=tint(colour, 0.1), edgecolor=MUTED, linewidth=0.7,
                zorder=0, gid=f"nearest to {name}",
            )  # fmt: skip
        most = int(times.max(initial=1))
        sizes = SMALLEST + (LARGEST - SMALLEST) * times / most
        options: dict[str, Any] = {"clip_on": False, "zorder": 3}
        for k, name in enumerate(names):
            mine = classes == k
            ax.scatter(
                points[mine, 0],
                points[mine, 1], s=sizes[mine], color=tint(colours[k], 0.75), marker=markers[k],
                edgecolor=colours[k], linewidth=1.2, gid=name, **options,
            )  # fmt: skip
        tied = classes < 0
        ax.scatter(
            points[tied, 0],
            points[tied, 1], s=sizes[tied], color=MUTED, marker="X", edgecolor="white",
            linewidth=0.8, gid="tied", **options,
        )  # fmt: skip
        places = np.array([[float(one.receptivity), float(one.transparency)] for one in chosen])
        ax.plot(
            *places.T, "+", color=INK, markersize=9, markeredgewidth=1.3, gid="landmarks",
            clip_on=False, zorder=4,
        )  # fmt: skip
        ax.set(
            xlim=(-0.07, 1.07), ylim=(-0.07, 1.07), aspect="equal", title="What raters coded",
            xticks=np.linspace(0, 1, 5), yticks=np.linspace(0, 1, 5),
            xlabel="receptivity (0 to 1)", ylabel="transparency (0 to 1)",
        )  # fmt: skip
        for side in ax.spines.values():
            side.set_visible(False)
        ax.tick_params(length=0, pad=7)
        count = {tuple(point): int(n) for point, n in zip(points.tolist(), times, strict=True)}
        labels = {tuple(place): short for place, short in zip(places.tolist(), _short(chosen),
                                                              strict=True)}  # fmt: skip
        if few:
            for point, n in count.items():
                labels[point] = f"{labels.get(point, '')} {n:,}".strip()
        if len(labels) <= 3 * LABELLED:
            radii = {point: float(np.sqrt(s)) for point, s in zip(count, sizes, strict=True)}
            _beside(ax, labels, radii)
        _legend(ax, names, colours, markers, tied=bool(found.tied.any()))
        words = [
            f"areas: how many observations (the largest {most:,}); pluses: the strategies",
            f"{int(found.missing.sum()):,} of {len(survey):,} observations lack a code",
        ]
        if found.tied.any():
            words.append(f"{int(found.tied.sum()):,} are tied")
        if survey.truth is not None:
            words.append(SIMULATED)
        caption(ax, "; ".join(words))
    return ax


def _short(strategies: Sequence[Strategy]) -> list[str]:
    return short_names([one.name for one in strategies])


def _areas(strategies: Sequence[Strategy]) -> list[list[tuple[float, float]]]:
    """For each strategy, the corners of the part of the square that is nearest to it."""
    places = [(float(one.receptivity), float(one.transparency)) for one in strategies]
    areas = []
    for x, y in places:
        area = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
        for u, v in places:
            if (u, v) == (x, y):
                continue
            # Nearer to (x, y): below the line half-way between the two.
            edge = (u * u + v * v - x * x - y * y) / 2
            area = _cut(area, (u - x, v - y), edge)
        areas.append(area)
    return areas


def _cut(
    area: Sequence[tuple[float, float]], normal: tuple[float, float], edge: float
) -> list[tuple[float, float]]:
    """What a half-plane leaves of a convex polygon."""
    over = [normal[0] * x + normal[1] * y - edge for x, y in area]
    kept = []
    for k, (here, above) in enumerate(zip(area, over, strict=True)):
        before, below = area[k - 1], over[k - 1]
        if (above > 0) != (below > 0):
            part = below / (below - above)
            kept.append(
                (
                    before[0] + part * (here[0] - before[0]),
                    before[1] + part * (here[1] - before[1]),
                )
            )
        if above <= 0:
            kept.append(here)
    return kept


def _beside(ax: Axes, labels: dict[Any, str], radii: dict[Any, float]) -> None:
    """Write labels above points of the upper half and below others, clear of their markers."""
    for (x, y), text in labels.items():
        far = radii.get((x, y), 6.0) / 2 + 4
        up = y >= 0.5
        ax.annotate(
            plain(text), (x, y), (0, far if up else -far), textcoords="offset points", fontsize=8,
            ha="center", va="bottom" if up else "top", annotation_clip=False, zorder=5,
        )  # fmt: skip


def _legend(
    ax: Axes, names: Sequence[str], colours: Sequence[str], markers: Sequence[str], tied: bool
) -> None:
    from matplotlib.lines import Line2D

    def entry(label: str, marker: str, face: Any, edge: Any) -> Any:
        return Line2D(
            [], [], linestyle="none", marker=marker, markerfacecolor=face, markeredgecolor=edge,
            markersize=8, label=plain(label),
        )  # fmt: skip

    entries = [
        entry(name, marker, tint(colour, 0.75), colour)
        for name, colour, marker in zip(names, colours, markers, strict=True)
    ]
    if len(entries) > LISTED:
        entries = []
    if tied:
        entries.append(entry("tied", "X", MUTED, MUTED))
    if entries:
        legend_beside(ax, handles=entries, title="nearest to")


@draws(Agreement)
def agreement_intervals(
    found: Agreement, ax: Axes | None = None, *, beside: Sequence[Agreement] = ()
) -> Axes:
    """Draw how far raters agree, with its bootstrap interval.

    Parameters
    ----------
    found : Agreement
    ax : matplotlib Axes, optional
    beside : sequence of Agreement
        Others to draw below it: other measures, or of other variables.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If something else is to stand beside it.

    Examples
    --------
    >>> from dilemma.survey import agreement
    >>> found = agreement([[1, 1], [2, 2], [1, 2], [3, 3]], seed=1)
    >>> label = agreement_intervals(found).get_yticklabels()[0]
    >>> print(label.get_text())
    Krippendorff's alpha (nominal)
    of the table
    """
    rows = [found, *beside]
    for one in rows:
        if not isinstance(one, Agreement):
            raise TypeError(f"beside: requires answers of agreement, got {type(one).__name__}")
    colour = OTHERS[4]
    with look():
        ax = canvas(ax, (7.4, 1.7 + 0.55 * len(rows)))
        for place, one in enumerate(rows):
            if np.isfinite([one.low, one.high]).all():
                ax.plot(
                    [one.low, one.high], [place, place], "|-", color=colour, linewidth=2,
                    markersize=9, markeredgewidth=1.6, gid="interval",
                )  # fmt: skip
            ax.plot(one.value, place, "o", color=colour, markersize=7, gid="value", clip_on=False)
            ax.annotate(
                f"{one.value:.3f}", (one.value, place), (0, 7), textcoords="offset points",
                ha="center", fontsize=8,
            )  # fmt: skip
        lows = [one.low for one in rows if np.isfinite(one.low)]
        least = min([0.0, *(1.08 * low for low in lows), *(1.08 * one.value for one in rows)])
        ax.axvline(0, color=MUTED, linewidth=0.9, linestyle=":")
        ax.set(
            xlim=(least - 0.03, 1.04), ylim=(len(rows) - 0.45, -0.6), yticks=range(len(rows)),
            xlabel="agreement (1: perfect)", title="How far raters agree",
        )  # fmt: skip
        ax.set_yticklabels([_agreement_label(one) for one in rows])
        ax.tick_params(axis="y", length=0)
        levels = sorted({f"{100 * one.level:g} %" for one in rows})
        words = f"lines: {' and '.join(levels)} bootstrap intervals"
        if any(one.measure != "percent" for one in rows):
            words += "; 0: what chance alone brings"
            if any(one.measure == "percent" for one in rows):
                words += " (of percent agreement: none agree)"
        caption(ax, f"{words}. {found.status}")
        fit_labels(ax)
    return ax


def _agreement_label(one: Agreement) -> str:
    kind = f" ({one.metric})" if len(METRICS[one.measure]) > 1 else ""
    variable = textwrap.shorten(one.variable, 34, placeholder="…")
    return f"{TITLES[one.measure]}{kind}\n{plain(f'of {variable}')}"
