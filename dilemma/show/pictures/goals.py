"""Goals that form in networks: views before and after, and round by round."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective import GoalNetwork, GoalPath, Goals
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import (
    INK,
    MUTED,
    OTHERS,
    canvas,
    caption,
    ink_on,
    legend_beside,
    look,
    panels,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More firms than these can't be told apart; numbers are written up to fewer.
MOST_DRAWN, MOST_NUMBERED, MOST_NAMED = 150, 30, 16
VIEWS = "viridis"


@draws(Goals)
def goal_views(found: Goals, ax: Axes | None = None, *, dimension: int = 1) -> Axes:
    """Draw a network twice: with the views that firms begin with, and with those they settle on.

    Colour and number: a firm's view. Circles are firms, squares architects; ties that an architect
    has built are dashed. A firm whose view never settles is white, with a dash.

    Parameters
    ----------
    found : Goals
        Of at most 150 firms.
    ax : matplotlib Axes, optional
    dimension : int
        Of a goal of several dimensions, counted from 1.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ModuleNotFoundError
        If networkx is not installed.
    ValueError
        If there are more firms, or no such dimension.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> ax = goal_views(GoalNetwork(3, [0, 0, 1]).goals())
    >>> [panel.get_title(loc="left") for panel in ax.child_axes][:2]
    ['At the beginning', 'Settled']
    """
    network = found.network
    if network.size > MOST_DRAWN:
        raise ValueError(
            f"thing: requires at most {MOST_DRAWN} firms to be drawn, got {network.size}"
        )
    _require_dimension(network, dimension)
    places = _layout(network)
    before = [one[dimension - 1] for one in network.beginnings]
    after = [None if one is None else one[dimension - 1] for one in found.views]
    with look():
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import Normalize

        ax = canvas(ax, (9.0, 4.4))
        panes = panels(ax, 1, 2, (0.12, 0.0))
        # Of the network's own height, which is less than the picture's where that is narrow.
        bar_pane = panes[1].inset_axes((1.06, 0.0, 0.055, 1.0))
        for pane, views, title in zip(
            panes, (before, after), ("At the beginning", "Settled"), strict=True
        ):
            _network(pane, network, places, views)
            pane.set_title(title, loc="left")
        scale = ScalarMappable(Normalize(0, 1), VIEWS)
        bar: Any = ax.figure.colorbar(scale, cax=bar_pane)
        bar.set_label("view of the goal (0 to 1)")
        bar.outline.set_visible(False)
        goal = network.goal
        if not isinstance(goal, str):
            one = goal[dimension - 1] if isinstance(goal, tuple) else goal
            bar.ax.axhline(float(one), color="white", linewidth=3.5)
            bar.ax.axhline(float(one), color=INK, linewidth=1.5, gid="goal")
            said = f"The goal, {shown(one)}, is the line across the scale."
        else:
            said = "The goal is the mean of the settled views."
        words = [said]
        if network.directed:
            words.append("Arrows: to whom a firm listens.")
        if network.architects:
            words.append("Squares: architects.")
        if network.built:
            words.append("Dashed: ties that an architect has built.")
        if network.dimensions > 1:
            words.append(f"Dimension {dimension} of {network.dimensions}.")
        if found.converges:
            words.append(
                f"Value of the network {shown(found.value)}, commitment "
                f"{shown(found.total_commitment)}."
            )
        else:
            words.append("White: views that never settle.")
        caption(ax, " ".join(words))
    return ax


def _require_dimension(network: GoalNetwork, dimension: Any) -> None:
    if isinstance(dimension, bool) or not isinstance(dimension, (int, np.integer)):
        raise TypeError(f"dimension: requires a whole number, got {dimension!r}")
    if not 1 <= dimension <= network.dimensions:
        raise ValueError(
            f"dimension: requires a number from 1 to {network.dimensions}, got {dimension}"
        )


def _layout(network: GoalNetwork) -> Any:
    """Places of the firms, the same whenever they are drawn: close where ties are."""
    graph = network.graph.to_undirected()
    import networkx

    if network.size == 1:
        return np.zeros((1, 2))
    start = networkx.circular_layout(graph)
    for _, _, data in graph.edges(data=True):
        data["distance"] = 1.0
    found = networkx.kamada_kawai_layout(graph, pos=start, weight="distance")
    places = np.array([found[name] for name in network.firms], dtype=np.float64)
    places -= (places.max(axis=0) + places.min(axis=0)) / 2
    return places / max(1e-9, float(np.abs(places).max()))


def _network(ax: Axes, network: GoalNetwork, places: Any, views: Sequence[Any]) -> None:
    from matplotlib import colormaps

    colours = colormaps[VIEWS]
    few = network.size <= MOST_NUMBERED
    inches = min(ax.get_window_extent().width, ax.get_window_extent().height) / ax.figure.dpi
    radius = min(15.0, 62.0 * max(inches, 0.6) / (3 + 1.6 * network.size**0.5) / 2)
    both = {(i, j) for i, j, _ in network.ties}
    for i, j, weight in network.ties:
        if i == j or (not network.directed and i > j):
            continue
        built = (i, j) in network.built or (not network.directed and (j, i) in network.built)
        style: Any = (0, (4, 3)) if built else "-"
        width = 0.8 + 1.0 * min(1.5, float(weight))
        if not network.directed:
            (line,) = ax.plot(
                *places[[i, j]].T,
                color=MUTED,
                linewidth=width,
                linestyle=style,
                zorder=1,
            )
            line.set_gid("built tie" if built else "tie")
            continue
        curve = 0.12 if (j, i) in both else 0.0
        arrow = ax.annotate(
            "",
            xy=places[j],
            xytext=places[i],
            arrowprops={
                "arrowstyle": "-|>",
                "color": MUTED,
                "linewidth": width,
                "linestyle": style,
                "shrinkA": radius,
                "shrinkB": radius,
                "connectionstyle": f"arc3,rad={curve}",
            },
            zorder=1,
        )
        arrow.set_gid("built tie" if built else "tie")
    for k, view in enumerate(views):
        x, y = float(places[k, 0]), float(places[k, 1])
        colour: Any = "white" if view is None else colours(float(view))
        mark = ax.scatter(
            x,
            y,
            s=(2 * radius) ** 2,
            marker="s" if k in network.architects else "o",
            color=[colour],
            edgecolors=INK,
            linewidths=1.2,
            zorder=2,
        )
        mark.set_gid("architect" if k in network.architects else "firm")
        if few:
            text = "–" if view is None else f"{float(view):.2f}".removeprefix("0")
            text = {".00": "0", "1.00": "1"}.get(text, text)
            ax.text(
                x,
                y,
                text,
                ha="center",
                va="center",
                fontsize=max(5.0, min(9.0, 0.62 * radius)),
                color=INK if view is None else ink_on(colour),
                zorder=3,
                gid="view",
            )
        if network.size <= MOST_NAMED and network.firms != tuple(
            str(n) for n in range(1, network.size + 1)
        ):
            ax.annotate(
                plain(textwrap.shorten(network.firms[k], 14, placeholder="…")),
                (x, y),
                xytext=(0, -radius - 2),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=7.5,
                color=INK,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
                zorder=3,
                gid="name",
            )
    ax.set(xlim=(-1.3, 1.3), ylim=(-1.35, 1.25), xticks=[], yticks=[])
    ax.set_aspect("equal", adjustable="box", anchor="NW")
    for side in ax.spines.values():
        side.set_visible(False)


@draws(GoalPath)
def goal_path(found: GoalPath, ax: Axes | None = None, *, dimension: int = 1) -> Axes:
    """Draw views round by round: a line for each firm, thick and dashed for architects.

    Parameters
    ----------
    found : GoalPath
    ax : matplotlib Axes, optional
    dimension : int
        Of a goal of several dimensions, counted from 1.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no such dimension.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> len(goal_path(GoalNetwork(3, [0, 0, 1]).path(4)).lines)
    4
    """
    network = found.network
    _require_dimension(network, dimension)
    table = np.array([[float(one[dimension - 1]) for one in row] for row in found.views])
    styles = ("-", "--", ":", "-.")
    with look():
        from matplotlib.ticker import MaxNLocator

        ax = canvas(ax, (7.4, 4.4))
        labelled = network.size <= 12
        for k, name in enumerate(network.firms):
            led = k in network.architects
            words = plain(name) + (" (architect)" if led else "")
            (line,) = ax.plot(
                range(len(table)),
                table[:, k],
                color=OTHERS[k % len(OTHERS)],
                linestyle=styles[k // len(OTHERS) % len(styles)],
                linewidth=3 if led else 1.5 if labelled else 0.9,
                marker="s" if led else "o" if len(table) <= 25 and labelled else None,
                markersize=5 if led else 3.5,
                label=words if labelled else None,
                clip_on=False,
            )
            line.set_gid(f"firm {name}")
        if not isinstance(network.goal, str):
            goal = network.goal
            one = goal[dimension - 1] if isinstance(goal, tuple) else goal
            ax.axhline(
                float(one), color=INK, linewidth=1, linestyle=(0, (1, 2)),
                label="the goal" if labelled else None, gid="goal", zorder=0,
            )  # fmt: skip
        ax.set(
            xlabel="round",
            ylabel="view of the goal (0 to 1)",
            ylim=(-0.03, 1.03),
            title="Views as firms listen",
        )
        if len(table) == 1:
            ax.set_xlim(-0.5, 0.5)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if labelled:
            legend_beside(ax)
        words = found.status
        if network.dimensions > 1:
            words += f" Dimension {dimension} of {network.dimensions}."
        caption(ax, words)
    return ax


def shown(value: Any) -> str:
    """Write a number: exactly if it is short, else with four figures; a word as it is.

    >>> shown(Fraction(1, 3)), shown(0.123456)
    ('1/3', '0.1235')
    """
    from dilemma.game.display import number

    if isinstance(value, Fraction):
        return number(value)
    return value if isinstance(value, str) else f"{float(value):.4g}"
