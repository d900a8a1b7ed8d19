r"""From views to alignment, from alignment to the commitment of resources, and to value.

.. math:: a_i = 1 - \tfrac{1}{D} \sum_d |x^*_{id} - g_d|, \qquad
          c_i = \max(0, a_i^k - m), \qquad
          V = \sum_i v\, c_i + \sigma \sum_{i < j} \tfrac{a_{ij} + a_{ji}}{2}\, c_i c_j

(here a with two indices is the weight of a tie). The mapping is ours: matinheikki2017 claims that
a goal formed by all raises the resources that firms commit, and these the value of the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.collective.aligning.influence import Group, Rest, rest_of, weights_of
from dilemma.collective.aligning.solving import Kind, solver_of

MEAN = "mean"


@dataclass(frozen=True)
class Valued:
    """What a network comes to, in one kind of number.

    Attributes
    ----------
    rest : Rest
    views : list of (list of numbers, or None where a view goes round)
    alignment, commitment, values : list of numbers
        By firm; empty if some view goes round.
    total : number or None
        V.
    """

    rest: Rest
    views: list[list[Any] | None]
    alignment: list[Any]
    commitment: list[Any]
    values: list[Any]
    total: Any

    @property
    def restless(self) -> tuple[Group, ...]:
        """The groups that go round."""
        return tuple(one for one in self.rest.groups if not one.settles)


def valued(
    neighbours: Sequence[Sequence[tuple[int, Any]]],
    pairs: Sequence[tuple[int, int, Any]],
    terms: Mapping[str, Any],
    kind: Kind,
) -> Valued:
    """Follow a network from views to value.

    Parameters
    ----------
    neighbours : for each firm, pairs (whom it listens to, weight)
    pairs : sequence of (i, j, weight), i < j
        Half the weights of the ties of both directions.
    terms : mapping
        All terms, those of each firm as sequences.
    kind : {"number", "symbol", "function", "float"}
    """
    weights = weights_of(neighbours, terms["positions"], terms["decay"], terms["own_weight"])
    openness = [terms["formation"] * one for one in terms["susceptibility"]]
    rest = rest_of(weights, openness, terms["views"], solver_of(kind))
    views = [rest.settled(i) for i in range(len(weights))]
    if any(one is None for one in views):
        return Valued(rest, views, [], [], [], None)
    settled = [one for one in views if one is not None]
    alignment = _alignment(settled, terms)
    commitment = [_committed(one, terms["exponent"], terms["threshold"]) for one in alignment]
    values = [terms["own_value"] * one for one in commitment]
    total = sum(values)
    for i, j, weight in pairs:
        joint = terms["synergy"] * weight * commitment[i] * commitment[j]
        total = total + joint
        values[i] = values[i] + joint / 2
        values[j] = values[j] + joint / 2
    return Valued(rest, views, alignment, commitment, values, total)


def _alignment(views: Sequence[Sequence[Any]], terms: Mapping[str, Any]) -> list[Any]:
    dims = len(views[0])
    goal = terms["goal"]
    gaps: list[list[Any]] = []
    for d in range(dims):
        own = [one[d] for one in views]
        if isinstance(goal, str):  # "mean"
            center = sum(own) / len(own)
            gaps.append([abs(one - center) for one in own])
            continue
        point = goal[d] if isinstance(goal, tuple) else goal
        # Views stay between the least and the largest of the beginning.
        side = _side([one[d] for one in terms["views"]], point)
        if side:
            gaps.append([(point - one) if side > 0 else (one - point) for one in own])
        else:
            gaps.append([abs(one - point) for one in own])
    share = 1.0 if isinstance(views[0][0], float) else Fraction(1)
    return [1 - sum(gap[i] for gap in gaps) * share / dims for i in range(len(views))]


def _side(initial: Sequence[Any], goal: Any) -> int:
    """1 if the goal is beyond all views, −1 if it is below them, 0 if that can't be said."""
    if isinstance(goal, (Fraction, float)):
        if goal == 1 or goal == 0:  # all terms lie between
            return 1 if goal == 1 else -1
        if all(isinstance(one, (Fraction, float)) for one in initial):
            if max(initial) <= goal:
                return 1
            if min(initial) >= goal:
                return -1
    return 0


def _committed(alignment: Any, exponent: int, threshold: Any) -> Any:
    effort = alignment**exponent
    if isinstance(threshold, (Fraction, float)) and threshold == 0:
        return effort
    over = effort - threshold
    if hasattr(over, "free_symbols"):
        import sympy

        return sympy.Max(0, over)
    return over if over > 0 else 0 * effort
