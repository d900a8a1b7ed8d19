"""Selection on the square of receptivity and transparency."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import AdaptiveDynamics, SquareEquilibria
from dilemma.show.pictures.marks import STREAM, STYLES, legend_of, settle
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.streams import draw_streams, streamlines
from dilemma.show.pictures.theme import (
    COLOURS,
    FRAME,
    INK,
    OTHERS,
    canvas,
    caption,
    colours_of,
    look,
    markers_of,
    plain,
    short_names,
    tint,
)

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

# Landmarks have their names beside them up to this number.
MOST_NAMES = 9
# The most equilibria that the legend tells in words.
MOST_WORDS = 6


@draws(AdaptiveDynamics)
def selection_portrait(dynamics: AdaptiveDynamics, ax: Axes | None = None) -> Axes:
    """Draw where small mutations lead a population on the square, and where selection stops.

    Streamlines follow the selection gradient; at a side of the square only the part along it.
    Singular points are filled if they attract, open if not, half filled if saddles; a ring marks
    those that no mutant of the whole square can invade, a star branching points.

    Parameters
    ----------
    dynamics : AdaptiveDynamics
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    with look():
        ax = canvas(ax, (8.0, 5.6))
        draw_streams(ax, _lines(dynamics.gradient), 0.026, colour=STREAM)
        _landmarks(ax, dynamics.game.landmarks)
        points = list(dynamics)
        for kind, style in STYLES.items():
            here = [one.point for one in points if one.convergence == kind]
            if not here:
                continue
            open_mark = style["fillstyle"] == "none"
            (drawn,) = ax.plot(
                *np.array(here, dtype=np.float64).T,
                linestyle="none",
                marker=style["marker"],
                fillstyle="full" if open_mark else style["fillstyle"],
                color="white" if open_mark else INK,
                markerfacecoloralt="white",
                markeredgecolor=INK,
                markersize=8,
                label=f"selection stops: {_CONVERGENCE[kind]}",
                clip_on=False,
                zorder=7,
            )
            drawn.set_gid(f"singular points: {kind}")
        for words, chosen, marker, size in (
            ("no mutant of the square invades", [p for p in points if p.uninvadable], "o", 17),
            ("branching point", [p for p in points if p.branching], "*", 22),
        ):
            if chosen:
                (drawn,) = ax.plot(
                    *np.array([one.point for one in chosen], dtype=np.float64).T,
                    linestyle="none",
                    marker=marker,
                    fillstyle="none",
                    markersize=size,
                    markeredgecolor=FRAME,
                    markeredgewidth=1.8,
                    label=words,
                    clip_on=False,
                    zorder=6,
                )
                drawn.set_gid(words)
        _finish(ax, "Selection on the square")
        caption(ax, dynamics.status)
        settle(ax)
    return ax


_CONVERGENCE = {
    "stable": "attracts",
    "saddle": "saddle",
    "unstable": "repels",
    "centre": "centre",
    "undecided": "undecided",
}


@draws("selection gradient")
def gradient_field(field: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the selection gradient on a grid, as arrows: as long as selection is strong.

    Parameters
    ----------
    field : xarray.Dataset
        Of ``AdaptiveDynamics.field``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    gradient = field["gradient"].transpose("transparency", "receptivity", "coordinate").values
    r, t = field["receptivity"].values, field["transparency"].values
    skip = max(1, round(len(r) / 21))
    with look():
        ax = canvas(ax, (6.6, 5.0))
        chosen = gradient[::skip, ::skip]
        sizes = np.linalg.norm(chosen, axis=-1)
        gap = float(r[skip] - r[0]) if len(r) > skip else 1.0
        top = float(sizes.max()) or 1.0
        arrows = ax.quiver(
            r[::skip],
            t[::skip],
            chosen[..., 0],
            chosen[..., 1],
            color=INK,
            angles="xy",
            scale_units="xy",
            scale=top / (1.4 * gap),
            width=0.005,
            zorder=3,
            clip_on=False,
        )
        arrows.set_gid("gradient")
        arrows.set_in_layout(False)
        _finish(ax, "Selection gradient")
        caption(
            ax,
            f"The longest arrow: a gradient of {top:.3g} (value of knowledge per unit of "
            "receptivity or transparency). At a side, the part that points outwards has no effect."
            if sizes.any()
            else "The gradient is 0 everywhere.",
        )
        settle(ax)
    return ax


@draws("adaptive paths")
def adaptive_path_lines(paths: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw where selection leads from given points of the square.

    Parameters
    ----------
    paths : xarray.Dataset
        Of `dilemma.evolution.adaptive_paths`.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    position = paths["position"].transpose("start", "time", "coordinate").values
    names = [str(one) for one in paths["start"].values]
    colours, markers = colours_of(names), markers_of(names)
    times = paths["time"].values
    with look():
        ax = canvas(ax, (7.0, 5.0))
        for line, name, colour, marker in zip(position, names, colours, markers, strict=True):
            known = line[~np.isnan(line).any(axis=1)]
            label = name if name in COLOURS or "," not in name else f"from ({name})"
            (drawn,) = ax.plot(
                *known.T,
                color=colour,
                linewidth=1.8,
                marker=marker,
                markersize=7,
                markevery=[0],
                label=plain(label),
                clip_on=False,
                zorder=4,
            )
            drawn.set_gid("path")
            far = np.linalg.norm(known - known[-1], axis=1) > 0.03
            if far.any():
                ax.annotate(
                    "",
                    xy=tuple(known[-1]),
                    xytext=tuple(known[np.flatnonzero(far)[-1]]),
                    arrowprops={
                        "arrowstyle": "-|>",
                        "color": colour,
                        "mutation_scale": 15,
                        "shrinkA": 0,
                        "shrinkB": 0,
                    },
                    zorder=4,
                    annotation_clip=False,
                )
        _finish(ax, "Adaptive paths")
        caption(
            ax,
            f"From the marks to the arrowheads: times {times[0]:g} to {times[-1]:g}, in units of "
            "evolutionary time (mutational variance 1).",
        )
        settle(ax)
    return ax


@draws("pairwise invasibility")
def invasibility(plot: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw which mutants can invade which residents, on a segment of the square.

    Parameters
    ----------
    plot : xarray.Dataset
        Of `dilemma.evolution.pairwise_invasibility`.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    sign = plot["sign"].transpose("mutant", "resident").values
    at = plot["resident"].values
    half = float(at[1] - at[0]) / 2
    edges = np.concatenate([[at[0] - half], at + half])
    first, second = str(plot.attrs["first"]), str(plot.attrs["second"])
    able, unable = OTHERS[4], "#f1e7d3"
    with look():
        from matplotlib.colors import ListedColormap

        ax = canvas(ax, (7.4, 5.2))
        ties = bool(np.any((sign == 0) & ~np.eye(len(sign), dtype=bool)))
        if ties:
            # Where regions of ties are to be seen, cells show them.
            cells: Any = ax.pcolormesh(
                edges,
                edges,
                sign.astype(float),
                cmap=ListedColormap([unable, "white", able]),
                vmin=-1.5,
                vmax=1.5,
            )
        else:
            fitness = plot["fitness"].transpose("mutant", "resident").values
            size = float(np.abs(fitness).max())
            cells = ax.contourf(
                at, at, fitness, levels=[-2 * size, 0, 2 * size], colors=[unable, able],
                hatches=["", "//"],
            )  # fmt: skip
        cells.set_gid("sign")
        ax.plot([0, 1], [0, 1], color=INK, linewidth=1.2, gid="diagonal")
        ax.set(
            xlim=(0, 1),
            ylim=(0, 1),
            aspect="equal",
            anchor="NW",
            xlabel=f"resident's place\n0: {plain(first)}\n1: {plain(second)}",
            ylabel="mutant's place",
            title="Who can invade whom",
        )
        handles: list[Any] = [
            Patch(
                facecolor=able,
                hatch="" if ties else "//",
                edgecolor=INK,
                label="the mutant can invade (+)",
            ),
            Patch(facecolor=unable, edgecolor=INK, label="it cannot (−)"),
        ]
        if ties:
            handles.append(Patch(facecolor="white", edgecolor=INK, label="a tie (0)"))
        handles.append(Line2D([], [], color=INK, linewidth=1.2, label="mutant = resident (0)"))
        ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.03, 1.0), borderaxespad=0)
        caption(ax, "The sign of the mutant's payoff beyond the residents' own: exact.")
        settle(ax)
    return ax


@draws(SquareEquilibria)
def square_equilibrium_map(equilibria: SquareEquilibria, ax: Axes | None = None) -> Axes:
    """Draw the pure equilibria on the square, and which of those among postures survive.

    A symmetric equilibrium is one point. An asymmetric one is two, joined by a line: the row
    player's (triangle to the right) and the column player's (triangle to the left). An equilibrium
    among postures that does not survive is dotted, with arrows to the best replies on the square.

    Parameters
    ----------
    equilibria : SquareEquilibria
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.lines import Line2D

    with look():
        ax = canvas(ax, (7.8, 5.0))
        handles: list[Any] = []
        _landmarks(ax, equilibria.game.landmarks)
        for number, one in enumerate(equilibria):
            colour = OTHERS[number % len(OTHERS)]
            pair = np.array([one.row, one.column], dtype=np.float64)
            alike = bool(np.all(pair[0] == pair[1]))
            if not alike:
                (line,) = ax.plot(*pair.T, color=colour, linewidth=1.8, zorder=4, clip_on=False)
                line.set_gid("equilibrium")
            for place, marker in zip(pair, "o" if alike else "><", strict=False):
                ax.plot(
                    *place, marker, color=colour, markersize=9, zorder=5, clip_on=False,
                    gid="equilibrium",
                )  # fmt: skip
            words = textwrap.fill(plain(str(one.words)), 36)
            handles.append(
                Line2D(
                    [], [], color=colour, marker="o" if alike else ">",
                    linestyle="none" if alike else "-", markersize=8, label=words,
                )
            )  # fmt: skip
        if len(handles) > MOST_WORDS:
            more = len(handles) - MOST_WORDS
            handles = handles[:MOST_WORDS]
            handles.append(Line2D([], [], linestyle="none", label=f"and {more} more"))
        handles += _lost(ax, equilibria, Line2D)
        _finish(ax, "Equilibria on the square", legend=False)
        if handles:
            ax.legend(
                handles=handles,
                loc="upper left",
                bbox_to_anchor=(1.04, 1.0),
                borderaxespad=0,
                labelspacing=0.8,
            )
        caption(ax, f"{equilibria.status} Triangles: row player to the right, column to the left.")
        settle(ax)
    return ax


def _lost(ax: Axes, equilibria: SquareEquilibria, line: Any) -> list[Any]:
    """Equilibria among postures that end when any point may be chosen."""
    lost = [one for one in equilibria.postures if not one.survives]
    places = {
        one.name: (float(one.receptivity), float(one.transparency))
        for one in equilibria.game.landmarks
    }
    for test in lost:
        for gain, reply, name in zip(test.gains, test.replies, test.postures, strict=True):
            if gain <= 0:
                continue
            ax.annotate(
                "",
                xy=(float(reply[0]), float(reply[1])),
                xytext=places[name],
                arrowprops={
                    "arrowstyle": "-|>",
                    "linestyle": (0, (2, 2)),
                    "color": INK,
                    "mutation_scale": 13,
                },
                zorder=4,
                gid="best reply",
                annotation_clip=False,
            )
    if not lost:
        return []
    return [
        line(
            [], [], color=INK, linestyle=(0, (2, 2)), marker=">", markersize=5,
            label=textwrap.fill(
                "does not survive: " + "; ".join(
                    " and ".join(short_names([each])[0] for each in one.postures) for one in lost
                ),
                36,
            ),
        )
    ]  # fmt: skip


def _lines(gradient: Callable[[Any], Floats]) -> list[Floats]:
    """Streamlines of a gradient, with its outward part left out at the sides."""

    def velocity(points: Floats) -> Floats:
        at = gradient(points)
        out = ((points <= 0) & (at < 0)) | ((points >= 1) & (at > 0))
        return np.where(out, 0.0, at)

    ticks = np.linspace(0, 1, 14)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    order = np.argsort(np.abs(grid - 0.5).max(axis=1), kind="stable")
    return streamlines(velocity, lambda points: np.clip(points, 0, 1), grid[order], 0.065, 1.2)


def _landmarks(ax: Axes, landmarks: Iterable[Any]) -> None:
    marks = list(landmarks)
    names = [one.name for one in marks]
    for one, short, colour, marker in zip(
        marks, short_names(names), colours_of(names), markers_of(names), strict=True
    ):
        x, y = float(one.receptivity), float(one.transparency)
        (drawn,) = ax.plot(
            [x], [y], marker, color=tint(colour, 0.45), markersize=14, zorder=4, clip_on=False,
            markeredgecolor=colour, markeredgewidth=1.8,
        )  # fmt: skip
        drawn.set_gid("landmark")
        if len(marks) <= MOST_NAMES:
            ax.annotate(
                short,
                (x, y),
                (11, 9),
                textcoords="offset points",
                color=colour,
                fontweight="bold",
                fontsize=9,
                zorder=8,
                annotation_clip=False,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "linewidth": 0,
                      "alpha": 0.8},
            )  # fmt: skip


def _finish(ax: Axes, title: str, legend: bool = True) -> None:
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
        anchor="NW",
        xlabel="receptivity (0 to 1)",
        ylabel="transparency (0 to 1)",
    )
    ax.tick_params(pad=8)
    ax.set_title(title, pad=22)
    for side in ax.spines.values():
        side.set_visible(True)
    if legend:
        legend_of(ax, (1.12, 1.0))
