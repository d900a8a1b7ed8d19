r"""Rules of revision: how fast the shares of strategies change, given what each strategy earns.

A rule is a plain function (state, fitness) → velocity on arrays of shape (..., n): the shares of n
strategies in a population, what each of them earns at present, and the time derivatives of the
shares. Any function of that shape is a rule, and whatever takes a rule takes it. Most of these
rules are the *mean dynamics* of a revision protocol: players get a chance to revise, each at the
rate 1, and switch from strategy i to j with a probability that depends on shares and fitness; the
expected flow of a large population is the velocity (sandholm2010).

*Imitative* rules (`replicator`, `adjusted_replicator`, `imitation`) have the form
:math:`\dot x_i = x_i\, g_i`: a strategy that nobody uses is never taken up, and every face of the
simplex is invariant. Their rest points are the states in which all strategies *in use* earn the
same: all Nash equilibria, and more (every vertex, for one). The *innovative* rules
(`best_response`, `brown_von_neumann_nash`, `smith`) rest at the symmetric Nash equilibria and
nowhere else. `logit` and `replicator_mutator` rest at neither in general, but near some of them
when noise and mutation are small.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, fractions, rounded, to_float
from dilemma.writing.pages import Displayed

Floats = NDArray[np.float64]
Rule = Callable[[Any, Any], Any]

# How far sums of a matrix of mutation may miss 1: the rounding of its entries.
SUM_TOLERANCE = 1e-9


def replicator(state: Any, fitness: Any) -> Floats:
    r"""Grow at the rate by which one's fitness exceeds the mean.

    .. math:: \dot x_i = x_i \Bigl(f_i - \sum_j x_j f_j\Bigr)

    Shares grow like numbers of offspring (taylor1978); also the mean dynamics of imitating, at
    random meetings, those who earn more, with a probability proportional to the difference
    (schlag1998). Rest points: all states in which the strategies in use earn the same.

    Parameters
    ----------
    state : array_like of shape (..., n)
        Shares, that are at least 0 and sum to 1 on the last axis.
    fitness : array_like of shape (..., n)
        What each strategy earns.

    Returns
    -------
    numpy.ndarray of shape (..., n)
        Velocities, which sum to 0 on the last axis; per unit of time, which is that of fitness.

    References
    ----------
    taylor1978, schlag1998 in ``references.bib``.

    Examples
    --------
    >>> replicator([0.5, 0.5], [3.0, 1.0]).tolist()
    [0.5, -0.5]
    """
    x, f = _arrays(state, fitness)
    return np.asarray(x * (f - _mean(x, f)))


def adjusted_replicator(state: Any, fitness: Any) -> Floats:
    r"""Grow at the rate by which one's fitness exceeds the mean, in units of the mean.

    .. math:: \dot x_i = x_i\, \frac{f_i - \sum_j x_j f_j}{\sum_j x_j f_j}

    The limit of discrete generations, :math:`x_i' = x_i f_i / \sum_j x_j f_j` (maynardsmith1982,
    appendix D). In one population these are the orbits of `replicator` at another speed; in two,
    whose speeds change separately, other orbits with other stability. Rest points: as
    `replicator`. In contrast to it, adding a constant to all payoffs changes the velocities.

    Parameters
    ----------
    state, fitness : array_like of shape (..., n)
        As for `replicator`; the mean fitness must be positive.

    Returns
    -------
    numpy.ndarray of shape (..., n)

    Raises
    ------
    ValueError
        If the mean fitness is not positive.

    References
    ----------
    maynardsmith1982 in ``references.bib``.

    Examples
    --------
    >>> adjusted_replicator([0.5, 0.5], [3.0, 1.0]).tolist()
    [0.25, -0.25]
    """
    x, f = _arrays(state, fitness)
    mean = _mean(x, f)
    if not np.all(mean > 0):
        raise ValueError(
            "adjusted_replicator: requires positive mean fitness (add a constant to all payoffs), "
            f"got {np.min(mean):.6g}"
        )
    return np.asarray(x * ((f - mean) / mean))


def best_response(state: Any, fitness: Any) -> Floats:
    r"""Switch to what earns most at present.

    .. math:: \dot x = b(f) - x, \qquad b(f) \in \operatorname{argmax}_{b \in \Delta}\; b \cdot f

    Every reviser plays a best reply to the state (gilboa1991, matsui1992). The right side is a
    set where best replies tie; as a plain function this is the one velocity that spreads revisers
    evenly over the tied strategies. `flow` does not integrate that selection: it follows the exact
    solutions of the inclusion, which are made of straight lines. Rest points: exactly the Nash
    equilibria.

    Parameters
    ----------
    state, fitness : array_like of shape (..., n)
        As for `replicator`.

    Returns
    -------
    numpy.ndarray of shape (..., n)

    References
    ----------
    gilboa1991, matsui1992 in ``references.bib``.

    Examples
    --------
    >>> best_response([0.5, 0.5], [3.0, 1.0]).tolist()
    [0.5, -0.5]
    """
    x, f = _arrays(state, fitness)
    best = (f == f.max(axis=-1, keepdims=True)).astype(np.float64)
    return np.asarray(best / best.sum(axis=-1, keepdims=True) - x)


def brown_von_neumann_nash(state: Any, fitness: Any) -> Floats:
    r"""Take up what earns more than the mean, in proportion to the excess.

    .. math:: \dot x_i = k_i - x_i \sum_j k_j, \quad k_i = \max\{f_i - \bar f, 0\}

    Players compare a strategy drawn at random with the mean payoff :math:`\bar f = \sum_j x_j f_j`
    (brown1950, hofbauer2000). Unused strategies are taken up when they pay. Rest points: exactly
    the Nash equilibria.

    Parameters
    ----------
    state, fitness : array_like of shape (..., n)
        As for `replicator`.

    Returns
    -------
    numpy.ndarray of shape (..., n)

    References
    ----------
    brown1950, hofbauer2000 in ``references.bib``.

    Examples
    --------
    >>> brown_von_neumann_nash([1.0, 0.0], [1.0, 3.0]).tolist()
    [-2.0, 2.0]
    """
    x, f = _arrays(state, fitness)
    excess = np.maximum(f - _mean(x, f), 0)
    return np.asarray(excess - x * excess.sum(axis=-1, keepdims=True))


def smith(state: Any, fitness: Any) -> Floats:
    r"""Switch to strategies that earn more than one's own, in proportion to the difference.

    .. math:: \dot x_i = \sum_j x_j \max\{f_i - f_j, 0\} - x_i \sum_j \max\{f_j - f_i, 0\}

    Players compare their payoff with that of a strategy drawn at random, used or not (smith1984,
    from the choice of routes by drivers). Rest points: exactly the Nash equilibria.

    Parameters
    ----------
    state, fitness : array_like of shape (..., n)
        As for `replicator`.

    Returns
    -------
    numpy.ndarray of shape (..., n)

    References
    ----------
    smith1984 in ``references.bib``.

    Examples
    --------
    >>> smith([1.0, 0.0], [1.0, 3.0]).tolist()
    [-2.0, 2.0]
    """
    x, f = _arrays(state, fitness)
    gain = np.maximum(f[..., :, None] - f[..., None, :], 0)
    moved = gain * x[..., None, :]
    return np.asarray(moved.sum(axis=-1) - moved.sum(axis=-2))


def imitation(state: Any, fitness: Any) -> Floats:
    r"""Imitate others, more likely those who earn more: the mean field of pairwise comparison.

    .. math:: \dot x_i = x_i \sum_j x_j \tanh \frac{f_i - f_j}{2}

    A player compares itself with another drawn at random and copies it with the probability
    :math:`1/(1 + e^{-(f_j - f_i)})`. This is the limit of the finite population with Fermi
    updating, at selection strength 1, as its size grows (traulsen2006); another strength β is the
    same rule with all payoffs multiplied by β. Rest points: as `replicator`, since tanh is
    increasing and odd: where the strategies in use earn the same.

    Parameters
    ----------
    state, fitness : array_like of shape (..., n)
        As for `replicator`.

    Returns
    -------
    numpy.ndarray of shape (..., n)
        Per unit of time in which each player revises once on average.

    References
    ----------
    traulsen2006 in ``references.bib``.

    Examples
    --------
    >>> imitation([0.5, 0.5], [800.0, 0.0]).tolist()
    [0.25, -0.25]
    """
    x, f = _arrays(state, fitness)
    lean = np.tanh((f[..., :, None] - f[..., None, :]) / 2)
    return np.asarray(x * (lean * x[..., None, :]).sum(axis=-1))


@dataclass(frozen=True)
class Logit(Displayed):
    r"""The rule that `logit` returns: smoothed best replies of a given rationality.

    Attributes
    ----------
    rationality : float
        λ, per unit of payoff.

    Examples
    --------
    >>> Logit(rationality=2.0)([1.0, 0.0], [1.0, 1.0]).tolist()
    [-0.5, 0.5]
    """

    rationality: float

    def __call__(self, state: Any, fitness: Any) -> Floats:
        """Return the velocities, as in `logit`."""
        x, f = _arrays(state, fitness)
        weight = np.exp(self.rationality * (f - f.max(axis=-1, keepdims=True)))
        return np.asarray(weight / weight.sum(axis=-1, keepdims=True) - x)

    def __str__(self) -> str:
        return f"logit({self.rationality:g})"


def logit(rationality: Any) -> Logit:
    r"""Make the rule by which revisers choose logit replies.

    .. math:: \dot x_i = \frac{e^{\lambda f_i}}{\sum_j e^{\lambda f_j}} - x_i

    Best replies after payoffs were disturbed by independent noise of extreme-value law, or costs
    of attention in units of entropy (fudenberg1998, chapter 4; hofbauer2002). At rationality 0 all
    strategies are equally likely, and as it grows the rule approaches `best_response`. Rest
    points: exactly the logit equilibria, which are not Nash equilibria in general.

    Parameters
    ----------
    rationality : number of at least 0
        λ, per unit of payoff; 1/λ is the level of noise.

    Returns
    -------
    Logit
        A rule (state, fitness) → velocity.

    Raises
    ------
    TypeError, ValueError
        If the rationality is no finite number of at least 0.

    References
    ----------
    fudenberg1998, hofbauer2002 in ``references.bib``.

    Examples
    --------
    >>> rule = logit(10)
    >>> print(rule, rule([0.5, 0.5], [1.0, 1.0]).tolist())
    logit(10) [0.0, 0.0]
    """
    value = to_float(fraction(rationality, "rationality"), "rationality")
    if value < 0:
        raise ValueError(f"rationality: requires a number of at least 0, got {rationality}")
    return Logit(value)


@dataclass(frozen=True)
class ReplicatorMutator(Displayed):
    """The rule that `replicator_mutator` returns: growth with errors of copying.

    Attributes
    ----------
    matrix : tuple of tuples of float
        Entry [j][i] is the probability that offspring of strategy j uses strategy i.

    Examples
    --------
    >>> rule = ReplicatorMutator(matrix=((0.5, 0.5), (0.5, 0.5)))
    >>> rule([1.0, 0.0], [2.0, 1.0]).tolist()
    [-1.0, 1.0]
    """

    matrix: tuple[tuple[float, ...], ...]

    def __call__(self, state: Any, fitness: Any) -> Floats:
        """Return the velocities, as in `replicator_mutator`."""
        x, f = _arrays(state, fitness)
        size = len(self.matrix)
        if x.shape[-1] != size:
            raise ValueError(
                f"replicator_mutator: requires {size} strategies, as its matrix has, "
                f"got {x.shape[-1]}"
            )
        offspring = x * f
        if np.any(offspring < 0):
            raise ValueError(
                "replicator_mutator: requires fitness of at least 0 of strategies in use (numbers "
                f"of offspring; add a constant to all payoffs), got {f[offspring < 0].min():.6g}"
            )
        born = offspring @ np.array(self.matrix)
        return np.asarray(born - x * offspring.sum(axis=-1, keepdims=True))

    def __str__(self) -> str:
        return f"replicator_mutator of {len(self.matrix)} strategies"


def replicator_mutator(matrix: Any) -> ReplicatorMutator:
    r"""Make the rule by which shares grow with fitness and are copied with errors.

    .. math:: \dot x_i = \sum_j x_j f_j Q_{ji} - x_i \sum_j x_j f_j

    Fitness is the number of offspring, of which the share :math:`Q_{ji}` of parents j mutates to
    strategy i (hadeler1981, page2002). So fitness must be at least 0, and adding a constant to all
    payoffs changes how much mutation counts. Without mutation, Q the unit matrix, it is
    `replicator`. Rest points: in the interior if every strategy can mutate to every other; not
    Nash equilibria in general.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        Q: row j has the probabilities of what offspring of strategy j uses, and sums to 1.

    Returns
    -------
    ReplicatorMutator
        A rule (state, fitness) → velocity.

    Raises
    ------
    TypeError, ValueError
        If the matrix is no square matrix of probabilities whose rows sum to 1, within 1e-9.

    References
    ----------
    hadeler1981, page2002 in ``references.bib``.

    Examples
    --------
    >>> rule = replicator_mutator([[0.9, 0.1], [0.1, 0.9]])
    >>> rule([0.5, 0.5], [1.0, 1.0]).tolist()
    [0.0, 0.0]
    """
    values = rounded(fractions(matrix, "matrix"), "matrix")
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not values.size:
        raise ValueError(f"matrix: requires a square matrix, got the shape {values.shape}")
    if values.min() < 0:
        raise ValueError(f"matrix: requires probabilities of at least 0, got {values.min():g}")
    sums = [math.fsum(row) for row in values]
    worst = max(sums, key=lambda total: abs(total - 1))
    if abs(worst - 1) > SUM_TOLERANCE:
        raise ValueError(f"matrix: requires rows that sum to 1, got a row with the sum {worst:g}")
    return ReplicatorMutator(
        tuple(
            tuple(float(value / total) for value in row)
            for row, total in zip(values, sums, strict=True)
        )
    )


def rule_name(rule: Any) -> str:
    """Return what to call a rule in messages and labels.

    >>> rule_name(replicator), rule_name(logit(2))
    ('replicator', 'logit(2)')
    """
    if isinstance(rule, (Logit, ReplicatorMutator)):
        return str(rule)
    return str(getattr(rule, "__name__", None) or type(rule).__name__)


def _arrays(state: Any, fitness: Any) -> tuple[Floats, Floats]:
    return np.asarray(state, dtype=np.float64), np.asarray(fitness, dtype=np.float64)


def _mean(x: Floats, f: Floats) -> Floats:
    return np.asarray((x * f).sum(axis=-1, keepdims=True))
