"""Choices as the likelihood needs them: who chose what, where, and after what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Choices:
    """Observed choices, one an entry.

    Attributes
    ----------
    role : numpy.ndarray of int, shape (n,)
        0 for the row firm of an alliance, 1 for the column firm.
    pattern : numpy.ndarray of int, shape (n,)
        What was observed, as a row of ``emissions``.
    emissions : pair of numpy.ndarray, shapes (patterns, strategies of the role)
        The probability of observing a pattern if the strategy is so; where raters do not err, the
        unit matrix, and a pattern is a strategy.
    cell : numpy.ndarray of int, shape (n,)
        Cases of one cell have the same moderators, and so play the same game.
    own_last, partner_last : numpy.ndarray of int, shape (n,)
        What both did in the period before; -1 where that is unknown.
    case : numpy.ndarray of int, shape (n,)
        Which alliance: its choices may depend on each other.
    weight : numpy.ndarray of float, shape (n,)
        How many choices of that kind (shares of a published table need not be whole numbers).
    cells : int
    moderators : mapping of str to numpy.ndarray, shape (cells,)
    missing : int
        Choices that the survey holds no code of.
    cases : tuple
        What the cases are called.
    """

    role: Integers
    pattern: Integers
    emissions: tuple[Floats, Floats]
    cell: Integers
    own_last: Integers
    partner_last: Integers
    case: Integers
    weight: Floats
    cells: int
    moderators: Mapping[str, Floats]
    missing: int = 0
    cases: tuple[object, ...] = ()

    @property
    def has_past(self) -> bool:
        """True if some choice follows a known period."""
        return bool((self.partner_last >= 0).any())

    @cached_property
    def total(self) -> float:
        """How many choices there are."""
        return float(self.weight.sum())

    def shares(self, *, pooled: bool) -> tuple[Floats, Floats]:
        """Each role's distribution over its strategies in every cell, shapes (cells, strategies).

        Where raters err, the distribution that makes their codes likeliest; NaN where a role has
        no choice in a cell. If pooled, both roles are one population.
        """
        counts = [np.zeros((self.cells, len(self.emissions[role]))) for role in (0, 1)]
        for role in (0, 1):
            mine = self.role == role
            np.add.at(counts[role], (self.cell[mine], self.pattern[mine]), self.weight[mine])
        if pooled:
            counts = [counts[0] + counts[1]] * 2
        first, second = (
            _distribution(one, emission)
            for one, emission in zip(counts, self.emissions, strict=True)
        )
        return first, second


def _distribution(counts: Floats, emissions: Floats) -> Floats:
    """The likeliest distribution over strategies of each row of counts of patterns."""
    totals = counts.sum(axis=1, keepdims=True)
    if np.array_equal(emissions, np.eye(len(emissions))):
        with np.errstate(invalid="ignore"):
            return np.asarray(counts / totals)
    size = emissions.shape[1]
    shares = np.full((len(counts), size), 1.0 / size)
    shares[totals[:, 0] == 0] = np.nan
    for _ in range(5000):
        # One step of expectation and maximization: the likelihood is concave in the shares.
        fitted = shares @ emissions.T
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(counts > 0, counts / fitted, 0.0)
            new = shares * (ratio @ emissions) / totals
        change = np.nanmax(np.abs(new - shares), initial=0.0)
        shares = new
        if change < 1e-12:
            break
    return shares


@dataclass(frozen=True, eq=False)
class RoleGroups:
    """The choices of one role, those that are alike counted together.

    Attributes
    ----------
    cell, own_last, partner_last : numpy.ndarray of int, shape (groups,)
    group, pattern : numpy.ndarray of int, shape (records,)
        A record: one pattern in one group.
    count : numpy.ndarray of float, shape (records,)
    total : numpy.ndarray of float, shape (groups,)
    emissions : numpy.ndarray, shape (patterns, strategies)
    record : numpy.ndarray of int, shape (choices of the role,)
        Which record each choice belongs to.
    """

    cell: Integers
    own_last: Integers
    partner_last: Integers
    group: Integers
    pattern: Integers
    count: Floats
    total: Floats
    emissions: Floats
    record: Integers

    @cached_property
    def errorless(self) -> bool:
        """True if a pattern is a strategy."""
        return np.array_equal(self.emissions, np.eye(len(self.emissions)))


def only_cells(groups: RoleGroups, cells: Integers) -> RoleGroups:
    """The choices in some of the cells, which are numbered anew; choices know no record then."""
    place = np.full(max(int(groups.cell.max(initial=-1)), int(cells.max())) + 1, -1)
    place[cells] = np.arange(len(cells))
    kept = place[groups.cell] >= 0
    number = np.cumsum(kept) - 1
    here = kept[groups.group]
    return replace(
        groups,
        cell=place[groups.cell[kept]],
        own_last=groups.own_last[kept],
        partner_last=groups.partner_last[kept],
        group=number[groups.group[here]],
        pattern=groups.pattern[here],
        count=groups.count[here],
        total=groups.total[kept],
        record=np.zeros(0, dtype=np.int64),
    )


def grouped(choices: Choices, role: int, *, past: bool) -> RoleGroups:
    """Count the choices of a role that nothing in the model tells apart."""
    mine = choices.role == role
    own = choices.own_last[mine] if past else np.full(mine.sum(), -1)
    other = choices.partner_last[mine] if past else own
    keys = np.stack([choices.cell[mine], own, other], axis=1)
    kinds, group = np.unique(keys, axis=0, return_inverse=True)
    patterns = len(choices.emissions[role])
    codes, record = np.unique(
        group.ravel() * patterns + choices.pattern[mine], return_inverse=True
    )
    count = np.bincount(record.ravel(), choices.weight[mine], minlength=len(codes)).astype(float)
    return RoleGroups(
        cell=kinds[:, 0],
        own_last=kinds[:, 1],
        partner_last=kinds[:, 2],
        group=codes // patterns,
        pattern=codes % patterns,
        count=count,
        total=np.bincount(codes // patterns, count, minlength=len(kinds)).astype(float),
        emissions=choices.emissions[role],
        record=record.ravel(),
    )
