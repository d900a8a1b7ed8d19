r"""Where a finite population is found in the long run.

With rare mutations (fudenberg2006) it moves among the states of one strategy: from all j to all i
at a rate proportional to :math:`\mu_{ij} \rho_{ij}`, the probability that a mutant i arises times
that of its fixation. Since strategies mutate into every other one alike, :math:`\mu_{ij}` matters
between two populations only: there, it is :math:`Z_p / (n_p - 1)` in population p, up to a factor.
The law is found by the elimination of Grassmann, Taksar and Heyman in logs, so that neither
1e-300 nor a nearly decomposable chain makes a difference (`dilemma.arrays.chains`).

Sources: fudenberg2006, grassmann1985.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.chains import (
    absorption_probabilities,
    log_stationary_laws,
    stationary_laws,
)
from dilemma.evolution.finite import fixation
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.evolution.finite.populations import Population

Floats = NDArray[np.float64]

# A logarithm of size L is good to about L roundings. Where that changes probabilities by more than
# this, relatively, the law is doubtful, unless it lies so far from a tie that it shows nowhere.
DOUBTFUL = 1e-6
CERTAIN = 40.0

# How many states a text shows.
SHOWN = 12


@dataclass(frozen=True, eq=False)
class LastingStates(Displayed):
    """States that lead to each other and to no others, and how much time is spent in each.

    Attributes
    ----------
    states : sequence of int
        Their places among all states.
    probabilities, log_probabilities : numpy.ndarray of float64, shape (states,), read-only
        The long-run shares of time of all states, once the population is in one of these, and
        their natural logarithms.
    exact_probabilities : tuple of Fraction, or None
        The same where they are known exactly.
    """

    states: Sequence[int]
    probabilities: Floats
    log_probabilities: Floats
    exact_probabilities: tuple[Fraction, ...] | None = None


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class LongRun(Solution, Sequence[float]):
    """How much of its time a population spends in each state: a sequence of probabilities.

    It is one sequence only if there is one class of states that last. Otherwise (in the limit of
    unbounded selection) each class has a law of its own, and the start decides.

    Attributes
    ----------
    population : Population
        Whose.
    states : numpy.ndarray of int, shape (s, strategies), read-only
        How many players play what in each state; with two populations, first the row players'
        counts and then the column players'.
    classes : tuple of LastingStates
        All of them.
    absorption : numpy.ndarray of float64, shape (s, classes), read-only
        The probability of ending in each class, from each state.
    method, exact, complete, status
        As in every answer of the library.
    """

    population: Population
    states: NDArray[np.integer[Any]]
    classes: tuple[LastingStates, ...]
    absorption: Floats

    @property
    def probabilities(self) -> Floats:
        """The probability of each state, read-only.

        Raises
        ------
        ValueError
            If there are several classes: none of them is chosen for you.
        """
        return self._only.probabilities

    @property
    def log_probabilities(self) -> Floats:
        """Natural logarithms of the probabilities, read-only; as `probabilities` otherwise."""
        return self._only.log_probabilities

    @property
    def exact_probabilities(self) -> tuple[Fraction, ...] | None:
        """The probabilities as Fractions if the answer is exact, otherwise None."""
        return self._only.exact_probabilities

    @property
    def shares(self) -> tuple[tuple[float, ...], ...]:
        """The mean share of each strategy, of each population."""
        means = self.probabilities @ self.states
        result, first = [], 0
        for size, number in zip(self.population.sizes, self.population.numbers, strict=True):
            part = means[first : first + number] / size
            result.append(tuple(float(value) for value in part))
            first += number
        return tuple(result)

    @property
    def _only(self) -> LastingStates:
        if len(self.classes) > 1:
            raise ValueError(
                f"probabilities: requires one class of states that last, got {len(self.classes)}; "
                "which one a population ends in depends on its start: see .classes and .absorption"
            )
        return self.classes[0]

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[float]: ...
    def __getitem__(self, index: int | slice) -> float | Sequence[float]:
        if isinstance(index, slice):
            return tuple(float(value) for value in self.probabilities[index])
        return float(self.probabilities[index])

    def __len__(self) -> int:
        return len(self.states)

    def __iter__(self) -> Iterator[float]:
        return iter(self.probabilities.tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.probabilities, dtype=dtype)

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for place, lasting in enumerate(self.classes):
            if len(self.classes) > 1:
                lines.append(f"class {place + 1}")
            order = np.argsort(-lasting.log_probabilities, kind="stable")
            shown = [int(s) for s in order[:SHOWN] if lasting.log_probabilities[s] > -math.inf]
            names = [described(self.population, self.states[s]) for s in shown]
            widest = min(max(map(len, names)), WIDTH - 14)
            lines += [
                f"  {textwrap.shorten(name, widest, placeholder='...'):<{widest}}  "
                f"{_short(lasting, s)}"
                for name, s in zip(names, shown, strict=True)
            ]
            if len(lasting.states) > SHOWN:
                lines.append(f"  ... and {len(lasting.states) - SHOWN:,} states more")
        return wrapped(lines)


def described(population: Population, counts: NDArray[np.integer[Any]]) -> str:
    """A state in words."""
    parts, first = [], 0
    for size, names in zip(population.sizes, population.strategies, strict=True):
        here = counts[first : first + len(names)]
        first += len(names)
        played = [f"{k} {name}" for k, name in zip(here, names, strict=True) if k]
        parts.append(
            f"all {names[int(np.argmax(here))]}" if max(here) == size else ", ".join(played)
        )
    return " against ".join(parts)


def _short(lasting: LastingStates, s: int) -> str:
    if lasting.exact_probabilities is not None:
        value = lasting.exact_probabilities[s]
        if len(str(value)) <= 12:
            return str(value)
    if lasting.probabilities[s] > 0:
        return f"{lasting.probabilities[s]:.3g}"
    power = lasting.log_probabilities[s] / math.log(10)
    return f"10^{power:.6g}"


def long_run(population: Population) -> LongRun:
    """The stationary law: of the states of one strategy, or of the full chain."""
    if population.process != "introspection" and population.mutation == "rare":
        return rare_mutation_law(population)
    return full_chain_law(population)


def full_chain_law(population: Population) -> LongRun:
    """The stationary law over all compositions, at any mutation rate."""
    from dilemma.evolution.finite.full_chain import stationary_law

    return stationary_law(population)


def rare_mutation_law(population: Population) -> LongRun:
    """The law over the states of one strategy in the limit of rare mutations."""
    if math.isinf(population.selection):
        certain = True
        exact = fixation.exact_probabilities(population)
        np.fill_diagonal(exact, Fraction(0))
        rates = exact.T * _arising(population)
        laws = stationary_laws(rates)
        absorption = absorption_probabilities(rates).astype(np.float64)
        classes = tuple(
            _lasting(one.states, np.array([float(value) for value in one.law]), tuple(one.law))
            for one in laws
        )
    else:
        logs = fixation.log_probabilities(population).T
        if len(population.sizes) == 2:
            linked = np.isfinite(logs)
            logs[linked] += np.log(_arising(population)[linked].astype(np.float64))
        laws = log_stationary_laws(logs)
        absorption = np.ones((len(logs), 1))
        certain = _is_certain(logs, laws[0].law)
        classes = tuple(_lasting_from_logs(one.states, one.law) for one in laws)
    absorption.setflags(write=False)
    return LongRun(
        method="fixation probabilities and elimination (GTH)"
        + (" of rational numbers" if math.isinf(population.selection) else " in logs"),
        exact=math.isinf(population.selection),
        complete=certain,
        status=_status(population, classes, certain),
        population=population,
        states=uniform_states(population),
        classes=classes,
        absorption=absorption,
    )


def _is_certain(logs: Floats, law: Floats) -> bool:
    """Whether the rounding of large logarithms leaves the probabilities as they are."""
    off = ~np.eye(len(logs), dtype=bool)
    sizes = np.abs(logs[off & np.isfinite(logs)])
    doubt = len(logs) * np.finfo(float).eps * float(sizes.max(initial=0.0))
    if doubt <= DOUBTFUL or len(law) == 1:
        return True
    best, second = np.sort(law)[:-3:-1]
    return bool(second < best - 2 * doubt - CERTAIN)


def uniform_states(population: Population) -> NDArray[np.int64]:
    """The compositions in which each population plays one strategy, in the order of its states."""
    blocks = [
        size * np.eye(number, dtype=np.int64)
        for size, number in zip(population.sizes, population.numbers, strict=True)
    ]
    if len(blocks) == 2:
        m, n = population.numbers
        blocks = [np.repeat(blocks[0], n, axis=0), np.tile(blocks[1], (m, 1))]
    states = np.concatenate(blocks, axis=1)
    states.setflags(write=False)
    return states


def _arising(population: Population) -> NDArray[np.object_]:
    """How often, up to a factor, the mutant arises that leads from a state to another."""
    s = len(population.states)
    if len(population.sizes) == 1:
        return np.full((s, s), Fraction(1), dtype=object)
    result: NDArray[Any] = np.full((s, s), Fraction(0), dtype=object)
    for i, j in np.ndindex(s, s):
        player = fixation.invading_population(population, i, j)
        if player is not None:
            result[j, i] = Fraction(population.sizes[player], population.numbers[player] - 1)
    return result


def _lasting(
    states: tuple[int, ...], law: Floats, exact: tuple[Fraction, ...] | None
) -> LastingStates:
    with np.errstate(divide="ignore"):
        logs = np.log(law)
    for array in (law, logs):
        array.setflags(write=False)
    return LastingStates(states, law, logs, exact)


def _lasting_from_logs(states: tuple[int, ...], logs: Floats) -> LastingStates:
    with np.errstate(under="ignore"):
        law = np.exp(logs)
    law.setflags(write=False)
    return LastingStates(states, law, logs)


def _status(population: Population, classes: tuple[LastingStates, ...], certain: bool) -> str:
    players = " and ".join(f"{size:,}" for size in population.sizes)
    one = len(population.sizes) == 1
    who = f"A population of {players}" if one else f"Populations of {players}"
    if len(classes) > 1:
        return (
            f"{who} with rare mutations, as selection grows without bound: {len(classes)} classes "
            "of states are never left, and which one lasts depends on the start."
        )
    best = int(np.argmax(classes[0].log_probabilities))
    share = 100 * float(classes[0].probabilities[best])
    name = described(population, uniform_states(population)[best])
    words = (
        f"{who} with rare mutations {'is' if one else 'are'} most often at {name}: about "
        f"{share:.3g} % of {'its' if one else 'their'} time"
    )
    if certain:
        return f"{words}."
    return (
        f"Doubtful: {words[0].lower()}{words[1:]}, unless the rounding of the logarithms of so "
        "small probabilities decides; take weaker selection."
    )
