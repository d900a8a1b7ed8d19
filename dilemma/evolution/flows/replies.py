r"""Exact trajectories of best-response dynamics, which are made of straight lines.

While b is a best reply to the state, the solution of :math:`\dot x = b - x` is
:math:`x(s) = b + e^{-s}(x - b)`: a straight line towards b, on which every payoff is a known
function of :math:`e^{-s}`, so that the moment when another strategy becomes as good has a closed
form. There the set T of best replies is known, and the solution goes on towards a Nash equilibrium
of the game in which only T may be played: a pure one if one strategy takes over, a mixed one if
the trajectory *slides* along the set where payoffs tie (hofbauer1995). Equilibria of that game are
as many as solutions: where there are several, the solution is not unique.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.flows.meetings import Meetings

Floats = NDArray[np.float64]

# Payoffs this close, in units of the largest difference of payoffs, are held to be equal.
TIE = 1e-12
# The equilibria of larger sets of best replies are not enumerated.
LARGEST_TIE = 12
# Ties that are followed one by one, beyond those of two strategies of which one takes over.
MOST_TIES = 10_000

DONE, TOO_MANY_TURNS, STOPPED, TOO_MANY_TIED, NO_TARGET = 0, 1, 4, 5, 6


def follow_replies(
    meetings: Meetings,
    states: Floats,
    which: NDArray[np.int64],
    times: Floats,
    most_steps: int,
    stopping: NDArray[np.int64],
    results: tuple[Any, ...],
    unique: NDArray[np.bool_],
) -> Callable[[int, int], None]:
    """Return the function that follows trajectories from start to stop and keeps them."""
    matrices = meetings.centred([True] * len(meetings.ends))
    shares, means, endings, steps, reached = results

    def follow(start: int, stop: int) -> None:
        for place in range(start, stop):
            path = Path(matrices[which[place]], meetings.ends, states[place].copy())
            endings[place] = path.follow(times, most_steps, stopping, shares[place])
            steps[place], reached[place] = path.turns, path.time
            unique[place] = path.unique
            shares[place, path.due :] = np.nan
        part = slice(start, stop)
        means[part] = meetings.mean_fitness(shares[part], which[part])

    return follow


class Path:
    """One trajectory, and where it is."""

    def __init__(self, matrix: Floats, ends: tuple[int, ...], state: Floats) -> None:
        self.matrix = np.ascontiguousarray(matrix)
        self.ends = np.array(ends)
        self.parts = tuple(map(slice, (0, *ends), ends))
        self.state = state
        self.time, self.turns, self.due = 0.0, 0, 0
        self.unique = True
        # Differences within a column, in each population.
        self.ties = np.array(
            [TIE * float(np.ptp(matrix[part], axis=0).max()) for part in self.parts]
        )
        self.opponents = self.parts if len(ends) == 1 else self.parts[::-1]

    def follow(
        self, times: Floats, most_steps: int, stopping: NDArray[np.int64], result: Floats
    ) -> int:
        """Write the state at all times; return how it ended."""
        from dilemma.evolution.flows.reply_kernels import glide

        if times[0] == 0:
            result[0] = self.state
            self.due = 1
            if len(times) == 1:
                return DONE
        target: Floats | None = None
        tied = self._tied()
        for _ in range(MOST_TIES):
            found = self._target(tied, target)
            if isinstance(found, int):
                return found
            target = found
            if target is self.state:
                result[self.due :] = self.state
                self.due, self.time = len(times), float(times[-1])
                return DONE
            pure = [part.start + int(np.argmax(target[part])) for part in self.parts]
            if all(target[i] == 1 for i in pure):
                targets = np.array(pure)
                ending, self.due, self.time, turns = glide(
                    self.state, self.matrix, self.ends, targets, times, self.due, self.time,
                    self.ties, most_steps - self.turns, stopping, result,
                )  # fmt: skip
                self.turns += turns
                if ending != 2:
                    return int(ending)
                target = np.zeros_like(self.state)
                target[targets] = 1.0
                tied = self._tied()
            else:
                tied = self._slide(target, tied, times, result)
                if self.due == len(times):
                    return DONE
                if stopping[0]:
                    return STOPPED
            self.turns += 1
            if self.turns >= most_steps:
                break
        return TOO_MANY_TURNS

    def _tied(self) -> list[NDArray[np.intp]]:
        """The best replies of each population, as positions in the whole row."""
        fitness = self.matrix @ self.state
        return [
            part.start + np.flatnonzero(fitness[part] >= fitness[part].max() - tie)
            for part, tie in zip(self.parts, self.ties, strict=True)
        ]

    def _target(self, tied: list[NDArray[np.intp]], before: Floats | None) -> Floats | int:
        """An equilibrium of the game of best replies; the state itself where it is at rest."""
        used = [part.start + np.flatnonzero(self.state[part] > 0) for part in self.parts]
        if all(set(one) <= set(best) for one, best in zip(used, tied, strict=True)):
            others = next(self._equilibria(tied, pure_only=True), None)
            if others is not None and not np.array_equal(others, self.state):
                self.unique = False
            return self.state
        if all(len(best) == 1 for best in tied):
            target = np.zeros_like(self.state)
            target[np.concatenate(tied)] = 1.0
            return target
        if max(map(len, tied)) > LARGEST_TIE:
            return TOO_MANY_TIED
        found: list[Floats] = []
        for one in self._equilibria(tied):
            if not any(np.abs(one - other).max() < 1e-9 for other in found):
                found.append(one)
        if not found:
            return NO_TARGET
        if len(found) > 1:
            self.unique = False
            if before is not None:
                for one in found:
                    if np.abs(one - before).max() < 1e-9:
                        return one
        return found[0]

    def _equilibria(
        self, tied: list[NDArray[np.intp]], pure_only: bool = False
    ) -> Iterator[Floats]:
        """Equilibria of the game in which only best replies may be played, pure ones first."""
        sets = [
            [
                np.array(one)
                for one in chain.from_iterable(
                    combinations(best, size)
                    for size in range(1, 2 if pure_only else len(best) + 1)
                )
            ]
            for best in tied
        ]
        profiles = sorted(product(*sets), key=lambda supports: sum(map(len, supports)))
        for supports in profiles:
            target = np.zeros_like(self.state)
            fits = True
            # One population's payoffs tie by the shares of the other (of itself, if it is alone).
            for own, other in zip(supports, supports[::-1], strict=True):
                mixture = self._mixture(own, other)
                if mixture is None:
                    fits = False
                    break
                target[other] = mixture
            if not fits:
                continue
            fitness = self.matrix @ target
            for own, best, tie in zip(supports, tied, self.ties, strict=True):
                if fitness[best].max() > fitness[own].min() + 10 * tie:
                    fits = False
            if fits:
                yield target

    def _mixture(self, own: NDArray[np.intp], other: NDArray[np.intp]) -> Floats | None:
        """Positive shares of some strategies that make others earn the same, or None."""
        if len(other) == 1:
            return np.ones(1)
        payoffs = self.matrix[np.ix_(own, other)]
        scale = max(float(np.abs(payoffs).max()), 1e-300)
        system = np.vstack([(payoffs[1:] - payoffs[0]) / scale, np.ones(len(other))])
        right = np.zeros(len(system))
        right[-1] = 1.0
        mixture: Floats = np.linalg.lstsq(system, right, rcond=None)[0]
        if np.abs(system @ mixture - right).max() > 1e-9 or mixture.min() <= 1e-12:
            return None
        return np.asarray(mixture / mixture.sum())

    def _slide(
        self, target: Floats, tied: list[NDArray[np.intp]], times: Floats, result: Floats
    ) -> list[NDArray[np.intp]]:
        """Go towards a mixed target until another strategy ties; return who ties there."""
        now, then = self.matrix @ self.state, self.matrix @ target
        span = np.inf
        events: list[tuple[float, int, int]] = []
        for population, (part, best) in enumerate(zip(self.parts, tied, strict=True)):
            level, later = now[best].max(), then[best].max()
            for j in range(part.start, part.stop):
                if j not in best and then[j] > later:
                    behind = max(level - now[j], 0.0)
                    events.append((float(np.log1p(behind / (then[j] - later))), population, j))
        if events:
            span = min(events)[0]
        while self.due < len(times) and times[self.due] <= self.time + span:
            result[self.due] = self._towards(target, times[self.due] - self.time)
            self.due += 1
        if self.due == len(times):
            self.time = float(times[-1])
            return tied
        self.state = self._towards(target, span)
        self.time += span
        new = []
        for population, (best, tie) in enumerate(zip(tied, self.ties, strict=True)):
            still = [int(j) for j in best if then[j] >= then[best].max() - 10 * tie]
            fresh = [j for moment, own, j in events if own == population and moment <= span]
            new.append(np.array(sorted({*still, *fresh})))
        return new

    def _towards(self, target: Floats, span: float) -> Floats:
        state: Floats = target + np.exp(-span) * (self.state - target)
        for part in self.parts:
            state[part] /= state[part].sum()
        return state
