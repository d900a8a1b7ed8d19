"""Pictures of repeated play: what is drawn is what the answers hold, and can be read."""

from __future__ import annotations

import builtins

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from dilemma import repeated
from dilemma.alliance import Alliance, TrustDynamics
from dilemma.game import Game
from dilemma.show import plot
from dilemma.show.pictures.automata import moves_in_words
from dilemma.show.pictures.theme import COLOURS, contrast

PRISONERS = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
DONATION = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
DUOPOLY = Game.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], ["low", "medium", "high"])
PENNIES = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], ["heads", "tails"])
STRANGE = Game.symmetric(
    [[3, 0], [5, 1]],
    ["<script>alert(1)</script>", "$x_1$ of a very long name, for a strategy"],
    ["a firm of a very long name & co", "$y_2$"],
)
ALLIANCE = Alliance(trust="3/4").game()


def world():
    return TrustDynamics(Alliance(stakes=2), levels=[0, "1/2", 1]).game()


def by_gid(ax, gid):
    """The artists of a name, in the Axes and in its panels."""
    return ax.findobj(lambda artist: artist.get_gid() == gid)


def written(ax):
    return [one.get_text() for one in ax.findobj(plt.Text) if one.get_text()]


def legend_of(ax):
    return [one.get_text() for one in ax.get_legend().get_texts()]


def xy(artist):
    return np.asarray(artist.get_xy())


class TestPayoffSets:
    def test_feasible_and_rational_payoffs_are_the_answers(self, assert_nothing_clipped):
        answer = repeated.feasible_set(DONATION)
        ax = plot(answer)
        (feasible,) = by_gid(ax, "feasible")
        (rational,) = by_gid(ax, "at least mixed minmax for both")
        assert np.allclose(xy(feasible)[:-1], answer.vertices)
        assert np.allclose(xy(rational)[:-1], answer.individually_rational.vertices)
        assert "1: share / hide" in legend_of(ax)
        assert len(by_gid(ax, "vertex")) == 4
        assert ax.get_xlabel() == "row player: payoff (value of knowledge)"
        assert_nothing_clipped(ax.figure)

    def test_both_certified_polygons(self, assert_nothing_clipped):
        answer = repeated.payoff_set(ALLIANCE, "1/2")
        assert not answer.exact
        ax = plot(answer)
        (inner,) = by_gid(ax, "equilibrium payoffs, certified")
        (outer,) = by_gid(ax, "none outside of this")
        assert np.allclose(xy(inner)[:-1], np.array(answer.inner, dtype=float))
        assert np.allclose(xy(outer)[:-1], np.array(answer.outer, dtype=float))
        assert inner.get_fill()
        assert not outer.get_fill() or to_hex(outer.get_facecolor(), True).endswith("00")
        (stars,) = by_gid(ax, "stage equilibria")
        pure = [one.payoffs for one in answer.stage_equilibria]
        assert np.allclose(stars.get_offsets(), np.array(pure, dtype=float))
        assert_nothing_clipped(ax.figure)

    def test_segments_points_and_nothing(self, assert_nothing_clipped):
        segment = plot(repeated.payoff_set(PRISONERS, 0.2))
        (line,) = by_gid(segment, "equilibrium payoffs (exact)")
        assert sorted(map(tuple, line.get_xydata())) == [(3, 3), (9, 9)]
        point = plot(repeated.payoff_set(DONATION, 0))
        (dot,) = by_gid(point, "equilibrium payoffs (exact)")
        assert dot.get_xydata().tolist() == [[1, 1]]
        empty = plot(repeated.payoff_set(PENNIES, 0.1))
        assert "equilibrium payoffs (exact): none" in legend_of(empty)
        assert by_gid(empty, "stage equilibria") == []
        for ax in (segment, point, empty):
            assert_nothing_clipped(ax.figure)
        for game in (Game.symmetric([[1]]), Game.symmetric([[10**9]]), PENNIES):
            ax = plot(repeated.feasible_set(game))
            assert ax.get_xlim()[0] < ax.get_xlim()[1]
            assert_nothing_clipped(ax.figure)

    def test_nested_sets_lie_on_those_of_more_patience(self, assert_nothing_clipped):
        sets = [repeated.payoff_set(PRISONERS, d) for d in ("9/10", "1/5", "1/3")]
        ax = plot(sets[0], others=sets[1:])
        words = [one for one in legend_of(ax) if "δ" in one]
        assert [one.split(" (")[0] for one in words] == ["δ = 9/10", "δ = 1/3", "δ = 1/5"]
        assert_nothing_clipped(ax.figure)

    def test_others_must_be_sets_of_the_same_game(self):
        answer = repeated.payoff_set(PRISONERS, "1/5")
        with pytest.raises(ValueError, match="others: requires payoff sets of the same game"):
            plot(answer, others=[repeated.payoff_set(DONATION, "1/5")])
        with pytest.raises(TypeError, match="others: requires payoff sets, got int"):
            plot(answer, others=[3])
        with pytest.raises(
            TypeError, match="patience: the picture sustained_payoffs takes others"
        ):
            plot(answer, patience=3)

    def test_sets_by_horizon(self, assert_nothing_clipped):
        game = Game.symmetric([[3, 0, -2], [5, 1, -2], [-2, -2, -1]], ["share", "hide", "spoil"])
        answer = repeated.backward_induction(game, 9)
        ax = plot(answer)
        assert legend_of(ax)[-1] == "1 period to go (a segment)"
        assert len(legend_of(ax)) == 6
        (last,) = by_gid(ax, "9 periods to go")
        assert np.allclose(xy(last)[:-1], answer.sets[8].vertices)
        assert_nothing_clipped(ax.figure)

    def test_an_enforced_relation_is_its_line(self, assert_nothing_clipped):
        policy = repeated.zero_determinant(DONATION, 1, "1/3")
        answer = repeated.enforced_relation(policy, DONATION, 1)
        ax = plot(answer)
        (line,) = by_gid(ax, "enforced relation")
        alpha, beta, gamma = map(float, answer.coefficients)
        for own, other in line.get_xydata():
            assert alpha * own + beta * other + gamma == pytest.approx(0, abs=1e-9)
        for partner in (repeated.always(DONATION, k) for k in (0, 1)):
            own, other = map(float, repeated.long_run(DONATION, [policy, partner], 1).payoffs)
            (a, b), (c, d) = sorted(map(tuple, line.get_xydata()))
            assert a - 1e-9 <= own <= c + 1e-9
            assert other == pytest.approx(b + (own - a) * (d - b) / (c - a))
        assert "baseline 1" in legend_of(ax)
        assert_nothing_clipped(ax.figure)

    def test_a_policy_that_enforces_nothing_has_no_line(self, assert_nothing_clipped):
        policy = repeated.win_stay_lose_shift(DONATION)
        ax = plot(repeated.enforced_relation(policy, DONATION, 1))
        assert by_gid(ax, "enforced relation") == []
        assert_nothing_clipped(ax.figure)

    def test_comparisons_with_the_stage_game_draw_the_set(self):
        answer = repeated.compare_with_stage(PRISONERS, "1/5")
        assert by_gid(plot(answer), "equilibrium payoffs (exact)")


class TestPatience:
    def test_bars_begin_at_the_critical_discount_factor(self, assert_nothing_clipped):
        game = Alliance(trust="1/10").game()
        answer = repeated.critical_discount(game, "collaboration", "avoidance")
        ax = plot(answer)
        bars = by_gid(ax, "sustained")
        assert [bar.get_x() for bar in bars] == pytest.approx([49 / 93] * 3)
        assert [bar.get_x() + bar.get_width() for bar in bars] == pytest.approx([1] * 3)
        assert written(ax).count("49/93 to 1") == 3
        (bound,) = by_gid(ax, "bound")
        assert bound.get_xdata()[0] == float(answer.bound)
        assert "discount factor δ (per period)" in written(ax)
        assert_nothing_clipped(ax.figure)

    def test_what_nothing_sustains_has_no_bar_but_a_word(self, assert_nothing_clipped):
        ax = plot(repeated.critical_discount(DONATION, "share", "share"))
        assert by_gid(ax, "sustained") == []
        assert written(ax).count("none below 1") == 3
        assert_nothing_clipped(ax.figure)

    def test_a_ladder_has_a_rung_for_each_punishment(self, assert_nothing_clipped):
        answer = repeated.punishment_ladder(DUOPOLY, "low", "medium")
        ax = plot(answer)
        bars = by_gid(ax, "sustained")
        assert [bar.get_x() for bar in bars] == [float(one.value) for one in answer.rungs]
        assert [bar.get_hatch() is None for bar in bars] == [one.credible for one in answer.rungs]
        assert [one for one in written(ax) if one.endswith(" to 1")] == [
            "5/8 to 1", "5/8 to 1", "5/14 to 1", "1/3 to 1",
        ]  # fmt: skip
        assert_nothing_clipped(ax.figure)

    def test_phases_of_punishment(self, assert_nothing_clipped):
        answer = repeated.public_monitoring(DONATION, ["1/10", "9/10"], "share", "hide", longest=4)
        ax = plot(answer)
        drawn = [bar.get_x() for bar in by_gid(ax, "sustained")]
        held = [float(one.discount) for one in answer.phases if one.discount is not None]
        assert drawn == held
        assert written(ax).count("none below 1") == len(answer.phases) - len(held)
        assert_nothing_clipped(ax.figure)

    def test_changes_of_shape(self, assert_nothing_clipped):
        answer = repeated.payoff_set_changes(PRISONERS, points=5, high=0.4)
        ax = plot(answer)
        (dots,) = by_gid(ax, "shapes")
        assert dots.get_xdata().tolist() == [float(discount) for discount, _ in answer.shapes]
        assert dots.get_ydata().tolist() == [shape.size for _, shape in answer.shapes]
        assert "1: 1/7" in legend_of(ax)
        assert_nothing_clipped(ax.figure)


class TestPolicies:
    def test_a_tournament_is_sorted_by_mean_payoff(self, assert_nothing_clipped):
        policies = list(repeated.named_policies(ALLIANCE).values())
        found = repeated.long_run_payoffs(ALLIANCE, policies, "9/10", "1/100")
        ax = plot(found)
        (image,) = by_gid(ax, "payoffs")
        table = found.payoff.isel(player=0).values
        order = np.argsort(-table.mean(axis=1), kind="stable")
        assert np.array_equal(image.get_array(), table[np.ix_(order, order)])
        bars = [bar.get_width() for bar in by_gid(ax, "mean payoff")]
        assert bars == pytest.approx(sorted(table.mean(axis=1), reverse=True))
        labels = [one.get_text() for one in ax.child_axes[0].get_yticklabels()]
        assert labels == [policies[k].name for k in order]
        assert_nothing_clipped(ax.figure)
        kept = plot(found, sort=False)
        assert np.array_equal(by_gid(kept, "payoffs")[0].get_array(), table)

    def test_the_column_players_payoffs(self, assert_nothing_clipped):
        policies = [repeated.grim(STRANGE), repeated.tit_for_tat(STRANGE)]
        found = repeated.long_run_payoffs(
            STRANGE, policies, 0.9, 0.1, against=[repeated.always(STRANGE, 0)]
        )
        ax = plot(found, player=1)
        (image,) = by_gid(ax, "payoffs")
        assert np.array_equal(image.get_array(), found.payoff.values[1].T)
        assert_nothing_clipped(ax.figure)
        with pytest.raises(ValueError, match="player: requires 0 or 1, got 2"):
            plot(found, player=2)

    def test_many_policies_have_a_scale_and_no_names(self, assert_nothing_clipped):
        rng = np.random.default_rng(1)
        crowd = rng.dirichlet([1, 1], 50), rng.dirichlet([1, 1], (50, 2, 2))
        ax = plot(repeated.long_run_payoffs(DONATION, crowd, 0.9, 0.01))
        assert "policy (50)" in written(ax)
        assert "value of knowledge" in written(ax)
        assert_nothing_clipped(ax.figure)

    def test_shares_of_play(self, assert_nothing_clipped):
        pair = [repeated.reciprocate(ALLIANCE), repeated.grim(ALLIANCE)]
        answer = repeated.long_run(ALLIANCE, pair, "9/10", "1/10")
        ax = plot(answer)
        (image,) = by_gid(ax, "shares")
        assert np.allclose(image.get_array(), answer.law.astype(float))
        assert ax.get_ylabel() == "row firm,\nreciprocate"
        assert_nothing_clipped(ax.figure)

    def test_what_play_settles_into_is_framed(self, assert_nothing_clipped):
        pair = [repeated.win_stay_lose_shift(DONATION)] * 2
        ax = plot(repeated.long_run(DONATION, pair, 0.9))
        (frame,) = by_gid(ax, "settled")
        assert frame.get_xy() == (-0.46, -0.46)
        assert_nothing_clipped(ax.figure)

    def test_replies_are_as_wide_as_their_probabilities(self, assert_nothing_clipped):
        policy = repeated.zero_determinant(DONATION, 1, "1/3")
        ax = plot(policy)
        share = by_gid(ax, "share")
        assert sum(one.get_width() for one in share) == pytest.approx(
            float(policy.replies[..., 0].sum()) + 2 * float(policy.opening[0])
        )
        assert "share" in legend_of(ax)
        assert_nothing_clipped(ax.figure)

    def test_policies_of_the_five_have_the_colours_of_all_pictures(self, assert_nothing_clipped):
        ax = plot(repeated.grim(ALLIANCE))
        (cell, *_) = by_gid(ax, "AVO")
        assert isinstance(cell, Rectangle)
        assert to_hex(cell.get_facecolor()) == COLOURS["avoidance"]
        assert_nothing_clipped(ax.figure)

    def test_the_name_of_a_policy_by_its_chances_of_cooperation(self):
        """It was called "opening", for a loop variable took its name."""
        assert repeated.zero_determinant(DONATION, 1, "1/3").name == "zero-determinant (1, 1/3)"
        made = repeated.Policy.from_cooperation([1, 0, 0, 1], 1, DONATION.strategies, "mine")
        assert made.name == "mine"


def two_tats():
    return repeated.Automaton(
        {"calm": "share", "warned": "share", "angry": "hide"},
        lambda state, own, other: (
            "calm" if other == "share" else ("warned" if state == "calm" else "angry")
        ),
        ["share", "hide"],
        name="tit for two tats",
    )


class TestAutomata:
    def test_states_and_moves_are_the_automatons(self, assert_nothing_clipped):
        automaton = two_tats()
        ax = plot(automaton)
        for state in automaton.states:
            assert len(by_gid(ax, f"state {state}")) == 1
        drawn = {(s, t) for s in range(3) for t in range(3) if by_gid(ax, f"move {s} {t}")}
        possible = {(s, t) for s, t in np.ndindex(3, 3) if any(automaton.moves[s, :, :, t].flat)}
        assert drawn == possible
        assert "calm\nshare" in written(ax)
        assert_nothing_clipped(ax.figure)

    def test_mixed_moves_say_their_probability(self, assert_nothing_clipped):
        automaton = repeated.Automaton(
            {"$a$": {"share": "1/2", "hide": "1/2"}, "<b>": "hide"},
            lambda state, own, other: (
                {"$a$": "1/3", "<b>": "2/3"} if (state, own) == ("$a$", "share") else "<b>"
            ),
            ["share", "hide"],
        )
        words = {(s, t): said for s, t, said in moves_in_words(automaton)}
        assert words[0, 0] == ["share/share (0.33)", "share/hide (0.33)"]
        assert words[1, 1] == ["any"]
        ax = plot(automaton)
        assert any(one.startswith(r"\$a\$") for one in written(ax))
        assert_nothing_clipped(ax.figure)

    def test_one_state(self, assert_nothing_clipped):
        automaton = repeated.Automaton({"only": "share"}, lambda *_: "only", ["share", "hide"])
        assert_nothing_clipped(plot(automaton).figure)

    def test_the_extra_is_named_if_it_is_missing(self, monkeypatch):
        real = builtins.__import__

        def without(name, *arguments, **options):
            if name == "networkx":
                raise ModuleNotFoundError(name)
            return real(name, *arguments, **options)

        monkeypatch.setattr(builtins, "__import__", without)
        with pytest.raises(ModuleNotFoundError, match=r'pip install "dilemma\[plot\]"'):
            plot(two_tats())


class TestStates:
    def test_probabilities_are_stacked_and_the_expected_level_is_on_them(
        self, assert_nothing_clipped
    ):
        found = repeated.expected_states(world(), "collaboration", 30, "trust 0")
        ax = plot(found, levels=[0, 0.5, 1])
        law = found.probability.values
        (line,) = by_gid(ax, "expected level")
        assert np.allclose(line.get_ydata(), law @ [0, 0.5, 1])
        (first,) = by_gid(ax, "trust 0")
        tops = first.get_paths()[0].vertices[:, 1]
        assert tops.max() == pytest.approx(law[:, 0].max())
        assert legend_of(ax) == ["expected level", "trust 1", "trust 1/2", "trust 0"]
        assert_nothing_clipped(ax.figure)

    def test_levels_are_one_for_each_state(self):
        found = repeated.expected_states(world(), "collaboration", 3)
        with pytest.raises(ValueError, match="levels: requires 3 numbers from 0 to 1"):
            plot(found, levels=[0, 1])
        with pytest.raises(ValueError, match="levels: requires 3 numbers from 0 to 1"):
            plot(found, levels=[0, 1, 2])

    @pytest.mark.parametrize("periods", [1, 2, 40])
    def test_few_paths_are_lines(self, periods, assert_nothing_clipped):
        found = repeated.simulate_states(
            world(), ("collaboration", "compromise"), periods, paths=3, seed=1
        )
        ax = plot(found)
        lines = by_gid(ax, "path")
        assert len(lines) == 3
        for line, path in zip(lines, found.position.values, strict=True):
            assert np.array_equal(np.round(line.get_ydata()), path)
        assert_nothing_clipped(ax.figure)

    def test_many_paths_are_shares(self, assert_nothing_clipped):
        found = repeated.simulate_states(
            world(), ("collaboration", "compromise"), 20, paths=50, seed=1
        )
        ax = plot(found)
        (image,) = by_gid(ax, "shares of paths")
        assert np.allclose(image.get_array().sum(axis=0), 1)
        assert image.get_array()[0, 7] == (found.position.values[:, 7] == 0).mean()
        assert_nothing_clipped(ax.figure)

    def test_long_run_shares_and_times(self, assert_nothing_clipped):
        play = ("collaboration", "compromise")
        shares = repeated.long_run_states(world(), play)
        ax = plot(shares)
        assert [bar.get_width() for bar in by_gid(ax, "value")] == [
            float(s) for s in shares.shares
        ]
        assert "1; absorbing" in written(ax)
        assert_nothing_clipped(ax.figure)
        times = repeated.reaching_times(world(), play, "trust 1")
        ax = plot(times)
        assert [bar.get_width() for bar in by_gid(ax, "value")] == [float(t) for t in times.times]
        assert_nothing_clipped(ax.figure)
        never = plot(repeated.reaching_times(world(), "collaboration", "trust 0"))
        assert written(never).count("never") == 2
        assert_nothing_clipped(never.figure)

    def test_play_by_state(self, assert_nothing_clipped):
        found = repeated.markov_perfect(world(), "1/2")
        ax = plot(found, most=3)
        assert len(ax.get_yticks()) == min(3, len(found))
        drawn = sum(one.get_width() for one in by_gid(ax, "COL"))
        held = sum(
            float(mixture[0]) for one in found[:3] for pair in one.strategies for mixture in pair
        )
        assert drawn == pytest.approx(0.94 * held)
        assert_nothing_clipped(ax.figure)
        assert_nothing_clipped(plot(found[0]).figure)
        with pytest.raises(ValueError, match="most: requires at least 1 equilibrium, got 0"):
            plot(found, most=0)


def strange_things():
    mirror, grim = repeated.tit_for_tat(STRANGE).renamed("$z$ <b>"), repeated.grim(STRANGE)
    first = STRANGE.strategies[0][0]
    return {
        "feasible": repeated.feasible_set(STRANGE),
        "sustained": repeated.payoff_set(STRANGE, "2/3"),
        "patience": repeated.critical_discount(STRANGE, 0, 1),
        "ladder": repeated.punishment_ladder(STRANGE, 0, 1),
        "monitoring": repeated.public_monitoring(STRANGE, ["1/10", "9/10"], 0, 1, longest=2),
        "play": repeated.long_run(STRANGE, [mirror, grim], 0.9, "1/10"),
        "policy": mirror,
        "relation": repeated.enforced_relation(mirror, STRANGE, 1),
        "automaton": repeated.Automaton(
            {"$s$ of a long name": first}, lambda *_: "$s$ of a long name", STRANGE
        ),
    }


@pytest.mark.parametrize("name", strange_things())
def test_strange_names_are_shown_as_they_are(name, assert_nothing_clipped):
    ax = plot(strange_things()[name])
    assert_nothing_clipped(ax.figure)


@pytest.mark.parametrize(
    "make",
    [
        lambda: repeated.payoff_set(PRISONERS, "1/5"),
        lambda: repeated.punishment_ladder(DUOPOLY, "low", "medium"),
        lambda: repeated.long_run_payoffs(DONATION, [repeated.grim(DONATION)], 0.9),
        lambda: repeated.expected_states(world(), "collaboration", 9),
        two_tats,
    ],
)
def test_pictures_keep_to_the_axes_that_they_are_given(make):
    figure, axes = plt.subplots(2, 2, figsize=(11, 8), layout="constrained")
    ax = plot(make(), axes[0, 1])
    assert ax is axes[0, 1]
    figure.canvas.draw()
    for other in (axes[0, 0], axes[1, 0], axes[1, 1]):
        assert not other.lines
        assert not other.patches
        assert not other.collections


def test_meaning_is_drawn_in_contrast_to_white():
    ax = plot(repeated.payoff_set(PRISONERS, "9/10"))
    for one in ax.patches:
        assert contrast(one.get_edgecolor()[:3], "white") >= 3
    nested = plot(
        repeated.payoff_set(PRISONERS, "9/10"), others=[repeated.payoff_set(PRISONERS, "1/3")]
    )
    for one in nested.patches:
        assert contrast(one.get_edgecolor()[:3], "white") >= 3
