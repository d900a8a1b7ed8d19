"""Trajectories of shares: against definitions, closed forms, scipy, and published cases."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from dilemma.evolution import (
    adjusted_replicator,
    brown_von_neumann_nash,
    flow,
    imitation,
    logit,
    replicator,
    replicator_mutator,
    smith,
)
from dilemma.game import Game

MUTATION = 0.9 * np.eye(4) + 0.025
SMOOTH = [
    replicator,
    adjusted_replicator,
    imitation,
    logit(3),
    replicator_mutator(MUTATION),
    brown_von_neumann_nash,
    smith,
]


def scipys(rule, A, B, start, times, pieces=1):
    """The same trajectory by scipy's DOP853 at tolerance 1e-12."""
    m = A.shape[0]

    def velocity(_, z):
        if B is None:
            return rule(z, A @ z)
        x, y = z[:m], z[m:]
        return np.concatenate([rule(x, A @ y), rule(y, B.T @ x)])

    found = solve_ivp(
        velocity, (0, times[-1]), start, "DOP853", times, rtol=1e-12, atol=1e-15, max_step=0.05
    )
    assert found.success
    return found.y.T


@pytest.mark.parametrize("rule", SMOOTH, ids=str)
def test_one_population_as_scipy_has_it(rule):
    draw = np.random.default_rng(5)
    times = np.linspace(0, 12, 40)
    for _ in range(3):
        A = draw.uniform(0.5, 3, (4, 4))
        start = draw.dirichlet(np.ones(4))
        ours = flow(Game.symmetric(A), rule, start, times).share.values
        assert np.abs(ours - scipys(rule, A, None, start, times)).max() < 1e-7


@pytest.mark.parametrize("rule", SMOOTH, ids=str)
def test_two_populations_as_scipy_has_them(rule):
    draw = np.random.default_rng(6)
    times = np.linspace(0, 12, 40)
    A, B = draw.uniform(0.5, 3, (2, 4, 4))
    x, y = draw.dirichlet(np.ones(4), 2)
    ours = flow(Game.from_bimatrix(A, B), rule, (x, y), times)
    both = np.concatenate([ours.row_share.values, ours.column_share.values], axis=1)
    theirs = scipys(rule, A, B, np.concatenate([x, y]), times)
    assert np.abs(both - theirs).max() < 1e-7
