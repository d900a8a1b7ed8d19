"""A batch of alliances, its payoffs built block by block with a bound on their rounding errors.

The payoff formula is evaluated twice for a block: on the terms of its alliances, with the batch as
the last axis so that NumPy's inner loops are long, and on `Bounded` numbers as large as the
largest terms of the block. The second gives a bound on the errors of the first for any formula of
+, − and ×; a model that does anything else gets an infinite one, so that its games are solved from
the exact terms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.evaluation import arguments_of, as_floats
from dilemma.alliance.payoffs import PayoffModel
from dilemma.alliance.strategies import Strategy
from dilemma.alliance.terms import TERMS, kind_of
from dilemma.arrays.bounded import Bounded, decimal_denominator
from dilemma.arrays.exact import common_denominator, fractions, to_float
from dilemma.game import Game
from dilemma.game.batch import Block, GameBlocks


class ModelTerms(Protocol):
    """The part of an alliance that makes its payoffs."""

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name."""

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """What both firms choose from."""

    @property
    def model(self) -> PayoffModel:
        """The payoff function, and the terms that it has of its own."""

    def game_at(self, index: tuple[int, ...]) -> Game:
        """The exact game at one index of the batch."""


def alliance_blocks(
    alliance: ModelTerms,
    shape: tuple[int, ...],
    dims: tuple[str, ...],
    coords: dict[str, NDArray[Any]],
    players: tuple[str, str],
) -> GameBlocks:
    """Return the batch that an alliance's array terms make, to be built block by block."""
    names = tuple(one.name for one in alliance.strategies)
    terms = _prepared_terms(alliance, shape, dims)
    size = len(names)

    def block(start: int, stop: int) -> Block:
        index = np.unravel_index(np.arange(start, stop), shape) if shape else ()
        numbers = {
            name: tuple(one.floats(index) for one in value)
            if isinstance(value, tuple)
            else value.floats(index)
            for name, value in terms.items()
        }
        arguments = _arguments(alliance, numbers, _points_as_floats)
        payoffs = np.empty((2, size, size, stop - start))
        try:
            payoffs[0], payoffs[1] = alliance.model.payoffs(*arguments)
        except ValueError as fault:
            raise ValueError(
                "model: requires a formula of the firms and the terms alone, without arrays of "
                "its own, to be evaluated block by block (solve alliance.games() instead), "
                f"got the error: {fault}"
            ) from fault
        bounds = {
            name: tuple(map(_Prepared.bound, value, numbers[name]))
            if isinstance(value, tuple)
            else value.bound(numbers[name])
            for name, value in terms.items()
        }
        error, denominator = _payoff_bound(alliance, bounds)
        return Block(payoffs, error[..., None], denominator)

    return GameBlocks(
        shape=shape,
        dims=dims,
        coords=coords,
        strategies=(names, names),
        players=players,
        block=block,
        game=alliance.game_at,
    )


def _prepared_terms(
    alliance: ModelTerms, shape: tuple[int, ...], dims: tuple[str, ...]
) -> dict[str, Any]:
    return {
        name: tuple(_prepared(one, shape, dims) for one in value)
        if isinstance(value, tuple)
        else _prepared(value, shape, dims)
        for name, value in alliance.terms.items()
    }


class _Prepared:
    """One value of a term: a number, or an array laid out over the batch."""

    def __init__(
        self, exact: Fraction | None, values: Any, axes: tuple[int, ...], denominator: int | None
    ) -> None:
        self.exact = exact
        self.own_bound = None if exact is None else Bounded.of(exact)
        self.values = values
        self.axes = axes
        self.denominator = denominator

    def floats(self, index: tuple[NDArray[np.intp], ...]) -> Any:
        if self.exact is not None:
            return self.values
        return self.values[tuple(index[axis] for axis in self.axes)]

    def bound(self, floats: Any) -> Bounded:
        if self.own_bound is not None:
            return self.own_bound
        return Bounded.of_largest(float(np.max(np.abs(floats))), self.denominator)


def _prepared(value: Any, shape: tuple[int, ...], dims: tuple[str, ...]) -> _Prepared:
    kind = kind_of(value)
    if kind == "number":
        return _Prepared(value, to_float(value), (), None)
    if kind == "labelled array":
        axes = tuple(dims.index(dim) for dim in value.dims)
        value = value.values
    else:
        # Axes of length one are repeated by broadcasting.
        first = len(shape) - value.ndim
        kept = [axis for axis in range(value.ndim) if value.shape[axis] > 1]
        axes = tuple(first + axis for axis in kept)
        value = value.reshape([value.shape[axis] for axis in kept])
    values = as_floats(value)
    if value.dtype == object:
        denominator: int | None = common_denominator(fractions(value).ravel().tolist())
    else:
        denominator = decimal_denominator(values)
    return _Prepared(None, values, axes, denominator)


def _points_as_floats(values: Sequence[Fraction], axis: int) -> Any:
    points = np.array([to_float(value) for value in values])
    return points.reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))


def _points_as_bounds(values: Sequence[Fraction], axis: int) -> Any:
    bounds = [Bounded.of(value) for value in values]
    shape = (-1, 1) if axis == 0 else (1, -1)
    denominators = [bound.denominator for bound in bounds]
    return Bounded(
        np.array([bound.magnitude for bound in bounds]).reshape(shape),
        np.array([bound.error for bound in bounds]).reshape(shape),
        None if None in denominators else math.lcm(*(one or 1 for one in denominators)),
    )


def _arguments(
    alliance: ModelTerms, values: dict[str, Any], points: Callable[[Sequence[Fraction], int], Any]
) -> tuple[SimpleNamespace, SimpleNamespace, SimpleNamespace]:
    return arguments_of(values, (*TERMS, *alliance.model.terms), alliance.strategies, points)


def _payoff_bound(
    alliance: ModelTerms, bounds: dict[str, Any]
) -> tuple[NDArray[np.float64], int | None]:
    """Bound the error of each payoff, shape (2, m, n), and find their common denominator."""
    size = len(alliance.strategies)
    error = np.full((2, size, size), np.inf)
    try:
        both = alliance.model.payoffs(*_arguments(alliance, bounds, _points_as_bounds))
        first, second = (Bounded.of(one) for one in both)
    except Exception:
        # Not a formula of + − ×, whatever a user's function raises: nothing is known of its
        # rounding, and the exact terms decide.
        return error, None
    error[0], error[1] = first.error, second.error
    denominator = None
    if first.denominator is not None and second.denominator is not None:
        denominator = math.lcm(first.denominator, second.denominator)
    return error, denominator


def payoff_bound(
    alliance: ModelTerms, shape: tuple[int, ...], dims: tuple[str, ...]
) -> tuple[NDArray[np.float64], int | None]:
    """Bound the rounding errors of the payoffs of a whole batch at once.

    Returns
    -------
    array of float64, shape (2, m, n)
        A bound that holds for every alliance of the batch.
    int or None
        A common denominator of all exact payoffs, if it is known.
    """
    return _payoff_bound(
        alliance,
        {
            name: tuple(one.bound(one.values) for one in value)
            if isinstance(value, tuple)
            else value.bound(value.values)
            for name, value in _prepared_terms(alliance, shape, dims).items()
        },
    )
