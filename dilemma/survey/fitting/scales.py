r"""Coefficients, and the terms that they stand for.

A free term without moderators is its own coefficient, and its bounds are its domain. A term with
moderators :math:`z_c` of case c is linear in them on a scale where nothing is out of bounds:

==================  ==============================================  =========================
domain of the term  scale                                           term
==================  ==============================================  =========================
[0, 1] and [0, 1)   logit: :math:`\log\frac{t}{1 - t}`              :math:`1/(1 + e^{-\eta})`
> 0 and ≥ 0         logarithm                                       :math:`e^\eta`
[−1, 1]             inverse hyperbolic tangent                      :math:`\tanh \eta`
==================  ==============================================  =========================

with :math:`\eta_c = \beta_0 + \sum_k \beta_k z_{ck}`, whose coefficients are called
``"trust: intercept"`` and ``"trust: slope of NAME"``. The ends of a closed domain then lie at
infinity: an estimate that goes there is reported as infinite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.terms import Domain
from dilemma.game.display import listed

Floats = NDArray[np.float64]
RATIONALITY = "rationality"

# On a scale without bounds: beyond this a logit is 0 or 1 as far as floats can tell.
FARTHEST = 36.0
# How near an end that a domain does not contain an estimate may come.
_NEAR = 1e-9


@dataclass(frozen=True)
class Scale:
    """A one-to-one map from a term's domain to all real numbers."""

    name: str
    onto: Callable[[float], float]
    back: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def _logistic(eta: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-eta)))


LOGIT = Scale(
    "logit",
    lambda t: math.log(t / (1.0 - t)),
    _logistic,
    lambda eta: _logistic(eta) * _logistic(-eta),
)
LOGARITHM = Scale("logarithm", math.log, np.exp, np.exp)
ARTANH = Scale(
    "inverse hyperbolic tangent", math.atanh, np.tanh, lambda eta: 1 - np.tanh(eta) ** 2
)


def scale_of(domain: Domain) -> Scale:
    """The scale on which a term of this domain is linear in its moderators.

    >>> from dilemma.alliance import Alliance
    >>> [scale_of(Alliance().domains[name]).name for name in ("trust", "synergy", "power")]
    ['logit', 'logarithm', 'inverse hyperbolic tangent']
    """
    if domain.high is None:
        return LOGARITHM
    return LOGIT if domain.low == 0 else ARTANH


def bounds_of(domain: Domain) -> tuple[float, float]:
    """The ends between which an estimate may lie; an open end is missed by a hair."""
    low = float(domain.low) + (_NEAR if domain.low_open else 0.0)
    if domain.high is None:
        return low, math.inf
    return low, float(domain.high) - (_NEAR if domain.high_open else 0.0)


@dataclass(frozen=True, eq=False)
class FreeTerm:
    """A term to estimate.

    Attributes
    ----------
    name : str
        As `Alliance.replace` takes it: ``trust``, ``stakes``, ``stakes.row``.
    scale : Scale or None
        None without moderators.
    moderators : tuple of str
    designs : mapping of str to numpy.ndarray, shape (cells, coefficients)
        A column of ones, and the moderators; for the name of the term, or for both
        ``stakes.row`` and ``stakes.column``, each with the values of that firm.
    coefficients : slice
        Where its coefficients stand among all.
    """

    name: str
    scale: Scale | None
    moderators: tuple[str, ...]
    designs: Mapping[str, Floats]
    coefficients: slice

    @property
    def size(self) -> int:
        """How many coefficients it has."""
        return 1 + len(self.moderators)

    def value(self, place: str, coefficients: Floats) -> Floats:
        """The term in every cell."""
        eta = self.designs[place] @ coefficients[self.coefficients]
        return np.asarray(eta if self.scale is None else self.scale.back(eta))

    def slopes(self, place: str, coefficients: Floats) -> Floats:
        """The derivative of the term in every cell by each of its coefficients."""
        design = self.designs[place]
        if self.scale is None:
            return design
        eta = design @ coefficients[self.coefficients]
        return np.asarray(self.scale.slope(eta)[:, None] * design)

    @property
    def names(self) -> list[str]:
        """What its coefficients are called."""
        if self.scale is None:
            return [self.name]
        return [
            f"{self.name}: intercept",
            *(f"{self.name}: slope of {one}" for one in self.moderators),
        ]


def free_terms(
    free: Sequence[str],
    moderators: Mapping[str, Sequence[str]],
    values: Mapping[str, Floats],
    domains: Mapping[str, Domain],
    cells: int,
) -> tuple[FreeTerm, ...]:
    """The free terms in their order, each with its designs over the cells.

    The values of a moderator have the shape (cells, 2), one for each firm. A term of one firm is
    moved by that firm's values, a mutual term by the mean of both.
    """
    found, start = [], 0
    for name in free:
        if name == RATIONALITY:
            continue
        own = tuple(moderators.get(name, ()))
        if own and f"{name}.row" in domains:
            sides = {f"{name}.row": [0], f"{name}.column": [1]}
        elif "." in name:
            sides = {name: [int(name.endswith(".column"))]}
        else:
            sides = {name: [0, 1]}
        designs = {
            place: np.column_stack(
                [np.ones(cells), *(values[one][:, which].mean(axis=1) for one in own)]
            )
            for place, which in sides.items()
        }
        size = 1 + len(own)
        scale = scale_of(domains[name]) if own else None
        found.append(FreeTerm(name, scale, own, designs, slice(start, start + size)))
        start += size
    return tuple(found)


def checked_free(free: Any, domains: Mapping[str, Domain]) -> tuple[str, ...]:
    """What is to be estimated: rationality and terms of the model, each once.

    Raises
    ------
    TypeError, ValueError
        If there is nothing, or a name that is no term, or the same twice (``stakes`` holds
        ``stakes.row``).
    """
    if isinstance(free, str):
        free = (free,)
    try:
        names = tuple(free)
    except TypeError:
        raise TypeError(f"free: requires names of terms, got {free!r}") from None
    if not names:
        raise ValueError("free: requires at least one name to estimate, got none")
    for name in names:
        if name != RATIONALITY and name not in domains:
            whole = [one for one in domains if "." not in one]
            raise ValueError(
                f"free: requires rationality or terms among {listed(whole)}, got {name!r}"
            )
        if names.count(name) > 1:
            raise ValueError(f"free: requires each name once, got {name!r} twice")
        if "." in name and name.partition(".")[0] in names:
            raise ValueError(
                f"free: requires {name.partition('.')[0]!r} or the terms of each firm, got both"
            )
    return names
