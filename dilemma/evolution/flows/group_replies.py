r"""Trajectories of best-response dynamics in games in groups.

While b alone is the best reply, :math:`x(t) = b + t\,(x - b)` with :math:`t = e^{-s}` is a
straight line as in games of pairs (`dilemma.evolution.flows.replies`), and what b earns beyond
another strategy is a polynomial of t, in Bernstein form: the next turn is at its largest root.

Where several strategies T tie, the solution goes towards a v on T that keeps those in use best: by
the first order, an equilibrium of the game whose payoffs are the rates :math:`R_{ik}` at which
payoff i changes as the state heads for k. In a game of pairs v stays the same. Here it moves with
the state, so that *sliding* along a tie, :math:`\dot x = v(x) - x`, is left to scipy's DOP853.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.simplex_polynomials import SimplexPolynomials, compositions, largest_root
from dilemma.evolution.flows.groups import GroupMeetings
from dilemma.evolution.flows.replies import (
    DONE,
    MOST_TIES,
    NO_TARGET,
    STOPPED,
    TIE,
    TOO_MANY_TURNS,
    Path,
)

Floats = NDArray[np.float64]

# Errors of steps along a tie, in units of the tolerance, and how small steps may make them.
ALONG, LEAST = 1e-3, 1e-12


def follow_group_replies(
    meetings: GroupMeetings,
    states: Floats,
    times: Floats,
    tolerance: float,
    most_steps: int,
    stopping: NDArray[np.int64],
    results: tuple[Any, ...],
    unique: NDArray[np.bool_],
) -> Callable[[int, int], None]:
    """Return the function that follows trajectories from start to stop and keeps them."""
    landscape = _Landscape(meetings.differences)
    shares, means, endings, steps, reached = results

    def follow(start: int, stop: int) -> None:
        for place in range(start, stop):
            path = _GroupPath(landscape, states[place].copy(), tolerance)
            endings[place] = path.follow(times, most_steps, stopping, shares[place])
            steps[place], reached[place] = path.turns, path.time
            unique[place] = path.unique
            shares[place, path.due :] = np.nan
        means[start:stop] = meetings.mean_fitness(shares[start:stop], np.arange(start, stop))

    return follow


class _Landscape:
    """Payoffs as polynomials of the shares, along lines and in their slopes."""

    def __init__(self, payoffs: SimplexPolynomials) -> None:
        self.payoffs = payoffs
        self.tie = TIE * float(np.ptp(payoffs.coefficients, axis=1).max())

    @cached_property
    def _towards(self) -> list[list[SimplexPolynomials | Floats]]:
        """[vertex][k]: the coefficients among which d − k players at least play a strategy."""
        d, n = self.payoffs.degree, self.payoffs.variables
        exponents, values = compositions(d, n), self.payoffs.coefficients
        return [
            [
                values[exponents[:, b] >= d - k][0]
                if k == 0
                else SimplexPolynomials(k, n, values[exponents[:, b] >= d - k])
                for k in range(d + 1)
            ]
            for b in range(n)
        ]

    def along(self, state: Floats, b: int) -> Floats:
        """Bernstein coefficients of all payoffs on the line from vertex b (0) to a state (1)."""
        parts = [one(state) if callable(one) else one for one in self._towards[b]]
        return np.array(parts)

    @cached_property
    def lasts(self) -> SimplexPolynomials:
        """The next to last coefficients of `along`, for all vertices: payoff i of vertex k."""
        lasts: list[Any] = [towards[-2] for towards in self._towards]
        together = np.stack([one.coefficients for one in lasts], axis=2)
        return SimplexPolynomials(
            lasts[0].degree, lasts[0].variables, together.reshape(len(together), -1)
        )


class _GroupPath(Path):
    """One trajectory, and where it is."""

    def __init__(self, landscape: _Landscape, state: Floats, tolerance: float) -> None:
        size = len(state)
        super().__init__(np.zeros((size, size)), (size,), state)
        self.landscape = landscape
        self.relative = max(ALONG * tolerance, LEAST)
        self.fitness = landscape.payoffs.at_points()
        self.ties = np.array([landscape.tie])

    @cached_property
    def _lasts(self) -> Callable[[Floats], Floats]:
        return self.landscape.lasts.at_points()

    def _rates(self, state: Floats) -> Floats:
        """How fast payoff i (row) changes as the state heads for k (column), over the degree."""
        size = len(state)
        ahead = self._lasts(state).reshape(size, size)
        return np.asarray(ahead - self.fitness(state)[:, None])

    def follow(
        self, times: Floats, most_steps: int, stopping: NDArray[np.int64], result: Floats
    ) -> int:
        """Write the state at all times; return how it ended."""
        if times[0] == 0:
            result[0] = self.state
            self.due = 1
            if len(times) == 1:
                return DONE
        target: Floats | None = None
        tied = self._tied()
        for _ in range(MOST_TIES):
            if stopping[0]:
                return STOPPED
            if len(tied[0]) > 1:
                self.matrix = self._rates(self.state)
            found = self._target(tied, target)
            if isinstance(found, int):
                return found
            target = found
            if target is self.state:
                result[self.due :] = self.state
                self.due, self.time = len(times), float(times[-1])
                return DONE
            used = np.flatnonzero(target)
            event = (
                self._go_straight(int(used[0]), tied[0], times, result)
                if len(used) == 1
                else self._slide_along(used, times, result)
            )
            if event is None:
                return NO_TARGET
            if self.due == len(times):
                return DONE
            tied = [event]
            self.turns += 1
            if self.turns >= most_steps:
                break
        return TOO_MANY_TURNS

    def _tied(self) -> list[NDArray[np.intp]]:
        fitness = self.fitness(self.state)
        return [np.flatnonzero(fitness >= fitness.max() - self.landscape.tie)]

    def _go_straight(
        self, b: int, tied: NDArray[np.intp], times: Floats, result: Floats
    ) -> NDArray[np.intp] | None:
        """Go towards one strategy until another ties; return who ties there."""
        payoffs = self.landscape.along(self.state, b)
        crossings = {}
        for j in range(len(self.state)):
            ahead = payoffs[:, b] - payoffs[:, j]
            if j == b or np.abs(ahead).max() <= self.landscape.tie:
                continue
            if j in tied:
                # The root at the start is left out.
                ahead = ahead[:-1] * (len(ahead) - 1) / np.arange(len(ahead) - 1, 0, -1)
                if ahead[-1] < -10 * self.landscape.tie:
                    return None
                ahead[-1] = max(ahead[-1], self.landscape.tie)
            crossings[j] = largest_root(ahead)
        part = max(crossings.values(), default=0.0)
        span = -np.log(part) if part > 0 else np.inf
        corner = np.zeros_like(self.state)
        corner[b] = 1.0
        while self.due < len(times) and times[self.due] <= self.time + span:
            result[self.due] = self._towards(corner, times[self.due] - self.time)
            self.due += 1
        if self.due == len(times):
            self.time = float(times[-1])
            return tied
        self.state = self._towards(corner, span)
        self.time += float(span)
        met = [j for j, one in crossings.items() if one >= part * (1 - 1e-12)]
        return np.array(sorted({b, *met, *map(int, self._tied()[0])}))

    def _slide_along(
        self, used: NDArray[np.intp], times: Floats, result: Floats
    ) -> NDArray[np.intp] | None:
        """Go on while some strategies tie, until another does or one is dropped."""
        from scipy.integrate import solve_ivp

        absolute = self.relative / 100
        absent = [j for j in range(len(self.state)) if j not in used]
        right = np.zeros(len(used))
        right[-1] = 1.0
        system = np.ones((len(used), len(used)))

        def aim(state: Floats) -> Floats:
            rates = self._rates(state)[used[:, None], used]
            if len(used) == 2:
                first, second = rates[1, 1] - rates[0, 1], rates[0, 0] - rates[1, 0]
                if first + second != 0:
                    return np.asarray(np.array([first, second]) / (first + second))
            scale = max(float(np.abs(rates).max()), 1e-300)
            system[:-1] = (rates[1:] - rates[0]) / scale
            try:
                return np.asarray(np.linalg.solve(system, right))
            except np.linalg.LinAlgError:
                return np.asarray(np.linalg.lstsq(system, right, rcond=None)[0])

        def velocity(_: float, state: Floats) -> Floats:
            slope = -state
            slope[used] += aim(state)
            return slope

        def behind(j: int) -> Any:
            def ahead(_: float, state: Floats) -> float:
                fitness = self.fitness(state)
                return float(fitness[used].min() - fitness[j] + self.landscape.tie)

            return ahead

        def kept(place: int) -> Any:
            return lambda _, state: float(aim(state)[place] + TIE)

        def moving(time: float, state: Floats) -> float:
            return float(np.abs(velocity(time, state)).max() - absolute)

        events = [*map(behind, absent), *map(kept, range(len(used))), moving]
        for event in events:
            event.terminal, event.direction = True, -1.0
        found = solve_ivp(
            velocity, (self.time, times[-1]), self.state, "DOP853", times[self.due :],
            events=events, rtol=self.relative, atol=absolute,
        )  # fmt: skip
        if found.status < 0:
            return None
        for state in np.array(found.y).T:
            result[self.due] = _on_simplex(state)
            self.due += 1
        if found.status == 0:
            self.time = float(times[-1])
            return used
        number = next(k for k, one in enumerate(found.t_events) if len(one))
        self.time = float(found.t_events[number][0])
        self.state = _on_simplex(found.y_events[number][0])
        if number == len(self.state):
            # It has come to rest.
            result[self.due :] = self.state
            self.due, self.time = len(times), float(times[-1])
            return used
        if number < len(absent):
            return np.array(sorted({*map(int, used), absent[number]}))
        return np.delete(used, number - len(absent))


def _on_simplex(state: Floats) -> Floats:
    """The same shares without rounding that makes them negative, or off in sum."""
    kept = np.maximum(state, 0.0)
    return np.asarray(kept / kept.sum())
