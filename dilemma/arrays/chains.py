r"""Small Markov chains: recurrent classes, long-run laws and absorption, without a subtraction.

A chain is given by a square matrix of transition probabilities, or of rates, from the state of the
row to that of the column. Only what is off the diagonal is read: the probability of staying is
what the others leave. So a chain that nearly never moves loses nothing to ``1 - 1e-20``.

**The algorithm** of Grassmann, Taksar and Heyman (grassmann1985) watches the chain on fewer and
fewer states. With state k left out,

.. math:: q_{ij} \leftarrow q_{ij} + q_{ik} \frac{q_{kj}}{\sum_{l \ne k} q_{kl}}
          \qquad (i \ne j),

then :math:`\pi_k = \sum_i \pi_i q_{ik} / \sum_l q_{kl}` from the states that were left. No
number is subtracted, so every probability has a small *relative* error, however small it is and
however nearly the chain falls apart (ocinneide1993: of the order of :math:`n^3` roundings at
most). In logs the same steps reach probabilities far below the smallest float; a logarithm of
size L there is good to about L roundings. Of Fractions the answer is exact, by linear systems.

Sources: grassmann1985, ocinneide1993.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, fractions

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RecurrentClass:
    """Some states that lead to each other and nowhere else, and how much time is spent in each.

    Attributes
    ----------
    states : tuple of int
        In increasing order.
    law : numpy.ndarray of shape (n,), read-only
        The chain's long-run share of time in each of all its n states once it is in the class (0
        outside it): floats, their natural logarithms, or Fractions.
    """

    states: tuple[int, ...]
    law: NDArray[Any]


def recurrent_classes(matrix: Any) -> tuple[tuple[int, ...], ...]:
    """Return the sets of states that a chain never leaves once it is in them, each indivisible.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        Transition probabilities or rates (floats or Fractions); only whether an entry off the
        diagonal is positive matters.

    Returns
    -------
    tuple of tuples of int
        At least one, by their first states; all other states are transient.

    Raises
    ------
    ValueError
        If the matrix is not square, or an entry off the diagonal is negative or not finite.

    Examples
    --------
    >>> recurrent_classes([[0.5, 0.25, 0.25], [0, 1, 0], [0, 0, 1]])
    ((1,), (2,))
    """
    return _classes(_rates(matrix) > 0)


def stationary_laws(matrix: Any) -> tuple[RecurrentClass, ...]:
    """Return every recurrent class of a chain with its long-run law.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        Transition probabilities or rates; the diagonal is not read. If all its entries are
        Fractions or integers the laws are exact, as Fractions.

    Returns
    -------
    tuple of RecurrentClass
        One for each class: where there are several, which one the chain ends in depends on its
        start (`absorption_probabilities`). Probabilities below 5e-324 are 0: `log_stationary_laws`
        keeps them.

    Raises
    ------
    ValueError
        If the matrix is not square, or an entry off the diagonal is negative or not finite.

    Notes
    -----
    About :math:`n^3 / 3` multiplications.

    References
    ----------
    grassmann1985, ocinneide1993 in ``references.bib``.

    Examples
    --------
    >>> stationary_laws([[0.9, 0.1], [0.2, 0.8]])[0].law.tolist()
    [0.6666666666666666, 0.3333333333333333]
    >>> stationary_laws([[0, Fraction(1, 3)], [1, 0]])[0].law.tolist()
    [Fraction(3, 4), Fraction(1, 4)]
    """
    rates = _rates(matrix)
    found = []
    for states in _classes(rates > 0):
        inner = rates[np.ix_(states, states)]
        law = _exact_law(inner) if rates.dtype == object else _guarded(_float_law, _log_law, inner)
        found.append(RecurrentClass(states, _spread(states, law, len(rates), Fraction(0))))
    return tuple(found)


def log_stationary_laws(log_matrix: Any) -> tuple[RecurrentClass, ...]:
    """Return every recurrent class of a chain with its long-run law, all in natural logarithms.

    Parameters
    ----------
    log_matrix : array_like of shape (n, n)
        Logarithms of transition probabilities or rates, -inf where there is none; the diagonal is
        not read.

    Returns
    -------
    tuple of RecurrentClass
        Their laws as logarithms, -inf outside the class.

    Raises
    ------
    ValueError
        If the matrix is not square, or an entry off the diagonal is NaN or inf.

    References
    ----------
    grassmann1985 in ``references.bib``; the form in logs is ours.

    Examples
    --------
    >>> import math
    >>> rates = [[0, math.log(3) - 4000], [-4000, 0]]
    >>> [round(math.exp(value), 12) for value in log_stationary_laws(rates)[0].law]
    [0.25, 0.75]
    """
    logs = np.array(_square(log_matrix), dtype=np.float64)
    np.fill_diagonal(logs, -np.inf)
    if np.any(np.isnan(logs) | (logs == np.inf)):
        raise ValueError(
            "log_matrix: requires logarithms that are finite or -inf off the diagonal, got NaN or "
            "inf"
        )
    found = []
    for states in _classes(logs > -np.inf):
        law = _log_law(logs[np.ix_(states, states)])
        found.append(RecurrentClass(states, _spread(states, law, len(logs), -np.inf)))
    return tuple(found)


def absorption_probabilities(matrix: Any) -> NDArray[Any]:
    """Return the probability that a chain ends in each recurrent class, from each state.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        As for `stationary_laws`.

    Returns
    -------
    numpy.ndarray of shape (n, number of classes), read-only
        Fractions if all entries are Fractions or integers, otherwise floats; the classes in the
        order of `recurrent_classes`. Rows sum to 1.

    Raises
    ------
    ValueError
        If the matrix is not square, or an entry off the diagonal is negative or not finite.

    Examples
    --------
    A gambler with 1 of 3, and with 2 of 3:

    >>> half = Fraction(1, 2)
    >>> walk = [[1, 0, 0, 0], [half, 0, half, 0], [0, half, 0, half], [0, 0, 0, 1]]
    >>> absorption_probabilities(walk)[1:3].tolist()
    [[Fraction(2, 3), Fraction(1, 3)], [Fraction(1, 3), Fraction(2, 3)]]
    """
    rates = _rates(matrix)
    classes = _classes(rates > 0)
    exact = rates.dtype == object
    zero, one = (Fraction(0), Fraction(1)) if exact else (0.0, 1.0)
    result = np.full((len(rates), len(classes)), zero, dtype=rates.dtype)
    for place, states in enumerate(classes):
        result[list(states), place] = one
    transient = sorted(set(range(len(rates))) - {i for states in classes for i in states})
    if transient:
        inner = rates[np.ix_(transient, transient)]
        out = [[sum(rates[i, list(s)], zero) for s in classes] for i in transient]
        outer = np.array(out, dtype=rates.dtype)
        solve = _exact_absorption if exact else _absorption
        result[transient] = solve(inner, outer)
    result.setflags(write=False)
    return result


def long_run_law(matrix: Any, start: Sequence[Any]) -> NDArray[Any]:
    r"""Return the long-run share of time that a chain spends in each state, from a given start.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        As for `stationary_laws`.
    start : sequence of n numbers
        The law of the first state.

    Returns
    -------
    numpy.ndarray of shape (n,), read-only
        :math:`\sum_C \Pr(\text{absorption in } C)\, \pi_C`: the limit of mean frequencies (for a
        periodic chain too). Fractions if all numbers are Fractions or integers.

    Raises
    ------
    ValueError
        If the matrix is not as required, or the start no law over its states.

    Examples
    --------
    >>> long_run_law([[0, 0.25, 0.75], [0, 1, 0], [0, 0, 1]], [1, 0, 0]).tolist()
    [0.0, 0.25, 0.75]
    """
    rates = _rates(matrix)
    first = np.array(start, dtype=object)
    if first.shape != (len(rates),):
        raise ValueError(
            f"start: requires {len(rates)} probabilities, got the shape {first.shape}"
        )
    exact = rates.dtype == object and all(map(_is_exact, first))
    first = fractions(first, "start") if exact else first.astype(np.float64)
    # A NaN fails these comparisons too.
    if not (min(first) >= 0 and abs(sum(first) - 1) <= (0 if exact else 1e-9)):
        raise ValueError(
            "start: requires probabilities of at least 0 that sum to 1, "
            f"got {[str(value) for value in start]}"
        )
    if not exact:
        rates = rates.astype(np.float64)
    laws = np.array([one.law for one in stationary_laws(rates)])
    result = np.asarray(first @ absorption_probabilities(rates) @ laws)
    result.setflags(write=False)
    return result


def _is_exact(value: object) -> bool:
    return isinstance(value, (Fraction, int, np.integer)) and not isinstance(value, bool)


def _square(matrix: Any) -> NDArray[Any]:
    array = np.asarray(matrix)
    if array.dtype.kind not in "fiuO" or array.ndim != 2 or not 0 < len(array) == array.shape[1]:
        raise ValueError(
            "matrix: requires a square matrix of numbers (from, to), "
            f"got the shape {array.shape} of {array.dtype}"
        )
    return array


def _rates(matrix: Any) -> NDArray[Any]:
    """What is off the diagonal, new, as floats or as Fractions; 0 on the diagonal."""
    array = _square(matrix)
    if array.dtype.kind in "iu" or (array.dtype == object and all(map(_is_exact, array.flat))):
        rates: NDArray[Any] = fractions(array.astype(object), "matrix")
        np.fill_diagonal(rates, Fraction(0))
    else:
        try:
            rates = array.astype(np.float64)
        except (TypeError, ValueError) as fault:
            raise type(fault)(f"matrix: requires numbers, got: {fault}") from None
        np.fill_diagonal(rates, 0.0)
        if not np.all(np.isfinite(rates)):
            raise ValueError("matrix: requires finite entries off the diagonal, got NaN or inf")
    if np.any(rates < 0):
        i, j = (int(place) for place in np.argwhere(rates < 0)[0])
        raise ValueError(
            f"matrix[{i}, {j}]: requires a probability or rate of at least 0, got {rates[i, j]}"
        )
    return rates


def _classes(leads: NDArray[Any]) -> tuple[tuple[int, ...], ...]:
    """The closed strongly connected components of a graph."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    leads = leads.astype(bool)
    count, label = connected_components(csr_array(leads), directed=True, connection="strong")
    source, target = np.nonzero(leads)
    left = np.zeros(count, dtype=bool)
    left[label[source[label[source] != label[target]]]] = True
    closed = [np.flatnonzero(label == one) for one in np.flatnonzero(~left)]
    return tuple(sorted(tuple(int(i) for i in states) for states in closed))


def _spread(states: Sequence[int], law: Any, size: int, outside: Any) -> NDArray[Any]:
    law = np.asarray(law)
    whole = np.full(size, outside, dtype=law.dtype)
    whole[list(states)] = law
    whole.setflags(write=False)
    return whole


def _guarded(
    in_floats: Callable[[Floats], Floats], in_logs: Callable[[Floats], Floats], rates: Floats
) -> Floats:
    """Compute in floats; in logs as soon as a number leaves the range of normal floats."""
    try:
        with np.errstate(all="raise"):
            return in_floats(rates.copy())
    except FloatingPointError:
        with np.errstate(divide="ignore"):
            logs = np.log(rates)
        return np.asarray(np.exp(in_logs(logs)))


def _float_law(q: Floats) -> Floats:
    n = len(q)
    leaving = np.ones(n)
    for k in range(n - 1, 0, -1):
        leaving[k] = q[k, :k].sum()
        q[:k, :k] += np.outer(q[:k, k], q[k, :k] / leaving[k])
    law = np.ones(n)
    for k in range(1, n):
        law[k] = law[:k] @ q[:k, k] / leaving[k]
    return np.asarray(law / law.sum())


def _log_law(q: Floats) -> Floats:
    n = len(q)
    leaving = np.zeros(n)
    for k in range(n - 1, 0, -1):
        leaving[k] = np.logaddexp.reduce(q[k, :k])
        onward = q[k, :k] - leaving[k]
        q[:k, :k] = np.logaddexp(q[:k, :k], q[:k, k, None] + onward)
    law = np.zeros(n)
    for k in range(1, n):
        law[k] = np.logaddexp.reduce(law[:k] + q[:k, k]) - leaving[k]
    return np.asarray(law - np.logaddexp.reduce(law))


def _exact_law(rates: NDArray[np.object_]) -> NDArray[np.object_]:
    """The balance of flows in all states but the last, and that probabilities sum to 1."""
    n = len(rates)
    rows = [[fmpq(0)] * n for _ in range(n)]
    for i, j in np.ndindex(n, n):
        value = _rational(rates[i, j])
        rows[j][i] += value
        rows[i][i] -= value
    rows[-1] = [fmpq(1)] * n
    solved = fmpq_mat(rows).solve(fmpq_mat(n, 1, [0] * (n - 1) + [1]))
    return fractions([solved[i, 0] for i in range(n)])


def _absorption(inner: Floats, outer: Floats) -> Floats:
    """Leave out the transient states one by one."""
    both = np.concatenate([inner, outer], axis=1)
    return _guarded(_float_absorption, _log_absorption, both)


def _float_absorption(q: Floats) -> Floats:
    n = len(q)
    for k in range(n - 1, -1, -1):
        q[k, k:n] = 0.0  # back to itself, and to states left out, which were led on already
        q[k] /= q[k].sum()
        q[:k] += np.outer(q[:k, k], q[k])
    result = q[:, n:].copy()
    for k in range(1, n):
        result[k] += q[k, :k] @ result[:k]
    return result


def _log_absorption(q: Floats) -> Floats:
    n = len(q)
    for k in range(n - 1, -1, -1):
        q[k, k:n] = -np.inf
        q[k] -= np.logaddexp.reduce(q[k])
        q[:k] = np.logaddexp(q[:k], q[:k, k, None] + q[k])
    result = q[:, n:].copy()
    for k in range(1, n):
        onward = np.logaddexp.reduce(q[k, :k, None] + result[:k], axis=0)
        result[k] = np.logaddexp(result[k], onward)
    return result


def _exact_absorption(
    inner: NDArray[np.object_], outer: NDArray[np.object_]
) -> NDArray[np.object_]:
    n, count = outer.shape
    rows = [[-_rational(inner[i, j]) for j in range(n)] for i in range(n)]
    for i in range(n):
        rows[i][i] = _rational(sum(inner[i]) + sum(outer[i]))
    right = [[_rational(value) for value in row] for row in outer]
    solved = fmpq_mat(rows).solve(fmpq_mat(right))
    return fractions([[solved[i, j] for j in range(count)] for i in range(n)])


def _rational(value: Any) -> fmpq:
    exact = fraction(value)
    return fmpq(exact.numerator, exact.denominator)
