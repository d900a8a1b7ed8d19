"""What gathers every concept: consistency with each of them, laziness, and the table."""

import copy
import dataclasses
import html
import json
import pickle
import re
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dilemma.equilibria as room
import dilemma.equilibria.stability as assessing
from dilemma.alliance import Alliance
from dilemma.equilibria import (
    Equilibrium,
    evolutionarily_stable,
    expectations,
    lemke_howson,
    nash,
    potential,
    rationalizable,
    risk_dominance,
)
from dilemma.game import Game
from dilemma.show import record
from dilemma.testing import alliances, degenerate_games, games, symmetric_games

ANY = st.one_of(games(largest=4), symmetric_games(largest=4), degenerate_games())
STAG_HUNT = Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"])


@settings(max_examples=80, deadline=None)
@given(game=ANY)
def test_each_part_is_what_its_concept_says(game):
    equilibria = nash(game)
    risk = {one.profile: one for one in risk_dominance(game).equilibria}
    found, left = potential(game), rationalizable(game, weak=True)
    evolution = {}
    if game.is_symmetric:
        stable = evolutionarily_stable(game)
        evolution = {one.strategy: one.kind for one in (*stable, *stable.rejected)}
    for one in equilibria:
        it = one.stability
        component = equilibria.components[it.component]
        assert one in component.equilibria
        assert (it.index, it.dimension) == (component.index, component.dimension)
        assert it.isolated == (component.dimension == 0)
        rows, columns = one.supports
        assert it.pure == (len(rows) == len(columns) == 1)
        assert it.strict == one.strict
        best = game.best_replies(one.row, one.column)
        assert it.quasi_strict == (best == (rows, columns))
        profile = (rows[0], columns[0])
        assert it.p_dominance == (risk[profile].p if it.pure else None)
        assert it.risk_dominant == (risk[profile].risk_dominant if it.strict else None)
        own = evolution.get(one.row) if one.row == one.column else None
        assert it.evolutionary == own
        others = [other.payoffs for other in equilibria if other is not one]
        assert it.payoff_dominant == all(
            u < one.payoffs[0] and v < one.payoffs[1] for u, v in others
        )
        worse = any(u >= one.payoffs[0] and v >= one.payoffs[1] and (u, v) != one.payoffs
                    for u, v in others)  # fmt: skip
        assert (it.pareto_rank > 1) == worse
        profiles = {(i, j) for i in rows for j in columns}
        expected = profiles <= set(found.maximisers) if found.weights else None
        assert it.potential_maximiser == expected
        assert it.survives_dominance == (
            set(rows) <= set(left.rows) and set(columns) <= set(left.columns)
        )
        # What theory says holds between the concepts.
        if it.strict:
            assert it.quasi_strict
            assert it.isolated
            assert it.index == 1
            assert it.survives_dominance
            assert it.p_dominance < 1
            assert it.evolutionary in ("ESS", None)
        if it.evolutionary == "ESS":
            assert it.invader is None
        assert it.words in str(it)


def test_nothing_is_computed_until_it_is_asked_for(monkeypatch):
    def refuse(*arguments):
        raise AssertionError("asked too early")

    with monkeypatch.context() as patch:
        patch.setattr(assessing, "stabilities", refuse)
        equilibria = nash(STAG_HUNT)
        text = str(equilibria) + repr(equilibria) + equilibria._repr_html_()
        assert text
        assert json.dumps(record(equilibria))
        with pytest.raises(AssertionError, match="asked too early"):
            equilibria[0].stability  # noqa: B018
    assert equilibria[0].stability is equilibria[0].stability
    assert "origin" not in text


def test_it_is_found_once_for_all_equilibria_of_an_answer(monkeypatch):
    calls = []
    original = assessing.stabilities
    monkeypatch.setattr(
        assessing, "stabilities", lambda *given: (calls.append(1), original(*given))[1]
    )
    assert len([one.stability for one in nash(STAG_HUNT)]) == 3
    assert calls == [1]


def test_it_is_no_part_of_what_makes_equilibria_equal():
    first, second = nash(STAG_HUNT), nash(STAG_HUNT)
    first[0].stability  # noqa: B018
    assert first == second
    assert hash(first) == hash(second)
    assert hash(first[0]) == hash(second[0])
    assert repr(first) == repr(second)
    assert record(first) == record(second)


@pytest.mark.parametrize("asked", [False, True])
def test_answers_can_be_pickled_and_copied(asked):
    equilibria = nash(STAG_HUNT)
    if asked:
        equilibria[0].stability  # noqa: B018
    for again in (pickle.loads(pickle.dumps(equilibria)), copy.deepcopy(equilibria)):
        assert again == equilibria
        assert [one.stability for one in again] == [one.stability for one in equilibria]
    one = pickle.loads(pickle.dumps(equilibria[1]))
    assert one.stability == equilibria[1].stability
    assert dataclasses.replace(one, words="hare").stability == one.stability


def test_an_equilibrium_from_elsewhere_asks_nash():
    path = lemke_howson(STAG_HUNT, label=1)
    (same,) = [one for one in nash(STAG_HUNT) if one == path.equilibrium]
    assert path.equilibrium.stability == same.stability


def test_what_has_no_answer_says_so():
    half = Fraction(1, 2)
    lonely = Equilibrium(
        row=(Fraction(1),),
        column=(Fraction(1),),
        payoffs=(half, half),
        regret=Fraction(0),
        strict=True,
        played=(("1",), ("1",)),
        words="alone",
    )
    with pytest.raises(
        ValueError, match=r"stability: requires an equilibrium that knows its game"
    ):
        lonely.stability  # noqa: B018
    flat = nash(Game([[[1, 1]], [[1, 1]]]))
    inside = dataclasses.replace(flat[0], column=(half, half))
    with pytest.raises(ValueError, match=r"stability: requires an extreme equilibrium"):
        inside.stability  # noqa: B018
    with pytest.raises(TypeError, match=r"equilibria: requires the Equilibria of a game"):
        expectations([STAG_HUNT])
    assert str(expectations(STAG_HUNT)) == str(expectations(nash(STAG_HUNT)))
    large = lemke_howson(Game.symmetric(np.eye(30)), 0).equilibrium
    with pytest.raises(ValueError, match="requires at most 10,000,000 vertices"):
        large.stability  # noqa: B018


def test_shapleys_game():
    """Shapley (1964): one equilibrium, uniform, of index +1; no concept of selection speaks."""
    (one,) = nash(Game.from_bimatrix(np.eye(3), np.roll(np.eye(3), 1, axis=1)))
    assert one.row == one.column == (Fraction(1, 3),) * 3
    assert one.stability.words == (
        "mixed, quasi-strict, isolated, index +1; evolutionary stability does not apply (no "
        "symmetric equilibrium of a symmetric game); payoff-dominant (Pareto rank 1); survives "
        "iterated weak dominance"
    )


def test_the_stag_hunt_in_words():
    risky, safe, mixed = (one.stability for one in nash(STAG_HUNT))
    assert safe.words == (
        "pure, strict, isolated, index +1; an ESS; risk-dominant; p-dominant from p = 1/4 on; not "
        "payoff-dominant (Pareto rank 2); maximises the potential; survives iterated weak "
        "dominance"
    )
    assert (risky.risk_dominant, risky.payoff_dominant, risky.p_dominance) == (
        False, True, Fraction(3, 4),
    )  # fmt: skip
    assert (mixed.evolutionary, mixed.index, mixed.risk_dominant) == ("neither", -1, None)


@settings(max_examples=25, deadline=None)
@given(alliance=alliances())
def test_tables_of_alliances_are_at_most_80_columns_wide(alliance):
    equilibria = nash(alliance.game())
    table = expectations(equilibria)
    assert max(map(len, str(table).splitlines())) <= 80
    assert table.stabilities == tuple(one.stability for one in equilibria)
    for concept, places in table.selected:
        for place in places:
            assert concept != "Risk dominance" or table.stabilities[place].risk_dominant


def test_long_names_are_wrapped_and_signs_escaped():
    names = ["a<b & " + "very " * 30 + "long", "x" * 120]
    game = Game.symmetric([["1/100000007", 0], [0, "99999999999/100000007"]], names)
    table = expectations(nash(game))
    assert max(map(len, str(table).splitlines())) <= 80
    tiny = Game.symmetric([["1e-12", 0], [0, 1]])
    assert "~1e-12" in str(expectations(nash(tiny)))
    markup = table._repr_html_()
    assert "a<b" not in markup
    assert html.escape(names[0]) in markup
    assert markup.count("<tr>") == 4
    assert re.search(r"<caption[^>]*>Evolutionary stability: 1, 2\.", markup)


def test_the_alliance_at_much_trust_has_an_answer():
    """Trust 3/4: payoff dominance selects collaboration, and risk dominance avoidance or it."""
    table = expectations(nash(Alliance(trust="3/4").game()))
    selected = dict(table.selected)
    assert table.equilibria[selected["Payoff dominance"][0]].words == "both play collaboration"
    assert len(selected["Risk dominance"]) == 1
    assert expectations(nash(Alliance().game())).status == (
        "There is one equilibrium, and nothing to select."
    )


def test_nash_alone_loads_none_of_the_other_concepts():
    code = (
        "import sys, dilemma\n"
        "dilemma.nash(dilemma.Alliance().game())\n"
        "names = 'dominance evolutionary continua selection potentials stability'.split()\n"
        "print([one for one in names if 'dilemma.equilibria.' + one in sys.modules])\n"
        "import dilemma.equilibria as room\n"
        "held = [getattr(room, name) for name in room.__all__ if name in dir(room)]\n"
        "print(len(held) == len(room.__all__))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]
    with pytest.raises(AttributeError, match="no attribute 'nahs'"):
        room.nahs  # noqa: B018
