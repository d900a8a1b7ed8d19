"""What was estimated from coded cases: terms, shares, policies, and how many cases it takes."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
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
    tint,
)
from dilemma.survey import LogitFit, PolicyFit, PowerAnalysis, ProfileInterval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR = OTHERS[4]


@draws(LogitFit)
def logit_estimates(
    fit: LogitFit, ax: Axes | None = None, *, truth: Mapping[str, float] | None = None
) -> Axes:
    """Draw estimates with their profile intervals, and predicted against observed shares.

    Every parameter has a scale of its own. An interval ends in a bar where the likelihood rejects
    what lies beyond, in a square where the domain ends, and in an arrow where nothing ends it.

    Parameters
    ----------
    fit : LogitFit
    ax : matplotlib Axes, optional
    truth : mapping of str to number, optional
        Values to compare estimates with, such as those that a survey was simulated from.

    Returns
    -------
    matplotlib Axes
        Divided: a panel for each parameter, then one for the shares.

    Raises
    ------
    ValueError
        If `truth` names something that was not estimated.

    Notes
    -----
    The intervals are worked out when they are first asked for, which takes about three climbs of
    the likelihood for each parameter.

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import fit_logit, simulate_survey
    >>> fit = fit_logit(simulate_survey(Alliance(), 100, seed=1), Alliance(), "rationality")
    >>> ax = logit_estimates(fit, truth={"rationality": 4})
    >>> [panel.get_title(loc="left") for panel in ax.child_axes]
    ['rationality', 'Shares of choices']
    """
    known = dict(truth or {})
    for name in known:
        if name not in fit.names:
            raise ValueError(f"truth: requires names among {', '.join(fit.names)}, got {name!r}")
    count = len(fit.names)
    with look():
        ax = canvas(ax, (9.4, max(3.6, 1.5 + 0.95 * count, 1.6 + 0.34 * len(fit.shares))))
        for side in ax.spines.values():
            side.set_visible(False)
        ax.xaxis.set_visible(False)
        ax.yaxis.set_visible(False)
        ax.patch.set_visible(False)
        pitch = 1.0 / count
        for k, (name, interval) in enumerate(zip(fit.names, fit.intervals, strict=True)):
            row = ax.inset_axes((0.0, 1 - (k + 0.62) * pitch, 0.42, 0.3 * pitch))
            _estimate(row, name, fit.estimates[name], interval, known.get(name))
        _shares(ax.inset_axes((0.66, 0.0, 0.34, 0.93)), fit)
        levels = {f"{100 * one.level:g} %" for one in fit.intervals}
        words = f"lines: {' and '.join(levels)} profile-likelihood intervals"
        if any(one.low_at_bound or one.high_at_bound for one in fit.intervals):
            words += "; a square or an arrow: nothing but the domain ends it there"
        if known:
            words += "; diamonds: the values to compare with"
        words += f"; {fit.choices:g} choices"
        if fit.missing:
            words += f", {fit.missing:,} more without a code"
        caption(ax, f"{words}. {fit.status}")
    return ax


def _estimate(
    row: Any, name: str, value: float, interval: ProfileInterval, known: float | None
) -> None:
    low, high = interval.low, interval.high
    finite = [one for one in (low, high, value, known) if one is not None and math.isfinite(one)]
    if "slope" in name:
        finite.append(0.0)
    least, most = (min(finite), max(finite)) if finite else (0.0, 1.0)
    room = 0.12 * (most - least) or max(abs(most), 1.0) * 0.1
    ends = (least - room, most + room)
    row.plot(
        np.clip([low, high], *ends), [0, 0], "-", color=COLOUR, linewidth=2.2, gid="interval",
        solid_capstyle="butt",
    )  # fmt: skip
    for end, bound, arrow, edge in (
        (low, interval.low_at_bound, "<", ends[0]),
        (high, interval.high_at_bound, ">", ends[1]),
    ):
        marker, place = (arrow, edge) if math.isinf(end) else ("s" if bound else "|", end)
        row.plot(
            place, 0, marker, color=COLOUR, markersize=9 if marker == "|" else 5,
            markeredgewidth=1.6, clip_on=False, gid="end",
        )  # fmt: skip
    if math.isfinite(value):
        row.plot(value, 0, "o", color=COLOUR, markersize=8, gid="estimate", clip_on=False)
        words = f"{value:.3g}"
    else:
        words = "infinite"
    if known is not None:
        row.plot(
            known, 0, "D", markersize=7, markerfacecolor="white", markeredgecolor=FRAME,
            markeredgewidth=1.8, gid="truth", zorder=4, clip_on=False,
        )  # fmt: skip
        words += f" (truth {known:.3g})"
    if ends[0] < 0 < ends[1]:
        row.axvline(0, color=MUTED, linewidth=0.9, linestyle=":")
    row.set(xlim=ends, ylim=(-1, 1), yticks=[])
    row.locator_params(axis="x", nbins=5)
    row.spines["left"].set_visible(False)
    row.set_title(plain(name), fontsize=9, pad=3)
    row.set_title(words, loc="right", fontsize=9, fontweight="normal", pad=3)


def _shares(panel: Any, fit: LogitFit) -> None:
    roles = list(dict.fromkeys(one.role for one in fit.shares))
    names = list(dict.fromkeys(one.strategy for one in fit.shares))
    colours = dict(zip(names, colours_of(names), strict=True))
    markers = dict(zip(names, markers_of(names), strict=True))
    # A strategy's rows stand together, one for each role.
    shares = sorted(fit.shares, key=lambda one: (names.index(one.strategy), roles.index(one.role)))
    for place, one in enumerate(shares):
        colour = colours[one.strategy]
        panel.plot(
            [one.observed, one.predicted], [place, place], color=tint(colour, 0.6), linewidth=2,
            zorder=1,
        )  # fmt: skip
        panel.plot(
            one.observed, place, markers[one.strategy], color=colour, markersize=6,
            gid="observed", clip_on=False,
        )  # fmt: skip
        panel.plot(
            one.predicted, place, "o", markersize=11, markerfacecolor="none",
            markeredgecolor=INK, markeredgewidth=1.1, gid="predicted", clip_on=False,
        )  # fmt: skip
    most = max(max(one.observed, one.predicted) for one in shares)
    panel.set(
        xlim=(0, 1.12 * most or 1.0), ylim=(len(shares) - 0.4, -0.6), yticks=range(len(shares)),
        xlabel="share of choices", title="Shares of choices",
    )  # fmt: skip
    panel.set_yticklabels(
        [
            plain(textwrap.shorten(one.strategy, 22, placeholder="…"))
            + (f", {plain(one.role)}" if len(roles) > 1 else "")
            for one in shares
        ]
    )
    panel.tick_params(axis="y", length=0)
    if len(shares) > 14:
        panel.tick_params(axis="y", labelsize=max(5.0, 9 * 14 / len(shares)))
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="none", marker="P", color=MUTED, markersize=6, label="observed"),
        Line2D(
            [], [], linestyle="none", marker="o", markersize=10, markerfacecolor="none",
            markeredgecolor=INK, label="predicted",
        ),
    ]  # fmt: skip
    legend_beside(panel, handles=handles)


@draws(PolicyFit)
def policy_weights(fit: PolicyFit, ax: Axes | None = None) -> Axes:
    """Draw which share of firms seems to follow each policy, with standard errors.

    Parameters
    ----------
    fit : PolicyFit
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import fit_policies, simulate_survey
    >>> survey = simulate_survey(
    ...     Alliance(), 40, periods=4, seed=1, policies={"grim": 1}, suspicion=0.05
    ... )
    >>> ax = policy_weights(fit_policies(survey, Alliance(), ["grim", "always avoidance"]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['grim', 'always avoidance']
    """
    names = sorted(fit.names, key=lambda one: -fit.weights[one])
    weights = np.array([fit.weights[name] for name in names])
    errors = np.array([fit.standard_errors[name] for name in names])
    lines = [textwrap.wrap(name, 34) for name in names]
    with look():
        ax = canvas(ax, (7.4, 1.6 + 0.2 * len(names) + 0.16 * sum(map(len, lines))))
        places = np.arange(len(names))
        ax.barh(places, weights, 0.62, color=tint(COLOUR, 0.45), edgecolor=COLOUR, gid="weights")
        sure = np.isfinite(errors)
        ax.errorbar(
            weights[sure], places[sure], xerr=errors[sure], fmt="none", ecolor=INK,
            elinewidth=1.2, capsize=3,
        )  # fmt: skip
        for place, weight, error in zip(places, weights, errors, strict=True):
            end = weight + (error if math.isfinite(error) else 0.0)
            ax.annotate(
                f"{weight:.3f}", (end, place), (5, 0), textcoords="offset points", va="center",
                fontsize=8,
            )  # fmt: skip
        furthest = float((weights + np.where(sure, errors, 0.0)).max())
        ax.set(
            xlim=(0, 1.15 * furthest), ylim=(len(names) - 0.4, -0.6), yticks=places,
            xlabel="share of firms (whiskers: one standard error)",
            title="Which policies firms seem to follow",
        )  # fmt: skip
        ax.set_yticklabels(["\n".join(map(plain, one)) for one in lines])
        ax.tick_params(axis="y", length=0)
        error = f"{fit.error_rate:.3g}"
        if math.isfinite(fit.error_rate_error):
            error += f" (standard error {fit.error_rate_error:.2g})"
        caption(ax, f"acts that go wrong: {error}; {fit.choices:,} choices. {fit.status}")
        fit_labels(ax)
    return ax


@draws(PowerAnalysis)
def power_curve(found: PowerAnalysis, ax: Axes | None = None, *, power: float = 0.8) -> Axes:
    """Draw how often surveys of several sizes detect an effect, and how many cases a power needs.

    Parameters
    ----------
    found : PowerAnalysis
    ax : matplotlib Axes, optional
    power : number between the significance and 1
        What is wanted; the bar shows the number of cases that it needs, with its interval.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If `power` is not between the significance and 1.

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import power
    >>> found = power(Alliance(), 2, cases=(30, 60), simulations=4, seed=1, progress=False)
    >>> power_curve(found).get_xlabel()
    'cases'
    """
    need, low, high = found.cases_needed(power)
    order = np.argsort(found.cases)
    sizes = np.array(found.cases, dtype=np.float64)[order]
    values, errors = found.power[order], found.standard_error[order]
    with look():
        ax = canvas(ax, (7.6, 4.2))
        right = 1.08 * float(sizes.max())
        for one in (need, high):
            if one <= 2 * sizes.max():
                right = max(right, 1.06 * one)
        ax.plot(
            sizes, found.expected_power[order], "s--", color=OTHERS[3], linewidth=0.9,
            markersize=11, markerfacecolor="none", gid="law", zorder=1,
            label="by the law of large samples",
        )  # fmt: skip
        ax.errorbar(
            sizes, values, yerr=errors, fmt="o", color=COLOUR, ecolor=COLOUR, capsize=3,
            markersize=7, label="simulated (± one standard error)", clip_on=False,
        )  # fmt: skip
        ax.axhline(found.significance, color=MUTED, linewidth=1, linestyle=":",
                   label=f"without an effect: {found.significance:g}")  # fmt: skip
        words = "no number of cases is enough, for all the simulations show"
        if math.isfinite(need):
            ends = np.minimum([low, high], right)
            ax.plot(
                ends, [power, power], color=FRAME, linewidth=2, gid="needed", clip_on=False,
                label=f"cases for a power of {power:g}",
            )  # fmt: skip
            for one, end in zip((low, high), ends, strict=True):
                # An arrow where the interval goes on out of view.
                ax.plot(
                    end, power, "|" if one <= right else ">", color=FRAME, markersize=8,
                    markeredgewidth=1.6, clip_on=False,
                )  # fmt: skip
            if need <= right:
                ax.plot(need, power, "D", color=FRAME, markersize=7, gid="need")
            top = f"{math.ceil(high):,}" if math.isfinite(high) else "infinitely many"
            words = (
                f"power {power:g} needs about {math.ceil(need):,} cases "
                f"(95 % interval {math.ceil(low):,} to {top})"
            )
        ax.set(
            xlim=(0, right), ylim=(0, 1.03), xlabel="cases", ylabel="power",
            title=f"How many cases show an effect of {found.effect:g} on {plain(found.term)}",
        )  # fmt: skip
        legend_beside(ax)
        caption(ax, f"{words}. {found.status}")
        fit_labels(ax)
    return ax
