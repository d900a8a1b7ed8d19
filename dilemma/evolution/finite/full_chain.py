r"""The long run of a finite population at any rate of mutation: the law of its full chain.

With mutation the chain of all compositions has one stationary law. Three ways lead to it:

- with two strategies in one population the chain only ever moves to a neighbour, and the law is
  a product of ratios, :math:`\pi_{k+1} / \pi_k = T_{k \to k+1} / T_{k+1 \to k}`, taken in logs:
  right at any size, however rarely the population changes sides (karlin1975);
- a chain of few states is solved directly, without a subtraction (grassmann1985);
- any other by aggregation on several levels (`dilemma.arrays.aggregation`).

**What certifies the answer** is not the residual alone: where a population hardly ever leaves some
sets of states, *wells*, laws with quite wrong weights of the wells have residuals below rounding.
So the answer carries the agreement of the wells' weights with the law of the chain that watches
only the wells, and is complete only if both are in order.

Sources: karlin1975, grassmann1985, takahashi1975, koury1984, horton1994.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.aggregation import (
    COARSEST,
    DEPTH,
    SMALLEST,
    IncomingFlows,
    LargeLaw,
    Wells,
    find_wells,
    incoming_flows,
    solve_by_aggregation,
    solve_directly,
)
from dilemma.arrays.compositions import Lattice
from dilemma.evolution.finite.stationarity import LastingStates, LongRun, described
from dilemma.evolution.finite.stepping import Steps, steps_of, transitions
from dilemma.game import checking
from dilemma.game.display import WIDTH
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import xarray

    from dilemma.evolution.finite.populations import Population

Floats = NDArray[np.float64]
Counts = tuple[int, ...] | tuple[tuple[int, ...], ...]

# Chains of at most so many states are solved directly.
DIRECT = 700
# So many where floats do not reach: some ten seconds.
DIRECT_IN_LOGS = 1300
# How much rounded payoffs may change the law, relatively, before the answer is doubtful.
ROUNDING = 1e-6
# Wells that are named in words.
SHOWN = 6


@dataclass(frozen=True)
class Well(Displayed):
    """A set of states around a peak of the long-run law, which the population seldom leaves.

    Attributes
    ----------
    peak : tuple of int, or pair of such tuples
        The most probable composition.
    weight : float
        The long-run share of time spent in the well.
    words : str
    """

    peak: Counts
    weight: float
    words: str

    def __str__(self) -> str:
        return f"{self.words}: {self.weight:.4g}"


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class FullChainLaw(LongRun):
    r"""How much of its time a population spends in each composition, with what certifies it.

    Attributes
    ----------
    population, states, classes, absorption
        As in `LongRun`: the states are all compositions, in lexicographic order, and there is one
        class. The law is `probabilities`, or `log_probabilities`.
    wells : tuple of Well
        The most probable first. Each state belongs to one, and the weights sum to 1.
    well_of : numpy.ndarray of int, shape (states,), read-only
        The place in `wells` of each state's well.
    residual : float
        The sum of :math:`|\pi P - \pi|` over the states.
    imbalance : float
        The largest relative difference between the flows into a state and out of it.
    agreement : float
        The largest relative difference between the weights of the wells and the law of the chain
        that watches only the wells; 0 if there is but one well, or if the method is in logs and
        right by construction.
    cycles : int
        Of aggregation; 0 for other methods.
    method, exact, complete, status
        As in every answer. Complete if all three measures are in order.
    """

    wells: tuple[Well, ...]
    well_of: NDArray[np.int32]
    residual: float
    imbalance: float
    agreement: float
    cycles: int

    def __str__(self) -> str:
        lines = textwrap.wrap(self.status, WIDTH)
        names = labels(self.population.strategies)
        wide = min(max(map(len, names)), WIDTH - 14)
        shares = [share for part in self.shares for share in part]
        lines.append("mean shares")
        lines += [
            f"  {name if len(name) <= wide else name[: wide - 3] + '...':<{wide}}  {share:.4g}"
            for name, share in zip(names, shares, strict=True)
        ]
        lines.append("wells, by their most probable composition")
        for well in self.wells[:SHOWN]:
            lines += textwrap.wrap(str(well), WIDTH, initial_indent="  ", subsequent_indent="    ")
        if len(self.wells) > SHOWN:
            rest = sum(well.weight for well in self.wells[SHOWN:])
            lines.append(f"  {len(self.wells) - SHOWN} others: {rest:.4g}")
        lines.append(f"residual {self.residual:.1e}, agreement {self.agreement:.1e}")
        return wrapped(lines)

    def counts_of(self, strategy: str | int, population: int = 0) -> Floats:
        """Return how probable each number of players of one strategy is, in the long run.

        Parameters
        ----------
        strategy : str or int
            By name or index.
        population : int
            0, or 1 for the column players of two populations.

        Returns
        -------
        numpy.ndarray of shape (size + 1,)

        Raises
        ------
        ValueError
            If there is no such population or strategy.
        """
        sizes, strategies = self.population.sizes, self.population.strategies
        if population not in range(len(sizes)):
            raise ValueError(
                f"population: requires one of {', '.join(map(str, range(len(sizes))))}, got "
                f"{population!r}"
            )
        (place,) = checking.chosen([strategy], strategies[population], "strategy")
        column = place + (len(strategies[0]) if population else 0)
        counts = self.states[:, column]
        length = sizes[population] + 1
        return np.asarray(np.bincount(counts, self.probabilities, length), dtype=np.float64)

    @property
    def dataset(self) -> xarray.Dataset:
        """The law as an `xarray.Dataset`, over the dims `state` and `strategy`, for pictures.

        With two populations the strategies are named ``row: NAME`` and ``column: NAME``.
        """
        import xarray

        return xarray.Dataset(
            {
                "probability": ("state", self.probabilities),
                "log_probability": ("state", self.log_probabilities),
                "count": (("state", "strategy"), self.states),
                "well": ("state", self.well_of),
                "share": ("strategy", [share for part in self.shares for share in part]),
            },
            coords={"strategy": labels(self.population.strategies)},
            attrs={
                "dilemma": "stationary law of a population",
                "sizes": " ".join(map(str, self.population.sizes)),
                "residual": self.residual,
                "agreement": self.agreement,
                "method": self.method,
                "status": self.status,
            },
        )


def stationary_law(
    population: Population,
    tolerance: float = 1e-12,
    most_cycles: int = 300,
    progress: bool = False,
) -> FullChainLaw:
    r"""Return the long-run law of the full chain of a finite population, with its certificate.

    Parameters
    ----------
    population : Population
        With a rate of mutation above 0; introspection may have rare mutations.
    tolerance : float
        The residual to reach where the law is found by cycles.
    most_cycles : int
        After which the answer is given as it is, and says so.
    progress : bool
        Whether to show how the residual falls.

    Returns
    -------
    FullChainLaw

    Raises
    ------
    ValueError
        If mutations are rare, or there are more than 20,000,000 states; if a number is out of
        range.

    Notes
    -----
    Two strategies: as many operations as states. Up to 700 states: their number cubed. More: 15 to
    60 cycles that each read the chain about ten times; five strategies of 100 players, 4.6 million
    states, take a few minutes and 4 GB.

    References
    ----------
    karlin1975, grassmann1985, takahashi1975, koury1984, horton1994 in ``references.bib``.

    Examples
    --------
    Two firms' postures resist each other's mutants; a law with the weights of the two wells
    exchanged would have a residual of 1e-16 too:

    >>> from dilemma.evolution import Population
    >>> from dilemma.game import Game
    >>> game = Game.symmetric([[4, 0], [0, 3]], ["share", "hide"])
    >>> law = stationary_law(Population(game, size=50, selection=1, mutation=0.001))
    >>> law.method, law.complete
    ('the product of ratios, in logs', True)
    >>> for well in law.wells:
    ...     print(well)
    all share: 1
    all hide: 3.077e-10
    >>> law.residual < 1e-15
    True
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance: requires a number in (0, 1), got {tolerance!r}")
    if not isinstance(most_cycles, int) or most_cycles < 1:
        raise ValueError(
            f"most_cycles: requires a whole number of at least 1, got {most_cycles!r}"
        )
    steps = steps_of(population, "the full chain")
    lattice = steps.lattice
    flows = incoming_flows(*transitions(steps))
    with np.errstate(under="ignore", divide="ignore", invalid="ignore"):
        if lattice.parts == (2,):
            method = "the product of ratios, in logs"
            found, log_law = _product(flows)
        elif lattice.count <= DIRECT:
            method = "elimination (Grassmann, Taksar and Heyman)"
            found = solve_directly(flows)
            log_law = np.log(found.law)
            if found.law.min() < SMALLEST:
                method += ", in logs"
                found, log_law = _solve_in_logs(flows)
        else:
            method = "aggregation on several levels"
            found = solve_by_aggregation(
                flows, _groupings(lattice), tolerance, most_cycles, progress
            )
            log_law = np.log(found.law)
            if _leaves_floats(found) and lattice.count <= DIRECT_IN_LOGS:
                method = "elimination (Grassmann, Taksar and Heyman), in logs"
                found, log_law = _solve_in_logs(flows)
    return _answer(population, steps, found, log_law, method)


def _groupings(lattice: Lattice) -> list[NDArray[np.int32]]:
    """Halve the lattice until it is small."""
    groupings = []
    while lattice.count > COARSEST:
        lattice, halves = lattice.half()
        groupings.append(halves)
    return groupings


def _product(flows: IncomingFlows) -> tuple[LargeLaw, Floats]:
    """The law of a chain on a line, in logs."""
    states = len(flows.leaving)
    rows = np.repeat(np.arange(states), np.diff(flows.starts))
    logs = np.log(flows.rate)
    up, down = logs[flows.source < rows], logs[flows.source > rows]
    log_law = np.concatenate([[0.0], np.cumsum(up - down)])
    return _from_logs(flows, log_law)


def _solve_in_logs(flows: IncomingFlows) -> tuple[LargeLaw, Floats]:
    """Elimination for a chain whose law leaves the range of floats."""
    from dilemma.arrays.chains import log_stationary_laws

    states = len(flows.leaving)
    logs = np.full((states, states), -np.inf)
    rows = np.repeat(np.arange(states), np.diff(flows.starts))
    logs[flows.source, rows] = np.log(flows.rate)
    classes = log_stationary_laws(logs)
    found, log_law = _from_logs(flows, np.array(classes[0].law))
    if len(classes) > 1:
        object.__setattr__(found, "converged", False)
    return found, log_law


def _from_logs(flows: IncomingFlows, log_law: Floats) -> tuple[LargeLaw, Floats]:
    """A law whose logarithms are right, with its wells found on a compressed scale."""
    sound = not np.any(np.isnan(log_law)) and bool(np.all(log_law < np.inf))
    # Rates below the normal floats have lost digits, or all of them.
    whole = bool(np.all(flows.rate >= np.finfo(float).tiny))
    highest = log_law.max() if sound else 0.0
    log_law = log_law - highest
    log_law = log_law - np.log(np.exp(log_law).sum())
    law = np.exp(log_law)
    scale = max(1.0, -float(log_law.min()) / 600) if sound else 1.0
    if sound and np.isfinite(scale):
        wells = find_wells(flows, np.exp(log_law / scale), DEPTH ** (1 / scale), 0.0)
        count = len(wells.peaks)
        weights = np.asarray(np.bincount(wells.basin, law, count), dtype=np.float64)
        # Right by construction: the law was not found by cycles that might have stopped early.
        wells = Wells(wells.basin, wells.peaks, weights, weights, 0.0)
    else:
        wells, whole = find_wells(flows, law), False
    residual, relative = flows.balance(law)
    return LargeLaw(law, residual, relative, wells, 0, whole), log_law


def _answer(
    population: Population, steps: Steps, found: LargeLaw, log_law: Floats, method: str
) -> FullChainLaw:
    lattice = steps.lattice
    states = lattice.states
    certain = steps.rounding <= ROUNDING
    order = np.argsort(-found.wells.weights, kind="stable")
    wells = tuple(
        Well(
            peak=_shape(states[found.wells.peaks[place]], lattice),
            weight=float(found.wells.weights[place]),
            words=described(population, states[found.wells.peaks[place]]),
        )
        for place in order
    )
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    well_of = ranks[found.wells.basin]
    for array in (found.law, log_law, well_of):
        array.setflags(write=False)
    whole = LastingStates(range(lattice.count), found.law, log_law)
    return FullChainLaw(
        method=method,
        exact=False,
        complete=found.converged and certain,
        status=_status(lattice.count, found, method, certain),
        population=population,
        states=states,
        classes=(whole,),
        absorption=np.broadcast_to(1.0, (lattice.count, 1)),
        wells=wells,
        well_of=well_of,
        residual=found.residual,
        imbalance=found.imbalance,
        agreement=found.wells.agreement,
        cycles=found.cycles,
    )


def _leaves_floats(found: LargeLaw) -> bool:
    """Whether probabilities, or the flows between wells, are too small for floats."""
    return not np.isfinite(found.wells.agreement) or bool(found.law.min() < SMALLEST)


def _status(count: int, found: LargeLaw, method: str, certain: bool) -> str:
    wells = len(found.wells.peaks)
    start = "The law of the only state" if count == 1 else f"The law of all {count:,} states"
    start += f", by {method}"
    if not certain:
        return (
            f"Doubtful: {start[0].lower()}{start[1:]}, rests on payoffs whose rounding, times "
            "selection and size, may change it; take weaker selection or smaller payoffs."
        )
    if found.converged:
        if wells == 1:
            return f"{start}; it has one well, so that the residual certifies it."
        return f"{start}; it agrees with the chain that watches only its {wells} wells."
    if _leaves_floats(found):
        return (
            f"Unresolved: {start[0].lower()}{start[1:]}, leaves the range of floats in some "
            "compositions, so that wells beyond them may be lost; take more mutation, weaker "
            'selection, or, where strategies are copied, mutation="rare".'
        )
    return (
        f"Unresolved: {start[0].lower()}{start[1:]}, has residual {found.residual:.1e}, its "
        f"states are balanced to {found.imbalance:.1e}, and the weights of its wells ({wells}) "
        f"agree with their own chain to {found.wells.agreement:.1e}; allow more cycles."
    )


def _shape(state: NDArray[Any], lattice: Lattice) -> Counts:
    parts = np.split(state, np.cumsum(lattice.parts)[:-1])
    counts = tuple(tuple(int(k) for k in part) for part in parts)
    return counts[0] if len(counts) == 1 else counts


def labels(strategies: tuple[tuple[str, ...], ...]) -> list[str]:
    """The names of the strategies of all populations, told apart."""
    if len(strategies) == 1:
        return list(strategies[0])
    return [
        f"{who}: {name}"
        for who, names in zip(("row", "column"), strategies, strict=True)
        for name in names
    ]
