"""Who meets whom in a game in groups: random groups, drawn from an infinite population.

What a strategy earns is then a polynomial of the shares, of one degree less than a group has
players, or of a lower one. Where it is linear, as in `GroupGame.from_pairwise`, the game is
followed as one of pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.simplex_polynomials import SimplexPolynomials, reduced
from dilemma.evolution.flows.meetings import Meetings, meetings
from dilemma.game import GroupGame
from dilemma.game.checking import Names

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GroupMeetings:
    """A game in groups, as trajectories are computed from it.

    Attributes
    ----------
    payoffs : SimplexPolynomials
        What each strategy earns, as polynomials of the shares.
    least : float
        The least payoff.
    ends, strategies, shape, dims, coords
        As for `Meetings`.
    """

    payoffs: SimplexPolynomials
    least: float
    strategies: tuple[Names, ...]
    shape: tuple[int, ...] = ()
    dims: tuple[str, ...] = ()
    coords: Mapping[str, Any] = field(default_factory=dict)

    @property
    def games(self) -> int:
        """How many games there are."""
        return 1

    @property
    def ends(self) -> tuple[int, ...]:
        """Where the strategies of the one population end."""
        return (len(self.strategies[0]),)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each population's strategies are."""
        return (slice(0, self.ends[0]),)

    @property
    def lowest(self) -> tuple[float, ...]:
        """The least payoff of each population."""
        return (self.least,)

    @cached_property
    def differences(self) -> SimplexPolynomials:
        """Payoffs less their mean in each composition: what most rules look at."""
        values = self.payoffs.coefficients
        # First by a payoff, then by the mean: large equal payoffs leave no rounding.
        values = values - values[:, :1]
        values = values - values.mean(axis=1, keepdims=True)
        whole = SimplexPolynomials(self.payoffs.degree, self.payoffs.variables, values)
        return reduced(whole)

    def fitness(self, states: Floats, which: NDArray[np.int64]) -> Floats:
        """Return what each strategy earns, at states of shape (..., N)."""
        return self.payoffs(states)

    def mean_fitness(self, shares: Floats, which: NDArray[np.int64]) -> Floats:
        """Return the mean fitness, shape (trajectories, times, 1)."""
        return np.asarray((self.payoffs(shares) * shares).sum(axis=-1, keepdims=True))

    def matrices_of(self, populations: list[bool]) -> tuple[Floats, Floats]:
        """Return matrices in the place of those that games of pairs have, which are not read."""
        nothing = np.zeros((1, self.ends[0], self.ends[0]))
        return nothing, nothing

    def groups_of(self, populations: list[bool]) -> Floats:
        """Return what kernels compute fitness from, with new room: differences, if they do."""
        return (self.differences if populations[0] else self.payoffs).packed()


AnyMeetings = Meetings | GroupMeetings


def any_meetings(game: Any, populations: int) -> AnyMeetings:
    """Read games of pairs, or one in groups, for one population or for two."""
    if isinstance(game, GroupGame):
        return group_meetings(game, populations)
    return meetings(game, populations)


def group_meetings(game: GroupGame, populations: int) -> AnyMeetings:
    """Read a game in groups; as one of pairs if payoffs are linear in the shares."""
    if populations != 1:
        raise ValueError(
            "start: requires the state of one population for a game in groups, got two"
        )
    names = game.strategies
    if len(names) == 1:
        return Meetings(np.array(game.payoffs[None]), (1,), (names,), (), (), {})
    whole = reduced(SimplexPolynomials(game.size - 1, len(names), game.payoffs))
    if whole.degree == 1:
        return Meetings(whole.matrix()[None], (len(names),), (names,), (), (), {})
    return GroupMeetings(whole, float(game.payoffs.min()), (names,))
