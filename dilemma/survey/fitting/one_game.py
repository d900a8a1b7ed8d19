"""Rationality in one game, from how often its strategies were played."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction, to_float
from dilemma.game import Game
from dilemma.game.checking import count
from dilemma.game.display import listed
from dilemma.game.requiring import require_game
from dilemma.survey.fitting.answers import LogitFit
from dilemma.survey.fitting.beliefs import RESPONSES, beliefs_of, one_of
from dilemma.survey.fitting.choices import Choices, grouped
from dilemma.survey.fitting.estimating import Estimation, estimate, require_identified
from dilemma.survey.fitting.likelihood import DEFAULTS, LogitLikelihood
from dilemma.survey.fitting.payoff_slopes import FixedGame
from dilemma.survey.fitting.scales import RATIONALITY


def fit_rationality(
    game: Game, counts: Any, *, response: str = "equilibrium", starts: int = 4
) -> LogitFit:
    r"""Estimate the rationality of logit responses in one game from counts of choices.

    Parameters
    ----------
    game : Game
    counts : pair of sequences
        How often the row player chose each of its m strategies, and the column player each of its
        n; shares times plays need not be whole numbers.
    response : "equilibrium" or "observed"
        Whether both respond to each other's logit response (mckelvey1995), or to the shares that
        were observed. In the second form the log-likelihood is concave in λ.
    starts : int
        How many starts, from 1/8 over the largest difference of payoffs, each 8 times the last.

    Returns
    -------
    LogitFit
        Of the one parameter ``"rationality"``, λ ≥ 0 in the inverse unit of the payoffs.

    Raises
    ------
    TypeError, ValueError
        If counts are negative or all zero, of another shape, or payoffs do not differ.

    References
    ----------
    mckelvey1995, ochs1995 in ``references.bib``.

    Examples
    --------
    The data of ochs1995 on a game of asymmetric matching pennies, with the estimate that
    mckelvey1995 report: 1.8456, at a log-likelihood of -174.7645.

    >>> game = Game([[["1.1141", 0], [0, "0.2785"]], [[0, "1.1141"], ["1.1141", 0]]])
    >>> shares = [[0.527, 0.473], [0.366, 0.634]]
    >>> fit = fit_rationality(game, [[128 * one for one in player] for player in shares])
    >>> round(fit.estimates["rationality"], 4), round(fit.log_likelihood, 4)
    (1.8456, -174.7645)
    """
    require_game(game)
    one_of(response, RESPONSES, "response")
    tried = count(starts, "starts", 1, "starts")
    choices = _counted(counts, game)
    model = FixedGame(game)
    spread = max(float(np.ptp(one, axis=axis).max()) for axis, one in enumerate(game.payoffs))
    if spread == 0:
        raise ValueError(
            "game: requires payoffs that differ between a player's own strategies, got none: "
            "every rationality then gives the same choices"
        )
    notes = _unobserved(choices, game.strategies)
    beliefs = beliefs_of(choices, response, "population", False, notes)
    likelihood = LogitLikelihood(
        model, beliefs, (grouped(choices, 0, past=False), grouped(choices, 1, past=False)),
        np.array(DEFAULTS), np.array([0]),
    )  # fmt: skip
    points = tuple(np.array([8.0 ** (k - 1) / spread]) for k in range(tried))
    form = "logit equilibria on the principal branch"
    if response == "observed":
        form = "logit responses to the observed shares"
    estimation = Estimation(
        likelihood=likelihood,
        choices=choices,
        names=(RATIONALITY,),
        low=np.zeros(1),
        high=np.full(1, math.inf),
        unbounded=np.zeros(1, dtype=bool),
        starts=points,
        probes=(np.array([0.7 / spread]), np.array([2.0 / spread])),
        strategies=game.strategies,
        pooled=False,
        response=response,
        method=f"maximum likelihood of {form}, by scoring from {tried} starts",
        notes=tuple(notes),
    )
    require_identified(estimation)
    return estimate(estimation, "information")


def _counted(counts: Any, game: Game) -> Choices:
    if isinstance(counts, str) or not isinstance(counts, (Sequence, np.ndarray)):
        raise TypeError(f"counts: requires a pair of sequences of numbers, got {counts!r}")
    if len(counts) != 2:
        raise ValueError(f"counts: requires one sequence for each player, got {len(counts)}")
    pairs = []
    for which, size in zip(counts, game.shape, strict=True):
        values = np.array([to_float(fraction(one, "counts")) for one in which])
        if values.shape != (size,):
            raise ValueError(
                f"counts: requires {game.shape} numbers, got {len(values)} for {size}"
            )
        if values.min() < 0:
            raise ValueError(f"counts: requires numbers of at least 0, got {values.min():g}")
        pairs.append(values)
    if sum(one.sum() for one in pairs) == 0:
        raise ValueError("counts: requires at least one choice, got none")
    role = np.repeat([0, 1], game.shape)
    unknown = np.full(len(role), -1)
    return Choices(
        role=role,
        pattern=np.concatenate([np.arange(one) for one in game.shape]),
        emissions=(np.eye(game.shape[0]), np.eye(game.shape[1])),
        cell=np.zeros_like(role),
        own_last=unknown,
        partner_last=unknown,
        case=np.zeros_like(role),
        weight=np.concatenate(pairs),
        cells=1,
        moderators=MappingProxyType({}),
    )


def _unobserved(choices: Choices, strategies: Sequence[Sequence[str]]) -> list[str]:
    notes = []
    for role, names in enumerate(strategies):
        mine = choices.role == role
        seen = np.bincount(choices.pattern[mine], choices.weight[mine], minlength=len(names))
        never = [name for name, one in zip(names, seen, strict=True) if one == 0]
        if never:
            player = ("row", "column")[role]
            notes.append(f"the {player} player was never observed to choose {listed(never)}")
    return notes
