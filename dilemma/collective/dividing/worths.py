"""How the values of coalitions are given, and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction

Worth = Callable[[frozenset[str]], Any] | Mapping[Any, Any]


@dataclass(frozen=True)
class WorthBySize:
    """The value of a coalition of firms that are alike, by its size alone.

    Attributes
    ----------
    values : tuple of Fraction
        Of coalitions of 0, 1, …, n firms.
    """

    values: tuple[Fraction, ...]

    def __call__(self, members: frozenset[str]) -> Fraction:
        """Return what a coalition is worth."""
        return self.values[len(members)]


def firm_names(firms: Any) -> tuple[str, ...]:
    """Read how many firms there are, or what they are called.

    >>> firm_names(2)
    ('firm 1', 'firm 2')
    """
    if isinstance(firms, (bool, str)) or not isinstance(firms, (int, np.integer, Sequence)):
        raise TypeError(f"firms: requires a number or a sequence of names, got {firms!r}")
    if isinstance(firms, (int, np.integer)):
        firms = [f"firm {k + 1}" for k in range(int(firms))]
    names = tuple(firms)
    if not names:
        raise ValueError("firms: requires at least 1, got none")
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"firms: requires names (str), got {name!r}")
    if len(set(names)) < len(names):
        raise ValueError(f"firms: requires different names, got {', '.join(names)}")
    return names


def read_members(members: Any, firms: Sequence[str]) -> tuple[str, ...]:
    """Read a coalition: some of the firms, each once.

    >>> read_members("a", ["a", "b"])
    ('a',)
    """
    if isinstance(members, str):
        members = (members,)
    if not isinstance(members, Iterable):
        raise TypeError(f"members: requires names of firms, got {members!r}")
    own = tuple(members)
    for name in own:
        if name not in firms:
            raise ValueError(f"members: requires firms among {', '.join(firms)}, got {name!r}")
    if len(set(own)) < len(own):
        raise ValueError(f"members: requires each firm once, got {', '.join(own)}")
    return own


def read_mapping(worth: Mapping[Any, Any], firms: Sequence[str]) -> dict[frozenset[str], Fraction]:
    """Read the values of all coalitions from a mapping.

    >>> sorted(map(len, read_mapping({"a": 1, "b": 0, ("a", "b"): "3/2"}, ["a", "b"])))
    [1, 1, 2]
    """
    found: dict[frozenset[str], Fraction] = {}
    for key, value in worth.items():
        own = frozenset(read_members(key, firms))
        if own in found:
            raise ValueError(f"worth: requires each coalition once, got {key!r} twice")
        found[own] = fraction(value, f"worth of {', '.join(sorted(own)) or 'nobody'}")
    if found.pop(frozenset(), Fraction(0)) != 0:
        raise ValueError("worth: requires 0 for nobody")
    missing = (1 << len(firms)) - 1 - len(found)
    if missing:
        first = next(
            one
            for mask in range(1, 1 << len(firms))
            if (one := frozenset(n for k, n in enumerate(firms) if mask >> k & 1)) not in found
        )
        raise ValueError(
            f"worth: requires every coalition, and {missing} are missing, among them "
            f"({', '.join(sorted(first))})"
        )
    return found


def require_nothing_for_nobody(worth: Callable[[frozenset[str]], Any]) -> None:
    """Raise a ValueError if a function says that nobody is worth something.

    >>> require_nothing_for_nobody(lambda members: len(members) - 1)
    Traceback (most recent call last):
    ...
    ValueError: worth: requires 0 for nobody, got -1
    """
    nobody = worth(frozenset())
    if fraction(nobody, "worth of nobody") != 0:
        raise ValueError(f"worth: requires 0 for nobody, got {nobody}")
