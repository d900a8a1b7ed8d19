"""Measures of what populations drift to."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dilemma.evolution import Population
from dilemma.game import Game
from dilemma.game.checking import chosen
from dilemma.study.measures.marks import game_measure


@game_measure(unit="share of time")
def stationary_share(
    game: Game,
    strategy: Any = "collaboration",
    size: int = 100,
    selection: Any = 1,
    process: str = "fermi",
    populations: int = 1,
    mutation: Any = "rare",
) -> float:
    """How much of its time a finite population plays a strategy, in the long run.

    Parameters
    ----------
    game : Game
        Symmetric, for one population.
    strategy : str or int
        Of the row player and the column player alike.
    size : int
        Players, in each population.
    selection, process, mutation
        As for `dilemma.evolution.Population`; mutations are rare by default.
    populations : {1, 2}
        Two for row players who meet column players; their shares are averaged.

    Returns
    -------
    float

    Examples
    --------
    >>> hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> f"{stationary_share(hunt, 'hare'):.6f}"
    '1.000000'
    """
    population = _population(game, size, selection, process, populations, mutation)
    shares = population.stationary_distribution().shares
    places = [chosen([strategy], names, "strategy")[0] for names in game.strategies[: len(shares)]]
    return sum(own[k] for own, k in zip(shares, places, strict=True)) / len(shares)


@game_measure(unit="natural logarithm of a ratio")
def fixation_odds(
    game: Game,
    invader: Any = "collaboration",
    resident: Any = "avoidance",
    size: int = 100,
    selection: Any = 1,
    process: str = "fermi",
) -> dict[str, float]:
    """How likely a single mutant's strategy takes over, against neutral drift and the way back.

    Parameters
    ----------
    game : Game
        Symmetric.
    invader, resident : str or int
    size, selection, process
        As for `dilemma.evolution.Population`; mutations are rare.

    Returns
    -------
    dict of float
        In natural logarithms: ``fixation``, of the probability of fixation over that of a neutral
        mutant, 1/size; and ``replacement``, of the same probability over that of the way back, so
        that above 0 the invader's strategy is the more frequent one of the two in the long run.

    Examples
    --------
    >>> hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> odds = fixation_odds(hunt, "hare", "stag")
    >>> odds["fixation"] < 0 < odds["replacement"]
    True
    """
    population = _population(game, size, selection, process, 1, "rare")
    i, j = chosen([invader, resident], game.strategies[0], "invader, resident")
    logs = population.log_fixation_probabilities()
    there, back = float(logs[i, j]), float(logs[j, i])
    return {
        "fixation": there + math.log(population.sizes[0]),
        "replacement": there - back if math.isfinite(there - back) else math.nan,
    }


@game_measure(unit="share of the state space")
def basin(
    game: Game,
    strategy: Any = "collaboration",
    rule: Callable[..., Any] | None = None,
    populations: int | None = None,
    starts: int = 512,
) -> float:
    """From how much of the state space everybody comes to play a strategy.

    Starts are the same at every point, so that answers differ by the games alone.

    Parameters
    ----------
    game : Game
    strategy : str or int
        Of the row player and the column player alike.
    rule, populations, starts
        As for `dilemma.evolution.basins`; the replicator dynamics by default.

    Returns
    -------
    float

    Examples
    --------
    >>> hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> f"{basin(hunt, 'stag'):.4f}"
    '0.3333'
    """
    from dilemma.evolution import basins, replicator

    found = basins(
        game, replicator if rule is None else rule, populations=populations, starts=starts
    )
    return found.share_of(strategy)


def _population(
    game: Game, size: int, selection: Any, process: str, populations: int, mutation: Any
) -> Population:
    if populations not in (1, 2):
        raise ValueError(f"populations: requires 1 or 2, got {populations!r}")
    sizes: Any = size if populations == 1 else (size, size)
    return Population(game, sizes, selection, process, mutation)
