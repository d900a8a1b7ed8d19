"""Potentials: built games are recognised, perturbed ones not, and every cycle shows it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.equilibria import nash, potential
from dilemma.game import Game
from dilemma.testing import games

RATIONAL = st.fractions(-9, 9, max_denominator=6)


@st.composite
def potential_games(draw, smallest=1):
    """A potential, plus what each player gets whatever the own strategy; a weight."""
    m, n = draw(st.integers(smallest, 4)), draw(st.integers(smallest, 4))

    def array(*shape):
        size = int(np.prod(shape))
        flat = np.empty(size, dtype=object)
        flat[:] = draw(st.lists(RATIONAL, min_size=size, max_size=size))
        return flat.reshape(shape)

    P = array(m, n)
    weight = draw(st.sampled_from([Fraction(1), Fraction(1), Fraction(2, 3), Fraction(7)]))
    return P, weight, Game([P + array(1, n), weight * P + array(m, 1)])


def check_definition(game, found):
    A, B = game.exact_payoffs
    P = np.array(found.values, dtype=object)
    one, weight = found.weights
    assert np.all(A - A[0] == one * (P - P[0]))
    assert np.all(B - B[:, :1] == weight * (P - P[:, :1]))
    assert P[0, 0] == 0
    best = {(i, j) for i, j in np.ndindex(P.shape) if P[i, j] == P.max()}
    assert set(found.maximisers) == best


def around(game, cycle):
    """What the deviators gain in all along a cycle of profiles."""
    total = Fraction(0)
    for here, there in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        player = 0 if here[0] != there[0] else 1
        assert here[1 - player] == there[1 - player]
        total += game.exact_payoffs[(player, *there)] - game.exact_payoffs[(player, *here)]
    return total


@settings(max_examples=150, deadline=None)
@given(built=potential_games())
def test_what_was_built_from_a_potential_is_recognised(built):
    P, weight, game = built
    found = potential(game)
    check_definition(game, found)
    assert (
        np.all(np.array(found.values, dtype=object) == P - P[0, 0]) or found.weights[1] != weight
    )
    if weight == 1:
        assert (found.kind, found.cycle, found.cycle_gain) == ("exact", (), None)


@settings(max_examples=100, deadline=None)
@given(
    built=potential_games(smallest=2), change=st.fractions(1, 2, max_denominator=9), data=st.data()
)
def test_one_changed_payoff_breaks_an_exact_potential(built, change, data):
    _, _, game = built
    if potential(game).kind != "exact":
        return
    payoffs = game.exact_payoffs.copy()
    place = tuple(data.draw(st.integers(0, size - 1)) for size in payoffs.shape)
    payoffs[place] += change
    broken = Game(payoffs)
    found = potential(broken)
    assert found.kind in ("none", "weighted")
    assert around(broken, found.cycle) == found.cycle_gain != 0
    if found.kind == "weighted":
        check_definition(broken, found)


@settings(max_examples=100, deadline=None)
@given(game=games(largest=4))
def test_without_a_potential_a_cycle_shows_it(game):
    found = potential(game)
    if found.kind != "exact":
        assert len(set(found.cycle)) == 4
        assert around(game, found.cycle) == found.cycle_gain != 0
    if found.kind == "none":
        assert found.values == found.maximisers == ()
        assert found.weights is None
    else:
        check_definition(game, found)


@settings(max_examples=60, deadline=None)
@given(built=potential_games())
def test_maximisers_are_equilibria(built):
    _, _, game = built
    for i, j in potential(game).maximisers:
        x = [int(k == i) for k in range(game.shape[0])]
        y = [int(k == j) for k in range(game.shape[1])]
        assert game.regret(x, y) == 0


@pytest.mark.parametrize("opportunism", ["1/4", "3/4", "1"])
@pytest.mark.parametrize("trust", ["2/5", "4/5"])
def test_the_alliance_has_a_potential_just_where_the_design_says(trust, opportunism):
    """With equal stakes if and only if eta tau = 1 + 2 (1 - tau) omega."""
    tau, omega = Fraction(trust), Fraction(opportunism)
    eta = (1 + 2 * (1 - tau) * omega) / tau
    alliance = Alliance(trust=tau, opportunism=omega, relational_return=eta, stakes=3)
    found = potential(alliance.game())
    assert found.kind == "exact"
    profiles = {one.supports for one in nash(alliance.game())}
    assert all(((i,), (j,)) in profiles for i, j in found.maximisers)
    for other in (eta + Fraction(1, 1000), eta - Fraction(1, 1000)):
        assert potential(alliance.replace(relational_return=other).game()).kind != "exact"


def test_with_unequal_stakes_the_alliances_potential_is_weighted_by_them():
    """Both firms' interactions are then the same but for their stakes."""
    terms = {"trust": "4/5", "opportunism": "1/4", "relational_return": "11/8"}
    found = potential(Alliance(**terms, stakes=(3, 2)).game())
    assert (found.kind, found.weights) == ("weighted", (1, Fraction(2, 3)))
    terms["opportunism"] = ("1/4", "1/5")
    assert potential(Alliance(**terms, stakes=(3, 2)).game()).kind == "none"


def test_the_prisoners_dilemma_of_monderer_and_shapley():
    """Monderer & Shapley (1996), section 2: (1, 9; 0, 6) has the potential (4, 3; 3, 0)."""
    found = potential(Game.from_bimatrix([[1, 9], [0, 6]], [[1, 0], [9, 6]]))
    assert found.kind == "exact"
    assert found.values == ((0, -1), (-1, -4))
    assert found.maximisers == ((0, 0),)


def test_matching_pennies_and_shapleys_game_have_none():
    """Shapley (1964), section 5.2: best replies run in a circle."""
    pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert potential(pennies).kind == "none"
    shapley = Game.from_bimatrix(np.eye(3), np.roll(np.eye(3), 1, axis=1))
    found = potential(shapley)
    assert found.kind == "none"
    assert found.complete
    assert around(shapley, found.cycle) == found.cycle_gain != 0


def test_a_battle_of_unequal_sexes_has_a_weighted_potential():
    found = potential(Game.from_bimatrix([[2, 0], [0, 1]], [[2, 0], [0, 4]]))
    assert (found.kind, found.weights) == ("weighted", (1, 2))
    assert "weight is 2" in found.status


def test_one_player_without_a_choice():
    found = potential(Game([[[5, 5, 5]], [[1, 3, 2]]]))
    assert (found.kind, found.values, found.maximisers) == ("exact", ((0, 2, 1),), ((0, 1),))


def test_wrong_arguments():
    with pytest.raises(TypeError, match="game: requires a Game, got int"):
        potential(3)
