"""Which strategies an equilibrium plays and which are best replies, as bit masks, and in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from dilemma.game import Game
from dilemma.game.display import listed

# (support of x, support of y, best replies to y, best replies to x), as bit masks.
Pattern = tuple[int, int, int, int]

B = TypeVar("B")


def matched(
    rows: Mapping[tuple[int, int], B], columns: Mapping[tuple[int, int], B]
) -> dict[Pattern, tuple[B, B]]:
    """Pairs of vertices, by (support, tight rows), in which both play best replies only.

    >>> matched({(1, 1): "x"}, {(1, 3): "y", (2, 1): "z"})
    {(1, 1, 3, 1): ('x', 'y')}
    """
    found: dict[Pattern, tuple[B, B]] = {}
    for (support, replies), first in rows.items():
        for (other, answers), second in columns.items():
            if support & ~answers == 0 and other & ~replies == 0:
                found[support, other, answers, replies] = (first, second)
    return found


def patterns_of(game: Game) -> dict[Pattern, None]:
    """The patterns of all extreme equilibria of one game, by the exact solver.

    >>> patterns_of(Game.symmetric([[1, 0], [0, 0]]))
    {(1, 1, 1, 1): None, (2, 2, 3, 3): None}
    """
    from dilemma.equilibria import nash

    found: dict[Pattern, None] = {}
    for one in nash(game):
        replies = game.best_replies(one.row, one.column)
        masks = [sum(1 << i for i in side) for side in (*one.supports, *replies)]
        found[masks[0], masks[1], masks[2], masks[3]] = None
    return found


def is_strict(pattern: Pattern) -> bool:
    """Whether both play one strategy each, and it is the only best reply.

    >>> is_strict((1, 2, 1, 2)), is_strict((1, 2, 3, 2))
    (True, False)
    """
    rows, columns, replies_to_y, replies_to_x = pattern
    return (
        rows.bit_count() == columns.bit_count() == 1
        and replies_to_y == rows
        and replies_to_x == columns
    )


def names_in(names: tuple[str, ...], mask: int) -> tuple[str, ...]:
    """The strategies of a bit mask.

    >>> names_in(("collaboration", "competition", "compromise"), 5)
    ('collaboration', 'compromise')
    """
    return tuple(name for i, name in enumerate(names) if mask >> i & 1)


def pattern_words(strategies: tuple[tuple[str, ...], tuple[str, ...]], pattern: Pattern) -> str:
    """An equilibrium as the subject of a sentence.

    >>> names = ("collaboration", "competition")
    >>> pattern_words((names, names), (1, 1, 1, 1)), pattern_words((names, names), (1, 3, 1, 3))
    ('mutual collaboration', 'collaboration with the mixture of collaboration and competition')
    """
    first, second = names_in(strategies[0], pattern[0]), names_in(strategies[1], pattern[1])
    if len(first) == len(second) == 1:
        return f"mutual {first[0]}" if first == second else f"{first[0]} with {second[0]}"
    if first == second:
        return f"the mixture of {listed(first)} by both"
    one, two = (
        f"the mixture of {listed(side)}" if len(side) > 1 else side[0] for side in (first, second)
    )
    return f"{one} with {two}"


@dataclass(frozen=True)
class Sides:
    """How a sentence names the two sides of a border.

    Attributes
    ----------
    above, below : str
        The sides alone, such as "above trust 1/2".
    above_too, below_too : str
        The sides with the border, such as "from trust 1/2 on".
    on : str
        The border alone, such as "at trust 1/2".
    beyond : str
        What is on the other side of the one just named.
    """

    above: str
    below: str
    above_too: str
    below_too: str
    on: str
    beyond: str = "beyond"


def changes_in_words(
    strategies: tuple[tuple[str, ...], tuple[str, ...]],
    below: Collection[Pattern],
    above: Collection[Pattern],
    there: Collection[Pattern],
    sides: Sides,
) -> list[str]:
    """Say what a border changes: equilibria that are strict, or that are, on one side only.

    Nothing, where the two sides differ in no more than ties.

    >>> sides = Sides("above it", "below it", "on and above it", "on and below it", "on it")
    >>> changes_in_words((("a", "b"), ("a", "b")), [], [(1, 1, 1, 1)], [], sides)
    ['above it, mutual a is a strict equilibrium']
    """
    named = partial(pattern_words, strategies)
    strict_above = {named(p) for p in above if is_strict(p)}
    strict_below = {named(p) for p in below if is_strict(p)}
    all_above, all_below, at = (set(map(named, one)) for one in (above, below, there))
    parts = []
    # Strictness is open: where only one side has it, the border itself has it not.
    for words in sorted(strict_above - strict_below):
        verb = "becomes" if words in all_below else "is"
        parts.append(f"{sides.above}, {words} {verb} a strict equilibrium")
    for words in sorted(strict_below - strict_above):
        more = f", and {sides.beyond} not strict" if words in all_above else ""
        parts.append(f"{sides.below}, {words} is a strict equilibrium{more}")
    loose_up = all_above - all_below - strict_above
    loose_down = all_below - all_above - strict_below
    for when, subjects in (
        (sides.above_too, loose_up & at),
        (sides.above, loose_up - at),
        (sides.below_too, loose_down & at),
        (sides.below, loose_down - at),
    ):
        if subjects:
            verb = "is an equilibrium" if len(subjects) == 1 else "are equilibria"
            parts.append(f"{when}, {listed(sorted(subjects))} {verb}")
    return parts


def ties_in_words(on: str) -> str:
    """Say that a border changes no equilibrium's existence but what ties with it.

    >>> ties_in_words("on it")
    'on it, ties change what is a best reply or add equilibria'
    """
    return f"{on}, ties change what is a best reply or add equilibria"
