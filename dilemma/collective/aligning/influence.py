r"""How views settle where firms listen to each other and hold on to where they began.

The process of friedkin1990: in each round firm i moves to

.. math:: x_i(k + 1) = \lambda_i \sum_j w_{ij} x_j(k) + (1 - \lambda_i) x_i(0),

with weights that add up to 1 over those it listens to. Views settle, whatever they are, if and
only if every firm listens, at some remove, to one with :math:`\lambda < 1`, or belongs to (or
listens to) groups that listen to nobody else, have :math:`\lambda = 1` throughout, and no period;
such a group ends in the consensus of degroot1974. A group with a period goes round for ever,
unless its views happen to agree on average in each of the parts it alternates between.

All of this is written once, for numbers of any kind: Fractions, floats, sympy expressions, ratios
of polynomials and numbers with derivatives.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from dilemma.arrays.jets import Jet, KinkError

# Views in floating point that differ by no more are the same.
ROUNDINGS = 1e-9
Row = Mapping[int, Any]
Solver = Callable[[Sequence[Row], Sequence[Sequence[Any]]], list[list[Any]]]


@dataclass(frozen=True)
class Group:
    """Firms that listen to nobody else, and hold on to nothing.

    Attributes
    ----------
    firms : tuple of int
    period : int
        After how many rounds their views come back, once each part that the group alternates
        between agrees; 1 if they settle.
    settles : bool
        Whether they settle: in floating point, whether they go round by no more than roundings do.
    """

    firms: tuple[int, ...]
    period: int
    settles: bool


@dataclass(frozen=True)
class Rest:
    """Where views end.

    Attributes
    ----------
    phases : list of list of list of numbers
        Phase, firm, dimension of the goal: one phase if all views settle, otherwise what they go
        through, in turn.
    groups : tuple of Group
    """

    phases: list[list[list[Any]]]
    groups: tuple[Group, ...]

    def settled(self, firm: int) -> list[Any] | None:
        """One firm's view, or None if it goes round."""
        first = self.phases[0][firm]
        return first if all(_alike(one[firm], first) for one in self.phases) else None


def weights_of(
    neighbours: Sequence[Sequence[tuple[int, Any]]],
    positions: Sequence[Any],
    decay: Any,
    own_weight: Any,
) -> list[dict[int, Any]]:
    r"""How much each firm listens to each other: rows that add up to 1.

    .. math:: w_{ij} \propto \frac{a_{ij}}{1 + \beta |d_i - d_j|}, \qquad
              w_{ii} \propto a_{ii} + s

    Parameters
    ----------
    neighbours : for each firm, pairs (whom it listens to, weight of the tie)
    positions : sequence of numbers
        d.
    decay, own_weight : numbers
        β and s.

    Returns
    -------
    list of dict
        A firm that would listen to nobody listens to itself.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> weights_of([[(1, 1), (2, 1)], [(0, 1)], []], [0, half, 0], Fraction(2), Fraction(0))
    [{1: Fraction(1, 3), 2: Fraction(2, 3)}, {0: Fraction(1, 1)}, {2: Fraction(1, 1)}]
    """
    one = Fraction(1) if not isinstance(decay, float) else 1.0
    rows = []
    for i, heard in enumerate(neighbours):
        row: dict[int, Any] = {}
        for j, weight in heard:
            apart = abs(positions[i] - positions[j])
            row[j] = row.get(j, 0) + weight * one / (1 + decay * apart)
        if own_weight != 0:
            row[i] = row.get(i, 0) + own_weight
        if not row:
            row = {i: one}
        if len(row) == 1:
            rows.append(dict.fromkeys(row, one))
            continue
        total = sum(row.values())
        rows.append({j: value / total for j, value in row.items()})
    return rows


def rest_of(
    weights: Sequence[Row],
    susceptibility: Sequence[Any],
    initial: Sequence[Sequence[Any]],
    solve: Solver,
) -> Rest:
    """Find where views end.

    Parameters
    ----------
    weights : sequence of dict
        As `weights_of` has them.
    susceptibility : sequence of numbers
        λ.
    initial : for each firm, a number for each dimension of the goal
    solve : function (rows of a matrix, right-hand sides) -> solutions

    Returns
    -------
    Rest

    Examples
    --------
    >>> from dilemma.collective.aligning.solving import solver_of
    >>> half = Fraction(1, 2)
    >>> pair = [{1: Fraction(1)}, {0: Fraction(1)}]
    >>> views = [[Fraction(0)], [Fraction(1)]]
    >>> rest_of(pair, [half, half], views, solver_of("number")).phases
    [[[Fraction(1, 3)], [Fraction(2, 3)]]]
    >>> rest_of(pair, [1, 1], views, solver_of("number")).groups
    (Group(firms=(0, 1), period=2, settles=False),)
    """
    size, dims = len(weights), len(initial[0])
    groups = []
    fixed: dict[int, Callable[[int], list[Any]]] = {}
    phases = 1
    for firms in free_groups(weights, susceptibility):
        period, parts = _parts_of(weights, firms)
        law = _law(weights, firms, solve)
        means = []
        for part in range(period):
            own = [k for k, firm in enumerate(firms) if parts[firm] == part]
            share = sum(law[k] for k in own)
            means.append(
                [sum(law[k] * initial[firms[k]][d] for k in own) / share for d in range(dims)]
            )
        # Views may come back sooner than the ties alone say.
        back = next(
            k
            for k in range(1, period + 1)
            if all(_alike(one, means[(place + k) % period]) for place, one in enumerate(means))
        )
        groups.append(Group(tuple(firms), back, back == 1))
        phases = lcm(phases, back)
        for firm in firms:
            fixed[firm] = _turning(means, parts[firm])
    unknown = [i for i in range(size) if i not in fixed]
    place = {firm: k for k, firm in enumerate(unknown)}
    rows: list[dict[int, Any]] = []
    right: list[list[Any]] = []
    for phase in range(phases):
        before = (phase - 1) % phases * len(unknown)
        for i in unknown:
            row = {phase * len(unknown) + place[i]: Fraction(1)}
            side = [(1 - susceptibility[i]) * one for one in initial[i]]
            for j, weight in weights[i].items():
                heard = susceptibility[i] * weight
                if j in fixed:
                    there = fixed[j](phase - 1)
                    side = [one + heard * two for one, two in zip(side, there, strict=True)]
                else:
                    column = before + place[j]
                    row[column] = row.get(column, 0) - heard
            rows.append(row)
            right.append(side)
    found = solve(rows, right) if rows else []
    result = []
    for phase in range(phases):
        views = []
        for i in range(size):
            if i in fixed:
                views.append(fixed[i](phase))
            else:
                views.append(list(found[phase * len(unknown) + place[i]]))
        result.append(views)
    return Rest(result, tuple(groups))


def _alike(one: Sequence[Any], two: Sequence[Any]) -> bool:
    """Whether two views are the same; in floating point, but for roundings."""
    if any(isinstance(number, float) for number in one):
        return all(abs(a - b) <= ROUNDINGS for a, b in zip(one, two, strict=True))
    return bool(one == two)


def _turning(means: list[list[Any]], part: int) -> Callable[[int], list[Any]]:
    return lambda phase: list(means[(part + phase) % len(means)])


def free_groups(weights: Sequence[Row], susceptibility: Sequence[Any]) -> list[list[int]]:
    """Find the groups of firms that listen to nobody else, each with λ = 1.

    Examples
    --------
    >>> free_groups([{1: 1}, {0: 1}, {0: 1}], [1, 1, 1]), free_groups([{1: 1}, {0: 1}], [1, 0])
    ([[0, 1]], [])
    """
    holding = [not _is_one(one) for one in susceptibility]
    if all(holding):
        return []
    heard_by: list[list[int]] = [[] for _ in weights]
    for i, row in enumerate(weights):
        for j in row:
            heard_by[j].append(i)
    reached = list(holding)
    waiting = deque(i for i, one in enumerate(holding) if one)
    while waiting:
        for i in heard_by[waiting.popleft()]:
            if not reached[i]:
                reached[i] = True
                waiting.append(i)
    loose = [i for i, one in enumerate(reached) if not one]
    if not loose:
        return []
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {firm: k for k, firm in enumerate(loose)}
    edges = [(place[i], place[j]) for i in loose for j in weights[i]]
    shape = (len(loose), len(loose))
    ones = [1] * len(edges)
    tails, heads = zip(*edges, strict=True)
    count, labels = connected_components(
        coo_array((ones, (tails, heads)), shape=shape), connection="strong"
    )
    closed = [True] * count
    for tail, head in edges:
        if labels[tail] != labels[head]:
            closed[labels[tail]] = False
    members: dict[int, list[int]] = {}
    for firm, label in zip(loose, labels, strict=True):
        if closed[label]:
            members.setdefault(int(label), []).append(firm)
    found = sorted(members.values())
    for firms in found:
        for one in (susceptibility[firm] for firm in firms):
            if isinstance(one, Jet) and not one.is_constant:
                raise KinkError("where firms begin to hold on to their views")
    return found


def _is_one(value: Any) -> bool:
    return bool((value.value if isinstance(value, Jet) else value) == 1)


def _parts_of(weights: Sequence[Row], firms: Sequence[int]) -> tuple[int, dict[int, int]]:
    """The period of a group, and how many steps of listening each firm is from the first."""
    steps = {firms[0]: 0}
    period = 0
    waiting = deque([firms[0]])
    while waiting:
        i = waiting.popleft()
        for j in weights[i]:
            if j in steps:
                period = gcd(period, steps[i] + 1 - steps[j])
            else:
                steps[j] = steps[i] + 1
                waiting.append(j)
    return period, {firm: steps[firm] % period for firm in firms}


def _law(weights: Sequence[Row], firms: Sequence[int], solve: Solver) -> list[Any]:
    """How much each firm of a group counts in its consensus: π W = π."""
    place = {firm: k for k, firm in enumerate(firms)}
    last = len(firms) - 1
    rows: list[dict[int, Any]] = [{k: Fraction(1)} for k in range(last)]
    rows.append({k: Fraction(1) for k in range(len(firms))})
    for firm in firms:
        for other, weight in weights[firm].items():
            k = place[other]
            if k < last:
                rows[k][place[firm]] = rows[k].get(place[firm], 0) - weight
    right = [[Fraction(0)]] * last + [[Fraction(1)]]
    return [one[0] for one in solve(rows, right)]


def rounds_of(
    weights: Sequence[Row],
    susceptibility: Sequence[Any],
    initial: Sequence[Sequence[Any]],
    rounds: int,
) -> list[list[list[Any]]]:
    """Go through the process round by round, the start included.

    Examples
    --------
    >>> rounds_of([{1: 1}, {0: 1}], [1, 0], [[0], [1]], 1)
    [[[0], [1]], [[1], [1]]]
    """
    path = [[list(one) for one in initial]]
    for _ in range(rounds):
        now = path[-1]
        path.append(
            [
                [
                    susceptibility[i] * sum(w * now[j][d] for j, w in row.items())
                    + (1 - susceptibility[i]) * initial[i][d]
                    for d in range(len(initial[i]))
                ]
                for i, row in enumerate(weights)
            ]
        )
    return path
