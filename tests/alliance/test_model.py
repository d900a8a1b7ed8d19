"""The alliance: its terms in every kind of number, and what is refused."""

import dataclasses
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy
import xarray as xr
from hypothesis import given, settings

from dilemma.alliance import (
    STRATEGIES,
    TERMS,
    Alliance,
    PayoffModel,
    Strategy,
    coopetition,
    interorganizational_learning,
    knowledge_learned,
    private_and_common_benefits,
    strategy_grid,
)
from dilemma.alliance.terms import Domain
from dilemma.equilibria import nash
from dilemma.testing import alliances

PER_FIRM = [term.name for term in TERMS if term.per_firm]


class TestOneExpressionManyNumbers:
    """Floats, Fractions, symbols, arrays and labelled arrays agree with each other."""

    @settings(max_examples=25, deadline=None)
    @given(alliance=alliances())
    def test_arrays_equal_exact_payoffs(self, alliance):
        exact = alliance.payoffs()
        batch = alliance.replace(trust=np.array([float(alliance.trust)] * 3)).payoffs()
        assert batch.shape == (3, 2, 5, 5)
        np.testing.assert_allclose(batch[1], exact.astype(float), rtol=1e-12, atol=1e-12)

    @settings(max_examples=10, deadline=None)
    @given(alliance=alliances())
    def test_symbols_equal_exact_payoffs(self, alliance):
        tau, synergy = sympy.symbols("tau sigma")
        symbolic = alliance.replace(trust=tau, synergy=synergy).payoffs()
        point = {tau: sympy.Rational(alliance.trust), synergy: sympy.Rational(alliance.synergy)}
        exact = alliance.payoffs()
        for index in np.ndindex(exact.shape):
            value = sympy.sympify(symbolic[index]).subs(point)
            assert Fraction(int(value.p), int(value.q)) == exact[index]

    def test_float_means_the_decimal_that_prints_it(self):
        assert Alliance(trust=0.3) == Alliance(trust=Fraction(3, 10)) == Alliance(trust="3/10")
        decimal, rational = (
            nash(Alliance(trust=value).game()) for value in (0.3, Fraction(3, 10))
        )
        assert decimal == rational

    def test_scalar_payoffs_are_fractions(self):
        assert {type(value) for value in Alliance(trust=0.3).payoffs().flat} == {Fraction}

    def test_labelled_arrays_broadcast_by_name(self):
        alliance = Alliance(
            stakes=xr.DataArray([1.0, 2.0], dims="stakes"),
            trust=xr.DataArray([0.1, 0.2, 0.3], dims="trust"),
        )
        payoffs = alliance.payoffs()
        assert payoffs.dims == ("trust", "stakes", "player", "row", "column")
        assert payoffs.coords["trust"].values.tolist() == [0.1, 0.2, 0.3]
        one = payoffs.sel(trust=0.2, stakes=2.0, player="row firm")
        exact = Alliance(trust=0.2, stakes=2).payoffs()[0].astype(float)
        np.testing.assert_allclose(one.values, exact, rtol=1e-14)

    def test_labelled_arrays_of_two_dimensions_may_be_in_any_order(self):
        both = xr.DataArray([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dims=("b", "a"))
        alliance = Alliance(trust=xr.DataArray([0.1, 0.2, 0.3], dims="a"), stakes=both)
        payoffs = alliance.payoffs()
        assert payoffs.dims[:2] == ("a", "b")
        for i in range(3):
            for j in range(2):
                exact = Alliance(trust=(i + 1) / 10, stakes=float(both[j, i])).payoffs()
                np.testing.assert_allclose(payoffs[i, j].values, exact.astype(float), rtol=1e-13)

    def test_arrays_of_fractions_stay_exact_for_single_games(self):
        thirds = np.array([Fraction(1, 3), Fraction(2, 3)], dtype=object)
        alliance = Alliance(trust=thirds)
        assert alliance.payoffs().dtype == np.float64
        assert alliance.games()[0] == Alliance(trust=Fraction(1, 3)).game()
        assert alliance.games()[-1] == Alliance(trust=Fraction(2, 3)).game()

    def test_pairs_of_arrays_of_different_shapes_broadcast(self):
        batch = Alliance(stakes=(np.array([1.0, 2.0, 3.0]), np.array([1.0])))
        assert batch.payoffs().shape == (3, 2, 5, 5)
        assert batch.games()[2] == Alliance(stakes=(3, 1)).game()
        crossed = Alliance(stakes=(np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 4.0])))
        assert crossed.games()[2, 1] == Alliance(stakes=(3, 4)).game()

    def test_short_floats_mean_the_decimals_that_print_them(self):
        short = Alliance(trust=np.array([0.3, 0.7], dtype=np.float32))
        exact = Alliance(trust=0.7)
        assert short.games()[1] == exact.game()
        np.testing.assert_allclose(
            short.payoffs()[1], exact.payoffs().astype(float), rtol=1e-14, atol=1e-15
        )

    def test_floats_in_symbolic_terms_are_decimals(self):
        x = sympy.Symbol("x")
        value = Alliance(trust=0.3 * x + 0.1).trust
        assert value == sympy.Rational(3, 10) * x + sympy.Rational(1, 10)

    def test_pairs_of_arrays(self):
        batch = Alliance(opportunism=(np.array([0.1, 0.2]), 0.9), trust=np.array([[0.5], [0.6]]))
        assert batch.payoffs().shape == (2, 2, 2, 5, 5)
        assert batch.games()[1, 0] == Alliance(opportunism=(0.1, 0.9), trust=0.6).game()

    def test_kinds_do_not_mix(self):
        with pytest.raises(TypeError, match="stakes: requires a number or a symbol beside trust"):
            Alliance(trust=sympy.Symbol("t"), stakes=np.array([1.0, 2.0]))
        with pytest.raises(TypeError, match="don't mix"):
            Alliance(trust=xr.DataArray([0.5], dims="a"), stakes=np.array([1.0]))

    def test_a_scalar_alliance_is_a_batch_without_dimensions(self):
        games = Alliance().games()
        assert games.shape == ()
        assert games.size == 1
        assert games[()] == Alliance().game()

    def test_input_arrays_are_copied(self):
        trust = np.array([0.1, 0.2])
        alliance = Alliance(trust=trust)
        trust[0] = 0.9
        assert alliance.trust.tolist() == [0.1, 0.2]
        with pytest.raises(ValueError, match="read-only"):
            alliance.trust[0] = 0.5


class TestFirms:
    """Terms that belong to each firm."""

    @settings(max_examples=25, deadline=None)
    @given(alliance=alliances())
    def test_exchanging_the_firms_exchanges_the_payoffs(self, alliance):
        swapped = {
            name: value[::-1] if isinstance(value, tuple) else value
            for name, value in alliance.terms.items()
        }
        swapped["power"] = -swapped["power"]
        first, second = alliance.payoffs()
        there = Alliance(**swapped).payoffs()
        assert np.array_equal(first, there[1].T)
        assert np.array_equal(second, there[0].T)

    @settings(max_examples=25, deadline=None)
    @given(alliance=alliances(unequal=False))
    def test_equal_firms_play_a_symmetric_game(self, alliance):
        assert alliance.game().is_symmetric

    @settings(max_examples=25, deadline=None)
    @given(alliance=alliances(unequal=False))
    def test_payoffs_from_the_formula_by_hand(self, alliance):
        """The formula of the design, written again from scratch in plain Python."""
        t = alliance.terms
        e = {x: (1 - t["effort_convexity"]) * x + t["effort_convexity"] * x * x for x in (0, 1)}
        e[Fraction(1, 2)] = Fraction(1, 2) - t["effort_convexity"] / 4
        for i, me in enumerate(STRATEGIES):
            for j, you in enumerate(STRATEGIES):
                ability = (
                    (1 + t["prior_interaction"])
                    * t["absorptive_capacity"]
                    * t["communicative_capacity"]
                )
                f = (
                    ability
                    * me.receptivity
                    * (t["leakage"] + (1 - t["leakage"]) * you.transparency)
                )
                g = (
                    ability
                    * you.receptivity
                    * (t["leakage"] + (1 - t["leakage"]) * me.transparency)
                )
                value = f + t["synergy"] * f * g + t["relational_return"] * t["trust"] * g
                value += (1 - t["trust"]) * t["opportunism"] * (f - g)
                cost = t["receptivity_cost"] * e[me.receptivity]
                cost += t["transparency_cost"] * e[me.transparency]
                assert alliance.payoffs()[0, i, j] == t["stakes"] * value - cost

    @pytest.mark.parametrize("name", PER_FIRM)
    def test_each_firm_s_term_can_be_moved_alone(self, name):
        domain = Alliance().domains[name]
        value = Fraction(1, 3) if Fraction(1, 3) in domain else domain.low
        moved = Alliance().replace(**{f"{name}.row": value})
        default = getattr(Alliance(), name)
        assert getattr(moved, name) == (value, default)
        assert moved.replace(**{f"{name}.column": value}) == Alliance(**{name: value})
        assert f"{name}.row" in moved.domains

    def test_a_pair_of_equal_values_is_one_value(self):
        assert Alliance(stakes=(2, 2)) == Alliance(stakes=2)
        assert hash(Alliance(stakes=[2, 2])) == hash(Alliance(stakes=2))

    def test_power_is_the_row_firm_s(self):
        strong = Alliance(power="1/2").payoffs()
        assert strong[0, 0, 0] > strong[1, 0, 0]


class TestReplace:
    def test_replaces_and_leaves_the_original(self):
        alliance = Alliance()
        assert alliance.replace(trust=0.3).trust == Fraction(3, 10)
        assert alliance.trust == Fraction(1, 2)

    def test_whole_terms_come_before_firms(self):
        alliance = Alliance().replace(**{"stakes.row": 3, "stakes": 2})
        assert alliance.stakes == (3, 2)

    def test_unknown_names_are_refused_with_the_known_ones(self):
        with pytest.raises(TypeError, match=r"trusst: requires a term among trust, stakes"):
            Alliance().replace(trusst=1)
        with pytest.raises(TypeError, match=r"trust\.row: requires"):
            Alliance().replace(**{"trust.row": 1})
        with pytest.raises(TypeError, match=r"stakes\.third: requires"):
            Alliance().replace(**{"stakes.third": 1})


class TestEqualityAndHashing:
    def test_equal_terms_equal_alliances(self):
        assert Alliance() == Alliance(trust=0.5)
        assert Alliance() != Alliance(trust=0.6)
        assert Alliance() != Alliance(strategies=strategy_grid(2))
        assert Alliance() != 1
        assert len({Alliance(), Alliance(trust="1/2"), Alliance(stakes=2)}) == 2

    def test_arrays_compare_by_value_and_are_not_hashed(self):
        one, two = (Alliance(trust=np.array([0.1, 0.2])) for _ in range(2))
        assert one == two
        assert one != Alliance(trust=np.array([0.1, 0.3]))
        assert one != Alliance(trust=0.1)
        with pytest.raises(TypeError, match="without arrays to be hashed"):
            hash(one)

    def test_labelled_arrays_compare_with_their_dimensions(self):
        one = Alliance(trust=xr.DataArray([0.1, 0.2], dims="a"))
        assert one == Alliance(trust=xr.DataArray([0.1, 0.2], dims="a"))
        assert one != Alliance(trust=xr.DataArray([0.1, 0.2], dims="b"))
        assert one == Alliance(trust=xr.DataArray([0.1, 0.2], dims="a", name="trust"))

    def test_survives_pickling(self):
        alliance = Alliance(trust=0.3, stakes=(1, 2), model=coopetition, extra={"leverage": 2})
        assert pickle.loads(pickle.dumps(alliance)) == alliance

    def test_frozen(self):
        with pytest.raises(AttributeError):
            Alliance().trust = 1

    def test_repr_names_what_differs_from_the_defaults(self):
        assert repr(Alliance(trust=0.3, stakes=(1, 2))) == "Alliance(trust='3/10', stakes=(1, 2))"
        words = repr(Alliance(model=private_and_common_benefits))
        assert words.endswith("extra={'relative_scope': '1/2'})")


class TestModels:
    """Other payoff models, and a user's own."""

    @pytest.mark.parametrize(
        "model", [coopetition, private_and_common_benefits], ids=lambda model: model.name
    )
    def test_models_of_the_literature_serve_all_kinds_of_number(self, model):
        alliance = Alliance(model=model)
        exact = alliance.payoffs()
        assert {type(value) for value in exact.flat} == {Fraction}
        batch = alliance.replace(trust=np.array([0.5, 0.5])).payoffs()
        np.testing.assert_allclose(batch[0], exact.astype(float), rtol=1e-13, atol=1e-15)
        symbol = sympy.Symbol("t")
        symbolic = alliance.replace(trust=symbol).payoffs()
        assert all(
            sympy.sympify(symbolic[index]).subs(symbol, sympy.Rational(1, 2))
            == sympy.Rational(exact[index])
            for index in np.ndindex(exact.shape)
        )
        assert model.source

    def test_coopetition_by_hand(self):
        alliance = Alliance(model=coopetition, trust=0, leakage=0).replace(
            leverage=1, reverse_impact=2, synergy=0
        )
        payoffs = alliance.payoffs()
        # Competition against collaboration: learns 1, used at (1 + 1), pays for receptivity.
        assert payoffs[0, 1, 0] == 2 - Fraction(1, 2)
        # The collaborator learns nothing, is harmed by 2, and pays for both.
        assert payoffs[1, 1, 0] == -2 - 1

    def test_private_and_common_benefits_by_hand(self):
        alliance = Alliance(
            model=private_and_common_benefits, trust=1, leakage=0, extra={"relative_scope": (0, 1)}
        )
        payoffs = alliance.payoffs()
        assert payoffs[0, 1, 0] == 1 - Fraction(1, 2)  # all private: it alone learns
        assert payoffs[1, 1, 0] == 1 - 1  # all common: it shares in what the other learned

    def test_a_model_s_own_terms_are_checked_and_replaced(self):
        alliance = Alliance(model=coopetition)
        assert alliance.replace(leverage=0.5).extra["leverage"] == Fraction(1, 2)
        assert "leverage" in alliance.domains
        with pytest.raises(ValueError, match="leverage: requires a number ≥ 0, got -1"):
            alliance.replace(leverage=-1)
        with pytest.raises(ValueError, match="extra: requires terms of the model"):
            Alliance(extra={"leverage": 1})
        assert alliance.replace(model=private_and_common_benefits).extra.keys() == {
            "relative_scope"
        }

    def test_a_user_s_own_model(self):
        def sharing(focal, partner, terms):
            def payoff(me, you):
                return me.stakes * you.transparency - me.transparency_cost * me.transparency

            return payoff(focal, partner), payoff(partner, focal)

        game = Alliance(model=sharing).game()
        assert game.exact_payoffs[0, 0, 1] == Fraction(-1, 2)
        assert game.is_symmetric
        assert Alliance(model=sharing, trust=np.array([0.1, 0.2])).payoffs().shape == (2, 2, 5, 5)

    def test_a_float_in_a_user_s_formula_is_refused_where_it_would_spoil_exactness(self):
        def fifth(focal, partner, terms):
            return terms.trust * 0.2, terms.trust * 0.2

        with pytest.raises(TypeError, match=r"model: requires a formula of exact numbers"):
            Alliance(model=fifth).payoffs()
        with pytest.raises(TypeError, match=r"model: requires .* got"):
            Alliance(model=lambda focal, partner, terms: (None, None)).payoffs()

    def test_a_model_s_own_terms_come_with_it(self):
        alliance = Alliance().replace(
            model=private_and_common_benefits, **{"relative_scope.row": "1/5"}
        )
        assert alliance.extra["relative_scope"] == (Fraction(1, 5), Fraction(1, 2))

    def test_a_fraction_in_a_user_s_formula_leaves_batches_in_floats(self):
        def third(focal, partner, terms):
            return terms.trust * Fraction(1, 3), terms.trust * Fraction(1, 3)

        assert Alliance(model=third, trust=np.array([0.1, 0.2])).payoffs().dtype == np.float64
        assert Alliance(model=third).payoffs()[0, 0, 0] == Fraction(1, 6)

    @pytest.mark.parametrize("model", ["race", 3])
    def test_a_model_must_be_callable(self, model):
        with pytest.raises(TypeError, match="model: requires"):
            Alliance(model=model)

    def test_a_model_must_give_a_pair(self):
        with pytest.raises(TypeError, match="model: requires a pair"):
            Alliance(model=lambda focal, partner, terms: 1).payoffs()

    def test_the_default_model_is_the_learning_race(self):
        own = Alliance(stakes=(1, 3), power=0.5)
        assert (own.payoffs() == own.replace(model=interorganizational_learning).payoffs()).all()


class TestStrategies:
    def test_the_five_by_receptivity_and_transparency(self):
        half = Fraction(1, 2)
        assert [(one.short, one.receptivity, one.transparency) for one in STRATEGIES] == [
            ("COL", 1, 1),
            ("COM", 1, 0),
            ("CMP", half, half),
            ("ACC", 0, 1),
            ("AVO", 0, 0),
        ]

    @pytest.mark.parametrize("k", [2, 3, 5])
    def test_grids_contain_the_corners_and_make_games(self, k):
        grid = strategy_grid(k)
        assert len({(one.receptivity, one.transparency) for one in grid}) == k * k
        assert len({one.name for one in grid}) == k * k
        game = Alliance(strategies=grid).game()
        five = Alliance().game()
        names = ["collaboration", "competition", "accommodation", "avoidance"]
        assert game.restrict(names, names) == five.restrict(names, names)

    @pytest.mark.parametrize("k", [1, 0, -1])
    def test_a_grid_has_at_least_two_points_a_side(self, k):
        with pytest.raises(ValueError, match="k: requires an integer of at least 2"):
            strategy_grid(k)

    def test_a_grid_has_a_whole_number_of_points(self):
        with pytest.raises(TypeError, match="k: requires an integer"):
            strategy_grid(2.5)

    def test_strategies_are_checked(self):
        with pytest.raises(ValueError, match=r"receptivity: requires a number in \[0, 1\], got 2"):
            Strategy("greedy", 2, 0)
        with pytest.raises(ValueError, match="strategies: requires different names"):
            Alliance(strategies=[STRATEGIES[0], STRATEGIES[0]])
        with pytest.raises(ValueError, match="strategies: requires at least one"):
            Alliance(strategies=[])
        with pytest.raises(TypeError, match="strategies: requires a sequence of Strategy"):
            Alliance(strategies=["collaboration"])

    def test_one_strategy_makes_a_game(self):
        assert Alliance(strategies=STRATEGIES[:1]).game().shape == (1, 1)


class TestOutcomes:
    @settings(max_examples=25, deadline=None)
    @given(alliance=alliances())
    def test_laws(self, alliance):
        outcomes = alliance.outcomes()
        assert np.array_equal(outcomes.joint, outcomes.learning[0] + outcomes.learning[1])
        assert np.array_equal(outcomes.exploitation[0], -outcomes.exploitation[1])
        for index, share in np.ndenumerate(outcomes.division):
            if share is None:
                assert outcomes.joint[index] == 0
            else:
                assert share * outcomes.joint[index] == outcomes.learning[0][index]

    def test_a_good_partner_is_exploited_by_a_competitor(self):
        outcomes = Alliance().outcomes()
        assert outcomes.exploitation[0, 0, 1] == Fraction(9, 10)
        assert outcomes.division[0, 1] == Fraction(1, 11)

    def test_batches_divide_nothing_into_nan(self):
        outcomes = Alliance(trust=np.array([0.1, 0.2])).outcomes()
        assert outcomes.joint.shape == (2, 5, 5)
        assert math.isnan(outcomes.division[..., 4, 4].flat[0])

    def test_labelled(self):
        outcomes = Alliance(leakage=xr.DataArray([0.1, 0.2], dims="leakage")).outcomes()
        assert outcomes.learning.dims == ("leakage", "player", "row", "column")
        assert outcomes.joint.dims == ("leakage", "row", "column")


class TestBadTerms:
    """Every refusal names the term, what it requires and what it got."""

    @pytest.mark.parametrize(
        ("terms", "kind", "words"),
        [
            ({"trust": 1.2}, ValueError, r"trust: requires a number in \[0, 1\], got 1.2"),
            ({"trust": math.nan}, ValueError, r"trust: requires a number in \[0, 1\], got nan"),
            ({"trust": math.inf}, ValueError, r"trust: requires a number in \[0, 1\], got inf"),
            ({"trust": "high"}, ValueError, r"trust: requires a number in \[0, 1\], got 'high'"),
            ({"trust": None}, TypeError, "trust: requires a number .* got None"),
            ({"trust": True}, TypeError, "trust: requires a number .* got True"),
            ({"trust": (0.1, 0.2)}, TypeError, "trust: requires one value for both firms"),
            ({"trust": 1j}, TypeError, "trust: requires a number"),
            ({"stakes": -1}, ValueError, "stakes: requires a number > 0, got -1"),
            ({"stakes": 0}, ValueError, "stakes: requires a number > 0, got 0"),
            ({"stakes": (1, 2, 3)}, ValueError, "stakes: requires one value, or a pair .* got 3"),
            ({"stakes": (1, -2)}, ValueError, r"stakes.column: requires a number > 0, got -2"),
            ({"stakes": ((1, 2), 3)}, TypeError, r"stakes.row: requires a number > 0"),
            ({"leakage": 1}, ValueError, r"leakage: requires a number in \[0, 1\), got 1"),
            ({"power": -1.5}, ValueError, r"power: requires a number in \[-1, 1\], got -1.5"),
            ({"trust": "1/0"}, ValueError, "trust: requires a number"),
            ({"trust": sympy.sqrt(2)}, ValueError, r"trust: requires a number in \[0, 1\]"),
            ({"trust": sympy.I}, ValueError, r"trust: requires a number in \[0, 1\]"),
            ({"trust": sympy.nan}, ValueError, r"trust: requires a number in \[0, 1\]"),
            ({"trust": sympy.sin(1) ** 2 + sympy.cos(1) ** 2}, ValueError, "trust: .*simplify it"),
            ({"trust": np.array([0.5, 1.5])}, ValueError, r"trust\[1\]: requires .* got 1.5"),
            ({"trust": np.array([0.5, np.nan])}, ValueError, r"trust\[1\]: requires .* got nan"),
            ({"trust": np.array(["a"])}, TypeError, "trust: requires an array of real numbers"),
            ({"trust": np.array([])}, ValueError, "trust: requires an array with at least one"),
            ({"trust": np.array([0.5, "x"], dtype=object)}, ValueError, r"trust\[1\]: requires"),
            ({"trust": xr.DataArray([2.0], dims="a")}, ValueError, r"trust\[0\]: requires"),
        ],
    )
    def test_is_named(self, terms, kind, words):
        with pytest.raises(kind, match=words):
            Alliance(**terms)

    @pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
    def test_every_domain_has_its_ends(self, term):
        def accepts(value):
            try:
                Alliance(**{term.name: value})
            except ValueError:
                return False
            return True

        low, high = term.domain.low, term.domain.high
        assert accepts(low) is not term.domain.low_open
        assert not accepts(low - Fraction(1, 10**9))
        assert accepts(low + Fraction(1, 10**9))
        if high is None:
            assert accepts(10**6)
        else:
            assert accepts(high) is not term.domain.high_open
            assert not accepts(high + Fraction(1, 10**9))

    def test_floats_at_the_ends_of_a_domain_mean_decimals(self):
        tenths = Domain(Fraction(3, 10), Fraction(7, 10))
        opened = Domain(Fraction(3, 10), Fraction(7, 10), low_open=True, high_open=True)
        for value in (0.3, 0.7, np.float64(0.3), np.float32(0.3)):
            assert value in tenths
            assert value not in opened
        assert math.nextafter(0.3, 0) not in tenths
        assert math.nextafter(0.7, 1) not in tenths

    def test_what_is_no_finite_number_is_compared_as_it_is(self):
        assert math.nan not in Domain(Fraction(0), None)
        assert math.inf in Domain(Fraction(0), None)
        assert math.inf not in Domain(Fraction(0), Fraction(1))
        assert np.float64("inf") in Domain(Fraction(0), None)
        assert sympy.sqrt(2) / 2 in Domain(Fraction(0), Fraction(1))
        assert True in Domain(Fraction(0), Fraction(1))
        assert np.array(0.5) in Domain(Fraction(0), Fraction(1))
        with pytest.raises(TypeError):
            "0.5" in Domain(Fraction(0), Fraction(1))  # noqa: B015

    def test_shapes_that_do_not_broadcast(self):
        with pytest.raises(ValueError, match="terms: requires arrays whose shapes broadcast"):
            Alliance(trust=np.full(2, 0.5), stakes=np.ones(3)).payoffs()

    def test_labelled_sizes_and_coordinates_must_agree(self):
        with pytest.raises(ValueError, match="stakes: requires 1 values along 'a'"):
            Alliance(
                trust=xr.DataArray([0.5], dims="a"), stakes=xr.DataArray([1.0, 2.0], dims="a")
            ).payoffs()
        with pytest.raises(ValueError, match="stakes: requires the coordinates along 'a'"):
            Alliance(
                trust=xr.DataArray([0.5, 0.6], dims="a", coords={"a": [1, 2]}),
                stakes=xr.DataArray([1.0, 2.0], dims="a", coords={"a": [1, 3]}),
            ).payoffs()
        with pytest.raises(ValueError, match="requires dimensions other than player"):
            Alliance(trust=xr.DataArray([0.5], dims="row")).payoffs()

    def test_masked_values_are_refused(self):
        with pytest.raises(ValueError, match=r"trust\[1\]: requires a number, got a masked value"):
            Alliance(trust=np.ma.array([0.1, 0.9], mask=[0, 1]))
        plain = Alliance(trust=np.ma.array([0.1, 0.9]))
        assert plain == Alliance(trust=np.array([0.1, 0.9]))

    def test_dimensions_of_one_name_are_refused(self):
        with (
            pytest.warns(UserWarning, match="[Dd]uplicate dim"),
            pytest.raises(ValueError, match="different names"),
        ):
            Alliance(trust=xr.DataArray(np.full((2, 2), 0.5), dims=("a", "a")))

    def test_irrational_numbers_are_named_where_a_game_is_wanted(self):
        with pytest.raises(TypeError, match=r"got the number sqrt\(2\)/2"):
            Alliance(trust=sympy.sqrt(2) / 2).game()

    def test_extra_terms_come_in_a_mapping(self):
        with pytest.raises(TypeError, match="extra: requires a mapping"):
            Alliance(extra=5)

    def test_only_numbers_make_a_game(self):
        with pytest.raises(
            TypeError, match="game: requires rational numbers for all terms, got the symbol"
        ):
            Alliance(trust=sympy.Symbol("tau")).game()
        with pytest.raises(TypeError, match=r"use games\(\)"):
            Alliance(trust=np.array([0.1])).game()
        with pytest.raises(TypeError, match="games: requires numbers or arrays"):
            Alliance(trust=sympy.Symbol("tau")).games()


def one_sided(learner, teacher, terms):
    """What is learned from whoever is more transparent than receptive."""
    return learner.receptivity * (1 + teacher.transparency) * terms.leakage


def plain_value(firm, learned, taught, terms):
    return firm.stakes * (learned - terms.trust * taught) + learned * taught


class TestValues:
    """Payoff models as values of learning and teaching."""

    def test_payoffs_follow_from_a_value(self):
        def both(focal, partner, terms):
            first, second = one_sided(focal, partner, terms), one_sided(partner, focal, terms)
            return (
                plain_value(focal, first, second, terms),
                plain_value(partner, second, first, terms),
            )

        model = PayoffModel("plain", value=plain_value, learning=one_sided)
        uneven = Alliance(stakes=(1, 3), power="1/3")
        ours, theirs = uneven.replace(model=model), uneven.replace(model=both)
        assert (ours.payoffs() == theirs.payoffs()).all()
        assert ours.square().restricted().exact_payoffs.tolist() == ours.payoffs().tolist()
        assert pickle.loads(pickle.dumps(ours)) == ours
        assert hash(ours) == hash(uneven.replace(model=dataclasses.replace(model)))

    def test_changed_parts_of_a_model_count(self):
        model = PayoffModel("plain", value=plain_value, learning=one_sided)
        usual = dataclasses.replace(model, learning=knowledge_learned)
        assert usual == PayoffModel("plain", value=plain_value)
        assert (Alliance(model=usual).payoffs() != Alliance(model=model).payoffs()).any()

    @pytest.mark.parametrize("model", [coopetition, private_and_common_benefits])
    def test_the_library_s_models_say_the_same_both_ways(self, model):
        alone = PayoffModel(model.name, value=model.value, terms=model.terms)
        terms = {"stakes": (1, 2), "power": "1/4", "trust": "1/3"}
        ours, theirs = (Alliance(model=one, **terms).payoffs() for one in (alone, model))
        assert (ours == theirs).all()

    def test_a_model_needs_one_of_the_two(self):
        with pytest.raises(TypeError, match="payoffs: requires a function"):
            PayoffModel("nothing")
        with pytest.raises(TypeError, match="value: requires a function, got 3"):
            PayoffModel("three", value=3)
