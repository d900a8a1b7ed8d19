"""Strategic-form files: every liberty of the format, every complaint with its place, Gambit."""

import io
import re
import sys
import time
import tracemalloc
from fractions import Fraction
from itertools import product

import numpy as np
import pygambit
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dilemma.game import Game, parse_nfg, read_nfg, write_nfg
from dilemma.game.files import to_nfg
from dilemma.game.nfg import LONGEST_NUMBER
from dilemma.testing import games

# The least that comes before a body: two players, 2 x 2 strategies with the names 1 and 2.
HEAD = 'NFG 1 R "t" { "a" "b" } { 2 2 } '
NUMBERS = "1 2 3 4 5 6 7 8"
PLAIN = Game([[[1, 5], [3, 7]], [[2, 6], [4, 8]]], players=["a", "b"])

# A file in the outcome version with a null outcome, names, a comment, and commas as Gambit puts.
OUTCOMES = """NFG 1 R "Sharing \\"know-how\\"" { "firm" "partner" }

{ { "share" "hide" "wait" }
{ "share" "hide" }
}
"Two \\\\ three outcomes, and none for waiting."

{
{ "both gain" 3, 3 }
{ "exploit" 5, -1/2 }
{ "" 1e-1 0.1 }
}
1 2 0 2 3 0
"""


def same(text):
    """The text's game, which the text of its own must give again."""
    game = parse_nfg(text)
    assert parse_nfg(to_nfg(game)) == game
    return game


def gambit_payoffs(gambit):
    """Both players' payoffs of a `pygambit` game, as Fractions of shape (2, m, n)."""
    return [
        [[Fraction(int(v.numerator), int(v.denominator)) for v in row] for row in one]
        for one in gambit.to_arrays()
    ]


def gambit_names(gambit):
    players = tuple(gambit.players)
    return players, tuple(tuple(gambit.get_strategies(player)) for player in players)


# Names with all that could break a file.
awkward_names = st.text(
    st.one_of(st.sampled_from('ab1 "\\{},\n\r\t'), st.characters(codec="utf-8")), min_size=1
)
# Names that Gambit takes and keeps.
gambit_labels = st.text(
    st.sampled_from('aZ1 _"\\{},-/\u00e9\u03c4'), min_size=1, max_size=6
).filter(lambda name: name == " ".join(name.split()) and not re.search(r'\\(\\|"|$)', name))
payoffs = st.one_of(
    st.fractions(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, places=9),
)


@st.composite
def named_games(draw, names, entries=payoffs):
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = draw(st.lists(entries, min_size=2 * m * n, max_size=2 * m * n))
    array = np.empty(2 * m * n, dtype=object)
    array[:] = cells
    return Game(
        array.reshape(2, m, n),
        [draw(st.lists(names, min_size=k, max_size=k, unique=True)) for k in (m, n)],
        draw(st.lists(names, min_size=2, max_size=2, unique=True)),
    )


class TestRoundTrip:
    @settings(max_examples=200, deadline=None)
    @given(game=named_games(awkward_names))
    def test_numbers_and_names_survive_exactly(self, game):
        text = to_nfg(game)
        assert parse_nfg(text) == game
        assert read_nfg(io.BytesIO(text.encode("utf-8"))) == game

    @settings(max_examples=50, deadline=None)
    @given(game=games())
    def test_the_names_of_a_game_without_names_survive(self, game):
        assert parse_nfg(to_nfg(game)) == game

    @pytest.mark.parametrize(
        "name", ["\\", "a\\", "\\\\", '"', '\\"', '\\\\"', '"\\', "a\\b", "a\\\\b", "a\r\nb", " "]
    )
    def test_through_a_file(self, tmp_path, name):
        game = Game([[["1/3"]], [[-0.1]]], [[name], [name + "'"]], [name, name])
        write_nfg(game, tmp_path / "game.nfg")
        assert read_nfg(tmp_path / "game.nfg") == game
        assert read_nfg(str(tmp_path / "game.nfg")) == game

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (0, "0"),
            (-7, "-7"),
            (10**30, "1" + "0" * 30),
            (0.3, "0.3"),
            (-0.05, "-0.05"),
            ("1/8", "0.125"),
            ("-17/4", "-4.25"),
            ("1/3", "1/3"),
            ("-22/7", "-22/7"),
            (0.1 + 0.2, "0.30000000000000004"),
            ("1e-20", "0.00000000000000000001"),
            ("1e-21", "1/1000000000000000000000"),
            (Fraction(1, 2**20), "0.00000095367431640625"),
            (Fraction(1, 2**21), "1/2097152"),
        ],
    )
    def test_how_a_number_is_written(self, value, written):
        game = Game([[[value]], [[0]]])
        assert to_nfg(game).splitlines()[-1] == f"{written} 0"
        assert parse_nfg(to_nfg(game)) == game

    def test_the_whole_text(self):
        game = Game(
            [[[1, 0.5, "1/3"], [3, 0, 2]], [[2, -1, 4], [0, 0, 1]]],
            [["top", "bottom"], ["left", "middle", "right"]],
            ["Row", "Column"],
        )
        assert to_nfg(game) == (
            'NFG 1 R "Row against Column" { "Row" "Column" }\n'
            '{ { "top" "bottom" } { "left" "middle" "right" } }\n'
            "\n"
            "1 2  3 0\n"
            "0.5 -1  0 0\n"
            "1/3 4  2 1\n"
        )

    def test_the_title_is_the_users_or_the_players(self):
        assert to_nfg(PLAIN).startswith('NFG 1 R "a against b" {')
        assert to_nfg(PLAIN, 'The "race"').startswith('NFG 1 R "The \\"race\\"" {')
        assert to_nfg(PLAIN, "").startswith('NFG 1 R "" {')

    def test_the_longest_numbers(self):
        longest = Fraction(2**6500 - 1, 2**6499)
        game = Game([[[longest, -longest]], [["1e1000", "1e-1000"]]])
        assert parse_nfg(to_nfg(game)) == game

    @settings(max_examples=20, deadline=None)
    @given(game=named_games(awkward_names))
    def test_writing_leaves_the_game_alone(self, game):
        before = game.exact_payoffs.copy()
        to_nfg(game)
        assert np.array_equal(game.exact_payoffs, before)


class TestFiles:
    """Where a file comes from and goes to."""

    def test_open_files_of_text_and_of_bytes(self, tmp_path):
        path = tmp_path / "game.nfg"
        with path.open("w", encoding="utf-8") as stream:
            write_nfg(PLAIN, stream)
            assert not stream.closed
        with path.open(encoding="utf-8") as stream:
            assert read_nfg(stream) == PLAIN
        with path.open("rb") as stream:
            assert read_nfg(stream) == PLAIN

    def test_standard_input_of_bytes_and_of_text(self, monkeypatch):
        text = HEAD.replace('"a"', '"caf\u00e9"') + NUMBERS
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "ascii"))
        assert read_nfg("-").players == ("caf\u00e9", "b")
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert read_nfg("-").players == ("caf\u00e9", "b")

    def test_standard_input_is_named_in_errors(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        with pytest.raises(ValueError, match=r"^<stdin>, line 1, column 1: .* an empty file$"):
            read_nfg("-")

    def test_standard_output(self, capsys):
        write_nfg(PLAIN, "-")
        assert capsys.readouterr().out == to_nfg(PLAIN)

    def test_a_file_is_written_in_utf8_with_plain_line_ends(self, tmp_path):
        game = Game([[[1]], [[2]]], [["\u03c4"], ["\u20ac"]], ["\u00e9", "\U0001f91d"])
        write_nfg(game, tmp_path / "game.nfg")
        assert (tmp_path / "game.nfg").read_bytes() == to_nfg(game).encode("utf-8")

    def test_a_file_that_cannot_be_opened(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"none\.nfg"):
            read_nfg(tmp_path / "none.nfg")
        with pytest.raises(FileNotFoundError, match=r"game\.nfg"):
            write_nfg(PLAIN, tmp_path / "none" / "game.nfg")

    def test_a_game_that_cannot_be_written_touches_no_file(self, tmp_path):
        path = tmp_path / "game.nfg"
        path.write_text("kept")
        with pytest.raises(ValueError, match="UTF-8"):
            write_nfg(Game([[[1]], [[2]]], players=["\ud800", "b"]), path)
        assert path.read_text() == "kept"


class TestLiberties:
    """What the format leaves open, and Gambit or people make use of."""

    @pytest.mark.parametrize(
        "text",
        [
            HEAD + NUMBERS,
            'NFG 1 D "t" { "a" "b" } { 2 2 } ' + NUMBERS,
            'NFG 1 R "" { "a" "b" } { 2 2 } ' + NUMBERS,
            HEAD + '"a comment" ' + NUMBERS,
            HEAD + '"" ' + NUMBERS,
            HEAD + '"a comment\nof { 3 } lines, \\"quoted\\"\n"\n' + NUMBERS,
            HEAD + NUMBERS + " \n\n",
            "\n \t" + HEAD + NUMBERS,
            "\ufeff" + HEAD + NUMBERS,
            'NFG 1 R"t"{"a""b"}{2 2}""' + NUMBERS,
            (HEAD + NUMBERS).replace(" ", "\n"),
            (HEAD + NUMBERS).replace(" ", "\r\n"),
            (HEAD + NUMBERS).replace(" ", "\r"),
            (HEAD + NUMBERS).replace(" ", " \t\v\f"),
            HEAD + "1, 2, 3, 4, 5, 6, 7, 8",
            HEAD + "1,2 3,4 5 ,6 7 , 8,",
            HEAD.replace("{ 2 2 }", "{ 2, 2 }") + NUMBERS,
            HEAD.replace("{ 2 2 }", "{ +2 2.0 }") + NUMBERS,
            HEAD.replace("{ 2 2 }", '{ { "1" "2" } { "1" "2" } }') + NUMBERS,
            HEAD.replace("{ 2 2 }", '{ 2 { "1" "2" } }') + NUMBERS,
            HEAD + "1.0 +2 3e0 .4e+1 50E-1 6/1 007 16/2",
        ],
    )
    def test_the_same_game_however_it_is_written(self, text):
        assert parse_nfg(text) == PLAIN
        assert read_nfg(io.BytesIO(text.encode())) == PLAIN

    @pytest.mark.parametrize(
        ("number", "value"),
        [
            ("0.30000000000000004", Fraction(30000000000000004, 10**17)),
            ("1e-3", Fraction(1, 1000)),
            ("-2.5E+2", Fraction(-250)),
            ("1.e1", Fraction(10)),
            (".5", Fraction(1, 2)),
            ("-.5", Fraction(-1, 2)),
            ("5.", Fraction(5)),
            ("+3", Fraction(3)),
            ("-6/4", Fraction(-3, 2)),
            ("00012", Fraction(12)),
            ("-0", Fraction(0)),
            ("1e1000", Fraction(10**1000)),
            ("1e-1000", Fraction(1, 10**1000)),
            ("9" * LONGEST_NUMBER, Fraction(10**LONGEST_NUMBER - 1)),
        ],
    )
    def test_numbers_are_exact(self, number, value):
        game = parse_nfg(f'NFG 1 R "" {{ "a" "b" }} {{ 1 1 }} {number} 0')
        assert game.exact_payoffs[0, 0, 0] == value

    def test_the_first_players_strategy_changes_fastest(self):
        game = same('NFG 1 R "" { "a" "b" } { 3 2 } 11 -11 21 -21 31 -31 12 -12 22 -22 32 -32')
        assert game.exact_payoffs[0].tolist() == [[11, 12], [21, 22], [31, 32]]
        assert game.exact_payoffs[1].tolist() == [[-11, -12], [-21, -22], [-31, -32]]

    def test_the_outcome_version(self):
        game = same(OUTCOMES)
        half, tenth = Fraction(1, 2), Fraction(1, 10)
        assert game.players == ("firm", "partner")
        assert game.strategies == (("share", "hide", "wait"), ("share", "hide"))
        assert game.exact_payoffs[0].tolist() == [[3, 5], [5, tenth], [0, 0]]
        assert game.exact_payoffs[1].tolist() == [[3, -half], [-half, tenth], [0, 0]]

    @pytest.mark.parametrize(
        "body",
        [
            '{ { "x" 1, 2 } { "y" 3, 4 } } 1 2 0 1',
            '{{"x" 1 2}{"" 3 4}}1 2 0 1',
            '{ { "x" 1, 2, } { "x" 3 4 } } 1, 2, 0, 1,',
            '"comment" { { "x" 1 2 } { "unused" 9 9 } { "y" 3 4 } } 1 3 0 1',
        ],
    )
    def test_the_same_outcomes_however_they_are_written(self, body):
        game = Game([[[1, 0], [3, 1]], [[2, 0], [4, 2]]], players=["a", "b"])
        assert same(HEAD + body) == game

    def test_no_outcomes_at_all(self):
        assert not np.any(same(HEAD + "{ } 0 0 0 0").exact_payoffs)

    @pytest.mark.parametrize(
        ("written", "name"),
        [
            (r"a\"b", 'a"b'),
            (r"a\\b", r"a\b"),
            (r"a\b", r"a\b"),
            (r"a\\\"b", r"a\"b"),
            (r"a\\", "a\\"),
            (r"\\\\", r"\\"),
            (r"a\tb", r"a\tb"),
            ("a\nb", "a\nb"),
            ("a\r\nb", "a\r\nb"),
            ("{ 1, 2 }", "{ 1, 2 }"),
            (" a ", " a "),
            ("\u00e9\u03c4\U0001f91d", "\u00e9\u03c4\U0001f91d"),
        ],
    )
    def test_texts(self, written, name):
        game = same(f'NFG 1 R "" {{ "{written}" "b" }} {{ {{ "{written}" }} {{ "c" }} }} 1 2')
        assert game.players == (name, "b")
        assert game.strategies == ((name,), ("c",))


class TestNamesThatDoNotTellApart:
    @pytest.mark.parametrize(
        ("names", "told_apart"),
        [
            (["x", "x"], ("x_1", "x_2")),
            (["x", "y", "x"], ("x_1", "y", "x_2")),
            (["", ""], ("_1", "_2")),
            (["a", ""], ("a", "_1")),
            (["x", "x_1", "x"], ("x_2", "x_1", "x_3")),
            (["x", "x", "x_1", "x_1"], ("x_2", "x_3", "x_1_1", "x_1_2")),
            (["_1", "", ""], ("_1", "_2", "_3")),
        ],
    )
    def test_strategies_get_a_suffix(self, names, told_apart):
        listed = " ".join(f'"{name}"' for name in names)
        numbers = " ".join(["0"] * 2 * len(names))
        game = same(f'NFG 1 R "" {{ "a" "b" }} {{ {{ {listed} }} {{ "c" }} }} {numbers}')
        assert game.strategies == (told_apart, ("c",))

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(
            st.sampled_from(["", "x", "y", "x_1", "x_2", "_1", "x_1_1"]), min_size=1, max_size=8
        )
    )
    def test_gambit_gives_the_same_suffixes(self, names):
        listed = " ".join(f'"{name}"' for name in names)
        text = f'NFG 1 R "" {{ "a" "b" }} {{ {{ {listed} }} {{ "c" }} }} ' + "0 " * 2 * len(names)
        theirs = pygambit.read_nfg(io.StringIO(text))
        assert (parse_nfg(text).players, parse_nfg(text).strategies) == gambit_names(theirs)

    @pytest.mark.parametrize(
        ("names", "players"),
        [
            ('"" ""', ("_1", "_2")),
            ('"a" ""', ("a", "_1")),
            ('"" "_1"', ("_2", "_1")),
            ('"a" "a"', ("a", "a")),
        ],
    )
    def test_players_get_one_only_if_they_have_no_name(self, names, players):
        assert same(f'NFG 1 R "" {{ {names} }} {{ 1 1 }} 1 2').players == players


# What a file requires at some place: texts that lack it, line:column, and what they have there.
TWO = 'NFG 1 R "t" { "a" "b" }\n'
END = "the end of the file"
NUMBER = "a number such as 3, -0.5, 3/10 or 1e-3"
TREE = "an extensive-form file (pygambit.read_efg(path).to_nfg() converts it)"
NO_NUMBERS = [
    *("nan", "inf", "-inf", "Infinity", "1e", "e5", ".", "-", "+", "1/", "/2", "1/-2", "1.5/2"),
    *("1/2.5", "1/2e3", "1_000", "0x10", "--1", "1-2", "1.2.3", "1e1.5", "1+1i", "#", "//", "$1"),
    *("1%", "\u0661", "\u00bd", "\u22121"),
]

PROLOGUE = {
    "NFG, with which a strategic-form file begins": [
        ("", "1:1", "an empty file"),
        (" \n\n ", "1:1", "an empty file"),
        ("\ufeff", "1:1", "an empty file"),
        ("\n  Nash", "2:3", "'Nash'"),
        ('\ufeff "NFG"', "1:2", "the text 'NFG'"),
        ("{ 1 }", "1:1", "'{'"),
        ("x" * 99, "1:1", repr("x" * 37 + "...")),
        ("\x7fELF\x00 \x01", "1:1", r"'\x7fELF\x00'"),
        ('EFG 2 R "tree" { "a" "b" }\nt "" 1 "" { 1 2 }', "1:1", TREE),
    ],
    "1, the version of the format": [("NFG", "1:4", END), ('NFG 2 R "t"', "1:5", "'2'")],
    "R or D, for rational or decimal numbers": [
        ('NFG 1 "t"', "1:7", "the text 't'"),
        ('NFG 1 X "t"', "1:7", "'X'"),
    ],
    "the title in double quotes": [
        ('NFG 1 R { "a" "b" }', "1:9", "'{'"),
        ("NFG 1 R title", "1:9", "'title'"),
    ],
    "'{' before the names of the players": [('NFG 1 R "t" "a"', "1:13", "the text 'a'")],
    "'}' after the names of the players, each in double quotes": [
        ('NFG 1 R "t"\n{ a b }', "2:3", "'a'"),
        ('NFG 1 R "t" { "a", "b" }', "1:18", "','"),
        ('NFG 1 R "t" { "a" "b"\n', "1:22", END),
    ],
    "two players (read_strategic and parse_strategic take any number)": [
        ('NFG 1 R "t"\n  { "a" "b" "c" } { 2 2 2 }', "2:3", "3"),
        ('NFG 1 R "t" { "a" }', "1:13", "1"),
        ('NFG 1 R "t" { }', "1:13", "0"),
    ],
    "'{' before the players' strategies": [(TWO + "1 2", "2:1", "'1'"), (TWO, "1:24", END)],
    "the number of strategies of player 'a', an integer from 1 to 1000000000000": [
        (TWO + f"{{ {count} 2 }}", "2:3", f"'{count}'")
        for count in ("0", "-1", "1.5", "1/2", "1e1000")
    ],
    f"the number of strategies of player 'b', {NUMBER}": [
        (TWO + "{ 2 x }", "2:5", "'x'"),
        (TWO + "{ 2 }", "2:5", "'}'"),
    ],
    "the number of strategies of player 'b'": [(TWO + "{ 2", "2:4", END)],
    "one or more strategies of player 'b'": [(TWO + '{ { "x" "y" }\n{ } }', "3:1", "none")],
    "'}' after the names of the strategies of player 'a', each in double quotes": [
        (TWO + '{ { "x" y } { "z" } }', "2:9", "'y'"),
        (TWO + '{ { 1 2 } { "z" } }', "2:5", "'1'"),
    ],
    "'}' after the strategies of all players": [
        (TWO + "{ 2 2 2 } 1", "2:7", "'2'"),
        (TWO + '{ { "x" } { "y" } { "z" } }', "2:19", "'{'"),
        (TWO + '{ { "x" } { "y" }\n\n', "2:18", END),
    ],
    "a closing quotation mark for the one here": [
        ('"', "1:1", END),
        ('NFG 1 R "t { a b } { 2 2 }\n1 2', "1:9", END),
        ('NFG 1 R "t\\" { 2 2 }', "1:9", END),
        ('NFG 1 R "t" { "a" "b } { 2 2 }\n1 2 3 4', "1:19", END),
        (TWO + '{ 1 1 }\r\r"\n\n1 2', "4:1", END),
        (TWO + '{ 1 1 } 1 2 "', "2:13", END),
    ],
}
PAYOFFS = {
    "payoff 1 of 8": [(TWO + "{ 2 2 }", "2:8", END)],
    "payoff 8 of 8": [(TWO + "{ 2 2 }\n1 2 3\n4 5 6 7\n\n", "4:8", END)],
    "the end of the file after 2 x 2 cells": [
        (TWO + "{ 2 2 }\n1 2 3 4\n5 6 7 8 9 10", "4:9", "'9'"),
    ],
    "the end of the file after 1 x 1 cells": [
        (TWO + "{ 1 1 } 1 2 }", "2:13", "'}'"),
        (TWO + "{ 1 1 } 1 2,,", "2:13", "','"),
        (TWO + '{ 1 1 } 1 2 "end"', "2:13", "the text 'end'"),
    ],
    f"payoff 1 of 2, {NUMBER}": [
        (TWO + '{ 1 1 } "one" "two" 1 2', "2:15", "the text 'two'"),
        (TWO + "{ 1 1 } ,1 2", "2:9", "','"),
    ],
    f"payoff 2 of 2, {NUMBER}": [
        (TWO + '{ 1 1 } 1 "two"', "2:11", "the text 'two'"),
        (TWO + "{ 1 1 } 1,,2", "2:11", "','"),
        (TWO + "{ 1 1 } 1 \u00a02", "2:11", r"'\xa02'"),
        *((TWO + f"{{ 1 1 }} 1\r\n  {slip}", "3:3", f"'{slip}'") for slip in NO_NUMBERS),
    ],
    "payoff 1 of 2, a number of at most 4000 characters": [
        (TWO + "{ 1 1 } " + "1" * 4001 + " 2", "2:9", repr("1" * 37 + "...")),
    ],
}
OUTCOMES_AND_INDICES = {
    "'}' after the outcomes, or '{' before another": [
        (TWO + "{ 1 1 } { 1 2 } 1", "2:11", "'1'"),
        (TWO + "{ 1 1 } {", "2:10", END),
        (TWO + '{ 1 1 } { { "x" 1 2 } { "y" 1 2 } 1', "2:35", "'1'"),
        (TWO + '{ 1 1 } { { "x" 1 2 }, { "y" 1 2 } } 1', "2:22", "','"),
    ],
    "the name of an outcome in double quotes": [(TWO + "{ 1 1 } { { 1 2 } } 1", "2:13", "'1'")],
    f"payoff 2 of outcome 1, {NUMBER}": [(TWO + '{ 1 1 } { { "x" 1 } } 1', "2:19", "'}'")],
    "'}' after payoff 2 of outcome 2": [
        (TWO + '{ 1 1 } { { "x" 1 2 }\n{ "x" 1 2 3 } } 1', "3:11", "'3'"),
    ],
    "outcome index 2 of 2, an integer from 0 to 1": [
        (TWO + f'{{ 1 2 }} {{ {{ "x" 1 2 }} }}\n1 {index}', "3:3", f"'{index}'")
        for index in ("2", "-1", "0.5", "99999999999999999999")
    ],
    f"outcome index 2 of 2, {NUMBER}": [(TWO + '{ 1 2 } { { "x" 1 2 } } 1 }', "2:27", "'}'")],
    "outcome index 2 of 2": [(TWO + '{ 1 2 } { { "x" 1 2 } }\n1', "3:2", END)],
    "the end of the file after 1 x 1 cells": [
        (TWO + '{ 1 1 } { { "x" 1 2 } }\n1 1', "3:3", "'1'"),
    ],
}
ERRORS = [
    (text, place, required, got)
    for part in (PROLOGUE, PAYOFFS, OUTCOMES_AND_INDICES)
    for required, cases in part.items()
    for text, place, got in cases
]


class TestErrors:
    """Every complaint is one line: source, line, column, what was required, what was got."""

    @pytest.mark.parametrize(
        ("text", "place", "required", "got"),
        ERRORS,
        ids=[re.sub(r"\W+", "-", f"{required}-{got}")[:70] for _, _, required, got in ERRORS],
    )
    def test_the_place_and_the_reason(self, text, place, required, got):
        line, column = place.split(":")
        with pytest.raises(ValueError, match="requires") as raised:
            parse_nfg(text, "game.nfg")
        assert str(raised.value) == (
            f"game.nfg, line {line}, column {column}: requires {required}, got {got}"
        )
        assert type(raised.value) is ValueError

    @pytest.mark.parametrize(
        ("number", "required"),
        [
            ("1/0", "a denominator other than 0"),
            ("-0/000", "a denominator other than 0"),
            ("1e1001", "an exponent of ten of at most 1000 in size"),
            ("-2.5E-999999999999", "an exponent of ten of at most 1000 in size"),
        ],
    )
    def test_numbers_that_exact_arithmetic_refuses(self, number, required):
        with pytest.raises(ValueError, match="requires") as raised:
            parse_nfg(TWO + f"{{ 1 1 }}\n1 {number}", "game.nfg")
        start = f"game.nfg, line 3, column 3: requires {required}, got "
        assert str(raised.value).replace("'", "") == start + number

    @pytest.mark.parametrize(
        ("content", "line", "column", "byte"),
        [
            (b"\xff\xfeN\x00F\x00G\x00", 1, 1, "0xff"),
            (b"\x89PNG\r\n\x1a\n", 1, 1, "0x89"),
            (b'\xef\xbb\xbfNFG \xe9 "t"', 1, 5, "0xe9"),
            (b'NFG 1 R "t"\r\n{ "caf\xe9" "b" }', 2, 7, "0xe9"),
            ('NFG 1 R "\u00e9"\r{ "'.encode() + b'\x80" }', 2, 4, "0x80"),
            (b'NFG 1 R "t" { "\xc3', 1, 16, "0xc3"),
        ],
    )
    def test_bytes_that_are_no_utf8(self, tmp_path, content, line, column, byte):
        path = tmp_path / "game.nfg"
        path.write_bytes(content)
        place = f"line {line}, column {column}: requires text in utf-8, got the byte {byte}"
        with pytest.raises(ValueError, match="requires") as raised:
            read_nfg(path)
        assert str(raised.value) == f"{path}, {place}"
        assert type(raised.value) is ValueError
        with path.open("rb") as stream, pytest.raises(ValueError, match="requires") as raised:
            read_nfg(stream)
        assert str(raised.value) == f"{path}, {place}"
        with (
            path.open(encoding="utf-8") as stream,
            pytest.raises(ValueError, match="requires") as raised,
        ):
            read_nfg(stream)
        assert str(raised.value) == f"{path}, {place}"

    @pytest.mark.parametrize("count", ["1000000000", "1000000000000"])
    @pytest.mark.parametrize("body", ["1 2 3", '{ { "x" 1 2 } } 1 1 1'])
    def test_absurd_numbers_of_strategies_cost_nothing(self, count, body):
        tracemalloc.start()
        with pytest.raises(ValueError, match=r"column \d+: requires .* 4 of \d+, got the end of"):
            parse_nfg(TWO + f"{{ {count} {count} }} {body}")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1_000_000

    def test_a_source_of_several_lines_stays_on_one(self):
        with pytest.raises(ValueError, match="requires") as raised:
            parse_nfg("", "a\nb")
        assert str(raised.value).startswith(r"'a\nb', line 1, column 1: requires NFG")

    def test_names_in_errors_are_shortened(self):
        with pytest.raises(ValueError, match="requires") as raised:
            parse_nfg('NFG 1 R "" { "' + "a\n" * 500 + '" "b" } { 0 1 }')
        assert len(str(raised.value)) < 200
        assert "\n" not in str(raised.value)

    @pytest.mark.parametrize("wrong", [None, 3, 0.5, True, b"game.nfg", ["game.nfg"], PLAIN])
    def test_what_is_no_file(self, wrong):
        requires = f"^path: requires a path or an open file, got {type(wrong).__name__}$"
        with pytest.raises(TypeError, match=requires):
            read_nfg(wrong)
        with pytest.raises(TypeError, match=requires):
            write_nfg(PLAIN, wrong)

    def test_other_arguments_of_wrong_types(self, tmp_path):
        with pytest.raises(TypeError, match=r"^text: requires a str, got bytes$"):
            parse_nfg(b"NFG")
        with pytest.raises(TypeError, match=r"^source: requires a str, got int$"):
            parse_nfg(HEAD, 3)
        with pytest.raises(TypeError, match=r"^title: requires a str, got int$"):
            to_nfg(PLAIN, 3)
        for write in (to_nfg, lambda game: write_nfg(game, tmp_path / "game.nfg")):
            with pytest.raises(TypeError, match=r"^game: requires a Game, got ndarray$"):
                write(PLAIN.payoffs)
        with pytest.raises(TypeError, match="bytes-like"):
            write_nfg(PLAIN, io.BytesIO())

    def test_what_cannot_be_written(self):
        for game in (
            Game([[[1]], [[2]]], [["\udcff"], ["c"]]),
            Game([[[1]], [[2]]], players=["\udcff", "b"]),
        ):
            with pytest.raises(ValueError, match=r"^names: requires text that UTF-8 can"):
                to_nfg(game)
        for number in (10**4000, Fraction(1, 10**4000), -Fraction(3**5000, 7**2000)):
            with pytest.raises(
                ValueError, match=r"^payoffs: requires numbers of at most 13000 bits"
            ):
                to_nfg(Game([[[number]], [[2]]]))


class TestSpeed:
    def test_a_large_game_takes_seconds(self):
        rng = np.random.default_rng(7)
        game = Game(rng.random((2, 150, 150)))
        text = to_nfg(game)
        start = time.process_time()
        read = parse_nfg(text)
        assert time.process_time() - start < 4
        assert np.array_equal(read.payoffs, game.payoffs)

    @pytest.mark.parametrize(
        "text",
        [
            'NFG 1 R "' + "\\" * 1_000_001,
            'NFG 1 R "' + '\\"' * 500_000,
            "NFG 1 R " + '"' * 500_001,
            "\r\n" * 500_000 + "{" * 500_000,
            'NFG 1 R "" {' + '""' * 300_000,
            TWO + "{ { " + '"x" "" ' * 50_000 + "} 1 }",
            TWO + "{ 1 1 } " + "1" * 1_000_000,
            TWO + "{ 1 1 } " + "{" * 500_000,
            TWO + "{ 1 1 } 1" + "e" * 1_000_000,
        ],
        ids=lambda text: re.sub(r"\W+", "-", repr(text[-9:])),
    )
    def test_a_long_text_that_is_no_game_is_refused_at_once(self, text):
        start = time.process_time()
        with pytest.raises(ValueError, match=r"^<text>, line \d+, column \d+: requires .*, got"):
            parse_nfg(text)
        assert time.process_time() - start < 5


COMPLAINT = re.compile(r"<file>, line [1-9]\d*, column [1-9]\d*: requires .+, got .+")
VALID = [text.encode() for text in (OUTCOMES, HEAD + NUMBERS, to_nfg(Game.symmetric([["1/3"]])))]
TOKENS = [
    "NFG",
    "1",
    "R",
    '"t"',
    "{",
    "}",
    ",",
    "2",
    "0",
    "-1/2",
    "1e9",
    '"',
    "\\",
    "\n",
    "\u00e9",
]


def complains_or_reads(content):
    """True if the content is read as a game that survives, or refused in one line with a place."""
    try:
        game = read_nfg(io.BytesIO(content))
    except ValueError as error:
        return type(error) is ValueError and COMPLAINT.fullmatch(str(error)) is not None
    return parse_nfg(to_nfg(game)) == game


class TestFuzz:
    @settings(max_examples=300, deadline=None)
    @given(st.one_of(st.binary(), st.text().map(str.encode)))
    def test_anything(self, content):
        assert complains_or_reads(content)

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.sampled_from(TOKENS), max_size=30), st.sampled_from(["", " ", "\r\n"]))
    def test_tokens_in_any_order(self, tokens, space):
        assert complains_or_reads(space.join(tokens).encode())
        assert complains_or_reads((HEAD + space.join(tokens)).encode())

    @settings(max_examples=500, deadline=None)
    @given(
        st.sampled_from(VALID),
        st.lists(
            st.tuples(
                st.floats(0, 1),
                st.integers(0, 3),
                st.one_of(st.binary(max_size=2), st.sampled_from(TOKENS).map(str.encode)),
            ),
            min_size=1,
            max_size=4,
        ),
    )
    def test_a_valid_file_with_slips(self, content, slips):
        for where, deleted, inserted in slips:
            place = int(where * len(content))
            content = content[:place] + inserted + content[place + deleted :]
        assert complains_or_reads(content)

    @pytest.mark.parametrize("content", VALID)
    def test_a_valid_file_cut_anywhere_is_refused(self, content):
        # Within the last number no cut can be noticed.
        for length in range(content.rstrip().rindex(b" ") + 1):
            with pytest.raises(ValueError, match=COMPLAINT):
                read_nfg(io.BytesIO(content[:length]))


class TestGambit:
    """Gambit reads what is written here, and the other way round, names and rationals alike."""

    @settings(max_examples=100, deadline=None)
    @given(game=named_games(gambit_labels))
    @example(game=PLAIN)
    def test_both_ways(self, game):
        gambit = game.to_gambit()
        assert gambit_names(gambit) == (game.players, game.strategies)
        assert gambit_payoffs(gambit) == game.exact_payoffs.tolist()
        assert parse_nfg(gambit.to_nfg()) == game

    def test_it_reads_the_same_from_a_file(self, tmp_path):
        game = parse_nfg(OUTCOMES)
        write_nfg(game, tmp_path / "game.nfg")
        gambit = pygambit.read_nfg(tmp_path / "game.nfg")
        assert gambit.title == "firm against partner"
        assert gambit_payoffs(gambit) == game.exact_payoffs.tolist()

    @pytest.mark.parametrize(
        "text", [OUTCOMES, HEAD + NUMBERS, HEAD + "1e-3 .5 -.5 5. -1/3 1E2 0 8"]
    )
    def test_both_read_the_same(self, text):
        ours, theirs = parse_nfg(text), pygambit.read_nfg(io.StringIO(text))
        assert gambit_names(theirs) == (ours.players, ours.strategies)
        assert gambit_payoffs(theirs) == ours.exact_payoffs.tolist()

    def test_its_file_of_a_tree(self):
        tree = pygambit.read_efg(
            io.StringIO(
                'EFG 2 R "Entry" { "rival" "incumbent" }\n'
                'p "" 1 1 "" { "in" "out" } 0\n'
                'p "" 2 1 "" { "fight" "share" } 0\n'
                't "" 1 "war" { -1 -1/2 }\nt "" 2 "peace" { 1 1 }\nt "" 3 "out" { 0 2 }\n'
            )
        )
        game = same(tree.to_nfg())
        assert game.players == ("rival", "incumbent")
        assert game.exact_payoffs[0].tolist() == [[-1, 1], [0, 0]]
        assert game.exact_payoffs[1].tolist() == [[Fraction(-1, 2), 1], [2, 2]]

    @pytest.mark.parametrize("name", ["a\\", "a\\\\b", 'a\\"b'])
    def test_names_that_it_would_change_are_refused(self, name):
        kinds = ({"players": [name, "b"]}, {"strategies": [[name], ["c"]]})
        for names in kinds:
            game = Game([[[1]], [[2]]], **names)
            with pytest.raises(ValueError, match=r"^to_gambit: requires names without") as raised:
                game.to_gambit()
            assert str(raised.value).endswith(f"got {name!r}")

    def test_it_would_change_them_indeed(self):
        names = {name: Game([[[1]], [[2]]], players=[name, "b"]) for name in ("a\\\\b", 'a\\"b')}
        for name, game in names.items():
            gambit = pygambit.read_nfg(io.StringIO(to_nfg(game, "")))
            assert next(iter(gambit.players)) != name

    @pytest.mark.parametrize("name", ["a\nb", " a", "a  b"])
    def test_names_that_it_refuses(self, name):
        refusal = "^to_gambit: requires names that pygambit takes, got: Parse error.*Invalid label"
        with pytest.raises(ValueError, match=refusal):
            Game.to_gambit(Game([[[1]], [[2]]], players=[name, "b"]))

    def test_equal_players_and_empty_names_get_its_suffix(self):
        equal = Game([[[1]], [[2]]], [["b"], ["c"]], ["firm", "firm"]).to_gambit()
        assert gambit_names(equal) == (("firm_1", "firm_2"), (("b",), ("c",)))
        empty = Game([[[1]], [[2]]], [["b"], ["c"]], ["", "firm"]).to_gambit()
        assert gambit_names(empty) == (("_1", "firm"), (("b",), ("c",)))

    def test_without_pygambit_the_extra_is_named(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pygambit", None)
        with pytest.raises(
            ModuleNotFoundError, match=r'pip install "dilemma\[gambit\]"'
        ) as raised:
            PLAIN.to_gambit()
        assert raised.value.name == "pygambit"

    def test_every_order_of_sizes(self):
        for m, n in product(range(1, 4), repeat=2):
            game = Game(np.arange(2 * m * n).reshape(2, m, n))
            assert gambit_payoffs(game.to_gambit()) == game.exact_payoffs.tolist()
