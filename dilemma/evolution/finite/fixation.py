r"""The probability that one player's strategy takes over a population: in logs, and exactly.

With l invaders among Z players let :math:`T^\pm_l` be the probabilities that a step makes them one
more or one fewer. Starting from one,

.. math:: \rho = \Bigl(\sum_{k=0}^{Z-1} e^{E_k}\Bigr)^{-1}, \qquad
          E_k = \sum_{l=1}^{k} \log \frac{T^-_l}{T^+_l}

(karlin1975). The ratio is :math:`e^{-\beta d(l)}` for pairwise comparison (traulsen2007) and for
the Moran process with exponential fitness (traulsen2008) alike, and :math:`F_j / F_i` for linear
fitness. Exponents are shifted by their largest, so that neither end of the scale of floats
matters.

Between two populations the partners don't change while an invader is about, so that all ratios are
equal and the sum is geometric.

Sources: karlin1975, traulsen2007, traulsen2008.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.finite.pairs import CHUNK, Pairs, spread, without_common_part
from dilemma.game import Game
from dilemma.game.display import number

if TYPE_CHECKING:
    from dilemma.evolution.finite.populations import Population

Floats = NDArray[np.float64]

# Selection times size times the spread of payoffs: beyond it a tie that rounding broke could
# show, and the exponents are summed exactly before they are rounded.
LARGEST_EXPONENT = 1e5


def probabilities(population: Population) -> Floats:
    """ρ of each invading state (row) in each resident one: 0 where one mutant does not lead."""
    require_copying(population)
    if math.isinf(population.selection):
        return _as_floats(exact_probabilities(population), float)
    largest, total, linked = _weights(population)
    with np.errstate(under="ignore"):
        return _with_the_rest(population, np.exp(-largest) / total, linked, 0.0)


def log_probabilities(population: Population) -> Floats:
    """The logarithms of the same."""
    require_copying(population)
    if math.isinf(population.selection):
        return _as_floats(
            exact_probabilities(population),
            lambda value: math.log(value) if value else -math.inf,
        )
    largest, total, linked = _weights(population)
    return _with_the_rest(population, -largest - np.log(total), linked, -math.inf)


def exact_probabilities(population: Population) -> NDArray[np.object_]:
    """The same as Fractions, where they are rational; None on the diagonal of two populations."""
    require_copying(population)
    if not is_rational(population):
        raise ValueError(
            'selection: requires fitness="linear", 0 or infinity for exact probabilities, got '
            f"{population.selection} with exponentials, which are irrational"
        )
    s = len(population.states)
    result: NDArray[Any] = np.full((s, s), Fraction(0), dtype=object)
    for i, j in np.ndindex(s, s):
        if invading_population(population, i, j) is not None:
            result[i, j] = exact_probability(population, i, j)
        elif i == j:
            result[i, j] = None
    return result


def require_copying(population: Population) -> None:
    """Refuse introspection."""
    if population.process == "introspection":
        raise ValueError(
            "process: requires one that copies (fermi or moran) for fixation, got introspection, "
            "under which no strategy is ever lost for good; stationary_distribution() is that of "
            "the full chain"
        )


def is_rational(population: Population) -> bool:
    """Whether fixation probabilities are rational numbers."""
    selection = population.selection
    return bool(population.fitness == "linear" or selection == 0 or math.isinf(selection))


def invading_population(population: Population, i: int, j: int) -> int | None:
    """Which population one mutant must arise in to lead from state j to state i; None if none.

    In one population a mutant may play the resident's strategy.
    """
    if len(population.sizes) == 1:
        return 0
    n = population.numbers[1]
    first, second = i // n != j // n, i % n != j % n
    return None if first == second else int(second)


def _as_floats(exact: NDArray[np.object_], turned: Callable[[Fraction], float]) -> Floats:
    values: list[Any] = list(exact.flat)
    flat = [math.nan if value is None else turned(value) for value in values]
    return np.array(flat, dtype=np.float64).reshape(exact.shape)


def _with_the_rest(
    population: Population, values: Floats, linked: NDArray[np.bool_] | None, outside: float
) -> Floats:
    if linked is None:
        return values
    values[~linked] = outside
    np.fill_diagonal(values, math.nan)
    return values


def _weights(population: Population) -> tuple[Floats, Floats, NDArray[np.bool_] | None]:
    """Largest exponents M, sums of exp(E − M), and which states one mutant links (None: all)."""
    if len(population.sizes) == 1:
        return *_one_population(population), None
    m, n = population.numbers
    largest, total = np.zeros((m, n, m, n)), np.ones((m, n, m, n))
    linked = np.zeros((m, n, m, n), dtype=bool)
    for player in (0, 1):
        steps = _steps(population, player)
        top, weights = _geometric(steps, population.sizes[player])
        for partner in range((n, m)[player]):
            place: Any = (
                (slice(None), partner, slice(None), partner),
                (partner, slice(None), partner, slice(None)),
            )[player]
            largest[place], total[place] = top[:, :, partner], weights[:, :, partner]
            linked[place] = True
    s = m * n
    links = linked.reshape(s, s)
    np.fill_diagonal(links, False)
    return largest.reshape(s, s), total.reshape(s, s), links


def _one_population(population: Population) -> tuple[Floats, Floats]:
    """M and the sum of exp(E − M), of each invader (row) against each resident."""
    pairs = population.pairs
    n = population.numbers[0]
    rows = max(1, CHUNK // (n * pairs.size))
    largest, total = np.empty((n, n)), np.empty((n, n))
    for first in range(0, n, rows):
        invaders = slice(first, min(first + rows, n))
        exponents = _exponents(population, pairs, invaders)
        top = exponents.max(axis=2)
        exponents -= top[:, :, None]
        with np.errstate(under="ignore"):
            np.exp(exponents, out=exponents)
        largest[invaders] = top
        total[invaders] = exponents.sum(axis=2)
    return largest, total


def _exponents(population: Population, pairs: Pairs, invaders: slice) -> Floats:
    """E for k = 0, …, Z − 1: [invader, resident, k]."""
    selection = float(population.selection)
    if population.fitness == "linear":
        require_range(population, spread(pairs.payoffs))
        first, second = (1 - selection + selection * value for value in pairs.earned(invaders))
        require_positive(population, min(float(first.min()), float(second.min())))
        require_range(population, float(max(first.max(), second.max())))
        result = np.zeros((*first.shape[:2], pairs.size))
        np.cumsum(np.log(second) - np.log(first), axis=2, out=result[:, :, 1:])
        return result
    if selection * pairs.size * spread(pairs.relative_payoffs) <= LARGEST_EXPONENT:
        result = pairs.sums(invaders)
        result *= -selection
        return result
    n = len(pairs.payoffs)
    rows = range(*invaders.indices(n))
    return np.array([[_from_exact(population, i, j) for j in range(n)] for i in rows])


def _from_exact(population: Population, i: int, j: int) -> Floats:
    sums, scale = population.pairs.exact_sums(i, j)
    rate = population.selection / scale
    exponents = [_nearest(-value * rate) for value in sums]
    require_range(population, max(exponents))
    return np.array(exponents)


def _nearest(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def require_range(population: Population, largest: float) -> None:
    """Refuse what floats cannot hold, not even in logs."""
    if not largest < math.inf:
        raise ValueError(
            "selection: requires selection * size * payoffs within the range of a float, got "
            f"selection {float(population.selection):.4g} with payoffs up to "
            f"{float(np.abs(population.game.payoffs).max()):.4g}"
        )


def require_positive(population: Population, smallest: float) -> None:
    """Refuse linear fitness that some player would not have."""
    if smallest > 0:
        return
    exact = population.game.exact_payoffs
    if isinstance(population.game, Game):
        exact = exact[: len(population.sizes)]
    values: list[Any] = list(exact.flat)
    lowest: Fraction = min(values)
    raise ValueError(
        "selection: requires positive fitness, 1 - selection + selection * payoff, of every "
        f"player, got {smallest:.4g} for some; with payoffs from {number(lowest)} on, any "
        f'selection below {number(1 / (1 - lowest))} will do, and fitness="exponential" always'
    )


def _steps(population: Population, player: int) -> Floats:
    """The log of T−/T+ in a population whose partners are of one strategy: [i, j, partner]."""
    selection = float(population.selection)
    floats, exact = _earned_against(population, player)
    if population.fitness == "linear":
        fitness = 1 - selection + selection * floats
        require_positive(population, float(fitness.min()))
        require_range(population, float(fitness.max()))
        logs = np.log(fitness)
        return np.asarray(logs[None, :] - logs[:, None])
    size = population.sizes[player]
    floats = without_common_part(floats, lambda: exact)
    if selection * size * spread(floats) <= LARGEST_EXPONENT:
        return np.asarray(selection * (floats[None, :] - floats[:, None]))
    gaps = exact[None, :] - exact[:, None]
    steps = [_nearest(value * population.selection) for value in gaps.flat]
    require_range(population, max(steps) * size)
    return np.array(steps).reshape(gaps.shape)


def _earned_against(population: Population, player: int) -> tuple[Floats, NDArray[np.object_]]:
    """What a player of each strategy earns against partners of each one: [own, partner]."""
    game: Any = population.game
    floats, exact = game.payoffs[player], game.exact_payoffs[player]
    return (floats, exact) if player == 0 else (floats.T, exact.T)


def _geometric(steps: Floats, size: int) -> tuple[Floats, Floats]:
    """M and the sum of exp(E − M) for exponents that grow by the same step each time."""
    # From the larger end on, the sum is 1 + q + ... with q = exp(-|step|), at most 1.
    shrink = -np.abs(steps)
    with np.errstate(invalid="ignore", under="ignore"):
        total = np.expm1(size * shrink) / np.expm1(shrink)
    return np.maximum(steps, 0) * (size - 1), np.where(shrink == 0, float(size), total)


def exact_probability(population: Population, i: int, j: int) -> Fraction:
    """ρ of state i in state j, one mutant apart, as a Fraction (see `is_rational`)."""
    player = invading_population(population, i, j)
    size = population.sizes[player or 0]
    if population.selection == 0:
        return Fraction(1, size)
    if len(population.sizes) == 1:
        return _exact_in_one(population, i, j)
    gap, earned = exact_gap(population, i, j)
    if math.isinf(population.selection):
        return Fraction(int(gap > 0)) if gap else Fraction(1, size)
    selection: Fraction = population.selection
    invader, resident = (1 - selection + selection * value for value in earned)
    require_positive(population, float(min(invader, resident)))
    ratio = resident / invader
    return Fraction(1) / sum(ratio**k for k in range(size))


def exact_gap(
    population: Population, i: int, j: int
) -> tuple[Fraction, tuple[Fraction, Fraction]]:
    """What the invader earns beyond the resident against other partners, and what both earn."""
    game: Any = population.game
    n = population.numbers[1]
    player = 0 if i // n != j // n else 1
    earned = tuple(Fraction(game.exact_payoffs[player, s // n, s % n]) for s in (i, j))
    return earned[0] - earned[1], (earned[0], earned[1])


def _exact_in_one(population: Population, i: int, j: int) -> Fraction:
    pairs = population.pairs
    if population.fitness == "linear":
        first, second, scale = pairs.exactly_earned(i, j)
        selection: Fraction = population.selection
        up, down = (
            [1 - selection + selection * Fraction(value, scale) for value in one]
            for one in (first, second)
        )
        require_positive(population, float(min(up + down)))
        ratio = total = Fraction(1)
        for gain, loss in zip(up, down, strict=True):
            ratio *= loss / gain
            total += ratio
        return 1 / total
    sums = list(pairs.exact_sums(i, j)[0])
    # The limit of 1 / Σ exp(−β S_k); S_0 = 0 is among the sums.
    return Fraction(0) if min(sums) < 0 else Fraction(1, sums.count(0))
