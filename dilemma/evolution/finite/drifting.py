r"""Where selection pushes a finite population of two strategies: the gradient of selection.

With k of Z players using the first strategy, let :math:`T^\pm_k` be the probabilities that a step
makes them one more or one fewer. The *gradient of selection* is

.. math:: g(k) = T^+_k - T^-_k,

by how many the users grow in a step on average (pacheco2009). For pairwise comparison it is

.. math:: g(k) = (1 - \mu) \frac{k}{Z} \frac{Z - k}{Z - 1} \tanh \frac{\beta\, d(k)}{2}
                 + \mu \Bigl(1 - \frac{2k}{Z}\Bigr),

d(k) being what the first strategy earns beyond the second. Where it turns from positive to
negative the population stays long (coexistence); where it turns the other way, two fates part
(coordination).

While strategies are copied and mutations are rare, g has the sign of d, which is exact:
differences of payoffs are Fractions, rounded once. g is computed as it is written above and not as
a difference of probabilities, so that nothing cancels.

Source: pacheco2009.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.finite.fixation import require_positive
from dilemma.game import checking
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.evolution.finite.populations import Population

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Of a gradient that mutations are part of, less than so much of the two probabilities is no sign.
ROUNDING = 1e-14
KINDS = {(1, -1): "stable", (-1, 1): "unstable"}


@dataclass(frozen=True)
class SelectionTurn(Displayed):
    """Where the gradient of selection changes its sign, or pauses.

    Attributes
    ----------
    low, high : int
        The gradient has one sign up to `low` users of the first strategy, and another from `high`
        on. In between it is 0: nowhere if they are neighbours.
    share : float
        Where between them: the middle if it is 0 there, otherwise where a straight line crosses 0.
    kind : str
        ``"stable"`` (selection leads here from both sides: coexistence), ``"unstable"`` (away from
        here to both: coordination) or ``"pause"`` (the same sign on both sides).
    """

    low: int
    high: int
    share: float
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} between {self.low} and {self.high} users"


@dataclass(frozen=True, kw_only=True, repr=False)
class SelectionGradient(Solution):
    """Where selection pushes a population of two strategies.

    Attributes
    ----------
    strategies : tuple of two str
        The gradient is that of the first one's users.
    size : int
        Z.
    counts : numpy.ndarray of int, shape (Z + 1,), read-only
        k, how many use the first strategy: 0, …, Z.
    gradient : numpy.ndarray of float64, shape (Z + 1,), read-only
        g(k), players in a step.
    signs : numpy.ndarray of int, shape (Z + 1,), read-only
        Those of g(k); exact where `exact` is true.
    turns : tuple of SelectionTurn
        Inside, from few to many users of the first strategy.
    method, exact, complete, status
        As in every answer of the library; `exact` refers to signs, and so to turns.
    """

    strategies: tuple[str, str]
    size: int
    counts: Integers
    gradient: Floats
    signs: Integers
    turns: tuple[SelectionTurn, ...]

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        first = self.strategies[0]
        for turn in self.turns:
            where = f"{turn.low} and {turn.high} of {self.size} ({turn.share:.1%})"
            words = f"{turn.kind}: between {where} use {first}"
            lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
        return wrapped(lines)


def gradient_of_selection(
    population: Population, strategies: Sequence[int | str] | None = None
) -> SelectionGradient:
    r"""Find where selection pushes a finite population in which two strategies are used.

    Parameters
    ----------
    population : Population
        One population. Its mutations are rare, or it has two strategies in all.
    strategies : sequence of two int or str, optional
        Whose users are counted, and who the others are; may be left out of two.

    Returns
    -------
    SelectionGradient

    Raises
    ------
    TypeError, ValueError
        For two populations; for more strategies, unless two are named and mutations are rare; for
        linear fitness that isn't positive.

    Notes
    -----
    With mutations at a rate, or introspection, g has parts of both signs: it is computed in
    floating point, and counts as 0 below 1e-14 of the two probabilities.

    References
    ----------
    pacheco2009 in ``references.bib``.

    Examples
    --------
    A stag hunt of five that takes three hunters (pacheco2009): two states inside in which nothing
    is won by a change.

    >>> from dilemma.evolution import Population
    >>> from dilemma.game import GroupGame
    >>> def hunt(strategy, group):
    ...     return Fraction(4 * group[0] * (group[0] >= 3), 5) - (strategy == 0)
    >>> game = GroupGame(5, ["hunt", "rest"], hunt)
    >>> print(gradient_of_selection(Population(game, size=100, selection=1)))
    Selection favours rest up to 42 of 100 users of hunt, hunt up to 78, and rest
    beyond.
      unstable: between 42 and 43 of 100 (42.7%) use hunt
      stable: between 78 and 79 of 100 (78.4%) use hunt
    """
    from dilemma.evolution.finite.populations import Population

    if not isinstance(population, Population):
        raise TypeError(
            f"population: requires a Population, got {type(population).__name__} (of a game: "
            "Population(game, size, selection))"
        )
    if len(population.sizes) == 2:
        raise ValueError(
            "population: requires one population for a gradient along one share, got two"
        )
    names = population.strategies[0]
    first, second = _pair(strategies, names)
    if len(names) > 2 and population.mutation != "rare":
        raise ValueError(
            "population: requires rare mutations where there are more than two strategies (others "
            f"would come up), got a rate of {population.mutation}"
        )
    size = population.sizes[0]
    gradient, signs, exact = _gradient(population, first, second)
    turns = _turns(gradient, signs)
    for array in (gradient, signs, counts := np.arange(size + 1)):
        array.setflags(write=False)
    return SelectionGradient(
        method=(
            "differences of exact payoffs, rounded once"
            if exact
            else "probabilities of a step, in floating point"
        ),
        exact=exact,
        complete=True,
        status=_status(names[first], names[second], signs, exact),
        strategies=(names[first], names[second]),
        size=size,
        counts=counts,
        gradient=gradient,
        signs=signs,
        turns=turns,
    )


def _pair(strategies: Any, names: tuple[str, ...]) -> tuple[int, int]:
    if strategies is None:
        if len(names) != 2:
            raise ValueError(
                f"strategies: requires two of {', '.join(names)}, got none"
                if len(names) > 2
                else "strategies: requires a game of at least two strategies, got one of 1"
            )
        return 0, 1
    if isinstance(strategies, str) or not isinstance(strategies, (Sequence, np.ndarray)):
        raise TypeError(f"strategies: requires two names or indices, got {strategies!r}")
    picked = checking.chosen(list(strategies), names, "strategies")
    if len(picked) != 2 or picked[0] == picked[1]:
        raise ValueError(f"strategies: requires two different ones, got {list(strategies)}")
    return picked[0], picked[1]


def _gradient(population: Population, i: int, j: int) -> tuple[Floats, Integers, bool]:
    """The gradient for k = 0, …, Z, its signs, and whether these are exact."""
    if population.process == "introspection":
        return _of_introspection(population, i, j)
    size = population.sizes[0]
    gains, linear = _gains(population, i, j)
    k = np.arange(size + 1)
    inside = slice(1, size)
    copied = np.zeros(size + 1)
    with np.errstate(over="ignore", under="ignore"):
        if population.process == "fermi":
            lean = np.tanh(gains / 2)
            copied[inside] = (k * (size - k))[inside] / (size * (size - 1)) * lean
        else:
            # From the larger fitness on, so that no exponential overflows.
            shrink = np.exp(-np.abs(gains)) if linear is None else linear
            fitter = np.where(gains > 0, k[inside], size - k[inside])
            part = -np.expm1(-np.abs(gains)) if linear is None else 1 - shrink
            births = part / (fitter + (size - fitter) * shrink)
            copied[inside] = np.sign(gains) * (k * (size - k))[inside] / size * births
    if population.mutation == "rare":
        signs = np.zeros(size + 1, dtype=np.int64)
        signs[inside] = np.sign(gains).astype(np.int64)
        return copied, signs, True
    rate = float(population.mutation)
    if population.process == "fermi":
        up = down = (k * (size - k)) / (size * (size - 1))
        pushed = 1 - 2 * k / size
        gradient = (1 - rate) * copied + rate * pushed
        scale = up + down + rate
    else:
        # A birth of the first strategy with probability b: T+ - T- = born - k/Z.
        born = copied + k / size
        gradient = (1 - rate) * copied + rate * (1 - born - k / size)
        scale = np.ones(size + 1)
    return gradient, _signs(gradient, scale), False


def _signs(gradient: Floats, scale: Floats) -> Integers:
    certain = np.abs(gradient) > ROUNDING * scale
    return np.where(certain, np.sign(gradient), 0).astype(np.int64)


def _gains(population: Population, i: int, j: int) -> tuple[Floats, Floats | None]:
    """β d(l) for l = 1, …, Z − 1; for linear fitness its sign, and the smaller over the larger."""
    first, second, scale = population.pairs.exactly_earned(i, j)
    selection = population.selection
    if population.fitness == "linear":
        both = [
            [1 - selection + selection * Fraction(value, scale) for value in one]
            for one in (first, second)
        ]
        require_positive(population, float(min(map(min, both))))
        ratios = [
            float(min(one, other) / max(one, other)) for one, other in zip(*both, strict=True)
        ]
        ahead = [float((one > other) - (one < other)) for one, other in zip(*both, strict=True)]
        return np.array(ahead), np.array(ratios)
    gaps = [Fraction(one - other, scale) for one, other in zip(first, second, strict=True)]
    if math.isinf(selection):
        return np.array([math.inf * gap if gap else 0.0 for gap in map(_sign, gaps)]), None
    return np.array([_nearest(gap * selection) for gap in gaps]), None


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _nearest(value: Fraction) -> float:
    """The nearest float, but never 0 for what is not: its sign counts."""
    try:
        found = value.numerator / value.denominator
    except OverflowError:
        return math.copysign(math.inf, value.numerator)
    return found or math.copysign(5e-324, value.numerator) if value else 0.0


def _of_introspection(population: Population, i: int, j: int) -> tuple[Floats, Integers, bool]:
    """Players compare what they earn with what they would earn after a switch."""
    size = population.sizes[0]
    first, second, scale = population.pairs.exactly_earned(i, j)
    # Among l i-players: an i-player's payoff for l = 1, …, Z, a j-player's for 0, …, Z − 1.
    own = [Fraction(value, scale) for value in first]
    own.append(Fraction(population.pairs.exact_payoffs[i, i, 0]))
    other = [Fraction(population.pairs.exact_payoffs[j, j, 0])]
    other += [Fraction(value, scale) for value in second]
    leans = [
        1 / (1 + math.exp(-_clipped((mine - yours) * population.selection)))
        for mine, yours in zip(own, other, strict=True)
    ]
    rate = 0.0 if population.mutation == "rare" else float(population.mutation)
    taken = (1 - rate) * np.array(leans) + rate
    left = (1 - rate) * (1 - np.array(leans)) + rate
    k = np.arange(size + 1)
    up, down = np.zeros(size + 1), np.zeros(size + 1)
    # Entry l of both is the switch between l and l + 1 i-players.
    up[:-1] = (size - k[:-1]) / size * taken
    down[1:] = k[1:] / size * left
    gradient = up - down
    return gradient, _signs(gradient, up + down), False


def _clipped(value: Fraction) -> float:
    return float(max(Fraction(-700), min(Fraction(700), value)))


def _turns(gradient: Floats, signs: Integers) -> tuple[SelectionTurn, ...]:
    """Where signs change inside: between runs of one sign each, with or without zeros between."""
    inside = [(int(sign), [k for k, _ in run]) for sign, run in _runs(signs)]
    firm = [(sign, run[0], run[-1]) for sign, run in inside if sign]
    turns = []
    for (before, _, low), (after, high, _) in pairwise(firm):
        size = len(signs) - 1
        if high == low + 1:
            a, b = abs(gradient[low]), abs(gradient[high])
            where = low + (float(a / (a + b)) if a + b > 0 else 0.5)
        else:
            where = (low + high) / 2
        kind = KINDS.get((before, after), "pause")
        turns.append(SelectionTurn(low, high, where / size, kind))
    return tuple(turns)


def _runs(signs: Integers) -> Any:
    return groupby(enumerate(signs.tolist()), key=lambda pair: pair[1])


def _status(first: str, second: str, signs: Integers, copied: bool) -> str:
    """In words: towards which strategy up to where."""
    runs = [(sign, [k for k, _ in run][-1]) for sign, run in _runs(signs)]
    runs = [(sign, last) for sign, last in runs if sign]
    # The signs of neighbouring runs may be the same, with zeros between.
    merged = [
        (sign, last)
        for place, (sign, last) in enumerate(runs)
        if place + 1 == len(runs) or runs[place + 1][0] != sign
    ]
    subject = "Selection favours" if copied else "Steps lead towards"
    if not merged:
        return f"Nothing favours {first} or {second}: the gradient is 0 throughout."
    called = [first if sign > 0 else second for sign, _ in merged]
    if len(merged) == 1:
        return f"{subject} {called[0]} throughout."
    parts = [f"{name} up to {last}" for name, (_, last) in zip(called, merged, strict=True)][:-1]
    parts[0] += f" of {len(signs) - 1} users of {first}"
    return f"{subject} {', '.join(parts)}, and {called[-1]} beyond."
