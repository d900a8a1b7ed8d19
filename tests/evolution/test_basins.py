"""Basins of attraction: against exact lengths, symmetry, and known cycles."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.evolution import (
    LimitCycle,
    basins,
    best_response,
    brown_von_neumann_nash,
    flow,
    imitation,
    logit,
    replicator,
    rest_points,
    smith,
)
from dilemma.evolution.rest.arenas import arena
from dilemma.evolution.rest.landmarks import Landmarks
from dilemma.evolution.rest.recurring import heteroclinic_cycle
from dilemma.evolution.rest.settling import settle
from dilemma.evolution.rest.starting import spread_states
from dilemma.game import Game, GroupGame
from dilemma.show import table

STAG = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
COORDINATION = Game.symmetric(np.eye(3), ["left", "middle", "right"])


def rock_paper_scissors(win):
    return Game.symmetric([[0, -1, win], [win, 0, -1], [-1, win, 0]])


def own(x, f):
    """A rule of a user's, which the library knows nothing of."""
    return x * (f - (x * f).sum(axis=-1, keepdims=True))


class TestTwoStrategies:
    def test_lengths_of_intervals(self):
        found = basins(STAG)
        assert [(one.words, one.share) for one in found] == [
            ("hare (rest point)", Fraction(2, 3)),
            ("stag (rest point)", Fraction(1, 3)),
        ]
        assert found.exact
        assert found.complete

    @pytest.mark.parametrize("rule", [replicator, imitation, smith, brown_von_neumann_nash])
    def test_trajectories_agree_with_the_lengths(self, rule):
        for A in ([[4, 0], [3, 2]], [[-1, 4], [0, 2]], [[2, 1], [0, 0]]):
            game = Game.symmetric(A)
            marks = Landmarks(arena(game), rest_points(game, rule))
            (states,) = spread_states([2], 256, seed=4)
            found = settle(marks, (rule,), states, None, 1, progress=False)
            for number, one in enumerate(rest_points(game, rule)):
                exact = [basin.share for basin in basins(game, rule) if basin.attractor == one]
                expected = float(exact[0]) if exact else 0
                assert abs((found.labels == number).mean() - expected) < 0.005

    def test_ties(self):
        whole = basins(Game.symmetric([[1, 1], [1, 1]]))
        assert [(one.kind, one.share) for one in whole] == [("continuum", 1)]
        weak = basins(Game.symmetric([[1, 1], [1, 0]]))
        assert [one.share for one in weak] == [1]
        assert weak[0].attractor.shares == ((1, 0),)

    def test_a_rule_of_ones_own(self):
        found = basins(STAG, own, starts=128)
        assert [one.words for one in found] == ["hare (rest point)", "stag (rest point)"]
        assert abs(found[0].share - 2 / 3) < 0.02
        assert 0 < found[0].standard_error < 0.02
        assert not found.exact

    def test_a_continuum_of_a_rule_of_ones_own(self):
        found = basins(Game.symmetric([[1, 1, 0], [1, 1, 0], [0, 0, 0]]), own, starts=16)
        assert sum(one.share for one in found if one.kind in ("at rest", "rest point")) == 1


class TestShareOfAStrategy:
    def test_is_that_of_the_point_at_which_all_play_it(self):
        exact = basins(STAG)
        assert (exact.share_of("stag"), exact.share_of(1)) == (float(Fraction(1, 3)), 2 / 3)
        sampled = basins(STAG, own, starts=128)
        [stag] = [one for one in sampled if one.words == "stag (rest point)"]
        assert sampled.share_of("stag") == stag.share
        firms = basins(Alliance(trust="9/10").game(), starts=256)
        shares = [firms.share_of(k) for k in range(5)]
        pure = [one for one in firms if max(one.attractor.shares[0]) == 1]
        assert sorted(shares)[-len(pure) :] == sorted(float(one.share) for one in pure)
        assert firms.share_of("avoidance") > firms.share_of("collaboration") > 0

    def test_of_two_populations_both_play_it(self):
        found = basins(Game.symmetric(np.eye(2), ["left", "right"]), populations=2, starts=64)
        assert found.share_of("left") + found.share_of("right") == 1
        hawks = basins(Game.symmetric([[0, 3], [1, 2]]), populations=2, starts=64)
        assert [hawks.share_of(k) for k in range(2)] == [0, 0]

    def test_a_mix_and_a_continuum_are_of_none(self):
        hawks = basins(Game.symmetric([[0, 3], [1, 2]]))
        still = basins(Game.symmetric([[1, 1], [1, 1]]))
        assert [one.share_of(k) for one in (hawks, still) for k in range(2)] == [0, 0, 0, 0]
        assert isinstance(hawks.share_of(0), float)

    def test_of_groups(self):
        group = GroupGame.from_pairwise(STAG, 4)
        assert basins(group).share_of("stag") == pytest.approx(1 / 3)

    @pytest.mark.parametrize("strategy", ["fox", 2, -1, None, 0.5])
    def test_there_is_no_other(self, strategy):
        with pytest.raises((TypeError, ValueError), match="strategy: requires"):
            basins(STAG).share_of(strategy)


class TestRestPoints:
    @pytest.mark.parametrize("rule", [replicator, best_response, smith, logit(20)])
    def test_symmetric_attractors_have_equal_basins(self, rule):
        found = basins(COORDINATION, rule, starts=512)
        assert len(found) == 3
        assert sum(one.share for one in found) == pytest.approx(1)
        for one in found:
            assert abs(one.share - 1 / 3) < 4 * one.standard_error + 0.01
            assert one.standard_error < 0.03

    def test_best_responses_by_the_largest_share(self):
        """Each start goes to the strategy that is most common."""
        found = basins(COORDINATION, best_response, starts=256)
        (states,) = found.starts
        names = np.array([one.words.split()[0] for one in found])[found.reached]
        expected = np.array(COORDINATION.strategies[0])[states.argmax(axis=1)]
        assert np.array_equal(names, expected)

    def test_each_start_ends_where_flow_takes_it(self):
        game = Alliance(trust=Fraction(3, 4)).game()
        found = basins(game, starts=128)
        ends = flow(game, replicator, found.starts[0], [0, 3000]).share.values[:, -1]
        for end, position in zip(ends, found.reached, strict=True):
            assert np.abs(end - np.array(found[position].attractor.shares[0], float)).max() < 1e-3

    def test_two_populations_of_coordination_on_the_diagonal(self):
        """(x, y) goes to the first convention where x + y > 1: half of the square."""
        found = basins(Game.symmetric(np.eye(2)), populations=2, starts=512)
        first = next(one for one in found if one.words.startswith("1 against 1"))
        assert abs(first.share - 0.5) < 4 * first.standard_error + 0.01
        x, y = found.starts
        assert np.array_equal(found.reached == found.basins.index(first), x[:, 0] + y[:, 0] > 1)

    def test_a_continuum_is_one_attractor(self):
        found = basins(Game.symmetric([[1, 1, 0], [1, 1, 0], [0, 0, 0]]), starts=64)
        assert [(one.kind, one.share) for one in found] == [("continuum", 1)]
        assert found[0].words == "any mix of 1 and 2 (continuum)"

    def test_constant_payoffs_and_one_strategy(self):
        assert basins(Game.symmetric(np.ones((3, 3))), starts=16)[0].kind == "continuum"
        assert basins(Game.symmetric([[1]]), starts=16)[0].share == 1


class TestCycles:
    def test_a_heteroclinic_cycle(self):
        (only,) = basins(rock_paper_scissors("1/2"), starts=16)
        assert only.kind == "heteroclinic cycle"
        assert only.words == "heteroclinic cycle 1 -> 2 -> 3 -> 1"

    def test_visits_seen_once_are_no_heteroclinic_cycle(self):
        """An orbit that turns faster than it is looked at only seems to jump."""
        game = rock_paper_scissors("1/2")
        marks = Landmarks(arena(game, 1), rest_points(game))
        for samples, is_cycle in ((1, False), (2, False), (4, True)):
            states = np.tile(np.repeat(np.eye(3), samples, axis=0), (4, 1))
            assert (heteroclinic_cycle(marks, states) is not None) == is_cycle

    def test_closed_orbits_around_a_centre(self):
        (only,) = basins(rock_paper_scissors(1), starts=32)
        assert only.kind == "closed orbits"

    def test_the_shapley_triangle_of_best_responses(self):
        """Its period as measured from one peak of a share to the next."""
        game = rock_paper_scissors("1/2")
        (only,) = basins(game, best_response, starts=16)
        assert isinstance(only.attractor, LimitCycle)
        times = np.linspace(40, 60, 20_001)
        shares = flow(game, best_response, [0.5, 0.3, 0.2], times).share.values
        peaks = np.flatnonzero(
            (shares[1:-1, 0] > shares[:-2, 0]) & (shares[1:-1, 0] > shares[2:, 0])
        )
        period = np.diff(times[peaks]).mean()
        assert only.attractor.period == pytest.approx(period, rel=1e-3)
        assert only.attractor.most[0][0] == pytest.approx(shares[:, 0].max(), abs=2e-3)
        assert only.attractor.mean[0] == pytest.approx((1 / 3,) * 3, abs=5e-3)

    def test_a_limit_cycle_of_logit(self):
        (only,) = basins(rock_paper_scissors("1/2"), logit(20), starts=16)
        assert only.kind == "limit cycle"
        assert 0 < only.attractor.least[0][0] < 1 / 3 < only.attractor.most[0][0] < 1
        assert "limit cycle of period 1.45" in only.words

    def test_what_does_not_settle_is_said(self):
        found = basins(Alliance(trust=Fraction(3, 4)).game(), starts=16, longest=1e-3)
        assert not found.complete
        assert found[-1].kind == "unsettled"
        assert "did not settle" in found.status

    def test_a_short_look_at_a_rule_of_ones_own_is_not_taken_for_rest(self):
        found = basins(COORDINATION, own, starts=16, longest=1e-6)
        assert [one.kind for one in found] == ["unsettled"]
        assert not found.complete


class TestAnswers:
    def test_reproducible_and_read_only(self):
        first, second = (basins(COORDINATION, starts=64, seed=7) for _ in range(2))
        assert np.array_equal(first.reached, second.reached)
        assert np.array_equal(first.starts[0], second.starts[0])
        assert not np.array_equal(first.starts[0], basins(COORDINATION, starts=64).starts[0])
        with pytest.raises(ValueError, match="read-only"):
            first.starts[0][0] = 1

    def test_as_a_dataset_and_as_text(self):
        found = basins(COORDINATION, starts=64)
        data = found.to_dataset()
        assert data.attrs["dilemma"] == "basins"
        assert float(data.share.sum()) == pytest.approx(1)
        text = table(found)
        assert max(map(len, text.splitlines())) <= 80
        assert text.isascii()

    def test_starts_are_uniform_on_the_simplex(self):
        """Moments of the flat Dirichlet law: E x = 1/n, E x² = 2/(n(n + 1))."""
        (states,) = spread_states([4], 4096, seed=1)
        assert np.allclose(states.sum(axis=1), 1)
        assert np.allclose(states.mean(axis=0), 1 / 4, atol=1e-3)
        assert np.allclose((states**2).mean(axis=0), 1 / 10, atol=1e-3)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"starts": 1}, "starts: requires an integer of at least 2"),
            ({"starts": 10}, "starts: requires at least two for each of the 8"),
            ({"starts": 2.5}, "starts: requires an integer"),
            ({"replicates": 1}, "replicates: requires an integer of at least 2"),
            ({"longest": 0}, "longest: requires a positive, finite time"),
            ({"longest": "long"}, "longest: requires a time"),
            ({"populations": 3}, "populations: requires 1 or 2"),
            ({"workers": 0}, "workers: requires a positive integer"),
        ],
    )
    def test_named_errors(self, arguments, words):
        with pytest.raises((TypeError, ValueError), match=words):
            basins(COORDINATION, **arguments)
