"""Policies as strategies: repeated play as a game in normal form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.game import Game, RepeatedGame, repetition
from dilemma.repeated.policies.automata import Automaton, fitting_player, prepared
from dilemma.repeated.policies.averages import average_payoffs
from dilemma.repeated.policies.encounters import unending
from dilemma.repeated.policies.memory import Policy
from dilemma.repeated.policies.repertoire import named_policies

Named = tuple[str, Policy | Automaton]


def policy_game(
    game: Game | RepeatedGame,
    policies: Any = None,
    discount: Any = None,
    suspicion: Any = None,
    error: str | None = None,
) -> Game:
    """Make the game in which each player chooses a policy for repeated play, exactly.

    Its payoffs are the long-run payoffs of `long_run`, so that `nash`, `evolutionarily_stable`,
    populations and flows all apply to repeated play.

    Parameters
    ----------
    game : Game or RepeatedGame
    policies : sequence of Policy or Automaton, mapping of str to these, or pair of these, optional
        One for both players, or (the row player's, the column player's). The strategies of the new
        game carry the policies' names, or the keys of the mapping. If left out, `named_policies`.
    discount, suspicion, error
        As for `long_run`.

    Returns
    -------
    Game
        Its payoffs are Fractions. It is symmetric if the stage game is, and both players have the
        same policies in the same order.

    Raises
    ------
    TypeError, ValueError
        If there is no policy, one does not fit the game, or two have the same name.

    Notes
    -----
    One linear system of at most m·n unknowns for each pair of policies, and half of them in a
    symmetric game.

    Examples
    --------
    >>> from dilemma.equilibria import pure_nash
    >>> stage = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> contest = policy_game(stage, discount="9/10", suspicion="1/100")
    >>> for equilibrium in pure_nash(contest):
    ...     print(equilibrium.words)
    both play always hide
    both play grim
    """
    play = unending(repetition(game, discount, suspicion, error))
    stage = play.stage
    rows, columns = _read(policies, stage)
    both_same = stage.is_symmetric and [one for _, one in rows] == [one for _, one in columns]
    first = [prepared(one, play) for _, one in rows]
    second = first if both_same else [prepared(one, play) for _, one in columns]
    payoffs: NDArray[Any] = np.empty((2, len(rows), len(columns)), dtype=object)
    for a, b in np.ndindex(len(rows), len(columns)):
        if both_same and b < a:
            payoffs[:, a, b] = payoffs[::-1, b, a]
            continue
        payoffs[:, a, b] = average_payoffs(first[a], second[b], play)
    names = [[name for name, _ in one] for one in (rows, columns)]
    return Game(payoffs, names, stage.players)


def _read(policies: Any, stage: Game) -> tuple[list[Named], list[Named]]:
    """The row player's and the column player's policies with their names."""
    if policies is None:
        sides: list[Any] = [named_policies(stage, player) for player in (0, 1)]
    elif isinstance(policies, Mapping):
        sides = [policies, policies]
    elif isinstance(policies, (Policy, Automaton)) or not isinstance(policies, Iterable):
        raise TypeError(f"policies: requires several policies, got {type(policies).__name__}")
    else:
        given = list(policies)
        nested = [not isinstance(one, (Policy, Automaton)) for one in given]
        sides = given if len(given) == 2 and all(nested) else [given, given]
    first, second = (_named(side, stage, player) for player, side in enumerate(sides))
    return first, second


def _named(side: Any, stage: Game, player: int) -> list[Named]:
    if isinstance(side, Mapping):
        pairs = [
            (name, fitting_player(one, stage, player, "policies")) for name, one in side.items()
        ]
    else:
        if not isinstance(side, Iterable):
            raise TypeError(f"policies: requires several policies, got {type(side).__name__}")
        fitting = [fitting_player(one, stage, player, "policies") for one in side]
        pairs = [(one.name, one) for one in fitting]
    if not pairs:
        raise ValueError(
            f"policies: requires at least one policy for the {stage.players[player]}, got none"
        )
    seen = set()
    for name, _ in pairs:
        if name in seen:
            raise ValueError(
                f"policies: requires different names for the {stage.players[player]}, "
                f"got {name!r} twice (policy.renamed gives another)"
            )
        seen.add(name)
    return pairs
