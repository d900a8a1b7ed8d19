"""Coalitions against brute force over orders and divisions, and against published solutions."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.collective import Coalitions
from dilemma.testing import coalitions


def by_orders(coalitions):
    """The definition: every order, one firm after the other."""
    totals = dict.fromkeys(coalitions.firms, Fraction(0))
    orders = list(permutations(coalitions.firms))
    for order in orders:
        for k, name in enumerate(order):
            totals[name] += coalitions.value(order[: k + 1]) - coalitions.value(order[:k])
    return tuple(total / len(orders) for total in totals.values())


def complaints(coalitions, shares):
    """All excesses, the largest first."""
    firms = coalitions.firms
    return sorted(
        (
            coalitions.excess(shares, members)
            for size in range(1, len(firms))
            for members in combinations(firms, size)
        ),
        reverse=True,
    )


@st.composite
def worth_joining(draw):
    """All together are worth no less than all alone."""
    found = draw(coalitions(largest=4, values=st.integers(0, 9)))
    alone = sum(found.values[1 << k] for k in range(len(found.firms)))
    whole = len(found.firms)
    return Coalitions(
        found.firms,
        lambda those: found.value(those) + (alone if len(those) == whole else 0),
    )


def equal_awards(claims, estate):
    """The same for each, but nobody more than the claim."""
    given, left = {}, Fraction(estate)
    for place, k in enumerate(sorted(range(len(claims)), key=claims.__getitem__)):
        given[k] = min(claims[k], left / (len(claims) - place))
        left -= given[k]
    return [given[k] for k in range(len(claims))]


def talmud(estate):
    claims = {"a": 100, "b": 200, "c": 300}

    def left(members):
        return max(0, estate - sum(claims[k] for k in claims if k not in members))

    return Coalitions(list(claims), left)


class TestShapley:
    @settings(max_examples=25, deadline=None)
    @given(coalitions())
    def test_is_the_mean_over_all_orders(self, game):
        assert game.shapley().shares == by_orders(game)

    def test_gloves(self):
        def pairs(members):
            return min(len(members - {"right"}), int("right" in members))

        gloves = Coalitions(["left", "other left", "right"], pairs)
        assert gloves.shapley().shares == (Fraction(1, 6), Fraction(1, 6), Fraction(2, 3))
        assert gloves.core().ranges == ((0, 0), (0, 0), (1, 1))
        assert gloves.nucleolus().shares == (0, 0, 1)

    def test_airport_shares_each_stretch_of_the_runway_among_its_users(self):
        """Littlechild and Owen 1973: each increment of cost is split by those who need it."""
        costs = {"a": 3, "b": 3, "c": 8, "d": 11, "e": "27/2"}
        read = {name: Fraction(cost) for name, cost in costs.items()}
        airport = Coalitions(list(costs), lambda those: -max(map(read.get, those), default=0))
        ordered = sorted(read.values())
        expected = []
        for cost in read.values():
            total, before = Fraction(0), Fraction(0)
            for k, step in enumerate(ordered):
                if step <= cost:
                    total += (step - before) / (len(ordered) - k)
                before = step
            expected.append(-total)
        assert airport.shapley().shares == tuple(expected)
        # A cost game of this kind is convex, so that the core holds the Shapley shares.
        assert airport.is_convex

    def test_fourteen_firms_exactly(self):
        weights = np.arange(1, 15)
        game = Coalitions(14, lambda those: sum(int(one.split()[1]) for one in those) ** 2)
        total = int(weights.sum())
        # v = (sum of w)^2 gives each firm w_i times the sum of all.
        assert game.shapley().shares == tuple(Fraction(int(w) * total) for w in weights)

    def test_beyond_that_sampled_with_errors_that_hold(self):
        n = 24
        game = Coalitions(n, lambda those: sum(int(one.split()[1]) for one in those) ** 3)
        found = game.shapley(samples=400, seed=3)
        assert not found.exact
        # By symmetry of the cube: w_i sum w_j^2 ... from the polynomial extension's integral.
        weights = np.arange(1, n + 1, dtype=float)
        first, second, third = (float((weights**k).sum()) for k in (1, 2, 3))
        expected = (
            weights**3
            + 1.5 * weights**2 * (first - weights)
            + 1.5 * weights * (second - weights**2)
            + weights * ((first - weights) ** 2 - (second - weights**2))
        )
        assert expected.sum() == pytest.approx(first**3)
        assert third > 0
        gaps = np.abs(np.array(found.shares) - expected) / np.array(found.errors)
        assert gaps.max() < 4.5
        assert np.mean(gaps < 2) > 0.8
        assert np.mean(gaps > 0.3) > 0.3
        again = game.shapley(samples=400, seed=3)
        assert again.shares == found.shares

    @settings(max_examples=15, deadline=None)
    @given(coalitions())
    def test_in_the_core_of_convex_games(self, game):
        n = len(game.firms)
        # Adding a large multiple of the convex |S|^2 makes any game convex.
        convex = Coalitions(
            game.firms,
            lambda those: game.value(those) + 40 * len(those) ** 2,
        )
        assert convex.is_convex
        assert convex.is_superadditive
        shares = convex.shapley().shares
        if n > 1:
            assert complaints(convex, shares)[0] <= 0
        assert not convex.core().empty


class TestCore:
    @settings(max_examples=25, deadline=None)
    @given(coalitions())
    def test_point_and_proof_say_the_same(self, game):
        core = game.core()
        assert sum(core.point) == game.values[-1]
        if len(game.firms) > 1:
            assert complaints(game, core.point)[0] == core.excess
        assert core.empty == (core.excess > 0)
        if core.empty:
            for firm in game.firms:
                own = sum(weight for members, weight in core.balanced if firm in members)
                assert own == 1
            value = sum(weight * game.value(those) for those, weight in core.balanced)
            assert value > game.values[-1]
        else:
            assert core.balanced == ()
            for share, (low, high) in zip(core.point, core.ranges, strict=True):
                assert low <= share <= high

    def test_ranges_are_attained_and_not_exceeded(self):
        # Two firms that can make 3 together, and 1 and 0 alone.
        core = Coalitions(["a", "b"], {"a": 1, "b": 0, ("a", "b"): 3}).core()
        assert core.ranges == ((1, 3), (0, 2))
        assert "from 1 to 3" in str(core)

    def test_majority_has_none(self):
        core = Coalitions(["a", "b", "c"], lambda those: int(len(those) >= 2)).core()
        assert core.empty
        assert core.excess == Fraction(1, 3)
        assert {weight for _, weight in core.balanced} == {Fraction(1, 2)}


class TestNucleolus:
    @pytest.mark.parametrize(
        ("estate", "shares"),
        [(100, ("100/3", "100/3", "100/3")), (200, (50, 75, 75)), (300, (50, 100, 150))],
    )
    def test_the_bankruptcies_of_the_talmud(self, estate, shares):
        """Aumann and Maschler 1985: the three divisions of the Mishna."""
        assert talmud(estate).nucleolus().shares == tuple(map(Fraction, shares))

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(0, 100))
    def test_of_any_bankruptcy_is_the_rule_of_the_talmud(self, claims, percent):
        """Aumann and Maschler 1985: equal awards up to half of each claim, then equal losses."""
        estate = Fraction(sum(claims) * percent, 100)
        halves = [Fraction(claim, 2) for claim in claims]
        if estate <= sum(halves):
            expected = equal_awards(halves, estate)
        else:
            lost = equal_awards(halves, sum(claims) - estate)
            expected = [claim - loss for claim, loss in zip(claims, lost, strict=True)]
        names = [f"f{k}" for k in range(len(claims))]
        own = dict(zip(names, claims, strict=True))
        game = Coalitions(
            names, lambda those: max(0, estate - sum(own[k] for k in names if k not in those))
        )
        assert game.nucleolus().shares == tuple(expected)
        # Such games are convex (Curiel, Maschler and Tijs 1987).
        assert game.is_convex

    @settings(max_examples=20, deadline=None)
    @given(worth_joining(), st.integers(0, 2**32 - 1))
    def test_no_other_division_has_smaller_complaints(self, game, seed):
        n = len(game.firms)
        best = game.nucleolus().shares
        assert sum(best) == game.values[-1]
        assert all(share >= game.values[1 << k] for k, share in enumerate(best))
        own = complaints(game, best)
        draw = np.random.default_rng(seed)
        for scale in (1, 12, 144):
            for _ in range(6 if n > 1 else 0):
                i, j = draw.choice(n, 2, replace=False)
                other = list(best)
                step = Fraction(int(draw.integers(1, 6)), scale)
                other[i], other[j] = other[i] + step, other[j] - step
                if other[j] >= game.values[1 << int(j)]:
                    assert complaints(game, other) > own

    @settings(max_examples=15, deadline=None)
    @given(worth_joining())
    def test_in_the_core_if_there_is_one(self, game):
        core = game.core()
        shares = game.nucleolus().shares
        if not core.empty and len(game.firms) > 1:
            assert complaints(game, shares)[0] <= 0

    def test_equal_firms_get_equal_shares(self):
        game = Coalitions(6, lambda those: [0, 1, 2, 5, 5, 9, 11][len(those)])
        assert game.nucleolus().shares == (Fraction(11, 6),) * 6


class TestWorth:
    def test_a_float_means_its_decimal(self):
        game = Coalitions(["a", "b"], {"a": 0.1, "b": 0.2, ("a", "b"): 0.3})
        assert game.value(["a", "b"]) == Fraction(3, 10)
        assert game.core().ranges == ((Fraction(1, 10),) * 2, (Fraction(1, 5),) * 2)

    def test_a_float_of_32_bits_means_its_own_decimal(self):
        assert Coalitions(["a"], lambda those: np.float32(0.1) * len(those)).value(
            ["a"]
        ) == Fraction(1, 10)

    def test_losses_are_divided_too(self):
        game = Coalitions(["a", "b"], {"a": -5, "b": -3, ("a", "b"): -9})
        assert game.shapley().shares == (Fraction(-11, 2), Fraction(-7, 2))
        assert game.prenucleolus().shares == game.shapley().shares
        assert game.core().excess == Fraction(1, 2)

    def test_huge_values_stay_exact(self):
        game = Coalitions(["a", "b"], {"a": 10**30, "b": 1, ("a", "b"): 10**30 + 2})
        assert game.shapley().shares == (10**30 + Fraction(1, 2), Fraction(3, 2))

    def test_sums_of_large_integers_stay_exact(self):
        game = Coalitions(4, lambda those: 2**61 * bool(those))
        assert game.shapley().shares == by_orders(game)

    def test_an_order_and_its_reversal_are_exact_for_a_square(self):
        game = Coalitions(21, lambda those: sum(int(one.split()[1]) for one in those) ** 2)
        found = game.shapley(samples=4, seed=1)
        assert found.shares == tuple(231.0 * k for k in range(1, 22))
        assert found.errors == (0.0,) * 21

    def test_one_firm(self):
        alone = Coalitions(["a"], {"a": 5})
        assert alone.shapley().shares == alone.nucleolus().shares == alone.core().point == (5,)

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: Coalitions([], len), "firms: requires at least 1"),
            (lambda: Coalitions("ab", len), "firms: requires a number or a sequence of names"),
            (lambda: Coalitions(["a", "a"], len), "firms: requires different names"),
            (lambda: Coalitions(["a", 3], len), r"firms: requires names \(str\), got 3"),
            (lambda: Coalitions(["a"], 3), "worth: requires a function"),
            (lambda: Coalitions(["a", "b"], {"a": 1}), "2 are missing"),
            (lambda: Coalitions(["a"], {"a": 1, "c": 1}), "members: requires firms among a"),
            (lambda: Coalitions(["a"], {"a": 1, (): 2}), "worth: requires 0 for nobody"),
            (lambda: Coalitions(2, lambda those: 1), "requires 0 for nobody, got 1"),
            (
                lambda: Coalitions(2, lambda those: len(those) - 1).divide("contribution"),
                "worth: requires 0 for nobody, got -1",
            ),
            (
                lambda: Coalitions(2, lambda those: len(those) - 1).stability(["firm 1"]),
                "worth: requires 0 for nobody, got -1",
            ),
            (
                lambda: Coalitions(2, lambda those: those or None),
                "worth of nobody: requires a number, got None",
            ),
            (lambda: Coalitions(["a"], {"a": "much"}), "worth of a"),
            (lambda: Coalitions(2, len).value(["x"]), "members: requires firms among"),
            (lambda: Coalitions(2, len).excess([1], ["firm 1"]), "shares: requires 2 numbers"),
            (lambda: Coalitions(21, len).values, "at most 20 to list"),
            (
                lambda: Coalitions(2, len).excess(3, ["firm 1"]),
                "shares: requires 2 numbers, got 3",
            ),
            (lambda: Coalitions.by_size("12"), "worths: requires a sequence of numbers, got '12'"),
            (lambda: Coalitions.by_size(3), "worths: requires a sequence of numbers, got 3"),
            (lambda: Coalitions.by_size([]), "worths: requires at least 1 number, got none"),
            (lambda: Coalitions(15, len).core(), "at most 14 that differ for the core, got 15"),
            (
                lambda: Coalitions(15, len).nucleolus(),
                "at most 14 that differ for the nucleolus, got 15",
            ),
            (lambda: Coalitions(15, len).prenucleolus(), "14 that differ for the prenucleolus"),
            (lambda: Coalitions(15, len).is_superadditive, "at most 14 that differ"),
            (lambda: Coalitions(2, len).shapley(samples=5), "samples: requires an even number"),
            (
                lambda: Coalitions(2, lambda those: len(those) % 2).nucleolus(),
                "requires all together to be worth at least",
            ),
        ],
    )
    def test_errors_name_what_they_require(self, call, message):
        with pytest.raises((TypeError, ValueError), match=message):
            call()
