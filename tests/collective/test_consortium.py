"""The consortium: its payoffs by definition, two firms as an alliance, and the common goal."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from dilemma.alliance import (
    INTERORGANIZATIONAL_LEARNING,
    STRATEGIES,
    Alliance,
    PayoffModel,
    Strategy,
    coopetition,
    private_and_common_benefits,
)
from dilemma.collective import Consortium
from dilemma.study import model_measure, sweep, thresholds
from dilemma.testing import alliances, consortia

MODELS = st.sampled_from([INTERORGANIZATIONAL_LEARNING, private_and_common_benefits, coopetition])
NAMES = [one.name for one in STRATEGIES]
FEW = settings(max_examples=12, deadline=None)


def by_definition(consortium, profile):
    """All firms' payoffs by the formula of the design, written out once more."""
    terms, n = consortium.terms, consortium.size
    each = {
        name: value if isinstance(value, tuple) else (value,) * n for name, value in terms.items()
    }
    leak, nu = terms["leakage"], terms["effort_convexity"]
    trust = terms["trust"]
    r = [one.receptivity for one in profile]
    t = [one.transparency for one in profile]
    shown = [leak + (1 - leak) * x for x in t]
    able = each["absorptive_capacity"]
    tells = each["communicative_capacity"]
    reached = sum(x * y for x, y in zip(r, t, strict=True)) >= terms["threshold"]
    payoffs = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        ease = 1 + terms["prior_interaction"]
        f = ease * r[i] * able[i] * sum(tells[j] * shown[j] for j in others) / (n - 1)
        g = ease * shown[i] * tells[i] * sum(able[j] * r[j] for j in others) / (n - 1)
        worth = (
            f
            + terms["synergy"] * (1 + each["power"][i]) * f * g
            + terms["relational_return"] * trust * g
            + (1 - trust) * each["opportunism"][i] * (f - g)
        )
        effort = sum(
            each[f"{kind}_cost"][i] * ((1 - nu) * x + nu * x * x)
            for kind, x in (("receptivity", r[i]), ("transparency", t[i]))
        )
        payoffs.append(each["stakes"][i] * worth - effort + terms["goal"] * reached)
    return payoffs


class TestDefinition:
    @FEW
    @given(consortia(largest=3))
    def test_payoffs_of_profiles(self, consortium):
        payoffs = consortium.payoffs()
        for places in itertools.product(range(5), repeat=consortium.size):
            profile = [STRATEGIES[s] for s in places]
            expected = by_definition(consortium, profile)
            assert payoffs[(slice(None), *places)].tolist() == expected

    @FEW
    @given(consortia(largest=6), st.data())
    def test_a_payoff(self, consortium, data):
        places = [data.draw(st.integers(0, 4)) for _ in range(consortium.size)]
        expected = by_definition(consortium, [STRATEGIES[s] for s in places])
        found = [consortium.payoff(k + 1, places) for k in range(consortium.size)]
        assert found == expected

    @FEW
    @given(consortia(largest=5, unequal=False))
    def test_payoffs_of_compositions(self, consortium):
        table = consortium.group_payoffs()
        game = consortium.group_game()
        for row, counts in zip(table, consortium.others, strict=True):
            among = [one for one, k in zip(STRATEGIES, counts, strict=True) for _ in range(k)]
            for s, own in enumerate(STRATEGIES):
                assert row[s] == by_definition(consortium, [own, *among])[0]
        assert (game.exact_payoffs == table).all()


class TestTwoFirms:
    """A consortium of two without a goal is the alliance, exactly."""

    @FEW
    @given(alliances(), MODELS)
    def test_numbers(self, alliance, model):
        alliance = alliance.replace(model=model)
        assert (two(alliance).payoffs() == alliance.payoffs()).all()
        assert two(alliance).alliance() == alliance
        assert two(alliance).game().to_game().exact_payoffs.tolist() == (
            alliance.game().exact_payoffs.tolist()
        )

    @settings(max_examples=5, deadline=None)
    @given(alliances(), MODELS)
    def test_symbols(self, alliance, model):
        trust, stakes, share = sympy.symbols("tau S rho")
        alliance = alliance.replace(
            model=model, trust=trust, power=share, **{"stakes.row": stakes}
        )
        ours, theirs = two(alliance).payoffs(), alliance.payoffs()
        for index in [(0, 0, 1), (1, 0, 1), (0, 2, 2), (1, 3, 1)]:
            assert sympy.expand(ours[index] - theirs[index]) == 0

    @FEW
    @given(alliances(), MODELS, st.integers(0, 10**6))
    def test_arrays(self, alliance, model, seed):
        draw = np.random.default_rng(seed)
        alliance = alliance.replace(
            model=model,
            trust=draw.uniform(0, 1, (3, 1)),
            power=draw.uniform(-1, 1, 4),
            **{"stakes.column": draw.uniform(1, 2, 4)},
        )
        assert np.array_equal(two(alliance).payoffs(), alliance.payoffs())
        ours, theirs = two(alliance).games(), alliance.games()
        assert np.array_equal(ours.payoffs, theirs.payoffs)
        assert np.array_equal(ours.payoff_error, theirs.payoff_error)
        assert ours.payoff_denominator == theirs.payoff_denominator
        assert (ours[2, 1].exact_payoffs == theirs[2, 1].exact_payoffs).all()

    def test_labelled_arrays(self):
        terms = {
            "stakes": (xr.DataArray([1.0, 2.0], dims="a"), 3),
            "trust": xr.DataArray([0.1, 0.2, 0.3], dims="trust"),
        }
        ours, theirs = Consortium(2, **terms).payoffs(), Alliance(**terms).payoffs()
        assert ours.dims == ("trust", "a", "player", "firm_1", "firm_2")
        assert ours.trust.values.tolist() == [0.1, 0.2, 0.3]
        assert np.array_equal(ours.values, theirs.values)
        assert ours.player.values.tolist() == ["firm 1", "firm 2"]

    def test_learning_is_the_outcome(self):
        uneven = Alliance(absorptive_capacity=(2, 1), leakage="1/5")
        outcomes = uneven.outcomes()
        for i, j in itertools.product(range(5), repeat=2):
            found = two(uneven).learning([NAMES[i], NAMES[j]])
            assert list(found.learned) == [outcomes.learning[k, i, j] for k in (0, 1)]
            assert found.joint == outcomes.joint[i, j]
            assert found.division[0] == outcomes.division[i, j]
            assert found.exploitation[0] == outcomes.exploitation[0, i, j]

    def test_with_a_goal_it_is_no_alliance(self):
        with pytest.raises(ValueError, match="alliance: requires a consortium without a goal"):
            Consortium(2, goal=1).alliance()
        with pytest.raises(ValueError, match="alliance: requires a consortium of 2 firms, got 3"):
            Consortium(3).alliance()


class TestGoal:
    def test_reaching_the_threshold_is_decided_exactly(self):
        third = Strategy("third", "1/3", "1/10")
        idle = Strategy("idle", 0, 0)
        terms = {"goal": 1, "strategies": [third, idle], "receptivity_cost": 0}
        for threshold, met in (("1/10", 1), (0.1, 1), (0.1 + 1e-17, 0), (0, 1)):
            paid = Consortium(3, **terms, threshold=threshold).payoff(1, [0, 0, 0])
            plain = Consortium(3, **terms).replace(goal=0).payoff(1, [0, 0, 0])
            assert paid - plain == met

    @pytest.mark.parametrize("shape", [(4,), (2, 2)])
    def test_thresholds_in_arrays_are_decided_exactly(self, shape):
        tenth = Strategy("tenth", "1/10", 1)
        thresholds = np.array([0.3, 0.30000000000000004, 0.29999999999999993, 0]).reshape(shape)
        batch = Consortium(3, goal=5, threshold=thresholds, strategies=[tenth])
        plain = batch.replace(goal=0, threshold=0)
        gained = (batch.group_payoffs() - np.asarray(plain.group_payoffs(), float)).round(9)
        assert gained.shape == (*shape, 1, 1)
        assert gained.ravel().tolist() == [5, 0, 5, 5]
        each = (batch.payoffs() - plain.payoffs().astype(float)).round(9)
        assert each.ravel()[::3].tolist() == [5, 0, 5, 5]
        labelled = batch.replace(threshold=xr.DataArray(thresholds, dims=list("ab")[: len(shape)]))
        assert np.array_equal(labelled.group_payoffs().values, batch.group_payoffs())

    def test_symbols(self):
        bonus, level = sympy.symbols("G m", positive=True)
        for terms, point in (
            ({"goal": bonus, "threshold": 2}, {bonus: 3}),
            ({"goal": 3, "threshold": level}, {level: 2}),
        ):
            table = Consortium(3, **terms).group_payoffs()
            exact = Consortium(3, goal=3, threshold=2).group_payoffs()
            for index in np.ndindex(table.shape):
                assert sympy.sympify(table[index]).subs(point) == sympy.Rational(exact[index])

    def test_games_of_two_bound_their_rounding(self):
        goal = np.array([0.1, 1e9, 0.7])
        games = Consortium(2, trust=0.3, goal=goal, threshold=2).games()
        error = np.broadcast_to(games.payoff_error, games.payoffs.shape)
        for k in range(3):
            exact = games[k].exact_payoffs
            missed = np.abs([[[float(Fraction(x) - y) for x, y in zip(*rows, strict=True)]
                              for rows in zip(*sides, strict=True)]
                             for sides in zip(games.payoffs[k], exact, strict=True)])  # fmt: skip
            assert (missed <= error[k]).all()
            assert all((value * games.payoff_denominator).denominator == 1 for value in exact.flat)
        assert error.max() < 1e-6

    def test_thresholds_of_the_goal(self):
        found = thresholds(Consortium(2, threshold=2), "goal", (0, 2))
        # T − R = (1 − ℓ) S (h − σ − ητ) + κt, the bonus that makes up for the temptation.
        assert Fraction(13, 80) in found.values
        with pytest.raises(
            ValueError, match="model: requires payoffs that are polynomials in thr"
        ):
            thresholds(Consortium(2, goal=1), "threshold", (0, 2))
        with pytest.raises(TypeError, match=r"so that payoffs have the shape \(2, m, n\)"):
            thresholds(Consortium(3), "trust")


class TestKindsOfTerms:
    @settings(max_examples=6, deadline=None)
    @given(consortia(largest=3))
    def test_arrays_and_symbols_equal_exact_payoffs(self, consortium):
        exact = consortium.payoffs()
        batch = consortium.replace(trust=np.array([0.5, float(consortium.trust)])).payoffs()
        np.testing.assert_allclose(batch[1], exact.astype(float), rtol=1e-12, atol=1e-12)
        tau = sympy.Symbol("tau")
        symbolic = consortium.replace(trust=tau).payoffs()
        assert symbolic.shape == exact.shape
        for place in (0, exact.size // 2, exact.size - 1):
            value = sympy.sympify(symbolic.ravel()[place]).subs(tau, consortium.trust)
            assert value == sympy.Rational(exact.ravel()[place])

    @settings(max_examples=6, deadline=None)
    @given(consortia(largest=5, unequal=False))
    def test_compositions(self, consortium):
        exact = consortium.group_payoffs()
        batch = consortium.replace(trust=np.array([[Fraction(1, 2)], [consortium.trust]]))
        np.testing.assert_allclose(
            batch.group_payoffs()[1, 0], exact.astype(float), rtol=1e-12, atol=1e-12
        )
        assert batch.at((1, 0)).group_payoffs()[3, 1] == exact[3, 1]
        tau = sympy.Symbol("tau")
        symbolic = consortium.replace(trust=tau).group_payoffs()
        value = sympy.sympify(symbolic[-2, 1]).subs(tau, consortium.trust)
        assert value == sympy.Rational(exact[-2, 1])

    def test_dimensions_are_in_the_order_of_the_terms(self):
        batch = Consortium(
            4,
            goal=xr.DataArray([1.0, 2.0], dims="goal"),
            threshold=xr.DataArray([1.0, 3.0], dims="threshold"),
            trust=xr.DataArray([0.1, 0.2, 0.3], dims="trust"),
        )
        table = batch.group_payoffs()
        assert table.dims == ("trust", "goal", "threshold", "others", "strategy")
        assert np.array_equal(table.composition.values, batch.others)
        one = table.sel(trust=0.2, goal=2.0, threshold=3.0).values
        exact = Consortium(4, goal=2, threshold=3, trust=0.2).group_payoffs()
        np.testing.assert_allclose(one, exact.astype(float), rtol=1e-13, atol=1e-13)
        single = batch.payoff(2, ["collaboration"] * 4)
        assert single.dims == ("trust", "goal", "threshold")
        assert float(single[1, 1, 1]) == pytest.approx(float(exact[-1, 0]))
        joint = batch.learning("collaboration").joint
        assert joint.shape == (3, 2, 2)

    def test_reserved_dimensions_are_refused(self):
        batch = Consortium(3, trust=xr.DataArray([0.1], dims="strategy"))
        with pytest.raises(ValueError, match="requires dimensions other than others, strategy"):
            batch.group_payoffs()
        with pytest.raises(ValueError, match="requires dimensions other than player, row, column"):
            Consortium(3, trust=xr.DataArray([0.1], dims="player"))

    def test_numbers_beyond_machine_integers(self):
        fine = Consortium(5, leakage=Fraction(1, 10**30 + 57), absorptive_capacity="1e-25")
        row = fine.group_payoffs()[-1]
        profile = [STRATEGIES[1], *[STRATEGIES[0]] * 4]
        assert row[1] == by_definition(fine, profile)[0]


class TestExpectations:
    @FEW
    @given(consortia(largest=5, unequal=False), MODELS, st.data())
    def test_they_are_those_of_the_group_game(self, consortium, model, data):
        consortium = consortium.replace(model=model)
        x = mixture(data)
        assert consortium.expected_payoffs(x) == consortium.group_game().expected_payoffs(x)

    @FEW
    @given(consortia(largest=6, unequal=False, goal=False), MODELS, st.data())
    def test_without_a_goal_they_are_quadratic_in_the_mixture(self, consortium, model, data):
        game = consortium.replace(model=model).group_game()
        x, y = mixture(data), mixture(data)
        line = [
            game.expected_payoffs([a + k * (b - a) / 3 for a, b in zip(x, y, strict=True)])
            for k in range(4)
        ]
        for a, b, c, d in zip(*line, strict=True):
            assert d - 3 * c + 3 * b - a == 0

    def test_with_a_goal_they_are_not(self):
        game = Consortium(4, goal=1, threshold=4).group_game()
        line = [
            game.expected_payoffs([Fraction(k, 3), 0, 0, 0, 1 - Fraction(k, 3)]) for k in range(4)
        ]
        assert line[3][0] - 3 * line[2][0] + 3 * line[1][0] - line[0][0] != 0

    def test_values_of_any_form_are_listed(self):
        def squared(firm, learned, taught, terms):
            return firm.stakes * learned * learned - Fraction(1, 3) * taught

        odd = Consortium(4, model=PayoffModel("squared", value=squared), goal=1, threshold=2)
        x = [Fraction(1, 5)] * 5
        assert odd.expected_payoffs(x) == odd.group_game().expected_payoffs(x)

    def test_a_crowd(self):
        """Of a thousand firms the law of large numbers says nearly all."""
        crowd = Consortium(1000, trust="3/4", goal=2, threshold=450)
        x = ["1/2", "1/2", 0, 0, 0]
        plain = crowd.replace(goal=0).expected_payoffs(x)
        goal = [float(a - b) for a, b in zip(crowd.expected_payoffs(x), plain, strict=True)]
        # A collaborator needs 449 of the 999 others to be as committed, all others need 450.
        enough = [2 * binom.sf(448, 999, 0.5), *[2 * binom.sf(449, 999, 0.5)] * 4]
        assert goal == pytest.approx(enough, rel=1e-12)
        # Two by their limits: E[f] = 1/2 (1 + ℓ), E[g] = v, E[fg] → E[f] E[g].
        f, g = 0.55, 1.0
        limit = f + 0.5 * f * g + 0.5 * 0.75 * g + 0.25 * 0.75 * (f - g) - 1
        assert float(plain[0]) == pytest.approx(limit, abs=1e-3)


class TestManyFirms:
    def test_fifty(self):
        """Each strategy's payoffs at some of the 292,825 compositions, by the formula."""
        fifty = Consortium(50, trust="3/4", goal=1, threshold=30)
        game = fifty.group_game()
        assert game.exact_payoffs.shape == (292_825, 5)
        draw = np.random.default_rng(1)
        for place in draw.integers(292_825, size=3):
            counts = fifty.others[place]
            among = [one for one, k in zip(STRATEGIES, counts, strict=True) for _ in range(k)]
            for s, own in enumerate(STRATEGIES):
                expected = by_definition(fifty, [own, *among])[0]
                assert game.exact_payoffs[place, s] == expected
                assert game.payoffs[place, s] == float(expected)

    def test_a_sweep_of_what_collaboration_earns(self):
        @model_measure(unit="value of knowledge")
        def reward(consortium):
            return consortium.expected_payoffs("collaboration")[0]

        found = sweep(Consortium(50, threshold=40), reward, trust=[0, 1], goal=[0, 2])
        # R = S (1 + σ + ητ) − κr − κt, and the goal's bonus.
        assert found.reward.values.tolist() == [[0.5, 2.5], [1.0, 3.0]]
        counted = sweep(Consortium(2, threshold=2), "number_of_equilibria", goal=[0, 1])
        assert counted.number_of_equilibria.values.tolist() == [1, 3]


def two(alliance):
    terms = {name: value for name, value in alliance.terms.items() if name not in alliance.extra}
    power = terms.pop("power")
    return Consortium(
        2,
        **terms,
        power=(power, -power),
        strategies=alliance.strategies,
        model=alliance.model,
        extra=alliance.extra,
    )


def mixture(data):
    weights = data.draw(st.lists(st.integers(0, 4), min_size=5, max_size=5).filter(any))
    return [Fraction(one, sum(weights)) for one in weights]
