"""Surveys, classifications and pairs in words, at most 80 columns wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dilemma.game.display import wrapped

if TYPE_CHECKING:
    from dilemma.survey.coding.cases import CaseSurvey
    from dilemma.survey.coding.classes import Classification, StrategyPairs


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one.

    >>> counted(1, "case"), counted(1200, "rating")
    ('1 case', '1,200 ratings')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"


def described(survey: CaseSurvey) -> str:
    """What a survey holds, and what it lacks."""
    count = len(survey)
    if not count:
        return wrapped(
            [f"{survey.source}: no observations", *(f"  {one}" for one in survey.notes)]
        )
    periods = np.unique(survey.period)
    raters = len(survey.raters)
    span = f"{periods[0]} to {periods[-1]}" if len(periods) > 1 else f"{periods[0]}"
    lines = [
        f"{survey.source}: {counted(count, 'observation')} of "
        f"{counted(len(survey.cases), 'case')}, {counted(len(periods), 'period')} ({span})"
        + (f", {counted(raters, 'rater')}" if raters else "")
    ]
    measured = {"receptivity": survey.receptivity, "transparency": survey.transparency}
    measured |= dict(survey.moderators)
    if not np.isnan(survey.outcome).all():
        measured["outcome"] = survey.outcome
    width = max(len("column"), *map(len, measured))
    lines.append(f"  {'column':<{width}}  missing      mean       min       max  measured per")
    for name, values in measured.items():
        there = values[~np.isnan(values)]
        numbers = (
            [f"{one:.4g}" for one in (there.mean(), there.min(), there.max())]
            if len(there)
            else ["-"] * 3
        )
        cells = "".join(f" {one:>9}" for one in numbers)
        per = survey.spans.get(name, "observation")
        lines.append(f"  {name:<{width}}  {count - len(there):7,}{cells}  {per}")
    halves = np.isnan(survey.receptivity) != np.isnan(survey.transparency)
    if halves.any():
        lines.append(f"  {counted(int(halves.sum()), 'observation')} with one code of the two")
    lines += [f"  {note}" for note in survey.notes]
    if survey.truth is not None:
        lines.append("  simulated: nothing in it was observed")
    return wrapped(lines)


def classification_in_words(thing: Classification) -> str:
    """How many observations are near which strategy, and how near."""
    count, missing, tied = len(thing.strategy), int(thing.missing.sum()), int(thing.tied.sum())
    done = "left missing" if thing.ties == "missing" else "given to the first"
    lines = [
        f"{counted(count, 'observation')}: {missing:,} without a code, {tied:,} tied and {done}."
    ]
    width = max(len("strategy"), *(len(one.name) for one in thing.strategies))
    lines.append(f"  {'strategy':<{width}}  observations  mean distance")
    for k, one in enumerate(thing.strategies):
        mine = thing.distance[thing.strategy == k]
        mean = f"{mine.mean():.3f}" if len(mine) else "-"
        lines.append(f"  {one.name:<{width}}  {len(mine):>12,}  {mean:>13}")
    return wrapped(lines)


def pairs_in_words(thing: StrategyPairs) -> str:
    """How often which strategies meet: the row firm's down, the column firm's across."""
    complete = int(thing.complete.sum())
    lines = [
        f"{counted(len(thing), 'pair')} of {counted(len(thing.cases), 'case')}, "
        f"{len(thing) - complete:,} with a missing strategy; row firm down, column firm across"
    ]
    names = [one.short for one in thing.strategies]
    if len(names) > 9:
        lines.append(f"  {counted(len(names), 'strategy').replace('ys', 'ies')}: see counts")
        return wrapped(lines)
    margin = max(map(len, names))
    lines.append(f"  {'':<{margin}}{''.join(f'{name:>8}' for name in names)}")
    for name, row in zip(names, thing.counts, strict=True):
        lines.append(f"  {name:<{margin}}{''.join(f'{one:8,}' for one in row)}")
    return wrapped(lines)
