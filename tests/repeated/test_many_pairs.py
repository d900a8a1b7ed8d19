"""All pairs among many policies: against exact long-run payoffs, within the bound that is told."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from dilemma.alliance import Alliance
from dilemma.arrays.exact import fractions
from dilemma.game import Game, RepeatedGame
from dilemma.repeated import Automaton, Policy, long_run, long_run_payoffs, named_policies
from dilemma.repeated.policies.many_pairs import PAIRS_BEFORE_COMPILING

UNEQUAL = Alliance(trust=Fraction(3, 10), stakes=(1, 3)).game()
EQUAL = Alliance(trust=Fraction(3, 10)).game()
WAITING = Automaton({"still": 4}, lambda *seen: "still", EQUAL, name="waiting")
OBLONG = Game(np.random.default_rng(8).integers(-9, 9, (2, 2, 3)))


def mixed(count, m, n, seed=0, sparse=False):
    draw = np.random.default_rng(seed)
    openings, replies = (
        draw.dirichlet(np.ones(m), count),
        draw.dirichlet(np.ones(m), (count, m, n)),
    )
    if sparse:
        openings, replies = (
            np.where(draw.random(one.shape) < 0.6, 0, one) for one in (openings, replies)
        )
        for one in (openings, replies):
            one[..., 0] += one.sum(axis=-1) == 0
            one /= one.sum(axis=-1, keepdims=True)
    return openings, replies


def pure(count, m, n, seed=0):
    draw = np.random.default_rng(seed)
    return np.eye(m)[draw.integers(0, m, count)], np.eye(m)[draw.integers(0, m, (count, m, n))]


def exact(game, rows, columns, places, *terms):
    """Exact payoffs of the pairs at some places."""
    names = game.strategies
    for a, b in places:
        first = Policy(rows[0][a], rows[1][a], names)
        pair = [first, Policy(columns[0][b], columns[1][b], names[::-1])]
        yield a, b, long_run(game, pair, *terms).payoffs


def require_within_bound(found, game, rows, columns, *terms, pairs=12):
    a, b = (found.sizes[one] for one in ("row_policy", "column_policy"))
    places = np.random.default_rng(3).integers(0, (a, b), (pairs, 2))
    for row, column, payoffs in exact(game, rows, columns, places, *terms):
        for player in (0, 1):
            value = fractions(found.payoff.values[player, row, column])[()]
            bound = found.error_bound.values[player]
            assert abs(value - payoffs[player]) <= bound
    assert bound < 1e-9


class TestAgainstExactPayoffs:
    @pytest.mark.parametrize("discount", [0, "9/10", Fraction(10**6 - 1, 10**6), 1])
    @pytest.mark.parametrize(("suspicion", "error"), [(0.01, "execution"), (0.2, "perception")])
    def test_mixed_policies_with_errors(self, discount, suspicion, error):
        rows, columns = mixed(10, 2, 3, 1), mixed(13, 3, 2, 2)
        terms = (discount, suspicion, error)
        found = long_run_payoffs(OBLONG, rows, *terms, against=columns)
        assert found.payoff.shape == (2, 10, 13)
        assert found.attrs["solved_exactly"] == 0
        require_within_bound(found, OBLONG, rows, columns, *terms)

    @pytest.mark.parametrize("discount", ["1/2", 1])
    def test_five_strategies(self, discount):
        policies = mixed(11, 5, 5)
        found = long_run_payoffs(UNEQUAL, policies, discount, 0.001)
        require_within_bound(found, UNEQUAL, policies, policies, discount, 0.001, pairs=4)

    @pytest.mark.parametrize("discount", ["1/2", 1])
    def test_without_errors_many_chains_fall_apart(self, discount):
        policies = mixed(40, 2, 2, 4, sparse=True)
        game = Game(np.random.default_rng(2).integers(-5, 5, (2, 2, 2)))
        found = long_run_payoffs(game, policies, discount)
        assert found.attrs["method"].startswith("elimination")
        require_within_bound(found, game, policies, policies, discount, pairs=200)
        assert found.attrs["solved_exactly"] == 0
        if discount == 1:
            names = game.strategies
            several = [
                (a, b)
                for a, b in product(range(20), range(20))
                if len(
                    long_run(
                        game, [Policy(policies[0][k], policies[1][k], names) for k in (a, b)], 1
                    ).regularities
                ) > 1
            ]  # fmt: skip
            assert several
            for a, b, payoffs in exact(game, policies, policies, several, 1):
                assert np.allclose(found.payoff.values[:, a, b], np.array(payoffs, float))

    @pytest.mark.parametrize("discount", [0, "9/10", 1])
    def test_deterministic_policies_are_followed(self, discount):
        rows, columns = pure(30, 2, 3, 5), pure(20, 3, 2, 6)
        found = long_run_payoffs(OBLONG, rows, discount, against=columns)
        assert found.attrs["method"].startswith("orbits")
        require_within_bound(found, OBLONG, rows, columns, discount, pairs=150)

    def test_tiny_errors_are_solved_exactly(self):
        policies = pure(9, 2, 2, 7)
        game = Game.symmetric([[3, 0], [5, 1]])
        tiny = Fraction(1, 10**60)
        found = long_run_payoffs(game, policies, 1, tiny)
        assert found.attrs["solved_exactly"] > 0
        require_within_bound(found, game, policies, policies, 1, tiny, pairs=40)

    @pytest.mark.parametrize("exponent", [20, 320, 400])
    @pytest.mark.parametrize("discount", [1 - Fraction(1, 10**18), 1])
    def test_policies_that_are_all_but_deterministic(self, exponent, discount):
        slip = Fraction(1, 10**exponent)  # 1 - slip is 1 as a float, and slip itself may be 0
        game = Game.symmetric([[3, 0], [5, 1]])
        openings, replies = pure(9, 2, 2, 7)
        replies = np.where(replies == 1, 1 - slip, slip)
        policies = [
            Policy([Fraction(one) for one in opening], table, game.strategies)
            for opening, table in zip(openings, replies, strict=True)
        ]
        found = long_run_payoffs(game, policies, discount)
        assert found.attrs["method"].startswith("elimination")
        require_within_bound(found, game, (openings, replies), (openings, replies), discount)

    @pytest.mark.parametrize(
        ("suspicion", "error"),
        [
            (Fraction(1, 10**400), "execution"),
            (1 - Fraction(1, 10**400), "execution"),
            (Fraction(1, 10**400), "perception"),
        ],
    )
    def test_errors_that_floats_make_nothing_of(self, suspicion, error):
        game = Game.symmetric([[3, 0], [5, 1]])
        openings, replies = pure(9, 2, 2, 7)
        found = long_run_payoffs(game, (openings, replies), 1, suspicion, error)
        terms = (1, suspicion, error)
        require_within_bound(found, game, (openings, replies), (openings, replies), *terms)

    def test_a_discount_factor_next_to_one(self):
        policies = pure(9, 2, 2, 7)
        game = Game.symmetric([[3, 0], [5, 1]])
        near = 1 - Fraction(1, 10**400)
        found = long_run_payoffs(game, policies, near, 0.01)
        require_within_bound(found, game, policies, policies, near, 0.01, pairs=20)


class TestAnswer:
    @pytest.mark.parametrize("kind", [mixed, pure])
    @pytest.mark.parametrize("discount", [0.9, 1])
    def test_symmetric_games_take_half_of_the_pairs(self, kind, discount):
        policies = kind(23, 5, 5, 9)
        suspicion = 0.05 if kind is mixed else 0
        half = long_run_payoffs(EQUAL, policies, discount, suspicion)
        whole = long_run_payoffs(EQUAL, policies, discount, suspicion, against=policies)
        assert np.array_equal(half.payoff[0], half.payoff[1].T)
        assert np.allclose(half.payoff, whole.payoff, rtol=0, atol=1e-13)

    def test_policies_keep_their_names_and_few_are_solved_exactly(self):
        sides = [list(named_policies(UNEQUAL, player).values()) for player in (0, 1)]
        few = long_run_payoffs(
            RepeatedGame(UNEQUAL, 0.9, 0.1, "perception"), sides[0][:6], against=sides[1][:6]
        )
        assert few.attrs["solved_exactly"] == 36 <= PAIRS_BEFORE_COMPILING
        many = long_run_payoffs(UNEQUAL, sides[0], 0.9, 0.1, "perception", against=sides[1])
        assert list(many.row_policy.values) == [one.name for one in sides[0]]
        assert list(many.player.values) == list(UNEQUAL.players)
        assert many.attrs["dilemma"] == "long_run_payoffs"
        assert np.allclose(many.payoff[:, :6, :6], few.payoff, rtol=0, atol=1e-13)

    def test_workers_and_progress_change_nothing(self, capsys):
        policies = mixed(20, 2, 2)
        game = Game.symmetric([[3, 0], [5, 1]])
        one = long_run_payoffs(game, policies, 0.9, 0.1, workers=1)
        two = long_run_payoffs(game, policies, 0.9, 0.1, workers=2, progress=True)
        assert np.array_equal(one.payoff, two.payoff)
        assert "20/20" in capsys.readouterr().err

    def test_constant_payoffs_and_inputs_unchanged(self):
        policies = mixed(9, 2, 2)
        before = [one.copy() for one in policies]
        found = long_run_payoffs(Game.symmetric([[7, 7], [7, 7]]), policies, 1, 0.1)
        assert np.array_equal(found.payoff, np.full((2, 9, 9), 7.0))
        assert all(np.array_equal(*pair) for pair in zip(before, policies, strict=True))

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"policies": (np.ones((3, 5)), np.ones((3, 5, 5, 5)))}, ValueError, r"openings\[0\]"),
            ({"policies": mixed(3, 2, 2)}, ValueError, r"openings of shape \(policies, 5\)"),
            ({"policies": "grim"}, TypeError, "policies: requires policies, or a pair of arrays"),
            ({"policies": [[[1, 0], [1]], [[1]]]}, TypeError, r"for the openings .* \(list\)"),
            ({"policies": [WAITING] * 2}, TypeError, r"openings .* \(Automaton\)"),
            (
                {"game": OBLONG, "policies": mixed(3, 2, 3)},
                ValueError,
                "against: requires the column player's policies",
            ),
            ({"workers": 0}, ValueError, "workers: requires at least 1 thread"),
            ({"discount": 2}, ValueError, r"discount: requires a number in \[0, 1\]"),
            (
                {"policies": (mixed(3, 5, 5)[0], mixed(4, 5, 5)[1])},
                ValueError,
                "as many openings as replies, got 3 and 4",
            ),
        ],
    )
    def test_bad_input(self, change, error, message):
        given = {"game": EQUAL, "policies": mixed(3, 5, 5), "discount": 0.9}
        with pytest.raises(error, match=message):
            long_run_payoffs(**{**given, **change})

    def test_a_row_that_does_not_sum_to_one_is_named(self):
        openings, replies = mixed(4, 2, 2)
        replies[2, 1, 0] = [0.5, 0.6]
        game = Game.symmetric([[3, 0], [5, 1]])
        with pytest.raises(ValueError, match=r"policies: .* in replies\[2, 1, 0\], got \[0.5, 0"):
            long_run_payoffs(game, (openings, replies), 0.9)
        replies[2, 1, 0] = np.nan
        with pytest.raises(ValueError, match=r"replies\[2, 1, 0\]"):
            long_run_payoffs(game, (openings, replies), 0.9)
