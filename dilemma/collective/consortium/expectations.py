r"""What firms alike earn on average when all others mix: exact, for any number of firms.

The n − 1 others play independently after a mixture x. If a payoff is bilinear in what is learned
and taught, as those of all models here are, only three means count:

.. math::

    E[f] = \sum_j x_j f_{sj}, \quad E[g] = \sum_j x_j f_{js}, \quad
    E[fg] = \frac{\sum_j x_j f_{sj} f_{js} + (n - 2) E[f] E[g]}{n - 1},

so that without a goal expected payoffs are quadratic in x for every n. The chance that the goal is
met is a sum of coefficients of :math:`(\sum_j x_j z^{r_j t_j})^{n-1}`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly
from numpy.typing import NDArray

from dilemma.alliance.evaluation import mutual_terms
from dilemma.arrays.exact import common_denominator
from dilemma.collective.consortium.evaluation import (
    Firms,
    commitments,
    exact_learning,
    firm_of,
    quick,
)
from dilemma.game import GroupGame
from dilemma.game.groups import LARGEST_GROUP

# Bits of the polynomial of commitments; so many take some ten seconds.
MOST_BITS = 10**9


def expectations(firms: Alike, mixture: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """What each strategy earns among others who mix, by formula where there is one."""
    forms = bilinear_payoffs(firms)
    if forms is None or not _is_light(firms, mixture):
        if firms.size > LARGEST_GROUP:
            raise ValueError(
                f"size: requires at most {LARGEST_GROUP} firms where payoffs are not bilinear in "
                "what is learned and taught, or where the chance of the goal takes too many "
                f"digits, got {firms.size}"
            )
        listed = firms.group_game().expected_payoffs(list(mixture))
        return tuple(Fraction(value) for value in listed)
    return exact_expectations(firms, forms, mixture)


def _is_light(firms: Firms, mixture: Sequence[Fraction]) -> bool:
    """Whether the chances of the goal can be had from a polynomial."""
    if firms.terms["goal"] == 0:
        return True
    whole, _ = commitments(firms.strategies, firms.size)
    bits = common_denominator(mixture).bit_length()
    return int(max(whole)) * firms.size**2 * bits <= MOST_BITS


class Alike(Firms, Protocol):
    """Firms alike, whose game can be listed."""

    def group_game(self) -> GroupGame:
        """The game by compositions."""


def bilinear_payoffs(firms: Firms) -> list[tuple[Fraction, Fraction, Fraction, Fraction]] | None:
    """Each strategy's payoff as a + b f + c g + d f g; None if some is nothing of the kind."""
    ring = fmpq_mpoly_ctx.get(("f", "g"), Ordering.lex)
    learned, taught = ring.gens()
    values = {
        name: tuple(map(quick, value)) if isinstance(value, tuple) else quick(value)
        for name, value in firms.terms.items()
    }
    mutual = mutual_terms(values, firms.descriptions)
    function: Any = firms.model.value
    found = []
    for one in firms.strategies:
        own = firm_of(firms, values, 0, quick(one.receptivity), quick(one.transparency))
        try:
            polynomial = ring.from_dict({}) + function(own, learned, taught, mutual)
        except Exception:
            # A Fraction of the user's, or no formula of + − and ×, whatever it raises.
            return None
        powers = polynomial.to_dict()
        if any(max(power) > 1 for power in powers):
            return None
        a, b, c, d = (powers.get(power, fmpq(0)) for power in ((0, 0), (1, 0), (0, 1), (1, 1)))
        found.append((_exact(a), _exact(b), _exact(c), _exact(d)))
    return found


def exact_expectations(
    firms: Firms,
    forms: Sequence[tuple[Fraction, Fraction, Fraction, Fraction]],
    mixture: Sequence[Fraction],
) -> tuple[Fraction, ...]:
    """What each strategy earns among others who mix, by the moments of their mixture."""
    n = firms.size
    table = exact_learning(firms, 0, 0)
    chances = goal_chances(firms, mixture)
    result = []
    for s, (a, b, c, d) in enumerate(forms):
        from_others, from_me = table[s, :], table[:, s]
        learned = _mean(mixture, from_others)
        taught = _mean(mixture, from_me)
        same = _mean(mixture, from_others * from_me)
        both = (same + (n - 2) * learned * taught) / (n - 1)
        result.append(a + b * learned + c * taught + d * both + firms.terms["goal"] * chances[s])
    return tuple(result)


def goal_chances(firms: Firms, mixture: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """How likely the goal is met when one firm plays a strategy and all others mix."""
    if firms.terms["goal"] == 0:
        return (Fraction(0),) * len(firms.strategies)
    whole, scale = commitments(firms.strategies, firms.size)
    coefficients: list[Any] = [fmpq(0)] * (int(max(whole)) + 1)
    for share, power in zip(mixture, whole, strict=True):
        coefficients[int(power)] += quick(share)
    law = fmpq_poly(coefficients) ** (firms.size - 1)
    least = math.ceil(firms.terms["threshold"] * scale)
    # Chances that the others' commitment is at least so much, from the largest on.
    tails, total = {}, fmpq(0)
    for power in range(law.degree(), -1, -1):
        total += law[power]
        tails[power] = total
    found = []
    for own in whole:
        needed = max(least - int(own), 0)
        found.append(_exact(tails.get(needed, fmpq(0))))
    return tuple(found)


def _mean(mixture: Sequence[Fraction], values: NDArray[np.object_]) -> Fraction:
    return sum((x * v for x, v in zip(mixture, values, strict=True)), Fraction(0))


def _exact(value: Any) -> Fraction:
    value = fmpq(value)
    return Fraction(int(value.p), int(value.q))
