"""Games that depend on one parameter, as exact polynomials in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Protocol

import numpy as np
from flint import fmpq, fmpq_poly, fmpz_poly

from dilemma.arrays.exact import fraction
from dilemma.arrays.parametric import polynomial_at
from dilemma.game import Game, Games
from dilemma.study.stage_games import game_of
from dilemma.writing.pages import Displayed


class Model(Protocol):
    """What this room can vary: an alliance, a consortium, or any class of a user's own."""

    @property
    def domains(self) -> Mapping[str, Any]:
        """The domain of each term that `replace` takes.

        Each has ``low``, ``high``, ``low_open`` and ``high_open``.
        """

    def replace(self, **terms: Any) -> Model:
        """Return the model with some terms changed; a term may be a sympy symbol."""

    def payoffs(self) -> Any:
        """Return both players' payoffs, shape (2, m, n): sympy expressions if a term is one."""

    def game(self) -> Game:
        """Return the game, where all terms are numbers."""

    def games(self) -> Games:
        """Return the batch of games that array terms make."""


@dataclass(frozen=True, eq=False)
class Family(Displayed):
    r"""Games along one parameter: every payoff is a ratio of polynomials in it.

    Attributes
    ----------
    parameter : str
    low, high : Fraction
        The part of the parameter that is looked at, ends included unless they are open.
    low_open, high_open : bool
        True if an end itself is outside the parameter's domain.
    numerators : nested tuple of tuples of int, shape (2, m, n, powers)
        Integer polynomials, constant first. Each player's are scaled by a positive polynomial
        that all of that player's payoffs share, which changes no equilibrium.
    poles : tuple of tuples of int
        Polynomials that divide some payoff; where one vanishes there is no game.
    strategies, players : pairs
        As in `Game`.
    scales : pair of tuples of Fraction
        The polynomials by which the players' payoffs were multiplied.
    """

    parameter: str
    low: Fraction
    high: Fraction
    low_open: bool
    high_open: bool
    numerators: tuple[tuple[tuple[tuple[int, ...], ...], ...], ...]
    poles: tuple[tuple[int, ...], ...]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    players: tuple[str, str]
    scales: tuple[tuple[Fraction, ...], tuple[Fraction, ...]]

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        return len(self.numerators[0]), len(self.numerators[0][0])

    def game_at(self, value: Any) -> Game:
        """Return the game at a rational value, each player's payoffs up to a positive factor.

        Raises
        ------
        ValueError
            If the value is a pole.
        """
        at = fraction(value, self.parameter)
        for pole in self.poles:
            if polynomial_at(pole, at) == 0:
                raise ValueError(f"{self.parameter}: requires a value that is no pole, got {at}")
        cells = np.array(
            [[[polynomial_at(c, at) for c in row] for row in side] for side in self.numerators],
            dtype=object,
        )
        return Game(cells, self.strategies, self.players)


def family_of(model: Model, parameter: str, over: Sequence[Any] | None = None) -> Family:
    """Read a model along one of its terms.

    Parameters
    ----------
    model : Model
        All of its other terms must be numbers.
    parameter : str
        One of ``model.domains``.
    over : pair of numbers, optional
        (low, high); the term's domain, if it is finite, when left out.

    Returns
    -------
    Family

    Raises
    ------
    TypeError, ValueError
        If there is no such term, `over` is no interval of its domain, or a payoff is no ratio of
        polynomials with rational coefficients.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> family = family_of(Alliance(), "trust")
    >>> family.shape, family.low, family.high
    ((5, 5), Fraction(0, 1), Fraction(1, 1))
    """
    import sympy

    domains = getattr(model, "domains", None)
    if not isinstance(domains, Mapping) or not callable(getattr(model, "replace", None)):
        raise TypeError(
            "model: requires a model with domains, replace, payoffs and game, such as an "
            f"Alliance, got {type(model).__name__}"
        )
    if parameter not in domains:
        raise ValueError(
            f"parameter: requires a term among {', '.join(domains)}, got {parameter!r}"
        )
    low, high, low_open, high_open = interval_of(domains[parameter], parameter, over)
    # Without assumptions: a sign that sympy infers could hide a pole.
    symbol = sympy.Symbol("theta")
    moved = model.replace(**{parameter: symbol})
    payoffs = np.asarray(moved.payoffs(), dtype=object)
    if payoffs.ndim != 3 or len(payoffs) != 2:
        raise TypeError(
            "model: requires numbers for all terms but one, so that payoffs have the shape "
            f"(2, m, n), got the shape {payoffs.shape}"
        )
    sides, poles, scales = [], [], []
    for side in payoffs:
        ratios = [[_ratio(cell, symbol, parameter) for cell in row] for row in side]
        common = fmpq_poly([1])
        for row in ratios:
            for _, below in row:
                common = common * below / common.gcd(below)
        if common.degree() > 0:
            poles.append(tuple(int(c) for c in common.numer().coeffs()))
        # The square is positive wherever there is a game, so that no payoffs change their order.
        scaled = [[above * (common / below) * common for above, below in row] for row in ratios]
        scale = 1
        for line in scaled:
            for cell in line:
                scale = lcm(scale, int(cell.denom()))
        whole = (common * common * scale).coeffs()
        scales.append(tuple(Fraction(int(one.p), int(one.q)) for one in whole))
        sides.append(
            tuple(
                tuple(tuple(int(c) for c in (cell * scale).numer().coeffs()) for cell in row)
                for row in scaled
            )
        )
    sample = _sample(model, parameter, low, high, poles)
    return Family(
        parameter=parameter,
        low=low,
        high=high,
        low_open=low_open,
        high_open=high_open,
        numerators=tuple(sides),
        poles=tuple(poles),
        strategies=sample.strategies,
        players=sample.players,
        scales=(scales[0], scales[1]),
    )


def polynomials(family: Family, player: int) -> list[list[Any]]:
    """One player's payoffs as `fmpz_poly`, a row of the game after the other."""
    return [[fmpz_poly(list(cell)) for cell in row] for row in family.numerators[player]]


def interval_of(
    domain: Any, parameter: str, over: Sequence[Any] | None, name: str = "over"
) -> tuple[Fraction, Fraction, bool, bool]:
    """Read the range of a term: its ends, and whether each is outside the term's domain.

    Parameters
    ----------
    domain : Domain
    parameter : str
    over : pair of numbers, optional
        The domain itself, if it is finite, when left out.
    name : str
        What the range is, for the error message.

    Raises
    ------
    TypeError, ValueError
        If `over` is no interval of the domain, or is left out where that is endless.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> interval_of(Alliance().domains["stakes"], "stakes", (0, 2))
    (Fraction(0, 1), Fraction(2, 1), True, False)
    """
    if over is None:
        if domain.high is None or domain.low is None:
            raise ValueError(
                f"{name}: requires (low, high), since {parameter} has no upper end, got none"
            )
        return domain.low, domain.high, domain.low_open, domain.high_open
    if isinstance(over, str) or not isinstance(over, (Sequence, np.ndarray)) or len(over) != 2:
        raise TypeError(f"{name}: requires a pair (low, high), got {over!r}")
    low, high = fraction(over[0], f"{name}[0]"), fraction(over[1], f"{name}[1]")
    if low >= high:
        raise ValueError(f"{name}: requires low < high, got {low} and {high}")
    closed = (domain.low is None or low >= domain.low) and (
        domain.high is None or high <= domain.high
    )
    if not closed:
        raise ValueError(
            f"{name}: requires values of {parameter} {domain.words}, got {low} to {high}"
        )
    return low, high, low not in domain, high not in domain


def _ratio(cell: Any, symbol: Any, parameter: str) -> tuple[Any, Any]:
    import sympy

    above, below = sympy.fraction(sympy.cancel(sympy.together(sympy.sympify(cell))))
    try:
        pair = [sympy.Poly(part, symbol) for part in (above, below)]
    except sympy.PolynomialError:
        raise ValueError(
            f"model: requires payoffs that are polynomials in {parameter}, or ratios of them, "
            f"got {cell}"
        ) from None
    result = []
    for one in pair:
        coefficients = one.all_coeffs()[::-1]
        if not all(c.is_Rational for c in coefficients):
            raise TypeError(
                "model: requires payoffs with rational coefficients, and numbers for all terms "
                f"but {parameter}, got {cell}"
            )
        result.append(fmpq_poly([fmpq(int(c.p), int(c.q)) for c in coefficients]))
    return result[0], result[1]


def _sample(
    model: Model, parameter: str, low: Fraction, high: Fraction, poles: Sequence[Any]
) -> Game:
    """A game of the family, for its names."""
    k = 2
    while True:
        value = low + (high - low) / k
        if all(polynomial_at(one, value) for one in poles):
            game: Game = game_of(model.replace(**{parameter: value}))
            return game
        k += 1
