"""Which Nash equilibrium a branch of logit equilibria tends to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from dilemma.arrays.polytope import vertex_bound
from dilemma.equilibria.answers import Component, Equilibria, Equilibrium, Mixture, equilibrium_at
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.logit.answers import Floats, LogitLimit, read_only
from dilemma.equilibria.logit.symmetry import Integers, LogitProblem, exact_quotient
from dilemma.game import Game

# A probability whose logarithm is below this at the end of a path vanishes in the limit.
VANISHED = -30.0
# How far the end of a path may be from the equilibrium that it is identified with.
NEAR = 1e-5
# `nash` is asked for the components of games whose polytopes have at most so many vertices.
MOST_VERTICES = 5_000


def limit_of(game: Game, problem: LogitProblem, last: Floats, finished: bool) -> LogitLimit:
    """Identify the limit of a path by its last point: exactly if it can be, else in floats."""
    m, n = game.shape
    logs = problem.expand(last)
    ends = np.exp(logs)
    equilibrium = _on_support(game, problem, last) if finished else None
    everything = None
    if vertex_bound(m, n) + vertex_bound(n, m) <= MOST_VERTICES:
        everything = nash(game)
    component = _component(everything, ends[:m], ends[m:], equilibrium) if everything else None
    if finished and equilibrium is None and component and component.dimension == 0:
        equilibrium = component.equilibria[0]
    if equilibrium is not None:
        row, column = (
            np.array([float(weight) for weight in one])
            for one in (equilibrium.row, equilibrium.column)
        )
        return LogitLimit(
            method="rational solution on the support at the end of the path",
            exact=True,
            complete=finished,
            status=f"Tends to the equilibrium in which {equilibrium.words}.",
            row=read_only(row),
            column=read_only(column),
            regret=float(equilibrium.regret),
            equilibrium=equilibrium,
            component=component,
        )
    ends[:m] /= ends[:m].sum()
    ends[m:] /= ends[m:].sum()
    regret = float(game.regret([float(v) for v in ends[:m]], [float(v) for v in ends[m:]]))
    if not finished:
        status = (
            "Unknown: the path ends before it has settled (a closed curve never does), with "
            f"regret {regret:.3g}."
        )
    elif component is not None:
        status = (
            f"Tends to a point, known in floating point with regret {regret:.3g}, of a continuum "
            f"of equilibria: {component.words}."
        )
    else:
        status = f"Tends to a mixture that is known in floating point, with regret {regret:.3g}."
    return LogitLimit(
        method="the end of the path",
        exact=False,
        complete=finished,
        status=status,
        row=read_only(ends[:m].copy()),
        column=read_only(ends[m:].copy()),
        regret=regret,
        equilibrium=None,
        component=component,
    )


def _on_support(game: Game, problem: LogitProblem, last: Floats) -> Equilibrium | None:
    """The only equilibrium with the support that the path ends with, if it is near the end."""
    first, second = exact_quotient(game, problem)
    k = int(problem.starts[1])
    played = [
        [int(i) for i in np.flatnonzero(last[low:high] > VANISHED)]
        for low, high in zip(problem.starts[:-1], problem.starts[1:], strict=True)
    ]
    one = len(played) == 1
    S, T = played[0], played[-1]
    if len(S) != len(T):
        return None
    columns = _indifferent(first, S, T)
    rows = columns if one else _indifferent(second, T, S)
    if rows is None or columns is None:
        return None
    row = _spread(rows, S, problem.row_class)
    column = _spread(columns, T, problem.column_class - (0 if one else k))
    if min(min(row), min(column)) < 0:
        return None
    near = np.abs(np.array([*row, *column], dtype=np.float64) - np.exp(problem.expand(last)))
    if near.max() > NEAR:
        return None
    equilibrium = equilibrium_at(game, row, column)
    return equilibrium if equilibrium.regret == 0 else None


def _indifferent(
    payoffs: list[list[Fraction]], own: Sequence[int], other: Sequence[int]
) -> list[Fraction] | None:
    """The only mixture of the other's classes against which all own classes earn the same."""
    size = len(own)
    rows = [[*(payoffs[i][j] for j in other), Fraction(-1)] for i in own]
    rows.append([Fraction(1)] * size + [Fraction(0)])
    system = fmpq_mat(
        size + 1,
        size + 1,
        [fmpq(value.numerator, value.denominator) for row in rows for value in row],
    )
    right = fmpq_mat(size + 1, 1, [0] * size + [1])
    try:
        solution = system.solve(right)
    except ZeroDivisionError:
        return None
    return [Fraction(int(solution[i, 0].p), int(solution[i, 0].q)) for i in range(size)]


def _spread(masses: list[Fraction], played: Sequence[int], classes: Integers) -> Mixture:
    """The probabilities of all strategies, from those of the classes that are played."""
    sizes = np.bincount(classes)
    weight = {int(c): mass / int(sizes[c]) for c, mass in zip(played, masses, strict=True)}
    return tuple(weight.get(int(c), Fraction(0)) for c in classes)


def _component(
    everything: Equilibria, row: Floats, column: Floats, known: Equilibrium | None
) -> Component | None:
    """The component that the end of a path is in, or clearly nearest to."""
    if known is not None:
        for component in everything.components:
            if known in component.equilibria:
                return component
        row, column = (np.array([float(v) for v in one]) for one in (known.row, known.column))
    distances = sorted(
        (
            min(
                max(_distance(subset.rows, row), _distance(subset.columns, column))
                for subset in component.subsets
            ),
            place,
        )
        for place, component in enumerate(everything.components)
    )
    nearest, place = distances[0]
    if nearest > 1e-2 or (len(distances) > 1 and nearest > 1e-3 * distances[1][0]):
        return None
    return everything.components[place]


def _distance(corners: Sequence[Mixture], point: Floats) -> float:
    """How far a point is from the convex hull of others, in its largest coordinate."""
    hull = np.array([[float(value) for value in corner] for corner in corners]).T
    if hull.shape[1] == 1:
        return float(np.abs(hull[:, 0] - point).max())
    from scipy.optimize import nnls

    heavy = 1e3
    weights, _ = nnls(np.vstack([hull, np.full(hull.shape[1], heavy)]), np.append(point, heavy))
    return float(np.abs(hull @ weights - point).max())
