"""Policies for repeated play: what they do, what they bring, and who wins against whom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.repeated import LongRunPlay, Policy
from dilemma.show.pictures.mixtures import cell_of, key
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    MUTED,
    OTHERS,
    canvas,
    caption,
    colours_of,
    ink_on,
    look,
    plain,
    short_names,
)

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

# Cells up to which numbers are written in them, and names beside them.
_NUMBERED, _NAMED = 12, 40


@draws("long_run_payoffs")
def tournament(
    payoffs: xarray.Dataset, ax: Axes | None = None, *, player: int = 0, sort: bool = True
) -> Axes:
    """Draw what policies earn against each other, and rank them by what they earn on average.

    On the left each policy's payoff (rows) against each partner's policy (columns); on the right
    its mean over the partners, each counted alike.

    Parameters
    ----------
    payoffs : xarray.Dataset
        What `dilemma.repeated.long_run_payoffs` returns.
    ax : matplotlib Axes, optional
        It is divided.
    player : int
        Whose payoffs: 0 for the row player, 1 for the column player.
    sort : bool
        Whether the best policy comes first; otherwise they stay in their order.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If the player is none of the two.
    """
    if isinstance(player, bool) or player not in (0, 1):
        raise ValueError(f"player: requires 0 or 1, got {player!r}")
    sides = ("row_policy", "column_policy")[:: 1 - 2 * player]
    table = payoffs.payoff.isel(player=player).transpose(*sides).values
    names = [
        [str(one) for one in payoffs[side].values]
        if side in payoffs.coords
        else [f"policy {k}" for k in range(1, payoffs.sizes[side] + 1)]
        for side in sides
    ]
    means = table.mean(axis=1)
    order = np.argsort(-means, kind="stable") if sort else np.arange(len(means))
    across = order if names[0] == names[1] else np.arange(table.shape[1])
    m, n = table.shape
    with look():
        ax = canvas(ax, (max(6.8, 4.8 + 0.55 * min(n, 14)), 2.4 + 0.4 * min(m, 14)))
        left, right = ax.inset_axes((0, 0, 0.6, 1)), ax.inset_axes((0.73, 0, 0.27, 1))
        _without_frame(ax)
        image = left.imshow(table[np.ix_(order, across)], cmap="cividis", aspect="auto")
        image.set_gid("payoffs")
        spread = float(table.max() - table.min()) or 1.0
        digits = max(0, 2 - math.floor(math.log10(spread)))
        if m <= _NUMBERED and n <= _NUMBERED:
            for i, j in np.ndindex(m, n):
                value = table[order[i], across[j]]
                left.text(
                    j,
                    i,
                    f"{value:.{digits}f}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color=ink_on(image.cmap(image.norm(value))),
                )
        else:
            scale = ax.figure.colorbar(image, cax=ax.inset_axes((0.615, 0, 0.02, 1)))
            scale.ax.tick_params(labelsize=7)
            scale.set_label("value of knowledge", size=8)
        _names(left.yaxis, [names[0][k] for k in order], "policy")
        _names(left.xaxis, [names[1][k] for k in across], "partner's policy")
        who = plain(str(payoffs.player.values[player]))
        left.set_title(f"Long-run payoffs (value of knowledge): {_cut(who, 24)}")
        bars = right.barh(range(m), means[order], color=OTHERS[4], height=0.7 if m <= 60 else 1.0)
        for bar in bars:
            bar.set_gid("mean payoff")
        low, high = min(0.0, float(means.min())), max(0.0, float(means.max()))
        right.set(
            ylim=left.get_ylim(),
            xlim=(low, high + 0.22 * (high - low or 1)),
            yticks=[],
            xlabel="mean payoff",
        )
        if m <= _NAMED // 2:
            for place, k in enumerate(order):
                right.text(
                    max(means[k], 0), place, f" {means[k]:.{digits}f}", va="center", fontsize=8
                )
        right.axvline(0, color=MUTED, linewidth=0.8)
        attrs = payoffs.attrs
        words = [f"{name} {attrs[name]}" for name in ("discount", "suspicion") if name in attrs]
        caption(ax, "; ".join([*words, f"errors of {attrs.get('error', 'none')}"]))
    return ax


@draws(LongRunPlay)
def shares_of_play(answer: LongRunPlay, ax: Axes | None = None) -> Axes:
    """Draw how often two policies play each pair of strategies in the long run.

    Framed cells are those that play settles into: they are never left once they are reached.

    Parameters
    ----------
    answer : LongRunPlay
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.patches import Rectangle

    stage = answer.play.stage
    law = answer.law.astype(np.float64)
    m, n = law.shape
    with look():
        ax = canvas(ax, (max(5.2, 2.6 + 0.75 * n), max(3.8, 1.9 + 0.55 * m)))
        image = ax.imshow(
            law, cmap="Blues", vmin=0, vmax=max(float(law.max()), 1e-9), aspect="auto"
        )
        image.set_gid("shares")
        if m <= _NUMBERED and n <= _NUMBERED:
            for i, j in np.ndindex(m, n):
                if answer.law[i, j]:
                    ax.text(
                        j,
                        i,
                        _percent(float(law[i, j])),
                        ha="center",
                        va="center",
                        fontsize=9,
                        color=ink_on(image.cmap(image.norm(law[i, j]))),
                    )
        settled = {cell for one in answer.regularities for cell in one.profiles}
        drawn = answer.regularities if len(settled) < m * n else ()
        for place, one in enumerate(drawn):
            for i, j in one.profiles:
                frame = Rectangle(
                    (j - 0.46, i - 0.46),
                    0.92,
                    0.92,
                    fill=False,
                    linewidth=2,
                    edgecolor=FRAME,
                    linestyle=("-", "--", ":", "-.")[place % 4],
                )
                frame.set_gid("settled")
                ax.add_patch(frame)
        ax.set_xticks(np.arange(n + 1) - 0.5, minor=True)
        ax.set_yticks(np.arange(m + 1) - 0.5, minor=True)
        ax.grid(which="minor", color="#dddddd", linewidth=0.8)
        ax.tick_params(which="both", length=0)
        labels = [
            f"{plain(_cut(name, 26))},\n{plain(_cut(policy.name, 26))}"
            for name, policy in zip(stage.players, answer.policies, strict=True)
        ]
        _names(ax.yaxis, stage.strategies[0], labels[0], short=True)
        _names(ax.xaxis, stage.strategies[1], labels[1], short=True)
        ax.set_title("Shares of time in the long run")
        framed = " Framed: what play settles into, each way with its own line."
        caption(ax, f"{answer.status}{framed if drawn else ''}")
    return ax


@draws(Policy)
def policy_replies(policy: Policy, ax: Axes | None = None) -> Axes:
    """Draw what a policy plays after each pair of strategies, in the colours of the strategies.

    A mixed reply is a cell in parts as wide as the probabilities.

    Parameters
    ----------
    policy : Policy
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    own, theirs = policy.strategies
    m, n = len(own), len(theirs)
    with look():
        colours = colours_of(own)
        names = short_names(own)
        each = max(0.7, 0.1 + 0.1 * max(map(len, short_names(theirs)))) if n <= 6 else 0.7
        beside = 2.2 + 0.09 * min(24, max(map(len, own)))
        ax = canvas(ax, (max(5.6, beside + each * n), 2.2 + 0.5 * (m + 1)))
        for i, j in np.ndindex(m, n):
            cell_of(ax, (j - 0.5, i - 0.5, 1, 1), policy.replies[i, j], colours, names)
        cell_of(ax, (-0.5, -2.0, n, 0.7), policy.opening, colours, names)
        ax.set(xlim=(-0.5, n - 0.5), ylim=(m - 0.5, -2.0))
        _names(ax.xaxis, theirs, "partner's last strategy", short=True)
        ax.set_ylabel("own last strategy")
        ax.set_yticks([-1.65, *range(m)], ["opening", *names] if m <= _NAMED else None)
        ax.tick_params(length=0)
        for side in ax.spines.values():
            side.set_visible(False)
        key(ax, own)
        ax.set_title(f"What {plain(_cut(policy.name, 40))} plays")
    return ax


def _names(axis: Any, names: Sequence[str], label: str, *, short: bool = False) -> None:
    """Ticks with names, unless they are too many to be read."""
    axis.set_label_text(label)
    if len(names) > _NAMED:
        axis.set_label_text(f"{label} ({len(names):,})")
        axis.set_ticks([])
        return
    words = short_names(names) if short else [plain(_cut(one, 24)) for one in names]
    each = axis.axes.get_window_extent().width / axis.axes.figure.dpi / len(names)
    flat = axis.axis_name == "x" and 0.085 * max(map(len, words)) > each
    axis.set_ticks(range(len(names)), words, **({"rotation": 90} if flat else {}))
    axis.set_tick_params(length=0, labelsize=9 if len(names) <= 15 else 6)


def _without_frame(ax: Axes) -> None:
    for side in ax.spines.values():
        side.set_visible(False)
    ax.xaxis.set_visible(False)
    ax.yaxis.set_visible(False)
    ax.patch.set_visible(False)


def _percent(share: float) -> str:
    return "<1 %" if share < 0.005 else ">99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
