"""Tables for people: what they show is what the answer holds, within 80 columns."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings

from dilemma.alliance import Alliance
from dilemma.equilibria import lemke_howson, nash
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.repeated import (
    compare_with_stage,
    critical_discount,
    payoff_set,
    payoff_set_changes,
)
from dilemma.show import table
from dilemma.testing import alliances, degenerate_games, games


@settings(max_examples=30, deadline=None)
@given(alliance=alliances())
def test_everything_of_an_alliance_fits_eighty_columns(alliance):
    game = alliance.game()
    things = [
        alliance,
        game,
        alliance.outcomes(),
        alliance.dilemma(),
        nash(game),
        critical_discount(game, "collaboration", "avoidance"),
    ]
    for thing in things:
        text = table(thing)
        assert text.strip()
        assert max(map(len, text.splitlines())) <= 80


@settings(max_examples=30, deadline=None)
@given(game=degenerate_games())
def test_every_equilibrium_has_a_row_with_its_payoffs_and_component(game):
    equilibria = nash(game)
    lines = table(equilibria).splitlines()
    for place, component in enumerate(equilibria.components, 1):
        for equilibrium in component.equilibria:
            payoffs = ", ".join(map(number, equilibrium.payoffs))
            index = f"{component.index:+d}" if component.index else "0"
            strict = "yes" if equilibrium.strict else "no"
            cells = f"{payoffs} 0 {strict} {place} {index}".split()
            assert any(line.split()[-len(cells) :] == cells for line in lines)
        if component.dimension:
            assert f"component {place} (dimension {component.dimension})" in table(equilibria)


def test_outcomes_show_three_matrices():
    text = table(Alliance().outcomes())
    assert [title in text for title in ("joint learning", "division", "exploitation")] == [
        True
    ] * 3
    lines = text.splitlines()
    assert lines[1].split() == ["COL", "COM", "CMP", "ACC", "AVO"]
    assert lines[2].split() == ["COL", "2", "11/10", "21/20", "1", "1/10"]


def test_equal_firms_are_described_once_and_unequal_ones_twice():
    assert table(Alliance().dilemma()).count("T = ") == 1
    assert table(Alliance(stakes=(1, 2)).dilemma()).count("T = ") == 2


def test_a_path_is_told_with_its_equilibrium():
    path = lemke_howson(Alliance().game(), 0)
    assert " ".join(table(path).split()) == f"{path.status} {path.equilibrium}"


def test_symbolic_results_are_shown_as_they_are():
    text = table(Alliance(trust=sympy.Symbol("x")).dilemma())
    assert "undecided" in text
    assert "depends on the symbols" in text


def test_a_batch_has_no_table():
    with pytest.raises(TypeError, match="thing: requires the dilemma of one alliance"):
        table(Alliance(trust=np.array([0.1, 0.2])).dilemma())
    with pytest.raises(TypeError, match="thing: requires the outcomes of one alliance"):
        table(Alliance(leakage=np.array([0.1, 0.2])).outcomes())


def test_other_things_have_no_table():
    with pytest.raises(TypeError, match="thing: requires a result of the library, got int"):
        table(3)


@settings(max_examples=20, deadline=None)
@given(game=games(largest=4))
def test_equilibria_in_html_have_a_row_each(game):
    equilibria = nash(game)
    assert equilibria._repr_html_().count("<tr>") == len(equilibria) + 1


def test_equilibria_in_html_are_escaped():
    page = nash(Game.symmetric([[1]], ["<script>"]))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_payoff_sets_and_their_changes_are_tables():
    answer = payoff_set(PRISONERS, 0.2)
    assert table(answer).splitlines()[0].startswith("The payoff pairs of a segment")
    assert "(9, 9): share with share for ever" in table(answer)
    assert "at 1/7" in table(payoff_set_changes(PRISONERS, points=4, high=0.2))
    assert "sum: 18 repeated, 6 at once: more" in table(compare_with_stage(PRISONERS, 0.2))
    assert max(map(len, table(payoff_set(PRISONERS, 0.9)).splitlines())) <= 80


PRISONERS = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
