"""Kinds of dilemma: every strict order of the four payoffs, ties, and the alliance's own."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
import sympy
import xarray as xr

from dilemma.alliance import Alliance
from dilemma.alliance.kinds import kind_of_dilemma, order_of_payoffs
from dilemma.game import Game

NAMED = {
    "TRPS": "prisoner's dilemma",
    "TRSP": "chicken",
    "TSRP": "leader",
    "STRP": "hero",
    "RTPS": "stag hunt",
    "TPRS": "deadlock",
}


@pytest.mark.parametrize("order", ["".join(order) for order in permutations("TRPS")])
def test_every_strict_order_has_the_kind_that_its_best_replies_say(order):
    values = {letter: 4 - place for place, letter in enumerate(order)}
    T, R, P, S = (values[letter] for letter in "TRPS")
    kind = kind_of_dilemma(T, R, P, S)
    game = Game.symmetric([[R, S], [T, P]])
    strict = {(i, j) for i in (0, 1) for j in (0, 1) if game.regret([1 - i, i], [1 - j, j]) == 0}
    assert (
        strict
        == {
            "prisoner's dilemma": {(1, 1)},
            "deadlock": {(1, 1)},
            "stag hunt": {(0, 0), (1, 1)},
            "reverse stag hunt": {(0, 0), (1, 1)},
            "chicken": {(0, 1), (1, 0)},
            "leader": {(0, 1), (1, 0)},
            "hero": {(0, 1), (1, 0)},
            "harmony": {(0, 0)},
        }[kind]
    )
    assert NAMED.get(order, kind) == kind


@pytest.mark.parametrize(
    ("payoffs", "words"),
    [
        ((3, 3, 1, 0), "borderline: T = R"),
        ((3, 2, 1, 1), "borderline: P = S"),
        ((1, 1, 0, 0), "borderline: T = R, P = S"),
        ((3, 1, 1, 0), "borderline: R = P"),
        ((3, 2, 1, 2), "borderline: R = S"),
        ((3, 2, 1, 3), "borderline: S = T"),
        ((1, 2, 2, 0), "borderline: R = P"),
    ],
)
def test_ties_are_named(payoffs, words):
    assert kind_of_dilemma(*payoffs) == words


def test_order_of_payoffs():
    assert order_of_payoffs(1, 2, 2, 0, Fraction(1, 2)) == "R = P > T > avoidance > S"


def test_the_default_alliance():
    kind = Alliance().dilemma()
    assert kind.kind == "prisoner's dilemma"
    assert kind.temptation == (Fraction(73, 80),) * 2
    assert kind.reward == (Fraction(3, 4),) * 2
    assert kind.avoidance == (0, 0)
    assert kind.learning_dilemma is True


def test_unequal_firms_may_be_in_different_dilemmas():
    kind = Alliance(trust=0.4, opportunism=(0, 1)).dilemma()
    assert kind.kinds[0] != kind.kinds[1]
    assert kind.kind == f"{kind.kinds[0]} for the row firm, {kind.kinds[1]} for the column firm"


def test_the_column_firm_s_roles_are_its_own():
    alliance = Alliance(stakes=(1, 2), opportunism=(0.2, 0.9), power=0.3)
    kind, payoffs = alliance.dilemma(), alliance.payoffs()
    assert kind.temptation == (payoffs[0, 1, 0], payoffs[1, 0, 1])
    assert kind.sucker == (payoffs[0, 0, 1], payoffs[1, 1, 0])


def test_batches_agree_with_single_alliances():
    trusts = [0.1, 0.5, 0.75, 1.0]
    batch = Alliance(trust=np.array(trusts)).dilemma()
    for place, trust in enumerate(trusts):
        one = Alliance(trust=trust).dilemma()
        assert batch.kind[place] == one.kind
        assert bool(batch.learning_dilemma[place]) == one.learning_dilemma
        assert batch.temptation[0][place] == pytest.approx(float(one.temptation[0]), rel=1e-13)


def test_batches_decide_ties_exactly():
    """On a grid of 1/90 the temptation vanishes at 29/45, where floats could say anything."""
    trusts = np.array([Fraction(k, 90) for k in range(91)], dtype=object)
    batch = Alliance(trust=trusts).dilemma()
    for place, trust in enumerate(trusts):
        one = Alliance(trust=trust).dilemma()
        assert batch.kind[place] == one.kind
        assert batch.order[0][place] == one.order[0]
    assert batch.kind[58] == "borderline: T = R"
    decimal = Alliance(trust=np.array([0.5, 0.7]), opportunism=0.3, synergy=0.1).dilemma()
    exact = [Alliance(trust=t, opportunism=0.3, synergy=0.1).dilemma().kind for t in (0.5, 0.7)]
    assert decimal.kind.tolist() == exact


def test_labelled_batches():
    kind = Alliance(trust=xr.DataArray([0.1, 0.75], dims="trust")).dilemma()
    assert kind.kind.dims == ("trust",)
    assert kind.reward[0].dims == ("trust",)


def test_symbols_leave_the_kind_open():
    kind = Alliance(trust=sympy.Symbol("tau")).dilemma()
    assert kind.kind.startswith("undecided")
    assert kind.learning_dilemma is None


def test_symbols_that_decide_nothing_leave_the_kind_decided():
    kind = Alliance(effort_convexity=sympy.Symbol("nu")).dilemma()
    assert kind.kind == "prisoner's dilemma"
    assert kind.learning_dilemma is True
