"""Claims on settlements that shocks take away, and that maintenance sustains.

**Four firms** may settle on collaboration where trust is 7/10 or 9/10, and not where it is 1/2, as
it needs 29/45. Shocks take trust a level down, repair takes it a level up, at rates in continuous
time; a settlement that trust no longer sustains collapses, and is formed anew, where trust
sustains one, at a rate of 1. Maintenance is effort that adds to the rate of repair. In the long
run this is what `dilemma.collective.maintenance` finds; the balance of the flows is solved by hand
here, so that claims on all rates can be proved.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from dilemma.alliance.terms import Domain
from dilemma.collective import Consortium
from dilemma.propositions.collecting import Collected
from dilemma.propositions.common_goals import ACTION, FIRMS, POSTURES
from dilemma.propositions.parameters import Parameters
from dilemma.propositions.saying import falls, rises
from dilemma.propositions.vocabulary import computed, term

LEVELS = (Fraction(1, 2), Fraction(7, 10), Fraction(9, 10))
_ABOVE_ZERO = Domain(Fraction(0), None, low_open=True)
RATES = Parameters(shocks=_ABOVE_ZERO, repair=_ABOVE_ZERO, effort=(0, None))


def standing(shocks: Any, repair: Any) -> tuple[Any, Any]:
    """How much of the time the settlement stands at middle trust, and at high trust.

    With s and r for shocks and repair, trust is at its levels in the proportions s² : s r : r².
    The settlement's shares a and b of middle and high trust balance what comes and what goes:
    (s + r + 1) a = s b + p and (s + 1) b = r a + q, where p and q are the levels' shares.

    Examples
    --------
    >>> standing(Fraction(1), Fraction(1))
    (Fraction(1, 5), Fraction(4, 15))
    """
    s, r = shocks, repair
    whole = s * s + s * r + r * r
    middle, high = s * r / whole, r * r / whole
    lower = (middle * (s + 1) + s * high) / ((s + r + 1) * (s + 1) - s * r)
    return lower, (r * lower + high) / (s + 1)


def settled(rates: Any) -> Any:
    """How much of the time a settlement on collaboration stands.

    Examples
    --------
    >>> settled(RATES.replace(shocks=1, repair=1))
    Fraction(7, 15)
    """
    return sum(standing(rates.shocks, rates.repair))


@cache
def _rewards() -> tuple[Fraction, Fraction]:
    """What a firm gets in the settlement more than where all avoid each other."""
    settlement, fallback = (POSTURES[0],) * FIRMS, (POSTURES[4],) * FIRMS
    groups = [Consortium(FIRMS, trust=level) for level in LEVELS[1:]]
    lower, higher = (one.payoff(1, settlement) - one.payoff(1, fallback) for one in groups)
    return lower, higher


def worth_of_maintenance(rates: Any) -> Any:
    """What a firm gains by it in the long run, before it pays for it.

    Examples
    --------
    >>> float(worth_of_maintenance(RATES.replace(shocks=1, repair=1, effort=2))) > 0.2
    True
    """
    before = standing(rates.shocks, rates.repair)
    after = standing(rates.shocks, rates.repair + rates.effort)
    return sum(
        reward * (two - one) for reward, one, two in zip(_rewards(), before, after, strict=True)
    )


def shocks(found: Collected) -> None:
    """Settlements are vulnerable to shocks, and sustained by maintenance."""
    share = computed(settled, "the share of time settled")
    both = ["shocks", "repair"]
    found.add(
        "shocks: settlement",
        "the more often shocks come, the less of the time collaboration stands",
        falls(share, "shocks"),
        both,
        RATES,
        ACTION,
    )
    found.add(
        "maintenance: settlement",
        "the more is done to repair trust, the more of the time collaboration stands",
        rises(share, "repair"),
        both,
        RATES,
        ACTION,
    )
    found.add(
        "maintenance: it pays",
        "where trust is repaired at a rate of 1 anyway, maintenance is worth at least 1/10 to "
        "each firm per unit of effort",
        computed(worth_of_maintenance, "the worth of maintenance") >= term("effort") / 10,
        ["shocks", "effort"],
        RATES.replace(repair=1),
        ACTION,
    )
