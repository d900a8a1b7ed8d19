r"""Equilibria of firms that may choose any point of the (receptivity, transparency) square.

Five postures are a restriction that players put on themselves. What they settle on may not
survive when postures are refined: `square_equilibria` says what does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import arb

from dilemma.arrays.boxes import Zero, Zeros, bounds_in, derivative, zeros_in_box
from dilemma.evolution.square.faces import (
    FACES,
    Face,
    Point,
    Polynomial,
    best_points,
    enclosure,
    name_of,
    own_polynomial,
    pair_words,
    point_words,
    reduced,
    value_of,
)
from dilemma.game.display import number, wrapped
from dilemma.game.square import SquareGame, SquareModel, square_game
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class SquareEquilibrium(Displayed):
    """One pure equilibrium on the square.

    Attributes
    ----------
    row, column : pairs
        (receptivity, transparency) of each player: Fractions where `exact`, otherwise floats that
        are correct to their last digits (their bounds were proved).
    payoffs : pair
        In the same numbers.
    exact : bool
        True if the coordinates are rational and everything was decided with them.
    landmarks : pair of (str or None)
        The names of the postures that the players have there, if they have names.
    words : str
    """

    row: Point
    column: Point
    payoffs: tuple[Any, Any]
    exact: bool
    landmarks: tuple[str | None, str | None]
    words: str

    def __str__(self) -> str:
        first, second = (number(v) if self.exact else f"{v:.6g}" for v in self.payoffs)
        return f"{self.words}: payoffs {first} and {second}"


@dataclass(frozen=True)
class PostureTest(Displayed):
    """What becomes of a pure equilibrium among the postures when any point may be chosen.

    Attributes
    ----------
    postures : pair of str
    survives : bool
        True if it is an equilibrium of the whole square too.
    gains : pair of Fraction
        What each player could gain by its best point of the square.
    replies : pair of pairs of Fraction
        That best point (the first one found, where there are several).
    words : str
    """

    postures: tuple[str, str]
    survives: bool
    gains: tuple[Fraction, Fraction]
    replies: tuple[Point, Point]
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class SquareEquilibria(Solution):
    """The pure equilibria of a game on the square, beside those among postures and on grids.

    A sequence of `SquareEquilibrium`.

    Attributes
    ----------
    game : SquareGame
    equilibria : tuple of SquareEquilibrium
    postures : tuple of PostureTest
        Every pure equilibrium among the game's landmarks, and whether it survives.
    grids : mapping of int to tuple of (row point, column point)
        For each k, the pure equilibria of the k × k grid.
    unresolved : tuple of str
        Where the search could neither exclude nor prove equilibria, in words.
    """

    game: SquareGame
    equilibria: tuple[SquareEquilibrium, ...]
    postures: tuple[PostureTest, ...]
    grids: dict[int, tuple[tuple[Point, Point], ...]]
    unresolved: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[SquareEquilibrium]:
        return iter(self.equilibria)

    def __getitem__(self, index: int) -> SquareEquilibrium:
        return self.equilibria[index]

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in self.equilibria)]
        if self.postures:
            lines += ["Pure equilibria among the postures:"]
            lines += [f"  {one}" for one in self.postures]
        for k, pairs in self.grids.items():
            known = {(one.row, one.column) for one in self.equilibria}
            shared = sum(pair in known for pair in pairs)
            count = "1 pure equilibrium" if len(pairs) == 1 else f"{len(pairs)} pure equilibria"
            lines.append(f"On the {k} x {k} grid: {count}, of the square too: {shared}")
        lines += [f"  unresolved: {words}" for words in self.unresolved]
        return wrapped(lines)


def square_equilibria(
    model: SquareGame | SquareModel, grids: Sequence[int] = (2, 3, 5, 9)
) -> SquareEquilibria:
    r"""Find the pure equilibria of players who may choose any point of the unit square.

    Given the other's point, a player's payoff is a quadratic polynomial in its own (r, t), not
    concave in general: its maximum over the square lies in one of nine faces (four corners, four
    sides, the inside), where the derivatives along the face vanish. So each pair of faces gives a
    system of polynomials in at most four unknowns; all of its zeros in the square are found with
    proof (`dilemma.arrays.boxes`), and each is tested against the best point of every face: in
    Fractions where the zero is rational, otherwise in ball arithmetic.

    Parameters
    ----------
    model : SquareGame, or a model with a method ``square()`` such as an `Alliance`
        Each player's payoff must be of degree at most 2 in its own coordinates.
    grids : sequence of int
        Sizes k ≥ 2 of grids whose pure equilibria are put beside.

    Returns
    -------
    SquareEquilibria
        ``complete`` unless a part of the square could not be resolved, as where a player is
        indifferent along a whole side. Mixed equilibria are not searched for; without a pure one
        the status says so.

    Raises
    ------
    TypeError, ValueError
        If the model has no game on the square, or its payoffs are of higher degree.

    Notes
    -----
    At most 81 systems, most of them excluded at once; about a second. Derived from the definition
    of an equilibrium; the sources of the numerics are those of `dilemma.arrays.boxes`.

    Examples
    --------
    Each takes r times what the other shows, and showing costs: nobody shows anything.

    >>> give = np.zeros((2, 3, 2, 2), dtype=int).astype(object)
    >>> give[1, 0, 0, 1], give[0, 2, 0, 0], give[1, 0, 0, 0] = 1, Fraction(-1, 2), 1
    >>> game = SquareGame([give, give], [("open", 1, 1), ("closed", 1, 0)])
    >>> answer = square_equilibria(game)
    >>> print(answer[0])
    both play closed (r = 1, t = 0): payoffs 1 and 1
    >>> answer.complete, len(answer)
    (True, 1)
    """
    game = square_game(model)
    for player in (0, 1):
        _require_quadratic(game, player)
    sizes = [_grid_size(k) for k in grids]
    equilibria: dict[tuple[Point, Point], SquareEquilibrium] = {}
    unresolved: list[str] = []
    for own, other in product(FACES, repeat=2):
        found, doubts = _on_faces(game, own, other)
        unresolved += doubts
        for one in found:
            equilibria.setdefault((one.row, one.column), one)
    ordered = sorted(equilibria.values(), key=_order)
    return SquareEquilibria(
        method="pairs of faces of the square, zeros enclosed with proof",
        exact=all(one.exact for one in ordered),
        complete=not unresolved,
        status=_status(ordered, unresolved),
        game=game,
        equilibria=tuple(ordered),
        postures=tuple(_posture_tests(game)),
        grids={k: tuple(_pure_on_grid(game, k)) for k in sizes},
        unresolved=tuple(unresolved),
    )


def _require_quadratic(game: SquareGame, player: int) -> None:
    for (a, b, _, _), value in np.ndenumerate(game.coefficients[player]):
        if a + b > 2 and value:
            raise ValueError(
                f"model: requires payoffs of degree at most 2 in a player's own receptivity and "
                f"transparency together, got {a} + {b} for the {game.players[player]}"
            )


def _grid_size(k: Any) -> int:
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 2:
        raise ValueError(f"grids: requires sizes that are integers of at least 2, got {k!r}")
    return int(k)


def _on_faces(
    game: SquareGame, own: Face, other: Face
) -> tuple[list[SquareEquilibrium], list[str]]:
    """The equilibria whose points lie in two faces, and what could not be resolved there."""
    fixed = (*own, *other)
    free = [k for k in range(4) if fixed[k] is None]
    system, required = [], []
    for player in (0, 1):
        coefficients = game.coefficients[player]
        # Both players' polynomials in the order (row r, row t, column r, column t).
        laid = coefficients if player == 0 else np.transpose(coefficients, (2, 3, 0, 1))
        mine = (0, 1) if player == 0 else (2, 3)
        for axis in mine:
            slope = reduced(derivative(laid, axis), fixed)
            bend = reduced(derivative(derivative(laid, axis), axis), fixed)
            end = fixed[axis]
            if end is None:
                system.append(slope)
                required.append(-bend)
            else:
                required.append(slope if end == 1 else -slope)
    where = f"{_face_words(game, 0, own)}, {_face_words(game, 1, other)}"
    if any(not np.any(one.astype(bool)) for one in system):
        # Indifferent along a whole side: its ends are among the other faces.
        return [], _doubt(len(free), system, required, where)
    zeros = zeros_in_box(system, [0.0] * len(free), [1.0] * len(free), required)
    found, doubts = [], []
    for zero in zeros.found:
        judged = _judged(game, fixed, zero)
        if isinstance(judged, SquareEquilibrium):
            found.append(judged)
        elif judged == "undecided":
            doubts.append(f"{where}: a tie near {np.round(zero.point, 6).tolist()}")
    if len(zeros.unresolved):
        doubts += _open_parts(zeros, where)
    return found, doubts


def _open_parts(zeros: Zeros, where: str) -> list[str]:
    low = zeros.unresolved[:, 0].min(axis=0)
    high = zeros.unresolved[:, 1].max(axis=0)
    parts = ", ".join(f"{a:.4g} to {b:.4g}" for a, b in zip(low, high, strict=True))
    return [f"{where}: free coordinates {parts}"]


def _doubt(
    size: int, system: Sequence[Polynomial], required: Sequence[Polynomial], where: str
) -> list[str]:
    """Whether a face of indifference can hold equilibria: unless a sign condition excludes it."""
    lower, upper = np.zeros(size), np.ones(size)
    if any(bounds_in(sign, lower, upper)[1] < 0 for sign in required):
        return []
    for equation in system:
        low, high = bounds_in(equation, lower, upper)
        if low > 0 or high < 0:
            return []
    return [f"{where}: a player is indifferent along a whole side, a continuum is possible"]


def _judged(
    game: SquareGame, fixed: tuple[int | None, ...], zero: Zero
) -> SquareEquilibrium | str:
    """An equilibrium, "none", or "undecided"."""
    coordinates: list[Any] = []
    place = 0
    for end in fixed:
        if end is not None:
            coordinates.append(Fraction(end) if zero.exact is not None else arb(end))
            continue
        if zero.exact is not None:
            value: Any = zero.exact[place]
        else:
            value = enclosure(zero.lower[place], zero.upper[place])
        coordinates.append(value)
        place += 1
    points = (tuple(coordinates[:2]), tuple(coordinates[2:]))
    payoffs = []
    doubt = False
    for player in (0, 1):
        own = own_polynomial(game.coefficients[player], points[1 - player])
        mine = value_of(own, points[player])
        payoffs.append(mine)
        face: Any = fixed[:2] if player == 0 else fixed[2:]
        for where, point in best_points(own):
            if where == face and zero.exact is None:
                continue  # the same point: a strictly concave face has one
            there = value_of(own, point)
            if there > mine:
                return "none"
            if not there <= mine:
                doubt = True
        if zero.exact is None:
            if any(x < 0 or x > 1 for x in points[player]):
                return "none"
            doubt = doubt or _may_bend_up(own, face)
            doubt = doubt or not all(0 <= x <= 1 for x in points[player])
    if doubt:
        return "undecided"
    if zero.exact is None and _mirrors_itself(game, fixed, zero):
        points, payoffs = (points[0], points[0]), [payoffs[0], payoffs[0]]
    return _equilibrium(game, points, payoffs, zero.exact is not None)


def _mirrors_itself(game: SquareGame, fixed: tuple[int | None, ...], zero: Zero) -> bool:
    """Whether both players of a symmetric game must be at the same point.

    The mirror image of a zero is a zero; if it lies where there is but one, it is the same.
    """
    if not game.is_symmetric or fixed[:2] != fixed[2:]:
        return False
    half = len(zero.lower) // 2
    swapped = [np.roll(side, half) for side in (zero.lower, zero.upper)]
    return bool(np.all(swapped[0] > zero.alone[0]) and np.all(swapped[1] < zero.alone[1]))


def _may_bend_up(own: dict[tuple[int, int], Any], face: Face) -> bool:
    """Whether it is not certain that the polynomial is strictly concave along a face."""
    r, t = face
    if r is None and t is None:
        determinant = 4 * own[2, 0] * own[0, 2] - own[1, 1] * own[1, 1]
        return not (determinant > 0 and own[2, 0] < 0)
    if r is None:
        return not own[2, 0] < 0
    if t is None:
        return not own[0, 2] < 0
    return False


def _equilibrium(
    game: SquareGame, points: tuple[Any, Any], payoffs: Sequence[Any], exact: bool
) -> SquareEquilibrium:
    if not exact:
        row, column = ((float(r.mid()), float(t.mid())) for r, t in points)
        points = (row, column)
        payoffs = [float(value.mid()) for value in payoffs]
    names = tuple(name_of(game, point) for point in points)
    return SquareEquilibrium(
        row=points[0],
        column=points[1],
        payoffs=(payoffs[0], payoffs[1]),
        exact=exact,
        landmarks=(names[0], names[1]),
        words=pair_words(game, points),
    )


def _face_words(game: SquareGame, player: int, face: Face) -> str:
    parts = [
        f"{name} {'free' if end is None else f'= {end}'}"
        for name, end in zip(("r", "t"), face, strict=True)
    ]
    return f"{game.players[player]} with {' and '.join(parts)}"


def _order(one: SquareEquilibrium) -> tuple[float, ...]:
    return (-float(sum(one.payoffs)), *(-float(x) for x in (*one.row, *one.column)))


def _status(equilibria: Sequence[SquareEquilibrium], unresolved: Sequence[str]) -> str:
    count = len(equilibria)
    words = (
        "No pure equilibrium"
        if not count
        else "One pure equilibrium"
        if count == 1
        else f"{count} pure equilibria"
    )
    words += " on the whole square"
    if unresolved:
        return (
            f"{words} found; {len(unresolved)} parts of it could not be resolved (see "
            "`unresolved`), so that others are possible. Mixed ones were not searched for."
        )
    rest = "and no other: the rest is excluded with proof." if count else "proved."
    return f"{words}{', ' if count else ': '}{rest} Mixed ones were not searched for."


def _posture_tests(game: SquareGame) -> list[PostureTest]:
    tests = []
    for first, second in product(game.landmarks, repeat=2):
        points: tuple[Point, Point] = (first[1:], second[1:])
        own = [own_polynomial(game.coefficients[p], points[1 - p]) for p in (0, 1)]
        values = [value_of(own[p], points[p]) for p in (0, 1)]
        if any(value_of(own[p], one[1:]) > values[p] for p in (0, 1) for one in game.landmarks):
            continue
        replies, gains = [], []
        for player in (0, 1):
            best = max((value_of(own[player], at), at) for _, at in best_points(own[player]))
            stays = best[0] == values[player]
            replies.append(points[player] if stays else best[1])
            gains.append(best[0] - values[player])
        survives = max(gains) == 0
        pair = pair_words(game, points)
        if survives:
            words = f"{pair}: an equilibrium of the whole square too"
        else:
            who = 0 if gains[0] >= gains[1] else 1
            words = (
                f"{pair}: undone by {point_words(game, replies[who])}, which gains the "
                f"{game.players[who]} {number(gains[who])}"
            )
        tests.append(
            PostureTest(
                (first.name, second.name),
                survives,
                (gains[0], gains[1]),
                (replies[0], replies[1]),
                words,
            )
        )
    return tests


def _pure_on_grid(game: SquareGame, k: int) -> list[tuple[Point, Point]]:
    steps = [Fraction(i, k - 1) for i in range(k)]
    points = [(f"{r} {t}", r, t) for r in steps for t in steps]
    exact = game.restricted(points).exact_payoffs
    best = (exact[0] == exact[0].max(axis=0)[None, :]) & (
        exact[1] == exact[1].max(axis=1)[:, None]
    )
    return [(points[i][1:], points[j][1:]) for i, j in np.argwhere(best)]
