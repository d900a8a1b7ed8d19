r"""Long-run laws of many small Markov chains at once, in floating point.

As in `dilemma.arrays.chains`, the law of a recurrent class comes from the elimination of
Grassmann, Taksar and Heyman (grassmann1985), which subtracts nothing, so that chains that nearly
fall apart keep their small probabilities; here each step is taken for all chains of a stack.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.chains import stationary_laws

Floats = NDArray[np.float64]


def long_run_laws(matrices: Floats, starts: Floats) -> Floats:
    r"""Return the long-run share of time in each state, for each chain of a stack.

    Parameters
    ----------
    matrices : numpy.ndarray of float64, shape (chains, n, n)
        Transition probabilities; the diagonal is not read.
    starts : numpy.ndarray of float64, shape (chains, n)
        The laws of the first states.

    Returns
    -------
    numpy.ndarray of float64, shape (chains, n)
        :math:`\sum_C \Pr(\text{absorption in } C)\, \pi_C`: the limit of mean frequencies.

    Notes
    -----
    :math:`O(n^3)` for each chain and recurrent class. Of chains with several classes the chances
    of absorption come from a linear system, good to about 1e-16 divided by the chance of leaving
    the transient states.

    References
    ----------
    grassmann1985 in ``references.bib``.

    Examples
    --------
    >>> chains = np.array([[[0.9, 0.1], [0.2, 0.8]], [[1, 0], [0, 1]]])
    >>> long_run_laws(chains, np.array([[1, 0], [0.25, 0.75]])).round(12).tolist()
    [[0.666666666667, 0.333333333333], [0.25, 0.75]]
    """
    many, n, _ = matrices.shape
    reach = _reachable(matrices)
    mutual = reach & reach.transpose(0, 2, 1)
    recurrent = (reach == mutual).all(axis=2)
    first = mutual.argmax(axis=2)  # the first state of each state's class
    leads = recurrent & (first == np.arange(n))
    total = np.zeros((many, n))
    for place in range(int(leads.sum(axis=1).max())):
        # Chains with more than `place` classes, and the leading state of that class.
        chosen = np.flatnonzero(leads.sum(axis=1) > place)
        order = np.argsort(~leads[chosen], axis=1, kind="stable")
        lead = order[:, place]
        members = mutual[chosen, lead]
        laws = _class_laws(matrices[chosen], lead, members)
        weights = np.ones(len(chosen))
        several = leads[chosen].sum(axis=1) > 1
        if several.any():
            some = chosen[several]
            weights[several] = _absorbed(
                matrices[some], starts[some], recurrent[some], members[several]
            )
        total[chosen] += weights[:, None] * laws
    return total


def discounted_laws(matrices: Floats, starts: Floats, discount: float) -> Floats:
    r"""Return :math:`(1 - \delta) v (I - \delta P)^{-1}` for each chain P and start v of a stack.

    Parameters
    ----------
    matrices : numpy.ndarray of float64, shape (chains, n, n)
    starts : numpy.ndarray of float64, shape (chains, n)
    discount : float in [0, 1)

    Examples
    --------
    >>> discounted_laws(np.array([[[0.0, 1.0], [1.0, 0.0]]]), np.array([[1.0, 0.0]]), 0.5)
    array([[0.66666667, 0.33333333]])
    """
    n = matrices.shape[1]
    systems = np.eye(n) - discount * matrices.transpose(0, 2, 1)
    return np.asarray((1 - discount) * np.linalg.solve(systems, starts[..., None])[..., 0])


def _reachable(matrices: Floats) -> NDArray[np.bool_]:
    """Whether there is a path from each state to each other, of any length."""
    many, n, _ = matrices.shape
    moves = matrices > 0
    # With errors all pairs of policies have the same possible moves.
    alike = bool((moves == moves[:1]).all())
    paths = (moves[:1] if alike else moves) | np.eye(n, dtype=bool)
    steps = 1
    while steps < n:
        longer = paths.astype(np.float32)
        paths = longer @ longer > 0
        steps *= 2
    return np.broadcast_to(paths, (many, n, n))


def _class_laws(matrices: Floats, lead: NDArray[np.int64], members: NDArray[np.bool_]) -> Floats:
    """The law of one recurrent class of each chain, given its leading state and its members.

    States outside are made to move to the leading state, which is put first: then each state left
    leads to an earlier one at every step of the elimination. The chains are the last axis, along
    which NumPy works fastest.
    """
    many, n, _ = matrices.shape
    order = np.tile(np.arange(n), (many, 1))
    q = matrices
    if not members.all() or lead.any():
        rows = np.arange(many)
        q = np.where(members[:, :, None], matrices, 0.0)
        outside, state = np.nonzero(~members)
        q[outside, state, lead[outside]] = 1.0
        order[rows, lead] = 0
        order[:, 0] = lead
        q = q[rows[:, None, None], order[:, :, None], order[:, None, :]]
    with np.errstate(all="ignore"):  # what leaves the range of floats is seen in the result
        law = _eliminated(q.transpose(1, 2, 0).copy()).T.copy()
    for k in np.flatnonzero(~np.isfinite(law).all(axis=1)):
        law[k] = next(one.law for one in stationary_laws(q[k]) if 0 in one.states)
    result = np.empty_like(law)
    np.put_along_axis(result, order, law, axis=1)
    return result


def _eliminated(q: Floats) -> Floats:
    """The law of each chain of an array (n, n, chains), which is used up."""
    n, _, many = q.shape
    leaving = np.ones((n, many))
    for k in range(n - 1, 0, -1):
        leaving[k] = q[k, :k].sum(axis=0)
        onward = q[k, :k] / leaving[k]
        q[:k, :k] += q[:k, k, None] * onward
    law = np.ones((n, many))
    for k in range(1, n):
        law[k] = (law[:k] * q[:k, k]).sum(axis=0) / leaving[k]
    return np.asarray(law / law.sum(axis=0))


def _absorbed(
    matrices: Floats, starts: Floats, recurrent: NDArray[np.bool_], members: NDArray[np.bool_]
) -> Floats:
    """The chance, from the start, that a chain ends in the given class."""
    n = matrices.shape[1]
    transient = ~recurrent
    moves = np.where(transient[:, :, None], matrices, 0.0)
    systems = np.eye(n) - moves * transient[:, None, :]
    right = np.where(transient, (moves * members[:, None, :]).sum(axis=2), members)
    chances = np.linalg.solve(systems, right[..., None].astype(np.float64))[..., 0]
    return np.asarray(np.einsum("bi,bi->b", starts, chances))
