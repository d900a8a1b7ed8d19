"""An alliance whose firms choose any receptivity and transparency, not just five postures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.evaluation import Terms, arguments_of, kind_of_terms, symbols_of
from dilemma.alliance.payoffs import PayoffModel
from dilemma.alliance.strategies import Strategy
from dilemma.alliance.terms import TERMS
from dilemma.game.square import SquareGame


def square_of(
    terms: Terms, model: PayoffModel, strategies: Sequence[Strategy], players: tuple[str, str]
) -> SquareGame:
    """The payoff polynomials of an alliance in both firms' receptivity and transparency.

    The model is evaluated once, at four symbols; see `Alliance.square`.
    """
    import sympy

    if kind_of_terms(terms) == "symbol":
        raise TypeError(
            f"square: requires rational numbers for all terms, got {', '.join(symbols_of(terms))}"
        )
    if kind_of_terms(terms) != "number":
        raise TypeError("square: requires numbers for all terms, got arrays")
    symbols = sympy.symbols("r_own t_own r_other t_other", real=True)
    values = {
        name: tuple(map(_rational, value)) if isinstance(value, tuple) else _rational(value)
        for name, value in terms.items()
    }

    def points(which: Sequence[Any], player: int) -> Any:
        return symbols[2 * player + which[0]]

    marker: Any = SimpleNamespace(receptivity=0, transparency=1)
    focal, partner, mutual = arguments_of(values, (*TERMS, *model.terms), [marker], points)
    first, second = model.payoffs(focal, partner, mutual)
    return SquareGame(
        [_coefficients(first, symbols), _coefficients(second, symbols[2:] + symbols[:2])],
        [(one.name, one.receptivity, one.transparency) for one in strategies],
        players,
    )


def _rational(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _coefficients(expression: Any, symbols: Sequence[Any]) -> NDArray[np.object_]:
    import sympy

    try:
        polynomial = sympy.Poly(expression, *symbols)
    except sympy.PolynomialError:
        raise ValueError(
            "model: requires payoffs that are polynomials in receptivity and transparency (built "
            f"from +, − and × only), got {expression}"
        ) from None
    result = np.full([polynomial.degree(x) + 1 for x in symbols], Fraction(0), dtype=object)
    for powers, value in polynomial.terms():
        if not value.is_Rational:
            raise TypeError(
                "model: requires rational constants in its payoffs, such as Fraction(1, 2), "
                f"got {value}"
            )
        result[powers] = Fraction(int(value.p), int(value.q))
    return result
