r"""Which strategies invade and replace which, against the yardstick of neutral drift.

A neutral mutant takes over Z players with probability 1/Z. Selection *favours invasion* by i of j
if :math:`\rho_{ij} > 1/Z`, and *replacement* if :math:`\rho_{ij} > \rho_{ji}` (nowak2004). With
:math:`d(l) = \pi_i(l) - \pi_j(l)` among l invaders,

- as selection vanishes, :math:`\rho - 1/Z` has the sign of :math:`\sum_l (Z - l)\, d(l)`, and
  :math:`\rho_{ij} - \rho_{ji}` that of :math:`\sum_l d(l)`; the latter at every strength where the
  exponents are linear in payoffs (fermi, and moran with exponential fitness);
- as Z grows too, the first becomes the **one-third law**: i does better than j where a third
  play i, :math:`A_{ii} + 2 A_{ij} > A_{ji} + 2 A_{jj}`; in groups of N,
  :math:`\sum_m (N - m)(a_m - b_m) > 0`, m the number of other i-players (kurokawa2009,
  gokhale2010). The second becomes **risk dominance**, :math:`A_{ii} + A_{ij} > A_{ji} + A_{jj}`;
  in groups :math:`\sum_m (a_m - b_m) > 0`.

All signs are exact: those of ρ − 1/Z by ball arithmetic where floats come near to a tie.

Sources: nowak2004, kurokawa2009, gokhale2010.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb, ctx, fmpq
from numpy.typing import NDArray

from dilemma.evolution.finite import fixation
from dilemma.evolution.finite.stationarity import LongRun, rare_mutation_law
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import networkx

    from dilemma.evolution.finite.populations import Population, State

# Where floats come closer than this to neutrality, ball arithmetic decides.
DOUBTFUL = 1e-7
WORDS = {1: "favours", 0: "is neutral on", -1: "opposes"}

Name = str | tuple[str, str]


@dataclass(frozen=True)
class Invasion(Displayed):
    """What becomes of one mutant among residents.

    Attributes
    ----------
    invader, resident : str, or with two populations pairs of str
    probability, log_probability : float
        That the invader takes over, ρ, and its natural logarithm.
    relative : float
        ρ times the number of players: 1 is neutral.
    invasion, replacement : int
        The signs of ρ − 1/Z, and of ρ minus that of the invader's replacement by the resident:
        1 if selection favours it, 0 if it is neutral, −1 if selection opposes it. Exact.
    """

    invader: Name
    resident: Name
    probability: float
    log_probability: float
    relative: float
    invasion: int
    replacement: int

    @property
    def favoured(self) -> bool:
        """Whether selection favours both invasion and replacement: an arrow of the graph."""
        return self.invasion > 0 and self.replacement > 0


@dataclass(frozen=True, kw_only=True, repr=False)
class InvasionGraph(Solution):
    """What invades what: a graph on the states of one strategy.

    Attributes
    ----------
    states : tuple of str, or of pairs of str
    size : int, or pair of int
        Of the population.
    invasions : tuple of Invasion
        For each ordered pair of states that one mutant links.
    long_run : LongRun
        How much of its time the population spends in each state if mutations are rare.
    method, exact, complete, status
        As in every answer of the library.
    """

    states: tuple[Name, ...]
    size: int | tuple[int, int]
    invasions: tuple[Invasion, ...]
    long_run: LongRun

    @property
    def arrows(self) -> tuple[Invasion, ...]:
        """The pairs in which selection favours invasion and replacement."""
        return tuple(one for one in self.invasions if one.favoured)

    @property
    def neutral(self) -> tuple[Invasion, ...]:
        """The pairs in which a mutant drifts: ρ = 1/Z exactly."""
        return tuple(one for one in self.invasions if one.invasion == 0)

    @property
    def uninvaded(self) -> tuple[Name, ...]:
        """The states that no arrow leaves."""
        left = {one.resident for one in self.arrows}
        return tuple(state for state in self.states if state not in left)

    def to_networkx(self) -> networkx.DiGraph:
        """Return the graph with every pair of states as an edge from resident to invader.

        Edges have what an `Invasion` has, and ``favoured``; nodes ``probability`` in the long run
        if that is one law.

        Raises
        ------
        ModuleNotFoundError
            If networkx is not installed.
        """
        try:
            import networkx
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                "to_networkx: requires networkx, which is not installed: "
                'pip install "dilemma[networks]"',
                name="networkx",
            ) from None
        graph = networkx.DiGraph()
        known = len(self.long_run.classes) == 1
        for place, state in enumerate(self.states):
            graph.add_node(state, **({"probability": self.long_run[place]} if known else {}))
        for one in self.invasions:
            graph.add_edge(
                one.resident,
                one.invader,
                probability=one.probability,
                log_probability=one.log_probability,
                relative=one.relative,
                invasion=one.invasion,
                replacement=one.replacement,
                favoured=one.favoured,
            )
        return graph

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        for title, chosen in (("", self.arrows), ("drift:", self.neutral)):
            if chosen and title:
                lines.append(f"  {title}")
            for one in chosen:
                words = (
                    f"{_one_name(one.resident)} -> {_one_name(one.invader)}: "
                    f"{_times(one)} the neutral probability"
                )
                lines += textwrap.wrap(
                    words, WIDTH, initial_indent="  ", subsequent_indent="      "
                )
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class InvasionTest(Solution):
    """Whether selection favours one strategy in another's population, and what the laws predict.

    All signs are 1, 0 or −1, and exact. A test is true if selection favours invasion.

    Attributes
    ----------
    result : Invasion
        The probability, and the signs at this selection strength and size.
    neutral : Fraction
        1/Z.
    weak_invasion, weak_replacement : int
        The same signs to first order in weak selection, at this size. 0 means that the first order
        vanishes.
    one_third, risk_dominance : int or None
        Their limits in a large population: the one-third law, and risk dominance. None with two
        populations, where payoffs don't change on the way.
    method, exact, complete, status
        As in every answer of the library.
    """

    result: Invasion
    neutral: Fraction
    weak_invasion: int
    weak_replacement: int
    one_third: int | None
    risk_dominance: int | None

    def __bool__(self) -> bool:
        return self.result.invasion > 0

    def __str__(self) -> str:
        one = self.result
        lines = textwrap.wrap(self.status, WIDTH)
        rows = [
            ("invasion", "rho > 1/Z", one.invasion),
            ("replacement", "rho > rho of the way back", one.replacement),
            ("invasion, weak selection", "first order, this size", self.weak_invasion),
            ("replacement, weak selection", "first order, this size", self.weak_replacement),
            ("one-third law", "weak selection, large size", self.one_third),
            ("risk dominance", "weak selection, large size", self.risk_dominance),
        ]
        lines += [
            f"  {name:<28}{what:<28}{ {1: 'yes', 0: 'tie', -1: 'no'}[sign] }"
            for name, what, sign in rows
            if sign is not None
        ]
        return wrapped(lines)


def invasion_graph(population: Population) -> InvasionGraph:
    """All invasions of a population."""
    logs = fixation.log_probabilities(population)
    s = len(population.states)
    invasions = tuple(
        _invasion(population, logs, i, j)
        for j in range(s)
        for i in range(s)
        if i != j and fixation.invading_population(population, i, j) is not None
    )
    arrows = sum(one.favoured for one in invasions)
    ties = sum(one.invasion == 0 for one in invasions)
    left = {one.resident for one in invasions if one.favoured}
    stay = [_one_name(state) for state in population.states if state not in left]
    drift = f", in {ties} a mutant drifts" if ties else ""
    uninvaded = ", ".join(stay) if stay else "no state"
    return InvasionGraph(
        method="fixation probabilities",
        exact=False,
        complete=True,
        status=(
            f"In {arrows} of {len(invasions)} ordered pairs selection favours invasion and "
            f"replacement{drift}; no arrow leaves {uninvaded}."
            if stay
            else f"In {arrows} of {len(invasions)} ordered pairs selection favours invasion and "
            f"replacement{drift}; an arrow leaves every state."
        ),
        states=population.states,
        size=population.size,
        invasions=invasions,
        long_run=rare_mutation_law(population),
    )


def invasion_test(population: Population, invader: State, resident: State) -> InvasionTest:
    """One invasion, with what the laws predict."""
    i, j = population.state(invader, "invader"), population.state(resident, "resident")
    if fixation.invading_population(population, i, j) is None or i == j:
        raise ValueError(
            f"invader: requires one that differs from the resident in one population, got "
            f"{_one_name(population.states[i])} among {_one_name(population.states[j])}"
        )
    one = _invasion(population, fixation.log_probabilities(population), i, j)
    weak_invasion, weak_replacement, third, risk = _weak_signs(population, i, j)
    verb = WORDS[one.invasion]
    return InvasionTest(
        method="fixation probabilities; signs in exact sums and ball arithmetic",
        exact=False,
        complete=True,
        status=(
            f"Selection {verb} the invasion of {_one_name(one.resident)} by "
            f"{_one_name(one.invader)}: one mutant takes over with probability "
            f"{_probability(one)}, {_times(one)} the neutral one."
        ),
        result=one,
        neutral=Fraction(1, _size(population, i, j)),
        weak_invasion=weak_invasion,
        weak_replacement=weak_replacement,
        one_third=third,
        risk_dominance=risk,
    )


def _invasion(population: Population, logs: NDArray[np.float64], i: int, j: int) -> Invasion:
    size = _size(population, i, j)
    log = float(logs[i, j])
    probability = math.exp(log)
    return Invasion(
        invader=population.states[i],
        resident=population.states[j],
        probability=probability,
        log_probability=log,
        relative=math.exp(log + math.log(size)),
        invasion=_sign_of_invasion(population, i, j, log + math.log(size)),
        replacement=_sign_of_replacement(population, i, j, log, float(logs[j, i])),
    )


def _size(population: Population, i: int, j: int) -> int:
    return population.sizes[fixation.invading_population(population, i, j) or 0]


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _sign_of_invasion(population: Population, i: int, j: int, excess: float) -> int:
    """The sign of ρ − 1/Z; `excess` is log ρZ in floats.

    Sums of exponentials of different rational numbers are never rational (Lindemann and
    Weierstrass), so that ρ = 1/Z only if every S(k) is 0: otherwise ball arithmetic ends.
    """
    if len(population.sizes) == 2:
        return _sign(population.selection) * _sign(fixation.exact_gap(population, i, j)[0])
    if abs(excess) > DOUBTFUL:
        return _sign(excess)
    size = population.sizes[0]
    if fixation.is_rational(population):
        return _sign(fixation.exact_probability(population, i, j) - Fraction(1, size))
    sums, scale = population.pairs.exact_sums(i, j)
    if not any(sums):
        return 0
    rate = population.selection / scale
    before = ctx.prec
    try:
        for bits in (128, 512, 2048, 8192, 32768):
            ctx.prec = bits
            total = arb(-size)
            for value in sums:
                exponent = -value * rate
                total += arb(fmpq(exponent.numerator, exponent.denominator)).exp()
            if not total.contains(0):
                return 1 if total < 0 else -1
    finally:
        ctx.prec = before
    raise ArithmeticError(
        "invader: requires a fixation probability that 32,768 bits tell from 1/Z, got "
        f"{population.states[i]} among {population.states[j]}, nearer to neutral than that"
    )


def _sign_of_replacement(population: Population, i: int, j: int, there: float, back: float) -> int:
    """The sign of ρ minus that of the way back, with both logarithms in floats."""
    if len(population.sizes) == 2:
        return _sign_of_invasion(population, i, j, 0.0)
    if there != back and abs(there - back) > DOUBTFUL:
        return _sign(there - back)
    if fixation.is_rational(population):
        exact = [fixation.exact_probability(population, *pair) for pair in ((i, j), (j, i))]
        return _sign(exact[0] - exact[1])
    return _sign(population.pairs.exact_sums(i, j)[0][-1])


def _weak_signs(population: Population, i: int, j: int) -> tuple[int, int, int | None, int | None]:
    """First-order signs of invasion and replacement, and their limits for large sizes."""
    if len(population.sizes) == 2:
        sign = _sign(fixation.exact_gap(population, i, j)[0])
        return sign, sign, None, None
    pairs = population.pairs
    sums, _ = pairs.exact_sums(i, j)
    payoffs = pairs.exact_payoffs
    gains = payoffs[i, j] - payoffs[j, i, ::-1]
    weights = np.arange(pairs.group, 0, -1)
    return _sign(sum(sums)), _sign(sums[-1]), _sign(weights @ gains), _sign(sum(gains))


def _one_name(state: Name) -> str:
    return state if isinstance(state, str) else f"({', '.join(state)})"


def _probability(one: Invasion) -> str:
    if one.probability > 0 or one.log_probability == -math.inf:
        return f"{one.probability:.3g}"
    return f"10^{one.log_probability / math.log(10):.6g}"


def _times(one: Invasion) -> str:
    if one.relative > 0 or one.log_probability == -math.inf:
        return f"{one.relative:.3g} times"
    return "less than 1e-320 times"
