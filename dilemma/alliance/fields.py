"""What models of firms that learn have in common: fields that hold terms, and how they change.

`Alliance` and the consortium of more firms are dataclasses with a field for each term, beside
``strategies``, ``model`` and ``extra``. Firms are called ``row`` and ``column``, or by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Protocol

from dilemma.alliance.evaluation import kind_of_terms, values_of
from dilemma.alliance.payoffs import INTERORGANIZATIONAL_LEARNING, PayoffModel
from dilemma.alliance.strategies import STRATEGIES, Strategy
from dilemma.alliance.terms import Domain, Term, kind_of, read_term, same


class TermModel(Protocol):
    """A dataclass with terms for fields."""

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name."""

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """What the firms choose from."""

    @property
    def model(self) -> PayoffModel:
        """The payoff function, and the terms that it has of its own."""

    @property
    def extra(self) -> Mapping[str, Any]:
        """The values of these terms."""


def read_model(model: Any) -> PayoffModel:
    """A payoff model, or the one that a function (focal, partner, terms) makes."""
    if isinstance(model, PayoffModel):
        return model
    if not callable(model):
        raise TypeError(
            f"model: requires a PayoffModel or a function (focal, partner, terms), got {model!r}"
        )
    return PayoffModel(name=getattr(model, "__name__", "a function"), payoffs=model)


def read_extra(model: PayoffModel, extra: Any, firms: Sequence[str]) -> Mapping[str, Any]:
    """The values of a model's own terms, checked, with defaults for those left out."""
    own = {term.name: term for term in model.terms}
    extra = _mapping(extra)
    unknown = sorted(set(extra) - set(own))
    if unknown:
        raise ValueError(
            f"extra: requires terms of the model {model.name!r} ({', '.join(own) or 'none'}), "
            f"got {unknown[0]!r}"
        )
    return MappingProxyType(
        {
            name: read_term(term, extra.get(name, term.default), firms=firms)
            for name, term in own.items()
        }
    )


def _mapping(extra: Any) -> Mapping[str, Any]:
    if not isinstance(extra, Mapping):
        raise TypeError(f"extra: requires a mapping of terms to values, got {extra!r}")
    return extra


def domains_of(descriptions: Iterable[Term], firms: Sequence[str]) -> dict[str, Domain]:
    """The domain of each term, and of each firm's."""
    domains = {}
    for term in descriptions:
        domains[term.name] = term.domain
        if term.per_firm:
            domains |= {f"{term.name}.{firm}": term.domain for firm in firms}
    return domains


def replaced(
    this: TermModel, descriptions: Sequence[Term], firms: Sequence[str], terms: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a model after some terms have changed.

    Parameters
    ----------
    this : Alliance, or another dataclass of terms
    descriptions : sequence of Term
        Those of its fields.
    firms : sequence of str
        What comes after the dot in ``stakes.row``.
    terms : mapping of str to value
        The new values of terms, of other fields and of the model's own terms.

    Raises
    ------
    TypeError
        If there is no such term.
    """
    listed: Any = this
    new = {one.name: getattr(this, one.name) for one in fields(listed)}
    if "model" in terms:
        new["model"], new["extra"] = terms["model"], {}
    own = terms.get("model", this.model)
    defaults = {term.name: term.default for term in getattr(own, "terms", ())}
    extras = list(defaults)
    new["extra"] = defaults | dict(new["extra"])
    described = own.terms if isinstance(own, PayoffModel) else ()
    per_firm = [term.name for term in (*descriptions, *described) if term.per_firm]
    # Whole terms first, so that stakes=1 beside stakes.row=2 means what it says.
    for name, value in sorted(terms.items(), key=lambda item: "." in item[0]):
        whole, _, firm = name.partition(".")
        target = new["extra"] if whole in extras else new
        if firm:
            if whole not in per_firm or firm not in firms:
                words = f".{firms[0]} {'or' if len(firms) == 2 else 'to'} .{firms[-1]}"
                raise TypeError(
                    f"{name}: requires a term, or one of {', '.join(per_firm)} with {words}"
                )
            each = target[whole]
            each = list(each) if isinstance(each, (tuple, list)) else [each] * len(firms)
            each[firms.index(firm)] = value
            value = tuple(each)
        elif name == "extra":
            value = {**new["extra"], **_mapping(value)}
        elif whole not in target and whole not in extras:
            known = [*new, *extras]
            raise TypeError(f"{name}: requires a term among {', '.join(known)}")
        target[whole] = value
    return new


def alike(this: TermModel, other: TermModel) -> bool:
    """Whether all terms, strategies and models are equal; arrays by values and dimensions."""
    if this.strategies != other.strategies or this.model != other.model:
        return False
    mine, theirs = values_of(this.terms), values_of(other.terms)
    return len(mine) == len(theirs) and all(
        name == name2 and same(value, value2)
        for (name, value), (name2, value2) in zip(mine, theirs, strict=True)
    )


def hash_of(this: TermModel) -> int:
    """A number that equal models share."""
    if kind_of_terms(this.terms) in ("array", "labelled array"):
        raise TypeError(f"{type(this).__name__}: requires terms without arrays to be hashed")
    return hash((tuple(values_of(this.terms)), this.strategies, this.model))


def changes(this: TermModel, defaults: Mapping[str, Any]) -> list[str]:
    """What differs from the defaults, as arguments that one would type."""
    changed = [
        f"{name}={_brief(value)}"
        for name, value in this.terms.items()
        if name not in this.extra and not same(value, defaults[name])
    ]
    if this.strategies != STRATEGIES:
        changed.append(f"strategies=<{len(this.strategies)}>")
    if this.model != INTERORGANIZATIONAL_LEARNING:
        changed.append(f"model=<{this.model.name}>")
    if this.extra:
        own = ", ".join(f"{name!r}: {_brief(value)}" for name, value in this.extra.items())
        changed.append(f"extra={{{own}}}")
    return changed


def _brief(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_brief, value))})"
    kind = kind_of(value)
    if kind == "number":
        return repr(str(value)) if value.denominator > 1 else str(value)
    if kind in ("array", "labelled array"):
        return f"<array {value.shape}>"
    return str(value)
