"""How a game looks, and that what it shows is the game's."""

from fractions import Fraction
from html.parser import HTMLParser

from hypothesis import given, settings

from dilemma.alliance import Alliance
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.testing import games

NASTY = Game.symmetric([[1, 0], [2, 0]], ["<script>alert(1)</script>", "a & b_c%"])


class Cells(HTMLParser):
    """The texts of a table's cells, by tag."""

    def __init__(self):
        super().__init__()
        self.texts, self.open = [], None

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.open = tag
            self.texts.append((tag, ""))
        assert tag != "script"

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.open = None

    def handle_data(self, data):
        if self.open:
            tag, text = self.texts[-1]
            self.texts[-1] = (tag, text + data)


@settings(max_examples=30, deadline=None)
@given(game=games(largest=4))
def test_html_shows_every_payoff_and_name(game):
    cells = Cells()
    cells.feed(game._repr_html_())
    corner, *shown = [text for tag, text in cells.texts if tag == "td"]
    assert corner == ""
    m, n = game.shape
    expected = [
        ", ".join(number(game.exact_payoffs[p, i, j]) for p in (0, 1))
        for i in range(m)
        for j in range(n)
    ]
    assert shown == expected
    heads = [text for tag, text in cells.texts if tag == "th"]
    assert heads == [*game.strategies[1], *game.strategies[0]]


def test_names_are_escaped():
    assert "<script>" not in NASTY._repr_html_()
    assert "&lt;script&gt;" in NASTY._repr_html_()
    assert r"a \& b\_c\%" in NASTY._repr_latex_()


def test_best_replies_are_marked():
    prisoners = Game.symmetric([[3, 0], [5, 1]])
    assert prisoners._repr_html_().count("<u>") == 4
    assert prisoners._repr_latex_().count(r"\underline") == 4
    assert str(prisoners).count("*") == 5  # four marks, and the key
    assert "1*, 1*" in str(prisoners)


def test_latex_is_an_array_in_mathematics_mode():
    latex = Game.symmetric([["-1/3", 2], [0, 0]])._repr_latex_()
    assert latex.startswith("$")
    assert latex.endswith("$")
    assert r"-\tfrac{1}{3}" in latex
    assert latex.count("{") == latex.count("}")


def test_text_fits_eighty_columns():
    text = str(Alliance(trust="0.317", stakes="1.75").game())
    assert max(map(len, text.splitlines())) <= 80


def test_wide_games_continue_below():
    text = str(Game.symmetric([[i + j for j in range(20)] for i in range(20)]))
    assert max(map(len, text.splitlines())) <= 80
    heads = [line.split() for line in text.splitlines()[1:] if line.startswith("    ")]
    assert [name for line in heads for name in line] == [str(k) for k in range(1, 21)]


def test_long_fractions_are_shown_as_decimals():
    assert number(Fraction(1, 3)) == "1/3"
    assert number(Fraction(123456789, 987654321)) == "~0.125"
    assert number(Fraction(10**400)).startswith("~1e+400")
    assert number(Fraction(1, 10**400)).startswith("~1e-400")
