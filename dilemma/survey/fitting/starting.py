"""Where the climb begins, and between which bounds it goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.arrays.exact import to_float
from dilemma.survey.fitting.choices import Choices
from dilemma.survey.fitting.payoff_slopes import PayoffModel
from dilemma.survey.fitting.scales import FARTHEST, RATIONALITY, FreeTerm, bounds_of

Floats = NDArray[np.float64]


def starting_points(
    terms: Sequence[FreeTerm],
    alliance: Alliance,
    model: PayoffModel,
    rational: bool,
    generator: np.random.Generator,
    many: int,
) -> list[Floats]:
    """The alliance's own terms without slopes, and random ones within their domains."""
    points = []
    for k in range(many):
        values: list[float] = []
        for term in terms:
            domain = alliance.domains[term.name]
            low, high = bounds_of(domain)
            own = _own_value(alliance, term.name)
            if k:
                if math.isinf(high):
                    own = (own or 1.0) * math.exp(generator.uniform(-1.4, 1.4))
                else:
                    own = low + (high - low) * generator.uniform(0.05, 0.95)
            if term.scale is None:
                values.append(own)
                continue
            inside = (
                max(own, 0.05)
                if math.isinf(high)
                else min(max(own, low + 0.05 * (high - low)), high - 0.05 * (high - low))
            )
            values.append(term.scale.onto(inside))
            values += [0.0] * (term.size - 1)
        point = np.array(values)
        if rational:
            both = model.payoffs(point)
            size = max(float(np.ptp(A, axis=1).max()) for A, _ in both) or 1.0
            rate = 1.0 if not k else math.exp(generator.uniform(math.log(0.5), math.log(8.0)))
            point = np.append(point, rate / size)
        points.append(point)
    # Drawn last, so that a model without slopes has the same starts for all else.
    for term in terms:
        spreads = np.concatenate([one[:, 1:] for one in term.designs.values()]).std(axis=0)
        for place, spread in enumerate(spreads, term.coefficients.start + 1):
            for point in points[1:]:
                point[place] = 0.5 * generator.standard_normal() / spread if spread else 0.0
    return points


def nested_models(
    terms: Sequence[FreeTerm], names: Sequence[str]
) -> tuple[NDArray[np.bool_], ...]:
    """What is free in models within the one to fit: rationality alone, and all but slopes."""
    slopes = {k for one in terms for k in range(one.coefficients.start + 1, one.coefficients.stop)}
    models = (
        np.array([name == RATIONALITY for name in names]),
        np.array([k not in slopes for k in range(len(names))]),
    )
    return tuple(one for one in models if one.any() and not one.all())


def _own_value(alliance: Alliance, name: str) -> float:
    whole, _, firm = name.partition(".")
    value = alliance.terms[whole]
    if isinstance(value, tuple):
        return to_float(value[firm == "column"]) if firm else float(np.mean([*map(float, value)]))
    return to_float(value)


def bounds(
    terms: Sequence[FreeTerm], domains: Mapping[str, Any], choices: Choices, rational: bool
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """The lowest and highest values of parameters, and which of them know no ends."""
    low: list[float] = []
    high: list[float] = []
    unbounded: list[bool] = []
    for term in terms:
        if term.scale is None:
            ends = bounds_of(domains[term.name])
            low.append(ends[0])
            high.append(ends[1])
            unbounded.append(False)
            continue
        sizes = [1.0, *(np.abs(choices.moderators[one]).max() or 1.0 for one in term.moderators)]
        low += [-FARTHEST / size for size in sizes]
        high += [FARTHEST / size for size in sizes]
        unbounded += [True] * len(sizes)
    if rational:
        low.append(0.0)
        high.append(math.inf)
        unbounded.append(False)
    return np.array(low), np.array(high), np.array(unbounded)
