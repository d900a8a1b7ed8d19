"""What a goal network comes to along one of its terms, and where something has which sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dilemma.arrays.algebraic import Real, between, roots_in, sign_at
from dilemma.arrays.jets import Jet
from dilemma.arrays.ratios import Ratio, pieces
from dilemma.collective.aligning.answers import said
from dilemma.collective.aligning.computing import valued_network
from dilemma.collective.aligning.networks import GoalNetwork
from dilemma.collective.aligning.terms import BY_NAME
from dilemma.collective.aligning.values import Valued
from dilemma.writing.pages import Displayed

Pieces = Sequence[tuple[Real, Real, Ratio]]


@dataclass(frozen=True)
class SignRange(Displayed):
    """An open interval of a term, and the sign of something all over it.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
    sign : int
        1, −1, or 0 where it vanishes throughout.
    """

    low: Real
    high: Real
    sign: int

    def __str__(self) -> str:
        kind = {1: "above 0", -1: "below 0", 0: "0"}[self.sign]
        return f"{kind} from {_real(self.low)} to {_real(self.high)}"


def _read(found: Valued, measure: str) -> Any:
    if found.total is None:
        raise ValueError("network: requires views that settle, got some that go round for ever")
    if measure == "value":
        return found.total
    total = sum(found.commitment if measure == "commitment" else found.alignment)
    return total if measure == "commitment" else total / len(found.alignment)


def changed_term(network: GoalNetwork, term: str, value: Any) -> dict[str, Any]:
    """Return a term, of all firms or of one, with a number of another kind.

    >>> changed_term(GoalNetwork(2, 0), "views.2", Fraction(1))
    {'views': ((Fraction(0, 1),), (Fraction(1, 1),))}
    """
    whole, _, firm = term.partition(".")
    if not BY_NAME[whole].per_firm:
        return {whole: value}
    one = (value,) if whole == "views" else value
    if not firm:
        return {whole: (one,) * network.size}
    row = list(getattr(network, whole))
    row[int(firm) - 1] = one
    return {whole: tuple(row)}


def outcomes_along(
    both: Sequence[GoalNetwork],
    phi: Sequence[Fraction],
    measure: str,
    along: str,
    span: tuple[Fraction, Fraction],
) -> Sequence[tuple[Real, Real, tuple[Ratio, ...]]]:
    """Return what is measured along a term, without and with a moderator and formation.

    Parameters
    ----------
    both : pair of GoalNetwork
        Without and with the moderator.
    phi : pair of Fraction
        Formation without and with.
    measure, along : str
    span : pair of Fraction

    Returns
    -------
    sequence of (low, high, four ratios)
        In the order (without formation: without moderator, with), (with formation: the same).

    Examples
    --------
    >>> pair = GoalNetwork(2, [0, 1])
    >>> [(low, high, values)] = outcomes_along([pair, pair], [0, 1], "value", "synergy", (0, 1))
    >>> values[0], values[2]
    (1, 1 + 2/9 t^1)
    """

    def four(value: Ratio) -> list[Any]:
        return [
            _read(
                valued_network(
                    network, {**changed_term(network, along, value), "formation": f}, "function"
                ),
                measure,
            )
            for f in phi
            for network in both
        ]

    return pieces(four, *span)


def _jets(network: GoalNetwork, term: str, values: dict[str, Any], measure: str) -> Any:
    """The mixed derivative, at values of formation and of a term that may be ratios."""
    formation = Jet(values.get("formation", network.formation), Fraction(1), Fraction(0), 0)
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in ("formation", term):
            changed |= changed_term(network, name, value)
    whole, _, firm = term.partition(".")
    there = network.firms_terms() | changed

    def moved(value: Any) -> Jet:
        return Jet(values.get(term, value), Fraction(0), Fraction(1), 0)

    if not BY_NAME[whole].per_firm:
        changed[whole] = moved(there[whole])
    else:
        changed[whole] = tuple(
            one
            if firm and k != int(firm)
            else ((moved(one[0]),) if whole == "views" else moved(one))
            for k, one in enumerate(there[whole], 1)
        )
    changed["formation"] = formation
    found = _read(valued_network(network, changed, "function"), measure)
    return found.xy if isinstance(found, Jet) else Fraction(0)


def mixed_derivative(network: GoalNetwork, term: str, measure: str) -> Fraction:
    """Return the mixed derivative by formation and a term, at the network's own terms.

    >>> mixed_derivative(GoalNetwork(2, [0, 1], synergy=0), "own_value", "value")
    Fraction(0, 1)
    """
    found: Fraction = Fraction(_jets(network, term, {}, measure))
    return found


def mixed_along(
    network: GoalNetwork, term: str, measure: str, along: str, span: tuple[Fraction, Fraction]
) -> Pieces:
    """Return the mixed derivative along a term, in pieces.

    >>> network = GoalNetwork(2, [0, 1])
    >>> mixed_along(network, "synergy", "value", "synergy", (Fraction(0), Fraction(1)))
    [(Fraction(0, 1), Fraction(1, 1), 2/27)]
    """
    found = pieces(lambda value: [_jets(network, term, {along: value}, measure)], *span)
    return [(low, high, values[0]) for low, high, values in found]


def sign_ranges(found: Pieces) -> tuple[SignRange, ...]:
    """Find where a function that is given in pieces has which sign.

    Parameters
    ----------
    found : sequence of (low, high, Ratio)
        As `dilemma.arrays.ratios.pieces` gives them.

    Examples
    --------
    >>> found = pieces(lambda t: [2 * t * t - 1], Fraction(0), Fraction(1))
    >>> for one in sign_ranges([(low, high, value) for low, high, [value] in found]):
    ...     print(one)
    below 0 from 0 to ~0.707107
    above 0 from ~0.707107 to 1
    """
    result: list[SignRange] = []
    last: Any = None
    for low, high, value in found:
        whole = value.sign_polynomial
        cuts: list[Real] = [low, high]
        if whole:
            first = low if isinstance(low, Fraction) else low.low
            final = high if isinstance(high, Fraction) else high.high
            inside = [one for one in roots_in(whole, first, final) if low < one < high]
            cuts = [low, *inside, high]
        for start, end in pairwise(cuts):
            sign = sign_at(whole, between(start, end)) if whole else 0
            joined = last is not None and result and result[-1].sign == sign
            if joined and (sign == 0 or (sign_at(last, start) != 0 and start == result[-1].high)):
                result[-1] = SignRange(result[-1].low, end, sign)
            else:
                result.append(SignRange(start, end, sign))
            last = whole
    return tuple(result)


def _real(value: Real) -> str:
    return said(value) if isinstance(value, Fraction) else str(value)
