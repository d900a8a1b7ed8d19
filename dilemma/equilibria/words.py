"""Equilibria in words: who plays what, with which weight."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dilemma.arrays.polytope import affine_dimension
from dilemma.game import Game, StrategicGame
from dilemma.game.display import listed, number


def describe_play(
    game: Game, rows: Sequence[Sequence[Fraction]], columns: Sequence[Sequence[Fraction]]
) -> str:
    """Say in words which mixtures two players use: hulls of the given points.

    Examples
    --------
    >>> half, game = Fraction(1, 2), Game.symmetric([[1, 0], [0, 1]], ["left", "right"])
    >>> describe_play(game, [(1, 0)], [(half, half)])
    'the row player plays left; the column player mixes left (1/2) and right (1/2)'
    >>> describe_play(game, [(0, 1)], [(0, 1)])
    'both play right'
    """
    first = _mixture(game.strategies[0], rows)
    second = _mixture(game.strategies[1], columns)
    if first == second and len(rows) == len(columns) == 1:
        verb, what = first.split(" ", 1)
        return f"both {verb.removesuffix('s').replace('mixe', 'mix')} {what}"
    one, two = map(name_in_a_sentence, game.players)
    return f"{one} {first}; {two} {second}"


def describe_profile(game: StrategicGame, profile: Sequence[int]) -> str:
    """Say in words who plays what in a pure profile of any number of players.

    Examples
    --------
    >>> game = StrategicGame([[[[0, 0], [0, 0]]]] * 3, [["in"], ["in", "out"], ["in", "out"]])
    >>> describe_profile(game, (0, 0, 0)), describe_profile(game, (0, 1, 0))
    ('all play in', 'player 1 and player 3 play in; player 2 plays out')
    """
    who: dict[str, list[str]] = {}
    for player, names, i in zip(game.players, game.strategies, profile, strict=True):
        who.setdefault(names[i], []).append(name_in_a_sentence(player))
    count = len(game.players)
    if len(who) == 1 and count > 1:
        return f"{'both' if count == 2 else 'all'} play {next(iter(who))}"
    return "; ".join(
        f"{listed(players)} {'plays' if len(players) == 1 else 'play'} {name}"
        for name, players in who.items()
    )


def name_in_a_sentence(player: str) -> str:
    """Names that are descriptions take an article, and those that are proper or numbered none.

    >>> name_in_a_sentence("row player"), name_in_a_sentence("Ann"), name_in_a_sentence("firm 1")
    ('the row player', 'Ann', 'firm 1')
    """
    described = player[:1].islower() and not player[-1:].isdigit()
    return f"the {player}" if described else player


def _mixture(names: Sequence[str], points: Sequence[Sequence[Fraction]]) -> str:
    played = [i for i in range(len(names)) if any(point[i] for point in points)]
    if len(played) == 1:
        return f"plays {names[played[0]]}"
    if len(points) == 1:
        weights = [f"{names[i]} ({number(points[0][i])})" for i in played]
        return f"mixes {listed(weights)}"
    weights = []
    for i in played:
        low, high = min(point[i] for point in points), max(point[i] for point in points)
        if low == high:
            weights.append(f"{names[i]} with weight {number(low)}")
        else:
            weights.append(f"{names[i]} with weight between {number(low)} and {number(high)}")
    words = f"mixes {listed(weights)}"
    # The ranges alone would suggest a box; a segment of two strategies has no other shape.
    if len(played) > 2:
        shape = "segment" if affine_dimension(points) == 1 else "hull"
        words += f" (anywhere on the {shape} of {len(points)} mixtures)"
    return words


def describe_mixture(names: Sequence[str], point: Sequence[Fraction]) -> str:
    """Name one mixed strategy shortly.

    >>> describe_mixture(["hawk", "dove"], [Fraction(2, 3), Fraction(1, 3)])
    'hawk (2/3) and dove (1/3)'
    """
    played = [i for i, weight in enumerate(point) if weight]
    if len(played) == 1:
        return names[played[0]]
    return listed([f"{names[i]} ({number(point[i])})" for i in played])


def mixture_as_one(names: Sequence[str], point: Sequence[Fraction]) -> str:
    """Name one mixed strategy where it is the subject of a sentence.

    >>> mixture_as_one(["hawk", "dove"], [Fraction(2, 3), Fraction(1, 3)])
    'the mixture of hawk (2/3) and dove (1/3)'
    """
    words = describe_mixture(names, point)
    return words if max(point) == 1 else f"the mixture of {words}"
