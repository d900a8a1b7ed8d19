"""Long-run payoffs: closed forms, simulated play, paths, and the limit of patience."""

import pickle
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance
from dilemma.equilibria import evolutionarily_stable, nash
from dilemma.game import Game, RepeatedGame
from dilemma.repeated import (
    Policy,
    forgiving_grim,
    generous_tit_for_tat,
    grim,
    long_run,
    named_policies,
    policy_game,
    reciprocate,
    tit_for_tat,
    win_stay_lose_shift,
)
from dilemma.testing import games

R, S, T, P = Fraction(3), Fraction(0), Fraction(5), Fraction(1)
PRISONERS = Game.symmetric([[R, S], [T, P]], ["share", "hide"])
ALLIANCE = Alliance(trust=Fraction(13, 20), stakes=(1, 2)).game()
ERRORS = [("execution", 0), ("execution", Fraction(1, 10)), ("perception", Fraction(1, 10))]


@st.composite
def encounters(draw, largest=3, mixed=True):
    """A game, and a policy for each player."""
    game = draw(games(largest=largest))
    pair = []
    for m, n in (game.shape, game.shape[::-1]):
        if mixed:
            weights = st.lists(st.integers(0, 3), min_size=m, max_size=m).filter(sum)
            rows = [
                [[Fraction(w, sum(one)) for w in one] for one in (draw(weights) for _ in range(n))]
                for _ in range(m)
            ]
            opening = draw(st.integers(0, m - 1))
        else:
            one = st.integers(0, m - 1)
            rows = [[draw(one) for _ in range(n)] for _ in range(m)]
            opening = draw(one)
        pair.append(Policy(opening, rows))
    return game, pair


def law_by_records(game, pair, discount, suspicion, error, periods):
    """The definition, with each player's own record of the last period as the state.

    The state is (row's act, what the row read, column's act, what the column read): the joint law
    of records is pushed forward period by period in floats, without using that true pairs are a
    Markov chain.
    """
    m, n = game.shape
    p, q = (one.replies.astype(float) for one in pair)
    slip = [
        np.eye(1)
        if k == 1
        else np.eye(k) * (1 - suspicion) + (1 - np.eye(k)) * suspicion / (k - 1)
        for k in (m, n)
    ]
    execute = slip if error == "execution" else [np.eye(m), np.eye(n)]
    read = slip if error == "perception" else [np.eye(m), np.eye(n)]
    acts = np.outer(
        np.array(pair[0].opening, float) @ execute[0],
        np.array(pair[1].opening, float) @ execute[1],
    )
    total, weight = np.zeros((m, n)), 1 - discount
    for _ in range(periods):
        total += weight * acts
        weight *= discount
        # records[i, b, j, a]: the row did i and read b, the column did j and read a.
        records = np.einsum("ij,jb,ia->ibja", acts, read[1], read[0])
        acts = np.einsum("ibja,ibk,jal->kl", records, p @ execute[0], q @ execute[1])
    return total


class TestDefinition:
    @pytest.mark.parametrize(("error", "suspicion"), ERRORS)
    @settings(max_examples=20, deadline=None)
    @given(drawn=encounters())
    def test_law_is_that_of_private_records(self, drawn, error, suspicion):
        game, pair = drawn
        if 1 in game.shape:
            suspicion = 0
        found = long_run(game, pair, 0.7, suspicion, error)
        expected = law_by_records(game, pair, 0.7, float(suspicion), error, 120)
        assert np.allclose(found.law.astype(float), expected, atol=1e-12)
        assert found.law.sum() == 1
        assert found.payoffs == tuple((found.law * u).sum() for u in game.exact_payoffs)
        assert [sum(one) for one in found.rates] == [1, 1]

    @settings(max_examples=40, deadline=None)
    @given(drawn=encounters(mixed=False), discount=st.sampled_from(["0", "1/3", "9/10", "1"]))
    def test_deterministic_play_is_a_path_into_a_cycle(self, drawn, discount):
        game, pair = drawn
        state = tuple(one.opening.index(1) for one in pair)
        path = []
        while state not in path:
            path.append(state)
            i, j = state
            state = (
                list(pair[0].replies[i, j]).index(1), list(pair[1].replies[j, i]).index(1),
            )  # fmt: skip
        first = path.index(state)
        play = RepeatedGame(game, discount)
        found = long_run(play, pair)
        assert found.payoffs == play.payoffs_of(path[:first], path[first:])
        assert set(found.regularities[0].profiles) == set(path[first:])

    @pytest.mark.parametrize(("error", "suspicion"), ERRORS)
    @settings(max_examples=15, deadline=None)
    @given(drawn=encounters())
    def test_patience_tends_to_the_limit_of_means(self, drawn, error, suspicion):
        game, pair = drawn
        suspicion = 0 if 1 in game.shape else suspicion
        limit = long_run(game, pair, 1, suspicion, error)
        near = long_run(game, pair, 1 - Fraction(1, 10**9), suspicion, error)
        assert np.all(abs(limit.law - near.law) < Fraction(1, 10**5))
        assert sum(one.probability for one in limit.regularities) == 1

    @pytest.mark.parametrize(("error", "suspicion"), ERRORS[1:])
    @settings(max_examples=8, deadline=None)
    @given(drawn=encounters(), discount=st.sampled_from(["2/3", "1"]), draw=st.data())
    def test_swapping_relabelling_and_other_units_change_nothing(
        self, error, suspicion, drawn, discount, draw
    ):
        game, (first, second) = drawn
        terms = (discount, 0 if 1 in game.shape else suspicion, error)
        payoffs = long_run(game, [first, second], *terms).payoffs
        A, B = game.exact_payoffs
        swapped = Game.from_bimatrix(B.T, A.T)
        assert long_run(swapped, [second, first], *terms).payoffs == payoffs[::-1]
        units = Game.from_bimatrix(2 * A + Fraction(1, 3), 3 * B - 5)
        assert long_run(units, [first, second], *terms).payoffs == (
            2 * payoffs[0] + Fraction(1, 3), 3 * payoffs[1] - 5,
        )  # fmt: skip
        order = draw.draw(st.permutations(range(game.shape[0])))
        renamed = Game.from_bimatrix(A[order], B[order])
        one = Policy([first.opening[k] for k in order], first.replies[order][:, :, order])
        two = Policy(second.opening, second.replies[:, order])
        assert long_run(renamed, [one, two], *terms).payoffs == payoffs

    def test_discount_zero_is_the_opening(self):
        pair = [Policy.from_cooperation([0, 0, 0, 0], "1/3")] * 2
        assert long_run(PRISONERS, pair, 0).law.tolist() == [
            [Fraction(1, 9), Fraction(2, 9)],
            [Fraction(2, 9), Fraction(4, 9)],
        ]

    @pytest.mark.parametrize("error", ["execution", "perception"])
    def test_simulated_play(self, error):
        """Two thousand matches with their own records, against the exact mean."""
        draw = np.random.default_rng(5)
        pair = [win_stay_lose_shift(ALLIANCE, player=0), reciprocate(ALLIANCE, player=1)]
        suspicion, discount, matches, periods = 0.2, 0.8, 2000, 60
        tables = [np.argmax(one.replies.astype(float), axis=2) for one in pair]

        def slip(acts):
            wrong = draw.random(matches) < suspicion
            return np.where(wrong, (acts + draw.integers(1, 5, matches)) % 5, acts)

        acts = [np.full(matches, one.opening.index(1)) for one in pair]
        total = np.zeros((2, matches))
        for t in range(periods):
            if error == "execution":
                acts = [slip(one) for one in acts]
            total += (1 - discount) * discount**t * ALLIANCE.payoffs[:, acts[0], acts[1]]
            read = acts if error == "execution" else [slip(one) for one in acts]
            acts = [tables[0][acts[0], read[1]], tables[1][acts[1], read[0]]]
        found = long_run(ALLIANCE, pair, discount, suspicion, error)
        spread = total.std(axis=1) / matches**0.5
        assert np.all(np.abs(total.mean(axis=1) - np.array(found.payoffs, float)) < 4 * spread)


class TestClosedForms:
    def test_tit_for_tat_with_errors_earns_the_mean_of_the_four(self):
        for error in ("execution", "perception"):
            found = long_run(PRISONERS, [tit_for_tat(PRISONERS)] * 2, 1, "1/1000", error)
            assert found.payoffs == ((R + S + T + P) / 4,) * 2

    def test_win_stay_lose_shift_recovers(self):
        pair = [win_stay_lose_shift(PRISONERS)] * 2
        losses = []
        for k in (10**3, 10**6):
            found = long_run(PRISONERS, pair, 1, Fraction(1, k))
            losses.append((R - found.payoffs[0]) * k)
        # To first order each slip, of either player, costs a period of T or S and one of P.
        assert abs(losses[1] - (2 * R - (T + S) + 2 * (R - P))) < Fraction(1, 10**4)
        assert abs(losses[0] - losses[1]) < Fraction(1, 10)

    def test_generous_tit_for_tat_tends_to_the_reward(self):
        generous = generous_tit_for_tat(PRISONERS)
        assert long_run(PRISONERS, [generous] * 2, 1).payoffs == (R, R)
        near = long_run(PRISONERS, [generous] * 2, 1, Fraction(1, 10**6))
        assert 0 < R - near.payoffs[0] < Fraction(1, 10**5)
        # Against pure defection it gets between S and P, by its generosity.
        always = Policy.from_cooperation([0] * 4, 0)
        assert long_run(PRISONERS, [generous, always], 1).payoffs == (
            P - (P - S) / 3, P + (T - P) / 3,
        )  # fmt: skip

    def test_grim_never_recovers_and_forgiving_grim_does(self):
        for make, low, high in ((grim, P, P + Fraction(1, 50)), (forgiving_grim, R - 1, R)):
            found = long_run(PRISONERS, [make(PRISONERS)] * 2, 1, Fraction(1, 1000))
            assert low < found.payoffs[0] < high

    def test_several_classes_are_weighted_by_absorption(self):
        # From a mixed opening each pair of acts is repeated for ever.
        stay = Policy.from_cooperation([1, 1, 0, 0], "1/3", PRISONERS)
        found = long_run(PRISONERS, [stay] * 2, 1)
        assert found.payoffs[0] == (R + 2 * S + 2 * T + 4 * P) / 9
        assert [one.probability for one in found.regularities] == [
            Fraction(k, 9) for k in (1, 2, 2, 4)
        ]
        assert "play settles into one of" in str(found)


class TestAnswer:
    def test_measures_rates_and_text(self):
        alliance = Alliance(trust=Fraction(1, 10))
        game, outcomes = alliance.game(), alliance.outcomes()
        pair = [grim(game), named_policies(game)["learn and leave"]]
        found = long_run(
            game, pair, Fraction(1, 2),
            measures={"learning": outcomes.learning, "joint learning": outcomes.joint},
        )  # fmt: skip
        # COL-COM, then AVO-AVO for ever: half of the weight lies on the first period.
        learned = [outcomes.learning[k][0][1] / 2 for k in (0, 1)]
        assert found.measures["learning"] == tuple(learned)
        assert found.measures["joint learning"] == sum(learned)
        assert found.rate("avoidance") == (Fraction(1, 2), Fraction(1, 2))
        assert found.exact
        assert found.complete
        assert max(map(len, str(found).splitlines())) <= 80
        with pytest.raises(ValueError, match="read-only"):
            found.law[0, 0] = 1
        again = pickle.loads(pickle.dumps(found))
        assert (str(again), again.measures) == (str(found), found.measures)
        with pytest.raises(TypeError, match="does not support item assignment"):
            again.measures["learning"] = 0

    def test_measures_are_read_entry_by_entry(self):
        pair = [reciprocate(PRISONERS)] * 2
        # NumPy would make both of these floats first.
        found = long_run(PRISONERS, pair, 0.5, measures={"x": [[2**63 - 1, 0.5], [0, 0]]})
        assert found.measures["x"] == 2**63 - 1

    def test_numbers_of_strategies_are_places_unless_the_game_numbers_them_otherwise(self):
        policy = Policy("1", [["1", "2"]] * 2, ["1", "2"])
        assert long_run(PRISONERS, [policy] * 2, 0.5).payoffs == (R, R)
        turned = Game.symmetric([[P, T], [S, R]], ["2", "1"])
        with pytest.raises(ValueError, match="requires policies with the strategies of the game"):
            long_run(turned, [policy] * 2, 0.5)

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"discount": 1.5}, ValueError, r"discount: requires a number in \[0, 1\], got 3/2"),
            ({"discount": None}, TypeError, "discount: requires a discount factor"),
            ({"suspicion": -0.1}, ValueError, r"suspicion: requires a number in \[0, 1\]"),
            ({"error": "gossip"}, ValueError, "error: requires one of execution, perception"),
            ({"policies": reciprocate(PRISONERS)}, TypeError, "policies: requires a pair"),
            (
                {"policies": [1, 2]},
                TypeError,
                "policies: requires a Policy or an Automaton, got int",
            ),
            ({"measures": {"x": [1, 2]}}, ValueError, r"measures\['x'\]: requires the shape"),
            ({"measures": {"x": [[1, 2], [3]]}}, TypeError, r"measures\['x'\]\[0\]: requires a"),
            ({"measures": [1]}, TypeError, "measures: requires a mapping"),
            ({"game": ALLIANCE}, ValueError, "for the row firm, a policy of 5 own strategies"),
            (
                {"game": Game.symmetric([[1, 2], [3, 4]], ["a", "b"])},
                ValueError,
                "policies: requires policies with the strategies of the game",
            ),
            (
                {"game": RepeatedGame(PRISONERS, 0.5, horizon=3), "discount": None},
                ValueError,
                "game: requires play without an end",
            ),
        ],
    )
    def test_bad_input(self, change, error, message):
        given = {"game": PRISONERS, "policies": [reciprocate(PRISONERS)] * 2, "discount": 0.5}
        with pytest.raises(error, match=message):
            long_run(**{**given, **change})

    def test_one_strategy_has_no_other(self):
        game = Game([[[1, 2]], [[3, 4]]])
        pair = [Policy(0, [[0, 0]]), Policy(1, [[1], [0]])]
        assert long_run(game, pair, 1).payoffs == (Fraction(3, 2), Fraction(7, 2))
        with pytest.raises(ValueError, match="suspicion: requires at least 2 strategies"):
            long_run(game, pair, 0.5, 0.1)


class TestPolicyGame:
    def test_entries_are_long_run_payoffs(self):
        rows, columns = (named_policies(ALLIANCE, player) for player in (0, 1))
        contest = policy_game(ALLIANCE, discount=0.9, suspicion=0.01, error="perception")
        assert contest.shape == (11, 11)
        assert contest.players == ALLIANCE.players
        for a, b in product((0, 5, 9), (2, 7, 10)):
            pair = [list(rows.values())[a], list(columns.values())[b]]
            found = long_run(ALLIANCE, pair, 0.9, 0.01, "perception")
            assert tuple(contest.exact_payoffs[:, a, b]) == found.payoffs

    def test_symmetric_stage_games_give_symmetric_contests(self):
        game = Alliance(trust=Fraction(13, 20)).game()
        half = policy_game(game, discount=1, suspicion=0.05)
        assert half.is_symmetric
        names = list(named_policies(game))
        whole = policy_game(game, [dict(named_policies(game)), named_policies(game)], 1, 0.05)
        assert whole == half
        # The other half, computed: turned around, the lists differ and nothing is mirrored.
        policies = list(named_policies(game).values())
        turned = policy_game(game, [policies, policies[::-1]], 1, 0.05)
        order = names[::-1]
        assert np.array_equal(turned.exact_payoffs[:, :, ::-1], half.exact_payoffs)
        assert turned.strategies[1] == tuple(order)

    def test_patience_makes_collaboration_an_equilibrium(self):
        game = Alliance(trust=Fraction(1, 4)).game()
        cooperative = {"reciprocate", "grim", "forgiving grim", "win-stay-lose-shift"}

        def collaborates(discount):
            contest = policy_game(game, discount=discount)
            names = contest.strategies
            return any(
                {names[0][i] for i, w in enumerate(one.row) if w} <= cooperative
                and {names[1][j] for j, w in enumerate(one.column) if w} <= cooperative
                for one in nash(contest)
            )

        assert not collaborates(Fraction(1, 10))
        assert collaborates(Fraction(9, 10))

    def test_other_solvers_apply(self):
        mild = Game.symmetric([[3, 0], [4, 1]], ["share", "hide"])
        contest = policy_game(
            mild, [tit_for_tat(mild), win_stay_lose_shift(mild), grim(mild)], "99/100", "1/100"
        )
        stable = {one.strategy for one in evolutionarily_stable(contest)}
        payoffs = contest.exact_payoffs[0]
        for k in range(3):
            if all(payoffs[k, k] > payoffs[other, k] for other in range(3) if other != k):
                assert tuple(int(k == one) for one in range(3)) in stable
        assert (0, 1, 0) in stable

    def test_bad_policies(self):
        one = reciprocate(PRISONERS)
        with pytest.raises(ValueError, match="at least one policy for the row player, got none"):
            policy_game(PRISONERS, [], 0.5)
        with pytest.raises(ValueError, match="got 'reciprocate' twice"):
            policy_game(PRISONERS, [one, one], 0.5)
        with pytest.raises(TypeError, match="requires several policies, got Policy"):
            policy_game(PRISONERS, one, 0.5)
        with pytest.raises(TypeError, match="requires a Policy or an Automaton, got int"):
            policy_game(PRISONERS, [one, 3, one], 0.5)
        both = policy_game(PRISONERS, [one, one.renamed("mirror")], 0.5)
        assert both.strategies[0] == ("reciprocate", "mirror")
