r"""Heteroclinic connections: from which rest points populations move on to which.

**Exact ones.** Under imitative rules the edges of the state space are invariant, and the flow on
an edge follows the sign of one payoff difference. In one population that is linear in the share,
so that an edge has at most one rest point inside, or rests as a whole; in two populations, where
one of them moves between two strategies while the other keeps its own, it is constant. With two
strategies in one population the same holds for innovative rules.

**Numeric ones.** Where one eigenvalue of a rest point is positive, on a face that the rule keeps,
the states that come from it form a curve. It is followed from a small distance along the
eigenvector, until it comes to another rest point. Faces are those of the strategies in use, alone
and with one invader, for imitative rules; the whole state space for others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, overload

from dilemma.evolution import rules
from dilemma.evolution.rest.answers import RestPoints
from dilemma.evolution.rest.arenas import Arena, State, arena
from dilemma.evolution.rest.landmarks import Landmark, Landmarks, vertex
from dilemma.evolution.rest.resting import called, known_names, rest_points
from dilemma.evolution.rest.verdicts import IMITATIVE, INNOVATIVE
from dilemma.evolution.rest.words import describe_hull, describe_state
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class Connection(Displayed):
    """An orbit from one rest point to another.

    Attributes
    ----------
    source, target : RestPoint or RestContinuum
    strategies : tuple of tuples of str
        Those in use on the way, for each population.
    exact : bool
        True if it was read off the sign of payoffs, False if it was followed numerically.
    words : str
    """

    source: Landmark
    target: Landmark
    strategies: tuple[tuple[str, ...], ...]
    exact: bool
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class Connections(Solution, Sequence[Connection]):
    """The heteroclinic connections that could be read off, or followed.

    Attributes
    ----------
    connections : tuple of Connection
        What the sequence holds: exact ones first.
    rest : RestPoints
        All rest points and continua.
    names : tuple of str
        What rest points and continua are called, in the order (points, continua).
    method, exact, complete, status
        As in every answer of the library; never complete, since orbits inside faces of three
        strategies or more, from points with several positive eigenvalues, are not looked for.
    """

    connections: tuple[Connection, ...]
    rest: RestPoints
    names: tuple[str, ...]

    @overload
    def __getitem__(self, index: int) -> Connection: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Connection, ...]: ...
    def __getitem__(self, index: int | slice) -> Connection | tuple[Connection, ...]:
        return self.connections[index]

    def __len__(self) -> int:
        return len(self.connections)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self.connections)

    def __str__(self) -> str:
        import textwrap

        lines = [self.status, *(f"  {one}" for one in self.connections)]
        return wrapped(textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)

    def path(self, source: str, target: str) -> tuple[Connection, ...]:
        """Return a shortest chain of connections between two rest points, by their names.

        Parameters
        ----------
        source, target : str
            Names as in `names`, such as ``"collaboration"``, or ``"hide against share"``.

        Returns
        -------
        tuple of Connection
            Empty if no chain was found (or both are the same).

        Raises
        ------
        ValueError
            If there is no rest point of that name.
        """
        places = (*self.rest.points, *self.rest.continua)
        for argument, name in (("source", source), ("target", target)):
            if name not in self.names:
                known = "; ".join(self.names)
                raise ValueError(f"{argument}: requires a rest point among {known}, got {name!r}")
        start, goal = places[self.names.index(source)], places[self.names.index(target)]
        reached: dict[int, tuple[Connection, ...]] = {id(start): ()}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            if here is goal:
                return reached[id(here)]
            for one in self.connections:
                if one.source is here and id(one.target) not in reached:
                    reached[id(one.target)] = (*reached[id(here)], one)
                    waiting.append(one.target)
        return ()


def connections(
    game: Any,
    rule: Callable[..., Any] = rules.replicator,
    *,
    populations: int | None = None,
    seed: Any = 0,
) -> Connections:
    r"""Find which rest points populations move between, once disturbed.

    Parameters
    ----------
    game : Game
    rule : function (state, fitness) → velocity
        As for `rest_points`.
    populations : int, optional
        As for `rest_points`.
    seed : anything that `numpy.random.default_rng` takes
        For rules whose rest points are searched for.

    Returns
    -------
    Connections
        A sequence of `Connection`, with ``.path(source, target)``.

    Raises
    ------
    TypeError, ValueError
        As for `rest_points`.

    Notes
    -----
    Complete for the edges, exactly, under imitative rules. Inside larger faces only the curves
    that leave points with one positive eigenvalue on the face are followed.

    References
    ----------
    hofbauer1998 in ``references.bib``.

    Examples
    --------
    How sharing unravels, though all would gain from it:

    >>> from dilemma.game import Game
    >>> ladder = Game.symmetric([[3, 0, 0], [5, 1, 0], [1, 2, 1]], ["share", "take", "leave"])
    >>> found = connections(ladder)
    >>> [str(one) for one in found.path("share", "leave")]
    ['share -> take (exact)', 'take -> leave (exact)']
    """
    place = arena(game, populations)
    names = known_names(rule, place.populations)
    found = rest_points(game, rule, populations=place.populations, seed=seed)
    marks = Landmarks(place, found)
    called_so = tuple(
        [describe_state(place.game, point.shares) for point in found.points]
        + [describe_hull(place.game, one.extreme) for one in found.continua]
    )
    imitative = set(names) <= set(IMITATIVE)
    lines = set(names) <= set(INNOVATIVE) and place.sizes == (2,)
    exact = list(_on_edges(marks)) if imitative or lines else []
    from dilemma.evolution.rest.tracing import traced

    links = dict.fromkeys(exact, True)
    for a, b, strategies in traced(marks, rule, imitative, lines):
        links.setdefault((a, b, strategies), False)
    all_links = [
        Connection(
            source=marks.all[a],
            target=marks.all[b],
            strategies=strategies,
            exact=certain,
            words=f"{called_so[a]} -> {called_so[b]} ({'exact' if certain else 'numeric'})",
        )
        for (a, b, strategies), certain in links.items()
    ]
    count = sum(one.exact for one in all_links)
    return Connections(
        method="signs of payoffs on edges; flow along one-dimensional unstable manifolds",
        exact=count == len(all_links),
        complete=False,
        status=(
            f"{len(all_links)} connections under {called(rule)}: {count} exact, on edges, and "
            f"{len(all_links) - count} numeric; there may be others."
        ),
        connections=tuple(all_links),
        rest=found,
        names=called_so,
    )


def _on_edges(marks: Landmarks) -> Iterator[tuple[int, int, tuple[tuple[str, ...], ...]]]:
    """From which landmark to which the flow goes on each edge, with the edge's strategies."""
    place = marks.place
    for population, size in enumerate(place.sizes):
        others = range(place.sizes[1 - population]) if place.populations == 2 else [None]
        for i, j in combinations(range(size), 2):
            for k in others:
                yield from _along(marks, population, i, j, k)


def _along(
    marks: Landmarks, population: int, i: int, j: int, k: int | None
) -> Iterator[tuple[int, int, tuple[tuple[str, ...], ...]]]:
    """One edge, from i (share 0 of j) to j; k is what the other population keeps to."""
    place = marks.place
    table = place.exact[population]
    if k is None:
        # What j earns more than i, where nobody uses j and where all do.
        low, high = table[j][i] - table[i][i], table[j][j] - table[i][j]
    else:
        low = high = table[j][k] - table[i][k]
    if low == high == 0:
        return
    stops = [Fraction(0), Fraction(1)]
    if low * high < 0:
        stops.insert(1, low / (low - high))
    states = [_on_edge(place, population, i, j, k, stop) for stop in stops]
    numbers = [marks.at(state) for state in states]
    used = []
    for p in range(place.populations):
        chosen = [i, j] if p == population else [k if k is not None else 0]
        used.append(tuple(place.names[p][one] for one in chosen))
    for before, after, a, b in zip(stops, stops[1:], numbers, numbers[1:], strict=False):
        middle = (before + after) / 2
        sign = low + middle * (high - low)
        if sign > 0:
            yield a, b, tuple(used)
        else:
            yield b, a, tuple(used)


def _on_edge(
    place: Arena, population: int, i: int, j: int, k: int | None, share: Fraction
) -> State:
    size = place.sizes[population]
    mixed = tuple(
        share * there + (1 - share) * here
        for here, there in zip(vertex(size, i), vertex(size, j), strict=True)
    )
    if k is None:
        return (mixed,)
    other = vertex(place.sizes[1 - population], k)
    return (mixed, other) if population == 0 else (other, mixed)
