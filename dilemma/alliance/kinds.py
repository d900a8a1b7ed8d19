"""Which social dilemma an alliance is: the ordinal kinds of 2 × 2 games."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.writing.pages import Displayed


@dataclass(frozen=True, repr=False)
class Dilemma(Displayed):
    """The game on {collaboration, competition}, with mutual avoidance beside it.

    Every payoff is a pair (row firm, column firm): of Fractions or expressions, or of arrays
    over the batch.

    Attributes
    ----------
    temptation : pair
        T: competing against a collaborator.
    reward : pair
        R: mutual collaboration.
    punishment : pair
        P: mutual competition.
    sucker : pair
        S: collaborating with a competitor.
    avoidance : pair
        Mutual avoidance.
    kinds : pair of str, or of arrays of str
        Each firm's kind of dilemma, by the order of its T, R, P and S.
    kind : str, or array of str
        The kind, if both firms' agree; else both.
    order : pair of str, or of arrays of str
        Each firm's five payoffs in order, such as "T > R > P = avoidance > S".
    learning_dilemma : bool, or array of bool
        True if for both firms T > R > mutual avoidance: each is tempted, and both would lose.
    """

    temptation: Any
    reward: Any
    punishment: Any
    sucker: Any
    avoidance: Any
    kinds: Any
    kind: Any
    order: Any
    learning_dilemma: Any

    def __repr__(self) -> str:
        if not isinstance(self.kind, str):
            return f"<Dilemma: a batch of shape {self.kind.shape}>"
        orders = dict.fromkeys(self.order)
        return f"<Dilemma: {self.kind} ({'; '.join(orders)})>"


UNDECIDED = "undecided: the terms are symbolic"


def kind_of_dilemma(T: Any, R: Any, P: Any, S: Any) -> str:
    """Name a symmetric 2 × 2 game by the order of its payoffs.

    Parameters
    ----------
    T, R, P, S : numbers
        Temptation, reward, punishment, sucker's payoff.

    Returns
    -------
    str
        "prisoner's dilemma" (T > R > P > S), "deadlock" (T > R, P > S, P > R), "stag hunt"
        (R > T, P > S, R > P), "reverse stag hunt" (the same with P > R), "chicken"
        (T > R > S > P), "leader" (T > S > R, S > P), "hero" (S > T > R, S > P), "harmony" (R > T,
        S > P), or "borderline: …" with the equalities that leave it open.

    Examples
    --------
    >>> kind_of_dilemma(5, 3, 1, 0), kind_of_dilemma(3, 3, 1, 0)
    ("prisoner's dilemma", 'borderline: T = R')
    """
    ties = [words for words, same in (("T = R", T == R), ("P = S", P == S)) if same]
    if not ties and P > S and R == P:
        ties = ["R = P"]
    if ties:
        return f"borderline: {', '.join(ties)}"
    if T > R:
        if P > S:
            return "prisoner's dilemma" if R > P else "deadlock"
        if R == S or (R < S and S == T):
            return f"borderline: {'R = S' if R == S else 'S = T'}"
        if R > S:
            return "chicken"
        return "leader" if T > S else "hero"
    if P > S:
        return "stag hunt" if R > P else "reverse stag hunt"
    return "harmony"


def order_of_payoffs(T: Any, R: Any, P: Any, S: Any, avoidance: Any) -> str:
    """Write five payoffs in order.

    >>> order_of_payoffs(5, 3, 0, -1, 0)
    'T > R > P = avoidance > S'
    """
    named = [(T, "T"), (R, "R"), (P, "P"), (S, "S"), (avoidance, "avoidance")]
    named.sort(key=lambda pair: pair[0], reverse=True)
    return " > ".join(
        " = ".join(name for _, name in group) for _, group in groupby(named, lambda pair: pair[0])
    )


def dilemma_of(
    first: NDArray[Any],
    second: NDArray[Any],
    label: Callable[[Any, tuple[str, ...]], Any],
    error: NDArray[np.float64] | None = None,
    exactly: Callable[[tuple[int, ...]], Dilemma] | None = None,
) -> Dilemma:
    """Gather the dilemma from both firms' payoffs on collaboration, competition and avoidance.

    Parameters
    ----------
    first, second : arrays of shape (..., 3, 3)
    label : function (values, dims) -> values
        Puts names to an array over the batch.
    error : array of shape (2, 3, 3), optional
        For a batch: a bound on the rounding errors of the payoffs.
    exactly : function (index) -> Dilemma, optional
        For a batch: the exact dilemma at one index, which is asked where rounding could decide.
    """
    # Cell (i, j): the row firm plays the i-th strategy. The column firm's roles are the transpose.
    roles = ((1, 0), (0, 0), (1, 1), (0, 1), (2, 2))
    payoffs = (first, np.swapaxes(second, -1, -2))
    T, R, P, S, avoidance = (
        tuple(one[..., i, j] if one.ndim > 2 else one[i, j] for one in payoffs) for i, j in roles
    )

    def named(pair: Any) -> tuple[Any, Any]:
        return label(pair[0], ()), label(pair[1], ())

    if error is None or exactly is None:
        judged = [_judgement(*(role[p] for role in (T, R, P, S, avoidance))) for p in (0, 1)]
        kinds: Any = tuple(one[0] for one in judged)
        orders: Any = tuple(one[1] for one in judged)
        kind: Any = _both_kinds(*kinds)
        tempted: Any = None if UNDECIDED in kinds else bool(judged[0][2] and judged[1][2])
    else:
        shape = np.shape(T[0])
        kinds, orders = ([np.empty(shape, dtype=object) for _ in (0, 1)] for _ in (0, 1))
        kind, tempted = np.empty(shape, dtype=object), np.empty(shape, dtype=np.bool_)
        transposed = (error[0], error[1].T)
        doubt = np.zeros(shape, dtype=np.bool_)
        for p in (0, 1):
            values = [role[p] for role in (T, R, P, S, avoidance)]
            bounds = [transposed[p][role] for role in roles]
            for a, b in combinations(range(5), 2):
                doubt |= ~(np.abs(values[a] - values[b]) > bounds[a] + bounds[b])
        for index in np.ndindex(shape):
            if doubt[index]:
                exact = exactly(index)
                kind[index], tempted[index] = exact.kind, exact.learning_dilemma
                for p in (0, 1):
                    kinds[p][index], orders[p][index] = exact.kinds[p], exact.order[p]
                continue
            temptations = []
            for p in (0, 1):
                numbers = [role[p][index] for role in (T, R, P, S, avoidance)]
                kinds[p][index], orders[p][index], both = _judgement(*numbers)
                temptations.append(both)
            kind[index] = _both_kinds(kinds[0][index], kinds[1][index])
            tempted[index] = all(temptations)
    return Dilemma(
        temptation=named(T),
        reward=named(R),
        punishment=named(P),
        sucker=named(S),
        avoidance=named(avoidance),
        kinds=named(kinds),
        kind=label(kind, ()),
        order=named(orders),
        learning_dilemma=label(tempted, ()),
    )


def _judgement(T: Any, R: Any, P: Any, S: Any, avoidance: Any) -> tuple[str, str, bool]:
    """One firm's kind, order, and whether T > R > avoidance; left open where it is symbolic."""
    try:
        kind = kind_of_dilemma(T, R, P, S)
        return kind, order_of_payoffs(T, R, P, S, avoidance), bool(T > R > avoidance)
    except TypeError:  # sympy's word for an inequality between symbols that is not decided
        return UNDECIDED, UNDECIDED, False


def _both_kinds(first: str, second: str) -> str:
    if first == second:
        return first
    return f"{first} for the row firm, {second} for the column firm"
