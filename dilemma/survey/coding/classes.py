"""From codes to strategies: the nearest point of the (r, t) square, with its distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import STRATEGIES, Strategy
from dilemma.alliance.strategies import checked_strategies
from dilemma.arrays.exact import fraction
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.survey.coding.cases import CaseSurvey

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Squared distances closer than this are compared in rational arithmetic.
CLOSE = 1e-9
TIES = ("missing", "first")


@dataclass(frozen=True, eq=False, repr=False)
class Classification(Displayed):
    """The nearest strategy of each observation.

    Attributes
    ----------
    strategies : tuple of Strategy
    strategy : numpy.ndarray of int, shape (observations,)
        Index of the nearest strategy; −1 where a code is missing, or where several strategies are
        equally near and ties are left missing.
    distance : numpy.ndarray of float, shape (observations,)
        Euclidean distance to it, in the square of receptivity and transparency; NaN where a code
        is missing.
    nearest : numpy.ndarray of bool, shape (observations, strategies)
        All strategies that are nearest: more than one in a tie.
    ties : str
        What was done with ties: "missing" or "first".
    """

    strategies: tuple[Strategy, ...]
    strategy: Integers
    distance: Floats
    nearest: Flags
    ties: str

    @property
    def missing(self) -> Flags:
        """Where a code is missing."""
        return np.isnan(self.distance)

    @property
    def tied(self) -> Flags:
        """Where several strategies are equally near."""
        return np.asarray(self.nearest.sum(axis=1) > 1)

    @property
    def counts(self) -> Integers:
        """How many observations each strategy has."""
        found = self.strategy[self.strategy >= 0]
        return np.bincount(found, minlength=len(self.strategies)).astype(np.int64)

    @property
    def names(self) -> tuple[str | None, ...]:
        """The name of each observation's strategy; None where there is none."""
        labels = [one.name for one in self.strategies]
        return tuple(labels[k] if k >= 0 else None for k in self.strategy)

    def __repr__(self) -> str:
        return f"<Classification: {len(self.strategy):,} observations>"

    def __str__(self) -> str:
        from dilemma.survey.coding.descriptions import classification_in_words

        return classification_in_words(self)


def classify(
    receptivity: Any,
    transparency: Any,
    strategies: Iterable[Strategy] = STRATEGIES,
    ties: str = "missing",
) -> Classification:
    """Find the strategy that is nearest to each pair of codes.

    Parameters
    ----------
    receptivity, transparency : array_like of float, shape (n,)
        Codes in [0, 1]; NaN is missing. An observation with one code is missing too: half a code
        says nothing certain about the strategy.
    strategies : sequence of Strategy
        The five of larsson1998 unless given; those of `strategy_grid`, for example.
    ties : "missing" or "first"
        What becomes of an observation that is equally near to several strategies: missing, or the
        first of them in the order of ``strategies``. **With three levels a code and the five
        strategies, four of the nine points tie three ways**: medium receptivity at low
        transparency is as near to competition and avoidance as to compromise. Use
        ``strategy_grid(3)`` for such codes, or five levels, or be explicit.

    Returns
    -------
    Classification

    Raises
    ------
    TypeError, ValueError
        If codes are outside [0, 1] or of different lengths, or ties none of the two.

    Notes
    -----
    Distances are in floating point; where two of them are too close to tell, they are compared in
    rational arithmetic (a float means the decimal that prints it). O(n k) time.

    Examples
    --------
    >>> print(classify([1, 0.8, 0.5, 0.5], [1, 0.1, 0, float("nan")]))
    4 observations: 1 without a code, 1 tied and left missing.
      strategy       observations  mean distance
      collaboration             1          0.000
      competition               1          0.224
      compromise                0              -
      accommodation             0              -
      avoidance                 0              -
    """
    chosen = checked_strategies(strategies)
    if ties not in TIES:
        raise ValueError(f"ties: requires 'missing' or 'first', got {ties!r}")
    both = [_codes(receptivity, "receptivity"), _codes(transparency, "transparency")]
    if len(both[0]) != len(both[1]):
        raise ValueError(
            "transparency: requires as many codes as receptivity has, got "
            f"{len(both[1])} beside {len(both[0])}"
        )
    codes = np.stack(both)
    places = np.array([[float(one.receptivity), float(one.transparency)] for one in chosen]).T
    squares = ((codes[:, :, None] - places[:, None, :]) ** 2).sum(axis=0)
    missing = np.isnan(squares[:, 0])
    least = squares.min(axis=1)
    nearest = squares <= (least + CLOSE)[:, None]
    doubtful = np.flatnonzero(nearest.sum(axis=1) > 1)
    known: dict[tuple[float, float], Flags] = {}
    for k in doubtful:
        point = (float(codes[0, k]), float(codes[1, k]))
        if point not in known:
            known[point] = _exactly_nearest(point, chosen)
        nearest[k] = known[point]
    nearest[missing] = False
    strategy = np.where(missing, -1, nearest.argmax(axis=1))
    if ties == "missing":
        strategy[nearest.sum(axis=1) > 1] = -1
    distance = np.sqrt(least)
    for array in (strategy, distance, nearest):
        array.setflags(write=False)
    return Classification(chosen, strategy, distance, nearest, ties)


def _codes(values: Any, name: str) -> Floats:
    codes = np.array(values, dtype=np.float64)
    if codes.ndim != 1:
        raise ValueError(f"{name}: requires one code for each observation, got {codes.shape}")
    wrong = np.flatnonzero((codes < 0) | (codes > 1))
    if len(wrong):
        raise ValueError(f"{name}: requires codes in [0, 1], got {codes[wrong[0]]} at {wrong[0]}")
    return codes


def _exactly_nearest(point: tuple[float, float], strategies: tuple[Strategy, ...]) -> Flags:
    r, t = map(fraction, point)
    squares: list[Fraction] = [
        (r - one.receptivity) ** 2 + (t - one.transparency) ** 2 for one in strategies
    ]
    least = min(squares)
    return np.array([one == least for one in squares])


@dataclass(frozen=True, eq=False, repr=False)
class StrategyPairs(Displayed):
    """Both firms' strategies, for each case and period; sorted by case, then period.

    Attributes
    ----------
    cases : tuple of str
        In the order of the table.
    case : numpy.ndarray of int, shape (pairs,)
        Index in `cases`.
    period : numpy.ndarray of int, shape (pairs,)
    firms : numpy.ndarray of str, shape (pairs, 2)
        The firm that stands for the row firm, and its partner.
    strategies : tuple of Strategy
    strategy : numpy.ndarray of int, shape (pairs, 2)
        Index in `strategies`; −1 is missing.
    distance : numpy.ndarray of float, shape (pairs, 2)
    tied : numpy.ndarray of bool, shape (pairs, 2)
    moderators : mapping of str to numpy.ndarray of float, shape (pairs, 2)
        As measured for each firm; NaN is missing.
    outcome : numpy.ndarray of float, shape (pairs, 2)
    previous : numpy.ndarray of int, shape (pairs,)
        Where the same case is one period earlier; −1 if that period was not observed.
    """

    cases: tuple[str, ...]
    case: Integers
    period: Integers
    firms: NDArray[np.object_]
    strategies: tuple[Strategy, ...]
    strategy: Integers
    distance: Floats
    tied: Flags
    moderators: Mapping[str, Floats]
    outcome: Floats
    previous: Integers

    @property
    def complete(self) -> Flags:
        """Where both firms have a strategy."""
        return np.asarray((self.strategy >= 0).all(axis=1))

    @property
    def counts(self) -> Integers:
        """How often each pair of strategies occurs, shape (strategies, strategies)."""
        k = len(self.strategies)
        row, column = self.strategy[self.complete].T
        return np.bincount(row * k + column, minlength=k * k).reshape(k, k).astype(np.int64)

    def __len__(self) -> int:
        return len(self.case)

    def __repr__(self) -> str:
        return f"<StrategyPairs: {len(self):,} of {len(self.cases):,} cases>"

    def __str__(self) -> str:
        from dilemma.survey.coding.descriptions import pairs_in_words

        return pairs_in_words(self)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "moderators": dict(self.moderators)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, moderators=MappingProxyType(state["moderators"]))


def strategy_pairs(
    survey: CaseSurvey, strategies: Iterable[Strategy] = STRATEGIES, ties: str = "missing"
) -> StrategyPairs:
    """Pair the strategies of the two firms in each case and period.

    Parameters
    ----------
    survey : CaseSurvey
        With one observation for each firm: where several raters coded, say first what they agree
        on (`CaseSurvey.consensus`).
    strategies, ties
        As in `classify`.

    Returns
    -------
    StrategyPairs

    Raises
    ------
    ValueError
        If several raters coded a firm in the same period.

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import simulate_survey
    >>> pairs = simulate_survey(Alliance(), cases=3, periods=2, seed=1).pairs()
    >>> pairs.strategy.shape, pairs.previous
    ((6, 2), array([-1,  0, -1,  2, -1,  4]))
    """
    if len(survey.raters) > 1:
        raise ValueError(
            f"survey: requires one rating of each firm, got {len(survey.raters)} raters; "
            "make one of them first, with survey.consensus(rule='mean') or another rule"
        )
    found = classify(survey.receptivity, survey.transparency, strategies, ties)
    cases = survey.cases
    index = {name: k for k, name in enumerate(cases)}
    case = np.array([index[name] for name in survey.case], dtype=np.int64)
    # Sorted by case and period; a firm that nobody rated then is missing on its side.
    order = np.lexsort((survey.period, case))
    joint = np.stack([case, survey.period], axis=1)[order]
    new = np.ones(len(joint), dtype=bool)
    new[1:] = (np.diff(joint, axis=0) != 0).any(axis=1)
    place = np.empty(len(joint), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    first = joint[new]
    follows = (np.diff(first, axis=0) == [0, 1]).all(axis=1)
    previous = np.full(len(first), -1)
    previous[1:] = np.where(follows, np.arange(len(first) - 1), -1)

    def paired(values: NDArray[Any], absent: Any) -> NDArray[Any]:
        both = np.full((len(first), 2), absent, dtype=values.dtype)
        both[place, survey.side] = values
        return both

    arrays = (
        first[:, 0].copy(), first[:, 1].copy(), paired(survey.firm, ""),
        paired(found.strategy, -1), paired(found.distance, np.nan), paired(found.tied, False),
        paired(survey.outcome, np.nan), previous,
    )  # fmt: skip
    moderators = {name: paired(values, np.nan) for name, values in survey.moderators.items()}
    for array in (*arrays, *moderators.values()):
        array.setflags(write=False)
    *rest, outcome, before = arrays
    one, period, firms, strategy, distance, tied = rest
    return StrategyPairs(
        cases, one, period, firms, found.strategies, strategy, distance, tied,
        MappingProxyType(moderators), outcome, before,
    )  # fmt: skip
