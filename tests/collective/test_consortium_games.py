"""Firms that differ, in strategic form: as an alliance, as a group, and solved by Gambit."""

import numpy as np
import pygambit
import pytest
import sympy
from hypothesis import given, settings

from dilemma.alliance import Alliance, strategy_grid
from dilemma.collective import Consortium
from dilemma.equilibria import pure_nash, pure_profiles
from dilemma.game import StrategicGame, parse_strategic
from dilemma.game.files import to_nfg
from dilemma.testing import alliances, consortia

FEW = settings(max_examples=10, deadline=None)


def gambits(game):
    """The pure equilibria that Gambit finds, by the names of what is played."""
    solved = pygambit.nash.enumpure_solve(game.to_gambit())
    return {
        tuple(
            next(name for name in names if equilibrium[player][name] == 1)
            for player, names in zip(game.players, game.strategies, strict=True)
        )
        for equilibrium in solved.equilibria
    }


@FEW
@given(alliance=alliances())
def test_two_firms_are_an_alliance(alliance):
    terms = dict(alliance.terms)
    power = terms.pop("power")
    two = Consortium(2, power=(power, -power), **terms).game()
    assert np.array_equal(two.exact_payoffs, alliance.game().exact_payoffs)
    assert [one.payoffs for one in pure_profiles(two)] == [
        one.payoffs for one in pure_nash(alliance.game())
    ]


def test_the_default_terms_are_those_of_an_alliance():
    assert np.array_equal(Consortium(2).game().payoffs, Alliance().game().payoffs)


@FEW
@given(consortium=consortia(largest=3))
def test_gambit_finds_the_same_pure_equilibria(consortium):
    game = consortium.game()
    assert {one.played for one in pure_profiles(game)} == gambits(game)


@pytest.mark.parametrize(
    "terms",
    [
        {"stakes": (1, 2, 8), "trust": "9/10"},
        {"stakes": (1, 2, 8), "trust": "1/10"},
        {"opportunism": (0, "1/2", 1), "trust": "3/4", "goal": 2, "threshold": 2},
        {"power": ("1/2", 0, "-1/2"), "trust": "4/5", "absorptive_capacity": (1, 2, "1/2")},
    ],
)
def test_unequal_firms_against_gambit(terms):
    game = Consortium(3, **terms).game()
    found = pure_profiles(game)
    assert {one.played for one in found} == gambits(game)
    assert len(found) > 0
    assert all(game.regret(one.played) == 0 for one in found)
    assert not game.is_symmetric


@FEW
@given(consortium=consortia(largest=4, unequal=False))
def test_firms_alike_are_a_group(consortium):
    game = consortium.game()
    assert game.is_symmetric
    assert game == StrategicGame.from_group(consortium.group_game(), consortium.firms)
    assert game.to_group() == consortium.group_game()


def test_each_payoff_is_that_of_its_firm_and_profile():
    uneven = Consortium(3, stakes=(1, 2, 3), strategies=strategy_grid(2), goal=1, threshold=2)
    game = uneven.game()
    for profile in np.ndindex(*game.shape):
        for firm in (1, 2, 3):
            assert game.exact_payoffs[(firm - 1, *profile)] == uneven.payoff(firm, profile)


def test_a_file_holds_it_exactly():
    game = Consortium(3, stakes=(1, "1/3", 4), trust="1/7").game()
    assert parse_strategic(to_nfg(game)) == game


def test_what_has_no_such_game():
    with pytest.raises(TypeError, match="game: requires numbers for all terms, got arrays"):
        Consortium(3, trust=np.array([0.1, 0.2])).game()
    with pytest.raises(
        TypeError, match="game: requires rational numbers for all terms, got the symbol x"
    ):
        Consortium(3, trust=sympy.Symbol("x")).game()
    with pytest.raises(ValueError, match="size: requires at most 5,000,000 payoffs of firms"):
        Consortium(9).game()
