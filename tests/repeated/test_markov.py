"""Markov-perfect equilibria: by hand, by brute force, by other methods, and by definition."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import Alliance, TrustDynamics
from dilemma.equilibria import nash
from dilemma.game import Game, StochasticGame
from dilemma.repeated import markov_perfect
from dilemma.repeated.states import stationary_bounds
from dilemma.repeated.states.stationary_bounds import candidates

GOOD = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
BAD = Game.symmetric([[0, -2], [1, 0]], ["share", "hide"])


def kept_by_sharing(state, row, column):
    return "good" if state == "good" and row == column == "share" else "bad"


WORLD = StochasticGame.by_rule({"good": GOOD, "bad": BAD}, kept_by_sharing)


def solve(matrix, right):
    """Gauss's elimination in Fractions, independent of the library's."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    n = len(rows)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def value_of(game, profile, player, discount):
    count = len(game)
    matrix = [
        [int(s == t) - discount * game.exact_transitions[s][profile[s]][t] for t in range(count)]
        for s in range(count)
    ]
    stage = [
        (1 - discount) * game.games[s].exact_payoffs[player][profile[s]] for s in range(count)
    ]
    return solve(matrix, stage)


def brute_force(game, discount):
    """All pure profiles from which no pure stationary deviation gains in any state."""
    cells = [list(np.ndindex(*one.shape)) for one in game.games]
    found = []
    for profile in product(*cells):
        gains = False
        for player in (0, 1):
            own = value_of(game, profile, player, discount)
            for other in product(*[range(one.shape[player]) for one in game.games]):
                changed = tuple(
                    (k, cell[1]) if player == 0 else (cell[0], k)
                    for k, cell in zip(other, profile, strict=True)
                )
                value = value_of(game, changed, player, discount)
                gains |= any(a > b for a, b in zip(value, own, strict=True))
        if not gains:
            found.append(profile)
    return found


def profiles_of(equilibria):
    return [
        tuple((x.index(1), y.index(1)) for x, y in one.strategies)
        for one in equilibria
        if one.pure
    ]


@st.composite
def worlds(draw, states=(1, 3), bound=3):
    """Small stochastic games with many ties, states of different sizes."""
    count = draw(st.integers(*states))
    games, transitions = [], []
    for _ in range(count):
        m, n = draw(st.integers(1, 2)), draw(st.integers(1, 3))
        entries = st.integers(-bound, bound)
        games.append(
            Game(np.array([[[draw(entries) for _ in range(n)] for _ in range(m)] for _ in "12"]))
        )
        weights = np.array(
            [
                [[draw(st.integers(0, 2)) for _ in range(count)] for _ in range(n)]
                for _ in range(m)
            ],
            dtype=object,
        )
        weights[..., 0] += (weights.sum(axis=-1) == 0).astype(int)
        transitions.append(weights * Fraction(1) / weights.sum(axis=-1, keepdims=True))
    return StochasticGame(games, transitions)


class TestByHand:
    @pytest.mark.parametrize(("discount", "sustained"), [("39/100", 0), (0.4, 1), (0.9, 1)])
    def test_the_patience_that_keeps_a_good_state(self, discount, sustained):
        """In the bad state hiding is dominant and worth 0; so sharing needs 3 ≥ (1 − δ) 5."""
        found = markov_perfect(WORLD, discount)
        assert len([one for one in found if one.pure]) == 1 + sustained
        assert found.pure_complete
        if sustained:
            assert found[0].words == "good: both play share; bad: both play hide"
            assert found[0].values == ((3, 3), (0, 0))
            assert found[0].strict == (discount == 0.9)

    def test_the_mixed_equilibrium_solves_its_quadratic(self):
        """At δ = 3/4, V = (3p/4)(1 + V) = (1 + 4p)/4 gives 3p² − p/4 − 1 = 0."""
        (mixed,) = [one for one in markov_perfect(WORLD, 0.75) if not one.pure]
        p = (0.25 + np.sqrt(0.0625 + 12)) / 6
        assert mixed.at("good")[0] == pytest.approx((p, 1 - p), abs=1e-12)
        assert mixed.values[0] == pytest.approx(((1 + 4 * p) / 4,) * 2, abs=1e-12)
        assert mixed.regret < 1e-12
        assert not mixed.exact

    def test_a_rational_mixture_is_recognised_and_exact(self):
        """Two states of chicken, in which what is played moves the state, but not its value."""
        chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        world = StochasticGame.by_rule(
            {"one": chicken, "two": chicken},
            lambda state, row, column: "one" if row == column else "two",
        )
        mixed = [one for one in markov_perfect(world, 0.5) if one.exact and not one.pure]
        third = Fraction(1, 3)
        play = (((2 * third, third),) * 2,) * 2
        assert play in [one.strategies for one in mixed]
        assert all(one.regrets == (0, 0) for one in mixed)

    def test_words_join_neighbouring_states(self):
        found = markov_perfect(TrustDynamics(Alliance(stakes=2)).game(), 0.9, starts=0)
        words = {one.words for one in found}
        assert "trust 0 and trust 1/4: both play avoidance; " in "".join(words)
        assert any("trust 1/4 to trust 1: both play collaboration" in one for one in words)
        assert max(map(len, str(found).splitlines())) <= 80


class TestAgainstBruteForce:
    @settings(max_examples=60, deadline=None)
    @given(world=worlds(), discount=st.sampled_from(["1/10", "1/2", "9/10"]))
    def test_all_pure_equilibria_and_no_other(self, world, discount):
        found = markov_perfect(world, discount, starts=0)
        assert found.pure_complete
        assert sorted(profiles_of(found)) == sorted(brute_force(world, Fraction(discount)))

    def test_three_states_of_three_strategies(self):
        generator = np.random.default_rng(5)
        several = 0
        for _ in range(1):
            games = [Game(generator.integers(0, 4, (2, 3, 2))) for _ in range(3)]
            counts = generator.integers(0, 3, (3, 3, 2, 3)) + np.eye(3, dtype=int)[0]
            shares = counts.astype(object) * Fraction(1) / counts.sum(axis=-1, keepdims=True)
            world = StochasticGame(games, list(shares))
            found = profiles_of(markov_perfect(world, 0.8, starts=0))
            assert sorted(found) == sorted(brute_force(world, Fraction(4, 5)))
            several += len(found)
        assert several

    def test_a_bound_that_is_not_verified_is_not_used(self, monkeypatch):
        """One step of Newton's method stops short of the fixed point, on the wrong side of it."""
        generator = np.random.default_rng(8)
        for _ in range(12):
            games = [Game(generator.integers(0, 9, (2, 2, 3))) for _ in range(3)]
            ends = generator.integers(0, 3, (3, 2, 3))
            world = StochasticGame(games, [np.eye(3, dtype=int)[one] for one in ends])
            monkeypatch.setattr(stationary_bounds, "MOST_STEPS", 1)
            short = candidates(world, Fraction(9, 10), 10_000).profiles
            monkeypatch.setattr(stationary_bounds, "MOST_STEPS", 20)
            assert set(candidates(world, Fraction(9, 10), 10_000).profiles) <= set(short)

    def test_trust_dynamics_of_two_levels(self):
        world = TrustDynamics(Alliance(stakes=2), levels=[0.4, 0.9], build=1, erode=1).game()
        found = profiles_of(markov_perfect(world, 0.5, starts=0))
        # One-shot deviations suffice here: Brute force over all stationary ones takes long.
        cells = list(product(range(5), repeat=2))
        expected = []
        for profile in product(cells, cells):
            values = [value_of(world, profile, p, Fraction(1, 2)) for p in (0, 1)]
            gain = max(
                Fraction(1, 2) * world.games[s].exact_payoffs[p][cell]
                + Fraction(1, 2) * (world.exact_transitions[s][cell] @ values[p])
                - values[p][s]
                for s, (i, j) in enumerate(profile)
                for p in (0, 1)
                for cell in ([(k, j) for k in range(5)] if p == 0 else [(i, k) for k in range(5)])
            )
            if gain == 0:
                expected.append(profile)
        assert len(expected) > 2
        assert sorted(found) == sorted(expected)


class TestWhereOthersKnowTheAnswer:
    def test_zero_sum_values_are_shapleys(self):
        """Shapley (1953): value iteration on the stage values; all equilibria share them."""
        generator = np.random.default_rng(2)
        mixing = 0
        for _ in range(4):
            A = generator.integers(-3, 4, (2, 2, 3))
            games = [Game.from_bimatrix(one, -one) for one in A]
            ends = generator.integers(0, 2, (2, 2, 3))
            transitions = [np.eye(2, dtype=int)[one] for one in ends]
            world = StochasticGame(games, transitions)
            values = np.zeros(2)
            for _ in range(60):
                stages = [np.round(0.5 * A[s] + 0.5 * values[ends[s]], 14) for s in range(2)]
                values = np.array(
                    [float(nash(Game.from_bimatrix(one, -one))[0].payoffs[0]) for one in stages]
                )
            found = markov_perfect(world, 0.5)
            assert len(found) > 0
            mixing += any(not one.pure for one in found)
            for one in found:
                pairs = np.array(one.values, dtype=float)
                assert pairs[:, 0] == pytest.approx(values, abs=1e-9)
                assert pairs[:, 1] == pytest.approx(-values, abs=1e-9)
        assert mixing

    def test_one_controller_as_a_linear_program(self):
        """If only the column player moves the state, the values are a linear program's."""
        from scipy.optimize import linprog

        generator = np.random.default_rng(4)
        delta = 0.75
        for _ in range(3):
            A = generator.integers(-4, 5, (2, 2, 2))
            ends = generator.integers(0, 2, (2, 2))
            world = StochasticGame(
                [Game.from_bimatrix(one, -one) for one in A],
                [np.eye(2, dtype=int)[np.tile(ends[s], (2, 1))] for s in range(2)],
            )
            # Variables v(1), v(2), x(1, ·), x(2, ·): v(s) ≤ (1 − δ) Σ x r + δ v(next).
            rows, equal = [], np.zeros((2, 6))
            for s in range(2):
                equal[s, 2 + 2 * s : 4 + 2 * s] = 1
                for j in range(2):
                    row = np.zeros(6)
                    row[s] += 1
                    row[ends[s, j]] -= delta
                    row[2 + 2 * s : 4 + 2 * s] = -(1 - delta) * A[s][:, j]
                    rows.append(row)
            best = linprog(
                [-1, -1, 0, 0, 0, 0], np.array(rows), np.zeros(4), equal, np.ones(2),
                [(None, None)] * 2 + [(0, None)] * 4,
            )  # fmt: skip
            for one in markov_perfect(world, delta):
                assert [float(v[0]) for v in one.values] == pytest.approx(best.x[:2], abs=1e-9)

    def test_one_state_is_the_stage_game(self):
        game = Game.symmetric([[6, 2], [7, 0]])
        world = StochasticGame([game], [[[[1]] * 2] * 2])
        found = markov_perfect(world, 0.9)
        assert found.complete
        assert {one.strategies[0] for one in found} == {
            (one.row, one.column) for one in nash(game)
        }
        assert {one.values[0] for one in found} == {one.payoffs for one in nash(game)}

    @pytest.mark.parametrize("discount", [0, 0.6])
    def test_a_state_that_moves_by_itself_decouples(self, discount):
        chicken, hunt = Game.symmetric([[6, 2], [7, 0]]), Game.symmetric([[4, 0], [3, 3]])
        shares = [[["1/3", "2/3"]] * 2] * 2
        found = markov_perfect(StochasticGame([chicken, hunt], [shares, shares]), discount)
        assert found.complete
        assert found.exact
        assert len(found) == len(nash(chicken)) * len(nash(hunt)) == 9
        assert all(one.regret == 0 for one in found)

    def test_without_a_future_each_state_is_its_own_game(self):
        found = markov_perfect(WORLD, 0)
        assert [one.words for one in found] == ["in every state both play hide"]
        assert "since δ = 0" in found.status


class TestLaws:
    @settings(max_examples=15, deadline=None)
    @given(world=worlds(states=(2, 2)), discount=st.sampled_from([0.3, 0.8]))
    def test_no_answer_has_a_regret_beyond_rounding_and_there_is_one(self, world, discount):
        """Existence: fink1964. The definition anew: no one-shot deviation gains anywhere."""
        found = markov_perfect(world, discount)
        assert len(found) > 0
        for one in found:
            values = np.array(one.values, dtype=float)
            for s, (x, y) in enumerate(one.strategies):
                first, second = (np.array(z, dtype=float) for z in (x, y))
                assert first.sum() == pytest.approx(1, abs=1e-12)
                for p in (0, 1):
                    worth = (1 - discount) * world.games[s].payoffs[p] + discount * (
                        world.transitions[s] @ values[:, p]
                    )
                    best = (worth @ second).max() if p == 0 else (first @ worth).max()
                    assert best <= values[s, p] + 1e-9
                    assert first @ worth @ second == pytest.approx(values[s, p], abs=1e-9)
            assert one.regret < 1e-9
            assert one.exact == (one.regret == 0 and isinstance(one.regret, Fraction))

    def test_changing_places_and_units_changes_nothing_else(self):
        dynamics = TrustDynamics(Alliance(stakes=(1, 3)), levels=[0, 0.5, 1])
        world = dynamics.game()
        turned = StochasticGame(
            [
                Game(np.stack([5 + 2 * one.exact_payoffs[1].T, one.exact_payoffs[0].T / 7]))
                for one in world.games
            ],
            [one.swapaxes(0, 1) for one in world.exact_transitions],
        )
        first = profiles_of(markov_perfect(world, 0.9, starts=0))
        second = profiles_of(markov_perfect(turned, 0.9, starts=0))
        assert first
        assert sorted(second) == sorted(tuple((j, i) for i, j in profile) for profile in first)

    def test_a_limit_is_said_and_what_is_found_holds(self):
        world = TrustDynamics(Alliance(), outside=0).game()
        found = markov_perfect(world, 0.9, starts=0, limit=100)
        assert not found.pure_complete
        assert "there may be more: the search stopped at its limit of 100 boxes" in found.status
        assert all(one.regret == 0 for one in found)

    def test_bounds_lose_nothing_where_payoffs_are_huge_tiny_or_constant(self):
        for scale in (Fraction(1), Fraction(10**200), Fraction(1, 10**200)):
            games = [Game(one.exact_payoffs * scale) for one in WORLD.games]
            world = StochasticGame(games, WORLD.exact_transitions)
            assert len(candidates(world, Fraction(2, 5), 1000).profiles) == 2
            assert len([one for one in markov_perfect(world, 0.4, starts=0) if one.pure]) == 2
        flat = StochasticGame([Game.symmetric([[1, 1], [1, 1]])] * 2, WORLD.exact_transitions)
        assert len([one for one in markov_perfect(flat, 0.9, starts=0) if one.pure]) == 16

    def test_payoffs_beyond_floats(self):
        """Pure equilibria and rational mixtures need no floats; others are left out."""
        stage = Game([[[10**400, 0], [1, 2]], [[3, 1], [0, 10**400]]])
        world = StochasticGame.by_rule(
            {"a": stage, "b": stage}, lambda state, row, column: "a" if row == column else "b"
        )
        found = markov_perfect(world, 0.5)
        assert found.pure_complete
        assert [one.exact for one in found] == [True] * len(found)
        assert ((10**400, 3),) * 2 in [one.values for one in found]

    def test_where_no_pure_one_exists(self):
        pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        world = StochasticGame.by_rule(
            {"a": pennies, "b": Game.symmetric([[0]])},
            lambda state, row, column: "a" if state == "a" and row == column else "b",
        )
        found = markov_perfect(world, "999999/1000000")
        assert [one.words for one in found] == ["a: both mix 1 (1/2) and 2 (1/2)"]
        assert found.status.startswith("No pure Markov-perfect equilibrium: every pure profile")

    def test_patience_near_one(self):
        found = markov_perfect(WORLD, Fraction(10**9 - 1, 10**9))
        assert found.pure_complete
        assert "mixed ones were not looked for" in found.status
        assert all(one.pure for one in found)
        found = markov_perfect(WORLD, "999999/1000000", starts=0)
        assert [one.words for one in found if one.pure] == [
            "good: both play share; bad: both play hide",
            "in every state both play hide",
        ]

    def test_an_alliance_that_can_be_left(self):
        """Where leaving pays 1/10, nobody stays in a state of avoidance, worth 0."""
        world = TrustDynamics(Alliance(), levels=[0, 0.5, 1], outside=0.1).game()
        found = markov_perfect(world, 0.9, starts=0)
        assert found.pure_complete
        for one in found:
            assert all(min(pair) >= Fraction(1, 10) for pair in one.values)
            assert "both play avoidance" not in one.words


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((WORLD, 1), ValueError, r"discount: requires a number in \[0, 1\).*got 1"),
        ((WORLD, -0.1), ValueError, r"discount: requires a number in \[0, 1\)"),
        ((WORLD, "much"), ValueError, "discount: requires a finite number"),
        ((GOOD, 0.5), TypeError, "stochastic_game: requires a StochasticGame, got Game"),
        ((TrustDynamics(Alliance()), 0.5), TypeError, r"dynamics.game\(\)"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, kind, message):
    with pytest.raises(kind, match=message):
        markov_perfect(*arguments)


def test_bad_options_are_refused_in_words():
    with pytest.raises(TypeError, match="starts: requires an integer"):
        markov_perfect(WORLD, 0.5, starts=1.5)
    with pytest.raises(ValueError, match="limit: requires an integer of at least 0, got -1"):
        markov_perfect(WORLD, 0.5, limit=-1)
    with pytest.raises(ValueError, match="discount: requires a number up to 1 - 1e-12"):
        markov_perfect(WORLD, Fraction(10**40 - 1, 10**40))
    with pytest.raises(ValueError, match="state: requires a state among good, bad"):
        markov_perfect(WORLD, 0.5)[0].at("worse")
