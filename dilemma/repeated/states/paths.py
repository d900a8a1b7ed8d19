"""The state over time under given play: how likely each is in each period, and drawn paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from dilemma.game import StochasticGame
from dilemma.repeated.states.runs import first_state
from dilemma.repeated.states.stationary import chain_of, read_strategies, require_stochastic_game
from dilemma.solution import VERSION

if TYPE_CHECKING:
    import xarray

# The denominators grow with every period.
MOST_EXACT_PERIODS = 1_000


def expected_states(
    stochastic_game: StochasticGame, strategies: Any, periods: int, start: Any = None
) -> xarray.Dataset:
    """Return how likely each state is in each of the first periods.

    Parameters
    ----------
    stochastic_game, strategies, start
        As in `long_run_states`.
    periods : int
        How many, the first included.

    Returns
    -------
    xarray.Dataset
        ``probability`` over (time, state), in floating point. Up to 1,000 periods are computed in
        rational arithmetic, then rounded, unless the strategies have floats;
        ``attrs["arithmetic"]`` says which. The expected level of trust is ``probability`` times
        the levels, summed over the states.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> def follow(state, row, column):
    ...     return {"calm": "9/10", "tense": "1/10"} if row == column else "tense"
    >>> world = StochasticGame.by_rule({"calm": stage, "tense": stage}, follow)
    >>> expected_states(world, "share", 3, "calm").probability.values.tolist()
    [[1.0, 0.0], [0.9, 0.1], [0.9, 0.1]]
    """
    import xarray

    require_stochastic_game(stochastic_game)
    game = stochastic_game
    count = _periods(periods)
    matrix, _ = chain_of(game, read_strategies(game, strategies))
    law, _ = first_state(game, start)
    rows = np.empty((count, len(game)))
    exact = matrix.dtype == object and count <= MOST_EXACT_PERIODS
    if exact:
        step = fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in matrix])
        now = fmpq_mat([[fmpq(v.numerator, v.denominator) for v in law]])
        for t in range(count):
            rows[t] = [int(v.p) / int(v.q) for v in now.entries()]
            now = now * step
    else:
        current, matrix = law.astype(np.float64), matrix.astype(np.float64)
        for t in range(count):
            rows[t] = current
            current = current @ matrix
    return xarray.Dataset(
        {"probability": (("time", "state"), rows)},
        coords={"time": np.arange(count), "state": list(game.states)},
        attrs={
            "dilemma": "states over time",
            "arithmetic": "rational, then rounded" if exact else "floating point",
            "version": VERSION,
        },
    )


def simulate_states(
    stochastic_game: StochasticGame,
    strategies: Any,
    periods: int,
    start: Any = None,
    *,
    paths: int = 1,
    seed: Any = None,
) -> xarray.Dataset:
    """Draw paths of play: states, strategies and payoffs, period by period.

    Parameters
    ----------
    stochastic_game, strategies, start
        As in `long_run_states`.
    periods : int
        How many, the first included.
    paths : int
        How many independent ones.
    seed : anything that `numpy.random.default_rng` takes

    Returns
    -------
    xarray.Dataset
        Over (path, time): ``state`` (its name), ``position`` (its place among the states, as a
        number), ``row`` and ``column`` (names of what is played); ``payoff`` over (path, time,
        player).

    Examples
    --------
    >>> from dilemma.game import Game
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> world = StochasticGame({"calm": stage}, [[[[1], [1]], [[1], [1]]]])
    >>> simulate_states(world, ("share", "hide"), 2, seed=1).payoff.values.tolist()
    [[[0.0, 5.0], [0.0, 5.0]]]
    """
    import xarray

    require_stochastic_game(stochastic_game)
    game = stochastic_game
    count, number_of_paths = _periods(periods), _periods(paths, "paths")
    play = read_strategies(game, strategies)
    law, _ = first_state(game, start)
    generator = np.random.default_rng(seed)
    position = np.empty((number_of_paths, count), dtype=np.int64)
    acts = np.empty((2, number_of_paths, count), dtype=np.int64)
    payoff = np.empty((number_of_paths, count, 2))
    now = _draw(generator, np.tile(law.astype(np.float64), (number_of_paths, 1)))
    for t in range(count):
        position[:, t] = now
        after = np.empty_like(now)
        for s in np.unique(now):
            here = now == s
            x, y = (one.astype(np.float64) for one in play[s])
            i = _draw(generator, np.tile(x, (int(here.sum()), 1)))
            j = _draw(generator, np.tile(y, (int(here.sum()), 1)))
            acts[0, here, t], acts[1, here, t] = i, j
            payoff[here, t] = game.games[s].payoffs[:, i, j].T
            after[here] = _draw(generator, game.transitions[s][i, j])
        now = after
    names = [
        np.array([[game.games[s].strategies[p][k] for s, k in zip(*pair, strict=True)]
                  for pair in zip(position, acts[p], strict=True)])
        for p in (0, 1)
    ]  # fmt: skip
    dims = ("path", "time")
    return xarray.Dataset(
        {
            "state": (dims, np.array(game.states)[position]),
            "position": (dims, position),
            "row": (dims, names[0]),
            "column": (dims, names[1]),
            "payoff": ((*dims, "player"), payoff),
        },
        coords={
            "path": np.arange(number_of_paths),
            "time": np.arange(count),
            "player": list(game.players),
        },
        attrs={"dilemma": "simulated states", "version": VERSION},
    )


def _draw(generator: np.random.Generator, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """One draw from each row of probabilities; never one of probability 0."""
    total = np.cumsum(weights, axis=1)
    level = generator.random(len(weights)) * total[:, -1]
    return np.asarray((total <= level[:, None]).sum(axis=1), dtype=np.int64)


def _periods(value: Any, name: str = "periods") -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: requires an integer of at least 1, got {value!r}")
    if value < 1:
        raise ValueError(f"{name}: requires an integer of at least 1, got {value}")
    return int(value)
