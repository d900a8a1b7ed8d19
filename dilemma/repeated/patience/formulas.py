r"""The critical discount factor as a formula: in symbols, with its derivatives and their signs.

For each player and each deviation k from the target, reversion for ever to a punishment needs

.. math:: \delta^* = \frac{G}{G + B}, \qquad G = T_k - R, \quad B = R - P,

which is *the* critical discount factor where G > 0 (the deviation gains), B > 0 (the punishment
hurts) and :math:`T_k \ge T_l` for the player's other deviations. Its derivative is

.. math:: \frac{\partial \delta^*}{\partial s} = \frac{G_s B - G B_s}{(G + B)^2},

whose sign is that of the numerator. Where the formula applies, G and B are positive: so
:math:`G_s \le 0 \le B_s` makes the sign negative, :math:`G_s \ge 0 \ge B_s` positive. Elsewhere
the sign of a polynomial over a box is decided by its Bernstein coefficients
(`dilemma.arrays.bernstein`); where that fails it is left open.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.bernstein import polynomial_sign
from dilemma.arrays.exact import fraction
from dilemma.game import checking
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed
from dilemma.writing.tex import tex_array, tex_name

SIGNS = {1: "positive", -1: "negative", 0: "zero", None: "not decided"}


@dataclass(frozen=True)
class Slope(Displayed):
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
class DeviationFormula(Displayed):
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

    def _repr_latex_(self) -> str:
        import sympy

        players = ("row", "column")
        rows = [
            [
                tex_name(
                    one.deviation
                    if self.symmetric
                    else f"{players[one.player]} player: {one.deviation}"
                ),
                sympy.latex(one.formula),
                f"{sympy.latex(one.gain)} > 0,\\; {sympy.latex(one.loss)} > 0",
            ]
            for one in self.formulas
        ]
        return tex_array([tex_name("deviation"), r"\delta^*", tex_name("where")], rows)

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
        return wrapped(lines)


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
        If the shape or a profile is wrong, or an end of the box no rational number; if a symbol
        is none, or has the name of one of the payoffs' and other assumptions.

    Notes
    -----
    A sign is stated where the formula applies (gain and loss positive) within the box; "not
    decided" may mean that it depends on the terms.

    References
    ----------
    friedman1971 in ``references.bib``.

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
    letters: set[Any] = set().union(*(one.free_symbols for one in table.flat))
    for place, symbol in enumerate(symbols):
        _require_symbol(symbol, letters, f"symbols[{place}]: requires a sympy.Symbol")
    for symbol in box or {}:
        _require_symbol(symbol, letters, "box: requires a sympy.Symbol as each key")
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


def _require_symbol(symbol: Any, letters: set[Any], words: str) -> None:
    """Refuse what sympy would silently take for another symbol than the payoffs' own."""
    import sympy

    if not isinstance(symbol, sympy.Symbol):
        raise TypeError(f"{words}, got {symbol!r}")
    if symbol not in letters and symbol.name in {one.name for one in letters}:
        name = words.partition(":")[0]
        raise ValueError(
            f"{name}: requires the payoffs' own {symbol}, got another one with other assumptions"
        )


def _ranges(
    table: Any, box: Mapping[Any, tuple[Any, Any]] | None
) -> dict[Any, tuple[Fraction | None, Fraction | None]]:
    """For each symbol the least and the largest value; None for no bound."""
    ranges: dict[Any, tuple[Fraction | None, Fraction | None]] = {}
    for symbol in set().union(*(one.free_symbols for one in table.flat)):
        least = Fraction(0) if symbol.is_nonnegative else None
        ranges[symbol] = (least, Fraction(0) if symbol.is_nonpositive else None)
    for symbol, ends in (box or {}).items():
        if not isinstance(ends, (tuple, list)) or len(ends) != 2:
            raise TypeError(f"box[{symbol}]: requires a pair (low, high), got {ends!r}")
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
