"""The consortium: its payoffs by definition, two firms as an alliance, and the common goal."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.alliance import (
    STRATEGIES,
    coopetition,
    private_and_common_benefits,
)
from dilemma.collective import Consortium
from dilemma.testing import alliances, consortia

NAMES = [one.name for one in STRATEGIES]
FEW = settings(max_examples=12, deadline=None)


def by_definition(consortium, profile):
    """All firms' payoffs by the formula of the design, written out once more."""
    terms, n = consortium.terms, consortium.size
    each = {
        name: value if isinstance(value, tuple) else (value,) * n for name, value in terms.items()
    }
    leak, nu = terms["leakage"], terms["effort_convexity"]
    trust = terms["trust"]
    r = [one.receptivity for one in profile]
    t = [one.transparency for one in profile]
    shown = [leak + (1 - leak) * x for x in t]
    able = each["absorptive_capacity"]
    tells = each["communicative_capacity"]
    reached = sum(x * y for x, y in zip(r, t, strict=True)) >= terms["threshold"]
    payoffs = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        ease = 1 + terms["prior_interaction"]
        f = ease * r[i] * able[i] * sum(tells[j] * shown[j] for j in others) / (n - 1)
        g = ease * shown[i] * tells[i] * sum(able[j] * r[j] for j in others) / (n - 1)
        worth = (
            f
            + terms["synergy"] * (1 + each["power"][i]) * f * g
            + terms["relational_return"] * trust * g
            + (1 - trust) * each["opportunism"][i] * (f - g)
        )
        effort = sum(
            each[f"{kind}_cost"][i] * ((1 - nu) * x + nu * x * x)
            for kind, x in (("receptivity", r[i]), ("transparency", t[i]))
        )
        payoffs.append(each["stakes"][i] * worth - effort + terms["goal"] * reached)
    return payoffs


class TestDefinition:
    @FEW
    @given(consortia(largest=3))
    def test_payoffs_of_profiles(self, consortium):
        payoffs = consortium.payoffs()
        for places in itertools.product(range(5), repeat=consortium.size):
            profile = [STRATEGIES[s] for s in places]
            expected = by_definition(consortium, profile)
            assert payoffs[(slice(None), *places)].tolist() == expected

    @FEW
    @given(consortia(largest=6), st.data())
    def test_a_payoff(self, consortium, data):
        places = [data.draw(st.integers(0, 4)) for _ in range(consortium.size)]
        expected = by_definition(consortium, [STRATEGIES[s] for s in places])
        found = [consortium.payoff(k + 1, places) for k in range(consortium.size)]
        assert found == expected

    @FEW
    @given(consortia(largest=5, unequal=False))
    def test_payoffs_of_compositions(self, consortium):
        table = consortium.group_payoffs()
        game = consortium.group_game()
        for row, counts in zip(table, consortium.others, strict=True):
            among = [one for one, k in zip(STRATEGIES, counts, strict=True) for _ in range(k)]
            for s, own in enumerate(STRATEGIES):
                assert row[s] == by_definition(consortium, [own, *among])[0]
        assert (game.exact_payoffs == table).all()


class TestTwoFirms:
    """A consortium of two without a goal is the alliance, exactly."""

    @FEW
    @given(alliances(), st.sampled_from([None, private_and_common_benefits, coopetition]))
    def test_numbers(self, alliance, model):
        if model is not None:
            alliance = alliance.replace(model=model)
        consortium = two(alliance)
        assert (consortium.payoffs() == alliance.payoffs()).all()


def two(alliance):
    terms = {name: value for name, value in alliance.terms.items() if name not in alliance.extra}
    power = terms.pop("power")
    return Consortium(
        2,
        **terms,
        power=(power, -power),
        strategies=alliance.strategies,
        model=alliance.model,
        extra=alliance.extra,
    )
