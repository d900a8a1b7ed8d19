"""The closed forms of the model, symbolically equal to what the payoff builder gives.

They are derived by hand from the payoff expression, for symmetric firms with a = c = 1 and
π = ρ = 0, unless a test says otherwise.
"""

from fractions import Fraction

import pytest
import sympy

from dilemma.alliance import STRATEGIES, Alliance
from dilemma.equilibria import nash
from dilemma.repeated import critical_discount

tau, S, omega, sigma, eta, ell, kr, kt, nu, pi, rho = sympy.symbols(
    "tau S omega sigma eta ell kappa_r kappa_t nu pi rho", positive=True
)
a1, a2, c1, c2, S1, S2, w1, w2 = sympy.symbols("a1 a2 c1 c2 S1 S2 omega1 omega2", positive=True)
h = (1 - tau) * omega
COL, COM, CMP, ACC, AVO = range(5)

SYMMETRIC = Alliance(
    trust=tau,
    stakes=S,
    opportunism=omega,
    synergy=sigma,
    relational_return=eta,
    leakage=ell,
    receptivity_cost=kr,
    transparency_cost=kt,
    effort_convexity=nu,
)
UNEQUAL = SYMMETRIC.replace(
    stakes=(S1, S2),
    opportunism=(w1, w2),
    absorptive_capacity=(a1, a2),
    communicative_capacity=(c1, c2),
    prior_interaction=pi,
    power=rho,
)


def is_zero(expression):
    return sympy.expand(expression) == 0


def test_reward_and_mutual_avoidance():
    payoffs = SYMMETRIC.payoffs()
    assert is_zero(payoffs[0, COL, COL] - (S * (1 + sigma + eta * tau) - kr - kt))
    assert is_zero(payoffs[0, AVO, AVO])


def test_one_shot_temptation():
    payoffs = SYMMETRIC.payoffs()
    difference = payoffs[0, COM, COL] - payoffs[0, COL, COL]
    assert is_zero(difference - ((1 - ell) * S * (h - sigma - eta * tau) + kt))


def test_temptation_over_mutual_avoidance():
    payoffs = SYMMETRIC.payoffs()
    difference = payoffs[0, COM, COL] - payoffs[0, AVO, AVO]
    closed = S * (1 + ell * (sigma + eta * tau) + h * (1 - ell)) - kr
    assert is_zero(difference - closed)


@pytest.mark.parametrize("pair", [(COL, COL), (COM, COL), (COL, COM), (AVO, AVO), (COM, COM)])
def test_convexity_of_effort_leaves_the_corners_alone(pair):
    assert nu not in sympy.expand(SYMMETRIC.payoffs()[0][pair]).free_symbols


def test_stakes_raise_the_temptation_and_lower_the_patience_needed():
    payoffs = SYMMETRIC.payoffs()
    T, R, P = payoffs[0, COM, COL], payoffs[0, COL, COL], payoffs[0, AVO, AVO]
    alpha = (1 - ell) * (h - sigma - eta * tau)
    beta = 1 + ell * (sigma + eta * tau) + h * (1 - ell)
    assert is_zero(sympy.diff(T - R, S) - alpha)
    slope = sympy.diff((T - R) / (T - P), S)
    assert sympy.simplify(slope + (alpha * kr + beta * kt) / (beta * S - kr) ** 2) == 0


def test_the_trust_at_which_stakes_stop_tempting():
    payoffs = UNEQUAL.payoffs()
    for player, (w, a, c, power) in enumerate([(w1, a1, c2, rho), (w2, a2, c1, -rho)]):
        tempted = payoffs[player, COM, COL] if player == 0 else payoffs[player, COL, COM]
        temptation = sympy.expand(tempted - payoffs[player, COL, COL])
        stakes = (S1, S2)[player]
        slope = sympy.diff(temptation, stakes)
        threshold = (w - sigma * (1 + power) * (1 + pi) * a * c) / (w + eta)
        assert sympy.simplify(slope.subs(tau, threshold)) == 0


@pytest.mark.parametrize(
    ("stakes", "temptation", "patience"),
    [(1, "49/80", "49/93"), (2, "29/40", "29/113")],
)
def test_the_design_s_example_at_trust_one_tenth(stakes, temptation, patience):
    alliance = Alliance(trust="1/10", stakes=stakes)
    kind = alliance.dilemma()
    assert kind.temptation[0] - kind.reward[0] == Fraction(temptation)
    found = critical_discount(alliance.game(), "collaboration", "avoidance")
    assert found.value == Fraction(patience)


def test_the_race_is_zero_sum_iff_stakes_times_opportunism_agree():
    race = sum(
        UNEQUAL.payoffs()[player, COM, COL] - UNEQUAL.replace(trust=1).payoffs()[player, COM, COL]
        for player in (0, 1)
    )
    without_return = sympy.expand(race.subs(eta, 0))
    assert is_zero(without_return.subs({S1: w2, S2: w1}))
    assert not is_zero(without_return)


def has_exact_potential(payoffs):
    """Every four-cycle of deviations has the sum 0 (Monderer & Shapley 1996)."""
    A, B = payoffs
    return all(
        is_zero(
            (A[k, j] - A[i, j]) - (A[k, m] - A[i, m]) + (B[i, j] - B[i, m]) - (B[k, j] - B[k, m])
        )
        for i in range(5)
        for k in range(i)
        for j in range(5)
        for m in range(j)
    )


def test_an_exact_potential_exists_iff_the_return_equals_one_plus_twice_the_race():
    on_the_surface = SYMMETRIC.replace(relational_return=(1 + 2 * h) / tau).payoffs()
    assert has_exact_potential(on_the_surface)
    assert not has_exact_potential(SYMMETRIC.payoffs())


@pytest.mark.parametrize(
    ("first", "second", "terms"),
    [
        ("collaboration", "collaboration", {"trust": "3/4"}),
        ("avoidance", "avoidance", {}),
        ("compromise", "compromise", {"trust": "9/10"}),
        ("competition", "competition", {"trust": "1/10", "stakes": 4}),
        ("competition", "accommodation", {"trust": "9/10", "stakes": 2}),
    ],
)
def test_each_strategy_is_in_a_strict_equilibrium_when_trust_and_stakes_move(first, second, terms):
    alliance = Alliance(**terms)
    names = [one.name for one in STRATEGIES]
    profiles = {
        (names[one.supports[0][0]], names[one.supports[1][0]])
        for one in nash(alliance.game())
        if one.strict
    }
    assert (first, second) in profiles


def test_trust_at_which_collaboration_begins():
    kind = Alliance(trust="29/45").dilemma()
    assert kind.temptation[0] == kind.reward[0]
    assert kind.kind == "borderline: T = R"
