"""What the firms of a consortium learn and teach: how much together, and how it is divided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.alliance.evaluation import kind_of_terms
from dilemma.alliance.terms import same
from dilemma.collective.consortium.evaluation import Firms, firms_at, mean_learning, scalar
from dilemma.game import checking
from dilemma.writing.lines import wrapped
from dilemma.writing.numerals import number
from dilemma.writing.pages import Displayed


@dataclass(frozen=True, repr=False, eq=False)
class SharedLearning(Displayed):
    """What each firm of a group learns from the others and teaches them.

    Attributes
    ----------
    strategies : tuple of str
        What is played in each row of the answer.
    firms : tuple of int
        How many firms there are of each row: of a strategy, or 1.
    learned : tuple
        What each such firm learns from the others, f: a mean over them.
    taught : tuple
        What the others learn from it, g: a mean over them.
    joint : number
        The joint learning, the sum of f over all firms, which is that of g.
    division : tuple
        Each such firm's share of the joint learning; None where nothing is learned (NaN in a
        batch).
    exploitation : tuple
        How much more the others learn from such a firm than it from them, g − f.

    Notes
    -----
    Numbers are Fractions, expressions, or read-only arrays over the batch, as the terms are.
    """

    strategies: tuple[str, ...]
    firms: tuple[int, ...]
    learned: tuple[Any, ...]
    taught: tuple[Any, ...]
    joint: Any
    division: tuple[Any, ...]
    exploitation: tuple[Any, ...]

    def __post_init__(self) -> None:
        parts = (*self.learned, *self.taught, self.joint, *self.division, *self.exploitation)
        for one in parts:
            values = getattr(one, "values", one)
            if isinstance(values, np.ndarray):
                values.setflags(write=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SharedLearning):
            return NotImplemented
        if (self.strategies, self.firms) != (other.strategies, other.firms):
            return False
        # The rest follows from what is learned and taught.
        mine, theirs = (*self.learned, *self.taught), (*other.learned, *other.taught)
        return all(map(same, mine, theirs))

    def __hash__(self) -> int:
        if np.ndim(self.joint):
            raise TypeError("SharedLearning: requires numbers, not a batch of them, to be hashed")
        return hash((self.strategies, self.firms, self.learned, self.taught))

    def __repr__(self) -> str:
        return f"<SharedLearning of {sum(self.firms)} firms>"

    def __str__(self) -> str:
        if np.ndim(self.joint):
            return f"What {sum(self.firms)} firms learn, over a batch of {np.shape(self.joint)}."
        words = [f"Together {sum(self.firms)} firms learn {_shown(self.joint)}."]
        width = max(map(len, self.strategies))
        rows = zip(self.strategies, self.firms, self.learned, self.taught, self.division,
                   strict=True)  # fmt: skip
        for name, often, learned, taught, share in rows:
            of_it = "" if share is None else f", {_shown(share)} of it all"
            each = " each" if often > 1 else ""
            words.append(
                f"  {name:<{width}} x {often}: learns {_shown(learned)}{of_it}{each}; "
                f"teaches {_shown(taught)}"
            )
        return wrapped(words)


def learning_of(firms: Firms, group: Any, label: Callable[[Any], Any]) -> SharedLearning:
    """Read a group and find what is learned in it; see `Consortium.learning`.

    ``label(value)`` puts names to the dimensions of an array over the batch.
    """
    names = tuple(one.name for one in firms.strategies)
    differ = any(isinstance(value, tuple) for value in firms.terms.values())
    if differ and isinstance(group, str):
        group = [group] * firms.size
    profile, counts, named = read_group(group, names, firms.size)
    if differ and not named:
        raise ValueError(
            "group: requires the strategy of each firm, since firms differ, got numbers of firms"
        )
    each, mutual = firms_at(firms, [firms.strategies[s] for s in profile])
    # The first firm of each row stands for all: firms are alike, or rows have one.
    starts = np.cumsum([0, *counts[:-1]]).tolist()
    found = [mean_learning(firms, each, start, mutual) for start in starts]
    learned = tuple(label(scalar(one)) for one, _ in found)
    taught = tuple(label(scalar(one)) for _, one in found)
    joint = sum(often * one for often, one in zip(counts, learned, strict=True))
    if kind_of_terms(firms.terms) in ("array", "labelled array"):
        with np.errstate(invalid="ignore", divide="ignore"):
            division = tuple(one / joint for one in learned)
    else:
        division = tuple(None if joint == 0 else one / joint for one in learned)
    return SharedLearning(
        strategies=tuple(names[profile[start]] for start in starts),
        firms=tuple(counts),
        learned=learned,
        taught=taught,
        joint=joint,
        division=division,
        exploitation=tuple(g - f for f, g in zip(learned, taught, strict=True)),
    )


def read_group(group: Any, names: tuple[str, ...], size: int) -> tuple[list[int], list[int], bool]:
    """Who plays what: the strategies of all firms, and how many firms there are in each row.

    And whether it was said of each firm.
    """
    if isinstance(group, str):
        group = {group: size}
    if isinstance(group, Mapping):
        order = checking.chosen(list(group), names, "group")
        counts = checking.composition(group.values(), size, len(order), "group", "firms")
    elif isinstance(group, Iterable):
        members = list(group)
        if any(isinstance(one, str) for one in members):
            if len(members) != size:
                raise ValueError(
                    f"group: requires {size} strategies, one of each firm, got {len(members)}"
                )
            profile = [checking.chosen([one], names, "group")[0] for one in members]
            return profile, [1] * size, True
        order = list(range(len(names)))
        counts = checking.composition(members, size, len(names), "group", "firms")
    else:
        raise TypeError(
            "group: requires how many firms play each strategy, or the strategies of all firms "
            f"by name, got {group!r}"
        )
    there = [(s, often) for s, often in zip(order, counts, strict=True) if often]
    return [s for s, often in there for _ in range(often)], [often for _, often in there], False


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, Fraction) else str(value)
