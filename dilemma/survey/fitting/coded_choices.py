"""From a survey's codes to choices: with raters' errors, moderators and what was done last."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from dilemma.alliance import Strategy
from dilemma.game.display import listed
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.fitting.choices import Choices, Floats, Integers


def choices_of(
    survey: CaseSurvey,
    strategies: Sequence[Strategy],
    columns: Sequence[str],
    confusion: Any,
    ties: str,
) -> tuple[Choices, list[str]]:
    """The choices of a survey, and what is to be said of those that are none.

    Raises
    ------
    ValueError
        If no choice has a code, or several raters coded and nothing is said about their errors.
    """
    notes: list[str] = []
    m = len(strategies)
    if confusion is None:
        single, patterns, emissions = survey, None, np.eye(m)
    else:
        from dilemma.survey.fitting.rater_errors import rated_patterns

        single = survey.consensus("majority") if len(survey.raters) > 1 else survey
    pairs = single.pairs(strategies, ties)
    observed = pairs.strategy
    if confusion is not None:
        patterns, emissions, note = rated_patterns(survey, pairs, strategies, confusion, ties)
        notes.append(note)
        observed = patterns
    there = observed >= 0
    absent = int((~there).sum())
    values: dict[str, Floats] = {}
    known = np.ones(len(pairs), dtype=bool)
    for name in columns:
        both = np.array(pairs.moderators[name])
        # What one firm lacks, the other has, where it is the same for both.
        if survey.spans.get(name, "observation") in ("case", "case-period"):
            both = np.where(np.isnan(both), both[:, ::-1], both)
        values[name] = both
        known &= ~np.isnan(both).any(axis=1)
    lost = int((there & ~known[:, None]).sum())
    if lost:
        notes.append(
            f"{lost:,} choices are left out, since {listed(list(columns))} "
            f"{'are' if len(columns) > 1 else 'is'} missing there"
        )
    used = there & known[:, None]
    if not used.any():
        raise ValueError(
            "survey: requires at least one choice with a code, got "
            f"{absent:,} without a strategy and {lost:,} without moderators"
        )
    row, role = np.nonzero(used)
    table = np.concatenate([values[name] for name in columns], axis=1) if columns else None
    if table is None:
        cell, kinds = np.zeros(len(pairs), dtype=np.int64), np.zeros((1, 0))
    else:
        kinds, found = np.unique(table[known], axis=0, return_inverse=True)
        cell = np.full(len(pairs), -1)
        cell[known] = found.ravel()
    own, other = _last(pairs.strategy, pairs.previous)
    seen = np.bincount(pairs.strategy[pairs.strategy >= 0], minlength=m)
    never = [one.name for one, times in zip(strategies, seen, strict=True) if not times]
    if never:
        notes.append(f"never observed: {listed(never)}")
    choices = Choices(
        role=role,
        pattern=observed[row, role],
        emissions=(emissions, emissions),
        cell=cell[row],
        own_last=own[row, role],
        partner_last=other[row, role],
        case=pairs.case[row],
        weight=np.ones(len(row)),
        cells=len(kinds),
        moderators=MappingProxyType(
            {name: kinds[:, 2 * k : 2 * k + 2] for k, name in enumerate(columns)}
        ),
        missing=absent,
        cases=pairs.cases,
    )
    return choices, notes


def _last(strategy: Integers, previous: Integers) -> tuple[Integers, Integers]:
    """What each firm and its partner did one period earlier; -1 where either is unknown."""
    before = np.where(previous[:, None] >= 0, strategy[previous], -1)
    known = (before >= 0).all(axis=1, keepdims=True)
    own = np.where(known, before, -1)
    return own, own[:, ::-1]
