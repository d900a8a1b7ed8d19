"""Who pays for the rules, what one gains who does not, and what institutions come to."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dilemma.collective import FundingThresholds, InstitutionComparison, SecondOrderDilemma
from dilemma.game.display import number
from dilemma.show.pictures.invasions import percent
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    INK,
    MUTED,
    SMALLEST,
    canvas,
    caption,
    colours_of,
    height_in_points,
    ink_on,
    legend_beside,
    look,
    plain,
    term_label,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# How parts in governance are hatched: the colour is that of the posture.
ROLE_HATCHES = {"free": "", "pool": "//", "peer": "..", "outside": "xx"}
ROLE_WORDS = {
    "free": "no part in governance",
    "pool": "funds the pool",
    "peer": "sanctions as a peer",
    "outside": "stays outside",
}
KIND_WORDS = {
    "first order": "breaks the rules",
    "second order": "lets others pay for them",
    "outside": "stays outside",
    "posture": "pays, in another posture",
}
KIND_HATCHES = {"first order": "", "second order": "//", "outside": "xx", "posture": ".."}
# Narrower parts of a bar have no room for a number.
LEAST_LABELLED = 0.11
LEAST_NAMED = 0.005
# Longer names of institutions are broken into lines.
LONGEST_TITLE = 24


@draws(InstitutionComparison)
def institution_bars(comparison: InstitutionComparison, ax: Axes | None = None) -> Axes:
    """Draw the long-run shares of several institutions, a bar each, and what players earn.

    Colours are those of postures, hatches those of parts in governance. Where the start decides
    between several classes of states, each class has a bar.

    Parameters
    ----------
    comparison : InstitutionComparison
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.patches import Patch

    names, roles = comparison.strategies, comparison.roles
    colours = colours_of([_posture(name) for name in names])
    drawn = [
        k
        for k in range(len(names))
        if any(run.shares[k] >= LEAST_NAMED for run in comparison.runs)
    ]
    parts = [role for role in ROLE_HATCHES if any(roles[k] == role for k in drawn)]
    entries = len(drawn) + len(parts)
    own_figure = ax is None
    with look():
        ax = canvas(
            ax, (8.4, max(1.6 + 0.56 * max(2, len(comparison.runs)), 0.6 + 0.23 * entries))
        )
        # Beside others a picture is narrow, and its legend takes a part of it.
        least = LEAST_LABELLED if own_figure else 3 * LEAST_LABELLED
        for row, run in enumerate(comparison.runs):
            left = 0.0
            for k, share in enumerate(run.shares):
                (bar,) = ax.barh(
                    [row], [share], left=left, height=0.66, color=colours[k],
                    hatch=ROLE_HATCHES[roles[k]], edgecolor="white", linewidth=0.5 * (share > 0),
                )  # fmt: skip
                bar.set_gid(f"share of {names[k]}")
                if share >= least:
                    ax.text(
                        left + share / 2, row, percent(share), ha="center", va="center",
                        fontsize=8, color=ink_on(colours[k]),
                        bbox={"facecolor": colours[k], "edgecolor": "none", "pad": 1.5},
                    )  # fmt: skip
                left += share
        ax.set_yticks(
            range(len(comparison.runs)),
            [
                f"{textwrap.fill(plain(run.title), LONGEST_TITLE)}\nearns {run.earned}"
                for run in comparison.runs
            ],
        )
        ax.set(
            xlim=(0, 1),
            ylim=(len(comparison.runs) - 0.4, -0.6),
            xticks=[0, 0.2, 0.4, 0.6, 0.8, 1],
            xlabel="long-run share of time",
            title="Who lasts under each institution",
        )
        ax.tick_params(axis="y", length=0)
        legend_beside(
            ax,
            [
                Patch(facecolor=colours[k], edgecolor="white", hatch=2 * ROLE_HATCHES[roles[k]])
                for k in drawn
            ]
            + [
                Patch(facecolor=MUTED, edgecolor="white", hatch=2 * ROLE_HATCHES[role])
                for role in parts
            ],
            [plain(names[k]) for k in drawn] + [ROLE_WORDS[role] for role in parts],
            fontsize=min(9.0, max(SMALLEST, height_in_points(ax) / (1.6 * entries))),
        )
        caption(ax, f"{comparison.status} What players earn is a mean over time and players.")
    return ax


def _posture(name: str) -> str:
    """The posture of a choice, whose colour it has."""
    return name.removesuffix(" + pool").removesuffix(" + peer")


@draws(SecondOrderDilemma)
def deviation_bars(dilemma: SecondOrderDilemma, ax: Axes | None = None) -> Axes:
    """Draw what one gains who leaves a group whose other members all pay for the rules.

    Parameters
    ----------
    dilemma : SecondOrderDilemma
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.patches import Patch

    rows = dilemma.deviations
    colours = colours_of([_posture(one.choice) for one in rows])
    # Numbers take more of a picture that is narrow, beside others.
    room = 0.3 if ax is None else 0.6
    with look():
        ax = canvas(ax, (7.4, 1.6 + 0.36 * max(3, len(rows))))
        spread = max((abs(float(one.gain)) for one in rows), default=0.0) or 1.0
        for row, one in enumerate(rows):
            gain = float(one.gain)
            (bar,) = ax.barh(
                [row], [gain], height=0.66, color=colours[row],
                hatch=KIND_HATCHES[one.kind], edgecolor="white",
            )  # fmt: skip
            bar.set_gid(f"gain of {one.choice}")
            # On the other side of 0 from a loss, where no name of a choice is near.
            ax.text(
                max(gain, 0) + 0.03 * spread, row, _signed(one.gain),
                va="center", ha="left", fontsize=8,
            )  # fmt: skip
        ax.axvline(0, color=INK, linewidth=1)
        low = min([float(one.gain) for one in rows] + [0.0])
        high = max([float(one.gain) for one in rows] + [0.0])
        ax.set_yticks(range(len(rows)), [plain(one.choice) for one in rows])
        ax.set(
            xlim=(low - 0.05 * spread, high + room * spread),
            ylim=(max(len(rows), 1) - 0.4, -0.6),
            xlabel="gain of one who deviates (in payoff)",
            title=plain(f"All others choose {dilemma.resident}"),
        )
        letters = height_in_points(ax) / (1.6 * max(1, len(rows)))
        ax.tick_params(axis="y", length=0, labelsize=min(9.0, max(SMALLEST, letters)))
        kinds = [kind for kind in KIND_WORDS if any(one.kind == kind for one in rows)]
        if kinds:
            legend_beside(
                ax,
                [
                    Patch(facecolor=MUTED, edgecolor="white", hatch=2 * KIND_HATCHES[kind])
                    for kind in kinds
                ],
                [KIND_WORDS[kind] for kind in kinds],
            )
        caption(ax, dilemma.status)
    return ax


def _signed(gain: Fraction) -> str:
    words = number(gain)
    if len(words) > 9:
        words = f"{float(gain):.3g}"
    return words.replace("-", "−") if gain <= 0 else f"+{words}"


@draws(FundingThresholds)
def funding_strip(found: FundingThresholds, ax: Axes | None = None) -> Axes:
    """Draw where in one term paying for the rules is a strict best reply, as a strip.

    Parameters
    ----------
    found : FundingThresholds
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    values = [float(one) for one in found.values]
    low = float(found.domain.low)
    high = found.domain.high
    top = float(high) if high is not None else 2 * max(values, default=0.0) or 1.0
    with look():
        ax = canvas(ax, (7.0, 2.0))
        ax.axvspan(low, top, color="#e4e4e4", linewidth=0)
        if not found.intervals:
            ax.text((low + top) / 2, 0.5, "nowhere", ha="center", va="center", color=MUTED)
        for one in found.intervals:
            stop = top if one.high is None else float(one.high)
            span = ax.axvspan(
                float(one.low), stop, facecolor="#2f7d5b", hatch="//", edgecolor="white"
            )
            span.set_gid("strict")
            if stop - float(one.low) > 0.25 * (top - low):
                ax.text(
                    (float(one.low) + stop) / 2, 0.5, "pays", ha="center", va="center",
                    color="white", bbox={"facecolor": "#2f7d5b", "edgecolor": "none", "pad": 2},
                )  # fmt: skip
        for value in values:
            ax.axvline(value, color=FRAME, linewidth=2).set_gid("threshold")
        ax.set(
            xlim=(low, top), ylim=(0, 1), yticks=[], xlabel=term_label(found.term),
            title=plain(f"Where {found.resident} is a strict best reply"),
        )  # fmt: skip
        ax.spines["left"].set_visible(False)
        caption(ax, _said(found, high is None))
    return ax


def _said(found: FundingThresholds, open_end: bool) -> str:
    """The status, and what binds at each value."""
    ties = [
        f"At {value}: {', '.join(names)} does as well."
        for value, names in zip(map(_shown, found.values), found.binding, strict=True)
    ]
    return " ".join([found.status, *ties, *(["The axis goes on."] if open_end else [])])


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, Fraction) else f"{float(value):.6g}"
