"""Critical discount factors in symbols: the closed forms, and signs against numbers."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import STRATEGIES, Alliance
from dilemma.repeated import critical_discount, critical_discount_formula
from dilemma.show import table

tau, S, omega, sigma, eta, ell, kr, kt = sympy.symbols(
    "tau S omega sigma eta ell kappa_r kappa_t", positive=True
)
NAMES = [one.name for one in STRATEGIES]
SYMBOLIC = Alliance(
    trust=tau,
    stakes=S,
    opportunism=omega,
    synergy=sigma,
    relational_return=eta,
    leakage=ell,
    receptivity_cost=kr,
    transparency_cost=kt,
)
UNIT = {tau: (0, 1), omega: (0, 1), ell: (0, 1)}


@pytest.fixture(scope="module")
def formulas():
    return critical_discount_formula(
        SYMBOLIC.payoffs(),
        "collaboration",
        "avoidance",
        symbols=[tau, S, omega],
        box=UNIT,
        strategies=NAMES,
    )


def test_the_design_s_formula_and_its_slope_in_stakes(formulas):
    race = formulas.of("competition")
    h = (1 - tau) * omega
    alpha = (1 - ell) * (h - sigma - eta * tau)
    beta = 1 + ell * (sigma + eta * tau) + h * (1 - ell)
    assert sympy.simplify(race.formula - (alpha * S + kt) / (beta * S - kr)) == 0
    slope = race.slopes[1]
    assert slope.symbol == S
    closed = -(alpha * kr + beta * kt) / (beta * S - kr) ** 2
    assert sympy.simplify(slope.derivative - closed) == 0
    assert sympy.expand(slope.numerator + alpha * kr + beta * kt) == 0
    assert slope.sign is None


def test_trust_lowers_and_opportunism_raises_the_patience_that_the_race_needs(formulas):
    race = formulas.of("competition")
    assert [one.sign for one in race.slopes] == [-1, None, 1]
    # By hand: the numerator in trust is −S[(1 − ℓ)(ω + η)B + ηG], negative where G, B > 0.
    by_hand = -S * ((1 - ell) * (omega + eta) * race.loss + eta * race.gain)
    assert sympy.expand(race.slopes[0].numerator - by_hand) == 0


def test_the_sign_in_stakes_is_decided_in_a_box(formulas):
    tenth, half = Fraction(1, 10), Fraction(1, 2)
    low = {
        tau: (0, tenth), omega: (Fraction(3, 4), 1), ell: (0, tenth), sigma: (0, half),
        eta: (0, half),
    }  # fmt: skip
    found = critical_discount_formula(
        SYMBOLIC.payoffs(), 0, 4, symbols=[S], box=low, strategies=NAMES
    )
    assert found.of("competition").slopes[0].sign == -1
    assert not found.complete or all(f.slopes[0].sign is not None for f in found.formulas)


@pytest.mark.parametrize(("stakes", "patience"), [(1, "49/93"), (2, "29/113")])
def test_the_design_s_numbers(formulas, stakes, patience):
    values = Alliance(trust="1/10", stakes=stakes).terms
    point = {
        tau: values["trust"], S: stakes, omega: values["opportunism"], sigma: values["synergy"],
        eta: values["relational_return"], ell: values["leakage"], kr: values["receptivity_cost"],
        kt: values["transparency_cost"],
    }  # fmt: skip
    assert formulas.at(point) == Fraction(patience)


@settings(max_examples=12, deadline=None)
@given(
    trust=st.fractions(0, 1, max_denominator=12),
    stakes=st.fractions(Fraction(1, 2), 6, max_denominator=6),
    opportunism=st.fractions(0, 1, max_denominator=12),
)
def test_formulas_give_what_numbers_give(formulas, trust, stakes, opportunism):
    alliance = Alliance(trust=trust, stakes=stakes, opportunism=opportunism)
    point = {tau: trust, S: stakes, omega: opportunism}
    point |= {
        symbol: alliance.terms[name]
        for symbol, name in (
            (sigma, "synergy"), (eta, "relational_return"), (ell, "leakage"),
            (kr, "receptivity_cost"), (kt, "transparency_cost"),
        )
    }  # fmt: skip
    found = critical_discount(alliance.game(), "collaboration", "avoidance")
    if found.largest in (1, None):
        assert formulas.at(point) == found.value
    exact = {symbol: sympy.Rational(str(value)) for symbol, value in point.items()}
    assert (min(one.subs(exact) for one in formulas.credible) >= 0) == found.credible
    for one in formulas.formulas:
        if one.gain.subs(exact) > 0 and one.loss.subs(exact) > 0:
            for slope in one.slopes:
                number = slope.derivative.subs(exact)
                assert slope.sign is None or slope.sign * number >= 0


def test_players_who_differ_have_their_own_formulas():
    b, c = sympy.symbols("b c", positive=True)
    payoffs = [[[b - c, -c], [b, 0]], [[2 * b - c, 2 * b], [-c, 0]]]
    found = critical_discount_formula(payoffs, 0, 1, symbols=[b])
    assert [one.player for one in found.formulas] == [0, 1]
    assert [one.formula for one in found.formulas] == [c / b, c / (2 * b)]
    assert found.of("2", 1).slopes[0].sign == -1
    assert found.at({b: 1, c: "1/3"}) == Fraction(1, 3)
    assert found.at({b: 1, c: 2}) is None
    assert max(map(len, table(found).splitlines())) <= 80
    with pytest.raises(KeyError, match="deviation: requires one of"):
        found.of("3")


def test_wrong_arguments():
    with pytest.raises(ValueError, match=r"payoffs: requires the shape \(2, m, n\)"):
        critical_discount_formula([[1]], 0, 0)
    with pytest.raises(ValueError, match=r"box\[tau\]: requires low ≤ high"):
        critical_discount_formula(SYMBOLIC.payoffs(), 0, 4, box={tau: (1, 0)})
    with pytest.raises(ValueError, match="target: requires an index from 0 to 4"):
        critical_discount_formula(SYMBOLIC.payoffs(), 5, 4)


def test_one_strategy_each():
    found = critical_discount_formula([[[tau]], [[tau]]], 0, 0)
    assert found.formulas == ()
    assert "Nobody can deviate" in found.status
    assert found.at({}) == 0


def test_symbols_that_only_look_like_those_of_the_payoffs_are_refused():
    # A derivative by them would be 0, and their range would be forgotten, in silence.
    b, c = sympy.symbols("b c", positive=True)
    donation = [[[b - c, -c], [b, 0]], [[b - c, b], [-c, 0]]]
    other = sympy.Symbol("b")
    for wrong, words in (
        ({"symbols": ["b"]}, r"symbols\[0\]: requires a sympy.Symbol, got 'b'"),
        ({"symbols": [c, other]}, r"symbols\[1\]: requires the payoffs' own b"),
        ({"box": {"b": (0, 1)}}, "box: requires a sympy.Symbol as each key, got 'b'"),
        ({"box": {other: (0, 1)}}, "box: requires the payoffs' own b"),
        ({"box": {b: 3}}, r"box\[b\]: requires a pair \(low, high\), got 3"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            critical_discount_formula(donation, 0, 1, **wrong)
    absent = sympy.Symbol("d")
    found = critical_discount_formula(donation, 0, 1, symbols=[absent], box={absent: (0, 1)})
    assert found.formulas[0].slopes[0].sign == 0
