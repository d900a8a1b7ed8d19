"""Risk dominance, p-dominance and payoff dominance: definitions and published games."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.equilibria import nash, risk_dominance
from dilemma.game import Game
from dilemma.testing import degenerate_games, games

ANY = st.one_of(games(largest=4), degenerate_games(), games(4, st.integers(0, 4).map(Fraction)))


def best_against(payoffs, own, belief):
    earned = payoffs @ np.array(belief)
    return earned[own] == max(earned)


def worst_beliefs(size, other, p):
    """The corners of the beliefs that give one strategy at least p."""
    for rest in range(size):
        belief = [Fraction(0)] * size
        belief[rest] += 1 - p
        belief[other] += p
        yield belief
    yield [Fraction(j == other) for j in range(size)]


@settings(max_examples=150, deadline=None)
@given(game=ANY, seed=st.integers(0, 10**6))
def test_smallest_p_by_the_definition_of_morris_rob_and_shin(game, seed):
    rng = np.random.default_rng(seed)
    for one in risk_dominance(game).equilibria:
        sides = (game.exact_payoffs[0], game.exact_payoffs[1].T)
        for player, payoffs in enumerate(sides):
            own, other = one.profile[player], one.profile[1 - player]
            size = payoffs.shape[1]
            p = one.p_by_player[player]
            assert 0 <= p <= 1
            assert all(best_against(payoffs, own, b) for b in worst_beliefs(size, other, p))
            weights = [Fraction(int(w)) for w in rng.integers(0, 5, size)]
            if any(weights):
                mixed = [(1 - p) * w / sum(weights) for w in weights]
                mixed[other] += p
                assert best_against(payoffs, own, mixed)
            if p:
                lower = p * (1 - Fraction(1, 10**9))
                assert not all(
                    best_against(payoffs, own, b) for b in worst_beliefs(size, other, lower)
                )
        assert one.p == max(one.p_by_player)


@settings(max_examples=100, deadline=None)
@given(game=ANY)
def test_pure_equilibria_are_those_of_nash(game):
    found = risk_dominance(game)
    expected = {
        (one.row.index(1), one.column.index(1)): one
        for one in nash(game)
        if max(one.row) == max(one.column) == 1
    }
    assert {one.profile for one in found.equilibria} == set(expected)
    for one in found.equilibria:
        assert one.strict == expected[one.profile].strict
        assert one.payoffs == expected[one.profile].payoffs
        assert one.words == expected[one.profile].words
        assert one.p < 1 or not one.strict


@settings(max_examples=100, deadline=None)
@given(game=ANY)
def test_dominance_relations_by_their_definitions(game):
    found = risk_dominance(game)
    A, B = game.exact_payoffs
    strict = [one.profile for one in found.equilibria if one.strict]
    assert len(found.comparisons) == len(strict) * (len(strict) - 1) // 2
    for one in found.comparisons:
        (i, j), (k, l) = one.first, one.second  # noqa: E741
        part = game.restrict([i, k], [j, l])
        a, b = part.exact_payoffs
        losses = (
            (a[0, 0] - a[1, 0]) * (b[0, 0] - b[0, 1]),
            (a[1, 1] - a[0, 1]) * (b[1, 1] - b[1, 0]),
        )
        assert losses == one.products
        assert min(losses) > 0
        inside = {p.profile: p for p in risk_dominance(part).equilibria}
        for half in ((0, 0), (1, 1)):
            if inside[half].p < Fraction(1, 2):
                assert one.winner == ((i, j), (k, l))[half[0]]
    if found.dominant:
        assert all(found.dominant == one.winner for one in found.comparisons
                   if found.dominant in (one.first, one.second))  # fmt: skip
    below = [one for one in found.equilibria if one.strict and 2 * one.p < 1]
    assert len(below) <= 1
    if below:
        assert found.dominant == below[0].profile
    if found.payoff_dominant:
        i, j = found.payoff_dominant
        for one in found.equilibria:
            if one.profile != (i, j):
                assert A[one.profile] < A[i, j]
                assert B[one.profile] < B[i, j]
    for one in found.equilibria:
        better = [
            other
            for other in found.equilibria
            if other.payoffs != one.payoffs
            and all(u >= v for u, v in zip(other.payoffs, one.payoffs, strict=True))
        ]
        assert one.pareto_rank == 1 + max((other.pareto_rank for other in better), default=0)


def test_harsanyi_and_seltens_stag_hunt():
    """Harsanyi & Selten (1988), Aumann (1990): 9, 0; 8, 7: risk against payoff dominance."""
    found = risk_dominance(Game.symmetric([[9, 0], [8, 7]]))
    assert (found.dominant, found.payoff_dominant) == ((1, 1), (0, 0))
    assert [one.p for one in found.equilibria] == [Fraction(7, 8), Fraction(1, 8)]
    assert found.comparisons[0].products == (1, 49)
    assert found.half_dominant == ((1, 1),)


def test_youngs_game():
    """Young (1993): the third equilibrium risk-dominates both others in pairs, and is best.

    None is 1/2-dominant, and the stochastically stable one is the second.
    """
    found = risk_dominance(Game.symmetric([[6, 0, 0], [5, 7, 5], [0, 5, 8]]))
    assert [one.products for one in found.comparisons] == [(1, 49), (36, 64), (4, 9)]
    assert (found.dominant, found.payoff_dominant) == ((2, 2), (2, 2))
    assert [one.p for one in found.equilibria] == [
        Fraction(7, 8),
        Fraction(3, 5),
        Fraction(5, 8),
    ]  # fmt: skip
    assert found.half_dominant == ()


def test_kandori_mailath_and_robs_example():
    """Kandori, Mailath & Rob (1993): 2, 0; 0, 1: the long-run equilibrium is risk-dominant."""
    found = risk_dominance(Game.symmetric([[2, 0], [0, 1]]))
    assert found.dominant == found.payoff_dominant == (0, 0)
    assert [one.p for one in found.equilibria] == [Fraction(1, 3), Fraction(2, 3)]


def test_aumanns_chicken_ties():
    """Aumann (1974): the two pure equilibria are each other with the players exchanged."""
    found = risk_dominance(Game.symmetric([[6, 2], [7, 0]]))
    assert [one.profile for one in found.equilibria] == [(0, 1), (1, 0)]
    assert found.comparisons[0].winner is None
    assert found.dominant is None
    assert "tie" in found.status


def test_no_pure_equilibrium():
    found = risk_dominance(Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert found.equilibria == ()
    assert "nash(game)" in found.status


def test_dominant_strategies_need_no_belief():
    found = risk_dominance(Game.symmetric([[3, 0], [5, 1]]))
    assert [one.p for one in found.equilibria] == [0]
    assert found.dominant == (1, 1)


@pytest.mark.parametrize("scale", ["1e-9", "1e9"])
def test_units_do_not_matter(scale):
    payoffs = Game.symmetric([[9, 0], [8, 7]]).exact_payoffs
    found = risk_dominance(Game(payoffs * Fraction(scale)))
    assert [one.p for one in found.equilibria] == [Fraction(7, 8), Fraction(1, 8)]


def test_wrong_arguments():
    with pytest.raises(TypeError, match="game: requires a Game, got NoneType"):
        risk_dominance(None)
