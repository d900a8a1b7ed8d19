"""The answer itself: a sequence that says what it holds and how it was obtained."""

import re
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest

from dilemma.equilibria import Equilibria, nash
from dilemma.game import Game


@pytest.fixture
def chicken() -> Equilibria:
    return nash(Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"]))


def test_an_answer_is_a_sequence(chicken: Equilibria) -> None:
    assert isinstance(chicken, Sequence)
    assert len(chicken) == 3
    assert list(chicken) == [chicken[0], chicken[1], chicken[2]]
    assert chicken[-1] is chicken[2]
    assert chicken[1:] == (chicken[1], chicken[2])
    assert chicken[2] in chicken
    assert chicken.index(chicken[1]) == 1
    with pytest.raises(IndexError):
        chicken[3]


def test_pure_equilibria_come_first_and_then_small_supports(chicken: Equilibria) -> None:
    assert [one.supports for one in chicken] == [((0,), (1,)), ((1,), (0,)), ((0, 1), (0, 1))]
    many = nash(Game.symmetric([[1 if i == j else 0 for j in range(5)] for i in range(5)]))
    sizes = [len(one.supports[0]) + len(one.supports[1]) for one in many]
    assert sizes == sorted(sizes)
    first = [component.equilibria[0] for component in many.components]
    assert first == list(many)


def test_an_equilibrium_knows_its_payoffs_and_its_words(chicken: Equilibria) -> None:
    mixed = chicken[2]
    assert (mixed.row, mixed.column) == ((Fraction(2, 3), Fraction(1, 3)),) * 2
    assert mixed.payoffs == (Fraction(14, 3), Fraction(14, 3))
    assert mixed.words == "both mix yield (2/3) and insist (1/3)"
    assert str(mixed) == f"{mixed.words}: payoffs 14/3 and 14/3, regret 0, not strict"
    assert [one.strict for one in chicken] == [True, True, False]
    assert [one.played for one in chicken] == [
        (("yield",), ("insist",)),
        (("insist",), ("yield",)),
        (("yield", "insist"), ("yield", "insist")),
    ]


def test_how_it_was_obtained_is_said(chicken: Equilibria) -> None:
    assert chicken.exact
    assert chicken.complete
    assert "enumeration" in chicken.method
    assert chicken.status == (
        "3 extreme equilibria in 3 components: all were enumerated, in rational arithmetic."
    )
    one = nash(Game.symmetric([[3, 0], [5, 1]]))
    assert one.status.startswith("One equilibrium, and no other")
    tied = nash(Game.symmetric([[1, 1], [1, 0]]))
    assert tied.status.startswith("3 extreme equilibria in 1 component of a degenerate game")


def test_text_lists_every_component_with_its_equilibria(chicken: Equilibria) -> None:
    # Lines of more than 80 columns go on in the next one.
    lines = re.sub(r"\n    (?=\S)", " ", str(chicken)).splitlines()
    assert lines[0] == chicken.status
    assert lines.count("component of dimension 0, index 1:") == 2
    assert lines.count("component of dimension 0, index -1:") == 1
    assert [f"  {one}" for one in chicken if f"  {one}" not in lines] == []


def test_html_has_a_row_for_each_equilibrium_and_escapes_names() -> None:
    game = Game.symmetric([[6, 2], [7, 0]], ["<b>", "R&D"], ["A<1>", "B"])
    text = nash(game)._repr_html_()
    assert text.count("<tr>") == 1 + 3
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert "R&amp;D" in text
    assert "A&lt;1&gt;" in text
    assert ">-1<" in text
    assert ">+1<" in text


def test_an_answer_cannot_be_changed(chicken: Equilibria) -> None:
    with pytest.raises(FrozenInstanceError):
        chicken.equilibria = ()
    with pytest.raises(FrozenInstanceError):
        chicken[0].row = (1, 0)
    assert len({*chicken, *chicken}) == 3


def test_proper_names_of_players_take_no_article() -> None:
    game = Game.from_bimatrix(
        [[1, 0]], [[0, 1]], [["stay"], ["left", "right"]], ["Ann", "the firm"]
    )
    (one,) = nash(game)
    assert one.words.startswith("Ann plays stay; ")


def test_the_shape_of_a_set_of_mixtures_is_told_where_ranges_do_not_tell_it() -> None:
    # Ranges of three weights would suggest a box; those of two leave no doubt.
    names = [["only"], ["left", "middle", "right"]]
    triangle = nash(Game.from_bimatrix([[0, 0, 0]], [[1, 1, 1]], names)).components[0]
    assert triangle.words == (
        "the row player plays only; the column player mixes left with weight between 0 and 1, "
        "middle with weight between 0 and 1 and right with weight between 0 and 1 "
        "(anywhere on the hull of 3 mixtures)"
    )
    edge = nash(Game.from_bimatrix([[0, 0, 0]], [[1, 0, 1]], names)).components[0]
    assert edge.words == (
        "the row player plays only; the column player mixes left with weight between 0 and 1 "
        "and right with weight between 0 and 1"
    )


def test_a_segment_inside_a_triangle_is_called_one() -> None:
    # Staying is best only where left and middle have the same weight (or the row player would go
    # up or down) and right at most 1/2 (or out).
    game = Game.from_bimatrix(
        [[0, 0, 0], [1, -1, 0], [-1, 1, 0], [-1, -1, 1]],
        [[1, 1, 1], [1, 2, 0], [2, 1, 0], [0, 0, 0]],
        [["stay", "up", "down", "out"], ["left", "middle", "right"]],
    )
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    words = [subset.words for subset in nash(game).subsets]
    assert any("(anywhere on the segment of 2 mixtures)" in one for one in words), words
    assert game.regret((1, 0, 0, 0), (quarter, quarter, half)) == 0


def test_an_index_of_zero_has_no_sign_in_html() -> None:
    entry = Game.from_bimatrix([[0, 0], [1, -1]], [[2, 2], [1, -1]])
    text = nash(entry)._repr_html_()
    assert ">0</td></tr>" in text
    assert "+0" not in text
