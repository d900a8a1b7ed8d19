"""Payoffs of many alliances at once, with their derivatives by the terms.

Payoff models are formulas of +, − and ×. Such a formula, evaluated at :math:`t + ih` with a tiny
h, has the derivative by t in its imaginary part, to the last digit and without a difference being
taken (squire1998). So one evaluation over complex arrays serves all terms of all models, also a
user's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.alliance.evaluation import arguments_of
from dilemma.alliance.terms import TERMS
from dilemma.arrays.exact import to_float
from dilemma.game import Game
from dilemma.survey.fitting.scales import FreeTerm

Floats = NDArray[np.float64]
_STEP = 1e-30


class PayoffModel(Protocol):
    """Payoffs in every cell at some coefficients, for the row role and the column role.

    ``payoffs(coefficients)`` gives for each role the payoffs, shape (cells, own, partner's), and
    their derivatives, shape (coefficients, cells, own, partner's).
    """

    cells: int
    coefficients: int

    def payoffs(self, coefficients: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Payoffs and derivatives of both roles."""

    def only(self, cells: NDArray[np.int64]) -> PayoffModel:
        """The same model in some of the cells."""


class FixedGame:
    """One game, of which no payoff is to be estimated."""

    def __init__(self, game: Game) -> None:
        self.cells, self.coefficients = 1, 0
        first, second = game.payoffs[0], game.payoffs[1].T
        self._both = (
            (first[None], np.zeros((0, 1, *first.shape))),
            (second[None], np.zeros((0, 1, *second.shape))),
        )

    def payoffs(self, coefficients: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The game, whatever the coefficients (there are none)."""
        return self._both

    def only(self, cells: NDArray[np.int64]) -> FixedGame:
        """The same game: there is one cell."""
        return self


class AlliancePayoffs:
    """The alliance's payoffs in every cell, some of its terms free and some measured.

    Parameters
    ----------
    alliance : Alliance
        Of numbers; gives all terms that are neither free nor measured.
    free : sequence of FreeTerm
    measured : mapping of str to numpy.ndarray, shape (cells, 2)
        Terms that the survey itself gives, for each firm; of a mutual term, the mean is taken.
    cells : int
    """

    def __init__(
        self,
        alliance: Alliance,
        free: Sequence[FreeTerm],
        measured: Mapping[str, Floats],
        cells: int,
    ) -> None:
        self.cells = cells
        self._given = alliance, tuple(free), measured
        self.coefficients = sum(one.size for one in free)
        self._alliance = alliance
        self._moving = [(one, place) for one in free for place in one.designs]
        self._fixed: dict[str, Any] = {
            name: tuple(map(to_float, value)) if isinstance(value, tuple) else to_float(value)
            for name, value in alliance.terms.items()
        }
        for name, values in measured.items():
            both = values.T[:, None, :, None, None]
            if "." in name:
                _place(self._fixed, name, both[name.endswith(".column")])
            elif f"{name}.row" in alliance.domains:
                self._fixed[name] = (both[0], both[1])
            else:
                self._fixed[name] = both.mean(axis=0)

    def payoffs(self, coefficients: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Payoffs and derivatives of both roles."""
        values: dict[str, Any] = dict(self._fixed)
        count = max(len(self._moving), 1)
        for k, (term, place) in enumerate(self._moving):
            level = term.value(place, coefficients).astype(complex)
            moved = np.repeat(level[None], count, axis=0)
            moved[k] += _STEP * 1j
            _place(values, place, moved[:, :, None, None])
        own = self._alliance
        result = own.model.payoffs(
            *arguments_of(values, (*TERMS, *own.model.terms), own.strategies, _points)
        )
        m = len(own.strategies)
        first, second = (
            np.array(np.broadcast_to(one, (count, self.cells, m, m)), dtype=complex)
            for one in result
        )
        return self._described(first, coefficients), self._described(
            second.transpose(0, 1, 3, 2), coefficients
        )

    def only(self, cells: NDArray[np.int64]) -> AlliancePayoffs:
        """The same model in some of the cells."""
        alliance, free, measured = self._given
        return AlliancePayoffs(
            alliance,
            [
                replace(one, designs={place: all_[cells] for place, all_ in one.designs.items()})
                for one in free
            ],
            {name: values[cells] for name, values in measured.items()},
            len(cells),
        )

    def _described(self, values: NDArray[Any], coefficients: Floats) -> tuple[Floats, Floats]:
        slopes = np.zeros((self.coefficients, *values.shape[1:]))
        for k, (term, place) in enumerate(self._moving):
            by = term.slopes(place, coefficients).T[:, :, None, None]
            slopes[term.coefficients] += by * values[k].imag / _STEP
        return values[0].real, slopes


def _points(strategy_values: Sequence[Any], axis: int) -> Floats:
    """The coordinates of strategies, along the rows or the columns of payoffs."""
    array = _coordinates(tuple(strategy_values))
    return array[:, None] if axis == 0 else array[None, :]


@lru_cache(maxsize=64)
def _coordinates(strategy_values: tuple[Any, ...]) -> Floats:
    """The same few strategies are asked for in every step of a climb."""
    array = np.array([to_float(one) for one in strategy_values])
    array.setflags(write=False)
    return array


def _place(values: dict[str, Any], name: str, value: Any) -> None:
    """Set a term, or that of one firm."""
    whole, _, firm = name.partition(".")
    if not firm:
        values[whole] = value
        return
    pair = values[whole]
    both = list(pair) if isinstance(pair, tuple) else [pair, pair]
    both[firm == "column"] = value
    values[whole] = tuple(both)
