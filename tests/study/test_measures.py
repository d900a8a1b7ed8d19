"""Named measures, each against its definition or the exact function that it stands for."""

import functools
import inspect
import math
from fractions import Fraction

import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma import repeated
from dilemma.alliance import Alliance, strategy_grid
from dilemma.equilibria import nash, risk_dominance
from dilemma.evolution import Population
from dilemma.game import Game, Games
from dilemma.study import axis, measures, sweep
from dilemma.study.measures.marks import read_measure

quiet = functools.partial(sweep, progress=False)
# With the temptation's zero and other ties on the way, and unequal firms.
TERMS = {"trust": [*axis(0, 1, 11), Fraction(29, 45)], "stakes.row": ["1/2", 1, 2, 8]}


def games(alliance=None, terms=None):
    """Each index of the grid, and the exact game there."""
    axes = TERMS if terms is None else terms
    first, second = axes
    for i, one in enumerate(axes[first]):
        for j, other in enumerate(axes[second]):
            yield (i, j), (alliance or Alliance()).replace(**{first: one, second: other}).game()


class TestProfiles:
    @pytest.mark.parametrize("profile", ["collaboration", ("competition", "accommodation"), 4])
    @pytest.mark.parametrize("strict", [False, True])
    def test_hold_where_the_exact_solver_has_them(self, profile, strict):
        measure = measures.is_strict_equilibrium if strict else measures.is_equilibrium
        found = quiet(Alliance(), functools.partial(measure, profile=profile), TERMS)
        names = list(Alliance().game().strategies[0])
        pair = (profile, profile) if not isinstance(profile, tuple) else profile
        cell = tuple(names.index(one) if isinstance(one, str) else one for one in pair)
        values = found[measure.__name__]
        assert values.dtype == bool
        for index, game in games():
            held = [one for one in nash(game) if one.supports == ((cell[0],), (cell[1],))]
            assert values.values[index] == bool(held and (held[0].strict or not strict)), index

    def test_need_no_solver_for_many_strategies(self):
        alliance = Alliance(strategies=strategy_grid(7))
        name = alliance.game().strategies[0][-1]
        assert bool(measures.is_equilibrium(alliance.replace(trust=1, stakes=4), name)) in (0, 1)

    @given(st.lists(st.integers(-2, 2), min_size=12, max_size=12), st.integers(0, 40))
    @settings(max_examples=40, deadline=None)
    def test_of_tied_games_of_any_size_are_decided_exactly(self, cells, exponent):
        payoffs = np.array(cells).reshape(2, 2, 3) * 10.0 ** (exponent - 20)
        game = Game(payoffs)
        A, B = game.exact_payoffs
        for i, j in np.ndindex(2, 3):
            gaps = [A[i, j] - A[1 - i, j], *(B[i, j] - B[i, k] for k in range(3) if k != j)]
            assert bool(measures.is_equilibrium(game, (i, j))) == all(g >= 0 for g in gaps)
            assert bool(measures.is_strict_equilibrium(game, (i, j))) == all(g > 0 for g in gaps)

    def test_of_a_single_strategy_always_hold(self):
        assert bool(measures.is_strict_equilibrium(Game([[[1]], [[2]]]), 0))


class TestPatience:
    @pytest.mark.parametrize(
        ("target", "punishment"),
        [
            ("collaboration", "avoidance"),
            ("compromise", "collaboration"),
            (("competition", "accommodation"), "avoidance"),
            ("collaboration", "worst"),
        ],
    )
    def test_is_that_of_the_exact_function(self, target, punishment):
        terms = {**TERMS, "trust": TERMS["trust"][::4]} if punishment == "worst" else TERMS
        measure = functools.partial(
            measures.critical_discount, target=target, punishment=punishment
        )
        found = quiet(Alliance(), measure, terms).critical_discount
        for index, game in games(terms=terms):
            exact = repeated.critical_discount(game, target, punishment).value
            if exact is None:
                assert math.isnan(found.values[index]), index
            else:
                assert found.values[index] == pytest.approx(float(exact), abs=1e-12), index

    @given(st.lists(st.integers(-2, 2), min_size=8, max_size=8))
    @settings(max_examples=60, deadline=None)
    def test_of_tied_games_is_that_of_the_exact_function(self, cells):
        game = Game(np.array(cells).reshape(2, 2, 2))
        exact = repeated.critical_discount(game, (0, 1), (1, 0)).value
        found = float(measures.critical_discount(game, (0, 1), (1, 0)))
        assert math.isnan(found) if exact is None else found == pytest.approx(float(exact))

    @given(st.lists(st.integers(-9, 9), min_size=8, max_size=8), st.sampled_from([1e-6, 1e-7]))
    @settings(max_examples=60, deadline=None)
    def test_of_small_differences_of_large_payoffs_is_precise(self, cells, unit):
        """A float near 1e9 is up to 6e-8 off its decimal, which is much of such a difference."""
        game = Game(np.array(cells).reshape(2, 2, 2) * unit + 1e9)
        exact = repeated.critical_discount(game, (0, 1), (1, 0)).value
        found = float(measures.critical_discount(game, (0, 1), (1, 0)))
        assert math.isnan(found) if exact is None else found == pytest.approx(float(exact), 1e-9)


class TestSettling:
    @pytest.mark.parametrize("at", ["best", "worst", "mean"])
    def test_welfare_and_joint_learning_are_those_of_the_exact_equilibria(self, at):
        terms = {"trust": [0, "29/45", 0.75, 1], "stakes.row": [1, 4]}
        chosen = {"best": max, "worst": min, "mean": lambda own: sum(own) / len(own)}[at]
        welfare = quiet(Alliance(), functools.partial(measures.welfare, at=at), terms)
        learning = quiet(Alliance(), functools.partial(measures.joint_learning, at=at), terms)
        joint = Alliance().outcomes().joint
        for index, game in games(terms=terms):
            equilibria = nash(game)
            sums = [sum(one.payoffs) for one in equilibria]
            assert welfare.welfare.values[index] == pytest.approx(float(chosen(sums)), abs=1e-12)
            learned = [np.array(one.row) @ joint @ np.array(one.column) for one in equilibria]
            assert learning.joint_learning.values[index] == pytest.approx(
                float(chosen(learned)), abs=1e-12
            )

    def test_risk_dominance_is_that_of_the_exact_function(self):
        found = quiet(Alliance(), "risk_dominant", TERMS)
        words = found.risk_dominants.values[found.risk_dominant.values]
        for index, game in games():
            best = risk_dominance(game).dominant
            names = game.strategies
            expected = "none" if best is None else f"{names[0][best[0]]} × {names[1][best[1]]}"
            assert words[index] == expected, index

    def test_kinds_are_those_of_each_alliance(self):
        found = quiet(Alliance(), "kind_of_dilemma", TERMS)
        words = found.kind_of_dilemmas.values[found.kind_of_dilemma.values]
        for i, trust in enumerate(TERMS["trust"]):
            for j, stakes in enumerate(TERMS["stakes.row"]):
                alliance = Alliance().replace(trust=trust, **{"stakes.row": stakes})
                assert words[i, j] == alliance.dilemma().kind

    def test_they_take_what_the_batch_solver_takes(self):
        payoffs = np.random.default_rng(0).normal(size=(3, 2, 2, 3, 3))
        counts = measures.number_of_equilibria(payoffs)
        assert counts.shape == (3, 2)
        assert counts.values[2, 1] == len(nash(Game(payoffs[2, 1])))
        labelled = xarray.DataArray(payoffs, dims=("a", "b", "player", "row", "column"))
        assert measures.regime(labelled).dims == ("a", "b")
        assert measures.welfare(Games(payoffs)).shape == (3, 2)

    def test_those_of_an_alliance_say_what_they_need(self):
        for measure in (measures.joint_learning, measures.kind_of_dilemma):
            with pytest.raises(TypeError, match="requires a model with"):
                measure(Games(np.zeros((3, 2, 2, 2))))
        with pytest.raises(ValueError, match="at: requires one of best, worst, mean, got 'most'"):
            measures.welfare(np.zeros((3, 2, 2, 2)), "most")


HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])


class TestPopulations:
    def test_shares_of_time(self):
        population = Population(HUNT, 20, Fraction(1, 10))
        law = population.stationary_distribution().probabilities
        share = measures.stationary_share(HUNT, "stag", size=20, selection="1/10")
        assert share == pytest.approx(law[0], abs=1e-15)
        two = measures.stationary_share(HUNT, "stag", size=9, selection="1/10", populations=2)
        law = Population(HUNT, (9, 9), "1/10").stationary_distribution().probabilities
        assert two == pytest.approx(law[0] + (law[1] + law[2]) / 2, abs=1e-15)
        neutral = measures.stationary_share(HUNT, "stag", size=9, selection=0)
        assert neutral == pytest.approx(1 / 2)

    def test_odds_of_fixation(self):
        rho = Population(HUNT, 20, "1/10").fixation_probabilities()
        odds = measures.fixation_odds(HUNT, "stag", "hare", size=20, selection="1/10")
        assert math.exp(odds["fixation"]) == pytest.approx(20 * rho[0, 1])
        assert math.exp(odds["replacement"]) == pytest.approx(rho[0, 1] / rho[1, 0])
        neutral = measures.fixation_odds(HUNT, "stag", "hare", selection=0)
        assert neutral == pytest.approx({"fixation": 0, "replacement": 0}, abs=1e-12)

    def test_basins(self):
        """In two strategies they are intervals: hunters need 2/3 here, and 1 - 1/x in general."""
        found = quiet(
            lambda safe: Game.symmetric([[4, 0], [safe, safe]], ["stag", "hare"]),
            functools.partial(measures.basin, strategy="stag"),
            safe=[1, 2, 3],
        )
        assert found.basin.values == pytest.approx([3 / 4, 1 / 2, 1 / 4], abs=1e-12)

    def test_unequal_firms_need_two_populations(self):
        with pytest.raises(ValueError, match="symmetric"):
            measures.stationary_share(Alliance(stakes=(1, 2)).game())
        with pytest.raises(ValueError, match="populations: requires 1 or 2"):
            measures.stationary_share(HUNT, "stag", populations=3)


class TestNames:
    @pytest.mark.parametrize("name", measures.__all__)
    def test_each_has_a_docstring_a_unit_and_a_doctest(self, name):
        read = read_measure(name)
        assert read.words
        assert read.mark.unit
        assert ">>> " in inspect.getdoc(read.function)
        assert read.function is getattr(measures, name)
