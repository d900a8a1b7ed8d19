"""Claims on functions of numbers, where there is no model but the numbers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from dilemma.alliance.terms import Domain
from dilemma.arrays.exact import fraction
from dilemma.writing.pages import Displayed


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Parameters(Displayed):
    """A model that is nothing but its terms.

    For claims on what a function makes of them: it finds each as an attribute.

    Parameters
    ----------
    **domains : (low, high), or Domain
        The terms, and where each may lie; None for no high end. Until it is replaced, each is at
        its low end, or inside the domain where that end is open.

    Raises
    ------
    TypeError, ValueError
        If there is no term, or a domain is none.

    Examples
    --------
    >>> from dilemma.propositions import Claim, computed, examine, falls
    >>> def share(given):
    ...     return given.repair / (given.repair + given.shocks)
    >>> rates = Parameters(repair=(1, None), shocks=(0, None))
    >>> print(examine(Claim(falls(computed(share), "shocks"), rates.domains, model=rates)).kind)
    proved
    >>> share(rates.replace(repair=3, shocks=1))
    Fraction(3, 4)
    """

    domains: Mapping[str, Domain]
    terms: Mapping[str, Any]

    def __init__(self, **domains: Any) -> None:
        if not domains:
            raise ValueError("domains: requires at least one term, got none")
        read = {name: _domain(name, one) for name, one in domains.items()}
        object.__setattr__(self, "domains", MappingProxyType(read))
        object.__setattr__(
            self, "terms", MappingProxyType({n: _first(d) for n, d in read.items()})
        )

    def replace(self, **terms: Any) -> Parameters:
        """Return the same with some values changed; a sympy expression is taken as it is.

        Raises
        ------
        TypeError, ValueError
            If there is no such term, or a number lies outside its domain.
        """
        values = dict(self.terms)
        for name, value in terms.items():
            if name not in self.domains:
                raise TypeError(f"{name}: requires a term among {', '.join(self.domains)}")
            values[name] = _value(name, value, self.domains[name])
        changed = object.__new__(Parameters)
        object.__setattr__(changed, "domains", self.domains)
        object.__setattr__(changed, "terms", MappingProxyType(values))
        return changed

    def __getattr__(self, name: str) -> Any:
        terms = self.__dict__.get("terms", {})
        if name not in terms:
            raise AttributeError(f"{name}: requires a term among {', '.join(terms)}")
        return terms[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Parameters):
            return NotImplemented
        return (dict(self.domains), dict(self.terms)) == (dict(other.domains), dict(other.terms))

    def __hash__(self) -> int:
        return hash((tuple(self.domains.items()), tuple(self.terms.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (dict(self.domains), dict(self.terms))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name} {one.words}" for name, one in self.domains.items())
        return f"<Parameters: {inside}>"


def _restored(domains: Mapping[str, Domain], terms: Mapping[str, Any]) -> Parameters:
    return Parameters(**domains).replace(**terms)


def _first(domain: Domain) -> Fraction | None:
    """A number inside a domain: its low end, unless that is open."""
    if domain.low is None or not domain.low_open:
        return domain.low
    return domain.low + 1 if domain.high is None else (domain.low + domain.high) / 2


def _domain(name: str, given: Any) -> Domain:
    if isinstance(given, Domain):
        return given
    if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != 2:
        raise TypeError(f"{name}: requires a pair (low, high) or a Domain, got {given!r}")
    low = fraction(given[0], f"{name}[0]")
    high = None if given[1] is None else fraction(given[1], f"{name}[1]")
    if high is not None and low >= high:
        raise ValueError(f"{name}: requires low < high, got {low} and {high}")
    return Domain(low, high)


def _value(name: str, value: Any, domain: Domain) -> Any:
    if hasattr(value, "free_symbols") and value.free_symbols:
        return value
    number: Fraction = fraction(value, name)
    if number not in domain:
        raise ValueError(f"{name}: requires a number {domain.words}, got {number}")
    return number
