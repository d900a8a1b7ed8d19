"""How pairs of strategies follow each other from period to period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import STRATEGIES, Strategy
from dilemma.game.display import wrapped
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.writing.pages import Displayed

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Transitions(Displayed):
    """How often a pair of strategies was followed by another.

    Attributes
    ----------
    strategies : tuple of Strategy
    counts : numpy.ndarray of int, shape (m, m, m, m), read-only
        [row firm's last, column firm's last, row firm's next, column firm's next].
    observed : int
        Pairs of neighbouring periods in which all four are known.
    incomplete : int
        Those in which one of the four is missing.
    firsts : int
        Periods that no period of the case precedes immediately: its first one, or after a gap.
    """

    strategies: tuple[Strategy, ...]
    counts: Integers
    observed: int
    incomplete: int
    firsts: int

    @property
    def matrix(self) -> Integers:
        """The counts as a matrix of pairs, shape (m², m²): pair (i, j) is number m i + j."""
        m = len(self.strategies)
        return self.counts.reshape(m * m, m * m)

    @property
    def replies(self) -> tuple[Integers, Integers]:
        """For each firm, counts [own last, partner's last, own next], shape (m, m, m)."""
        row = self.counts.sum(axis=3)
        column = self.counts.sum(axis=2).transpose(1, 0, 2)
        return row, column

    def __repr__(self) -> str:
        return f"<Transitions: {self.observed:,} between pairs of strategies>"

    def __str__(self) -> str:
        m = len(self.strategies)
        short = [one.short for one in self.strategies]
        unseen = int((self.matrix.sum(axis=1) == 0).sum())
        lines = [
            f"{self.observed:,} transitions; {self.incomplete:,} with a missing choice, and "
            f"{self.firsts:,} periods without one before. {unseen} of {m * m} pairs were never "
            "seen to be followed."
        ]
        order = np.argsort(-self.matrix, axis=None, kind="stable")
        most = [one for one in order[:10] if self.matrix.flat[one]]
        if most:
            lines.append("  last pair   next pair   times   of those after the last")
        for one in most:
            last, after = divmod(int(one), m * m)
            times, total = int(self.matrix[last, after]), int(self.matrix[last].sum())
            pairs = [f"{short[k // m]}-{short[k % m]}" for k in (last, after)]
            lines.append(f"  {pairs[0]:<10}  {pairs[1]:<10}  {times:>5}  {times / total:>7.3f}")
        return wrapped(lines)


def transition_counts(
    survey: CaseSurvey, strategies: Iterable[Strategy] = STRATEGIES, ties: str = "missing"
) -> Transitions:
    """Count how pairs of strategies follow each other from one period to the next.

    Parameters
    ----------
    survey : CaseSurvey
        With one rating of each firm (`CaseSurvey.consensus`).
    strategies, ties
        As in `classify`.

    Returns
    -------
    Transitions

    Raises
    ------
    ValueError
        If several raters coded a firm in the same period.

    Examples
    --------
    >>> from dilemma import Alliance
    >>> from dilemma.survey import simulate_survey
    >>> survey = simulate_survey(Alliance(), 50, periods=4, seed=1, policies={"grim": 1})
    >>> found = transition_counts(survey)
    >>> found.counts[0, 0, 0, 0], found.observed, found.incomplete
    (np.int64(150), 150, 0)
    """
    pairs = survey.pairs(strategies, ties)
    m = len(pairs.strategies)
    follows = pairs.previous >= 0
    now, before = pairs.strategy[follows], pairs.strategy[pairs.previous[follows]]
    four = np.concatenate([before, now], axis=1)
    known = (four >= 0).all(axis=1)
    counts = np.zeros((m, m, m, m), dtype=np.int64)
    np.add.at(counts, tuple(four[known].T), 1)
    counts.setflags(write=False)
    return Transitions(
        pairs.strategies, counts, int(known.sum()), int((~known).sum()), int((~follows).sum())
    )
