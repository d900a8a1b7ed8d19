"""Values of coalitions from a consortium, against all profiles of the members one by one."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings

from dilemma.alliance import STRATEGIES, Alliance, PayoffModel
from dilemma.collective import Coalitions, Consortium
from dilemma.collective.dividing.consortia import PLAYS
from dilemma.testing import consortia

# Fewer strategies keep the plain loops short; all signs of both receptivity and transparency.
FEW = STRATEGIES[:2] + STRATEGIES[4:]


def by_profiles(consortium, members, play):
    """The definition: every profile of the members, alone with each other."""
    if len(members) < 2:
        return 0
    own = consortium.among(members)
    names = [one.name for one in own.strategies]
    totals, settled = [], []
    for profile in product(names, repeat=len(members)):
        gets = [own.payoff(k + 1, profile) for k in range(len(members))]
        totals.append(sum(gets))
        others = [
            (k, (*profile[:k], name, *profile[k + 1 :]))
            for k in range(len(members))
            for name in names
        ]
        if all(own.payoff(k + 1, other) <= gets[k] for k, other in others):
            settled.append(totals[-1])
    return {
        "best profile": max(totals),
        "collaboration": totals[0],
        "best equilibrium": max(settled, default=None),
        "worst equilibrium": min(settled, default=None),
    }[play]


@settings(max_examples=4, deadline=None)
@given(consortia(largest=3))
def test_values_are_those_of_all_profiles(consortium):
    consortium = consortium.replace(strategies=FEW)
    for play in PLAYS:
        game = Coalitions.from_consortium(consortium, play)
        for size in range(1, consortium.size + 1):
            for members in combinations(consortium.firms, size):
                expected = by_profiles(consortium, members, play)
                if expected is not None:
                    assert game.value(members) == expected


def test_two_firms_are_an_alliance():
    alliance = Alliance(trust="9/10")
    game = Coalitions.from_consortium(Consortium(2, trust="9/10"))
    assert game.value(game.firms) == alliance.payoffs().sum(axis=0).max()
    assert game.value(["firm 1"]) == 0


def test_firms_alike_are_valued_by_size():
    four = Consortium(4, trust="9/10", goal=1, threshold=3)
    short = Coalitions.from_consortium(four)
    assert short.sizes is not None
    # The same firms as if they differed, by all profiles.
    uneven = four.replace(stakes=(1, 1, 1, 1 + Fraction(1, 10**9)))
    long = Coalitions.from_consortium(uneven)
    assert long.sizes is None
    for size in range(1, 4):
        assert short.value(short.firms[:size]) == long.value(long.firms[:size])


def test_a_goal_that_only_all_reach_makes_all_essential():
    """Three firms are needed for the goal, so that two add nothing of it: convex."""
    three = Consortium(3, trust="9/10", goal=5, threshold=3)
    game = Coalitions.from_consortium(three, "collaboration")
    without = Coalitions.from_consortium(three.replace(goal=0), "collaboration")
    assert game.values[3] == without.values[3]
    assert game.values[7] == without.values[7] + 15
    assert game.is_convex
    assert not game.core().empty


def test_power_divides_what_members_make_whoever_is_left_out():
    """Firms that differ in power alone make the same together: their shares sum to 0 again."""
    four = Consortium(4, trust="9/10", power=(1, -1, -1, 1), strategies=FEW)
    even = Coalitions.from_consortium(four.replace(power=0), "collaboration")
    for play in ("best profile", "collaboration"):
        game = Coalitions.from_consortium(four, play)
        for size in range(1, 5):
            for members in combinations(four.firms, size):
                assert game.value(members) == even.value(members)
                assert game.value(members) == by_profiles(four, members, play)


def test_bound_firms_develop_no_less_than_free_ones():
    six = Consortium(6, trust="7/10")
    best, free, worst = (
        Coalitions.from_consortium(six, play).sizes
        for play in ("best profile", "best equilibrium", "worst equilibrium")
    )
    assert all(a >= b >= c for a, b, c in zip(best, free, worst, strict=True))
    assert worst[6] < free[6]


def test_a_firm_that_learns_and_teaches_better_gets_more():
    able = Consortium(3, trust="9/10", absorptive_capacity=(1, 1, 2), stakes=2)
    shares = Coalitions.from_consortium(able).shapley().shares
    assert shares[0] == shares[1] < shares[2]


def test_a_coalition_without_a_pure_equilibrium_says_so():
    """One firm wants someone to learn, the other wants nobody to."""
    cat_and_mouse = PayoffModel(
        name="cat and mouse",
        value=lambda firm, learned, taught, terms: (2 * firm.opportunism - 1) * (learned + taught),
    )
    one_sided = [one for one in STRATEGIES if one.name in ("competition", "accommodation")]
    two = Consortium(2, leakage=0, opportunism=(1, 0), strategies=one_sided, model=cat_and_mouse)
    for play in ("best equilibrium", "worst equilibrium"):
        game = Coalitions.from_consortium(two, play)
        with pytest.raises(ValueError, match="requires a pure equilibrium of every coalition"):
            game.value(game.firms)
    assert Coalitions.from_consortium(two).value(["firm 1", "firm 2"]) == 0


def test_errors_name_what_they_require():
    two = Consortium(2)
    with pytest.raises(ValueError, match="play: requires one of best profile"):
        Coalitions.from_consortium(two, "best")
    with pytest.raises(ValueError, match="play: requires collaboration among the strategies"):
        Coalitions.from_consortium(two.replace(strategies=STRATEGIES[1:]), "collaboration")
    with pytest.raises(TypeError, match="consortium: requires numbers for all terms"):
        Coalitions.from_consortium(two.replace(trust=np.array([0.1, 0.2])))
    with pytest.raises(ValueError, match="at most 5,000,000 payoffs of firms in profiles"):
        Coalitions.from_consortium(Consortium(9, stakes=tuple(range(1, 10))))
    with pytest.raises(TypeError, match="consortium: requires a Consortium, got Alliance"):
        Coalitions.from_consortium(Alliance())
