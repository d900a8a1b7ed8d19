"""Sobol indices and screening, against functions whose indices are known in closed form."""

import functools
import math

import numpy as np
import pytest
import xarray

from dilemma.alliance import Alliance
from dilemma.study import batch_measure, screening, sensitivity

sobol = functools.partial(sensitivity, progress=False)
screen = functools.partial(screening, progress=False)
PI = math.pi


def ishigami(x, y, z):
    """Of ishigami1990, with 7 and 1/10."""
    return math.sin(x) + 7 * math.sin(y) ** 2 + z**4 * math.sin(x) / 10


RANGES = {"x": (-PI, PI), "y": (-PI, PI), "z": (-PI, PI)}


@pytest.fixture(scope="module")
def found():
    return sobol(ishigami, float, RANGES, samples=1024, seed=1)


class TestIshigami:
    def test_indices_are_the_analytic_ones(self, found):
        a, b = 7.0, 0.1
        first = (1 + b * PI**4 / 5) ** 2 / 2, a**2 / 8, 0.0
        together = b**2 * PI**8 * (1 / 18 - 1 / 50)  # of x and z
        variance = sum(first) + together
        assert found.variance.item() == pytest.approx(variance, rel=0.02)
        assert found["mean"].item() == pytest.approx(a / 2, rel=0.01)
        answer = found.squeeze("output")
        single = np.array(first) / variance
        total = np.array([first[0] + together, first[1], together]) / variance
        pairs = {("x", "y"): 0, ("x", "z"): together / variance, ("y", "z"): 0}
        assert np.abs(answer.first_order - single).max() < 0.03
        assert np.abs(answer.total - total).max() < 0.03
        for (one, other), value in pairs.items():
            assert abs(answer.second_order.sel(term=one, other=other) - value) < 0.05

    def test_intervals_hold_the_analytic_ones(self, found):
        a, b = 7.0, 0.1
        together = b**2 * PI**8 * (1 / 18 - 1 / 50)
        first = np.array([(1 + b * PI**4 / 5) ** 2 / 2, a**2 / 8, 0.0])
        variance = first.sum() + together
        total = (first + np.array([together, 0, together])) / variance
        for name, values in (("first_order", first / variance), ("total", total)):
            ends = found[f"{name}_interval"].squeeze("output")
            assert (ends.sel(bound="low") <= values + 0.01).all()
            assert (ends.sel(bound="high") >= values - 0.01).all()
            assert ((ends.sel(bound="high") - ends.sel(bound="low")) > 0).all()

    def test_the_same_seed_gives_the_same_and_another_another(self, found):
        again = sobol(ishigami, float, RANGES, samples=1024, seed=1, chunk=999, workers=2)
        assert again.identical(found)
        other = sobol(ishigami, float, RANGES, samples=1024, seed=0)
        assert not other.equals(found)
        assert other.identical(sobol(ishigami, float, RANGES, samples=1024, seed=0))

    def test_screening_finds_the_same_order_and_what_is_not_linear(self):
        answer = screen(ishigami, float, RANGES, paths=200, seed=1).squeeze("output")
        assert (answer.spread > 1).all()
        # Of x and -x the effects are opposite: their mean says nothing, their size does.
        assert (
            abs(answer.mean_effect.sel(term="z")) < answer.mean_absolute_effect.sel(term="z") / 2
        )


class TestAlliance:
    def test_first_order_indices_sum_to_one_at_most_within_their_intervals(self):
        answer = sobol(
            Alliance(), "welfare", samples=512, seed=2,
            trust=(0, 1), stakes=(0.5, 4), opportunism=(0, 1), synergy=(0, 1),
        ).squeeze("output")  # fmt: skip
        ends = answer.first_order_interval
        margin = (ends.sel(bound="high") - ends.sel(bound="low")) / 2
        assert answer.first_order.sum() <= 1 + float(np.sqrt((margin**2).sum()))
        # Effects with others come on top of each term's own.
        assert (answer.total - answer.first_order >= -margin).all()
        assert answer.first_order.idxmax("term") == "stakes"

    def test_of_temptation_they_are_those_of_the_closed_form(self):
        """T - R = (1 - ℓ) S (h - σ - ητ) + κt with h = (1 - τ)ω: at ω = 1 and η = 1, σ = 0 it is
        (9/10) S (1 - 2τ) + 1/2, a product of independent factors.
        """

        @batch_measure()
        def temptation(model):
            payoffs = model.games().payoffs
            return payoffs[..., 0, 1, 0] - payoffs[..., 0, 0, 0]

        base = Alliance(opportunism=1, relational_return=1, synergy=0)
        answer = sobol(base, temptation, samples=1024, seed=3, trust=(0, 0.5), stakes=(1, 3))
        trust = ("trust", 1 / 2, 1 / 12)  # of 1 - 2τ: its mean and variance
        stakes = ("stakes", 2, 1 / 3)
        whole = (trust[1] ** 2 + trust[2]) * (stakes[1] ** 2 + stakes[2]) - 1
        alone = {"trust": trust[2] * stakes[1] ** 2, "stakes": stakes[2] * trust[1] ** 2}
        assert answer.variance.item() == pytest.approx(0.81 * whole, rel=0.01)
        for term, value in alone.items():
            found = answer.first_order.sel(term=term).item()
            assert found == pytest.approx(value / whole, abs=0.02)
        pair = answer.second_order.sel(term="trust", other="stakes").item()
        assert pair == pytest.approx(trust[2] * stakes[2] / whole, abs=0.02)

    def test_screening_of_a_linear_measure_has_no_spread(self):
        def collaboration(game):
            return game.payoffs[0, 0, 0]

        answer = screen(
            Alliance(), collaboration, seed=1, paths=4, trust=(0, 1), synergy=(0, 2), power=(-1, 0)
        ).squeeze("output")
        # R = S(1 + σ(1 + ρ) + ητ) - κr - κt: linear in trust alone, by η = 1/2.
        assert answer.mean_absolute_effect.sel(term="trust").item() == pytest.approx(1 / 2)
        assert answer.spread.sel(term="trust").item() == pytest.approx(0, abs=1e-12)
        assert answer.spread.sel(term="synergy").item() > 0.1

    def test_one_firm_alone(self):
        ranges = {"stakes.row": (1, 2), "stakes.column": (1, 2)}
        answer = sobol(Alliance(), lambda game: game.payoffs[0, 0, 0], ranges, seed=1, samples=64)
        assert answer.first_order.squeeze("output").values == pytest.approx([1, 0], abs=0.2)


class TestAnswers:
    def test_of_several_numbers_are_told_apart_by_name(self):
        def several(game):
            values = xarray.DataArray(game.payoffs[:, 0, 0], dims="firm")
            return {"both": values, "first": game.payoffs[0, 0, 0]}

        answer = sobol(Alliance(), several, seed=1, samples=16, trust=(0, 1), synergy=(0, 1))
        assert list(answer.output.values) == ["both[firm=0]", "both[firm=1]", "first"]
        same = answer.first_order.sel(output=["both[firm=0]", "first"]).values
        assert np.array_equal(same[0], same[1])
        assert answer.attrs["dilemma"] == "sensitivity"
        assert all(isinstance(value, (str, int, float)) for value in answer.attrs.values())

    def test_a_measure_that_does_not_vary_has_no_indices_and_says_so(self):
        answer = sobol(lambda a, b: 1 / 3, float, seed=1, samples=16, a=(0, 1), b=(0, 1))
        assert np.isnan(answer.first_order).all()
        assert "measure does not vary" in answer.attrs["status"]
        answer = screen(lambda a, b: 1 / 3, float, seed=1, a=(0, 1), b=(0, 1))
        assert (answer.mean_absolute_effect == 0).all()

    @pytest.mark.parametrize("size", [1e-300, 1e-170, 1e170, 1e300])
    def test_indices_do_not_hang_on_the_unit(self, size):
        """Squares of such numbers are no floats."""
        ranges = {"seed": 1, "a": (0, 1), "b": (0, 1)}
        one, other = (
            sobol(lambda a, b, s=s: s * (a + 2 * b), float, samples=64, **ranges)
            for s in (1.0, size)
        )
        for name in ("first_order", "total", "second_order", "total_interval"):
            assert np.allclose(one[name], other[name], rtol=1e-9, atol=1e-12, equal_nan=True)
        one, other = (
            screen(lambda a, b, s=s: s * (a + 2 * b * b), float, **ranges) for s in (1.0, size)
        )
        for name in ("mean_effect", "mean_absolute_effect", "spread"):
            assert np.allclose(one[name], other[name] / size, rtol=1e-9, atol=1e-12)

    def test_too_few_samples_are_said_to_be(self):
        """Of a spike that one point in ten hits."""
        answer = sobol(
            lambda a, b: a > 0.9 and b > 0.5, float, seed=2, samples=4, a=(0, 1), b=(0, 1)
        )
        assert "Too few of the samples" in answer.attrs["status"]

    def test_stores_can_be_continued(self, tmp_path):
        options = {"seed": 1, "samples": 16, "trust": (0, 1), "stakes": (1, 2)}
        one = sobol(Alliance(), "is_equilibrium", store=tmp_path / "a.zarr", **options)
        two = sobol(Alliance(), "is_equilibrium", store=tmp_path / "a.zarr", **options)
        assert one.identical(two)
        assert one.identical(sobol(Alliance(), "is_equilibrium", **options))

    @pytest.mark.parametrize("function", [functools.partial(sobol, samples=16), screen])
    @pytest.mark.parametrize(
        ("measure", "ranges", "words"),
        [
            (len, {"trust": (0, 1)}, "ranges: requires at least two terms"),
            (len, {"trust": (0, 1), "trsut": (0, 1)}, "ranges: requires terms among"),
            (len, {"trust": (0, 2), "synergy": (0, 1)}, r"trust: requires a range in \[0, 1\]"),
            (len, {"trust": (1, 0), "synergy": (0, 1)}, "trust: requires low < high"),
            (len, {"trust": 1, "synergy": (0, 1)}, "trust: requires a pair"),
            (
                len,
                {"trust": ("1/2", "0.50000000000000000001"), "synergy": (0, 1)},
                "trust: requires low < high, also as floats",
            ),
            ("regime", {"trust": (0, 1), "synergy": (0, 1)}, "requires numbers, got texts"),
            (
                lambda game: None,
                {"trust": (0, 1), "synergy": (0, 1)},
                "requires a finite number everywhere",
            ),
        ],
    )
    def test_wrong_arguments_are_refused_by_name(self, function, measure, ranges, words):
        with pytest.raises((TypeError, ValueError), match=words):
            function(Alliance(), measure, ranges, seed=1)

    def test_wrong_options_are_refused_by_name(self):
        ranges = {"trust": (0, 1), "synergy": (0, 1)}
        for function, options, words in (
            (sobol, {"samples": 100}, "samples: requires a power of two"),
            (sobol, {"confidence": 1}, "confidence: requires a number between"),
            (sobol, {"resamples": 1}, "resamples: requires an integer of at least 2"),
            (sobol, {"seed": "x"}, "seed: requires what numpy"),
            (sobol, {"store": "x"}, "seed: requires a seed beside a store"),
            (screen, {"levels": 3}, "levels: requires an even number"),
            (screen, {"paths": 1}, "paths: requires an integer of at least 2"),
        ):
            with pytest.raises((TypeError, ValueError), match=words):
                function(Alliance(), len, ranges, **options)
