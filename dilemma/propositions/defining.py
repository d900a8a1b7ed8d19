"""Whether a claim's statement holds in given alliances, straight from what it means.

Statements on two alliances (`rises`, `falls`, `keeps`) are reduced to comparisons before they are
proved; here they are not: both alliances are built, and the statement is looked up in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dilemma.propositions.claiming import Claim
from dilemma.propositions.formulas import HOLDS
from dilemma.propositions.setting import Setting
from dilemma.propositions.statements import (
    Comparison,
    Every,
    Lasting,
    Monotone,
    Some,
    Statement,
    later_name,
)


def holds_as_defined(claim: Claim, values: Mapping[str, Fraction]) -> bool:
    """Look a claim's statement up where all terms are rational, assumptions aside.

    Parameters
    ----------
    claim : Claim
    values : mapping of str to Fraction
        Of the terms that vary, and of "later trust" and the like where the statement compares two
        alliances.

    Raises
    ------
    ZeroDivisionError
        Where a ratio has a denominator of 0.

    Examples
    --------
    >>> from dilemma.propositions import keeps, strict_equilibrium
    >>> claim = Claim(keeps(strict_equilibrium("collaboration"), "trust"), over=["trust"])
    >>> holds_as_defined(claim, {"trust": Fraction(3, 4), "later trust": Fraction(1)})
    True
    """

    def setting(terms: Mapping[str, Fraction]) -> Setting:
        return Setting(claim.at({name: terms[name] for name in claim.over}), claim.names)

    def holds(one: Statement, terms: Mapping[str, Fraction]) -> bool:
        if isinstance(one, Every):
            return all(holds(part, terms) for part in one.parts)
        if isinstance(one, Some):
            return any(holds(part, terms) for part in one.parts)
        if isinstance(one, (Monotone, Lasting)):
            later = {**terms, one.term: terms[later_name(one.term)]}
            # It speaks of pairs whose later value is larger, and which satisfy the assumptions.
            if later[one.term] <= terms[one.term] or not all(
                holds(other, where) for other in claim.assuming for where in (terms, later)
            ):
                return True
            if isinstance(one, Lasting):
                first, second = (terms, later) if one.growing else (later, terms)
                return not holds(one.statement, first) or holds(one.statement, second)
            now, then = (one.quantity.value(setting(where)) for where in (terms, later))
            return bool(then >= now if one.rising else then <= now)
        if isinstance(one, Comparison):
            here = setting(terms)
            return bool(HOLDS[one.relation](one.left.value(here), one.right.value(here)))
        return holds(one.plain(claim.names), terms)

    return holds(claim.statement, values)
