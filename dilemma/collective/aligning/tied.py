"""Firms and the ties between them: who listens to whom, whatever is said."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from dilemma.collective.aligning.graphs import Tie, to_networkx
from dilemma.writing.pages import Displayed


class TiedFirms(Displayed):
    """What a network is without its terms; `GoalNetwork` has both.

    Attributes
    ----------
    firms : tuple of str
    ties : tuple of (listener, heard, weight)
        By the places of the firms.
    directed : bool

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> isinstance(GoalNetwork(3, 0), TiedFirms)
    True
    """

    firms: tuple[str, ...]
    ties: tuple[Tie, ...]
    directed: bool

    @property
    def size(self) -> int:
        """How many firms there are."""
        return len(self.firms)

    @cached_property
    def neighbours(self) -> tuple[tuple[tuple[int, Fraction], ...], ...]:
        """For each firm, whom it listens to, with the weight of the tie."""
        rows: list[list[tuple[int, Fraction]]] = [[] for _ in self.firms]
        for i, j, weight in self.ties:
            rows[i].append((j, weight))
        return tuple(map(tuple, rows))

    @cached_property
    def pairs(self) -> tuple[tuple[int, int, Fraction], ...]:
        """Tied pairs (i, j, weight), i < j: the mean weight of both directions."""
        found: dict[tuple[int, int], Fraction] = {}
        for i, j, weight in self.ties:
            if i != j:
                pair = (i, j) if i < j else (j, i)
                found[pair] = found.get(pair, Fraction(0)) + weight / 2
        return tuple((i, j, weight) for (i, j), weight in found.items())

    @property
    def graph(self) -> Any:
        """The network as a networkx graph; see `dilemma.collective.aligning.graphs`."""
        return to_networkx(self.firms, self.ties, self.directed, "graph")

    def place_of(self, firm: Any) -> int:
        """Return a firm's place, from its name or its place.

        Examples
        --------
        >>> from dilemma.collective import GoalNetwork
        >>> GoalNetwork(3, 0).place_of("2")
        1
        """
        if isinstance(firm, str):
            if firm not in self.firms:
                few = ", ".join(self.firms[:20]) + (" …" if self.size > 20 else "")
                raise ValueError(f"firm: requires one of {few}, got {firm!r}")
            return self.firms.index(firm)
        if isinstance(firm, bool) or not isinstance(firm, (int, np.integer)):
            raise TypeError(f"firm: requires a firm's name or its place from 0, got {firm!r}")
        if not 0 <= firm < self.size:
            raise ValueError(f"firm: requires a place from 0 to {self.size - 1}, got {firm}")
        return int(firm)
