r"""How far a term can move, or members can leave, before a settlement is no equilibrium.

With everyone on a strategy s, it is an equilibrium as long as no other strategy earns more there.
Along a term in which payoffs are polynomials these are signs of polynomials in it, found exactly;
along the number of members they are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.algebraic import Real, integer_polynomial, sign_at, where_nonnegative
from dilemma.arrays.bivariate import Terms
from dilemma.collective.mobilizing.playing import advantages, group_game_of
from dilemma.collective.mobilizing.symbolic import (
    interval_of,
    names_of,
    symbolic_advantages,
    two_ends,
)
from dilemma.collective.mobilizing.tipping import shown
from dilemma.game import checking
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped


@dataclass(frozen=True, kw_only=True, repr=False)
class LastingRange(Solution):
    """Where a term can be for a settlement to last.

    Attributes
    ----------
    settlement : str
    term : str
        Or "size", the number of members.
    value : Fraction
        What it is now.
    over : pair of Fraction
        Where it was looked at.
    holds : tuple of pairs of Fraction or AlgebraicNumber
        Closed intervals in which nobody gains by another strategy when all play the settlement's.
    low, high : Fraction, AlgebraicNumber or None
        The ends of the one that holds the present value; None if none does.
    """

    settlement: str
    term: str
    value: Fraction
    over: tuple[Fraction, Fraction]
    holds: tuple[tuple[Real, Real], ...]
    low: Real | None
    high: Real | None

    def __str__(self) -> str:
        lines = [self.status]
        for low, high in self.holds:
            words = shown(low) if low == high else f"{shown(low)} to {shown(high)}"
            lines.append(f"  an equilibrium at {self.term} {words}")
        return wrapped(lines)


def lasting_range(
    model: Any, settlement: int | str, term: str, over: Sequence[Any] | None = None
) -> LastingRange:
    r"""Find the largest shocks of one term that a settlement survives as an equilibrium.

    Parameters
    ----------
    model : Consortium, or another model
        As for `tipping_curve`; with numbers for all terms.
    settlement : int or str
        The strategy that everyone plays.
    term : str
        One of the model's domains, or ``"size"`` for a loss or gain of members.
    over : pair of numbers, optional
        Where to look: the term's domain, if it is finite; for the size, from 2 to what it is.

    Returns
    -------
    LastingRange

    Raises
    ------
    TypeError, ValueError
        As `tipping_curve`.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> print(lasting_range(Consortium(6, trust="9/10"), "collaboration", "trust"))
    The settlement on collaboration lasts while trust stays from 29/45 to 1.
      an equilibrium at trust 29/45 to 1
    """
    if not callable(getattr(model, "replace", None)):
        raise TypeError(
            f"model: requires one with terms, such as a Consortium, got {type(model).__name__}"
        )
    names = names_of(model)
    (s,) = checking.chosen([settlement], names, "settlement")
    holds: tuple[tuple[Real, Real], ...]
    if term == "size":
        value = Fraction(model.size)
        ends = (2, model.size) if over is None else two_ends(over)
        first = checking.count(ends[0], "over", 2, "members")
        last = checking.count(ends[1], "over", first, "members")
        found: list[tuple[Real, Real]] = []
        for size in range(first, last + 1):
            game = group_game_of(model.replace(size=size))
            # With everyone on s it does not matter whom the share is of.
            gains = advantages(game, s, (s + 1) % len(names), s)
            if all(sum(one) <= 0 for one in gains.values()):
                start = found.pop()[0] if found and found[-1][1] == size - 1 else Fraction(size)
                found.append((start, Fraction(size)))
        holds, low, high = tuple(found), Fraction(first), Fraction(last)
        method = "every number of members, in rational arithmetic"
    else:
        import sympy

        low, high = interval_of(model, term, over)
        value = Fraction(model.terms[term])
        symbol = sympy.Symbol(term)
        other = (s + 1) % len(names)
        gained = symbolic_advantages(model.replace(**{term: symbol}), symbol, names, s, other, s)
        # At a share of 1 all powers of the share are 1.
        polynomials = [_at_one(terms) for terms in gained.values()]
        holds = where_nonnegative([[-k for k in one] for one in polynomials], low, high)
        # Nothing was said of the upper end itself.
        if all(sign_at(integer_polynomial(one), high) <= 0 for one in polynomials):
            if not holds or holds[-1][1] != high:
                holds = (*holds, (high, high))
        elif holds and holds[-1] == (high, high):
            holds = holds[:-1]
        method = "signs of polynomials in the term, exact"
    here = next(((a, b) for a, b in holds if a <= value <= b), (None, None))
    if here[0] is None:
        status = f"The settlement on {names[s]} is no equilibrium at {term} {shown(value)}."
    else:
        assert here[1] is not None
        status = (
            f"The settlement on {names[s]} lasts while {term} stays from {shown(here[0])} to "
            f"{shown(here[1])}."
        )
    return LastingRange(
        method=method,
        exact=True,
        complete=True,
        status=status,
        settlement=names[s],
        term=term,
        value=value,
        over=(low, high),
        holds=holds,
        low=here[0],
        high=here[1],
    )


def _at_one(terms: Terms) -> list[int]:
    powers = [0] * (1 + max((i for (i, _), _ in terms), default=0))
    for (i, _), number in terms:
        powers[i] += number
    return powers
