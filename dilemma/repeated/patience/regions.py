"""Which payoff pairs pure profiles and their lotteries reach, and which of these are rational."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import rounded
from dilemma.arrays.polygons import Polygon, area, clip, contains, hull, upper_right
from dilemma.game import Game
from dilemma.game.display import WIDTH, number
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated.patience.guarantees import Pair, minmax, stage_of
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

FLOORS = ("mixed", "pure")


@dataclass(frozen=True)
class PayoffPolygon(Displayed):
    """A convex set of payoff pairs: a polygon, a segment, a point, or nothing.

    Attributes
    ----------
    points : tuple of pairs of Fraction
        The vertices, counterclockwise from the least payoff of the row player.

    Examples
    --------
    >>> segment = PayoffPolygon(hull([(0, 0), (2, 2)]))
    >>> len(segment), segment.area, (1, 1) in segment, segment.shape
    (2, Fraction(0, 1), True, 'segment')
    """

    points: Polygon

    @cached_property
    def exact_vertices(self) -> NDArray[np.object_]:
        """The vertices as Fractions, shape (k, 2), read-only."""
        array: NDArray[np.object_] = np.empty((len(self.points), 2), dtype=object)
        for k, one in enumerate(self.points):
            array[k] = one
        array.flags.writeable = False
        return array

    @cached_property
    def vertices(self) -> NDArray[np.float64]:
        """The vertices as floats, shape (k, 2) with k ≥ 0, read-only."""
        array = rounded(self.exact_vertices, "vertices")
        array.flags.writeable = False
        return array

    @property
    def area(self) -> Fraction:
        """0 for all but a proper polygon."""
        return area(self.points)

    @property
    def shape(self) -> str:
        """What it is: "empty", "point", "segment" or "polygon"."""
        return ("empty", "point", "segment", "polygon")[min(len(self.points), 3)]

    @property
    def frontier(self) -> Polygon:
        """The vertices of the Pareto frontier, the row player's least payoff first."""
        return upper_right(self.points)

    def __contains__(self, payoffs: Any) -> bool:
        return contains(self.points, payoffs)

    def __len__(self) -> int:
        return len(self.points)

    def __str__(self) -> str:
        return describe_points(self.points) if self.points else "nothing"


def describe_points(points: Polygon) -> str:
    """List payoff pairs in words.

    >>> describe_points(hull([(0, "1/2"), (3, 3)]))
    '(0, 1/2), (3, 3)'
    """
    return ", ".join(f"({number(x)}, {number(y)})" for x, y in points)


@dataclass(frozen=True, kw_only=True, repr=False)
class FeasibleSet(Solution):
    """The payoff pairs that the players can reach, and those that leave both their minmax.

    Attributes
    ----------
    feasible : PayoffPolygon
        The hull of the pure payoffs: what a public lottery over pure profiles reaches, in one
        period or as an average.
    individually_rational : PayoffPolygon
        Its part with at least the minmax payoff for both.
    profiles : tuple of tuples of pairs of str
        For each vertex of ``feasible`` the pure profiles that pay it.
    minmax : pair of Fraction
        The floors: by ``floor``, those in mixed or in pure strategies.
    floor : str
        "mixed" or "pure".
    """

    feasible: PayoffPolygon
    individually_rational: PayoffPolygon
    profiles: tuple[tuple[tuple[str, str], ...], ...]
    minmax: Pair
    floor: str

    @property
    def vertices(self) -> NDArray[np.float64]:
        """Those of ``feasible`` as floats, shape (k, 2)."""
        return self.feasible.vertices

    @property
    def exact_vertices(self) -> NDArray[np.object_]:
        """Those of ``feasible`` as Fractions, shape (k, 2)."""
        return self.feasible.exact_vertices

    @property
    def area(self) -> Fraction:
        """The area of ``feasible``."""
        return self.feasible.area

    @property
    def frontier(self) -> Polygon:
        """The vertices of the Pareto frontier of ``feasible``."""
        return self.feasible.frontier

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for one, cells in zip(self.feasible.points, self.profiles, strict=True):
            who = "; ".join(" with ".join(cell) for cell in cells)
            lines.append(f"  {describe_points((one,))}: {who}")
        lines.append(f"  Pareto frontier: {describe_points(self.frontier)}")
        lines.append(f"  individually rational: {self.individually_rational}")
        return wrapped(lines)


def feasible_set(game: Game | RepeatedGame, floor: str = "mixed") -> FeasibleSet:
    r"""Find the feasible payoffs of a game and the individually rational ones, exactly.

    Parameters
    ----------
    game : Game or RepeatedGame
        The stage game, or a repeated game with that stage. (Averages of a path are in the set;
        with discounting and without a public lottery they need not fill it.)
    floor : str
        Which minmax payoffs bound the individually rational part: in "mixed" strategies (no
        equilibrium pays less) or in "pure" ones (none in pure strategies pays less). The first
        is never empty: it holds all stage equilibria.

    Returns
    -------
    FeasibleSet

    Raises
    ------
    TypeError, ValueError
        If the game is none, or the floor neither of the two.

    Examples
    --------
    >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> print(feasible_set(prisoners))
    The feasible payoffs are a polygon of 4 vertices, area 10; the individually
    rational ones (at least 1 and 1) a polygon of 4 vertices, area 20/3.
      (0, 5): share with hide
      (1, 1): hide with hide
      (5, 0): hide with share
      (3, 3): share with share
      Pareto frontier: (0, 5), (3, 3), (5, 0)
      individually rational: (1, 1), (13/3, 1), (3, 3), (1, 13/3)
    """
    stage = stage_of(game)
    if floor not in FLOORS:
        raise ValueError(f"floor: requires one of {', '.join(FLOORS)}, got {floor!r}")
    points = pure_points(stage)
    feasible = PayoffPolygon(hull(points.values()))
    held = minmax(stage)
    floors = held.mixed if floor == "mixed" else held.pure
    rational = PayoffPolygon(above(feasible.points, floors))
    names = {cell: (stage.strategies[0][cell[0]], stage.strategies[1][cell[1]]) for cell in points}
    least = " and ".join(map(number, floors))
    return FeasibleSet(
        method="convex hull and half-planes in rational arithmetic",
        exact=True,
        complete=True,
        status=_sentence(feasible, rational, least),
        feasible=feasible,
        individually_rational=rational,
        profiles=tuple(
            tuple(names[cell] for cell, point in points.items() if point == vertex)
            for vertex in feasible.points
        ),
        minmax=floors,
        floor=floor,
    )


def above(polygon: Polygon, floors: Pair) -> Polygon:
    """Return the part of a polygon that pays both players at least so much.

    >>> above(hull([(0, 0), (2, 2)]), (1, 0))
    ((Fraction(1, 1), Fraction(1, 1)), (Fraction(2, 1), Fraction(2, 1)))
    """
    return clip(clip(polygon, (1, 0), floors[0]), (0, 1), floors[1])


def pure_points(game: Game) -> dict[tuple[int, int], Pair]:
    """Return both players' payoffs at each pure profile.

    >>> pure_points(Game.symmetric([[3]]))
    {(0, 0): (Fraction(3, 1), Fraction(3, 1))}
    """
    exact = game.exact_payoffs
    return {
        (i, j): (Fraction(exact[0, i, j]), Fraction(exact[1, i, j]))
        for i, j in np.ndindex(*game.shape)
    }


def _sentence(feasible: PayoffPolygon, rational: PayoffPolygon, least: str) -> str:
    return (
        f"The feasible payoffs are {_shaped(feasible)}; the individually rational ones "
        f"(at least {least}) {_shaped(rational)}."
    )


def _shaped(polygon: PayoffPolygon) -> str:
    if polygon.shape == "polygon":
        return f"a polygon of {len(polygon)} vertices, area {number(polygon.area)}"
    return "none" if polygon.shape == "empty" else f"a {polygon.shape}"
