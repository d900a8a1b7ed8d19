r"""Adaptive dynamics on the (receptivity, transparency) square.

A large population of firms all play one point x of the square; now and then a mutant plays a
point y nearby. In a symmetric game it earns :math:`u(y, x)`, residents :math:`u(x, x)`, so that
its *invasion fitness* is :math:`s(y, x) = u(y, x) - u(x, x)`, and the population moves along the
*selection gradient*

.. math:: D(x) = \left.\frac{\partial s(y, x)}{\partial y}\right|_{y = x}.

Firms can't leave the square: at its boundary the part of D that points outwards has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from dilemma.arrays.boxes import Zero, bounds_in, derivative, value_at, zeros_in_box
from dilemma.evolution.square.faces import (
    FACES,
    Face,
    Point,
    Polynomial,
    best_points,
    enclosure,
    own_polynomial,
    point_words,
    reduced,
    value_of,
)
from dilemma.evolution.square.gradients import diagonal, gradient_of
from dilemma.game.display import wrapped
from dilemma.game.square import COORDINATES, SquareGame, SquareModel, square_game
from dilemma.solution import VERSION, Solution
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

SHORT = ("r", "t")


@dataclass(frozen=True)
class SingularPoint(Displayed):
    r"""A point of the square at which selection stops.

    Attributes
    ----------
    point : pair
        (receptivity, transparency): Fractions where `exact`, otherwise floats.
    exact : bool
    gradient : pair of float
        D at the point: 0 in free coordinates, not pointing inwards in those at an end.
    eigenvalues : tuple of complex
        Of D's Jacobian along the free coordinates.
    convergence : str
        "stable" (an attractor of small mutations), "unstable", "saddle", "centre" (purely
        imaginary eigenvalues), or "undecided" (an eigenvalue or an outward slope of 0). On a
        side that is said of the way along it: across, selection leads to the side.
    strongly_stable : bool
        True if it attracts whatever the variances and correlation of mutations are: the
        Jacobian's symmetric part is negative definite (leimar2009).
    local : str
        Whether nearby mutants can invade: "uninvadable", "invadable" or "undecided".
    uninvadable : bool
        True if no mutant of the whole square earns more than residents: the point is a best
        reply to itself, a symmetric equilibrium of the square. False also where a tie at an
        irrational point leaves that open; then `words` and ``unresolved`` say so.
    best_mutant : pair
        A point that earns the most against it.
    gain : float
        What that mutant earns beyond residents; 0 if `uninvadable`.
    branching : bool
        True if small mutations lead here and nearby mutants then invade: an evolutionary branching
        point, at which the population splits.
    words : str
    """

    point: Point
    exact: bool
    gradient: tuple[float, float]
    eigenvalues: tuple[complex, ...]
    convergence: str
    strongly_stable: bool
    local: str
    uninvadable: bool
    best_mutant: Point
    gain: float
    branching: bool
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class AdaptiveDynamics(Solution):
    """Where small mutations lead a population on the square. A sequence of `SingularPoint`.

    Attributes
    ----------
    game : SquareGame
    singular_points : tuple of SingularPoint
    gradients : mapping of str to pair of Fraction
        The selection gradient at each landmark.
    invasion : numpy.ndarray of Fraction, shape (landmarks, landmarks), read-only
        Entry [mutant, resident]: the invasion fitness s of one landmark into another.
    unresolved : tuple of str
    """

    game: SquareGame
    singular_points: tuple[SingularPoint, ...]
    gradients: dict[str, tuple[Fraction, Fraction]]
    invasion: NDArray[np.object_]
    unresolved: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.singular_points)

    def __iter__(self) -> Iterator[SingularPoint]:
        return iter(self.singular_points)

    def __getitem__(self, index: int) -> SingularPoint:
        return self.singular_points[index]

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in self.singular_points)]
        for name, (r, t) in self.gradients.items():
            lines.append(
                f"  at {name}, selection on receptivity is {float(r):+.4g}, "
                f"on transparency {float(t):+.4g}"
            )
        lines += [f"  unresolved: {words}" for words in self.unresolved]
        return wrapped(lines)

    def gradient(self, points: Any) -> Floats:
        """Return the selection gradient at points, shape (..., 2), in floating point.

        At the boundary it may point outwards: `adaptive_paths` leaves that part out.
        """
        at = np.asarray(points, dtype=np.float64)
        if at.shape[-1:] != (2,):
            raise ValueError(f"points: requires the shape (..., 2), got {at.shape}")
        return _field(gradient_of(self.game), at)

    def field(self, k: int = 21) -> xarray.Dataset:
        """Return the gradient on a k × k grid, labelled, for pictures."""
        import xarray

        if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 2:
            raise ValueError(f"k: requires an integer of at least 2, got {k!r}")
        axis = np.linspace(0, 1, k)
        points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
        return xarray.Dataset(
            {"gradient": ((*COORDINATES, "coordinate"), self.gradient(points))},
            {"receptivity": axis, "transparency": axis, "coordinate": list(COORDINATES)},
            {"dilemma": "selection gradient", "version": VERSION},
        )


def adaptive_dynamics(model: SquareGame | SquareModel) -> AdaptiveDynamics:
    r"""Find where small mutations lead a population on the square of all strategies.

    Singular points are found on every face of the square: where the gradient vanishes along the
    face and does not point inwards from it. All zeros are enclosed with proof, rational ones are
    exact. Each is judged by

    - *convergence*: the eigenvalues of the Jacobian of D along its face, with mutations that are
      small, rare and alike in all directions (dieckmann1996); strongly, if that holds for any
      mutational covariance (leimar2009);
    - *nearby mutants*: the second derivatives of s in the mutant, along its face (geritz1998);
    - *all mutants*: its best reply in the whole square, where payoffs are quadratic in a player's
      own point (`square_equilibria` finds the asymmetric equilibria too).

    A point that attracts and that nearby mutants invade is a branching point.

    Parameters
    ----------
    model : SquareGame, or a model with a method ``square()`` such as an `Alliance`
        Symmetric: both players with the same payoffs, of degree at most 2 in their own point.

    Raises
    ------
    ValueError
        If the players differ, or the degree is higher.

    Examples
    --------
    Taking what others show pays for itself, showing only costs:

    >>> give = np.zeros((2, 3, 2, 2), dtype=int).astype(object)
    >>> give[1, 0, 0, 1], give[0, 2, 0, 0], give[1, 0, 0, 0] = 1, Fraction(-1, 2), 1
    >>> game = SquareGame([give, give], [("open", 1, 1), ("closed", 1, 0)])
    >>> answer = adaptive_dynamics(game)
    >>> [(point.point, point.convergence, point.uninvadable) for point in answer]
    [((Fraction(1, 1), Fraction(0, 1)), 'undecided', True)]
    >>> answer.gradients["open"]
    (Fraction(2, 1), Fraction(-1, 1))
    """
    game = square_game(model)
    if not game.is_symmetric:
        raise ValueError(
            "model: requires a symmetric game (one population of firms alike), got players with "
            "different payoffs; give both firms the same terms, or use square_equilibria"
        )
    payoff = game.coefficients[0]
    for (a, b, _, _), value in np.ndenumerate(payoff):
        if a + b > 2 and value:
            raise ValueError(
                "model: requires payoffs of degree at most 2 in a player's own receptivity and "
                f"transparency together, got {a} + {b}"
            )
    gradient = gradient_of(game)
    found: dict[Point, SingularPoint] = {}
    unresolved: list[str] = []
    for face in FACES:
        points, doubts = _on_face(game, gradient, face)
        unresolved += doubts
        for one in points:
            found.setdefault(one.point, one)
    ordered = sorted(found.values(), key=lambda one: (one.convergence != "stable", one.point))
    marks = game.landmarks
    invasion = np.array(
        [
            [
                game.payoffs_at(mutant[1:], resident[1:])[0]
                - game.payoffs_at(resident[1:], resident[1:])[0]
                for resident in marks
            ]
            for mutant in marks
        ],
        dtype=object,
    ).reshape(len(marks), len(marks))
    invasion.setflags(write=False)
    return AdaptiveDynamics(
        method="selection gradient on the faces of the square, zeros enclosed with proof",
        exact=all(one.exact for one in ordered),
        complete=not unresolved,
        status=_status(ordered, unresolved),
        game=game,
        singular_points=tuple(ordered),
        gradients={
            one.name: (value_at(gradient[0], one[1:]), value_at(gradient[1], one[1:]))
            for one in marks
        },
        invasion=invasion,
        unresolved=tuple(unresolved),
    )


def _field(gradient: Sequence[Polynomial], points: Floats) -> Floats:
    parts = [
        np.polynomial.polynomial.polyval2d(points[..., 0], points[..., 1], one.astype(np.float64))
        for one in gradient
    ]
    return np.stack(parts, axis=-1)


def _on_face(
    game: SquareGame, gradient: Sequence[Polynomial], face: Face
) -> tuple[list[SingularPoint], list[str]]:
    free = [axis for axis in (0, 1) if face[axis] is None]
    system = [reduced(gradient[axis], face) for axis in free]
    required = []
    for axis in (0, 1):
        if face[axis] is not None:
            outward = reduced(gradient[axis], face)
            required.append(outward if face[axis] == 1 else -outward)
    where = " and ".join(
        f"{name} {'free' if end is None else f'= {end}'}"
        for name, end in zip(SHORT, face, strict=True)
    )
    size = len(free)
    if any(not np.any(one.astype(bool)) for one in system):
        ends = np.zeros(size), np.ones(size)
        if any(bounds_in(sign, *ends)[1] < 0 for sign in required):
            return [], []
        return [], [f"{where}: selection does nothing along the whole face"]
    zeros = zeros_in_box(system, [0.0] * size, [1.0] * size, required)
    found = []
    doubts = [f"{where}: zeros that are not simple"] if len(zeros.unresolved) else []
    for zero in zeros.found:
        end = _nearby_end(gradient, face, zero)
        if end is not None:
            doubts += (
                [f"{where}: a zero at {end}, or nearer to it than floats tell"] if end else []
            )
            continue
        one = _singular_point(game, gradient, face, zero)
        if one is not None:
            found.append(one)
            if one.gain <= 0 and not one.uninvadable and one.local != "invadable":
                doubts.append(f"{where}: {one.words}")
    return found, doubts


def _nearby_end(gradient: Sequence[Polynomial], face: Face, zero: Zero) -> str | None:
    """Where an irrational zero cannot be told from one on a smaller face: empty if it is there.

    It is there if the slope in question vanishes along that whole face: then the zero that is
    found on the smaller face is a zero here, and there is but one.
    """
    if zero.exact is not None:
        return None
    free = [axis for axis in (0, 1) if face[axis] is None]
    for place, axis in enumerate(free):
        for end in (0, 1):
            if zero.lower[place] <= end <= zero.upper[place]:
                smaller = [end if k == axis else face[k] for k in (0, 1)]
                same = not np.any(reduced(gradient[axis], smaller).astype(bool))
                return "" if same else f"{SHORT[axis]} = {end}"
    return None


def _singular_point(
    game: SquareGame, gradient: Sequence[Polynomial], face: Face, zero: Zero
) -> SingularPoint | None:
    free = [axis for axis in (0, 1) if face[axis] is None]
    exact = zero.exact is not None
    values: list[Any] = [Fraction(end or 0) if exact else arb(end or 0) for end in face]
    for place, axis in enumerate(free):
        if zero.exact is not None:
            values[axis] = zero.exact[place]
        else:
            values[axis] = enclosure(zero.lower[place], zero.upper[place])
    if exact and any(values[axis] in (0, 1) for axis in free):
        return None  # found on a smaller face, with the sign of the slope there
    slopes = [_value(one, values) for one in gradient]
    outward = []
    for axis in (0, 1):
        if face[axis] is not None:
            sign = slopes[axis] if face[axis] == 1 else -slopes[axis]
            if sign < 0:
                return None
            outward.append(sign)
    jacobian = [[_value(derivative(gradient[i], j), values) for j in free] for i in free]
    bends = [[_bend(game.coefficients[0], i, j, values) for j in free] for i in free]
    eigenvalues = (
        tuple(
            complex(x)
            for x in np.linalg.eigvals(np.array(_floats(jacobian)).reshape(len(free), -1))
        )
        if free
        else ()
    )
    strict = all(sign > 0 for sign in outward)
    convergence = _convergence(jacobian, strict)
    local = _local(bends, strict)
    own = own_polynomial(game.coefficients[0], values)
    mine = value_of(own, (values[0], values[1]))
    best, mutant = mine, (values[0], values[1])
    # Along its own face the slopes vanish: there only bends decide.
    certain = exact or _bends_down(bends)
    along = [Fraction(0) if axis in free else slopes[axis] for axis in (0, 1)]
    curved = [[_bend(game.coefficients[0], i, j, values) for j in (0, 1)] for i in (0, 1)]
    for where, point in best_points(own):
        if where == face and not exact:
            continue
        there = value_of(own, point)
        if there > best:
            best, mutant = there, point
        if not exact:
            gain = _gain(along, curved, [point[axis] - values[axis] for axis in (0, 1)])
            certain = certain and (gain > 0 or gain <= 0)
    uninvadable = certain and local != "invadable" and not best > mine
    point = (_plain(values[0]), _plain(values[1]))
    branching = convergence == "stable" and local == "invadable"
    return SingularPoint(
        point=point,
        exact=exact,
        gradient=(float(_plain(slopes[0])), float(_plain(slopes[1]))),
        eigenvalues=eigenvalues,
        convergence=convergence,
        strongly_stable=strict and _negative_definite(_symmetric(jacobian)),
        local=local,
        uninvadable=uninvadable,
        best_mutant=(_plain(mutant[0]), _plain(mutant[1])),
        gain=float(_plain(best - mine)),
        branching=branching,
        words=_words(
            game,
            point,
            convergence,
            local,
            branching,
            None if not best > mine and not certain else mutant if best > mine else point,
            len(free) == 1,
        ),
    )


def _gain(slopes: Sequence[Any], bends: Sequence[Sequence[Any]], step: Sequence[Any]) -> Any:
    """What a step from a point gains: exactly, as payoffs are quadratic in the own point.

    In ball arithmetic this keeps zeros that are exact, which a difference of values would lose.
    """
    total = arb(0)
    for axis in (0, 1):
        if slopes[axis] != 0:
            total += slopes[axis] * step[axis]
        total += bends[axis][axis] * step[axis] * step[axis] / 2
    return total + bends[0][1] * step[0] * step[1]


def _value(polynomial: Polynomial, point: Sequence[Any]) -> Any:
    if isinstance(point[0], Fraction):
        return value_at(polynomial, point)
    total = arb(0)
    for (a, b), value in np.ndenumerate(polynomial):
        if value:
            total += arb(value.numerator) / arb(value.denominator) * point[0] ** a * point[1] ** b
    return total


def _bend(payoff: Polynomial, i: int, j: int, point: Sequence[Any]) -> Any:
    return _value(diagonal(derivative(derivative(payoff, i), j)), point)


def _plain(value: Any) -> Any:
    return float(value.mid()) if isinstance(value, arb) else value


def _floats(matrix: Sequence[Sequence[Any]]) -> list[list[float]]:
    return [[float(_plain(x)) for x in row] for row in matrix]


def _convergence(jacobian: Sequence[Sequence[Any]], strict: bool) -> str:
    """What the signs of trace and determinant say; a face's slopes must be strict too."""
    if not strict:
        return "undecided"
    if not jacobian:
        return "stable"
    if len(jacobian) == 1:
        value = jacobian[0][0]
        return "stable" if value < 0 else "unstable" if value > 0 else "undecided"
    (a, b), (c, d) = jacobian
    trace, determinant = a + d, a * d - b * c
    if determinant < 0:
        return "saddle"
    if not determinant > 0:
        return "undecided"
    if trace < 0:
        return "stable"
    if trace > 0:
        return "unstable"
    return "centre" if trace == 0 else "undecided"


def _symmetric(matrix: Sequence[Sequence[Any]]) -> list[list[Any]]:
    size = len(matrix)
    return [[(matrix[i][j] + matrix[j][i]) / 2 for j in range(size)] for i in range(size)]


def _negative_definite(matrix: Sequence[Sequence[Any]]) -> bool:
    if not matrix:
        return True
    if len(matrix) == 1:
        return bool(matrix[0][0] < 0)
    (a, b), (_, d) = matrix
    return bool(a < 0 and a * d - b * b > 0)


def _bends_down(matrix: Sequence[Sequence[Any]]) -> bool:
    """Whether a symmetric matrix is certainly negative semidefinite."""
    if len(matrix) < 2:
        return not matrix or bool(matrix[0][0] <= 0)
    (a, b), (_, d) = matrix
    return bool(a <= 0 and d <= 0 and a * d - b * b >= 0)


def _local(bends: Sequence[Sequence[Any]], strict: bool) -> str:
    """Whether mutants near a singular point can invade it."""
    if _negative_definite(bends):
        return "uninvadable" if strict else "undecided"
    for k in range(len(bends)):
        if bends[k][k] > 0:
            return "invadable"
    if len(bends) == 2 and bends[0][0] * bends[1][1] - bends[0][1] * bends[0][1] < 0:
        return "invadable"
    return "undecided"


def _words(
    game: SquareGame,
    point: Point,
    convergence: str,
    local: str,
    branching: bool,
    mutant: Point | None,
    on_side: bool,
) -> str:
    """Words for a point; the mutant is itself where none invades, None where that is open."""
    first = {
        "stable": "attracts small mutations",
        "unstable": "repels along its side" if on_side else "repels",
        "saddle": "a saddle: attracts from some sides and repels to others",
        "centre": "encircled by paths (to first order)",
        "undecided": "selection near it is undecided to first order",
    }[convergence]
    if branching:
        second = "nearby mutants then invade: evolutionary branching"
    elif local == "invadable":
        second = "nearby mutants invade"
    elif mutant is None:
        second = "a mutant ties with residents, or nearly, so that who invades is undecided"
    elif mutant == point:
        second = "no mutant of the square can invade"
    else:
        second = f"withstands nearby mutants, but {point_words(game, mutant)} invades"
        if local == "undecided":
            second = f"invaded by {point_words(game, mutant)}"
    return f"{point_words(game, point)}: {first}; {second}"


def _status(points: Sequence[SingularPoint], unresolved: Sequence[str]) -> str:
    stable = sum(one.convergence == "stable" for one in points)
    plural = "" if len(points) == 1 else "s"
    words = f"{len(points)} singular point{plural} of selection on the square, {stable} attracting"
    if unresolved:
        return f"{words}; some faces could not be resolved (see `unresolved`)."
    return f"{words}; there are no others."
