"""Stability of memberships and of partitions, against definitions over names and sets."""

from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.collective import Coalitions
from dilemma.collective.dividing.rules import RULES, shares_of_every_coalition
from dilemma.testing import coalitions as some_coalitions

ALWAYS = ("shapley", "equal", "contribution", "prenucleolus")


def subsets(firms):
    return chain.from_iterable(combinations(firms, size) for size in range(1, len(firms) + 1))


def share(game, members, firm, rule):
    return game.among(members).divide(rule)[firm]


def all_partitions(firms):
    if not firms:
        yield []
        return
    first, *rest = firms
    for those in all_partitions(rest):
        yield [[first], *those]
        for k, block in enumerate(those):
            yield [*those[:k], [first, *block], *those[k + 1 :]]


class TestRules:
    @settings(max_examples=15, deadline=None)
    @given(some_coalitions(largest=4), st.sampled_from(ALWAYS))
    def test_every_coalition_is_divided_as_by_itself(self, game, rule):
        table = shares_of_every_coalition(game, rule)
        for mask in range(1, len(table)):
            members = game.members(mask)
            own = game.among(members).divide(rule)
            assert sum(own.shares) == game.value(members)
            for k, name in enumerate(game.firms):
                assert table[mask, k] == (own[name] if name in members else 0)

    @settings(max_examples=15, deadline=None)
    @given(some_coalitions(largest=4), st.sampled_from(ALWAYS))
    def test_firms_that_are_interchangeable_get_the_same(self, game, rule):
        swapped = {game.firms[0]: game.firms[-1], game.firms[-1]: game.firms[0]}

        def even(members):
            other = frozenset(swapped.get(name, name) for name in members)
            return game.value(members) + game.value(other)

        found = Coalitions(game.firms, even).divide(rule)
        assert found.shares[0] == found.shares[-1]

    def test_contribution_is_the_equal_division_moved_by_what_each_adds_last(self):
        game = Coalitions(["a", "b", "c"], lambda those: 9 if len(those) == 3 else len(those))
        uneven = Coalitions(game.firms, lambda those: game.value(those) + 6 * ("a" in those))
        # v(N) = 15; without a 2, without b or c 8.
        assert uneven.divide("contribution").shares == (9, 3, 3)
        assert uneven.divide("equal", ["a", "b"]).shares == (4, 4)


class TestByGeneralProgramsOfFirmsAlike:
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(-4, 9), min_size=1, max_size=5))
    def test_sizes_say_what_all_coalitions_say(self, worths):
        short = Coalitions.by_size(worths)
        long = Coalitions(short.firms, lambda those: worths[len(those) - 1] if those else 0)
        assert short.values == long.values
        assert short.shapley().shares == long.shapley().shares
        assert short.is_convex == long.is_convex
        assert short.is_superadditive == long.is_superadditive
        assert short.prenucleolus().shares == long.prenucleolus().shares
        one, other = short.core(), long.core()
        assert (one.empty, one.excess, one.ranges) == (other.empty, other.excess, other.ranges)
        if one.empty:
            for firm in short.firms:
                assert sum(w for members, w in one.balanced if firm in members) == 1
            assert sum(w * short.value(those) for those, w in one.balanced) > short.values[-1]

    def test_many_firms_alike(self):
        many = Coalitions.by_size([k**2 for k in range(1, 101)])
        assert many.shapley().shares == (100,) * 100
        assert many.core().ranges[0] == (1, 199)
        assert many.nucleolus().shares == many.prenucleolus().shares == (100,) * 100


class TestMembership:
    @settings(max_examples=20, deadline=None)
    @given(some_coalitions(largest=4), st.sampled_from(ALWAYS), st.integers(-2, 3))
    def test_gains_are_those_of_the_definition(self, game, rule, outside):
        for members in subsets(game.firms):
            found = game.stability(members, rule, outside)
            leaving, joining = dict(found.leaving), dict(found.joining)
            for name in members:
                assert leaving[name] == outside - share(game, members, name, rule)
            for name in set(game.firms) - set(members):
                joined = (*members, name)
                assert joining[name] == share(game, joined, name, rule) - outside
                unharmed = all(
                    share(game, joined, one, rule) >= share(game, members, one, rule)
                    for one in members
                )
                assert (name in found.welcome) == unharmed
            assert found.internal == all(gain <= 0 for gain in leaving.values())
            assert found.external == all(gain <= 0 for gain in joining.values())
            assert found.external <= found.guarded
        every = game.stable_memberships(rule, outside)
        assert set(every.memberships) == {
            those
            for those in subsets(game.firms)
            if len(those) > 1 and game.stability(those, rule, outside).stable
        }

    def test_firms_get_what_they_are_worth_alone_unless_said(self):
        game = Coalitions(["a", "b"], {"a": 2, "b": 0, ("a", "b"): 3})
        found = game.stability(["a", "b"], "equal")
        assert found.leaving == (("a", Fraction(1, 2)), ("b", Fraction(-3, 2)))
        assert "a gains by leaving a and b; there is nobody else." in str(found)

    @pytest.mark.parametrize("n", [3, 5, 10, 40])
    def test_a_price_leading_cartel_has_three_members(self, n):
        """The model of aspremont1983, with quadratic costs and linear demand, by its closed form.

        A cartel of k gains by a member as long as k < 3, and loses one if k > 3.
        """

        def price(k):
            return Fraction(2 * n * n, 4 * n * n - k * k)

        def profit(k):
            return price(k) * Fraction(n, 2 * n + k) - Fraction(n, 2 * n + k) ** 2 / 2

        cartel = Coalitions.by_size([k * profit(k) for k in range(1, n + 1)])
        found = cartel.stable_memberships(
            outside=lambda firm, members: price(len(members)) ** 2 / 2
        )
        assert [len(members) for members in found.memberships] == [3]

    def test_an_idle_firm_is_not_welcome_where_shares_are_equal(self):
        game = Coalitions(["a", "b", "c"], lambda those: 4 * int({"a", "b"} <= those))
        equal = game.stability(["a", "b"], "equal")
        assert (equal.internal, equal.external, equal.guarded) == (True, False, True)
        assert equal.welcome == ()

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda g: g.stability(["a"], "fair"), "rule: requires one of shapley"),
            (lambda g: g.stability([]), "firms: requires at least 1, got none"),
            (lambda g: g.stability(["z"]), "members: requires firms among a, b"),
            (
                lambda g: g.stability(["a"], outside={"a": 1}),
                "outside: requires a number for each",
            ),
            (lambda g: g.stability(["a"], outside="x"), "outside: requires a finite number"),
            (lambda g: g.stability(["a", "b"], "nucleolus"), "requires all together to be worth"),
            (lambda g: Coalitions(13, len).stable_memberships(), "at most 12 that differ"),
            (lambda g: Coalitions(11, len).stable_partitions(), "at most 10 to list partitions"),
            (lambda g: Coalitions.by_size([1, 2], ["a"]), "firms: requires 2 names"),
            (lambda g: Coalitions(21, len).divide(), "at most 20 firms for exact shares"),
        ],
    )
    def test_errors_name_what_they_require(self, call, message):
        game = Coalitions(["a", "b"], {"a": 2, "b": 2, ("a", "b"): 3})
        with pytest.raises((TypeError, ValueError), match=message):
            call(game)


class TestPartitions:
    @settings(max_examples=12, deadline=None)
    @given(some_coalitions(largest=4), st.sampled_from(ALWAYS))
    def test_each_notion_is_that_of_the_definition(self, game, rule):
        found = game.stable_partitions(rule)
        gets = {
            (frozenset(members), name): share(game, members, name, rule)
            for members in subsets(game.firms)
            for name in members
        }
        seen = {name: set() for name in ("rational", "nash", "individual", "core", "strict_core")}
        count = 0
        for blocks in all_partitions(list(game.firms)):
            count += 1
            own = {n: gets[frozenset(block), n] for block in blocks for n in block}
            key = frozenset(map(frozenset, blocks))
            if all(own[n] >= gets[frozenset([n]), n] for n in own):
                seen["rational"].add(key)
            moves = [
                (n, block)
                for n in own
                for block in [*blocks, []]
                if n not in block and gets[frozenset([*block, n]), n] > own[n]
            ]
            if not moves:
                seen["nash"].add(key)
            if not any(
                all(gets[frozenset([*block, n]), o] >= own[o] for o in block) for n, block in moves
            ):
                seen["individual"].add(key)
            gains = [[gets[frozenset(t), n] - own[n] for n in t] for t in subsets(game.firms)]
            if not any(min(gain) > 0 for gain in gains):
                seen["core"].add(key)
            if not any(min(gain) >= 0 and max(gain) > 0 for gain in gains):
                seen["strict_core"].add(key)
        assert found.partitions == count
        for name, expected in seen.items():
            assert {frozenset(map(frozenset, one)) for one in getattr(found, name)} == expected
        best = max(sum(map(game.value, one)) for one in all_partitions(list(game.firms)))
        assert all(sum(map(game.value, one)) == best for one in found.efficient)

    @settings(max_examples=10, deadline=None)
    @given(some_coalitions(largest=4))
    def test_all_together_are_core_stable_where_shapley_shares_of_a_convex_game(self, game):
        # Sprumont 1990: shares in a convex game grow with the coalition.
        convex = Coalitions(game.firms, lambda those: game.value(those) + 60 * len(those) ** 2)
        found = convex.stable_partitions()
        assert found.strict_core == ((tuple(sorted(game.firms)),),)

    def test_who_is_indifferent_lets_others_in(self):
        game = Coalitions(["a", "b"], {"a": 1, "b": 0, ("a", "b"): 2})
        found = game.stable_partitions("equal")
        assert found.individual == ((("a", "b"),),)

    def test_one_firm(self):
        found = Coalitions(["a"], {"a": -1}).stable_partitions()
        assert found.core == found.nash == ((("a",),),)
        assert found.status == "Of 1 partition of 1 firm, 1 is core stable."

    def test_rules_are_all_there(self):
        assert set(ALWAYS) | {"nucleolus"} == set(RULES)
