"""The proofs behind payoff sets: each must be able to fail."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma.arrays.polygons import hull
from dilemma.game import Game
from dilemma.repeated import exact_payoff_set, payoff_set
from dilemma.repeated.payoffs.closing import closes_in, motions
from dilemma.repeated.payoffs.generation import Stage, inside, repeat, stationary, step, supports
from dilemma.repeated.payoffs.generation_kernels import generates_itself
from dilemma.repeated.payoffs.scaling import certified, scaled
from dilemma.repeated.payoffs.solving import closed, solved

PRISONERS = Game.symmetric([[9, 1], [10, 3]], ["share", "hide"])
STAGE = Stage.of(PRISONERS, Fraction(9, 10))
WHOLE = ((3, 3), (Fraction(39, 4), 3), (9, 9), (3, Fraction(39, 4)))
WHOLE = tuple((Fraction(x), Fraction(y)) for x, y in WHOLE)


def test_smaller_self_generating_polygons_are_not_taken_for_the_whole():
    outer = payoff_set(PRISONERS, 0.9).outer
    outer = hull([*outer, *WHOLE])
    slack = Fraction(1, 10**9)
    grown = hull(
        (x + a, y + b) for x, y in outer for a in (-slack, slack) for b in (-slack, slack)
    )
    smaller = [hull([WHOLE[0]]), hull([WHOLE[0], WHOLE[2]]), hull(WHOLE[:3])]
    for polygon in smaller:
        assert supports(polygon, STAGE)
        assert not closed(polygon, grown, STAGE)
    assert supports(WHOLE, STAGE)
    assert closed(WHOLE, grown, STAGE)
    assert solved(grown, STAGE) == (WHOLE, True)


def test_polygons_that_do_not_generate_themselves_are_told():
    assert supports(hull([(9, 9)]), STAGE) is None  # nothing would punish a deviation
    assert supports(hull([*WHOLE, (Fraction(49, 5), 3)]), STAGE) is None
    assert supports((), STAGE) == ()


def test_a_step_keeps_the_set_whatever_contains_it():
    for slack in (Fraction(0), Fraction(1, 100), Fraction(1), Fraction(5)):
        around = hull((x + a, y + b) for x, y in WHOLE for a in (-slack, slack)
                      for b in (-slack, slack))  # fmt: skip
        after = hull(step(around, STAGE, [min(w[i] for w in around) for i in (0, 1)]))
        assert all(inside(after, vertex) for vertex in WHOLE)
    assert hull(step(WHOLE, STAGE, (3, 3))) == WHOLE


def test_exact_steps_end_where_nothing_changes():
    polygon, settled, steps = repeat(hull(STAGE.payoffs), STAGE)
    assert settled
    assert polygon == WHOLE
    assert steps < 40
    polygon, settled, _ = repeat(hull(STAGE.payoffs), STAGE, limit=1)
    assert not settled


def test_profiles_that_can_be_played_for_ever():
    assert stationary(STAGE) == (0, 3)
    assert stationary(Stage.of(PRISONERS, Fraction(1, 8))) == (3,)
    pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert stationary(Stage.of(pennies, Fraction(1, 2))) == ()


def test_exact_answers_agree_with_certified_ones():
    draw = np.random.default_rng(1)
    exact = 0
    for _ in range(6):
        game = Game(draw.integers(0, 9, (2, 3, 3)))
        for discount in ("1/2", "4/5"):
            approximate, found = payoff_set(game, discount), exact_payoff_set(game, discount)
            exact += found.exact
            assert len(found.vertices) == len(approximate.vertices)
            for vertex in found.vertices:
                near = min(np.hypot(*(approximate.vertices - vertex).T))
                assert near <= 2 * approximate.gap + 1e-9
    assert exact >= 10


@pytest.mark.parametrize(
    ("polygon", "outer", "discount"),
    [
        # Self-generating, but not all: at 1/5 one may also share for ever.
        (((3, 3),), ((3, 3), (9, 9)), "1/5"),
        # Not even self-generating: what is generated lies within what surrounds it, not in it.
        (((4, 4),), ((3, 3),), "1/10"),
    ],
)
def test_nothing_closes_in_on_what_is_not_the_whole_set(polygon, outer, discount):
    stage = Stage.of(PRISONERS, Fraction(discount))
    assert not closed(hull(polygon), hull(outer), stage)


def test_constraints_that_fail_are_noticed_by_the_compiled_check():
    found, _ = certified(PRISONERS, Fraction(9, 10))
    payoffs, gains, _, _ = scaled(PRISONERS)
    weights = np.array([0.9, 0.1, 1 / 9])
    given = (found.inner, len(found.inner), payoffs)
    assert generates_itself(*given, gains, weights, found.made)
    assert not generates_itself(*given, 100 * gains, weights, found.made)


def test_outer_polygons_close_in_no_faster_than_patience_lets_them():
    share = 1 - Fraction(1, 1024) * (1 - STAGE.discount)
    proofs = list(motions(WHOLE, Fraction(1, 10**6), STAGE, share))
    assert any(closes_in(one, STAGE, share) for one in proofs)
    assert not any(closes_in(one, STAGE, Fraction(1, 10)) for one in proofs)
