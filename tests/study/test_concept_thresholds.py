"""Thresholds of the other concepts, against their own exact solvers all along."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma import Alliance
from dilemma.study import concept_thresholds
from dilemma.study.families import family_of
from dilemma.study.one_term.concepts import _concept

CONCEPTS = ["evolutionary stability", "risk dominance", "dominance", "critical discount"]


def check(model, name, concept, over=None, grid=40, **arguments):
    """The statements of each stretch hold all over it, and every change is at a threshold."""
    found = concept_thresholds(model, name, concept, over, **arguments)
    family = family_of(model, name, over)
    target, punishment = arguments.get("target", "collaboration"), arguments.get(
        "punishment", "avoidance"
    )  # fmt: skip
    judge, _ = _concept(concept, family, target, punishment)
    low, high = found.over
    for k in range(1, grid):
        value = low + (high - low) * Fraction(k, grid) + Fraction(1, 10_007)
        if value in found.values or not low < value < high:
            continue
        (stretch,) = [one for one in found.intervals if one.low < value < one.high]
        assert set(stretch.statements) == judge(family.game_at(value)), value
    for one in found.critical:
        if low < one.value < high:
            assert one.begin or one.end or one.there
    return found


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_default_alliance_along_trust(concept):
    check(Alliance(), "trust", concept)


def test_by_hand():
    """T = R at 29/45; the products of losses of collaboration and avoidance meet at 5/6."""
    risk = concept_thresholds(Alliance(), "trust", "risk dominance")
    assert risk.values[:2] == (Fraction(29, 45), Fraction(5, 6))
    assert "mutual collaboration risk-dominates mutual avoidance" in risk.critical[1].begin
    left = concept_thresholds(Alliance(), "trust", "dominance")
    assert left.values[0] == Fraction(29, 45)
    assert left.intervals[0].statements == ("both can rationally play avoidance",)
    patience = concept_thresholds(Alliance(), "trust", "critical discount")
    assert patience.values == (Fraction(29, 45),)
    stable = concept_thresholds(Alliance(), "trust", "evolutionary stability")
    assert Fraction(1403, 1560) in stable.values


def test_words_say_on_which_side_the_value_is():
    """At 5/6 neither dominates; at 29/45 collaboration survives, and no deviation gains."""
    risk, left, patience = (
        concept_thresholds(Alliance(), "trust", concept)
        for concept in ("risk dominance", "dominance", "critical discount")
    )
    words = risk.critical[1].words
    assert "below trust 5/6, mutual avoidance risk-dominates mutual collaboration" in words
    assert "at trust 5/6 alone, neither of mutual collaboration and mutual avoidance" in words
    assert "below trust 29/45, both can rationally play avoidance" in left.critical[0].words
    assert "from trust 29/45 on, no deviation gains" in patience.critical[0].words


def test_a_cycle_is_stable_once_wins_outweigh_losses(polynomials):
    """Rock, paper, scissors with win 2θ and loss 1: the even mixture is an ESS above 1/2.

    What a column adds for all rows changes nothing, and keeps the determinant away from 0.
    """
    cells = np.zeros((2, 3, 3, 2), dtype=int)
    for i in range(3):
        cells[0, i, (i + 2) % 3] = [0, 2]
        cells[0, i, (i + 1) % 3] = [-1, 0]
    cells[0, :, 0] += [7, 0]
    cells[1] = np.swapaxes(cells[0], 0, 1)
    found = check(polynomials(cells), "theta", "evolutionary stability", grid=12)
    assert Fraction(1, 2) in found.values
    assert any("is an ESS" in one for one in found.intervals[-1].statements)


def test_patience_is_of_no_use_once_the_punishment_does_not_hurt(polynomials):
    """A prisoner's dilemma with reward 1/2 and punishment θ, both times 2."""
    cells = np.zeros((2, 2, 2, 2), dtype=int)
    cells[0] = [[[1, 0], [-2, 0]], [[4, 0], [0, 2]]]
    cells[1] = np.swapaxes(cells[0], 0, 1)
    found = check(
        polynomials(cells), "theta", "critical discount", target=0, punishment=1, grid=12
    )
    assert found.values == (Fraction(1, 2),)
    assert "below theta 1/2, some discount factor sustains" in found.critical[0].words


def test_patience_that_one_needs_and_the_other_cannot_have(polynomials):
    """The row player stays from 1/3 on, the column player up to 1/(2 + 3θ): they meet at 1/3."""
    cells = np.zeros((2, 2, 2, 2), dtype=int)
    cells[0, 1, 0], cells[0, 1, 1], cells[0, 0, 1] = [1, 0], [-2, 0], [-1, 0]
    cells[1, 0, 1], cells[1, 1, 1], cells[1, 1, 0] = [-1, 0], [1, 3], [5, 7]
    found = check(
        polynomials(cells), "theta", "critical discount", target=0, punishment=1, grid=24
    )
    assert found.values == (Fraction(1, 3),)
    assert "up to theta 1/3, some discount factor" in found.critical[0].words


@pytest.mark.parametrize(("target", "punishment"), [("collaboration", "worst"), ((0.5, 0.5), 4)])
def test_patience_is_for_pure_profiles(target, punishment):
    """Payoffs and other threats change their verdicts at roots that are not looked for."""
    with pytest.raises((TypeError, ValueError), match=r"requires (names|a strategy)"):
        concept_thresholds(
            Alliance(), "trust", "critical discount", target=target, punishment=punishment
        )


def test_irrational_touches_are_not_claimed(polynomials):
    """The losses are both (θ² − 1/2)²: at its root alone neither profile is an equilibrium."""
    cells = np.zeros((2, 2, 2, 5), dtype=int)
    cells[:, 0, 0] = [1, 0, -4, 0, 4]
    found = concept_thresholds(polynomials(cells), "theta", "dominance")
    assert not found.complete
    assert "1 irrational value," in found.status
    assert concept_thresholds(Alliance(), "trust", "critical discount").complete


@pytest.mark.parametrize("concept", CONCEPTS)
def test_other_terms(concept):
    check(Alliance(trust="1/10"), "stakes", concept, ("1/2", 6), grid=24)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("concept", ["risk dominance", "dominance", "evolutionary stability"])
def test_random_families(seed, concept, polynomials):
    random = np.random.default_rng(seed)
    cells = random.integers(-4, 5, (3, 3, 2))
    pair = np.stack([cells, np.swapaxes(cells, 0, 1)])
    if concept != "evolutionary stability" and seed % 2:
        pair = random.integers(-4, 5, (2, 3, 3, 2))
    check(polynomials(pair), "theta", concept)


def test_bad_input():
    with pytest.raises(ValueError, match="concept: requires evolutionary stability"):
        concept_thresholds(Alliance(), "trust", "fairness")
    with pytest.raises(ValueError, match="symmetric"):
        concept_thresholds(Alliance(stakes=(1, 2)), "trust", "evolutionary stability")
    with pytest.raises(ValueError, match="target: requires a strategy"):
        concept_thresholds(Alliance(), "trust", "critical discount", target="generosity")
