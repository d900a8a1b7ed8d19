"""Sweeps: against the definition point by point, the batch solver, and themselves in pieces."""

import functools
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
import xarray

from dilemma.alliance import Alliance
from dilemma.equilibria import nash, nash_map
from dilemma.game import Game
from dilemma.study import axis, batch_measure, game_measure, model_measure, sweep
from dilemma.study.measures import regime, welfare
from dilemma.study.sweeps.grids import block_shape, blocks_of

quiet = functools.partial(sweep, progress=False)


def temptation(game):
    """What competition against a collaborator pays beyond collaboration."""
    return game.exact_payoffs[0, 1, 0] - game.exact_payoffs[0, 0, 0]


class TestDefinition:
    def test_a_plain_function_gets_the_exact_game_at_each_point(self):
        found = quiet(Alliance(stakes=2), temptation, trust=axis(0, 1, 4), opportunism=["1/3", 1])
        for i, trust in enumerate(axis(0, 1, 4)):
            for j, opportunism in enumerate(("1/3", 1)):
                game = Alliance(stakes=2, trust=trust, opportunism=opportunism).game()
                assert found.temptation.values[i, j] == float(temptation(game))

    def test_exact_axes_stay_exact_where_their_floats_would_not(self):
        """At trust 29/45 temptation is 0, and no float is 29/45."""
        found = quiet(Alliance(), lambda game: temptation(game) == 0, trust=["29/45", 29 / 45])
        assert found.measure.values.tolist() == [1, 0]
        assert found.trust.attrs["exact"].startswith("29/45, ")

    def test_batch_measures_agree_with_the_exact_solver_at_each_point(self):
        axes = {"trust": axis(0, 1, 9), "stakes.row": [Fraction(1, 2), 1, 8]}
        found = quiet(Alliance(), "number_of_equilibria", axes, chunk=5)
        assert found.number_of_equilibria.dims == ("trust", "stakes.row")
        for i, j in np.ndindex(9, 3):
            terms = {"trust": axes["trust"][i], "stakes.row": axes["stakes.row"][j]}
            game = Alliance().replace(**terms).game()
            assert found.number_of_equilibria.values[i, j] == len(nash(game))

    def test_axes_come_in_the_order_in_which_they_are_given(self):
        """Which is not that of the alliance's fields."""

        @batch_measure()
        def first_payoff(model):
            return model.games().payoffs[..., 0, 0, 0]

        found = quiet(Alliance(), first_payoff, stakes=[1, 2, 3, 4], trust=axis(0, 1, 3))
        assert found.first_payoff.shape == (4, 3)
        for i, j in np.ndindex(4, 3):
            exact = Alliance(stakes=i + 1, trust=Fraction(j, 2)).payoffs()[0, 0, 0]
            assert found.first_payoff.values[i, j] == pytest.approx(float(exact), abs=1e-14)

    def test_regimes_are_numbered_as_by_the_batch_solver_whatever_the_blocks(self):
        trust, stakes = np.linspace(0, 1, 21), np.linspace(0.5, 4, 15)
        model = Alliance(
            trust=xarray.DataArray(trust, dims="trust"),
            stakes=xarray.DataArray(stakes, dims="stakes"),
        )
        direct = nash_map(model, keep="regimes", progress=False)
        for chunk, workers in ((None, 1), (40, 2), (7, 2)):
            found = quiet(Alliance(), regime, trust=trust, stakes=stakes, chunk=chunk,
                          workers=workers)  # fmt: skip
            assert np.array_equal(found.regime, direct.regime)
            assert list(found.regimes.values) == list(direct.regimes.values)

    def test_terms_that_share_a_dimension_move_together(self):
        cases = xarray.DataArray([0.1, 0.9], dims="case", coords={"case": ["first", "second"]})
        found = quiet(
            Alliance(), temptation, trust=cases, stakes=cases.copy(data=[2.0, 5.0]), synergy=[1, 2]
        )
        assert found.temptation.dims == ("case", "synergy")
        assert list(found.case.values) == ["first", "second"]
        game = Alliance(trust=0.9, stakes=5, synergy=1).game()
        assert found.temptation.sel(case="second", synergy=1) == float(temptation(game))
        assert found.stakes.dims == ("case",)

    def test_inputs_are_left_as_they_were(self):
        trust = np.linspace(0, 1, 5)
        model = Alliance()
        quiet(model, "regime", trust=trust)
        assert model == Alliance()
        assert trust.flags.writeable
        assert np.array_equal(trust, np.linspace(0, 1, 5))


class Both(NamedTuple):
    low: Fraction
    high: int


class TestAnswers:
    def test_of_every_kind(self):
        def several(game):
            shares = xarray.DataArray([1.0, 2.0], dims="firm", coords={"firm": ["row", "column"]})
            better = game.payoffs[0, 0, 0] > 0.6
            return {"shares": shares, "kind": "good" if better else "poor", "none": None}

        found = quiet(Alliance(), several, trust=axis(0, 1, 3), chunk=2)
        assert found.shares.dims == ("trust", "firm")
        assert list(found.firm.values) == ["row", "column"]
        assert found.kind.values.tolist() == [0, 1, 1]
        assert list(found.kinds.values) == ["poor", "good"]
        assert np.isnan(found.none).all()

    def test_named_tuples_and_datasets(self):
        found = quiet(Alliance(), lambda game: Both(Fraction(1, 4), 3), trust=[0, 1])
        assert (found.low.values.tolist(), found.high.values.tolist()) == ([0.25] * 2, [3.0] * 2)
        found = quiet(Alliance(), lambda game: xarray.Dataset({"a": 1.5}), trust=[0, 1])
        assert found.a.values.tolist() == [1.5, 1.5]

    def test_missing_values_of_a_batch_are_missing(self):
        @batch_measure()
        def some(model):
            return np.ma.masked_greater(np.asarray(model), 2)

        found = quiet(lambda x: x, some, x=[1, 2, 3])
        assert np.array_equal(found.some, [1, 2, np.nan], equal_nan=True)

    @pytest.mark.parametrize("labelled", [1, 2])
    def test_coordinates_at_some_points_only_are_refused(self, labelled):
        def shares(x):
            coords = {"firm": ["row", "column"]} if x == labelled else None
            return xarray.DataArray([1.0, 2.0], dims="firm", coords=coords)

        with pytest.raises(ValueError, match="same dimensions and coordinates of shares"):
            quiet(lambda x: x, shares, x=[1, 2])

    def test_marks_say_what_a_measure_takes_and_its_unit(self):
        @model_measure(unit="units of knowledge")
        def most(alliance):
            """The most that can be learned."""
            return alliance.outcomes().joint.max()

        @game_measure("payoff", best="utility")
        def two(game):
            return {"best": game.payoffs.max(), "least": game.payoffs.min()}

        found = quiet(Alliance(), most, prior_interaction=[0, 1])
        assert found.most.values.tolist() == [2, 4]
        assert found.most.attrs == {
            "units": "units of knowledge", "long_name": "The most that can be learned"
        }  # fmt: skip
        found = quiet(Alliance(), two, trust=[0])
        assert (found.best.units, found.least.units) == ("utility", "payoff")

    def test_options_are_fixed_by_partial_functions_and_said(self):
        found = quiet(Alliance(), functools.partial(welfare, at="worst"), trust=[1])
        assert found.welfare.item() == 0
        assert found.attrs["options"] == "at='worst'"
        assert "partial(welfare, at='worst')" in found.attrs["command"]

    @pytest.mark.parametrize(
        ("measure", "words"),
        [
            (lambda game: nash(game), "requires a number, a text"),
            (lambda game: [1, 2], "requires a number, a text"),
            (lambda game: {}, "requires at least one number"),
            (lambda game: {"a/b": 1}, "names other than .* got 'a/b'"),
            (lambda game: {"": 1}, "names other than"),
            (lambda game: xarray.DataArray(["a"], dims="k"), "a DataArray of numbers"),
            (lambda game: {"trust": 1}, "names other than those of axes"),
            (lambda game: {"kind": "a", "kinds": 1}, "names other than"),
            (
                lambda game: "a" if game.payoffs[0, 0, 0] > 0.6 else 1,
                "a text at all points|the same kind",
            ),
            (
                lambda game: {"a": 1} if game.payoffs[0, 0, 0] > 0.6 else {"b": 1},
                "the same variables at all points",
            ),
            (batch_measure()(lambda model: np.zeros(7)), "an array over the batch"),
            (batch_measure()(lambda model: 1j * np.ones(model.games().shape)), "numbers or texts"),
        ],
    )
    def test_others_are_refused(self, measure, words):
        for chunk in (100, 1):
            with pytest.raises((TypeError, ValueError), match=words):
                quiet(Alliance(), measure, trust=axis(0, 1, 3), chunk=chunk)

    def test_an_error_in_a_measure_says_where(self):
        def fails(game):
            return 1 / (game.exact_payoffs[0, 0, 0] - 1)

        with pytest.raises(ZeroDivisionError) as caught:
            quiet(Alliance(), fails, trust=axis(0, 1, 3))
        assert caught.value.__notes__ == ["at trust = 1"]


class TestFunctionsAsModels:
    def test_of_numbers(self):
        found = quiet(lambda x, y: x + 2 * y, float, x=[1, 2], y=[Fraction(1, 2), 3])
        assert found.measure.values.tolist() == [[2, 7], [3, 8]]

    @pytest.mark.parametrize(
        "values", [[2**53 + 1, 0.5], np.array([2**63 + 1, 1], dtype=np.uint64), [2**70, 1]]
    )
    def test_of_integers_beyond_floats(self, values):
        seen = []
        quiet(lambda x: x, lambda x: seen.append(x), x=values)
        assert seen == [Fraction(one) for one in (v.item() if hasattr(v, "item") else v
                                                  for v in values)]  # fmt: skip

    def test_of_games_and_models_for_all_kinds_of_measures(self):
        def hunt(safe):
            return Game.symmetric([[4, 0], [safe, safe]], ["stag", "hare"])

        values = ["1/3", 3, 5]
        assert quiet(hunt, "number_of_equilibria", safe=values).to_array().values.tolist() == [
            [3, 3, 1]
        ]
        assert quiet(hunt, lambda game: len(nash(game)), safe=values).measure.values.tolist() == [
            3, 3, 1
        ]  # fmt: skip

        def unequal(gap):
            return Alliance(stakes=(1, 1 + gap))

        found = quiet(unequal, model_measure()(lambda model: model.stakes[1]), gap=[1, 2])
        assert found.measure.values.tolist() == [2, 3]
        assert quiet(unequal, temptation, gap=[1]).temptation == float(
            temptation(Alliance(stakes=(1, 2)).game())
        )


class TestSeeds:
    @staticmethod
    def drawn(game, seed):
        return np.random.default_rng(seed).uniform()

    def test_each_point_has_its_own_whatever_the_blocks(self):
        one = quiet(Alliance(), self.drawn, trust=axis(0, 1, 6), seed=3)
        two = quiet(Alliance(), self.drawn, trust=axis(0, 1, 6), seed=3, chunk=4, workers=2)
        assert one.identical(two)
        assert len(set(one.drawn.values)) == 6
        assert not one.equals(quiet(Alliance(), self.drawn, trust=axis(0, 1, 6), seed=4))

    def test_without_a_seed_the_one_that_was_drawn_is_told(self):
        one = quiet(Alliance(), self.drawn, trust=[0, 1])
        two = quiet(Alliance(), self.drawn, trust=[0, 1], seed=int(one.attrs["seed"]))
        assert one.identical(two)

    @pytest.mark.parametrize("seed", [-1, "x", 1.5])
    def test_wrong_ones_are_refused(self, seed):
        with pytest.raises((TypeError, ValueError), match="seed: requires"):
            quiet(Alliance(), self.drawn, trust=[0], seed=seed)


class TestProvenance:
    def test_says_in_words_what_was_done_and_nothing_of_the_day(self):
        one = quiet(Alliance(stakes=2), "regime", trust=axis(0, 1, 11))
        two = quiet(Alliance(stakes=2), "regime", trust=axis(0, 1, 11))
        assert one.identical(two)
        assert one.attrs["dilemma"] == "sweep"
        assert one.attrs["command"] == "sweep(Alliance(stakes=2), regime, trust=axis(0, 1, 11))"
        assert "stakes 2" in one.attrs["terms"]
        assert "trust" not in one.attrs["terms"]
        assert all(isinstance(value, str) for value in one.attrs.values())

    def test_floats_are_no_exact_texts(self):
        found = quiet(Alliance(), "regime", trust=np.array([0.1, 0.3]), stakes=["1/3"])
        assert found.trust.attrs == {}
        assert found.stakes.attrs == {"exact": "1/3"}


class TestBlocks:
    @pytest.mark.parametrize("shape", [(7,), (3, 5), (4, 3, 5), (1, 6, 1)])
    @pytest.mark.parametrize("chunk", [1, 4, 15, 1000])
    def test_are_runs_in_row_major_order_of_no_more_points_than_asked(self, shape, chunk):
        places = np.arange(math.prod(shape)).reshape(shape)
        order = [places[where] for where in blocks_of(shape, block_shape(shape, chunk))]
        assert max(one.size for one in order) <= chunk
        assert np.array_equal(np.concatenate([one.ravel() for one in order]), places.ravel())


class TestArguments:
    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: sweep(Alliance(), "regime"), "axes: requires at least one"),
            (lambda: sweep(Alliance(), "regime", trsut=[0]), "axes: requires terms among trust"),
            (lambda: sweep(Alliance(), "regime", trust=[]), "trust: requires at least one value"),
            (
                lambda: sweep(Alliance(), "regime", trust=[0, 2]),
                r"trust\[1\]: requires a number in",
            ),
            (lambda: sweep(Alliance(), "regime", trust=0.5), "trust: requires a sequence"),
            (lambda: sweep(Alliance(), "regime", trust="0.5"), "trust: requires a sequence"),
            (lambda: sweep(Alliance(), "regime", trust={0.5}), "trust: requires a sequence"),
            (lambda: sweep(Alliance(), "regime", trust={0.5: 1}), "trust: requires a sequence"),
            (lambda: sweep(Alliance(), "regime", trust=[True]), r"trust\[0\]: requires a number"),
            (lambda: sweep(Alliance(), "regime", trust=[[0], [1]]), "trust"),
            (
                lambda: sweep(Alliance(), "regime", trust=np.zeros((2, 2))),
                "trust: requires one dim",
            ),
            (lambda: sweep(Alliance(), "regime", trust=[math.nan]), "trust: requires finite"),
            (
                lambda: sweep(Alliance(), "regime", trust=["high"]),
                r"trust\[0\]: requires a finite",
            ),
            (lambda: sweep(Alliance(), "regimes", trust=[0]), "measure: requires a function, or"),
            (lambda: sweep(Alliance(), 3, trust=[0]), "measure: requires a function of a game"),
            (lambda: sweep(3, "regime", trust=[0]), "model: requires a model such as"),
            (
                lambda: sweep(Alliance(), "regime", trust=[0], chunk=0),
                "chunk: requires at least 1",
            ),
            (
                lambda: sweep(Alliance(), "regime", trust=[0], chunk=1.5),
                "chunk: requires a number",
            ),
            (lambda: sweep(Alliance(), "regime", trust=[0], workers=0), "workers: requires a pos"),
            (
                lambda: sweep(Alliance(), "regime", trust=[0], progress=1),
                "progress: requires True",
            ),
            (lambda: sweep(Alliance(), "regime", [0]), "more: requires a mapping"),
            (lambda: sweep(Alliance(), "regime", {"trust": [0]}, trust=[0]), "trust twice"),
            (lambda: sweep(Alliance(), "regime", trust=[0], store=3), "store: requires a path"),
            (
                lambda: sweep(Alliance(), "regime", trust=[0], cluster=3),
                "cluster: requires the add",
            ),
            (
                lambda: sweep(Alliance(), "regime", trust=[0], cluster="x", workers=2),
                "workers: requires None beside a cluster",
            ),
            (
                lambda: sweep(Alliance(stakes=np.array([1.0, 2.0])), "regime", trust=[0]),
                "model: requires numbers for all terms|don't mix",
            ),
            (lambda: batch_measure(len), "unit: requires a text, as in"),
        ],
    )
    def test_wrong_ones_are_refused_by_name(self, call, words):
        with pytest.raises((TypeError, ValueError), match=words):
            call()

    def test_a_model_of_ones_own_needs_no_domains(self):
        class Hunt:
            def __init__(self, safe=3):
                self.safe = safe

            def replace(self, **terms):
                return Hunt(**terms)

            def game(self):
                return Game.symmetric([[4, 0], [self.safe, self.safe]])

        found = quiet(Hunt(), lambda game: len(nash(game)), safe=[3, 5])
        assert found.measure.values.tolist() == [3, 1]


class TestStopping:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_threads_stop_at_their_next_point(self, workers):
        asked = []

        def interrupts(game):
            asked.append(game)
            if len(asked) == 3:
                raise KeyboardInterrupt
            return 1

        with pytest.raises(KeyboardInterrupt):
            quiet(Alliance(), interrupts, trust=axis(0, 1, 1001), chunk=100, workers=workers)
        assert len(asked) < 600
