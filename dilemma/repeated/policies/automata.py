r"""Policies with a longer memory: finite automata.

An automaton is in one of finitely many states. Its state says what it plays, and after each period
it moves to another one, by its own act and by what it saw of the partner's. So it can remember
what a `Policy` of one period's memory can't: that it was ever deceived, or how often.

With errors of execution everybody moves by the acts that were carried out; with errors of
perception by its own act and its reading of the partner's. Two automata make a Markov chain on the
pairs of their states: given these, and the true acts, their readings are independent.

Sources: rubinstein1986.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from dilemma.game import Game, RepeatedGame
from dilemma.game.checking import Names
from dilemma.repeated.policies.encounters import (
    Conduct,
    Encounter,
    Pair,
    conduct,
    encounter,
    mistaken,
    rational,
    require_others,
    require_sizes,
)
from dilemma.repeated.policies.memory import (
    Policy,
    folded,
    mixture_in_words,
    pair_of_names,
    read_mixture,
)
from dilemma.writing.pages import Displayed


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Automaton(Displayed):
    """A policy for repeated play as a finite automaton, deterministic or mixed, exact.

    Parameters
    ----------
    acts : mapping of str to (str, int, mapping or sequence)
        For each state, by its name, what is played in it: read like the opening of a `Policy`.
        Play starts in the first state.
    moves : function or mapping
        Where it goes: a function (state, own act, partner's act) of three names, or a mapping with
        such triples as keys; what it gives is a state, or a mapping from states to probabilities.
    strategies : Game, or sequence of str, or pair of sequences of str
        As for `Policy`.
    name : str

    Attributes
    ----------
    states : tuple of str
    acts : numpy.ndarray of Fraction, shape (states, m), read-only
    moves : numpy.ndarray of Fraction, shape (states, m, n, states), read-only
    strategies : pair of tuples of str
    name : str

    Raises
    ------
    TypeError, ValueError
        If a state has no act, a move is missing, or probabilities do not sum to 1.

    References
    ----------
    rubinstein1986 in ``references.bib``.

    Examples
    --------
    Tit for two tats, who defects after the second defection in a row:

    >>> patient = Automaton(
    ...     {"calm": "share", "warned": "share", "angry": "hide"},
    ...     lambda state, own, other: "calm" if other == "share" else
    ...         ("warned" if state == "calm" else "angry"),
    ...     ["share", "hide"], name="tit for two tats",
    ... )
    >>> print(patient)
    tit for two tats: starts calm
      calm: plays share; after any own act and share to calm, hide to warned
      warned: plays share; after any own act and share to calm, hide to angry
      angry: plays hide; after any own act and share to calm, hide to angry
    """

    states: Names
    acts: NDArray[np.object_]
    moves: NDArray[np.object_]
    strategies: tuple[Names, Names]
    name: str

    def __init__(
        self, acts: Mapping[str, Any], moves: Any, strategies: Any, name: str = "automaton"
    ) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"name: requires a text of at least one character, got {name!r}")
        if not isinstance(acts, Mapping) or not all(isinstance(one, str) for one in acts):
            raise TypeError(f"acts: requires a mapping from states (str) to acts, got {acts!r}")
        if not acts:
            raise ValueError("acts: requires at least one state, got none")
        names = pair_of_names(
            strategies.strategies if isinstance(strategies, Game) else strategies
        )
        states = tuple(acts)
        size, m, n = len(states), *map(len, names)
        played: NDArray[Any] = np.empty((size, m), dtype=object)
        moved: NDArray[Any] = np.empty((size, m, n, size), dtype=object)
        read = _reader(moves)
        for s, state in enumerate(states):
            played[s] = read_mixture(acts[state], names[0], f"acts[{state}]")
            for i, j in product(range(m), range(n)):
                own, other = names[0][i], names[1][j]
                moved[s, i, j] = read_mixture(
                    read(state, own, other), states, f"moves[{state}, {own}, {other}]"
                )
        played.setflags(write=False)
        moved.setflags(write=False)
        for field, value in (
            ("states", states),
            ("acts", played),
            ("moves", moved),
            ("strategies", names),
            ("name", name),
        ):
            object.__setattr__(self, field, value)

    @property
    def shape(self) -> tuple[int, int]:
        """How many strategies the owner has, and how many the partner."""
        return self.moves.shape[1], self.moves.shape[2]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Automaton):
            return NotImplemented
        return (
            self.states == other.states
            and self.strategies == other.strategies
            and np.array_equal(self.acts, other.acts)
            and np.array_equal(self.moves, other.moves)
        )

    def __hash__(self) -> int:
        return hash((self.states, self.strategies, tuple(self.acts.flat), tuple(self.moves.flat)))

    def __repr__(self) -> str:
        states = "1 state" if len(self.states) == 1 else f"{len(self.states)} states"
        return f"<Automaton {self.name}: {states}>"

    def __str__(self) -> str:
        lines = [f"{self.name}: starts {self.states[0]}"]
        for s, state in enumerate(self.states):
            acts = mixture_in_words(self.acts[s], self.strategies[0])
            lines.append(f"  {state}: plays {acts}; {self._moves_in_words(s)}")
        return folded(lines)

    def _moves_in_words(self, s: int) -> str:
        own, other = self.strategies
        table = self.moves[s]
        whole = {tuple(row) for row in table.reshape(-1, len(self.states))}
        if len(whole) == 1:
            return f"always on to {mixture_in_words(table[0, 0], self.states)}"
        same = all(np.array_equal(table[0], one) for one in table)
        parts = []
        for i in range(1 if same else len(own)):
            ways = ", ".join(
                f"{other[j]} to {mixture_in_words(table[i, j], self.states)}"
                for j in range(len(other))
            )
            parts.append(f"after {'any own act' if same else f'own {own[i]}'} and {ways}")
        return "; ".join(parts)


def _reader(moves: Any) -> Callable[[str, str, str], Any]:
    if isinstance(moves, Mapping):

        def read(state: str, own: str, other: str) -> Any:
            if (state, own, other) not in moves:
                raise ValueError(
                    f"moves: requires a state after ({state}, {own}, {other}) too, got none"
                )
            return moves[state, own, other]

        return read
    if not callable(moves):
        raise TypeError(
            "moves: requires a function (state, own act, partner's act), or a mapping with such "
            f"triples as keys, got {type(moves).__name__}"
        )
    known: Callable[[str, str, str], Any] = moves
    return known


@dataclass(frozen=True)
class Machine:
    """What an automaton does when errors are counted in, in flint's rationals.

    Attributes
    ----------
    start : int
    acts : list (states) of lists of m fmpq
        True acts.
    moves : list (states) of m lists of n mappings from states to fmpq
        By the *true* acts of both, readings counted in.
    """

    start: int
    acts: list[list[fmpq]]
    moves: list[list[list[dict[int, fmpq]]]]


def machine(automaton: Automaton, play: RepeatedGame) -> Machine:
    """What an automaton does when errors of execution or perception are counted in."""
    require_others(play)
    m, n = automaton.shape
    wrong = rational(play.suspicion)
    size = len(automaton.states)
    acts = [[rational(value) for value in row] for row in automaton.acts]
    if wrong and play.error == "execution":
        acts = [mistaken(row, wrong) for row in acts]
    moves: list[list[list[dict[int, fmpq]]]] = []
    for s, i in product(range(size), range(m)):
        if i == 0:
            moves.append([])
        ways = [[rational(automaton.moves[s, i, j, t]) for j in range(n)] for t in range(size)]
        if wrong and play.error == "perception":
            ways = [mistaken(one, wrong) for one in ways]
        moves[s].append([{t: ways[t][j] for t in range(size) if ways[t][j]} for j in range(n)])
    return Machine(0, acts, moves)


def as_machine(policy: Conduct) -> Machine:
    """The conduct of a policy of one period's memory: a state for each last pair, and a start."""
    m, n = len(policy.opening), len(policy.replies[0])
    onward = [[{1 + i * n + j: fmpq(1)} for j in range(n)] for i in range(m)]
    acts = [policy.opening, *(policy.replies[i][j] for i in range(m) for j in range(n))]
    return Machine(0, acts, [onward] * len(acts))


def machines_meet(first: Machine, second: Machine) -> Encounter:
    """The chain of pairs of states that two machines make, from their first ones."""
    begin = (first.start, second.start)
    acts: dict[Pair, dict[Pair, fmpq]] = {}
    moves: dict[Pair, dict[Pair, fmpq]] = {}
    waiting = [begin]
    while waiting:
        state = waiting.pop()
        if state in moves:
            continue
        s, t = state
        acts[state] = {
            (i, j): own * other
            for i, own in enumerate(first.acts[s])
            if own
            for j, other in enumerate(second.acts[t])
            if other
        }
        onward: dict[Pair, fmpq] = {}
        for (i, j), chance in acts[state].items():
            for u, one in first.moves[s][i][j].items():
                for v, two in second.moves[t][j][i].items():
                    onward[u, v] = onward.get((u, v), fmpq(0)) + chance * one * two
        moves[state] = onward
        waiting += onward
    states = sorted(moves)
    zero = fmpq(0)
    return Encounter(
        states,
        [fmpq(int(state == begin)) for state in states],
        [[moves[state].get(other, zero) for other in states] for state in states],
        [acts[state] for state in states],
    )


def fitting_player(policy: Any, stage: Game, player: int, argument: str) -> Policy | Automaton:
    """A policy or an automaton that a player of the game can have."""
    if not isinstance(policy, (Policy, Automaton)):
        raise TypeError(
            f"{argument}: requires a Policy or an Automaton, got {type(policy).__name__}"
        )
    require_sizes(policy, stage, player, argument)
    return policy


def prepared(policy: Policy | Automaton, play: RepeatedGame) -> Conduct | Machine:
    """What a policy or an automaton does when errors are counted in."""
    return machine(policy, play) if isinstance(policy, Automaton) else conduct(policy, play)


def meet(first: Conduct | Machine, second: Conduct | Machine) -> Encounter:
    """The chain that two policies make: on pairs of acts, or (with automata) of states."""
    if isinstance(first, Conduct) and isinstance(second, Conduct):
        return encounter(first, second)
    one, two = (
        as_machine(side) if isinstance(side, Conduct) else side for side in (first, second)
    )
    return machines_meet(one, two)
