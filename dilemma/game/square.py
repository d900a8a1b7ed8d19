"""A two-player game on the unit square: each player chooses any receptivity and transparency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.boxes import value_at
from dilemma.arrays.exact import fraction, fractions
from dilemma.game import checking
from dilemma.game.bimatrix import Game
from dilemma.writing.pages import Displayed

COORDINATES = ("receptivity", "transparency")


class SquareModel(Protocol):
    """A model whose players may choose any point of the square, such as an alliance."""

    def square(self) -> SquareGame:
        """Return the game on the square."""


class Landmark(NamedTuple):
    """A named point of the square."""

    name: str
    receptivity: Fraction
    transparency: Fraction


@dataclass(frozen=True, init=False, eq=False, repr=False)
class SquareGame(Displayed):
    r"""A two-player game in which a strategy is a point (r, t) of the unit square.

    Both players' payoffs are polynomials in their own point and the other's,

    .. math:: u_p = \sum_{abcd} C_{p,abcd}\; r_p^a\, t_p^b\, r_q^c\, t_q^d, \qquad q \ne p.

    Parameters
    ----------
    coefficients : pair of array_like with four axes each
        Entry (a, b, c, d) of the first is :math:`C_{0,abcd}`: the powers of the player's *own*
        receptivity and transparency come first, for both players.
    landmarks : iterable of (name, receptivity, transparency), optional
        Points with names, such as the five learning strategies.
    players : pair of str, optional

    Attributes
    ----------
    coefficients : pair of numpy.ndarray of Fraction, read-only
    landmarks : tuple of Landmark
    players : pair of str
    is_symmetric : bool
        True if both players have the same polynomial.

    Raises
    ------
    TypeError, ValueError
        If a coefficient is no number, or a landmark lies outside the square.

    Examples
    --------
    Each player's payoff is what it takes, r, times what the other shows, t, less the cost t²/2:

    >>> give = np.zeros((2, 3, 2, 2), dtype=int).astype(object)
    >>> give[1, 0, 0, 1], give[0, 2, 0, 0] = 1, Fraction(-1, 2)
    >>> game = SquareGame([give, give], [("open", 1, 1), ("closed", 1, 0)])
    >>> game.payoffs_at((1, 1), (1, 1)), game.is_symmetric
    ((Fraction(1, 2), Fraction(1, 2)), True)
    >>> game.restricted().strategies[0]
    ('open', 'closed')
    """

    coefficients: tuple[NDArray[np.object_], NDArray[np.object_]]
    landmarks: tuple[Landmark, ...]
    players: tuple[str, str]

    def __init__(
        self,
        coefficients: Sequence[Any],
        landmarks: Iterable[Any] = (),
        players: Sequence[str] | None = None,
    ) -> None:
        if len(coefficients) != 2:
            raise ValueError(
                f"coefficients: requires two arrays, one a player, got {len(coefficients)}"
            )
        both = []
        for player, given in enumerate(coefficients):
            one = fractions(given, f"coefficients[{player}]")
            if one.ndim != 4 or 0 in one.shape:
                raise ValueError(
                    f"coefficients[{player}]: requires an array with four axes (powers of own "
                    f"and of the other's coordinates), got the shape {one.shape}"
                )
            one.setflags(write=False)
            both.append(one)
        object.__setattr__(self, "coefficients", (both[0], both[1]))
        object.__setattr__(self, "landmarks", _landmarks(landmarks))
        object.__setattr__(self, "players", checking.player_names(players))

    @property
    def is_symmetric(self) -> bool:
        """True if both players' payoffs are the same polynomial."""
        first, second = self.coefficients
        sizes = [max(pair) for pair in zip(first.shape, second.shape, strict=True)]
        return bool(np.all(_padded(first, sizes) == _padded(second, sizes)))

    def payoffs_at(self, x: Sequence[Any], y: Sequence[Any]) -> tuple[Fraction, Fraction]:
        """Return both players' payoffs where the first plays x = (r, t) and the second y, exactly.

        Raises
        ------
        ValueError
            If a point is not in the unit square.
        """
        first, second = square_point(x, "x"), square_point(y, "y")
        return (
            value_at(self.coefficients[0], (*first, *second)),
            value_at(self.coefficients[1], (*second, *first)),
        )

    def restricted(self, points: Iterable[Any] | None = None) -> Game:
        """Return the game in which both players choose among some points, exactly.

        Parameters
        ----------
        points : iterable of (name, receptivity, transparency), optional
            The landmarks, if left out.
        """
        chosen = self.landmarks if points is None else _landmarks(points)
        if not chosen:
            raise ValueError("points: requires at least one point, got none")
        return Game(
            [self._matrix(0, chosen), self._matrix(1, chosen).T],
            [[one.name for one in chosen]] * 2,
            self.players,
        )

    def _matrix(self, player: int, points: Sequence[Landmark]) -> NDArray[np.object_]:
        """Payoffs of one player for its own point (axis 0) against the other's (axis 1)."""
        a, b, c, d = self.coefficients[player].shape
        own, other = (
            np.array(
                [
                    [p.receptivity**i * p.transparency**j for i in range(top) for j in range(side)]
                    for p in points
                ],
                dtype=object,
            )
            for top, side in ((a, b), (c, d))
        )
        flat = self.coefficients[player].reshape(a * b, c * d)
        result: NDArray[np.object_] = own @ flat @ other.T
        return result

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SquareGame):
            return NotImplemented
        return (self.landmarks, self.players) == (other.landmarks, other.players) and all(
            a.shape == b.shape and bool(np.all(a == b))
            for a, b in zip(self.coefficients, other.coefficients, strict=True)
        )

    def __hash__(self) -> int:
        flat = tuple(tuple(one.flat) for one in self.coefficients)
        return hash((self.landmarks, self.players, flat))

    def __repr__(self) -> str:
        return f"<SquareGame: {self.players[0]} against {self.players[1]}>"


def square_point(point: Sequence[Any], name: str) -> tuple[Fraction, Fraction]:
    """Read a point of the unit square exactly, or raise an error that names it.

    >>> square_point((0.5, "1/3"), "point")
    (Fraction(1, 2), Fraction(1, 3))
    """
    if isinstance(point, str) or len(point) != 2:
        raise ValueError(f"{name}: requires a point (receptivity, transparency), got {point!r}")
    r, t = (
        fraction(value, f"{name}.{which}") for value, which in zip(point, COORDINATES, strict=True)
    )
    if not (0 <= r <= 1 and 0 <= t <= 1):
        raise ValueError(f"{name}: requires a point of the unit square, got ({r}, {t})")
    return r, t


def square_game(model: SquareGame | SquareModel, name: str = "model") -> SquareGame:
    """Read an argument that is a game on the square, or a model with a method `square`.

    >>> square_game(3)
    Traceback (most recent call last):
    ...
    TypeError: model: requires a SquareGame or a model with a method square(), such as an \
Alliance, got int
    """
    if isinstance(model, SquareGame):
        return model
    made = getattr(model, "square", None)
    game = made() if callable(made) else None
    if not isinstance(game, SquareGame):
        raise TypeError(
            f"{name}: requires a SquareGame or a model with a method square(), such as an "
            f"Alliance, got {type(model).__name__}"
        )
    return game


def _landmarks(given: Iterable[Any]) -> tuple[Landmark, ...]:
    landmarks = []
    for one in given:
        name, r, t = one
        if not isinstance(name, str):
            raise TypeError(f"landmarks: requires names that are texts, got {name!r}")
        landmarks.append(Landmark(name, *square_point((r, t), f"landmarks[{name!r}]")))
    names = [one.name for one in landmarks]
    if len(set(names)) < len(names):
        raise ValueError(f"landmarks: requires different names, got {names}")
    return tuple(landmarks)


def _padded(array: NDArray[np.object_], sizes: Sequence[int]) -> NDArray[np.object_]:
    larger = np.full(sizes, Fraction(0), dtype=object)
    larger[tuple(slice(size) for size in array.shape)] = array
    return larger
