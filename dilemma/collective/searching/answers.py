"""How long an ecosystem lasts, what it is worth, and when which pattern is better."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.algebraic import AlgebraicNumber, Real
from dilemma.arrays.exact import fraction
from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Membership = tuple[str, ...]
Formula = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


@dataclass(frozen=True, kw_only=True, repr=False)
class Lifetime(Solution):
    """What becomes of an ecosystem that follows one pattern.

    Numbers are Fractions where the answer is exact, floats otherwise.

    Attributes
    ----------
    pattern : {"collective orchestration", "continuous search"}
    states : tuple of (tuple of str, Fraction)
        Members and level; of firms alike, the first so many stand for all.
    transitions : numpy.ndarray of shape (states, states), read-only
        Probabilities a period; what is missing to 1 in a row is the probability of the end.
    start : numpy.ndarray of shape (states,), read-only
        The law of the first period; what is missing to 1 has ended before it.
    lasting : number
        The probability never to end.
    survival : number, or None if it is infinite
        The expected number of periods. It is infinite if it may last for ever.
    value : number
        What members develop in a period, less what the pattern costs: the mean over all periods
        before the end; if it may last for ever, the long-run mean, given that it does.
    turnover : number
        How many firms join or leave in a period, the same mean; the end itself isn't counted.
    size : number
        How many members there are, the same mean.
    present_value : number
        The expected discounted sum of the value of all periods before the end.
    """

    pattern: str
    states: tuple[tuple[Membership, Fraction], ...]
    transitions: NDArray[Any]
    start: NDArray[Any]
    lasting: Any
    survival: Any
    value: Any
    turnover: Any
    size: Any
    present_value: Any

    def curve(self, periods: int) -> NDArray[np.float64]:
        """Return the probabilities of lasting for more than 0, 1, …, `periods` − 1 periods.

        Parameters
        ----------
        periods : int
            At least 1.

        Returns
        -------
        numpy.ndarray of shape (periods,)
        """
        if isinstance(periods, bool) or not isinstance(periods, (int, np.integer)) or periods < 1:
            raise ValueError(f"periods: requires a whole number from 1 on, got {periods!r}")
        step = self.transitions.astype(np.float64)
        law = self.start.astype(np.float64)
        alive = np.zeros(int(periods))
        for k in range(int(periods)):
            alive[k] = law.sum()
            law = law @ step
        return alive

    def __str__(self) -> str:
        lines = [self.status]
        if self.lasting not in (0, 1):
            lines.append(f"  probability to last for ever: {shown(self.lasting)}")
        lines += [
            f"  value per period: {shown(self.value)}",
            f"  members on average: {shown(self.size)}",
            f"  firms that join or leave per period: {shown(self.turnover)}",
            f"  present value: {shown(self.present_value)}",
        ]
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class TrackingConditions(Solution):
    """Where a membership lasts: how well contributions are tracked, and whose.

    Attributes
    ----------
    firms : tuple of str
    contributions : tuple of Fraction
        Each firm's share if its contribution is fully tracked.
    equal : Fraction
        Each firm's share if nothing is tracked.
    outside : tuple of Fraction
        What each firm gets outside.
    tracking : pair of Fraction, or None
        The least and the greatest quality of tracking at which everybody stays; None if there is
        none.
    region : tuple of pairs of Fraction
        The vertices of the polygon of all (q, θ) at which everybody stays when outside options
        are θ times what they are; empty if there are none. Where all outside options are 0, so
        that no θ is too large, it is cut at 1.
    strongest : pair (Fraction, Fraction), or None
        The quality of tracking that holds out against the greatest θ, and that θ; the least such
        quality if there are several.
    feasible : bool
        True if some division keeps everybody: v(N) is at least what all get outside.
    necessary, sufficient : bool
        Whether "value tracked for all" is a condition for survival: *necessary* if everybody
        stays only where each firm's contribution is tracked (also if nobody could be kept at
        all), *sufficient* if everybody stays then.
    minimal : tuple of tuples of str
        The smallest sets of firms whose contributions have to be tracked (fully, the others
        dividing the rest equally) for everybody to stay.
    """

    firms: tuple[str, ...]
    contributions: tuple[Fraction, ...]
    equal: Fraction
    outside: tuple[Fraction, ...]
    tracking: tuple[Fraction, Fraction] | None
    region: tuple[tuple[Fraction, Fraction], ...]
    strongest: tuple[Fraction, Fraction] | None
    feasible: bool
    necessary: bool
    sufficient: bool
    minimal: tuple[Membership, ...]

    def __str__(self) -> str:
        lines = [self.status]
        for name, share, out in zip(self.firms, self.contributions, self.outside, strict=True):
            lines.append(
                f"  {name}: {number(share)} if tracked, {number(self.equal)} if not, "
                f"{number(out)} outside"
            )
        if self.strongest is not None and any(self.outside):
            q, most = self.strongest
            lines.append(
                f"  outside options may be {number(most)} times as good, with tracking of "
                f"{number(q)}"
            )
        for members in self.minimal:
            who = f"tracking {listed(members)}" if members else "no tracking at all"
            lines.append(f"  enough: {who}")
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True)
class FavouredPiece(Displayed):
    """An open interval of a parameter in which one pattern is better throughout.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
    favoured : {"collective orchestration", "continuous search", "neither"}
    sample : Fraction
        A value inside.
    orchestration, search : Fraction, or None if it is infinite
        The criterion there.
    orchestration_formula, search_formula : pair of tuples of Fraction, or None if it is infinite
        The criterion throughout the interval: the coefficients of a numerator and of a
        denominator, constant first.
    """

    low: Real
    high: Real
    favoured: str
    sample: Fraction
    orchestration: Fraction | None
    search: Fraction | None
    orchestration_formula: Formula | None
    search_formula: Formula | None


@dataclass(frozen=True, kw_only=True, repr=False)
class PatternComparison(Solution):
    """Which pattern is better along one parameter, with the exact values where that changes.

    Attributes
    ----------
    parameter : str
    criterion : {"survival", "value", "present value", "turnover"}
        More of it is better, but for turnover.
    low, high : Fraction
    crossings : tuple of Fraction or AlgebraicNumber
        Where the two are equal on the way from one to the other, or touch.
    jumps : tuple of Fraction
        Where somebody begins to leave or to stay, so that the criterion of a pattern may jump.
    pieces : tuple of FavouredPiece
        Between all of these; of the values themselves nothing is said here.
    """

    parameter: str
    criterion: str
    low: Fraction
    high: Fraction
    crossings: tuple[Real, ...]
    jumps: tuple[Fraction, ...]
    pieces: tuple[FavouredPiece, ...]

    def along(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the criterion of both patterns at some values of the parameter.

        Parameters
        ----------
        values : sequence of numbers
            From `low` to `high`. At the end of a piece, what the formula of a piece beside it
            says.

        Returns
        -------
        numpy.ndarray of shape (2, number of values)
            Orchestration and search; inf where it is infinite, or -inf.

        Raises
        ------
        TypeError, ValueError
            If these are no numbers from `low` to `high`.
        """
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise TypeError(f"values: requires a sequence of numbers, got {values!r}")
        values = tuple(values)
        found = np.full((2, len(values)), np.inf)
        for k, one in enumerate(values):
            value = fraction(one, f"values[{k}]")
            if not self.low <= value <= self.high:
                raise ValueError(
                    f"values[{k}]: requires a number from {number(self.low)} to "
                    f"{number(self.high)}, got {value}"
                )
            piece = next(one for one in self.pieces if value <= one.high)
            for row, formula in enumerate((piece.orchestration_formula, piece.search_formula)):
                if formula is not None:
                    above, below = (polynomial_value(part, value) for part in formula)
                    # At a pole, which is an end of the piece, the sign is that from inside.
                    rising = above * polynomial_value(formula[1], piece.sample) > 0
                    found[row, k] = above / below if below else np.inf if rising else -np.inf
        return found

    def __str__(self) -> str:
        lines = [
            f"  {self.parameter} from {real(one.low)} to {real(one.high)}: {one.favoured} "
            f"({self.criterion} at {number(one.sample)}: orchestration "
            f"{shown(one.orchestration)}, search {shown(one.search)})"
            for one in self.pieces
        ]
        return wrapped([self.status, *lines])


def polynomial_value(coefficients: Sequence[Fraction], value: Fraction) -> Fraction:
    """Evaluate a polynomial, constant first.

    >>> polynomial_value((Fraction(1), Fraction(2)), Fraction(3))
    Fraction(7, 1)
    """
    total = Fraction(0)
    for one in reversed(coefficients):
        total = total * value + one
    return total


def shown(value: Any) -> str:
    """Write a number of an answer, exact or not; None is infinite.

    >>> shown(Fraction(1, 3)), shown(0.25), shown(None)
    ('1/3', '0.25', 'infinite')
    """
    if value is None:
        return "infinite"
    return number(value) if isinstance(value, Fraction) else f"{value:.6g}"


def real(value: Real) -> str:
    """Write a root.

    >>> real(Fraction(1, 3))
    '1/3'
    """
    return str(value) if isinstance(value, AlgebraicNumber) else number(value)
