"""Goals that form in networks: views before and after, round by round, and what moderates them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective import (
    GoalNetwork,
    GoalPath,
    Goals,
    Moderation,
    ModerationSample,
    SignRange,
)
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
    tint,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More firms than these can't be told apart; numbers are written up to fewer.
MOST_DRAWN, MOST_NUMBERED, MOST_NAMED = 150, 30, 16
VIEWS = "viridis"
SIGN_COLOURS = {1: OTHERS[0], -1: OTHERS[1], 0: OTHERS[2]}
SIGN_WORDS = {1: "above 0", -1: "below 0", 0: "0"}
SIGN_HATCH = {1: "", -1: "////", 0: ".."}


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

        ax = canvas(ax, (9.0, 4.9))
        panes = panels(ax, 1, 2, (0.12, 0.0))
        bar_pane = ax.inset_axes((1.03, 0.0, 0.025, 1.0))
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
            said = f"The goal, {_shown(one)}, is the line across the scale."
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
                f"Value of the network {_shown(found.value)}, commitment "
                f"{_shown(found.total_commitment)}."
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


@draws(Moderation)
def interaction_plot(found: Moderation, ax: Axes | None = None) -> Axes:
    """Draw what goal formation does without and with a moderator, and where that holds.

    Lines that are not parallel interact. Below, if the answer has ranges along a term: where the
    interaction, and the effects of formation, are above and below 0.

    Parameters
    ----------
    found : Moderation
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork, moderation
    >>> network = GoalNetwork(3, [0, 0, 1], positions=[0, 1, 1])
    >>> ax = interaction_plot(moderation(network, "decay", (4, 0), along="goal"))
    >>> len(ax.child_axes)
    2
    """
    rows = [
        ("interaction", found.ranges),
        *(
            (f"effect {level}" if isinstance(level, str) else f"effect at {_shown(level)}", ranges)
            for level, ranges in zip(found.levels, found.effect_ranges, strict=True)
        ),
        ("mixed derivative", found.derivative_ranges),
    ]
    rows = [row for row in rows if row[1]]
    with look():
        if rows:
            ax = canvas(ax, (7.6, 5.0 + 0.25 * len(rows)))
            for side in ax.spines.values():
                side.set_visible(False)
            ax.set(xticks=[], yticks=[])
            ax.xaxis.set_visible(False)
            ax.yaxis.set_visible(False)
            ax.patch.set_visible(False)
            share = 0.12 + 0.06 * len(rows)
            upper = ax.inset_axes((0.0, share + 0.17, 1.0, 1 - share - 0.17))
            lower = ax.inset_axes((0.0, 0.0, 1.0, share))
            _lines(upper, found)
            _ranges(lower, rows, found)
        else:
            ax = canvas(ax, (7.0, 4.2))
            _lines(ax, found)
        more = " Mixed derivative: as the moderator's number grows."
        caption(ax, found.status + (more if found.derivative_ranges else ""))
    return ax


def _lines(ax: Axes, found: Moderation) -> None:
    where = [float(one) for one in found.formation]
    pairs = zip(found.levels, (OTHERS[4], OTHERS[3]), ("o", "s"), ("-", (0, (5, 2))), strict=True)
    for k, (level, colour, marker, style) in enumerate(pairs):
        name = level if isinstance(level, str) else _shown(level)
        (line,) = ax.plot(
            where,
            [float(found.outcomes[0][k]), float(found.outcomes[1][k])],
            color=colour,
            marker=marker,
            markersize=7,
            linestyle=style,
            linewidth=2,
            label=f"{name} moderator" if isinstance(level, str) else f"moderator at {name}",
        )
        line.set_gid(f"level {k}")
    units = {
        "value": "value of the network (value of commitment)",
        "commitment": "total commitment (firms' worth)",
        "alignment": "mean alignment (0 to 1)",
    }
    ax.set(
        xlabel="goal formation (0 to 1)",
        ylabel=units[found.measure],
        xticks=where if where[0] != where[1] else where[:1],
    )
    room = 0.08 * (abs(where[1] - where[0]) or 1.0)
    ax.set_xlim(min(where) - room, max(where) + room)
    ax.margins(y=0.12)
    title = found.moderator if len(found.moderator) < 48 else "What formation does"
    ax.set_title(plain(title), loc="left")
    legend_beside(ax)


def _ranges(ax: Axes, rows: Sequence[tuple[str, Sequence[SignRange]]], found: Moderation) -> None:
    from matplotlib.patches import Patch

    low, high = (float(one) for one in found.over or (0, 1))
    drawn: set[int] = set()
    for place, (name, ranges) in enumerate(rows):
        for one in ranges:
            start, end = float(one.low), float(one.high)
            colour = SIGN_COLOURS[one.sign]
            (bar,) = ax.barh(
                place,
                end - start,
                left=start,
                height=0.62,
                color=tint(colour, 0.8 if one.sign > 0 else 0.35),
                edgecolor=colour,
                hatch=SIGN_HATCH[one.sign],
                linewidth=1,
            )
            bar.set_gid(f"{name} {SIGN_WORDS[one.sign]}")
            drawn.add(one.sign)
    ax.set(
        ylim=(len(rows) - 0.5, -0.5),
        yticks=range(len(rows)),
        xlabel=plain(_label(found)),
    )
    ax.set_xlim(low, high)
    ax.set_yticklabels([plain(name) for name, _ in rows], fontsize=8)
    ax.tick_params(axis="y", length=0)
    samples = [
        Patch(
            facecolor=tint(SIGN_COLOURS[sign], 0.8 if sign > 0 else 0.35),
            edgecolor=SIGN_COLOURS[sign],
            hatch=SIGN_HATCH[sign],
            label=SIGN_WORDS[sign],
        )
        for sign in (1, 0, -1)
        if sign in drawn
    ]
    legend_beside(ax, handles=samples)


@draws(ModerationSample)
def interaction_sample(found: ModerationSample, ax: Axes | None = None) -> Axes:
    """Draw the interactions of a sample of networks: how often, their mean and its interval.

    Parameters
    ----------
    found : ModerationSample
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from dilemma.collective import sampled_moderation
    >>> ax = interaction_sample(sampled_moderation(4, "decay", (4, 0), samples=20, seed=1))
    >>> ax.get_ylabel()
    'networks'
    """
    values = np.array(found.interactions)
    with look():
        from matplotlib.ticker import MaxNLocator

        ax = canvas(ax, (7.0, 4.2))
        count = max(5, min(30, round(len(values) ** 0.5) * 2))
        spread = (values.min(), values.max())
        if spread[0] == spread[1]:
            spread = (spread[0] - 0.5, spread[1] + 0.5)
        heights, edges = np.histogram(values, bins=count, range=spread)
        bars = ax.bar(
            edges[:-1], heights, np.diff(edges), align="edge",
            color=tint(OTHERS[4], 0.5), edgecolor=OTHERS[4],
        )  # fmt: skip
        for bar in bars:
            bar.set_gid("interactions")
        ax.axvline(0, color=INK, linewidth=1, linestyle=(0, (1, 2)), label="no interaction")
        top = ax.get_ylim()[1]
        ax.errorbar(
            found.mean,
            1.06 * top,
            xerr=[[found.mean - found.interval[0]], [found.interval[1] - found.mean]],
            fmt="D",
            color=OTHERS[3],
            capsize=4,
            label=f"mean, {100 * found.confidence:g} % interval",
        )
        ax.set(
            ylim=(0, 1.14 * top),
            xlabel=f"interaction of formation and moderator on {found.measure}",
            ylabel="networks",
        )
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_title("Moderation over random networks", loc="left")
        legend_beside(ax)
        caption(ax, found.status)
    return ax


def _label(found: Moderation) -> str:
    """The term along which signs are given, with its unit: those of networks are their own."""
    name = found.along or ""
    whole, _, firm = name.partition(".")
    words = whole.replace("_", " ") + (f" of firm {firm}" if firm else "")
    domain = found.network.domains[name]
    return f"{words} (0 to 1)" if domain.high == 1 else words


def _shown(value: Any) -> str:
    from dilemma.game.display import number

    if isinstance(value, Fraction):
        return number(value)
    return value if isinstance(value, str) else f"{float(value):.4g}"
