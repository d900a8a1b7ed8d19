"""Agreement between raters: published worked examples, peers, definitions and laws."""

import itertools
import math
import sys

import krippendorff
import numpy as np
import pandas
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from dilemma import Alliance
from dilemma.show import table
from dilemma.survey import agreement, ratings_from_counts, simulate_survey
from dilemma.survey.raters.coefficients import cohen_kappa

N = None
# Krippendorff (2011), example C: four observers, twelve units, missing data.
FOUR_OBSERVERS = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
        strict=True,
    )
)
# Krippendorff (2011), examples A and B: two observers, no missing data.
MEG, OWEN = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
BEN, GERRY = "aabbdcccedda", "babbbcccedd" + "d"
# Fleiss (1971): thirty patients, six diagnoses of each, five categories.
FLEISS = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip
# Cohen (1968): two judges' diagnoses of 200 patients, and his weights of disagreement.
COHEN = [[88, 10, 2], [14, 40, 6], [18, 10, 12]]
COHEN_WEIGHTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]


def value(ratings, *arguments, **options):
    return agreement(ratings, *arguments, resamples=0, **options).value


def two_columns(counts):
    cells = itertools.product(range(len(counts)), repeat=2)
    return [cell for cell in cells for _ in range(counts[cell[0]][cell[1]])]


class TestPublishedExamples:
    @pytest.mark.parametrize(
        ("metric", "alpha"),
        [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
    )
    def test_krippendorff_2011_with_missing_data(self, metric, alpha):
        found = agreement(FOUR_OBSERVERS, metric=metric, seed=0)
        assert round(found.value, 3) == alpha
        assert (found.units, found.raters, found.ratings) == (11, 4, 40)
        assert found.low < found.value < found.high

    def test_krippendorff_2011_with_two_observers(self):
        assert round(value(list(zip(MEG, OWEN, strict=True))), 3) == 0.095
        assert round(value(list(zip(BEN, GERRY, strict=True))), 3) == 0.692

    def test_fleiss_1971(self):
        assert round(value(ratings_from_counts(FLEISS), "fleiss"), 3) == 0.430
        assert round(value(ratings_from_counts(FLEISS), "percent"), 3) == 0.556
        shares = np.sum(FLEISS, axis=0) / 180
        assert shares.round(3).tolist() == [0.144, 0.144, 0.167, 0.306, 0.239]

    def test_cohen_1968(self):
        judges = two_columns(COHEN)
        assert round(value(judges, "cohen"), 3) == 0.492
        weighted = cohen_kappa(*np.array(judges).T, np.array(COHEN_WEIGHTS, dtype=float))
        assert round(weighted(np.ones((1, 200)))[0], 3) == 0.348


class TestAgainstPeers:
    @pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
    @pytest.mark.parametrize("seed", range(5))
    def test_alpha_is_that_of_krippendorff(self, metric, seed):
        generator = np.random.default_rng(seed)
        ratings = generator.integers(0, 5, size=(30, 4)).astype(float)
        ratings[:, 1] = np.where(generator.random(30) < 0.6, ratings[:, 0], ratings[:, 1])
        ratings[generator.random(ratings.shape) < 0.25] = np.nan
        expected = krippendorff.alpha(ratings.T, level_of_measurement=metric)
        assert value(ratings, metric=metric) == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize("metric", ["nominal", "linear", "quadratic"])
    @pytest.mark.parametrize("seed", range(3))
    def test_cohens_kappa_is_that_of_statsmodels(self, metric, seed):
        counts = np.random.default_rng(seed).integers(1, 9, size=(4, 4))
        kind = None if metric == "nominal" else metric
        expected = inter_rater.cohens_kappa(counts, wt=kind).kappa
        assert value(two_columns(counts), "cohen", metric=metric) == pytest.approx(expected)

    @pytest.mark.parametrize("seed", range(3))
    def test_fleiss_kappa_is_that_of_statsmodels(self, seed):
        counts = np.random.default_rng(seed).multinomial(7, [0.5, 0.3, 0.2], size=40)
        expected = inter_rater.fleiss_kappa(counts)
        assert value(ratings_from_counts(counts), "fleiss") == pytest.approx(expected)

    def test_neither_peer_is_needed(self):
        source = sys.modules["dilemma.survey.raters.agreeing"].__dict__
        assert "statsmodels" not in source
        assert "krippendorff" not in source


def alpha_by_pairs(ratings, distance):
    """Krippendorff's α straight from its definition, pair by pair of ratings."""
    units = [[one for one in unit if one is not None] for unit in ratings]
    units = [unit for unit in units if len(unit) > 1]
    everything = [one for unit in units for one in unit]
    n = len(everything)
    observed = sum(
        distance(a, b, everything) / (len(unit) - 1)
        for unit in units
        for a, b in itertools.permutations(unit, 2)
    )
    expected = sum(distance(a, b, everything) for a, b in itertools.permutations(everything, 2))
    return 1 - (n - 1) * observed / expected


def ordinal(a, b, everything):
    low, high = sorted((a, b))
    between = sum(low <= one <= high for one in everything)
    return (between - (everything.count(low) + everything.count(high)) / 2) ** 2 if a != b else 0


DISTANCES = {
    "nominal": lambda a, b, _: a != b,
    "ordinal": ordinal,
    "interval": lambda a, b, _: (a - b) ** 2,
    "ratio": lambda a, b, _: ((a - b) / (a + b)) ** 2 if a + b else 0,
}


class TestDefinitions:
    @settings(max_examples=40, derandomize=True, database=None)
    @given(
        st.lists(
            st.tuples(*[st.one_of(st.none(), st.integers(0, 4))] * 3), min_size=2, max_size=7
        ),
        st.sampled_from(list(DISTANCES)),
    )
    def test_law_alpha_is_its_sum_over_pairs(self, ratings, metric):
        rated = [unit for unit in ratings if sum(one is not None for one in unit) > 1]
        assume(len({one for unit in rated for one in unit} - {None}) > 1)
        expected = alpha_by_pairs(ratings, DISTANCES[metric])
        assert value(ratings, metric=metric) == pytest.approx(expected, abs=1e-9)

    @settings(max_examples=20, derandomize=True, database=None)
    @given(st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=2, max_size=9))
    def test_law_alpha_and_fleiss_kappa_differ_by_a_known_amount(self, ratings):
        assume(len({one for unit in ratings for one in unit}) > 1)
        kappa, alpha = value(ratings, "fleiss"), value(ratings)
        assert alpha == pytest.approx(kappa + (1 - kappa) / (3 * len(ratings)))

    def test_laws_of_units_and_names(self):
        ratings = np.array(FOUR_OBSERVERS, dtype=float)
        generator = np.random.default_rng(3)
        shuffled = generator.permutation(generator.permuted(ratings, axis=1))
        for metric in DISTANCES:
            assert value(shuffled, metric=metric) == pytest.approx(value(ratings, metric=metric))
        assert value(ratings * 8 + 2, metric="interval") == pytest.approx(
            value(ratings, metric="interval")
        )
        assert value(ratings**3, metric="ordinal") == value(ratings, metric="ordinal")
        named = [[None if math.isnan(one) else "xqrst"[int(one) - 1] for one in unit]
                 for unit in ratings]  # fmt: skip
        assert value(named) == value(ratings)
        assert value(named, metric="ordinal", categories="xqrst") == value(
            ratings, metric="ordinal"
        )

    def test_perfect_agreement_is_one(self):
        ratings = [[1, 1], [2, 2], [5, 5]]
        for measure, metric in (
            *(("alpha", one) for one in DISTANCES), ("cohen", "quadratic"), ("fleiss", "nominal"),
            ("percent", "nominal"),
        ):  # fmt: skip
            assert value(ratings, measure, metric=metric) == 1.0

    def test_categories_that_nobody_gave_widen_the_places_of_kappa(self):
        ratings = [[0, 0], [0, 1], [1, 3], [3, 3], [0, 1], [3, 1]]
        given = value(ratings, "cohen", metric="linear")
        wide = value(ratings, "cohen", metric="linear", categories=[0, 1, 2, 3])
        counts = np.zeros((4, 4), dtype=int)
        for one, two in ratings:
            counts[one, two] += 1
        assert wide == pytest.approx(inter_rater.cohens_kappa(counts, wt="linear").kappa)
        assert given != wide


class TestBootstrap:
    def test_resamples_are_those_of_the_definition(self):
        """Each weight vector gives the coefficient of the table with its rows so repeated."""
        from dilemma.survey.raters.coefficients import krippendorff_alpha

        ratings = np.array(FOUR_OBSERVERS, dtype=float)
        values = np.unique(ratings[~np.isnan(ratings)])
        counts = (ratings[:, :, None] == values).sum(axis=1).astype(float)
        often = np.random.default_rng(0).multinomial(12, np.ones(12) / 12, size=20)
        for metric in DISTANCES:
            found = krippendorff_alpha(counts, values, metric)(often.astype(float))
            for weights, one in zip(often, found, strict=True):
                expected = value(np.repeat(ratings, weights, axis=0), metric=metric)
                assert one == pytest.approx(expected)

    def test_seed_level_and_standard_error(self):
        first, again = (agreement(FOUR_OBSERVERS, seed=7) for _ in range(2))
        assert first.resampled.tolist() == again.resampled.tolist()
        assert agreement(FOUR_OBSERVERS, seed=8).low != first.low
        narrow = agreement(FOUR_OBSERVERS, seed=7, level=0.5)
        assert first.low < narrow.low < narrow.high <= first.high
        assert first.standard_error == np.std(first.resampled, ddof=1)
        with pytest.raises(ValueError, match="read-only"):
            first.resampled[0] = 0

    def test_blocks_change_nothing(self, monkeypatch):
        whole = agreement(FOUR_OBSERVERS, seed=1, resamples=50)
        monkeypatch.setattr("dilemma.survey.raters.coefficients.BLOCK", 100)
        assert agreement(FOUR_OBSERVERS, seed=1, resamples=50).resampled.tolist() == (
            whole.resampled.tolist()
        )

    def test_the_interval_covers_the_truth(self):
        """Of 200 tables, 95 % intervals hold the limit value about as often as they should."""
        generator = np.random.default_rng(11)
        hits = 0
        for _ in range(200):
            truth = generator.integers(0, 3, size=(120, 1))
            said = np.where(
                generator.random((120, 2)) < 0.8, truth, generator.integers(0, 3, size=(120, 2))
            )
            found = agreement(said, resamples=200, seed=generator)
            hits += found.low <= 0.64 <= found.high  # 0.8²: both saw the truth
        assert 0.9 <= hits / 200 <= 0.99

    def test_a_survey_is_resampled_by_cases(self):
        survey = simulate_survey(Alliance(), 40, 6, 2, seed=4, noise=0.2)
        found = agreement(survey, seed=1)
        assert (found.units, found.raters) == (480, 2)
        assert "1,000 resamples of cases" in found.status
        frame = survey.observations.assign(name=survey.classified().names)
        wide = frame.pivot_table(
            index=["case", "period", "firm"], columns="rater", values="name", aggfunc="first"
        )
        assert value(wide) == pytest.approx(found.value)

    def test_undefined_resamples_are_counted(self):
        found = agreement([[1, 2], [1, 1], [1, 1]], seed=0)
        bad = np.isnan(found.resampled).sum()
        assert bad > 100
        assert f"in {bad} of which it is undefined" in found.status
        assert not found.complete
        assert not math.isnan(found.low)


class TestRefusals:
    @pytest.mark.parametrize("measure", ["alpha", "cohen", "fleiss"])
    def test_one_category_is_undefined(self, measure):
        with pytest.raises(ValueError, match=r"got 1\.0 only; .* is undefined"):
            agreement([[1, 1], [1, 1]], measure)
        assert value([[1, 1], [1, 1]], "percent") == 1

    def test_kappa_of_constant_but_different_raters_is_zero(self):
        assert value([[1, 2], [1, 2]], "cohen") == 0

    def test_no_unit_with_two_ratings(self):
        with pytest.raises(ValueError, match=r"at least two ratings, got none.*undefined"):
            agreement([[1, None], [None, 2]])

    def test_what_a_measure_cannot_do(self):
        with pytest.raises(ValueError, match="two raters for Cohen's kappa, got 4"):
            agreement(FOUR_OBSERVERS, "cohen")
        with pytest.raises(ValueError, match=r"as many ratings of every unit.*got 1 to 4"):
            agreement(FOUR_OBSERVERS, "fleiss")
        with pytest.raises(TypeError, match="requires numbers for the metric 'interval', got 'a'"):
            agreement([["a", "b"]], metric="interval")
        with pytest.raises(TypeError, match="categories= in their order"):
            agreement([["a", "b"]], metric="ordinal")
        with pytest.raises(ValueError, match="requires numbers ≥ 0 for the metric 'ratio'"):
            agreement([[-1, 2]], metric="ratio")

    def test_arguments(self):
        with pytest.raises(ValueError, match="measure: requires one of"):
            agreement([[1, 2]], "kappa")
        with pytest.raises(ValueError, match="metric: requires one of 'nominal', 'linear'"):
            agreement([[1, 2]], "cohen", metric="ordinal")
        with pytest.raises(ValueError, match="resamples: requires an integer"):
            agreement([[1, 2]], resamples=-1)
        with pytest.raises(ValueError, match="level: requires a number between"):
            agreement([[1, 2]], level=1)
        with pytest.raises(ValueError, match=r"shape \(units, raters\), got shape \(2,\)"):
            agreement([1, 2])
        with pytest.raises(ValueError, match="categories: requires all values that occur"):
            agreement([[1, 2]], categories=[1, 3])
        with pytest.raises(ValueError, match="counts: requires integers"):
            ratings_from_counts([[0.5]])
        survey = simulate_survey(Alliance(), 5, seed=1)
        with pytest.raises(ValueError, match="at least two raters, got 0"):
            agreement(survey)
        survey = simulate_survey(Alliance(), 5, raters=2, seed=1)
        with pytest.raises(ValueError, match="variable: requires one of 'strategy'"):
            agreement(survey, variable="mood")

    def test_words_fit_a_page(self):
        frame = pandas.DataFrame(FOUR_OBSERVERS)
        text = table(agreement(frame, metric="ordinal", seed=0))
        assert "Krippendorff's alpha (ordinal) of the table: 0.815" in text
        assert all(len(line) <= 80 for line in text.splitlines())


def test_law_alpha_does_not_depend_on_the_unit():
    ratings = np.array([[1, 2], [3, 3], [4, 2], [1, 1]])
    for metric in ("interval", "ratio"):
        plain = agreement(ratings, metric=metric, resamples=0).value
        for unit in (1e-200, 1e200):
            assert agreement(unit * ratings, metric=metric, resamples=0).value == pytest.approx(
                plain
            )
