"""Network architects: firms that stand firm for the goal, stand at the centre, or build ties.

matinheikki2017 names network architects as moderators of collective goal formation. What such a
firm does is formalised in three ways here, which is ours: it holds on to the goal, whoever it
hears (a stubborn firm, in the words of the literature on opinions); it does so from the most
central place of the network; or it brings firms together, by ties that were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.collective.aligning.answers import said
from dilemma.collective.aligning.centers import most_central
from dilemma.collective.aligning.graphs import Tie
from dilemma.collective.aligning.networks import GoalNetwork
from dilemma.collective.aligning.terms import BY_NAME, read_value
from dilemma.game.display import listed
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

KINDS = ("stubborn", "central", "ties")
# Up to so many choices of ties all are tried.
MOST_TRIED = 2000


@dataclass(frozen=True, kw_only=True, repr=False)
class ArchitectEffect(Solution):
    """A network with an architect, and what the architect changes.

    Attributes
    ----------
    network : GoalNetwork
        With the architect.
    before : GoalNetwork
        Without.
    kind : {"stubborn", "central", "ties"}
    firm : str or None
        The architect; None where ties between any two firms may be built.
    centrality : str or None
        By which it is the most central one.
    built : tuple of (str, str)
        Ties built: of a directed network, listener first.
    tried : int
        How many choices of ties were tried.
    values, commitments, alignments : pair of numbers
        Of the network (alignment: the firms' mean), before and after.
    """

    network: GoalNetwork
    before: GoalNetwork
    kind: str
    firm: str | None
    centrality: str | None
    built: tuple[tuple[str, str], ...]
    tried: int
    values: tuple[Any, Any]
    commitments: tuple[Any, Any]
    alignments: tuple[Any, Any]

    @property
    def effect(self) -> Any:
        """How much the value of the network rises."""
        return self.values[1] - self.values[0]

    def __str__(self) -> str:
        lines = [self.status]
        for name, pair in (
            ("value", self.values),
            ("total commitment", self.commitments),
            ("mean alignment", self.alignments),
        ):
            change = pair[1] - pair[0]
            sign = "+" if change > 0 else ""
            lines.append(f"  {name}: {said(pair[0])} -> {said(pair[1])} ({sign}{said(change)})")
        return wrapped(lines)


def architect(
    network: GoalNetwork,
    kind: str,
    firm: Any = None,
    *,
    view: Any = None,
    centrality: str = "degree",
    ties: int = 1,
    weight: Any = 1,
) -> ArchitectEffect:
    """Give a network an architect, and measure what that changes.

    Parameters
    ----------
    network : GoalNetwork
        All of its terms numbers.
    kind : {"stubborn", "central", "ties"}
        "stubborn": a firm holds on to the goal (λ = 0, and its view is the goal). "central": the
        same, by the most central firm. "ties": new ties, those after which the network is worth
        most.
    firm : str or int
        A firm's name, or its place from 0: the stubborn one. For "ties" it may be left out;
        if it is given, one end of each new tie is this firm.
    view : in [0, 1], one for each dimension, optional
        What the architect stands for; the goal if left out. Required if the goal is "mean".
    centrality : str
        For "central": "degree" (ties by which others listen to it, by weight), "closeness",
        "betweenness", "eigenvector" or "pagerank" as networkx has them, all on the tie weights
        (distances are their inverses), or "influence": the mean share of settled views that comes
        from the firm's own beginning, with distances of domains and susceptibilities. Of several
        that are the most central the first.
    ties : int
        How many ties to build.
    weight : number
        Of each new tie.

    Returns
    -------
    ArchitectEffect
        All choices of ties are tried if there are at most 2,000; otherwise ties are added one by
        one, each the best at its turn, which need not be the best choice: the answer is not
        complete then, and says so.

    Raises
    ------
    TypeError, ValueError
        If there is no such kind, firm or centrality, too few pairs of firms are without a tie, or
        views do not settle.
    ModuleNotFoundError
        If a centrality requires networkx and it is not installed.

    References
    ----------
    matinheikki2017 in ``references.bib`` for the claim; the forms are ours.

    Examples
    --------
    A star whose centre stands for the goal, and one whose first leaf does:

    >>> star = GoalNetwork([[0, 1, 1], [1, 0, 0], [1, 0, 0]], 0)
    >>> print(architect(star, "central"))
    Firm 1, the most central by degree, stands for the goal: value rises by 3.
      value: 0 -> 3 (+3)
      total commitment: 0 -> 2 (+2)
      mean alignment: 0 -> 2/3 (+2/3)
    >>> architect(star, "stubborn", "2").effect
    Fraction(86, 49)
    """
    if not isinstance(network, GoalNetwork):
        raise TypeError(f"network: requires a GoalNetwork, got {type(network).__name__}")
    if network.kind == "symbol":
        raise TypeError("network: requires numbers for all terms, got symbols")
    if kind not in KINDS:
        raise ValueError(f"kind: requires one of {', '.join(KINDS)}, got {kind!r}")
    if kind == "ties":
        return _builder(network, firm, ties, weight)
    place, measure = 0, None
    if kind == "stubborn":
        if firm is None:
            raise ValueError("firm: requires the firm that stands for the goal, got none")
        place = network.place_of(firm)
    else:
        if firm is not None:
            raise ValueError(
                f"firm: requires none for a central architect, who is found, got {firm!r}"
            )
        place, measure = most_central(network, centrality), centrality
    new = standing(network, place, view)
    name = network.firms[place]
    who = f"Firm {name}" + (f", the most central by {measure}," if measure else "")
    return _measured(
        network,
        new,
        kind=kind,
        firm=name,
        centrality=measure,
        tried=0,
        words=f"{who} stands for {'the goal' if view is None else 'its view'}",
    )


def standing(network: GoalNetwork, place: int, view: Any = None) -> GoalNetwork:
    """Return the network whose firm at a place holds on to the goal.

    Examples
    --------
    >>> standing(GoalNetwork(2, 0), 0).goals().views
    ((Fraction(1, 1),), (Fraction(1, 2),))
    """
    own = None
    if view is None and isinstance(network.goal, str):
        raise ValueError(
            'view: requires what the architect stands for where the goal is "mean", got none'
        )
    if view is not None:
        given = view.tolist() if isinstance(view, np.ndarray) else view
        parts = given if isinstance(given, (tuple, list)) else (given,) * network.dimensions
        if len(parts) != network.dimensions:
            raise ValueError(
                f"view: requires {network.dimensions} numbers, one for each dimension, "
                f"got {len(parts)}"
            )
        own = tuple(read_value(BY_NAME["views"], one, "view") for one in parts)
    new = network.replace()
    held = (*((k, one) for k, one in network.standing if k != place), (place, own))
    object.__setattr__(new, "standing", tuple(sorted(held, key=lambda one: one[0])))
    return _marked(new, (place,), ())


def _marked(
    network: GoalNetwork, places: tuple[int, ...], built: tuple[tuple[int, int], ...]
) -> GoalNetwork:
    """A network that knows its architects and what they built."""
    object.__setattr__(network, "architects", tuple(sorted({*network.architects, *places})))
    object.__setattr__(network, "built", (*network.built, *built))
    return network


def _builder(network: GoalNetwork, firm: Any, ties: Any, weight: Any) -> ArchitectEffect:
    if isinstance(ties, bool) or not isinstance(ties, (int, np.integer)):
        raise TypeError(f"ties: requires a whole number of at least 1, got {ties!r}")
    if ties < 1:
        raise ValueError(f"ties: requires a whole number of at least 1, got {ties}")
    strength = fraction(weight, "weight")
    if strength <= 0:
        raise ValueError(f"weight: requires a number above 0, got {weight}")
    place = None if firm is None else network.place_of(firm)
    free = _untied(network, place)
    if len(free) < ties:
        raise ValueError(
            f"ties: requires at most {len(free)}, as many pairs as are without a tie, got {ties}"
        )
    places = () if place is None else (place,)

    def made(chosen: Iterable[tuple[int, int]]) -> GoalNetwork:
        return _marked(with_ties(network, chosen, strength), places, tuple(chosen))

    many = comb(len(free), int(ties))
    if many <= MOST_TRIED:
        best, ambiguous = _best(combinations(free, int(ties)), made)
        tried, greedy = many, False
    else:
        best, tried, ambiguous = (), 0, 0
        for _ in range(int(ties)):
            steps = [(*best, one) for one in free if one not in best]
            tried += len(steps)
            best, ambiguous = _best(steps, made)
        greedy = bool(ties > 1)
    new = made(best)
    pairs = listed([f"{network.firms[i]}-{network.firms[j]}" for i, j in best])
    who = "An architect" if place is None else f"Firm {network.firms[place]}"
    words = f"{who} builds {pairs}, "
    if greedy:
        words += (
            f"one by one, each the best at its turn ({tried:,} tried of {many:,} choices, so that "
            "others may be better)"
        )
    else:
        words += f"the best of {many:,} {'choice' if many == 1 else 'choices'}"
        if ambiguous > 1:
            words += f" (the first of {ambiguous} that are as good)"
    return _measured(
        network,
        new,
        kind="ties",
        firm=None if place is None else network.firms[place],
        centrality=None,
        tried=tried,
        words=words,
        complete=not greedy,
    )


def with_ties(
    network: GoalNetwork, pairs: Iterable[tuple[int, int]], weight: Fraction
) -> GoalNetwork:
    """Return the network with ties added; of a directed one, the first of a pair listens.

    Examples
    --------
    >>> with_ties(GoalNetwork([[0, 0], [0, 0]], [0, 1]), [(0, 1)], Fraction(1)).value()
    Fraction(11, 9)
    """
    added: list[Tie] = [(i, j, weight) for i, j in pairs]
    if not network.directed:
        added += [(j, i, weight) for i, j, _ in added]
    new = network.replace()
    object.__setattr__(new, "ties", tuple(sorted((*network.ties, *added))))
    return new


def _untied(network: GoalNetwork, place: int | None) -> list[tuple[int, int]]:
    there = {(i, j) for i, j, _ in network.ties}
    size = network.size
    return [
        (i, j)
        for i in range(size)
        for j in range(size)
        if i != j
        and (network.directed or i < j)
        and (i, j) not in there
        and (place is None or place in (i, j))
    ]


def _best(
    choices: Iterable[Sequence[tuple[int, int]]],
    made: Callable[[Sequence[tuple[int, int]]], GoalNetwork],
) -> tuple[tuple[tuple[int, int], ...], int]:
    """The first of the choices after which the network is worth most, and how many are as good."""
    best: tuple[tuple[int, int], ...] = ()
    value: Any = None
    alike = 0
    for one in choices:
        try:
            worth = made(one).value()
        except ValueError:  # views that go round are worth nothing that could be compared
            continue
        if value is None or worth > value:
            best, value, alike = tuple(one), worth, 1
        elif worth == value:
            alike += 1
    if value is None:
        raise ValueError("ties: requires a choice after which views settle, got none")
    return best, alike


def _measured(
    before: GoalNetwork,
    after: GoalNetwork,
    *,
    kind: str,
    firm: str | None,
    centrality: str | None,
    tried: int,
    words: str,
    complete: bool = True,
) -> ArchitectEffect:
    values = (before.value(), after.value())
    change = values[1] - values[0]
    exact = before.kind == "number"
    if change == 0:
        moved = "value stays as it is"
    else:
        moved = f"value {'rises' if change > 0 else 'falls'} by {said(abs(change))}"
    return ArchitectEffect(
        method="both networks " + ("in rational arithmetic" if exact else "in floating point"),
        exact=exact,
        complete=complete,
        status=f"{words}: {moved}.",
        network=after,
        before=before,
        kind=kind,
        firm=firm,
        centrality=centrality,
        built=tuple((after.firms[i], after.firms[j]) for i, j in after.built[len(before.built) :]),
        tried=tried,
        values=values,
        commitments=(before.commitment(), after.commitment()),
        alignments=(before.alignment(), after.alignment()),
    )
