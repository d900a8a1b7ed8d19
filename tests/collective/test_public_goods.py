"""The public good of Sigmund et al. (2010): its definition, and the shares that they print."""

import math
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.collective import PublicGoods
from dilemma.collective.governing.public_goods import NAMES
from dilemma.study import sweep

X, Y, Z, V, W = NAMES
UNBOUNDED = math.inf


def law(goods, size=100, selection=UNBOUNDED):
    return goods.population(size, selection).stationary_distribution()


def printed(numbers, total):
    return tuple(Fraction(number, total) for number in numbers)


def by_turns(goods, names):
    """The definition, player by player: who pays whom, one transfer after the other."""
    inside = [k for k, name in enumerate(names) if name != Z]
    earned = [Fraction(0)] * len(names)
    for k, name in enumerate(names):
        if name == Z or inside == [k]:
            earned[k] = goods.outside_income
    if len(inside) < 2:
        return earned
    s = goods.second_order
    some_defect = any(names[k] == Y for k in inside)
    for k in inside:
        others = [j for j in inside if j != k]
        if names[k] != Y:
            earned[k] -= goods.contribution
            for j in others:
                earned[j] += goods.multiplier * goods.contribution / len(others)
        if names[k] == V:
            earned[k] -= goods.pool_fee
            for j in others:
                graver = max(int(names[j] == Y), s if names[j] != V else 0)
                earned[j] -= goods.pool_fine * graver
        if names[k] == W:
            for j in others:
                seen = s if some_defect and names[j] != W else 0
                graver = max(int(names[j] == Y), seen)
                earned[j] -= goods.peer_fine * graver
                earned[k] -= goods.peer_cost * graver
    return earned


tenths = st.integers(0, 20).map(lambda k: Fraction(k, 10))


@st.composite
def some_goods(draw):
    terms = ("pool_fee", "pool_fine", "peer_cost", "peer_fine", "outside_income")
    return PublicGoods(
        size=draw(st.integers(2, 5)),
        strategies=draw(st.permutations(NAMES)),
        multiplier=draw(tenths) + 1,
        contribution=draw(tenths) + 1,
        **{name: draw(tenths) for name in terms},
        second_order=draw(tenths) / 2,
    )


@settings(max_examples=40)
@given(goods=some_goods(), data=st.data())
def test_payoffs_are_the_transfers_of_the_definition(goods, data):
    names = data.draw(st.lists(st.sampled_from(NAMES), min_size=goods.size, max_size=goods.size))
    group = [names.count(name) for name in goods.strategies]
    for name, earned in zip(names, by_turns(goods, names), strict=True):
        assert goods.payoff(name, group) == earned


def test_the_group_game_has_the_payoffs():
    goods = PublicGoods(size=3, second_order="1/2")
    game = goods.group_game()
    for group in game.compositions.tolist():
        for k, name in enumerate(NAMES):
            if group[k]:
                assert game.payoff(name, group) == goods.payoff(name, group)


def test_the_payoffs_are_worked_out_by_hand():
    """Three contribute, one defects, one stays outside; S − 1 = 3 others receive."""
    goods = PublicGoods(second_order=1)
    group = [1, 1, 1, 1, 1]
    assert goods.payoff(Z, group) == 1
    assert goods.payoff(Y, group) == 3 - Fraction(14, 10)
    assert goods.payoff(X, group) == 2 - 1 - Fraction(14, 10)
    assert goods.payoff(V, group) == 2 - 1 - Fraction(7, 10) - Fraction(7, 10)
    assert goods.payoff(W, group) == 2 - 1 - 3 * Fraction(7, 10) - Fraction(7, 10)


class TestPublishedShares:
    """Rare mutations, unbounded selection, as fractions."""

    @pytest.mark.parametrize("income", ["1/10", 1, "6/5"])
    def test_pool_punishers_without_a_second_order(self, income):
        found = law(PublicGoods(strategies=[X, Y, Z, V], outside_income=income))
        assert found.exact_probabilities == printed((2, 2, 2, 1), 7)

    @pytest.mark.parametrize("size", [6, 20, 100, 251])
    def test_peer_punishers(self, size):
        found = law(PublicGoods(strategies=[X, Y, Z, W]), size)
        assert found.exact_probabilities == printed((2, 2, 2, size + 2), size + 8)

    @pytest.mark.parametrize("size", [20, 100, 251])
    def test_both_without_a_second_order(self, size):
        found = law(PublicGoods(), size)
        assert found.exact_probabilities == printed((6, 6, 4, 1, 3 * size + 6), 3 * size + 23)

    @pytest.mark.parametrize("names", [[X, Y, Z, V], NAMES])
    def test_with_a_second_order_pool_punishers_take_over(self, names):
        goods = PublicGoods(strategies=names, second_order=True)
        found = law(goods)
        assert dict(zip(names, found.exact_probabilities, strict=True))[V] == 1
        assert sum(found.exact_probabilities) == 1
        assert dict(zip(names, law(goods, selection=100), strict=True))[V] > 0.999

    def test_a_second_order_does_nothing_for_peers_whose_failing_is_not_seen(self):
        goods = PublicGoods(strategies=[X, Y, Z, W], second_order=True)
        assert law(goods).exact_probabilities == printed((2, 2, 2, 102), 108)

    @pytest.mark.parametrize("names", [[X, Y, V], [X, Y, W], [X, Y, V, W]])
    @pytest.mark.parametrize("second", [False, True])
    @pytest.mark.parametrize("selection", ["1/100", "1/10", 1, 10, 1000])
    def test_who_must_take_part_defects_at_every_finite_strength(self, names, second, selection):
        goods = PublicGoods(strategies=names, second_order=second)
        shares = law(goods, selection=selection)
        assert int(np.argmax(shares)) == 1
        if selection in (1, 10, 1000):
            assert shares[1] > 1 - 1e-6

    @pytest.mark.parametrize("names", [[X, Y, V], [X, Y, V, W]])
    def test_without_bound_both_all_defect_and_all_pool_are_absorbing(self, names):
        found = law(PublicGoods(strategies=names, second_order=True))
        assert [one.states for one in found.classes] == [(1,), (2,)]
        with pytest.raises(ValueError, match="requires one class of states that last, got 2"):
            found.probabilities  # noqa: B018

    def test_without_a_second_order_only_all_defect_is_absorbing(self):
        found = law(PublicGoods(strategies=[X, Y, V, W]))
        assert [one.states for one in found.classes] == [(1,)]

    def test_what_replaces_what(self):
        """Without a second order a cycle with drift; with it all arrows end in the pool."""
        pools = PublicGoods(strategies=[X, Y, Z, V])
        arrows = {
            second: {
                (one.resident, one.invader)
                for one in pools.replace(second_order=second)
                .population(100, 10).invasion_graph().arrows
            }
            for second in (0, 1)
        }  # fmt: skip
        assert {(X, Y), (Y, Z), (Z, X), (Z, V), (V, X)} <= arrows[0]
        assert {(X, Y), (Y, Z), (Z, X), (Z, V)} <= arrows[1]
        assert not any(resident == V for resident, _ in arrows[1])

    def test_large_finite_strength_comes_near_the_limit(self):
        # What is left of it falls exponentially: 2e-6 at a strength of 1,000.
        found = law(PublicGoods(), selection=10_000)
        limit = [6 / 323, 6 / 323, 4 / 323, 1 / 323, 306 / 323]
        assert np.allclose(found, limit, rtol=1e-12, atol=0)

    def test_the_order_of_the_strategies_does_not_matter(self):
        names = [V, Z, Y, X]
        found = law(PublicGoods(strategies=names))
        assert found.exact_probabilities == printed((1, 2, 2, 2), 7)

    def test_would_pool_punishers_spare_peers_these_replace_them(self):
        """Why pool punishers have to punish peer punishers, by the second order."""
        goods = PublicGoods(second_order=True)
        spared = PublicGoods(second_order=False)
        from dilemma.evolution import Population
        from dilemma.game import GroupGame

        def earn(strategy, group):
            chosen = spared if strategy == 4 else goods
            return chosen.payoff(strategy, group)

        found = Population(GroupGame(5, NAMES, earn), 100, UNBOUNDED).stationary_distribution()
        assert found.exact_probabilities[3] < Fraction(1, 100)
        assert found.exact_probabilities[4] > Fraction(9, 10)


def solved_in_floats(rates, left_out):
    """The stationary law by elimination, pivoting: Σπ = 1 in place of one balance equation."""
    n = len(rates)
    leaving = [sum(rates[i][j] for j in range(n) if j != i) for i in range(n)]
    # The diagonal as a stochastic matrix has it: 1 - 1e-28 is 1.
    rows = [
        [(1 - leaving[j]) - 1 if i == j else rates[j][i] for j in range(n)] + [0.0]
        for i in range(n)
    ]
    rows[left_out] = [1.0] * (n + 1)
    for k in range(n):
        top = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[top] = rows[top], rows[k]
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    law = [0.0] * n
    for k in reversed(range(n)):
        rest = sum(rows[k][j] * law[j] for j in range(k + 1, n))
        law[k] = (rows[k][n] - rest) / rows[k][k]
    return law


def test_a_plain_solve_in_floats_gets_the_wrong_winner_and_elimination_in_logs_does_not():
    names = [Y, X, V]
    population = PublicGoods(strategies=names, second_order=True).population(100, 3)
    rates = population.fixation_probabilities().T / (len(names) - 1)
    matrix = np.where(np.eye(3, dtype=bool), 0, rates)
    matrix += np.diag(1 - matrix.sum(axis=1))
    winners = set()
    for left_out in range(3):
        plain = solved_in_floats(rates.tolist(), left_out)
        assert max(plain) == pytest.approx(1)
        # No residual tells which of them is wrong.
        assert np.abs(plain @ matrix - plain).max() < 1e-15
        winners.add(names[int(np.argmax(plain))])
    assert winners == {Y, V}
    found = population.stationary_distribution()
    assert found.complete
    assert found[0] > 0.99  # defectors
    # The chain, where three states have a law in closed form: trees that lead to each.
    logs = population.log_fixation_probabilities()
    trees = []
    for root in range(3):
        one, two = (k for k in range(3) if k != root)
        to = [logs[root, one] + logs[root, two], logs[root, one] + logs[one, two],
              logs[root, two] + logs[two, one]]  # fmt: skip
        trees.append(np.logaddexp.reduce(to))
    expected = np.array(trees) - np.logaddexp.reduce(trees)
    assert np.allclose(found.log_probabilities, expected, rtol=1e-12, atol=1e-12)


def test_it_can_be_swept():
    goods = PublicGoods(size=3, strategies=[X, Y, Z, V])

    def pooled(model):
        return law(model, 10, 1)[3]

    found = sweep(goods, pooled, second_order=[0, 1], pool_fine=["1/2", 1])
    assert dict(found.sizes) == {"second_order": 2, "pool_fine": 2}
    assert float(found["pooled"][1, 1]) > float(found["pooled"][0, 0])


def test_replacing_and_domains():
    goods = PublicGoods(pool_fine=0.3, second_order=True)
    assert repr(goods) == "PublicGoods(5, pool_fine='3/10', second_order='1')"
    assert repr(PublicGoods(3, [X])) == "PublicGoods(3, ('contributor',))"
    assert goods == PublicGoods(pool_fine="3/10", second_order=1)
    assert hash(goods) == hash(PublicGoods(pool_fine="3/10", second_order=1))
    assert set(goods.domains) == set(goods.terms)
    for name in goods.domains:
        assert getattr(goods.replace(**{name: "1/3"}), name) == Fraction(1, 3)
    assert goods.is_voluntary
    assert goods.compulsory().strategies == (X, Y, V, W)
    assert goods.compulsory().compulsory() == goods.compulsory()
    with pytest.raises(TypeError, match="fee: requires a term among size, strategies, multi"):
        goods.replace(fee=1)


@pytest.mark.parametrize(
    ("terms", "error", "words"),
    [
        ({"size": 1}, ValueError, "size: requires at least 2 players, got 1"),
        ({"size": 2.0}, TypeError, "size: requires a whole number of players"),
        ({"strategies": ["contributor", "thief"]}, ValueError, "strategies: requires some of"),
        ({"strategies": []}, TypeError, "strategies: requires at least one name"),
        ({"strategies": "loner"}, TypeError, "strategies: requires a sequence of names"),
        ({"strategies": [X, X]}, ValueError, "different"),
        ({"pool_fee": -1}, ValueError, "pool_fee: requires a number ≥ 0, got -1"),
        ({"second_order": 2}, ValueError, r"second_order: requires a number in \[0, 1\], got 2"),
        ({"multiplier": 0}, ValueError, "multiplier: requires a number > 0, got 0"),
        ({"peer_cost": True}, TypeError, "peer_cost: requires a number"),
        ({"peer_fine": np.array([1.0, 2.0])}, TypeError, "peer_fine: requires a number ≥ 0"),
        ({"pool_fine": (1, 2)}, TypeError, "pool_fine: requires one value"),
        ({"contribution": "much"}, ValueError, "contribution: requires a number > 0"),
        ({"outside_income": math.inf}, ValueError, "outside_income: requires a number ≥ 0"),
    ],
)
def test_terms_outside_their_range_are_refused(terms, error, words):
    with pytest.raises(error, match=words):
        PublicGoods(**terms)


def test_groups_that_are_none_are_refused():
    goods = PublicGoods(size=3)
    with pytest.raises(ValueError, match="composition: requires 3 players in all, got 2"):
        goods.payoff(X, [2, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="composition: requires at least one loner"):
        goods.payoff(Z, [3, 0, 0, 0, 0])


def test_degenerate_games():
    """One strategy; nothing to be gained; groups of two in a population of two."""
    assert law(PublicGoods(strategies=[Z]), 5, 1).probabilities.tolist() == [1]
    free = PublicGoods(
        size=2, pool_fee=0, pool_fine=0, peer_cost=0, peer_fine=0, outside_income=0, multiplier=1
    )
    for first, second in permutations(NAMES, 2):
        group = [(name == first) + (name == second) for name in NAMES]
        assert free.payoff(first, group) == by_turns(free, [first, second])[0]
    assert sum(law(free, 2)) == pytest.approx(1)
