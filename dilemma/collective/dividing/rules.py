r"""Rules by which a coalition divides its value among its members."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.collective.dividing.answers import Division

if TYPE_CHECKING:
    from dilemma.collective.dividing.coalitions import Coalitions

RULES = ("shapley", "equal", "contribution", "nucleolus", "prenucleolus")
"""Names of rules; see `divided`."""


def divided(coalitions: Coalitions, rule: str = "shapley") -> Division:
    r"""Divide the value of all firms by a rule.

    Parameters
    ----------
    coalitions : Coalitions
    rule : {"shapley", "equal", "contribution", "nucleolus", "prenucleolus"}
        - "shapley": what a firm adds, on average over all orders of arrival;
        - "equal": v(N)/n for each;
        - "contribution": what each would take away by leaving, :math:`c_i = v(N) - v(N \setminus
          i)`, and an equal part of what is then left or missing (moulin1985): the equal division
          plus :math:`c_i` less the mean of all;
        - "nucleolus", "prenucleolus": see `Coalitions.nucleolus` and `Coalitions.prenucleolus`.

    Returns
    -------
    Division

    Raises
    ------
    ValueError
        If there is no such rule; if there are too many firms for it to be exact, or no nucleolus.

    Examples
    --------
    >>> from dilemma.collective import Coalitions
    >>> game = Coalitions(["a", "b"], {"a": 1, "b": 0, ("a", "b"): 3})
    >>> [str(share) for share in divided(game, "contribution").shares]
    ['2', '1']
    """
    from dilemma.collective.dividing.coalitions import MOST_LISTED

    read_rule(rule)
    n = len(coalitions.firms)
    if rule == "nucleolus":
        return coalitions.nucleolus()
    if rule == "prenucleolus":
        return coalitions.prenucleolus()
    if rule == "shapley":
        if n > MOST_LISTED and not coalitions.sizes:
            raise ValueError(
                f"coalitions: requires at most {MOST_LISTED} firms for exact shares, got {n}"
            )
        return coalitions.shapley()
    whole = coalitions.value(coalitions.firms)
    if rule == "equal":
        added = [Fraction(0)] * n
    else:
        added = [
            whole - coalitions.value(other for other in coalitions.firms if other != name)
            for name in coalitions.firms
        ]
    middle = sum(added, Fraction(0)) / n
    words = {"equal": "Equal shares", "contribution": "Shares by contribution"}[rule]
    return Division(
        method="from the definition, in rational arithmetic",
        exact=True,
        complete=True,
        status=f"{words} of {n} {'firm' if n == 1 else 'firms'}, exactly.",
        firms=coalitions.firms,
        shares=tuple(whole / n + one - middle for one in added),
        errors=(0.0,) * n,
    )


def read_rule(rule: Any) -> str:
    """Return a rule's name, if it is one.

    >>> read_rule("equal")
    'equal'
    """
    if rule not in RULES:
        raise ValueError(f"rule: requires one of {', '.join(RULES)}, got {rule!r}")
    return str(rule)


def shares_of_every_coalition(coalitions: Coalitions, rule: str) -> NDArray[np.object_]:
    r"""Return what each firm gets in each coalition, by a rule.

    Shapley's shares of all coalitions follow from one potential (hart1989):
    :math:`P(S) = (v(S) + \sum_{i \in S} P(S \setminus i)) / |S|`, and firm i's share in S is
    :math:`P(S) - P(S \setminus i)`.

    Parameters
    ----------
    coalitions : Coalitions
    rule : str
        As for `divided`.

    Returns
    -------
    numpy.ndarray of Fraction, shape (2^n, n)
        A row for each coalition, the sum of 2^k over its firms k; 0 for those who aren't in it.

    Examples
    --------
    >>> from dilemma.collective import Coalitions
    >>> game = Coalitions(["a", "b"], {"a": 1, "b": 0, ("a", "b"): 3})
    >>> [str(share) for share in shares_of_every_coalition(game, "shapley")[3]]
    ['2', '1']
    """
    read_rule(rule)
    n = len(coalitions.firms)
    values = coalitions.values
    table = np.full((1 << n, n), Fraction(0), dtype=object)
    potential = [Fraction(0)] * (1 << n)
    for mask in range(1, 1 << n):
        inside = [k for k in range(n) if mask >> k & 1]
        if rule == "shapley":
            total = sum((potential[mask ^ 1 << k] for k in inside), values[mask])
            potential[mask] = total / len(inside)
            table[mask, inside] = [potential[mask] - potential[mask ^ 1 << k] for k in inside]
        elif rule == "contribution":
            left = sum((values[mask ^ 1 << k] for k in inside), Fraction(0)) / len(inside)
            equal = values[mask] / len(inside)
            table[mask, inside] = [equal + left - values[mask ^ 1 << k] for k in inside]
        elif rule == "equal":
            table[mask, inside] = values[mask] / len(inside)
        else:
            table[mask, inside] = divided(coalitions.among(coalitions.members(mask)), rule).shares
    table.setflags(write=False)
    return table
