"""Which equilibria are strict at each point of a plane of two terms, as a picture for a browser.

Matplotlib would take most of the time that a slider may take, so the map is a small PNG inside an
SVG with text as text.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.equilibria import nash, nash_map
from dilemma.game import Game
from dilemma.game.display import listed, number
from dilemma.show.pictures.theme import colours_of, ink_on
from dilemma.study import axis

POINTS = 100
# Where no equilibrium is strict.
NONE = "#e4e4e4"
# Regimes beyond these share one line of the legend.
LINES = 9


@dataclass(frozen=True, eq=False)
class Regimes:
    """A map of the sets of strict equilibria over two terms.

    Attributes
    ----------
    first, second : str
        The terms along the picture's width and height.
    ranges : pair of pairs of Fraction
    codes : int array, shape (second, first)
        The regime at each point, from 0; the largest area first.
    words : tuple of str
        What each regime is.
    colours : tuple of str
    """

    first: str
    second: str
    ranges: tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
    codes: NDArray[np.int64]
    words: tuple[str, ...]
    colours: tuple[str, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the points that each regime has."""
        counts = np.bincount(self.codes.ravel(), minlength=len(self.words))
        return tuple(float(one) for one in counts / self.codes.size)


def regimes_of(
    alliance: Alliance, first: str, second: str, ranges: Mapping[str, tuple[Fraction, Fraction]]
) -> Regimes:
    """Solve 100 x 100 games and sort them by their strict equilibria.

    Parameters
    ----------
    alliance : Alliance
        Its values of the two terms don't matter.
    first, second : str
        Two different terms.
    ranges : mapping of str to pair of Fraction

    Examples
    --------
    >>> span = {"trust": (Fraction(0), Fraction(1)), "stakes": (Fraction(1, 2), Fraction(2))}
    >>> found = regimes_of(Alliance(), "trust", "stakes", span)
    >>> found.codes.shape, found.words[0]
    ((100, 100), 'mutual avoidance')
    """
    import xarray as xr

    spans = ranges[first], ranges[second]
    grid = {
        name: xr.DataArray(axis(*span, POINTS), dims=[name.replace(".", "_")])
        for name, span in zip((first, second), spans, strict=True)
    }
    solved = nash_map(alliance.replace(**grid), progress=False)
    dims = (second.replace(".", "_"), first.replace(".", "_"))
    strict = solved["strict"].transpose(*dims, "equilibrium").values
    rows = _index(solved["row_support"].transpose(*dims, "equilibrium").values)
    columns = _index(solved["column_support"].transpose(*dims, "equilibrium").values)
    names = (
        [str(one) for one in solved["row"].values],
        [str(one) for one in solved["column"].values],
    )
    pairs = np.where(strict, rows * len(names[1]) + columns, -1)
    pairs = -np.sort(-pairs, axis=-1)
    pairs = pairs[..., : max(1, int(strict.sum(axis=-1).max()))]
    kinds, codes = np.unique(pairs.reshape(-1, pairs.shape[-1]), axis=0, return_inverse=True)
    codes = codes.reshape(pairs.shape[:2])
    order = np.argsort(-np.bincount(codes.ravel()), kind="stable")
    place = np.argsort(order)
    sets = [
        tuple(
            (names[0][p // len(names[1])], names[1][p % len(names[1])]) for p in kinds[k] if p >= 0
        )
        for k in order
    ]
    return Regimes(
        first,
        second,
        spans,
        place[codes],
        tuple(map(_words, sets)),
        tuple(map(_colour, sets)),
    )


def strict_equilibria(game: Game) -> str:
    """Say which equilibria of a game are strict, in the words of the map's legend.

    Examples
    --------
    >>> strict_equilibria(Alliance(trust=0.75).game())
    'mutual avoidance and mutual collaboration'
    """
    return _words(
        tuple(
            (game.strategies[0][one.row.index(1)], game.strategies[1][one.column.index(1)])
            for one in nash(game)
            if one.strict
        )
    )


def _index(masks: NDArray[np.integer]) -> NDArray[np.int64]:
    """The one strategy in a support; what it is for larger ones does not matter."""
    lowest: NDArray[np.int64] = np.log2(np.maximum(masks, 1).astype(float)).astype(np.int64)
    return lowest


def _words(pairs: tuple[tuple[str, str], ...]) -> str:
    if not pairs:
        return "none is strict"
    said: list[str] = []
    for row, column in sorted(pairs, key=lambda pair: (pair[0] != pair[1], pair)):
        text = f"mutual {row}" if row == column else f"{row} with {column}"
        turned = f"{column} with {row}"
        if turned in said:
            said[said.index(turned)] += " (either way round)"
        else:
            said.append(text)
    return listed(said)


def _colour(pairs: tuple[tuple[str, str], ...]) -> str:
    """The colour of the one strategy played, or the mean of those that are."""
    from matplotlib.colors import to_hex, to_rgb

    if not pairs:
        return NONE
    played = [colour for pair in pairs for colour in colours_of(pair)]
    shades = np.array([to_rgb(one) for one in played])
    return str(to_hex(shades.mean(axis=0)))


def svg(regimes: Regimes, here: tuple[Fraction, Fraction], settled: str) -> str:
    """Draw the map with the alliance's own point, and a legend.

    Parameters
    ----------
    regimes : Regimes
    here : pair of Fraction
        The values of the two terms; a point outside the map is left out, and said.
    settled : str
        Which equilibria are strict there, exactly.

    Returns
    -------
    str
        HTML: an SVG with its description, and a list.
    """
    left, top, side = 62, 8, 300
    (low_x, high_x), (low_y, high_y) = regimes.ranges
    labels = [_place(regimes.codes == k) for k in range(min(LINES, len(regimes.words)))]
    parts = [
        f'<image x="{left}" y="{top}" width="{side}" height="{side}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" href="{_png(regimes)}"/>',
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" '
        'stroke="#5f5f5f"/>',
    ]
    for k, found in enumerate(labels):
        if found is not None:
            row, column = found
            x = left + side * (column + 0.5) / POINTS
            y = top + side * (1 - (row + 0.5) / POINTS)
            parts.append(
                f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-size="15" '
                f'font-weight="bold" fill="{ink_on(regimes.colours[k])}">{k + 1}</text>'
            )
    for share in (Fraction(0), Fraction(1, 2), Fraction(1)):
        x, y = left + side * float(share), top + side * (1 - float(share))
        at_x, at_y = low_x + share * (high_x - low_x), low_y + share * (high_y - low_y)
        anchor = {0: "start", 1: "end"}.get(int(share) if share in (0, 1) else -1, "middle")
        parts.append(
            f'<text x="{x}" y="{top + side + 16}" text-anchor="{anchor}" font-size="12" '
            f'fill="#1c1c1c">{_decimal(at_x)}</text>'
        )
        parts.append(
            f'<text x="{left - 5}" y="{y + (10 if share == 1 else 4 if share else 0)}" '
            f'text-anchor="end" font-size="12" fill="#1c1c1c">{_decimal(at_y)}</text>'
        )
    middle = top + side / 2
    parts.append(
        f'<text x="{left + side / 2}" y="{top + side + 36}" text-anchor="middle" '
        f'font-size="13" fill="#1c1c1c">{escape(_title(regimes.first))}</text>'
        f'<text x="14" y="{middle}" text-anchor="middle" font-size="13" fill="#1c1c1c" '
        f'transform="rotate(-90 14 {middle})">{escape(_title(regimes.second))}</text>'
    )
    inside = low_x <= here[0] <= high_x and low_y <= here[1] <= high_y
    if inside:
        x = left + side * float((here[0] - low_x) / (high_x - low_x))
        y = top + side * (1 - float((here[1] - low_y) / (high_y - low_y)))
        parts.append(
            f'<g class="here"><circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="none" stroke="#fff" '
            f'stroke-width="4"/><circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="none" '
            'stroke="#d8366b" stroke-width="2.5"/></g>'
        )
    words = (
        f"Strict equilibria over {regimes.first} and {regimes.second}; the alliance is at "
        f"{number(here[0])} and {number(here[1])}{'' if inside else ', outside this map'}."
    )
    lines = [
        f'<li><span style="display:inline-block;min-width:1.5em;text-align:center;'
        f'font-weight:bold;background:{regimes.colours[k]};color:{ink_on(regimes.colours[k])}">'
        f"{k + 1}</span> {escape(regimes.words[k])}, {_share(regimes.shares[k])}</li>"
        for k in range(len(labels))
    ]
    left_over = len(regimes.words) - len(labels)
    if left_over:
        rest = sum(regimes.shares[len(labels) :])
        kinds = "one more regime" if left_over == 1 else f"{left_over} more regimes together"
        lines.append(f"<li>{kinds}, {_share(rest)}</li>")
    return (
        f'<svg viewBox="0 0 {left + side + 8} {top + side + 42}" role="img" '
        f'aria-label="{escape(words)}" style="width:100%;max-width:380px">'
        f"<title>{escape(words)}</title>{''.join(parts)}</svg>"
        f'<p>At the ring: <b class="around">{escape(settled)}</b>.</p>'
        "<p>Where each set of strict equilibria lives, on 100 x 100 exact points; the ring is "
        f"this alliance{'' if inside else ', which is outside'}. Shares are of the area "
        f'shown.</p><ol style="list-style:none;padding:0;margin:0">{"".join(lines)}</ol>'
    )


def _title(term: str) -> str:
    firm = {"row": " of the row firm", "column": " of the column firm"}
    name, _, side = term.partition(".")
    return name.replace("_", " ") + firm.get(side, "")


def _decimal(value: Fraction) -> str:
    return f"{float(value):.3g}"


def _share(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def _png(regimes: Regimes) -> str:
    from matplotlib.colors import to_rgba_array
    from matplotlib.image import imsave

    palette = (to_rgba_array(list(regimes.colours)) * 255).round().astype(np.uint8)
    held = io.BytesIO()
    imsave(held, palette[regimes.codes[::-1]], format="png")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode("ascii")


def _place(inside: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The point of an area that is farthest from its border, if a number fits there."""
    from scipy.ndimage import distance_transform_edt

    depth = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    k = int(depth.argmax())
    if depth.flat[k] < 3:
        return None
    return k // inside.shape[1], k % inside.shape[1]
