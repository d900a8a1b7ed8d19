"""Payoff sets: the definition in slow fractions, published vertices, laws, and hard cases."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.arrays.polygons import clip, contains, hull
from dilemma.equilibria import pure_nash
from dilemma.game import Game, RepeatedGame
from dilemma.repeated import critical_discount, exact_payoff_set, minmax, payoff_set
from dilemma.testing import games

EXAMPLE = Game.from_bimatrix(
    [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
)
PRISONERS = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
PENNIES = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def generated(game, discount, polygon):
    """The definition: co of (1 − δ) g(a) + δ w over all w in the set that deter deviations."""
    if not polygon:
        return ()
    A, B = game.exact_payoffs
    threats = [min(v[i] for v in polygon) for i in (0, 1)]
    points = []
    for i in range(game.shape[0]):
        for j in range(game.shape[1]):
            best = max(A[:, j]), max(B[i, :])
            # (1 − δ) g + δ w >= (1 − δ) best + δ threat
            need = [
                threats[p] + (1 - discount) * (best[p] - (A, B)[p][i, j]) / discount
                for p in (0, 1)
            ]
            kept = clip(clip(polygon, (1, 0), need[0]), (0, 1), need[1])
            points += [
                ((1 - discount) * A[i, j] + discount * x, (1 - discount) * B[i, j] + discount * y)
                for x, y in kept
            ]
    return hull(points)


def feasible(game):
    A, B = game.exact_payoffs
    return hull(zip(A.flat, B.flat, strict=True))


def within(smaller, larger):
    return all(contains(larger, vertex) for vertex in smaller)


def certified(answer):
    """Check a certificate against the definition: self-generation, and what lies outside."""
    assert within(answer.inner, generated(answer.game, answer.discount, answer.inner))
    assert within(answer.inner, answer.outer)
    if answer.exact and not any(isinstance(x, AlgebraicNumber) for v in answer.coordinates
                                for x in v):  # fmt: skip
        # An exact answer is what all polygons of continuation payoffs shrink to.
        polygon = answer.outer
        assert generated(answer.game, answer.discount, polygon) == polygon
    width = max(max(table.flat) - min(table.flat) for table in answer.game.exact_payoffs)
    assert answer.complete == (answer.gap <= 1e-6 * float(width))


@settings(max_examples=25, deadline=None)
@given(game=games(largest=2), discount=st.sampled_from(["1/10", "1/3", "1/2", "3/4"]))
def test_the_plain_iteration_of_the_definition_tends_to_the_answer(game, discount):
    delta = Fraction(discount)
    answer = payoff_set(game, delta)
    certified(answer)
    polygon = feasible(game)
    for _ in range(7):
        assert within(answer.inner, polygon)
        polygon = generated(game, delta, polygon)
    if not polygon:
        assert len(answer.vertices) == 0
    if answer.complete and answer.inner:
        assert within(answer.inner, polygon)
        # What is left over after n steps is at most of the order of δⁿ, in most games less.
        if delta <= Fraction(1, 3):
            size = float(np.ptp(game.payoffs))
            reach = max(float(v[i]) for v in polygon for i in (0, 1))
            most = max(float(v[i]) for v in answer.outer for i in (0, 1))
            assert reach >= most - 1e-9 * max(size, 1)


@settings(max_examples=25, deadline=None)
@given(game=games(largest=4), discount=st.fractions(Fraction(1, 20), Fraction(19, 20)))
def test_every_answer_is_certified_by_the_definition(game, discount):
    certified(payoff_set(game, discount.limit_denominator(40)))


@settings(max_examples=25, deadline=None)
@given(
    game=games(largest=3),
    pair=st.tuples(st.integers(0, 19), st.integers(0, 19)).map(sorted),
)
def test_payoff_sets_grow_with_the_discount_factor(game, pair):
    less, more = (payoff_set(game, Fraction(k, 20)) for k in pair)
    assert within(less.inner, more.outer)


def test_the_example_of_abreu_and_sannikov():
    published = [
        [1.12568240, 2.8], [7.33770472, 0], [7.86308964, 0],
        [19.7917977, 2.8], [15.5630896, 9.1], [7.33770472, 10.9826253],
    ]  # fmt: skip
    answer = payoff_set(EXAMPLE, 0.3)
    np.testing.assert_allclose(answer.vertices, published, atol=1e-6)
    assert answer.gap < 1e-7
    assert not answer.exact
    certified(answer)
    exact = exact_payoff_set(EXAMPLE, 0.3)
    assert exact.exact
    assert exact.gap == 0
    np.testing.assert_allclose(exact.vertices, published, atol=1e-6)
    least = exact.threats[0]
    assert least.polynomial == (-130490, 201281, -79764, 3495)
    assert exact.threats[1] == 0
    assert exact.coordinates[3][1] == Fraction(14, 5)
    # The exact vertices lie between the polygons of the approximate answer.
    for x, y in exact.vertices:
        assert min(np.hypot(*(answer.vertices - [x, y]).T)) < 1e-7
    supports = {one.profile: one for one in answer.supports}
    assert supports["1", "2"].binding == (True, False)
    assert [one.profile for one in exact.supports] == [one.profile for one in answer.supports]


def test_the_prisoners_dilemma():
    answer = exact_payoff_set(PRISONERS, 0.9)
    expected = ((3, 3), (Fraction(39, 4), 3), (9, 9), (3, Fraction(39, 4)))
    assert answer.exact
    assert answer.coordinates == expected
    assert answer.inner == answer.outer == expected
    assert answer.dimension == 2
    assert answer.area == pytest.approx(6 * 6 + 6 * 0.75)


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        (0, [(3, 3)]),
        (Fraction(1, 7) - Fraction(1, 10**9), [(3, 3)]),
        (Fraction(1, 7), [(3, 3), (9, 9)]),  # critical: cooperation is sustained only just
        (Fraction(1, 5), [(3, 3), (9, 9)]),
    ],
)
def test_sets_without_an_interior_are_exact(discount, expected):
    answer = payoff_set(PRISONERS, discount)
    assert answer.exact
    assert answer.complete
    assert answer.coordinates == tuple(expected)
    assert answer.vertices.shape == (len(expected), 2)
    assert f"{answer.discount}" in answer.status


def test_without_equilibria_the_set_is_empty_until_patience_makes_some():
    answer = payoff_set(PENNIES, 0.9)
    assert answer.vertices.shape == (0, 2)
    assert answer.exact
    assert answer.complete
    assert answer.inner == answer.outer == answer.supports == ()
    assert answer.threats is None
    assert answer.dimension == -1
    assert "empty" in str(answer)
    # No pure equilibrium, but both can gain by taking turns.
    game = Game.from_bimatrix([[2, 0, -5], [0, 2, -5], [-5, -5, -5]],
                              [[0, 2, -5], [2, 0, -5], [-5, -5, -5]])  # fmt: skip
    stage = [one.payoffs for one in pure_nash(game)]
    assert payoff_set(game, 0.05).vertices.tolist() == [[float(x) for x in v] for v in stage]
    assert payoff_set(game, 0.9).dimension == 2


def test_grim_reversion_to_avoidance_is_critical_where_nothing_worse_can_be_forced_upon_a_firm():
    # Without leakage avoidance secures 0, and mutual avoidance is an equilibrium that pays 0.
    trust, weight = Fraction(1, 10), Fraction(3, 4) * Fraction(9, 10)
    game = Alliance(trust=trust, leakage=0).game()
    assert minmax(game).pure == (0, 0)
    gain = weight - Fraction(1, 2) - Fraction(1, 2) * trust + Fraction(1, 2)
    critical = gain / (1 + weight - Fraction(1, 2))  # (T − R)/(T − P), in closed form
    patience = critical_discount(game, (0, 0), (4, 4))
    assert patience.credible
    assert patience.value == critical
    reward = tuple(game.exact_payoffs[p][0, 0] for p in (0, 1))
    at = payoff_set(game, critical)
    assert contains(at.inner, reward)
    certified(at)
    below = payoff_set(game, critical - Fraction(1, 10**6))
    assert below.complete
    assert not contains(below.outer, reward)


def test_with_leakage_harsher_punishments_than_avoidance_sustain_collaboration_earlier():
    game = Alliance(trust=Fraction(1, 10)).game()
    grim = critical_discount(game, (0, 0), (4, 4)).value
    assert grim == Fraction(49, 93)
    reward = tuple(game.exact_payoffs[p][0, 0] for p in (0, 1))
    assert contains(payoff_set(game, grim).inner, reward)
    assert contains(payoff_set(game, grim - Fraction(1, 100)).inner, reward)
    assert not contains(payoff_set(game, Fraction(1, 10)).outer, reward)


@pytest.mark.parametrize("trust", [0, 0.1, 0.5, 0.65, 0.75, 0.9, 1])
def test_alliances_are_answered_at_every_patience(trust):
    game = Alliance(trust=trust).game()
    equilibria = [tuple(one.payoffs) for one in pure_nash(game)]
    for discount in (0, 0.2, 0.5, 0.8, 0.95):
        answer = payoff_set(game, discount)
        assert answer.complete, answer.status
        assert within(equilibria, answer.inner)
        assert within(answer.outer, hull([*answer.outer, *feasible(game)]))
        if discount:
            assert within(answer.inner, generated(game, answer.discount, answer.inner))
        if game.is_symmetric:
            turned = hull((y, x) for x, y in answer.inner)
            assert within(turned, answer.outer)


@pytest.mark.parametrize("discount", [0.3, 0.6, 0.9])
def test_random_symmetric_and_dilemma_games_are_all_answered_and_certified(discount):
    draw = np.random.default_rng(6)
    for _ in range(12):
        A, B = draw.uniform(size=(2, 5, 5))
        terms = {name: round(float(draw.uniform()), 3) for name in ("trust", "opportunism")}
        for game in (Game.from_bimatrix(A, B), Game.symmetric(A), Alliance(**terms).game()):
            answer = payoff_set(game, discount)
            assert answer.complete, answer.status
            certified(answer)


def test_moving_scaling_and_exchanging_players_moves_scales_and_exchanges_the_set():
    answer = payoff_set(EXAMPLE, 0.3)
    exact = EXAMPLE.exact_payoffs
    moved = Game.from_bimatrix(exact[0] * 10**9 + 5, exact[1] / 10**9 - 3)
    expected = answer.vertices * [1e9, 1e-9] + [5, -3]
    np.testing.assert_allclose(payoff_set(moved, 0.3).vertices, expected, rtol=1e-9)
    turned = payoff_set(Game.from_bimatrix(exact[1].T, exact[0].T), 0.3).vertices[:, ::-1]
    np.testing.assert_allclose(
        sorted(turned.tolist()), sorted(answer.vertices.tolist()), atol=1e-7
    )
    far = Game(EXAMPLE.exact_payoffs + 10**12)
    np.testing.assert_allclose(payoff_set(far, 0.3).vertices, answer.vertices + 1e12, atol=1e-3)
    certified(payoff_set(far, 0.3))


@pytest.mark.parametrize(
    ("sizes", "levels"),
    [
        ((Fraction(1, 10**9),) * 2, (10**9,) * 2),  # all payoffs are one and the same float
        ((10**9, Fraction(1, 10**9)), (0, 0)),
        ((1, 1), (10**15, 0)),
        ((Fraction(1, 10**300),) * 2, (0, 0)),
        ((10**300,) * 2, (10**306,) * 2),
    ],
)
def test_neither_size_nor_level_of_payoffs_matters(sizes, levels):
    exact = PRISONERS.exact_payoffs
    game = Game.from_bimatrix(*(exact[i] * sizes[i] + levels[i] for i in (0, 1)))
    for delta in ("1/5", "9/10"):
        expected = tuple(
            tuple(v[i] * sizes[i] + levels[i] for i in (0, 1))
            for v in exact_payoff_set(PRISONERS, delta).coordinates
        )
        found = exact_payoff_set(game, delta)
        assert found.exact
        assert found.coordinates == expected
        near = payoff_set(game, delta)
        assert near.complete
        floats = np.array([[float(x) for x in v] for v in expected])
        np.testing.assert_allclose(near.vertices, floats, rtol=1e-9)
        certified(near)


def test_a_set_without_an_interior_is_decided_for_the_player_with_small_payoffs_too():
    # Critical at 1/2, and the second player's payoffs vanish beside the first one's.
    game = Game.from_bimatrix(
        [[2, 1, 0], [2, 0, 2], [0, 0, 1], [2, 1, 0]], [[2, 1, 1], [0, 1, 1], [0, 0, 0], [0, 1, 0]]
    )
    uneven = Game.from_bimatrix(game.exact_payoffs[0] * 10**9, game.exact_payoffs[1] / 10**9)
    expected = payoff_set(game, 0.5).coordinates
    found = payoff_set(uneven, 0.5)
    assert found.exact
    assert found.coordinates == tuple((x * 10**9, y / 10**9) for x, y in expected)


def test_games_that_hardly_are_games():
    one = payoff_set(Game([[[5]], [[7]]]), 0.5)
    assert one.coordinates == ((5, 7),)
    flat = payoff_set(Game(np.zeros((2, 3, 3))), 0.5)
    assert flat.coordinates == ((0, 0),)
    shared = Game.symmetric([[1, 0], [0, 2]])  # of common interest: the set lies on a line
    answer = payoff_set(shared, 0.9)
    assert answer.dimension == 1
    certified(answer)
    same = Game.from_bimatrix([[1, 1], [1, 1]], [[0, 1], [2, 3]])  # one player is indifferent
    certified(payoff_set(same, 0.5))
    wide = payoff_set(Game.from_bimatrix([[0, 3, 1]], [[2, 1, 2]]), 0.7)
    certified(wide)
    assert payoff_set(PRISONERS, "1e-9").coordinates == ((3, 3),)
    certified(payoff_set(PRISONERS, "0.999999"))


def test_vertices_above_each_other_are_solved_for():
    # Critical at 1/2, with three extreme or nearly extreme points at the abscissa 2.
    game = Game.from_bimatrix(
        [[2, 1, 0], [2, 0, 2], [0, 0, 1], [2, 1, 0]], [[2, 1, 1], [0, 1, 1], [0, 0, 0], [0, 1, 0]]
    )
    answer = payoff_set(game, 0.5)
    third = Fraction(1, 3)
    assert answer.exact
    assert answer.coordinates == (
        (1, third), (Fraction(3, 2), third), (2, 2 * third), (2, 2), (1, Fraction(3, 2)),
    )  # fmt: skip
    certified(answer)


def test_what_is_refused():
    for bad in (1, 1.5, -0.1):
        with pytest.raises(ValueError, match="discount"):
            payoff_set(PRISONERS, bad)
    with pytest.raises(TypeError, match="discount"):
        payoff_set(PRISONERS)
    with pytest.raises(TypeError, match="game"):
        payoff_set([[1]], 0.5)
    with pytest.raises(ValueError, match="suspicion"):
        payoff_set(RepeatedGame(PRISONERS, 0.5, suspicion=0.1))
    with pytest.raises(ValueError, match="horizon"):
        payoff_set(RepeatedGame(PRISONERS, 0.5, horizon=3))
    assert payoff_set(RepeatedGame(PRISONERS, 0.2)).dimension == 1
