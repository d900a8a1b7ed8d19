"""A finite population that plays a game and learns: the noun, and what can be asked of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.finite import fixation, settings
from dilemma.evolution.finite.pairs import Pairs
from dilemma.game import Game, GroupGame, checking
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import xarray

    from dilemma.evolution.finite.invasion import InvasionGraph, InvasionTest
    from dilemma.evolution.finite.stationarity import LongRun

PROCESSES = ("fermi", "moran", "introspection")
FITNESS = ("exponential", "linear")

Floats = NDArray[np.float64]
# A strategy, or with two populations a pair of them; by names or indices.
State = int | str | tuple[int | str, int | str]


@dataclass(frozen=True, repr=False)
class Population(Displayed):
    r"""One finite population, or two, whose players copy what pays, or try it out.

    Parameters
    ----------
    game : Game or GroupGame
        What is played. In one population a symmetric game.
    size : int, or pair of int
        Z, the number of players, at least 2: of one population, whose players all meet each other
        (never themselves); or (Z₁, Z₂), of two populations, that of the row and that of the column
        players, each of whom meets all players of the other population.
    selection : number of at least 0, or infinity
        β, how strongly payoffs count. 0 is neutral drift. ``math.inf`` is the limit as β grows,
        for rare mutations only.
    process : str
        ``"fermi"``, ``"moran"`` or ``"introspection"``: see Notes.
    mutation : "rare", or a number in (0, 1]
        μ, the probability that the player who is to change takes any other strategy, each
        equally likely. ``"rare"`` is the limit μ → 0: the population is nearly always of one
        strategy, and each mutant's fate is decided before the next one comes (fudenberg2006).
    fitness : str
        Of the Moran process: ``"exponential"``, :math:`F = e^{\beta\pi}`, or ``"linear"``,
        :math:`F = 1 - \beta + \beta\pi`, which must be positive and takes β in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If an argument lies outside its range, or if the game is not symmetric and there is one
        population only.

    Notes
    -----
    **Payoffs.** In one population of :math:`k_j` players of each strategy j,
    :math:`\pi_i = (\sum_j k_j A_{ij} - A_{ii}) / (Z - 1)`; in a `GroupGame` the mean over groups
    drawn without replacement (`GroupGame.sampled_payoffs`). With two populations, the mean over
    the other one: :math:`\pi_i = \sum_j k'_j A_{ij} / Z'`.

    **Steps.** In each, one population is chosen with probability :math:`Z_p / (Z_1 + Z_2)`, and in
    it (n is the number of strategies there):

    - *fermi*, pairwise comparison (traulsen2007): a random player, strategy j, takes a random
      other strategy with probability μ; otherwise it looks at a random other player, strategy i,
      and copies it with probability :math:`1 / (1 + e^{-\beta(\pi_i - \pi_j)})`. So
      :math:`T_{j \to i} = \frac{k_j}{Z} \bigl[(1-\mu) \frac{k_i}{Z-1} \frac{1}{1 +
      e^{-\beta(\pi_i-\pi_j)}} + \frac{\mu}{n-1}\bigr]`.
    - *moran* (nowak2004; exponential fitness traulsen2008): a player is chosen to reproduce with
      probability proportional to F; its offspring is of its strategy, with probability μ of
      another, and replaces a player chosen at random, the parent included.
    - *introspection*: a random player, strategy j, draws one of the other strategies i; with
      probability μ it takes it, otherwise with probability
      :math:`1 / (1 + e^{-\beta(\pi_i' - \pi_j)})`, where :math:`\pi_i'` is what it would earn
      after the switch. Nobody is copied, so that no strategy is lost for good: there are no
      fixation probabilities, and the long run is that of the full chain even if mutations are
      rare.

    Examples
    --------
    In this stag hunt each strategy resists single mutants, the hare far better:

    >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> population = Population(stag_hunt, size=100, selection=1)
    >>> rho = population.fixation_probabilities()
    >>> f"stag among hares {rho[0, 1]:.2g}, hare among stags {rho[1, 0]:.2g}"
    'stag among hares 2.8e-31, hare among stags 1.1e-08'
    >>> print(population.stationary_distribution())
    A population of 100 with rare mutations is most often at all hare: about 100 %
    of its time.
      all hare  1
      all stag  2.61e-23
    """

    game: Game | GroupGame
    size: int | tuple[int, int]
    selection: Any
    process: str = "fermi"
    mutation: Any = "rare"
    fitness: str = "exponential"

    def __post_init__(self) -> None:
        settings.require_game(self.game)
        object.__setattr__(self, "size", settings.sizes_of(self.game, self.size))
        for name, allowed in (("process", PROCESSES), ("fitness", FITNESS)):
            value = getattr(self, name)
            if not isinstance(value, str) or value not in allowed:
                raise ValueError(f"{name}: requires one of {', '.join(allowed)}, got {value!r}")
        if self.fitness == "linear" and self.process != "moran":
            raise ValueError(
                f'fitness: requires process="moran" to be linear, got process={self.process!r}'
            )
        object.__setattr__(self, "mutation", settings.mutation_of(self.mutation))
        object.__setattr__(self, "selection", settings.selection_of(self.selection))
        if self.fitness == "linear" and self.selection > 1:
            raise ValueError(
                "selection: requires a number in [0, 1] for linear fitness, 1 - selection + "
                f"selection * payoff, got {self.selection}"
            )
        if math.isinf(self.selection) and (
            self.mutation != "rare" or self.process == "introspection"
        ):
            raise ValueError(
                "selection: requires a finite number unless mutations are rare and strategies "
                "are copied, got infinity"
            )

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of players of each population."""
        return (self.size,) if isinstance(self.size, int) else self.size

    @cached_property
    def strategies(self) -> tuple[tuple[str, ...], ...]:
        """The names of the strategies of each population."""
        if isinstance(self.game, GroupGame):
            return (self.game.strategies,)
        return self.game.strategies[: len(self.sizes)]

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many strategies each population has."""
        return tuple(len(names) for names in self.strategies)

    @cached_property
    def states(self) -> tuple[str, ...] | tuple[tuple[str, str], ...]:
        """What a population of one strategy can be: names, or pairs of them, row by row."""
        if len(self.strategies) == 1:
            return self.strategies[0]
        return tuple((one, other) for one in self.strategies[0] for other in self.strategies[1])

    @cached_property
    def pairs(self) -> Pairs:
        """What any two strategies of one population earn among themselves."""
        return Pairs(self.game, self.sizes[0])

    def payoffs(self, counts: Sequence[Any]) -> tuple[Any, ...]:
        """Return what each strategy earns in a composition of the population, exactly.

        Parameters
        ----------
        counts : sequence of n int, or with two populations a pair of such sequences
            How many players there are of each strategy.

        Returns
        -------
        tuple of Fraction or None, or a pair of such tuples
            None for a strategy that nobody plays.

        Raises
        ------
        TypeError, ValueError
            If the counts are not those of such a population.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> Population(stag_hunt, 5, 1).payoffs([2, 3])
        (Fraction(1, 1), Fraction(5, 2))
        """
        first, *rest = self.composition(counts, "counts")
        if isinstance(self.game, GroupGame):
            return self.game.sampled_payoffs(first)
        matrices = self.game.exact_payoffs
        if not rest:
            others = sum(first) - 1
            return tuple(
                (sum((k * v for k, v in zip(first, row, strict=True)), -row[i])) / others
                if first[i]
                else None
                for i, row in enumerate(matrices[0])
            )
        sides = ((first, rest[0], matrices[0]), (rest[0], first, matrices[1].T))
        return tuple(
            tuple(
                sum((k * v for k, v in zip(partners, row, strict=True)), Fraction(0))
                / sum(partners)
                if own[i]
                else None
                for i, row in enumerate(matrix)
            )
            for own, partners, matrix in sides
        )

    def composition(self, counts: Any, name: str) -> tuple[tuple[int, ...], ...]:
        """Read how many players there are of each strategy, of each population."""
        parts = [counts]
        if len(self.sizes) == 2:
            if isinstance(counts, str) or not isinstance(counts, (Sequence, np.ndarray)):
                raise TypeError(f"{name}: requires counts of both populations, got {counts!r}")
            parts = list(counts)
            if len(parts) != 2:
                raise ValueError(
                    f"{name}: requires counts of both populations, got {len(parts)} parts"
                )
        return tuple(
            checking.composition(part, size, len(names), name, "players")
            for part, size, names in zip(parts, self.sizes, self.strategies, strict=True)
        )

    def state(self, wanted: State, name: str) -> int:
        """Return the place among `states` of a strategy, or pair, by names or indices."""
        if len(self.strategies) == 1:
            if isinstance(wanted, (tuple, list)):
                raise TypeError(f"{name}: requires one strategy, got {wanted!r}")
            return checking.chosen([wanted], self.strategies[0], name)[0]
        if not isinstance(wanted, (tuple, list)) or len(wanted) != 2:
            raise TypeError(
                f"{name}: requires a pair of strategies, one of each population, got {wanted!r}"
            )
        row, column = (
            checking.chosen([one], names, name)[0]
            for one, names in zip(wanted, self.strategies, strict=True)
        )
        return row * len(self.strategies[1]) + column

    def fixation_probabilities(self) -> Floats:
        r"""Return the probability that a single mutant's strategy takes over, for every pair.

        Returns
        -------
        numpy.ndarray of float64, shape (s, s), read-only
            Entry [invader, resident]: in a population that is otherwise all resident, one player
            of the invading strategy is there, and no other mutation happens. On the diagonal that
            of a mutant which differs in nothing, 1/Z. With two populations rows and columns stand
            for the pairs of `states`: entry [(i, b), (a, b)] is that of an i-player in the row
            population of a, partners all b; 0 where both differ (it takes two mutants), NaN on
            the diagonal. Probabilities below 5e-324 are 0; `log_fixation_probabilities` keeps
            them.

        Raises
        ------
        ValueError
            For introspection, where no strategy is lost; for linear fitness that isn't positive;
            for groups that are larger than the population.

        Notes
        -----
        The relative error is a few roundings times the largest exponent, which is about
        β · Z · payoff differences; n² Z exponentials.

        References
        ----------
        karlin1975, nowak2004, traulsen2007 in ``references.bib``.

        Examples
        --------
        >>> hawks_and_doves = Game.symmetric([["-1/2", 2], [0, 0]], ["hawk", "dove"])
        >>> rho = Population(hawks_and_doves, 100, 1).fixation_probabilities()
        >>> print(f"{rho[0, 1]:.13f}")
        0.8641155742463
        """
        result = fixation.probabilities(self)
        result.setflags(write=False)
        return result

    def log_fixation_probabilities(self) -> Floats:
        """Return natural logarithms of `fixation_probabilities`: good far below 1e-308.

        Returns
        -------
        numpy.ndarray of float64, shape (s, s), read-only
            -inf for a probability of 0.

        Raises
        ------
        ValueError
            As `fixation_probabilities`.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> logs = Population(stag_hunt, 10_000, 1).log_fixation_probabilities()
        >>> print(f"{logs[0, 1]:.6g}")
        -6672.64
        """
        result = fixation.log_probabilities(self)
        result.setflags(write=False)
        return result

    def exact_fixation_probabilities(self) -> NDArray[np.object_]:
        """Return `fixation_probabilities` as Fractions, where they are rational numbers.

        Returns
        -------
        numpy.ndarray of Fraction, shape (s, s), read-only
            None on the diagonal for two populations.

        Raises
        ------
        ValueError
            As `fixation_probabilities`; and if selection is neither linear (Moran) nor 0 nor
            infinite, since exponentials are irrational.

        Examples
        --------
        >>> prisoners = Game.symmetric([[3, 1], [4, 2]], ["share", "hide"])
        >>> population = Population(prisoners, 3, "1/2", "moran", fitness="linear")
        >>> population.exact_fixation_probabilities()[0, 1]
        Fraction(3, 19)
        """
        result = fixation.exact_probabilities(self)
        result.setflags(write=False)
        return result

    def stationary_distribution(self) -> LongRun:
        """Return how much of its time the population spends in each state, in the long run.

        Returns
        -------
        LongRun
            For rare mutations, of the states of one strategy (`states`); for a mutation rate, and
            for introspection, of all compositions.
        """
        from dilemma.evolution.finite.stationarity import long_run

        return long_run(self)

    def simulate(
        self,
        steps: int | None = None,
        start: Sequence[Any] | None = None,
        runs: int = 1,
        every: int | None = None,
        burn_in: int = 0,
        seed: Any = None,
        progress: bool = False,
    ) -> xarray.Dataset:
        """Simulate the population step by step.

        Parameters
        ----------
        steps : int, optional
            By default 1,000 generations, each of as many steps as there are players.
        start, runs, every, burn_in, seed, progress
            As for `dilemma.evolution.simulate`.

        Returns
        -------
        xarray.Dataset
            Counts over the dims `run`, `time` and `strategy`, mean shares with standard errors,
            and the frequency of each composition.

        Raises
        ------
        TypeError, ValueError
            If an argument lies outside its range, or mutations are rare.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> population = Population(stag_hunt, size=20, selection=1, mutation=0.05)
        >>> result = population.simulate(steps=10_000, seed=1)
        >>> dict(result.sizes) == {"run": 1, "time": 1000, "strategy": 2, "state": 21}
        True
        """
        from dilemma.evolution.finite.simulating import simulate

        length = 1000 * sum(self.sizes) if steps is None else steps
        return simulate(self, length, start, runs, every, burn_in, seed, progress)

    def invasion_graph(self) -> InvasionGraph:
        """Return which strategies invade and replace which, compared with neutral drift.

        Returns
        -------
        InvasionGraph

        Raises
        ------
        ValueError
            As `fixation_probabilities`.

        Examples
        --------
        >>> names = ["rock", "paper", "scissors"]
        >>> game = Game.symmetric([[0, -1, 2], [2, 0, -1], [-1, 2, 0]], names)
        >>> print(Population(game, 50, 1).invasion_graph())
        In 3 of 6 ordered pairs selection favours invasion and replacement; an arrow
        leaves every state.
          rock -> paper: 43.3 times the neutral probability
          paper -> scissors: 43.3 times the neutral probability
          scissors -> rock: 43.3 times the neutral probability
        """
        from dilemma.evolution.finite.invasion import invasion_graph

        return invasion_graph(self)

    def favoured(self, invader: State, resident: State) -> InvasionTest:
        """Return whether selection favours one strategy among others, and what the laws say.

        Parameters
        ----------
        invader, resident : int or str, or with two populations pairs of them
            Strategies by index or name.

        Returns
        -------
        InvasionTest

        Raises
        ------
        ValueError
            As `fixation_probabilities`; if invader and resident are the same, or, with two
            populations, differ in both.

        Examples
        --------
        >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
        >>> print(Population(stag_hunt, 100, "1/100").favoured("hare", "stag"))
        Selection opposes the invasion of stag by hare: one mutant takes over with
        probability 0.00998, 0.998 times the neutral one.
          invasion                    rho > 1/Z                   no
          replacement                 rho > rho of the way back   yes
          invasion, weak selection    first order, this size      yes
          replacement, weak selection first order, this size      yes
          one-third law               weak selection, large size  tie
          risk dominance              weak selection, large size  yes
        """
        from dilemma.evolution.finite.invasion import invasion_test

        return invasion_test(self, invader, resident)

    def __repr__(self) -> str:
        names = "; ".join(", ".join(names) for names in self.strategies)
        players = " and ".join(f"{size:,}" for size in self.sizes)
        linear = ", linear" if self.fitness == "linear" else ""
        rate = "rare mutations" if self.mutation == "rare" else f"mutation {self.mutation}"
        return (
            f"<Population of {players}: {names}; {self.process}{linear}, "
            f"selection {self.selection}, {rate}>"
        )
