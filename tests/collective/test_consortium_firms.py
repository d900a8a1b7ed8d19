"""The consortium as an object: its firms and their terms, what is refused, and what it returns."""

import dataclasses
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy
import xarray as xr
from hypothesis import given, settings

from dilemma.alliance import (
    INTERORGANIZATIONAL_LEARNING,
    STRATEGIES,
    Alliance,
    PayoffModel,
    Strategy,
    coopetition,
    effort,
    interorganizational_learning,
    private_and_common_benefits,
    strategy_grid,
)
from dilemma.collective import Consortium
from dilemma.testing import consortia

NAMES = [one.name for one in STRATEGIES]
FEW = settings(max_examples=12, deadline=None)
TENTHS = np.array([0.1, 0.2])


class TestFirms:
    def test_a_term_of_one_firm(self):
        uneven = Consortium(3).replace(**{"stakes.2": 4, "opportunism.3": 0})
        assert uneven.stakes == (1, 4, 1)
        assert uneven.opportunism == (Fraction(3, 4), Fraction(3, 4), 0)
        assert not uneven.alike
        assert uneven.replace(stakes=1, opportunism=0).alike
        assert uneven.replace(stakes=[2, 2, 2]).stakes == 2
        with pytest.raises(TypeError, match=r"with \.1 to \.3"):
            uneven.replace(**{"stakes.4": 1})
        with pytest.raises(TypeError, match=r"trust\.1: requires a term, or one of stakes"):
            uneven.replace(**{"trust.1": 1})
        assert {"stakes", "stakes.3", "goal"} < set(uneven.domains)
        assert not {"power", "power.1", "stakes.4", "trust.1"} & set(uneven.domains)

    def test_some_of_them(self):
        whole = Consortium(
            4, stakes=(1, 2, 3, 4), power=(0, "1/2", "-1/2", 0), goal=1, threshold=3
        )
        part = whole.among([4, "firm 2"])
        assert part.stakes == (4, 2)
        assert part.power == (Fraction(-1, 4), Fraction(1, 4))
        assert (part.goal, part.threshold) == (1, 3)
        assert whole.among([1, 2, 3, 4]) == whole
        assert Consortium(5, goal=2).among([1, 3]) == Consortium(2, goal=2)
        for members, words in (
            ([1], "members: requires at least 2 firms, got 1"),
            ([1, 1], "members: requires each firm once, got firm 1 twice"),
            ([0, 1], "firm: requires a number from 1 to 4, got 0"),
        ):
            with pytest.raises(ValueError, match=words):
                whole.among(members)

    @pytest.mark.parametrize(
        ("power", "members", "left"),
        [
            # Less their mean -1/3: 4/3 and twice -2/3, the largest of which is brought to 1.
            ((1, -1, -1, 1), (1, 2, 3), (1, "-1/2", "-1/2")),
            ((1, 1, -1, -1), (1, 2, 3), ("1/2", "1/2", -1)),
            ((1, -1, -1, 1), (1, 2), (1, -1)),
            ((1, -1, -1, 1), (2, 3), 0),
            ((1, "-1/2", "-1/2"), (1, 2), ("3/4", "-3/4")),
        ],
    )
    def test_shares_of_power_stay_shares_among_fewer(self, power, members, left):
        whole = Consortium(len(power), power=power)
        part = whole.among(members)
        assert part == Consortium(len(members), power=left)
        # The same in floating point, one consortium a place.
        batch = Consortium(
            len(power), power=tuple(np.array([float(Fraction(one)), 0.0]) for one in power)
        ).among(members)
        assert np.allclose(batch.at((0,)).payoffs().astype(float), part.payoffs().astype(float))
        assert batch.at((1,)) == Consortium(len(members))

    def test_shares_of_a_batch_that_balance_up_to_rounding_balance_at_each_place(self):
        # 0.1 + 0.2 is not 0.3 in floating point.
        batch = Consortium(3, power=tuple(map(np.array, ([0.1], [0.2], [-(0.1 + 0.2)]))))
        assert batch.at((0,)).power == (
            Fraction("0.10000000000000004"), Fraction("0.2"), Fraction("-0.30000000000000004")
        )  # fmt: skip

    def test_power_has_to_balance(self):
        tau = sympy.Symbol("tau")
        x = np.array([0.1, 0.2])
        Consortium(3, power=(0.1, 0.2, -0.3))
        Consortium(3, power=(tau, -tau, 0))
        Consortium(3, power=(x, -x, 0))
        Consortium(2, power=(xr.DataArray(x, dims="a"), xr.DataArray(-x, dims="a")))
        for power in ("1/2", (0.1, 0.2, 0.3), (tau, tau, 0), (x, x, 0), tau, x):
            with pytest.raises(ValueError, match="power: requires 0, or 3 numbers that sum to 0"):
                Consortium(3, power=power)

    @FEW
    @given(consortia(largest=5))
    def test_all_learn_as_much_as_all_teach(self, consortium):
        found = consortium.learning([NAMES[k % 4] for k in range(consortium.size)])
        assert sum(found.learned) == sum(found.taught) == found.joint
        assert sum(found.exploitation) == 0
        assert found.joint == 0 or sum(found.division) == 1

    def test_learning_of_a_composition(self):
        alike = Consortium(6, leakage="1/5")
        found = alike.learning([3, 1, 0, 2, 0])
        assert found.strategies == ("collaboration", "competition", "accommodation")
        assert found.firms == (3, 1, 2)
        single = alike.learning([*NAMES[:1] * 3, NAMES[1], *NAMES[3:4] * 2])
        assert (single.learned[0], *single.learned[3:5]) == found.learned
        assert single.joint == found.joint
        assert alike.learning("avoidance").division == (None,)
        assert alike.learning({"competition": 5, "accommodation": 1}).firms == (5, 1)
        with pytest.raises(ValueError, match="group: requires 6 firms in all, got 5"):
            alike.learning([3, 1, 0, 1, 0])
        with pytest.raises(ValueError, match="group: requires the strategy of each firm"):
            alike.replace(**{"stakes.1": 2}).learning([3, 1, 0, 2, 0])

    def test_power_in_arrays_may_be_rounded(self):
        """Thirds don't sum to 0 as the decimals that print them, but for their rounding."""
        third = np.linspace(0, 1, 11) / 3
        batch = Consortium(3, power=(third, third, -2 * third))
        for place in range(11):
            each = batch.at((place,)).power
            each = each if isinstance(each, tuple) else (each,) * 3
            assert sum(each) == 0
            assert [float(one) for one in each] == pytest.approx(
                [third[place], third[place], -2 * third[place]], abs=1e-15
            )

    def test_two_firms_power_is_opposite_also_in_arrays(self):
        """Or the games of a batch would miss their bounds on rounding."""
        shares = np.array([0.1, 1 / 3])
        assert Consortium(2, power=(shares, -shares)).games()[1] is not None
        with pytest.raises(ValueError, match="power: requires 0, or 2 numbers that sum to 0"):
            Consortium(2, power=(shares, -shares + 1e-10))

    def test_firms_of_equal_arrays_are_alike(self):
        batch = Consortium(3, stakes=(TENTHS, TENTHS, TENTHS.copy()))
        assert batch.alike
        assert batch == Consortium(3, stakes=TENTHS)
        assert batch.group_payoffs().shape == (2, 15, 5)
        assert not Consortium(3, stakes=(TENTHS, TENTHS, 2 * TENTHS)).alike

    def test_learning_of_firms_that_differ_is_told_of_each(self):
        """Numbers of firms would not say which of them plays what."""
        uneven = Consortium(3, absorptive_capacity=(1, 2, 4), strategies=STRATEGIES[:3])
        for group in ([1, 1, 1], {"collaboration": 1, "competition": 1, "compromise": 1}):
            with pytest.raises(ValueError, match="group: requires the strategy of each firm"):
                uneven.learning(group)
        assert uneven.learning("collaboration") == uneven.learning(["collaboration"] * 3)
        assert uneven.learning("collaboration").learned == (1, 2, 4)


class TestBatches:
    def test_payoffs_and_learning_are_over_the_whole_batch(self):
        """Also where no array has a part in them: without a goal a threshold has none."""
        idle = Consortium(3, threshold=TENTHS)
        paid = idle.payoff(1, ["avoidance"] * 3)
        assert isinstance(paid, np.ndarray)
        assert paid.tolist() == [0, 0]
        found = Consortium(3, trust=TENTHS).learning("avoidance")
        assert [one.tolist() for one in found.learned] == [[0, 0]]
        assert np.isnan(found.division[0]).tolist() == [True, True]
        found = Consortium(3, trust=TENTHS).learning({"collaboration": 1, "competition": 2})
        assert found.learned[0].tolist() == pytest.approx([0.1, 0.1])
        assert found.joint.shape == (2,)

    def test_answers_are_read_only_and_compare_by_their_numbers(self):
        batch = Consortium(3, leakage=TENTHS)
        found = batch.learning("avoidance")
        assert found == batch.learning("avoidance") == pickle.loads(pickle.dumps(found))
        assert found != batch.learning("competition")
        assert found != Consortium(3, leakage=2 * TENTHS).learning("competition")
        with pytest.raises(ValueError, match="read-only"):
            found.learned[0][0] = 1
        with pytest.raises(TypeError, match="SharedLearning: requires numbers, not a batch"):
            hash(found)
        labelled = Consortium(3, leakage=xr.DataArray(TENTHS, dims="leakage"))
        assert labelled.learning("competition") == labelled.learning("competition")
        alone = Consortium(3).learning("competition")
        assert len({alone, pickle.loads(pickle.dumps(alone))}) == 1

    def test_a_dimension_that_the_answer_needs_is_refused(self):
        batch = Consortium(3, trust=xr.DataArray(TENTHS, dims="composition"))
        with pytest.raises(ValueError, match="other than others, strategy, composition"):
            batch.group_payoffs()

    @pytest.mark.parametrize("index", [(2,), (-3,), (), (0, 0), 1])
    def test_an_index_that_is_none(self, index):
        for model in (Consortium(3, trust=TENTHS), Alliance(trust=TENTHS)):
            with pytest.raises(IndexError, match=r"index: requires one in a batch of .*2"):
                model.at(index)
        assert Consortium(3, trust=TENTHS).at((-1,)).trust == Fraction(1, 5)


class TestModels:
    def test_a_notion_of_learning_replaces_that_of_a_named_model(self):
        """Two firms stay an alliance: `payoffs` are made of the new notion as well."""

        def candid(learner, teacher, terms):
            return learner.receptivity * teacher.transparency

        def generous(firm, learned, taught, terms):
            return firm.stakes * (learned + 2 * taught)

        for model in (INTERORGANIZATIONAL_LEARNING, private_and_common_benefits, coopetition):
            for change in ({"learning": candid}, {"value": generous}):
                own = dataclasses.replace(model, **change)
                two = Consortium(2, model=own).payoffs()
                assert (two == Alliance(model=own).payoffs()).all()
                assert (two != Alliance(model=model).payoffs()).any()

    def test_a_value_that_contradicts_the_payoffs_is_refused(self):
        def costly(firm, learned, taught, terms):
            return firm.stakes * learned - 2 * effort(firm, terms)

        for own in (
            dataclasses.replace(coopetition, payoffs=lambda focal, partner, terms: (0, 0)),
            PayoffModel("two tongues", payoffs=interorganizational_learning, value=costly),
        ):
            with pytest.raises(ValueError, match="model: requires a value that says of two firms"):
                Consortium(3, model=own)

        def same(focal, partner, terms):
            return interorganizational_learning(focal, partner, terms)

        own = dataclasses.replace(INTERORGANIZATIONAL_LEARNING, payoffs=same)
        assert (Consortium(2, model=own).payoffs() == Alliance(model=own).payoffs()).all()

    def test_a_formula_with_a_division_is_listed(self):
        def share(firm, learned, taught, terms):
            return learned / (1 + taught)

        model = PayoffModel("share", value=share)
        three = Consortium(3, model=model)
        x = [Fraction(1, 5)] * 5
        assert three.expected_payoffs(x) == three.group_game().expected_payoffs(x)

    def test_a_square_is_not_taken_for_a_mean(self):
        def squared(firm, learned, taught, terms):
            return learned * learned - taught

        three = Consortium(3, model=PayoffModel("squared", value=squared))
        x = [Fraction(1, 5)] * 5
        assert three.expected_payoffs(x) == three.group_game().expected_payoffs(x)

    def test_a_payoff_that_is_the_same_for_all(self):
        model = PayoffModel("alms", value=lambda firm, learned, taught, terms: 3)
        three = Consortium(3, model=model)
        assert set(three.payoffs().ravel()) == set(three.group_payoffs().ravel()) == {Fraction(3)}
        assert (Consortium(2, model=model).payoffs() == Alliance(model=model).payoffs()).all()

    def test_floats_in_a_model_are_refused(self):
        """By every way to an exact payoff, and as `Alliance` does."""
        value = PayoffModel("rounded", value=lambda firm, learned, taught, terms: 0.2 * learned)
        notion = PayoffModel(
            "rounded",
            value=lambda firm, learned, taught, terms: learned,
            learning=lambda learner, teacher, terms: 0.1 * 3 * learner.receptivity,
        )
        for bad in (value, notion):
            three = Consortium(3, model=bad)
            for what in (
                three.group_payoffs,
                three.payoffs,
                lambda three=three: three.payoff(1, [0, 1, 2]),
                lambda three=three: three.expected_payoffs("competition"),
                Alliance(model=bad).payoffs,
            ):
                with pytest.raises(TypeError, match=r"write 1/5 as Fraction\(1, 5\)"):
                    what()
            batch = three.replace(trust=np.array([0.5]))
            assert batch.group_payoffs().shape == (1, 15, 5)
        with pytest.raises(TypeError, match="got the learning 0"):
            Consortium(3, model=notion).learning("competition")


class TestObjects:
    def test_equality_hashing_and_pickling(self):
        one = Consortium(3, trust=0.3, stakes=(1, 2, 3), model=coopetition, extra={"leverage": 1})
        same = Consortium(3, trust="3/10", stakes=[1, 2, 3], model=coopetition)
        same = same.replace(leverage=1)
        assert one == same
        assert hash(one) == hash(same)
        assert pickle.loads(pickle.dumps(one)) == one
        assert one != one.replace(**{"stakes.3": 4})
        assert Consortium(3) != Consortium(4)
        assert Consortium(2) != Alliance()
        batch = Consortium(3, trust=np.array([0.1]))
        assert batch == Consortium(3, trust=np.array([0.1]))
        with pytest.raises(TypeError, match="Consortium: requires terms without arrays"):
            hash(batch)

    def test_representation(self):
        assert repr(Consortium(5, goal=1, threshold="7/2", stakes=[1, 2, 1, 1, 1])) == (
            "Consortium(5, stakes=(1, 2, 1, 1, 1), goal=1, threshold='7/2')"
        )
        assert eval(repr(Consortium(3, trust="1/3"))) == Consortium(3, trust="1/3")

    def test_size_may_change_where_firms_are_alike(self):
        assert Consortium(3, goal=1).replace(size=7) == Consortium(7, goal=1)
        with pytest.raises(ValueError, match="stakes: requires one value, or 4, one for each"):
            Consortium(3, stakes=(1, 2, 3)).replace(size=4)

    @pytest.mark.parametrize(
        ("terms", "error", "words"),
        [
            ({"size": 1}, ValueError, "size: requires at least 2 firms, got 1"),
            ({"size": 2.5}, TypeError, "size: requires a whole number of firms"),
            ({"size": True}, TypeError, "size: requires a whole number of firms"),
            ({"trust": 2}, ValueError, r"trust: requires a number in \[0, 1\], got 2"),
            ({"trust": (0, 0, 1)}, TypeError, "trust: requires one value for all firms"),
            ({"stakes": (1, 0, 1)}, ValueError, r"stakes\.2: requires a number > 0, got 0"),
            ({"stakes": (1, 2)}, ValueError, "stakes: requires one value, or 3, one for each"),
            ({"goal": -1}, ValueError, "goal: requires a number ≥ 0, got -1"),
            ({"threshold": "many"}, ValueError, "threshold: requires a number ≥ 0"),
            ({"model": lambda i, j, t: (0, 0)}, TypeError, "model: requires a PayoffModel with a"),
            ({"model": 3}, TypeError, "model: requires a PayoffModel or a function"),
            ({"extra": {"leverage": 1}}, ValueError, "extra: requires terms of the model"),
            ({"strategies": []}, ValueError, "strategies: requires at least one, got none"),
        ],
    )
    def test_what_is_refused(self, terms, error, words):
        with pytest.raises(error, match=words):
            Consortium(**{"size": 3, **terms})

    def test_what_needs_firms_alike_or_numbers(self):
        uneven = Consortium(3, stakes=(1, 2, 3))
        for what in (uneven.group_payoffs, uneven.group_game):
            with pytest.raises(
                ValueError, match="requires firms that are alike, got different st"
            ):
                what()
        with pytest.raises(ValueError, match="firms that are alike"):
            uneven.expected_payoffs("avoidance")
        symbolic = Consortium(3, trust=sympy.Symbol("tau"))
        for what in (symbolic.group_game, symbolic.game, symbolic.replace(size=2).games):
            with pytest.raises(TypeError, match="the symbol tau"):
                what()
        with pytest.raises(TypeError, match="group_game: requires numbers for all terms"):
            Consortium(3, trust=np.array([0.5])).group_game()
        with pytest.raises(ValueError, match="at most 5,000,000 payoffs of firms in profiles"):
            Consortium(12).payoffs()
        for what in (Consortium(500).group_payoffs, Consortium(300).group_game):
            with pytest.raises(ValueError, match="at most 5,000,000 compositions of the others"):
                what()
        with pytest.raises(ValueError, match="profile: requires 3 strategies"):
            Consortium(3).payoff(1, ["avoidance"] * 2)
        with pytest.raises(ValueError, match="firm: requires a number from 1 to 3, got 0"):
            Consortium(3).payoff(0, ["avoidance"] * 3)
        with pytest.raises(TypeError, match="firm: requires a number from 1 to 3, or a name"):
            Consortium(3).payoff("IBM", ["avoidance"] * 3)

    @pytest.mark.parametrize(
        ("what", "words"),
        [
            (lambda three: three.payoff(1, None), "profile: requires 3 strategies, one of each"),
            (lambda three: three.payoff(1, "avoidance"), "profile: .* got 'avoidance'"),
            (lambda three: three.among("firm 1"), "members: requires several firms by number"),
            (lambda three: three.among(None), "members: requires several firms by number"),
            (lambda three: three.expected_payoffs(3), "x: requires probabilities or the name"),
            (lambda three: three.group_game().expected_payoffs(3), "x: requires probabilities"),
            (lambda three: three.replace(extra=3), "extra: requires a mapping of terms"),
        ],
    )
    def test_arguments_of_no_such_kind(self, what, words):
        with pytest.raises(TypeError, match=words):
            what(Consortium(3))

    def test_a_notion_of_learning_of_one_s_own(self):
        """Three firms learn means of what they learn from each of the two others."""

        def learned(learner, teacher, terms):
            return learner.receptivity * (teacher.transparency - learner.transparency / 2)

        def worth(firm, learned, taught, terms):
            return firm.stakes * learned * learned - taught

        own = PayoffModel("own", value=worth, learning=learned)
        three = Consortium(3, model=own, stakes=(1, 2, 3))
        # It learns -1/2 and 1/2 of them; they learn 1 and 0.
        assert three.payoff(1, ["collaboration", "competition", "accommodation"]) == Fraction(
            -1, 2
        )
        assert three.payoffs()[0, 0, 1, 3] == Fraction(-1, 2)
        assert three.payoffs()[:, 0, 0, 0].tolist() == [Fraction(k, 4) - Fraction(1, 2)
                                                        for k in (1, 2, 3)]  # fmt: skip
        same = three.replace(stakes=2)
        assert same.game().to_group() == same.group_game()

    def test_one_strategy(self):
        alone = Consortium(4, strategies=STRATEGIES[:1], goal=1, threshold=4)
        assert alone.group_payoffs().tolist() == [[Fraction(7, 4)]]
        assert alone.expected_payoffs([1]) == (Fraction(7, 4),)
        assert alone.payoffs().ravel().tolist() == [Fraction(7, 4)] * 4


class TestAlong:
    @FEW
    @given(consortia(largest=5, unequal=False))
    def test_lines_are_parts_of_the_table(self, consortium):
        line = consortium.along("compromise", "competition")
        game = consortium.group_game()
        for k in range(consortium.size):
            for s in range(5):
                group = np.array([0, consortium.size - 1 - k, k, 0, 0])
                group[s] += 1
                assert line.payoffs[k, s] == game.payoff(s, group)
                r_t = [Fraction(1), 0, Fraction(1, 4), 0, 0]
                total = sum(x * y for x, y in zip(r_t, group.tolist(), strict=True))
                reached = consortium.goal > 0 and total >= consortium.threshold
                assert line.met[k, s] == reached
            assert line.best[k] == tuple(
                name
                for name, value in zip(NAMES, line.payoffs[k], strict=True)
                if value == max(line.payoffs[k])
            )

    def test_ends(self):
        line = Consortium(4, strategies=strategy_grid(3)).along()
        assert (line.strategy, line.rest) == ("collaboration", "avoidance")
        pair = [Strategy("little", "1/2", 0), Strategy("more", 1, "1/2")]
        line = Consortium(4, strategies=pair).along()
        assert (line.strategy, line.rest) == ("more", "little")
        assert Consortium(4, strategies=pair[:1]).along().payoffs.shape == (4, 1)
        again = pickle.loads(pickle.dumps(line))
        assert not line.payoffs.flags.writeable
        assert not again.payoffs.flags.writeable
        assert again == line
        assert hash(again) == hash(line)
        assert Consortium(4).along() != Consortium(4, trust=1).along()
        # All others play one strategy, whatever their number: n − 1 of it.
        same = Consortium(4).along("collaboration", "collaboration").payoffs
        assert (same == Consortium(4).along().payoffs[-1]).all()
        assert Consortium(2000).along().payoffs[-1, 0] == Fraction(3, 4)
        with pytest.raises(ValueError, match="rest: requires strategies among"):
            Consortium(4).along(rest="sleep")
