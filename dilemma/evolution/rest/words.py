"""States of populations in words: which strategies are in use, with which shares."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dilemma.arrays.located_points import words_of
from dilemma.game import Game, GroupGame
from dilemma.game.display import listed, number

# Shares in floating point below this are not named.
TRACE = 1e-3


def names_of(game: Game | GroupGame) -> tuple[tuple[str, ...], ...]:
    """The strategies of each population; players alike are one.

    >>> names_of(Game.symmetric([[1]], ["left"]))
    (('left',), ('left',))
    """
    return (game.strategies,) if isinstance(game, GroupGame) else game.strategies


def describe_state(game: Game | GroupGame, state: Sequence[Sequence[Any]]) -> str:
    """Name a state: of one population, or of two.

    Examples
    --------
    >>> half, game = Fraction(1, 2), Game.symmetric([[1, 0], [0, 1]], ["left", "right"])
    >>> describe_state(game, [(half, half)])
    'left (1/2) and right (1/2)'
    >>> describe_state(game, [(1, 0), (0, 1)])
    'left against right'
    """
    parts = [
        describe_shares(names, shares)
        for names, shares in zip(names_of(game), state, strict=False)
    ]
    return " against ".join(parts)


def describe_shares(names: Sequence[str], shares: Sequence[Any]) -> str:
    """Name the shares of one population.

    >>> describe_shares(["hawk", "dove"], [0.25, 0.75])
    'hawk (.25) and dove (.75)'
    >>> describe_shares(["hawk", "dove"], [1e-9, 1 - 1e-9])
    'dove (and traces)'
    """
    used = [i for i, weight in enumerate(shares) if weight]
    main = [i for i in used if not isinstance(shares[i], float) or shares[i] >= TRACE]
    if len(main) < len(used):
        rest = [shares[i] if i in main else 0 for i in range(len(shares))]
        return f"{describe_shares(names, rest)} (and traces)"
    if len(used) == 1:
        return names[used[0]]
    return listed([f"{names[i]} ({share(shares[i])})" for i in used])


def share(value: Any) -> str:
    """Write a share: exact ones as they are, others with four figures.

    >>> share(Fraction(2, 7)), share(0.123456)
    ('2/7', '.1235')
    """
    if isinstance(value, float):
        text = f"{value:.4g}"
        return text[1:] if text.startswith("0.") else text
    return number(Fraction(value)) if isinstance(value, (int, Fraction)) else words_of(value)


def describe_hull(game: Game | GroupGame, extreme: Sequence[Sequence[Sequence[Any]]]) -> str:
    """Name a continuum of states by its extreme points, population by population.

    Examples
    --------
    >>> game = Game.symmetric([[1, 1], [1, 1]], ["left", "right"])
    >>> end, mixed = (Fraction(1), Fraction(0)), (Fraction(5, 7), Fraction(2, 7))
    >>> describe_hull(game, [[end, mixed]])
    'left with up to 2/7 right'
    >>> describe_hull(game, [[end, (Fraction(0), Fraction(1))]])
    'any mix of left and right'
    """
    parts = [_hull(names, points) for names, points in zip(names_of(game), extreme, strict=False)]
    return " against ".join(parts)


def _hull(names: Sequence[str], points: Sequence[Sequence[Any]]) -> str:
    if len(points) == 1:
        return describe_shares(names, points[0])
    used = [i for i in range(len(names)) if any(point[i] for point in points)]
    called = [names[i] for i in used]
    corners = [point for point in points if max(point) == 1]
    if len(corners) == len(points) == len(used):
        return f"any mix of {listed(called)}"
    if len(used) == len(points) == 2:
        if corners:
            main = corners[0].index(1)
            other = next(i for i in used if i != main)
            most = next(point for point in points if max(point) < 1)[other]
            return f"{names[main]} with up to {share(most)} {names[other]}"
        low, high = sorted(point[used[0]] for point in points)
        return (
            f"any mix of {names[used[0]]} (from {share(low)} to {share(high)}) and "
            f"{names[used[1]]}"
        )
    shape = "segment" if len(points) == 2 else "hull"
    ends = "; ".join(describe_shares(names, point) for point in points)
    return f"the {shape} of {ends}"
