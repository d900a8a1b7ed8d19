"""Fifty claims that are true and fifty that are false, easy ones and hard ones."""

from fractions import Fraction

import pytest

from dilemma.propositions import (
    Claim,
    derivative,
    elsewhere,
    equal,
    equilibrium,
    examine,
    exploitation,
    falls,
    grim_discount,
    implies,
    joint_learning,
    learning,
    learning_dilemma,
    nash_product,
    ordered,
    payoff,
    recheck,
    rises,
    risk_dominates,
    strict_equilibrium,
    term,
)

COL, COM, CMP, ACC, AVO = (
    "collaboration", "competition", "compromise", "accommodation", "avoidance",
)  # fmt: skip
T, R, P, S = (
    payoff("row", COM, COL),
    payoff("row", COL),
    payoff("row", AVO),
    payoff("row", COL, COM),
)
x, y, z = term("trust"), term("leakage"), term("opportunism")
s, g, h, p = term("stakes"), term("synergy"), term("relational_return"), term("power")
PLANE, SPACE = ["trust", "leakage"], ["trust", "leakage", "opportunism"]
HEAT = ["trust", "opportunism", "synergy", "relational_return", "leakage"]
COSTS = ["receptivity_cost", "transparency_cost"]
SQUARE = {"synergy": (0, 2), "relational_return": (0, 2)}
MOTZKIN = g**4 * h**2 + g**2 * h**4 + 1 - 3 * g**2 * h**2

TRUE = {
    "touching at 1/3": ((3 * x - 1) ** 2 >= 0, ["trust"]),
    "an even power": ((3 * x - 1) ** 4 * (x + 1) >= 0, ["trust"]),
    "an irrational touching point": ((s**2 - 2) ** 2 >= 0, {"stakes": (0, 3)}),
    "no touching point in reach": ((x**2 - 2) ** 2 > 0, ["trust"]),
    "a square of a difference": (x**2 + y**2 >= 2 * x * y, PLANE),
    "three means": (x**2 + y**2 + z**2 >= x * y + y * z + x * z, SPACE),
    "Motzkin": (MOTZKIN >= 0, SQUARE),
    "Motzkin lifted": (MOTZKIN + Fraction(1, 100) > 0, SQUARE),
    "a touching face": (x * (1 - x) >= 0, ["trust"]),
    "two touching faces": (x * y * (1 - x) * (1 - y) >= 0, PLANE),
    "an open end": (y < 1, ["leakage"]),
    "an open end to a power": ((1 - y) ** 3 > 0, ["leakage"]),
    "an endless side": (s + 1 / s >= 2, ["stakes"]),
    "a ratio": (s / (s + 1) < 1, ["stakes"]),
    "a ratio in a product": (x / s <= 1 / s, ["trust", "stakes"]),
    "endless in two": ((s + g) ** 2 >= 4 * s * g, ["stakes", "synergy"]),
    "strict on an open end": (s * (s**2 - s + 1) > 0, ["stakes"]),
    "nearly touching": ((3 * x - 1) ** 2 + Fraction(1, 10**6) > 0, ["trust"]),
    "nearly touching in two": ((x - y) ** 2 + Fraction(1, 1000) > 0, PLANE),
    "an identity": (equal((x + y) ** 2, x**2 + 2 * x * y + y**2), PLANE),
    "one of two": ((x >= y) | (y >= x), PLANE),
    "implied by order": (implies(x > y, x**2 > y**2), PLANE),
    "a chain": (ordered(0, "<=", x * y, "<=", x, "<=", 1), PLANE),
    "never equal": (~equal(x + 1, y), PLANE),
    "power below one": (1 - p**2 >= 0, ["power"]),
    "avoidance earns nothing": (equal(P, 0), [*HEAT, *COSTS, "stakes"]),
    "trust raises the reward": (derivative(R, "trust") >= 0, [*HEAT, "stakes"]),
    "trust lowers the temptation": (derivative(T - R, "trust") <= 0, [*HEAT, *COSTS, "stakes"]),
    "the same in two alliances": (falls(T - R, "trust"), [*HEAT, "stakes"]),
    "synergy raises the reward": (rises(R, "synergy"), [*HEAT, "stakes"]),
    "synergy lowers the temptation": (derivative(T - R, "synergy") < 0, [*HEAT, "stakes"]),
    "opportunism raises it": (derivative(T - R, "opportunism.row") >= 0, [*HEAT, "stakes"]),
    "only one's own opportunism": (
        equal(derivative(T - R, "opportunism.column"), 0),
        ["trust", "opportunism.row", "opportunism.column"],
    ),
    "secrets cost joint learning": (joint_learning(COL) > joint_learning(COL, COM), ["leakage"]),
    "exploited": (exploitation("row", COL, COM) > 0, ["leakage", "absorptive_capacity"]),
    "exploitation is mutual": (
        equal(exploitation("row", COL, COM) + exploitation("column", COL, COM), 0), ["leakage"],
    ),
    "the more able learn more": (
        derivative(learning("row", COL), "absorptive_capacity.row") > 0,
        ["absorptive_capacity.row", "absorptive_capacity.column", "communicative_capacity"],
    ),
    "prior ties help": (rises(joint_learning(COL), "prior_interaction"), ["prior_interaction"]),
    "costs lower the reward": (derivative(R, "receptivity_cost") < 0, [*HEAT, *COSTS]),
    "power shifts value": (derivative(R, "power") > 0, {"power": None, "synergy": (1, None)}),
    "avoidance stands": (
        strict_equilibrium(AVO), {"trust": None, "opportunism": None, "stakes": (0, 1)},
    ),
    "strict ones are equilibria": (implies(strict_equilibrium(COL), equilibrium(COL)), HEAT),
    "patience suffices": (grim_discount() < 1, ["trust", "opportunism", "stakes"], "dilemma"),
    "impatience does not": (grim_discount() > 0, ["trust", "opportunism", "stakes"], "dilemma"),
    "stakes help patience here": (
        derivative(grim_discount(), "stakes") < 0, ["trust", "opportunism", "stakes"], "dilemma",
    ),
    "no dilemma in an equilibrium": (~learning_dilemma(), ["trust", "stakes"], equilibrium(COL)),
    "losses multiply": (nash_product(COL, AVO) > 0, ["trust", "stakes"], strict_equilibrium(COL)),
    "high trust decides": (risk_dominates(COL, AVO), {"trust": ("5/6", 1), "synergy": ("3/5", 2)}),
    "by assumption": (x >= y * z, SPACE, x >= y),
    "by two assumptions": (x >= z, SPACE, [x >= y, y >= z]),
    "full trust": (elsewhere(T, trust=1) <= T + s, ["trust", "opportunism", "stakes"]),
}  # fmt: skip

FALSE = {
    "strict at 1/3": ((3 * x - 1) ** 2 > 0, ["trust"]),
    "strict at one point of two": ((3 * x - 1) ** 2 + (7 * y - 2) ** 2 > 0, PLANE),
    "strict at an irrational point": ((s**2 - 2) ** 2 > 0, {"stakes": (1, 3)}),
    "Motzkin, strictly": (MOTZKIN > 0, SQUARE),
    "Motzkin lowered": (MOTZKIN >= Fraction(1, 1000), SQUARE),
    "a thin wedge": ((x - y) ** 2 * 10**6 >= x, PLANE),
    "a thin slit": ((7 * x - 3 * y - 2) ** 2 * 10**8 >= 1, PLANE),
    "a tiny dent": ((x - "1/7") ** 2 + (y - "1/9") ** 2 >= Fraction(1, 10**6), PLANE),
    "never on a line": (~equal(7 * x, 3 * y + 2), PLANE),
    "never on a curve": (~equal(x * y, Fraction(2, 9)), PLANE),
    "never on a conic without rational points": (
        ~equal(x**2, 2 * y**2), {"trust": ("1/3", 1), "leakage": ("1/3", "9/10")},
    ),
    "equal everywhere": (equal(x, y), PLANE),
    "a closed end": (x < 1, ["trust"]),
    "another closed end": (x > 0, ["trust"]),
    "a corner": (x * y + 1 > x + y, PLANE),
    "a far point": (s <= 1000, ["stakes"]),
    "a far point in two": (s * g <= 10**4, ["stakes", "synergy"]),
    "near an open end": (s >= Fraction(1, 1000), ["stakes"]),
    "near an open top": (y <= Fraction(999, 1000), ["leakage"]),
    "bounded ratios": (1 / s <= 100, ["stakes"]),
    "one of neither": ((x > y) | (y > x), PLANE),
    "implied by nothing": (implies(x > y, x**2 > z), SPACE),
    "a broken chain": (ordered(0, "<", x * y, "<=", x), PLANE),
    "three means, strictly": (x**2 + y**2 + z**2 > x * y + y * z + x * z, SPACE),
    "a cubic": (4 * x**3 - 6 * x**2 + 3 * x < 1, ["trust"]),
    "power counts": (p >= 0, ["power"]),
    "collaboration earns": (R > 0, ["trust", "stakes"]),
    "trust always lowers T": (derivative(T, "trust") <= 0, ["trust", "opportunism", "stakes"]),
    "stakes lower the temptation": (derivative(T - R, "stakes") < 0, HEAT),
    "stakes raise the temptation": (derivative(T - R, "stakes") > 0, HEAT),
    "stakes lower patience everywhere": (
        derivative(grim_discount(), "stakes") < 0, [*HEAT, *COSTS, "stakes"],
    ),
    "trust raises everything": (rises(T, "trust"), ["trust", "opportunism"]),
    "the reward beats avoidance": (R > P, [*HEAT, *COSTS]),
    "temptation beats reward": (T > R, ["trust"]),
    "collaboration stands": (strict_equilibrium(COL), ["trust"]),
    "collaboration stands weakly": (equilibrium(COL), ["trust", "stakes"]),
    "avoidance stands at all stakes": (strict_equilibrium(AVO), ["stakes"]),
    "the race stands": (strict_equilibrium(COM), ["trust", "stakes"]),
    "compromise stands": (equilibrium(CMP), ["trust", "stakes"]),
    "an odd pair stands": (equilibrium(COM, ACC), ["trust"]),
    "collaboration is risk dominant": (risk_dominates(COL, AVO), ["trust"]),
    "among strict ones too": (
        risk_dominates(COL, AVO), ["trust", "stakes"],
        [strict_equilibrium(COL), strict_equilibrium(AVO)],
    ),
    "a little patience": (grim_discount() < Fraction(1, 2), ["trust", "opportunism"], "dilemma"),
    "equal opportunism": (
        ~equal(T, payoff("column", COL, COM)),
        ["opportunism.row", "opportunism.column", "trust"],
    ),
    "learning despite secrets": (learning("row", COL, COM) > 0, ["leakage"]),
    "nobody is exploited": (exploitation("row", COL, COM) <= 0, ["leakage"]),
    "competition creates": (joint_learning(COM) >= joint_learning(COL), ["leakage"]),
    "under an assumption": (x >= z, SPACE, x >= y),
    "under a tight one": (x > y * z, SPACE, x >= y),
    "power does not matter": (equal(derivative(R, "power"), 0), ["power", "synergy"]),
}  # fmt: skip

# True, but no proof is known to this method.
HARD = {"Motzkin", "three means"}
BUDGET = 1500


def claim_of(statement, over, assuming=()):
    return Claim(statement, over=over, assuming=assuming)


def test_there_are_fifty_of_each():
    assert len(TRUE) >= 50
    assert len(FALSE) >= 50


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_proved_or_left_open_but_never_refuted(name):
    verdict = examine(claim_of(*TRUE[name]), budget=BUDGET)
    assert not verdict.refuted
    if name in HARD:
        assert verdict.kind in ("proved", "undecided")
        assert verdict.complete is (verdict.kind == "proved")
        return
    assert verdict.kind == "proved", verdict
    second = recheck(verdict)
    assert second.valid, second.faults


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_all_refuted_at_a_point_that_the_model_confirms(name):
    verdict = examine(claim_of(*FALSE[name]), budget=BUDGET)
    assert verdict.kind in ("refuted", "conditional"), verdict
    assert verdict.refuted
    second = recheck(verdict)
    assert second.valid, second.faults
    assert all(len(line) <= 80 for line in str(verdict).splitlines())
