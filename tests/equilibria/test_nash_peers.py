"""`nash` on the games that other libraries get wrong.

nashpy and QuantEcon work in floating point, and drop equilibria where rounding decides a tie. Each
equilibrium that they do find is read as the rational numbers nearest to it with small denominators
and checked from the definition, exactly; then it must be among ours. What they miss is theirs: a
later release may mend it.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
import pytest
import quantecon.game_theory as quantecon
from numpy.typing import NDArray

from dilemma.equilibria import Equilibria, nash
from dilemma.game import Game

Point = tuple[Fraction, ...]
Inside = Callable[[Equilibria, Point, Point], bool]

# With payoffs 0 to 3 and supports of at most 5, denominators are sums of small minors.
DENOMINATOR = 2000


def rational(weights: Iterable[float]) -> Point:
    return tuple(Fraction(float(weight)).limit_denominator(DENOMINATOR) for weight in weights)


def verified(
    game: Game, answers: Iterable[Sequence[NDArray[np.float64]]]
) -> set[tuple[Point, Point]]:
    """The answers that are equilibria, exactly, once they are read as rational numbers."""
    found = set()
    for first, second in answers:
        x, y = rational(first), rational(second)
        if sum(x) == sum(y) == 1 and game.regret(x, y) == 0:
            found.add((x, y))
    return found


def profiles(equilibria: Equilibria) -> set[tuple[Point, Point]]:
    return {(one.row, one.column) for one in equilibria}


def by_nashpy(game: Game) -> list[Sequence[NDArray[np.float64]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the number of equilibria is even
        return list(game.to_nashpy().support_enumeration())


def for_quantecon(game: Game) -> quantecon.NormalFormGame:
    A, B = game.payoffs
    return quantecon.NormalFormGame(
        [quantecon.Player(A.copy()), quantecon.Player(np.ascontiguousarray(B.T))]
    )


@pytest.fixture(scope="module")
def symmetric_games() -> list[Game]:
    """The games of `test_nash_gambit`, where every extreme equilibrium is Gambit's."""
    rng = np.random.default_rng(1998)
    return [Game.symmetric(rng.integers(0, 4, (5, 5))) for _ in range(200)]


def test_nashpy_finds_no_equilibrium_of_tied_games_that_we_miss(in_a_subset: Inside) -> None:
    rng = np.random.default_rng(43)
    checked = 0
    for number in range(60):
        shape = [(2, 2), (3, 3), (3, 4), (4, 4)][number % 4]
        game = Game(rng.integers(0, 3, (2, *shape)))
        ours = nash(game)
        for x, y in verified(game, by_nashpy(game)):
            assert in_a_subset(ours, x, y), (game, x, y)
            checked += 1
    assert checked >= 100


def test_nashpy_finds_no_equilibrium_of_games_without_ties_that_we_miss() -> None:
    # The 5 x 5 games on which support enumeration drops equilibria with a weight of about −1e-17.
    rng = np.random.default_rng(43)
    theirs = ours = 0
    for _ in range(40):
        game = Game(rng.integers(0, 10**6, (2, 5, 5)))
        found = nash(game)
        assert not found.degenerate
        assert len(found) % 2 == 1
        exact = [np.array(one.row + one.column, dtype=float) for one in found]
        for x, y in by_nashpy(game):
            assert min(np.abs(one - np.concatenate([x, y])).max() for one in exact) < 1e-9
            theirs += 1
        ours += len(found)
    assert ours >= theirs >= 20


def test_quantecon_finds_no_extreme_equilibrium_of_symmetric_games_that_we_miss(
    symmetric_games: list[Game],
) -> None:
    theirs = ours = 0
    for game in symmetric_games:
        found = profiles(nash(game))
        checked = verified(game, quantecon.vertex_enumeration(for_quantecon(game)))
        assert checked <= found, game
        theirs += len(checked)
        ours += len(found)
    assert ours >= theirs >= 500


def test_quantecon_support_enumeration_finds_nothing_that_we_miss(
    symmetric_games: list[Game], in_a_subset: Inside
) -> None:
    checked = 0
    for game in symmetric_games[:60]:
        ours = nash(game)
        for x, y in verified(game, quantecon.support_enumeration(for_quantecon(game))):
            assert in_a_subset(ours, x, y), (game, x, y)
            checked += 1
    assert checked >= 100


def test_the_rational_reading_of_a_float_is_checked_and_not_trusted() -> None:
    game = Game.symmetric([[2, 0], [0, 1]])
    right, wrong = [np.array([1 / 3, 2 / 3])] * 2, [np.array([0.3, 0.7])] * 2
    assert verified(game, [right, wrong]) == {((Fraction(1, 3), Fraction(2, 3)),) * 2}
