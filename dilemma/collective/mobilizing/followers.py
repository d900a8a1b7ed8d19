r"""Who joins when: firms that wait for others, by thresholds or by any rule of their own.

A *follower* is asked one question: given who acts already, do you join? Granovetter answers it by
a *threshold*, the number or proportion of others who must act before a person does
(granovetter1978). His actors see everybody; on a network, a firm counts its neighbours alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from dilemma.arrays.exact import fraction
from dilemma.game.display import number
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

COUNTED = ("number", "share")


class Followers(Protocol):
    """Anything that says who would join whom."""

    @property
    def firms(self) -> tuple[str, ...]:
        """The names of all firms."""

    @property
    def monotone(self) -> bool:
        """Whether who joins some firms surely joins more of them; False if that is not known."""

    def joins(self, firm: str, active: frozenset[str]) -> bool:
        """Return whether a firm that is not among the active ones would join them."""


@dataclass(frozen=True, init=False)
class ThresholdFollowers(Displayed):
    r"""Firms that join when enough others act.

    Parameters
    ----------
    thresholds : sequence of numbers, or mapping of firm to number
        How many others have to act, or which share of them, before a firm does; 0 for one that
        starts by itself, None for one that never joins. Firms of a sequence are named 1, 2, ….
    graph : networkx graph, optional
        Firms count only those that they are linked to (in a directed graph: those whose links
        lead to them); its nodes are the firms. A sequence follows the order of the nodes. Left
        out: all others.
    counted : {"number", "share"}
        What thresholds mean.

    Attributes
    ----------
    firms : tuple of str
    thresholds : tuple of Fraction or None
        As given, in the order of the firms.
    counted : str
    neighbours : tuple of frozensets of str, or None
        Whom each firm counts; None for all others.

    Raises
    ------
    TypeError, ValueError
        If a threshold is no number or negative, or firms and nodes differ.

    Examples
    --------
    >>> riot = ThresholdFollowers([0, 1, 3])
    >>> riot.joins("2", frozenset({"1"})), riot.joins("3", frozenset({"1", "2"}))
    (True, False)
    """

    firms: tuple[str, ...]
    thresholds: tuple[Fraction | None, ...]
    counted: str
    neighbours: tuple[frozenset[str], ...] | None

    def __init__(self, thresholds: Any, graph: Any = None, counted: str = "number") -> None:
        if counted not in COUNTED:
            raise ValueError(f"counted: requires one of {', '.join(COUNTED)}, got {counted!r}")
        if graph is not None and not callable(getattr(graph, "is_directed", None)):
            raise TypeError(f"graph: requires a networkx graph, got {type(graph).__name__}")
        firms, values = _named(thresholds, None if graph is None else list(graph.nodes))
        neighbours = None
        if graph is not None:
            seen = graph.predecessors if graph.is_directed() else graph.neighbors
            known = {
                str(node): frozenset(str(one) for one in seen(node) if one != node)
                for node in graph.nodes
            }
            neighbours = tuple(known[name] for name in firms)
        object.__setattr__(self, "firms", firms)
        object.__setattr__(self, "thresholds", values)
        object.__setattr__(self, "counted", counted)
        object.__setattr__(self, "neighbours", neighbours)

    @property
    def monotone(self) -> bool:
        """True: more active firms never fall below a threshold."""
        return True

    @cached_property
    def needed(self) -> tuple[int | None, ...]:
        """How many of those that it counts a firm waits for: whole numbers; None if for too many.

        Examples
        --------
        >>> ThresholdFollowers([0, "1/2", 1], counted="share").needed
        (0, 1, 2)
        """
        found: list[int | None] = []
        for k, threshold in enumerate(self.thresholds):
            others = len(self.firms) - 1 if self.neighbours is None else len(self.neighbours[k])
            if threshold is None:
                found.append(None)
                continue
            # Where there is nobody to count, any share but 0 waits for ever.
            waits = threshold * (others or 1) if self.counted == "share" else threshold
            up = -(-waits.numerator // waits.denominator)
            found.append(up if up <= others else None)
        return tuple(found)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.firms)}

    def joins(self, firm: str, active: frozenset[str]) -> bool:
        """Return whether enough of those whom a firm counts are active.

        Parameters
        ----------
        firm : str
        active : frozenset of str
            Without the firm itself.
        """
        k = self._place[firm]
        needed = self.needed[k]
        if needed is None:
            return False
        seen = len(active) if self.neighbours is None else len(active & self.neighbours[k])
        return seen >= needed

    def __str__(self) -> str:
        parts = [
            f"{name} {'never' if value is None else number(value)}"
            for name, value in zip(self.firms, self.thresholds, strict=True)
        ]
        seen = "all others" if self.neighbours is None else "neighbours"
        return wrapped([f"thresholds, by {self.counted} of {seen}: {', '.join(parts)}"])


def followers_of(thresholds: Any, graph: Any = None, counted: str = "number") -> Followers:
    """Return followers as they are, and make them of thresholds.

    Raises
    ------
    TypeError
        If there is a graph beside followers that need none.
    """
    if callable(getattr(thresholds, "joins", None)):
        if graph is not None or counted != "number":
            raise TypeError(
                "graph, counted: requires thresholds, got followers with a rule of their own"
            )
        followers: Followers = thresholds
        return followers
    return ThresholdFollowers(thresholds, graph, counted)


def members_of(wanted: Iterable[Any], firms: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return some firms by name, in their order, each once; a number stands for its text."""
    if isinstance(wanted, str) or not isinstance(wanted, Iterable):
        raise TypeError(f"{name}: requires a sequence of firms, got {wanted!r}")
    names = {str(one) for one in wanted}
    unknown = sorted(names - set(firms))
    if unknown:
        known = ", ".join(firms[:20]) + (", …" if len(firms) > 20 else "")
        raise ValueError(f"{name}: requires firms among {known}, got {unknown[0]!r}")
    return tuple(one for one in firms if one in names)


def follow(followers: Followers, first: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return who moves in which round: those who are first, then all whom they move, and so on."""
    movers = tuple(first)
    active = frozenset(movers)
    rounds = [movers]
    waiting = [name for name in followers.firms if name not in active]
    while waiting:
        movers = tuple(name for name in waiting if followers.joins(name, active))
        if not movers:
            break
        rounds.append(movers)
        active |= frozenset(movers)
        waiting = [name for name in waiting if name not in active]
    return tuple(rounds)


def _named(
    thresholds: Any, nodes: list[Any] | None
) -> tuple[tuple[str, ...], tuple[Fraction | None, ...]]:
    """Names and thresholds, checked."""
    if isinstance(thresholds, Mapping):
        values = list(thresholds.values())
        given = {str(key): value for key, value in thresholds.items()}
    elif isinstance(thresholds, Iterable) and not isinstance(thresholds, (str, Set)):
        values = list(thresholds)
        labels: Sequence[Any] = range(1, len(values) + 1) if nodes is None else nodes
        if len(labels) != len(values):
            raise ValueError(
                f"thresholds: requires one for each of {len(labels)} nodes, got {len(values)}"
            )
        given = {str(label): value for label, value in zip(labels, values, strict=True)}
    else:
        raise TypeError(f"thresholds: requires numbers in an order, got {thresholds!r}")
    if not values:
        raise ValueError("thresholds: requires at least one firm, got none")
    if len(given) != len(values):
        raise ValueError("thresholds: requires firms whose names differ as texts")
    if nodes is not None and {str(node) for node in nodes} != set(given):
        raise ValueError("thresholds: requires the nodes of the graph as firms, got others")
    found: list[Fraction | None] = []
    for name, value in given.items():
        one = None if value is None else fraction(value, f"threshold of {name}")
        if one is not None and one < 0:
            raise ValueError(f"threshold of {name}: requires at least 0, got {number(one)}")
        found.append(one)
    return tuple(given), tuple(found)
