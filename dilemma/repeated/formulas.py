r"""The critical discount factor as a formula: in symbols, with its derivatives and their signs.

For each player and each deviation k from the target, reversion for ever to a punishment needs

.. math:: \delta^* = \frac{G}{G + B}, \qquad G = T_k - R, \quad B = R - P,

which is *the* critical discount factor where G > 0 (the deviation gains), B > 0 (the punishment
hurts) and :math:`T_k \ge T_l` for the player's other deviations. Its derivative is

.. math:: \frac{\partial \delta^*}{\partial s} = \frac{G_s B - G B_s}{(G + B)^2},

whose sign is that of the numerator. Where the formula applies, G and B are positive: so
:math:`G_s \le 0 \le B_s` makes the sign negative, :math:`G_s \ge 0 \ge B_s` positive. Elsewhere
the sign of a polynomial over a box is decided by its Bernstein coefficients, all of one sign on
each of the parts into which the box is divided (garloff1993); where that fails it is left open.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.game import checking
from dilemma.game.display import WIDTH
from dilemma.solution import Solution

# How often a box is divided before a sign is left open.
MOST_PARTS = 512
SIGNS = {1: "positive", -1: "negative", 0: "zero", None: "not decided"}


@dataclass(frozen=True)
class Slope:
    """A derivative of a critical discount factor.

    Attributes
    ----------
    symbol : sympy.Symbol
    derivative : sympy expression
    numerator, denominator : sympy expressions
        Of the derivative, factored; the denominator is a square.
    sign : int or None
        1, −1 or 0 wherever the formula applies within the box (and, unless 0, perhaps 0 on its
        boundary); None if that is not decided, as where the sign depends on the terms.
    """

    symbol: Any
    derivative: Any
    numerator: Any
    denominator: Any
    sign: int | None

    def __str__(self) -> str:
        return f"d/d{self.symbol}: {SIGNS[self.sign]}; numerator {self.numerator}"


@dataclass(frozen=True)
class DeviationFormula:
    """The discount factor at which one deviation of one player stops paying.

    Attributes
    ----------
    player : int
        0 for the row player, 1 for the column player.
    deviation : str
        The strategy deviated to.
    formula : sympy expression
        :math:`G/(G + B)`, cancelled.
    gain, loss : sympy expressions
        G and B, expanded; both must be positive.
    best : tuple of sympy expressions
        What this deviation earns more than each of the player's other ones, expanded: it is the
        best where all are at least 0.
    slopes : tuple of Slope
    """

    player: int
    deviation: str
    formula: Any
    gain: Any
    loss: Any
    best: tuple[Any, ...]
    slopes: tuple[Slope, ...]

    @property
    def conditions(self) -> tuple[Any, ...]:
        """Expressions that are all positive (the first two) or at least 0 where this decides."""
        return (self.gain, self.loss, *self.best)

    def __str__(self) -> str:
        lines = [f"deviation to {self.deviation}: {self.formula}", f"  gain {self.gain}"]
        lines.append(f"  loss {self.loss}")
        return "\n".join([*lines, *(f"  {one}" for one in self.slopes)])


@dataclass(frozen=True, kw_only=True, repr=False)
class DiscountFormulas(Solution):
    """The critical discount factor of a target in symbols, deviation by deviation.

    Attributes
    ----------
    formulas : tuple of DeviationFormula
        One for each player and deviation; of both players only the row player's if the game
        treats them alike. The critical discount factor is the largest of those whose gain is
        positive, if each such loss is.
    credible : tuple of sympy expressions
        What unilateral deviations from the punishment lose: it is a stage equilibrium where all
        are at least 0.
    symmetric : bool
        True if the game treats both players alike.
    """

    formulas: tuple[DeviationFormula, ...]
    credible: tuple[Any, ...]
    symmetric: bool

    def of(self, deviation: str, player: int = 0) -> DeviationFormula:
        """Return the formula of one deviation.

        Raises
        ------
        KeyError
            If there is none.
        """
        wanted = 0 if self.symmetric else player
        for one in self.formulas:
            if one.player == wanted and one.deviation == deviation:
                return one
        raise KeyError(f"deviation: requires one of the formulas', got {deviation!r}")

    def at(self, values: Mapping[Any, Any]) -> Fraction | None:
        """Return the critical discount factor at given numbers.

        None if no discount factor below 1 sustains the target, or if the punishment pays a player
        more than the target, so that there is no least patience from which on all is well.

        Raises
        ------
        TypeError
            If symbols are left.
        """
        exact = {symbol: _rational(value) for symbol, value in values.items()}
        needed = Fraction(0)
        for one in self.formulas:
            gain, loss = (fraction(e.subs(exact), str(e)) for e in (one.gain, one.loss))
            if gain <= 0 <= loss:
                continue
            if loss <= 0:
                return None
            needed = max(needed, gain / (gain + loss))
        return needed

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for one in self.formulas:
            who = "" if self.symmetric else ("row player, ", "column player, ")[one.player]
            first, *rest = str(one).splitlines()
            for line in (f"  {who}{first}", *(f"  {more}" for more in rest)):
                lines += textwrap.wrap(line, WIDTH, subsequent_indent="      ")
        return "\n".join(lines)


def critical_discount_formula(
    payoffs: Any,
    target: Any,
    punishment: Any,
    *,
    symbols: Sequence[Any] = (),
    box: Mapping[Any, tuple[Any, Any]] | None = None,
    strategies: Sequence[Any] | None = None,
) -> DiscountFormulas:
    r"""Derive the critical discount factor under grim reversion in symbols, with its slopes.

    Parameters
    ----------
    payoffs : array of sympy expressions and numbers, shape (2, m, n)
        Such as ``alliance.payoffs()`` of an alliance with symbols for terms.
    target, punishment : str, int, or pair of these
        Pure profiles, by names or indices.
    symbols : sequence of sympy.Symbol
        For which the derivatives are wanted.
    box : mapping of sympy.Symbol to (low, high), optional
        Where signs of the derivatives are to hold; a ``high`` of ``None`` has no end. Symbols
        that it leaves out count by their sympy assumptions (positive, nonnegative, or any).
    strategies : as in `Game`, optional
        Names; numbers from 1 otherwise.

    Returns
    -------
    DiscountFormulas

    Raises
    ------
    TypeError, ValueError
        If the shape or a profile is wrong, or an end of the box no rational number.

    Notes
    -----
    A sign is stated where the formula applies (gain and loss positive) within the box; "not
    decided" may mean that it depends on the terms.

    References
    ----------
    friedman1971, garloff1993 in ``references.bib``.

    Examples
    --------
    >>> import sympy
    >>> b, c = sympy.symbols("b c", positive=True)
    >>> donation = [[[b - c, -c], [b, 0]], [[b - c, b], [-c, 0]]]
    >>> found = critical_discount_formula(donation, 0, 1, symbols=[b, c])
    >>> found.formulas[0].formula, [one.sign for one in found.formulas[0].slopes]
    (c/b, [-1, 1])
    >>> found.at({b: 3, c: 1})
    Fraction(1, 3)
    """
    import sympy

    table = np.array(payoffs, dtype=object)
    if table.ndim != 3 or table.shape[0] != 2 or 0 in table.shape:
        raise ValueError(f"payoffs: requires the shape (2, m, n) with m, n ≥ 1, got {table.shape}")
    m, n = table.shape[1:]
    for index in np.ndindex(table.shape):
        table[index] = _symbolic(table[index], index)
    names = checking.strategy_names(strategies, m, n)
    players = checking.player_names(None)
    i, j = checking.pure_profile(target, names, players, "target")
    k, l = checking.pure_profile(punishment, names, players, "punishment")  # noqa: E741
    ranges = _ranges(table, box)
    symmetric = m == n and all(
        sympy.expand(table[0, a, b] - table[1, b, a]) == 0 for a in range(m) for b in range(n)
    )
    alike = symmetric and i == j and k == l
    formulas: list[DeviationFormula] = []
    for player in (0,) if alike else (0, 1):
        lines = table[0, :, j] if player == 0 else table[1, i, :]
        own = (i, j)[player]
        loss = sympy.expand(lines[own] - table[player, k, l])
        for other in range(len(lines)):
            if other != own:
                rivals = [d for d in range(len(lines)) if d not in (own, other)]
                gain = sympy.expand(lines[other] - lines[own])
                formulas.append(
                    DeviationFormula(
                        player=player,
                        deviation=names[player][other],
                        formula=sympy.cancel(gain / (gain + loss)) if gain + loss != 0
                        else sympy.nan,
                        gain=gain,
                        loss=loss,
                        best=tuple(sympy.expand(lines[other] - lines[d]) for d in rivals),
                        slopes=tuple(_slope(gain, loss, one, ranges) for one in symbols),
                    )
                )  # fmt: skip
    credible = [sympy.expand(table[0, k, l] - table[0, d, l]) for d in range(m) if d != k]
    credible += [sympy.expand(table[1, k, l] - table[1, k, d]) for d in range(n) if d != l]
    count = len(formulas)
    who = "each player alike" if alike else "the players"
    status = (
        f"{count} deviation{'s' * (count != 1)} of {who}: the largest formula with a positive "
        "gain is the critical discount factor, where every such loss is positive."
        if count
        else "Nobody can deviate: any discount factor sustains the target."
    )
    return DiscountFormulas(
        method="grim reversion in symbols; signs by rules and Bernstein coefficients",
        exact=True,
        complete=all(one.sign is not None for formula in formulas for one in formula.slopes),
        status=status,
        formulas=tuple(formulas),
        credible=tuple(dict.fromkeys(credible)),
        symmetric=alike,
    )


def _symbolic(value: Any, index: tuple[int, ...]) -> Any:
    import sympy

    if isinstance(value, sympy.Expr):
        return sympy.nsimplify(value, rational=True) if value.has(sympy.Float) else value
    return _rational(value, f"payoffs[{', '.join(map(str, index))}]")


def _rational(value: Any, name: str = "value") -> Any:
    import sympy

    exact = fraction(value, name)
    return sympy.Rational(exact.numerator, exact.denominator)


def _ranges(
    table: Any, box: Mapping[Any, tuple[Any, Any]] | None
) -> dict[Any, tuple[Fraction | None, Fraction | None]]:
    """For each symbol the least and the largest value; None for no bound."""
    ranges: dict[Any, tuple[Fraction | None, Fraction | None]] = {}
    for symbol in set().union(*(one.free_symbols for one in table.flat)):
        least = Fraction(0) if symbol.is_nonnegative else None
        ranges[symbol] = (least, Fraction(0) if symbol.is_nonpositive else None)
    for symbol, ends in (box or {}).items():
        low, high = ends
        least = fraction(low, f"box[{symbol}]")
        most = None if high is None else fraction(high, f"box[{symbol}]")
        if most is not None and most < least:
            raise ValueError(f"box[{symbol}]: requires low ≤ high, got {low} and {high}")
        ranges[symbol] = (least, most)
    return ranges


def _slope(gain: Any, loss: Any, symbol: Any, ranges: Mapping[Any, Any]) -> Slope:
    import sympy

    rising, falling = sympy.diff(gain, symbol), sympy.diff(loss, symbol)
    whole = sympy.expand(rising * loss - gain * falling)
    numerator, denominator = sympy.factor(whole), sympy.factor(gain + loss) ** 2
    sign = _sign_of_slope(rising, falling, whole, ranges)
    return Slope(symbol, sympy.cancel(whole / denominator), numerator, denominator, sign)


def _sign_of_slope(rising: Any, falling: Any, whole: Any, ranges: Mapping[Any, Any]) -> int | None:
    """The sign of G'B − GB', with G and B positive."""
    if whole == 0:
        return 0
    first, second = polynomial_sign(rising, ranges), polynomial_sign(falling, ranges)
    if first is not None and second is not None and first * second <= 0:
        return first or -second or None
    return polynomial_sign(whole, ranges)


def polynomial_sign(expression: Any, ranges: Mapping[Any, Any]) -> int | None:
    r"""Find the sign of a polynomial over a box: of its factors, by Bernstein coefficients.

    Parameters
    ----------
    expression : sympy expression
    ranges : mapping of sympy.Symbol to (low, high)
        With None for no bound.

    Returns
    -------
    int or None
        1 or −1 if it has that sign throughout, but for zeros on parts of lower dimension; 0 if
        it is zero; None if it has no single sign or none was found.

    Examples
    --------
    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> box = {x: (Fraction(0), Fraction(1)), y: (Fraction(0), None)}
    >>> polynomial_sign(x**2 - x + 1 + y, box), polynomial_sign(x - y, box)
    (1, None)
    """
    import sympy

    if expression == 0:
        return 0
    number, factors = sympy.factor_list(expression)
    sign = 1 if number > 0 else -1
    for factor, power in factors:
        if power % 2:
            one = _factor_sign(factor, ranges)
            if one is None:
                return None
            sign *= one
    return sign


def _factor_sign(factor: Any, ranges: Mapping[Any, Any]) -> int | None:
    import sympy

    symbols = sorted(factor.free_symbols, key=str)
    if not symbols:
        return 1 if factor > 0 else -1
    polynomial = sympy.Poly(factor, *symbols)
    if not all(one.is_Rational for one in polynomial.coeffs()):
        return None
    degrees = polynomial.degree_list()
    coefficients: Any = np.zeros([degree + 1 for degree in degrees], dtype=object)
    for powers, value in polynomial.terms():
        coefficients[powers] = Fraction(int(value.p), int(value.q))
    for axis, symbol in enumerate(symbols):
        low, high = ranges.get(symbol, (None, None))
        change = _to_unit(degrees[axis], low, high)
        if change is None:
            return None
        coefficients = np.moveaxis(np.tensordot(change, coefficients, axes=(1, axis)), 0, axis)
    return _sign_of_bernstein(coefficients)


def _to_unit(degree: int, low: Fraction | None, high: Fraction | None) -> Any:
    """The map from powers of x to Bernstein coefficients over the range of x; None if all reals.

    An endless range is :math:`x = low + t/(1 - t)`, times :math:`(1 - t)` to the degree, which
    changes no sign.
    """
    if low is None and high is None:
        return None
    change: Any = np.full((degree + 1, degree + 1), Fraction(0), dtype=object)
    for power in range(degree + 1):
        # x to this power as a polynomial of t, with its degree raised to that of the whole.
        for k in range(power + 1):
            if low is not None and high is not None:
                # (low + (high − low) t)^power
                value = comb(power, k) * low ** (power - k) * (high - low) ** k
                for place in range(k, degree + 1):
                    change[place, power] += value * Fraction(comb(place, k), comb(degree, k))
            else:
                # (base ± t/(1−t))^power (1−t)^degree: t^k (1−t)^(degree−k) is a Bernstein
                # polynomial but for its factor.
                base, way = (low, 1) if low is not None else (high or Fraction(0), -1)
                value = comb(power, k) * base ** (power - k) * way**k
                change[k, power] += value / comb(degree, k)
    return change


def _sign_of_bernstein(coefficients: Any) -> int | None:
    """The one sign of all coefficients over some subdivision of the unit box, if found."""
    waiting, parts, sign = [coefficients], 0, 0
    while waiting:
        part = waiting.pop()
        parts += 1
        low, high = min(part.flat), max(part.flat)
        if low >= 0 or high <= 0:
            one = 1 if high > 0 else (-1 if low < 0 else 0)
            if one and sign and one != sign:
                return None
            sign = sign or one
            continue
        corners = [part[index] for index in itertools.product(*((0, -1) for _ in part.shape))]
        if min(corners) < 0 < max(corners) or parts + len(waiting) > MOST_PARTS:
            return None
        waiting += _halves(part, int(np.argmax(part.shape)))
    return sign


def _halves(part: Any, axis: int) -> list[Any]:
    """Both halves along an axis, by de Casteljau's scheme."""
    values = np.moveaxis(part, axis, 0)
    first, second = [values[0]], [values[-1]]
    while len(values) > 1:
        values = (values[:-1] + values[1:]) / 2
        first.append(values[0])
        second.append(values[-1])
    return [np.moveaxis(np.array(one, dtype=object), 0, axis) for one in (first, second[::-1])]
