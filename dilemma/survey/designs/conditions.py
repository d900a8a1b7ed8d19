"""What differs between simulated cases: moderators, the terms that they move, the payoffs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.arrays.exact import fraction, to_float
from dilemma.survey.fitting.scales import scale_of

Floats = NDArray[np.float64]


def drawn_moderators(
    alliance: Alliance, given: Mapping[str, Any], cases: int, generator: np.random.Generator
) -> dict[str, Floats]:
    """A value of each moderator for each case, within its domain if it is a term."""
    domains = alliance.domains
    drawn = {}
    for name, how in given.items():
        if callable(how):
            values = np.array(how(generator, cases), dtype=np.float64)
        elif isinstance(how, tuple) and len(how) == 2:
            low, high = (to_float(fraction(one, f"moderators[{name}]")) for one in how)
            if low > high:
                raise ValueError(f"moderators[{name}]: requires low ≤ high, got {low} and {high}")
            values = generator.uniform(low, high, size=cases)
        else:
            values = np.array(how, dtype=np.float64)
        if values.shape != (cases,):
            raise ValueError(
                f"moderators[{name}]: requires a pair (low, high), a function, or one value for "
                f"each of {cases} cases, got shape {values.shape}"
            )
        domain = domains.get(name)
        outside = ~np.isfinite(values) if domain is None else domain.outside(values)
        if np.any(outside):
            worst = values[outside][0]
            words = f"numbers {domain.words}" if domain else "finite numbers"
            raise ValueError(f"moderators[{name}]: requires {words}, got {worst}")
        drawn[name] = values
    return drawn


def checked_slopes(
    alliance: Alliance, effects: Mapping[str, Any], drawn: Mapping[str, Floats]
) -> dict[str, dict[str, float]]:
    """The slopes of terms in moderators, as floats."""
    known = alliance.domains
    found: dict[str, dict[str, float]] = {}
    for term, given in effects.items():
        if term not in known:
            raise ValueError(f"effects: requires terms among {', '.join(known)}, got {term!r}")
        if not isinstance(given, Mapping):
            raise TypeError(f"effects[{term}]: requires a mapping to slopes, got {given!r}")
        for name in given:
            if name not in drawn:
                have = ", ".join(map(repr, drawn)) or "none"
                raise ValueError(f"effects[{term}]: requires moderators ({have}), got {name!r}")
        found[term] = {
            name: to_float(fraction(slope, f"effects[{term}][{name}]"))
            for name, slope in given.items()
        }
    return found


def case_payoffs(
    alliance: Alliance,
    drawn: Mapping[str, Floats],
    slopes: Mapping[str, Mapping[str, float]],
    cases: int,
) -> tuple[Floats, Floats]:
    """The row firm's and the column firm's payoffs in each case, shape (cases, m, m)."""
    domains = alliance.domains
    terms: dict[str, Any] = {name: one for name, one in drawn.items() if name in domains}
    for term, given in slopes.items():
        whole, _, firm = term.partition(".")
        value = alliance.terms[whole]
        if isinstance(value, tuple):
            if not firm:
                raise ValueError(
                    f"effects: requires {term}.row or {term}.column of an alliance whose firms "
                    f"differ in {term}, got {term!r}"
                )
            value = value[firm == "column"]
        scale = scale_of(domains[term])
        try:
            middle = scale.onto(to_float(value))
        except (ValueError, ZeroDivisionError):
            raise ValueError(
                f"effects[{term}]: requires a term inside its domain, where the {scale.name} is "
                f"finite, got {value}"
            ) from None
        shift = sum(slope * drawn[name] for name, slope in given.items())
        terms[term] = scale.back(np.full(cases, middle) + shift)
    model = alliance.replace(**terms) if terms else alliance
    payoffs = np.asarray(model.payoffs(), dtype=np.float64)
    m = len(alliance.strategies)
    whole_batch = np.broadcast_to(payoffs, (cases, 2, m, m))
    return whole_batch[:, 0].copy(), whole_batch[:, 1].copy()
