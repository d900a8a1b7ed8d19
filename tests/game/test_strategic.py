"""Games of n players: their numbers, their definitions, what they refuse, files, and Gambit."""

import copy
import io
import itertools
import math
import pickle
import re
import sys
from fractions import Fraction

import numpy as np
import pygambit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.game import (
    Game,
    GroupGame,
    StrategicGame,
    parse_nfg,
    parse_strategic,
    read_nfg,
    read_strategic,
    write_nfg,
)
from dilemma.game.files import to_nfg
from dilemma.testing import games, strategic_games

# Player p gets 100 p + the digits of the profile: every entry is different, and says its place.
SHAPE = (2, 3, 4)
NUMBERED = StrategicGame(
    [
        [[[1000 * p + 100 * i + 10 * j + k for k in range(4)] for j in range(3)] for i in range(2)]
        for p in range(3)
    ],
    players=["a", "b", "c"],
)


def mixed(size):
    weights = st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any)
    return weights.map(lambda w: [Fraction(one, sum(w)) for one in w])


@st.composite
def games_with_play(draw):
    game = draw(strategic_games())
    return game, [draw(mixed(size)) for size in game.shape]


@st.composite
def group_games(draw, largest=4):
    size, count = draw(st.integers(2, largest)), draw(st.integers(1, 3))
    values = draw(st.lists(st.integers(-3, 3), min_size=200, max_size=200))
    return GroupGame(
        size,
        [f"s{k}" for k in range(count)],
        lambda i, group: values[(7 * i + sum(k * 5**j for j, k in enumerate(group))) % 200],
    )


def by_definition(game, mixtures, player):
    total = Fraction(0)
    for profile in np.ndindex(*game.shape):
        weight = math.prod(x[i] for x, i in zip(mixtures, profile, strict=True))
        total += weight * game.exact_payoffs[player][profile]
    return total


def pure(size, i):
    return [int(k == i) for k in range(size)]


class TestNumbers:
    def test_floats_are_the_decimals_that_print_them(self):
        game = StrategicGame(np.full((3, 1, 2, 1), 0.1 + 0.2))
        assert game.exact_payoffs[2, 0, 1, 0] == Fraction("0.30000000000000004")
        assert game.payoffs[2, 0, 1, 0] == 0.1 + 0.2
        assert game.holds_floats

    def test_every_kind_of_number(self):
        game = StrategicGame([["1/3", 0.25, 2, Fraction(1, 7), 10**30]])
        assert game.exact_payoffs.tolist() == [
            [Fraction(1, 3), Fraction(1, 4), 2, Fraction(1, 7), 10**30]
        ]
        assert not game.holds_floats

    def test_arrays_are_read_only_and_the_input_is_copied(self):
        array = np.zeros((3, 2, 2, 2))
        game = StrategicGame(array)
        array[0, 0, 0, 0] = 7
        assert game.payoffs[0, 0, 0, 0] == 0
        for own in (game.payoffs, game.exact_payoffs):
            with pytest.raises(ValueError, match="read-only"):
                own[0, 0, 0, 0] = 1

    def test_shape_names_and_their_defaults(self):
        assert NUMBERED.shape == SHAPE
        assert NUMBERED.strategies == (("1", "2"), ("1", "2", "3"), ("1", "2", "3", "4"))
        game = StrategicGame(np.zeros((3, 2, 2, 2)), ["x", "y"])
        assert game.strategies == (("x", "y"),) * 3
        assert game.players == ("player 1", "player 2", "player 3")

    def test_one_player_decides(self):
        game = StrategicGame([[1, 3, 3]], [["a", "b", "c"]], ["firm"])
        assert game.best_replies("a") == ((1, 2),)
        assert game.regret([["1/2", "1/2", 0]]) == 1
        assert game.is_symmetric

    def test_thirty_players(self):
        payoffs = np.zeros((30, *(1,) * 29, 2))
        payoffs[..., 1] = np.arange(30).reshape(30, *(1,) * 29)
        game = StrategicGame(payoffs)
        mixtures = [*([[1]] * 29), ["1/2", "1/2"]]
        assert game.regret(mixtures) == Fraction(29, 2)
        assert game.regret([[1.0]] * 29 + [[0.5, 0.5]]) == 14.5
        assert parse_strategic(to_nfg(game)) == game
        assert "player 30: 2" in str(game)

    def test_equal_games_hash_alike_and_pickle(self):
        same = StrategicGame(NUMBERED.payoffs, NUMBERED.strategies, NUMBERED.players)
        assert same == NUMBERED
        assert hash(same) == hash(NUMBERED)
        for twin in (pickle.loads(pickle.dumps(same)), copy.deepcopy(same), copy.copy(same)):
            assert twin == NUMBERED
            assert twin.holds_floats
        for other in (
            StrategicGame(NUMBERED.payoffs),
            StrategicGame(NUMBERED.payoffs + 1, players=list("abc")),
            StrategicGame(NUMBERED.payoffs, [["x", "y"], *NUMBERED.strategies[1:]], list("abc")),
            3,
        ):
            assert other != NUMBERED
        assert StrategicGame.from_game(Game.symmetric([[1]])) != Game.symmetric([[1]])

    def test_shown_on_one_line(self):
        assert repr(NUMBERED) == "<StrategicGame 2 x 3 x 4: a, b and c>"


class TestDefinitions:
    @settings(max_examples=40, deadline=None)
    @given(play=games_with_play())
    def test_payoffs_and_regret_by_definition(self, play):
        game, x = play
        expected = [by_definition(game, x, p) for p in range(len(x))]
        assert list(game.expected_payoffs(x)) == expected
        gains = []
        for p, size in enumerate(game.shape):
            earned = [by_definition(game, [*x[:p], pure(size, i), *x[p + 1 :]], p)
                      for i in range(size)]  # fmt: skip
            assert list(game.deviation_payoffs(x)[p]) == earned
            best = [i for i in range(size) if earned[i] == max(earned)]
            assert list(game.best_replies(x)[p]) == best
            gains.append(max(earned) - expected[p])
        assert game.regret(x) == max(gains) >= 0
        assert all(isinstance(value, Fraction) for value in game.expected_payoffs(x))

    @settings(max_examples=40, deadline=None)
    @given(play=games_with_play())
    def test_floating_point_follows_the_exact_arithmetic(self, play):
        game, x = play
        floats = [[float(one) for one in own] for own in x]
        assert game.regret(floats) == pytest.approx(float(game.regret(x)), abs=1e-11)
        assert game.expected_payoffs(floats) == pytest.approx(
            [float(value) for value in game.expected_payoffs(x)], abs=1e-11
        )
        assert all(type(value) is float for value in game.expected_payoffs(floats))

    @settings(max_examples=40, deadline=None)
    @given(game=games(largest=4), data=st.data())
    def test_two_players_are_those_of_a_game(self, game, data):
        twin = StrategicGame.from_game(game)
        x, y = (data.draw(mixed(size)) for size in game.shape)
        assert twin.to_game() == game
        assert twin.expected_payoffs([x, y]) == game.expected_payoffs(x, y)
        assert twin.regret([x, y]) == game.regret(x, y)
        assert twin.best_replies([x, y]) == game.best_replies(x, y)
        assert twin.is_symmetric == game.is_symmetric
        assert str(twin) == str(game)
        assert twin._repr_html_() == game._repr_html_()
        assert to_nfg(twin) == to_nfg(game)

    def test_floats_stay_floats_between_the_classes(self):
        game = Game(np.full((2, 2, 2), 0.1))
        assert StrategicGame.from_game(game).to_game().holds_floats

    def test_names_stand_for_pure_strategies(self):
        assert NUMBERED.expected_payoffs(["2", "3", [0, 0, 0, 1]]) == (123, 1123, 2123)
        assert NUMBERED.expected_payoffs("1") == (0, 1000, 2000)

    def test_huge_and_tiny_payoffs_together(self):
        game = StrategicGame([[["1e300"], ["1e-300"]], [[0], [1]]])
        assert game.regret([[0, 1], [1]]) == 10**300 - Fraction(1, 10**300)


class TestSymmetry:
    @settings(max_examples=30, deadline=None)
    @given(group=group_games())
    def test_a_group_is_symmetric_and_comes_back(self, group):
        game = StrategicGame.from_group(group)
        assert game.is_symmetric
        assert game.to_group() == group
        n = len(group.strategies)
        for profile in itertools.product(range(n), repeat=group.size):
            makeup = [profile.count(i) for i in range(n)]
            for player, own in enumerate(profile):
                assert game.exact_payoffs[player][profile] == group.payoff(own, makeup)

    @settings(max_examples=60, deadline=None)
    @given(group=group_games(), data=st.data())
    def test_symmetry_by_definition(self, group, data):
        """Of games that are symmetric but for one payoff, or in truth."""
        payoffs = StrategicGame.from_group(group).exact_payoffs.copy()
        one = tuple(data.draw(st.integers(0, size - 1)) for size in payoffs.shape)
        payoffs[one] += data.draw(st.integers(0, 1))
        n = group.size
        by_all_permutations = all(
            # After the permutation, player order[p] stands where p stood.
            payoffs[order[p]][tuple(profile[order.index(q)] for q in range(n))]
            == payoffs[p][profile]
            for order in itertools.permutations(range(n))
            for profile in np.ndindex(*payoffs.shape[1:])
            for p in range(n)
        )
        assert StrategicGame(payoffs).is_symmetric == by_all_permutations

    def test_one_exchange_is_not_enough(self):
        """Two of three players are alike, and the third always gets more."""
        payoffs = np.zeros((3, 2, 2, 2))
        payoffs[2] = 1
        assert not StrategicGame(payoffs).is_symmetric

    @pytest.mark.parametrize("shape", [(1, 3), (2, 2, 1), (3, 2, 2, 3)])
    def test_symmetry_needs_equal_numbers_of_strategies(self, shape):
        assert StrategicGame(np.zeros(shape)).is_symmetric == (len(shape) == 2)

    def test_cyclic_symmetry_is_not_enough(self):
        """Each of three players likes to do what the next one does."""
        payoffs = np.zeros((3, 2, 2, 2))
        for profile in np.ndindex(2, 2, 2):
            for p in range(3):
                payoffs[p][profile] = profile[p] == profile[(p + 1) % 3]
        assert not StrategicGame(payoffs).is_symmetric

    def test_floats_survive_the_way_to_a_group_and_back(self):
        group = GroupGame(3, ["a", "b"], lambda i, g: 0.1 * g[0] + i)
        game = StrategicGame.from_group(group, ["x", "y", "z"])
        assert game.players == ("x", "y", "z")
        assert game.to_group() == group
        assert np.array_equal(StrategicGame(game.payoffs).to_group().payoffs, group.payoffs)

    def test_no_group_of_players_who_differ(self):
        for game, words in (
            (NUMBERED, "got one that tells players apart"),
            (StrategicGame([[1, 2]]), "got one player"),
        ):
            with pytest.raises(ValueError, match=f"to_group: requires a symmetric .*{words}"):
                game.to_group()

    def test_a_group_too_large_is_refused_before_it_is_built(self):
        for size, count in ((9, 5), (31, 1), (20, 2)):
            group = GroupGame(size, [f"s{k}" for k in range(count)], lambda i, g: 0)
            with pytest.raises(ValueError, match=rf"group_game: .* got {size} players of {count}"):
                StrategicGame.from_group(group)

    def test_only_a_group_and_only_a_game(self):
        with pytest.raises(TypeError, match="group_game: requires a GroupGame, got Game"):
            StrategicGame.from_group(Game.symmetric([[1]]))
        with pytest.raises(TypeError, match="game: requires a Game, got list"):
            StrategicGame.from_game([[1]])
        with pytest.raises(ValueError, match="to_game: requires two players, got 3"):
            NUMBERED.to_game()


class TestRestriction:
    def test_by_name_and_index_in_the_order_given(self):
        small = NUMBERED.restrict([["2"], ["3", 0], [1]])
        assert small.exact_payoffs.tolist() == [
            [[[p * 1000 + 121], [p * 1000 + 101]]] for p in range(3)
        ]
        assert small.strategies == (("2",), ("3", "1"), ("2",))
        assert small.players == ("a", "b", "c")

    @settings(max_examples=20, deadline=None)
    @given(game=strategic_games())
    def test_restriction_to_everything_changes_nothing(self, game):
        assert game.restrict([range(size) for size in game.shape]) == game

    @pytest.mark.parametrize(
        ("choices", "words"),
        [
            ([[0], [0]], "choices: requires strategies of each of 3 players, got 2"),
            ([[0], [], [0]], r"choices\[1\]: requires at least one"),
            ([[0], [0], [4]], r"choices\[2\]: requires indices from 0 to 3, got 4"),
            ([["x"], [0], [0]], r"choices\[0\]: requires strategies among"),
        ],
    )
    def test_wrong_choices(self, choices, words):
        with pytest.raises(ValueError, match=words):
            NUMBERED.restrict(choices)

    @pytest.mark.parametrize("choices", ["abc", 3, None])
    def test_what_is_no_choice(self, choices):
        words = f"choices: requires strategies of each of 3 players, got {choices!r}"
        with pytest.raises(TypeError, match=words):
            NUMBERED.restrict(choices)


class TestRefusals:
    @pytest.mark.parametrize(
        ("payoffs", "kind", "words"),
        [
            (3, ValueError, r"requires the shape \(n, s_1, …, s_n\) .* got the shape \(\)"),
            ([1, 2], ValueError, r"got the shape \(2,\)"),
            ([], ValueError, r"got the shape \(0,\)"),
            ([[1], [2]], ValueError, r"got the shape \(2, 1\)"),
            (np.zeros((2, 2, 2, 2)), ValueError, r"got the shape \(2, 2, 2, 2\)"),
            (np.zeros((3, 2, 0, 2)), ValueError, r"got the shape \(3, 2, 0, 2\)"),
            ([[[1], [2, 3]], [[1], [2]]], ValueError, r"got the shape \(2, 2\)"),
            (np.zeros((31, *(1,) * 31)), ValueError, "requires at most 30 players, got 31"),
            ([[1, math.nan]], ValueError, r"payoffs\[0, 1\]: requires a finite number"),
            (np.array([[1, math.inf]]), ValueError, r"payoffs\[0, 1\]: requires a finite number"),
            ([[1, "x"]], ValueError, r"payoffs\[0, 1\]: requires a finite number"),
            ([[1, None]], TypeError, r"payoffs\[0, 1\]: requires a number, got None"),
            ([[True, False]], TypeError, "truth value"),
            (np.zeros((1, 2), complex), TypeError, "requires real numbers"),
        ],
    )
    def test_payoffs(self, payoffs, kind, words):
        with pytest.raises(kind, match=words):
            StrategicGame(payoffs)

    @pytest.mark.parametrize(
        ("strategies", "kind", "words"),
        [
            ("ab", TypeError, "requires sequences of names, got 'ab'"),
            (3, TypeError, "requires sequences of names, got 3"),
            ([], ValueError, "requires names for each of 3 players .* got 0 lists"),
            ([["a", "b"]], ValueError, "got 1 lists"),
            (["a"], ValueError, "requires 2 names of the strategies of player 1, got 1"),
            ([["a", "b"], ["a", "b"], ["a", "a"]], ValueError, "of player 3, got 'a' twice"),
            ([["a", "b"], ["a", ""], ["a", "b"]], ValueError, "of player 2 that are not empty"),
            ([["a", "b"], ["a", "b"], "ab"], TypeError, "of player 3, got 'ab'"),
            ([["a", "b"], ["a", "b"], 3], TypeError, "of player 3, got 3"),
            ([["a", "b"], ["a", 3], ["a", "b"]], TypeError, "of player 2"),
        ],
    )
    def test_strategies(self, strategies, kind, words):
        with pytest.raises(kind, match=f"^strategies: .*{words}"):
            StrategicGame(np.zeros((3, 2, 2, 2)), strategies)

    @pytest.mark.parametrize(
        ("players", "kind", "words"),
        [
            ("abc", TypeError, r"players: requires 3 names \(str\), got 'abc'"),
            (3, TypeError, r"players: requires 3 names \(str\), got 3"),
            (["a", "b", 3], TypeError, r"players: requires 3 names \(str\)"),
            (["a", "b"], ValueError, "players: requires 3 names, got 2"),
        ],
    )
    def test_players(self, players, kind, words):
        with pytest.raises(kind, match=words):
            StrategicGame(np.zeros((3, 2, 2, 2)), players=players)

    @pytest.mark.parametrize(
        ("mixtures", "kind", "words"),
        [
            (3, TypeError, "mixtures: requires a mixed strategy for each of 3 players, got 3"),
            ([[1, 0]], ValueError, "mixtures: requires a mixed strategy for each of 3 .* got 1"),
            (["1", "1", 0], TypeError, r"mixtures\[2\]: requires probabilities or .* got 0"),
            (["1", "1", [1]], ValueError, r"mixtures\[2\]: requires 4 probabilities, got 1"),
            (["1", "4", "1"], ValueError, r"mixtures\[1\]: requires a strategy among"),
            ("4", ValueError, r"mixtures\[0\]: requires a strategy among"),
            ([["1/2", 1], "1", "1"], ValueError, r"mixtures\[0\]: .* sum to 1, got the sum 3/2"),
            ([[0.5, 0.6], "1", "1"], ValueError, r"mixtures\[0\]: .* sum to 1"),
            ([[2, -1], "1", "1"], ValueError, r"mixtures\[0\]: .* at least 0, got -1"),
            ([[math.nan, 1], "1", "1"], ValueError, r"mixtures\[0\]: requires finite"),
        ],
    )
    def test_mixtures(self, mixtures, kind, words):
        for method in (NUMBERED.expected_payoffs, NUMBERED.regret, NUMBERED.best_replies):
            with pytest.raises(kind, match=words):
                method(mixtures)


class TestText:
    def test_a_table_for_each_profile_of_the_others(self):
        text = str(NUMBERED)
        assert [line for line in text.splitlines() if line.startswith("c: ")] == [
            f"c: {k}" for k in "1234"
        ]
        assert max(map(len, text.splitlines())) <= 80
        for value in NUMBERED.exact_payoffs.flat:
            assert len(re.findall(rf"\b{value}\b", text)) >= 1

    def test_best_replies_are_marked(self):
        chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
        game = StrategicGame.from_group(GroupGame.from_pairwise(chicken, 3))
        marks = sum(
            place in replies
            for profile in np.ndindex(2, 2, 2)
            for place, replies in zip(
                profile, game.best_replies([game.strategies[0][i] for i in profile]), strict=True
            )
        )
        assert str(game).count("*") == marks + 1
        assert game._repr_html_().count("<u>") == marks

    def test_one_player(self):
        game = StrategicGame([["1/3", 2]], [["wait", "go"]], ["firm"])
        assert str(game).splitlines() == [
            "firm alone (rows); * best reply",
            "wait  1/3",
            "go     2*",
        ]
        assert '<th scope="col">payoff</th>' in game._repr_html_()

    def test_large_games_say_how_much_is_left_out(self):
        game = StrategicGame(np.zeros((4, 2, 2, 6, 6)))
        text = str(game)
        assert text.endswith("… and 11 more tables")
        assert text.count("player 4: ") == 25
        assert "… and 11 more tables" in game._repr_html_()

    def test_names_are_escaped(self):
        game = StrategicGame(np.zeros((3, 1, 1, 1)), ["<b>&"], ["<i>", "b", "c\nd"])
        assert "<b>&" not in game._repr_html_()
        assert "<i>" not in game._repr_html_()
        assert len(str(game).splitlines()) == 4


# Names that Gambit takes and keeps, and names with all that could break a file.
gambit_labels = st.text(
    st.sampled_from('aZ1 _"\\{},-/\u00e9\u03c4'), min_size=1, max_size=6
).filter(lambda name: name == " ".join(name.split()) and not re.search(r'\\(\\|"|$)', name))
awkward_names = st.text(
    st.one_of(st.sampled_from('ab1 "\\{},\n\r\t'), st.characters(codec="utf-8")), min_size=1
)


@st.composite
def named_games(draw, names, fewest=1):
    game = draw(strategic_games(fewest_players=fewest))
    own = [draw(st.lists(names, min_size=size, max_size=size, unique=True)) for size in game.shape]
    count = len(game.players)
    return StrategicGame(
        game.exact_payoffs,
        own,
        draw(st.lists(names, min_size=count, max_size=count, unique=True)),
    )


def of_gambit(gambit):
    """A game from pygambit's own accessors, without any file."""
    players = list(gambit.players)
    names = [list(gambit.get_strategies(player)) for player in players]
    payoffs = [
        np.vectorize(lambda v: Fraction(int(v.numerator), int(v.denominator)), otypes=[object])(a)
        for a in gambit.to_arrays()
    ]
    return StrategicGame(np.stack(payoffs), names, players)


@settings(max_examples=30, deadline=None)
@given(play=games_with_play())
def test_gambit_computes_the_same_payoffs_and_regret(play):
    game, x = play
    if len(x) < 2:
        game, x = StrategicGame([game.exact_payoffs[0][None]] * 2), [[1], *x]
    gambit = game.to_gambit()
    theirs = gambit.mixed_strategy_profile(
        data=[[str(weight) for weight in own] for own in x], rational=True
    )
    payoffs = theirs.payoffs
    assert list(game.expected_payoffs(x)) == [payoffs[name] for name in game.players]
    assert game.regret(x) == theirs.max_regret()


def test_mixed_equilibria_that_gambit_finds_have_no_regret():
    """Who enters a market that feeds two of three: Gambit's polynomial solver finds seven."""
    payoffs = np.zeros((3, 2, 2, 2))
    for profile in np.ndindex(2, 2, 2):
        for firm in range(3):
            payoffs[firm][profile] = profile[firm] * (4.5 + firm / 4 - 2 * sum(profile))
    game = StrategicGame(payoffs, ["stay out", "enter"])
    found = pygambit.nash.enumpoly_solve(game.to_gambit()).equilibria
    plays = [
        [[float(one[p][name]) for name in game.strategies[0]] for p in game.players]
        for one in found
    ]
    assert len(plays) == 7
    assert all(game.regret(x) < 1e-9 for x in plays)
    assert any(0 < weight < 1 for x in plays for own in x for weight in own)
    # All three mix: weights of sixteenths, exactly.
    assert game.regret([["3/16", "13/16"], ["5/16", "11/16"], ["7/16", "9/16"]]) == 0


HEAD = 'NFG 1 R "t" { "a" "b" "c" }\n'


class TestFiles:
    @settings(max_examples=50, deadline=None)
    @given(game=named_games(awkward_names))
    def test_numbers_and_names_survive_exactly(self, game):
        text = to_nfg(game)
        assert parse_strategic(text) == game
        assert read_strategic(io.BytesIO(text.encode("utf-8"))) == game

    @settings(max_examples=30, deadline=None)
    @given(game=named_games(gambit_labels, fewest=2))
    def test_gambit_reads_what_is_written_and_writes_what_is_read(self, game):
        gambit = game.to_gambit()
        assert of_gambit(gambit) == game
        assert parse_strategic(gambit.to_nfg()) == game

    def test_the_whole_text(self):
        game = NUMBERED.restrict([[0, 1], [0, 2], [1, 3]])
        assert to_nfg(game) == (
            'NFG 1 R "a against b against c" { "a" "b" "c" }\n'
            '{ { "1" "2" } { "1" "3" } { "2" "4" } }\n'
            "\n"
            "1 1001 2001  101 1101 2101\n"
            "21 1021 2021  121 1121 2121\n"
            "3 1003 2003  103 1103 2103\n"
            "23 1023 2023  123 1123 2123\n"
        )

    def test_through_a_file_and_standard_streams(self, tmp_path, monkeypatch, capsys):
        write_nfg(NUMBERED, tmp_path / "game.nfg")
        assert read_strategic(tmp_path / "game.nfg") == NUMBERED
        assert of_gambit(pygambit.read_nfg(tmp_path / "game.nfg")) == NUMBERED
        write_nfg(NUMBERED, "-")
        monkeypatch.setattr("sys.stdin", io.StringIO(capsys.readouterr().out))
        assert read_strategic("-") == NUMBERED

    @pytest.mark.parametrize(
        "body",
        [
            "{ 2 1 2 } 1 2 3  4 5 6  0 0 0  1 2 3",
            '{ { "1" "2" } 1 { "1" "2" } } "comment" 1, 2, 3, 4, 5, 6, 0, 0, 0, 1, 2, 3',
            '{ 2 1 2 } { { "x" 1, 2, 3 } { "y" 4 5 6 } } 1 2 0 1',
            '{ 2 1 2 } "" { { "" 1 2 3 } { "" 4 5 6 } { "unused" 9 9 9 } } 1 2 0 1',
        ],
    )
    def test_both_kinds_of_body(self, body):
        game = parse_strategic(HEAD + body)
        assert game.exact_payoffs[0].tolist() == [[[1, 0]], [[4, 1]]]
        assert game.exact_payoffs[2].tolist() == [[[3, 0]], [[6, 3]]]
        # Gambit knows neither a mixture of numbers and names nor commas between payoffs.
        plain = body.replace("} 1 {", '} { "1" } {') if "{" in body[9:] else body
        plain = plain if "{ {" in body[9:] else plain.replace(",", "")
        assert of_gambit(pygambit.read_nfg(io.StringIO(HEAD + plain))) == game

    def test_its_file_of_a_tree_of_three(self):
        tree = pygambit.read_efg(
            io.StringIO(
                'EFG 2 R "Entry" { "first" "second" "third" }\n'
                'p "" 1 1 "" { "in" "out" } 0\n'
                'p "" 2 1 "" { "in" "out" } 0\n'
                'p "" 3 1 "" { "in" "out" } 0\n'
                't "" 1 "all" { -1 -1/2 0.1 }\nt "" 2 "two" { 1 1 0 }\n'
                't "" 3 "one" { 3 0 0 }\nt "" 4 "none" { 0 2 1/3 }\n'
            )
        )
        game = parse_strategic(tree.to_nfg())
        assert game.players == ("first", "second", "third")
        assert game.exact_payoffs[:, 0, 0, 0].tolist() == [-1, Fraction(-1, 2), Fraction(1, 10)]
        assert game.exact_payoffs[2, 1].tolist() == [[Fraction(1, 3)] * 2] * 2

    def test_one_player_and_two(self):
        assert parse_strategic('NFG 1 R "" { "a" } { 3 } 1 2 3').exact_payoffs.tolist() == [
            [1, 2, 3]
        ]
        two = 'NFG 1 R "" { "a" "b" } { 2 1 } 1 2 3 4'
        assert parse_strategic(two).to_game() == parse_nfg(two)

    def test_readers_of_two_players_point_to_the_other(self):
        for text, count in ((to_nfg(NUMBERED), 3), ('NFG 1 R "" { "a" } { 1 } 1', 1)):
            for read in (parse_nfg, lambda one: read_nfg(io.StringIO(one))):
                with pytest.raises(
                    ValueError, match=rf"requires two players \(read_strategic .*, got {count}$"
                ):
                    read(text)

    @pytest.mark.parametrize(
        ("text", "place", "required", "got"),
        [
            ('NFG 1 R "t"\n { }', "2:2", "1 to 30 players", "0"),
            ('NFG 1 R "t"\n {' + '"x"' * 31 + "}", "2:2", "1 to 30 players", "31"),
            (HEAD + "{ 2 2 }", "2:7", None, "'}'"),
            (HEAD + "{ 2 2 2 2 }", "2:9", "'}' after the strategies of all players", "'2'"),
            (HEAD + "{ 1 2 1 } 1 2 3 4 5", "2:20", "payoff 6 of 6", "the end of the file"),
            (HEAD + "{ 1 2 1 } 1 2 3 4 5 6 7", "2:23", "the end of the file after 1 x 2 x 1 cells",
             "'7'"),
            (HEAD + '{ 1 1 1 } { { "x" 1 2 } } 1', "2:23", None, "'}'"),
            (HEAD + '{ 1 1 1 } { { "x" 1 2 3 4 } } 1', "2:25",
             "'}' after payoff 3 of outcome 1", "'4'"),
            (HEAD + '{ 1 1 2 } { { "x" 1 2 3 } } 1', "2:30", "outcome index 2 of 2",
             "the end of the file"),
        ],
    )  # fmt: skip
    def test_the_place_and_the_reason(self, text, place, required, got):
        line, column = place.split(":")
        with pytest.raises(ValueError, match="requires") as raised:
            parse_strategic(text, "game.nfg")
        said = str(raised.value)
        assert said.startswith(
            f"game.nfg, line {line}, column {column}: requires {required or ''}"
        )
        assert said.endswith(f", got {got}")

    def test_absurd_numbers_of_strategies_cost_nothing(self):
        with pytest.raises(ValueError, match=r"requires payoff 4 of 3000+, got the end of"):
            parse_strategic(HEAD + "{ 1000000000000 1000000000000 1000000000000 } 1 2 3")

    def test_equal_players_and_empty_names_get_gambits_suffix(self):
        game = StrategicGame(np.zeros((3, 1, 1, 1)), players=["firm", "firm", ""])
        assert list(game.to_gambit().players) == ["firm_1", "firm_2", "_1"]
        assert parse_strategic(to_nfg(game)).players == ("firm", "firm", "_1")

    @pytest.mark.parametrize("name", ["a\\", "a\\\\b", 'a\\"b'])
    def test_names_that_gambit_would_change_are_refused(self, name):
        kinds = ({"players": ["a", "b", name]}, {"strategies": [["a"], ["b"], [name]]})
        for names in kinds:
            with pytest.raises(ValueError, match=r"^to_gambit: requires names without"):
                StrategicGame(np.zeros((3, 1, 1, 1)), **names).to_gambit()

    def test_without_pygambit_the_extra_is_named(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pygambit", None)
        with pytest.raises(ModuleNotFoundError, match=r'pip install "dilemma\[gambit\]"'):
            NUMBERED.to_gambit()
