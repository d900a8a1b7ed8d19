"""Over which values of a term a report looks."""

from __future__ import annotations

from fractions import Fraction

from dilemma.alliance import Alliance

# Where a term's domain has no end, or its ends make no game.
_ENDS = {
    "stakes": (Fraction(1, 10), Fraction(8)),
    "leakage": (Fraction(0), Fraction(19, 20)),
}


def span_of(alliance: Alliance, name: str) -> tuple[Fraction, Fraction]:
    """Return the range of a term that a report looks at; the alliance is within.

    Examples
    --------
    >>> span_of(Alliance(), "trust"), span_of(Alliance(stakes=20), "stakes")
    ((Fraction(0, 1), Fraction(1, 1)), (Fraction(1, 10), Fraction(40, 1)))
    """
    domain = alliance.domains[name]
    low, high = _ENDS.get(name, (domain.low, domain.high))
    if high is None:
        high = Fraction(2)
    whole, _, firm = name.partition(".")
    value = alliance.terms[whole]
    values = value if isinstance(value, tuple) else (value, value)
    if firm:
        values = (values[firm == "column"],)
    most, least = max(values), min(values)
    if domain.high is None and most >= high:
        high = 2 * most
    elif most > high:
        high = (most + domain.high) / 2
    return (min(low, least / 2) if least < low else low), high
