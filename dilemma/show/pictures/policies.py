"""Policies for repeated play: what they do, what they bring, and who wins against whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.repeated import Automaton, LongRunPlay, Policy
from dilemma.show.pictures.mixtures import cell_of, key
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    FRAME,
    INK,
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
        ax = canvas(ax, (4.6 + 0.5 * min(n, 14), 1.9 + 0.42 * min(m, 14)))
        left, right = ax.inset_axes((0, 0, 0.62, 1)), ax.inset_axes((0.68, 0, 0.32, 1))
        _without_frame(ax)
        image = left.imshow(table[np.ix_(order, across)], cmap="cividis", aspect="auto")
        image.set_gid("payoffs")
        if m <= _NUMBERED and n <= _NUMBERED:
            for i, j in np.ndindex(m, n):
                value = table[order[i], across[j]]
                left.text(
                    j,
                    i,
                    f"{value:.3g}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color=ink_on(image.cmap(image.norm(value))),
                )
        _names(left.yaxis, [names[0][k] for k in order], "policy")
        _names(left.xaxis, [names[1][k] for k in across], "partner's policy")
        who = plain(str(payoffs.player.values[player]))
        left.set_title(f"Long-run payoffs of the {who}")
        bars = right.barh(range(m), means[order], color=OTHERS[4], height=0.7 if m <= 60 else 1.0)
        for bar in bars:
            bar.set_gid("mean payoff")
        low, high = min(0.0, float(means.min())), max(0.0, float(means.max()))
        right.set(
            ylim=left.get_ylim(),
            xlim=(low, high + 0.22 * (high - low or 1)),
            yticks=[],
            xlabel="mean payoff\n(value of knowledge)",
        )
        if m <= _NAMED // 2:
            for place, k in enumerate(order):
                right.text(max(means[k], 0), place, f" {means[k]:.3g}", va="center", fontsize=8)
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
        ax = canvas(ax, (2.6 + 0.75 * n, 1.9 + 0.55 * m))
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
        for one in answer.regularities:
            for i, j in one.profiles:
                frame = Rectangle(
                    (j - 0.46, i - 0.46), 0.92, 0.92, fill=False, linewidth=2, edgecolor=FRAME
                )
                frame.set_gid("settled")
                ax.add_patch(frame)
        ax.set_xticks(np.arange(n + 1) - 0.5, minor=True)
        ax.set_yticks(np.arange(m + 1) - 0.5, minor=True)
        ax.grid(which="minor", color="#dddddd", linewidth=0.8)
        ax.tick_params(which="both", length=0)
        labels = [
            f"{plain(name)}, {plain(policy.name)}"
            for name, policy in zip(stage.players, answer.policies, strict=True)
        ]
        _names(ax.yaxis, stage.strategies[0], _cut(labels[0], 40), short=True)
        _names(ax.xaxis, stage.strategies[1], _cut(labels[1], 40), short=True)
        ax.set_title("Shares of time in the long run")
        caption(ax, answer.status)
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
        ax = canvas(ax, (3.2 + 0.7 * n, 2.2 + 0.5 * (m + 1)))
        colours = colours_of(own)
        names = short_names(own)
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


@draws(Automaton)
def automaton_graph(automaton: Automaton, ax: Axes | None = None) -> Axes:
    """Draw an automaton: its states, what is played in each, and where the partner's acts lead.

    Arrows carry the partner's strategies that lead along them, in short; where the own act
    matters, too, it comes first ("own/partner's"). A move with a probability below 1 says so.

    Parameters
    ----------
    automaton : Automaton
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ModuleNotFoundError
        If networkx is not installed: it is in the extra ``plot``.
    """
    from matplotlib.patches import Circle, FancyArrowPatch

    places = _circle(automaton.states)
    own = automaton.strategies[0]
    radius = 0.22 if len(places) < 7 else 0.15
    with look():
        ax = canvas(ax, (6.4, 5.6))
        for s, (state, at) in enumerate(zip(automaton.states, places, strict=True)):
            played = automaton.acts[s]
            colour = colours_of(own)[int(np.argmax(played.astype(np.float64)))]
            node = Circle(at, radius, facecolor=colour, edgecolor=INK, linewidth=1.2, zorder=3)
            node.set_gid(f"state {state}")
            ax.add_patch(node)
            acts = [
                name if p == 1 else f"{name} {float(p):.2g}"
                for name, p in zip(short_names(own), played, strict=True)
                if p
            ]
            ax.text(
                *at,
                "\n".join([plain(_cut(state, 12)), *acts[:2]]),
                ha="center",
                va="center",
                fontsize=8,
                color=ink_on(colour),
                zorder=4,
            )
        for s, t, words in _moves(automaton):
            _arrow(ax, places, s, t, words, radius)
        first = np.array(places[0])
        outwards = first / np.linalg.norm(first) if np.linalg.norm(first) else np.array([-1.0, 0])
        start = (
            first + np.array([-1.0, 0.35]) * (radius + 0.35)
            if len(places) > 1
            else (first + outwards * (radius + 0.4))
        )
        towards = first + (start - first) / np.linalg.norm(start - first) * radius
        ax.add_patch(
            FancyArrowPatch(start, towards, arrowstyle="-|>", mutation_scale=14, color=MUTED)
        )
        ax.text(start[0], start[1], "start", ha="right", va="center", fontsize=8, color=MUTED)
        ax.set_xlim(-1.9, 1.9)
        ax.set_ylim(-1.75, 1.75)
        ax.set_aspect("equal")
        ax.axis("off")
        ax.set_title(plain(_cut(automaton.name, 50)))
        key(ax, own)
        caption(ax, "Arrows: what the partner was seen to play, leading to the next state.")
    return ax


def _circle(states: Sequence[str]) -> list[tuple[float, float]]:
    """Where the states stand: on a circle, the first one on the left."""
    try:
        import networkx
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "plot: requires networkx for graphs, which is not installed: "
            'pip install "dilemma[plot]"',
            name="networkx",
        ) from None
    graph = networkx.path_graph(len(states))
    found = networkx.circular_layout(graph)
    if len(states) == 1:
        return [(0.0, 0.0)]
    return [(-float(found[k][0]), float(found[k][1])) for k in range(len(states))]


def _moves(automaton: Automaton) -> list[tuple[int, int, list[str]]]:
    """From where to where, and after what."""
    own, theirs = (short_names(names) for names in automaton.strategies)
    m, n = automaton.shape
    found = []
    for s in range(len(automaton.states)):
        table = automaton.moves[s]
        same = all(np.array_equal(table[0], one) for one in table)
        for t in range(len(automaton.states)):
            words = [
                (theirs[j] if same else f"{own[i]}/{theirs[j]}")
                + ("" if table[i, j, t] == 1 else f" ({float(table[i, j, t]):.2g})")
                for i in range(1 if same else m)
                for j in range(n)
                if table[i, j, t]
            ]
            if words:
                sure = all(one == 1 for one in table[:, :, t].flat)
                found.append((s, t, ["any"] if sure else words))
    return found


def _arrow(
    ax: Axes,
    places: Sequence[tuple[float, float]],
    s: int,
    t: int,
    words: list[str],
    radius: float,
) -> None:
    """An arrow between two states, or a loop away from the middle, with its words."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    lines = [", ".join(words[k : k + 3]) for k in range(0, min(len(words), 6), 3)]
    text = "\n".join(lines) + (f"\n+{len(words) - 6} more" if len(words) > 6 else "")
    here, there = np.array(places[s]), np.array(places[t])
    if s == t:
        out = here / (np.linalg.norm(here) or 1) if np.linalg.norm(here) else np.array([1.0, 0])
        side = np.array([-out[1], out[0]])
        ends = [here + radius * (0.8 * out + 0.6 * k * side) for k in (1, -1)]
        bends = [here + out * radius * 3 + side * radius * 2 * k for k in (1, -1)]
        path = Path(
            [ends[0], bends[0], bends[1], ends[1]],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )
        at = here + out * radius * 2.7
        ha = "left" if out[0] > 0.3 else "right" if out[0] < -0.3 else "center"
        va = "bottom" if out[1] > 0.3 else "top" if out[1] < -0.3 else "center"
    else:
        along = (there - here) / np.linalg.norm(there - here)
        side = np.array([along[1], -along[0]])
        bend = (here + there) / 2 + side * 0.28 * np.linalg.norm(there - here)
        first, last = bend - here, bend - there
        path = Path(
            [
                here + radius * first / np.linalg.norm(first),
                bend,
                there + radius * last / np.linalg.norm(last),
            ],
            [Path.MOVETO, Path.CURVE3, Path.CURVE3],
        )
        at = (here + there) / 4 + bend / 2 + side * 0.03
        ha = "left" if side[0] > 0.3 else "right" if side[0] < -0.3 else "center"
        va = "bottom" if side[1] > 0.3 else "top" if side[1] < -0.3 else "center"
    arrow = FancyArrowPatch(
        path=path, arrowstyle="-|>", mutation_scale=14, color=INK, linewidth=1.2, zorder=2
    )
    arrow.set_gid(f"move {s} {t}")
    ax.add_patch(arrow)
    ax.text(at[0], at[1], text, ha=ha, va=va, fontsize=8, color=INK)


def _names(axis: Any, names: Sequence[str], label: str, *, short: bool = False) -> None:
    """Ticks with names, unless they are too many to be read."""
    axis.set_label_text(label)
    if len(names) > _NAMED:
        axis.set_label_text(f"{label} ({len(names):,})")
        axis.set_ticks([])
        return
    words = short_names(names) if short else [plain(_cut(one, 24)) for one in names]
    flat = axis.axis_name == "x" and max(map(len, words)) > 4
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
