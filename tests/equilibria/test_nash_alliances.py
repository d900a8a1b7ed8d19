"""Equilibria of the alliance game: the facts that the library's design states.

They were computed with an independent exact solver, at the default terms unless said otherwise.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from dilemma.alliance import STRATEGIES, Alliance
from dilemma.equilibria import Equilibria, nash
from dilemma.testing import alliances

COL, COM, CMP, ACC, AVO = (
    "collaboration",
    "competition",
    "compromise",
    "accommodation",
    "avoidance",
)
NAMES = [strategy.name for strategy in STRATEGIES]


def equilibria(**terms: Any) -> Equilibria:
    return nash(Alliance(**terms).game())


def pure(found: Equilibria, strict: bool = False) -> set[tuple[str, str]]:
    return {
        (NAMES[one.row.index(1)], NAMES[one.column.index(1)])
        for one in found
        if max(one.row) == max(one.column) == 1 and (one.strict or not strict)
    }


def test_the_five_strategies_are_in_the_order_that_these_tests_assume() -> None:
    assert NAMES == ["collaboration", "competition", "compromise", "accommodation", "avoidance"]


@pytest.mark.parametrize("trust", [Fraction(k, 20) for k in range(11)])
def test_up_to_a_trust_of_one_half_avoidance_is_all_there_is(trust: Fraction) -> None:
    found = equilibria(trust=trust)
    assert len(found) == 1
    assert pure(found) == {(AVO, AVO)}


@pytest.mark.parametrize(("trust", "count"), [("13/20", 3), ("3/4", 5), ("9/10", 7), (1, 5)])
def test_how_many_equilibria_there_are_as_trust_rises(trust: Any, count: int) -> None:
    found = equilibria(trust=trust)
    assert len(found) == count
    assert (COL, COL) in pure(found, strict=True)


def test_mutual_compromise_joins_at_high_trust() -> None:
    assert (CMP, CMP) in pure(equilibria(trust="9/10"))
    assert (CMP, CMP) not in pure(equilibria(trust="13/20"))


def test_collaboration_begins_where_temptation_equals_reward() -> None:
    critical = Fraction(29, 45)
    terms = Alliance(trust=critical).dilemma()
    assert terms.temptation == terms.reward
    just_below = critical - Fraction(1, 10**6)
    assert (COL, COL) not in pure(equilibria(trust=just_below))
    assert (COL, COL) in pure(equilibria(trust=critical))
    assert (COL, COL) not in pure(equilibria(trust=critical), strict=True)
    assert (COL, COL) in pure(equilibria(trust=critical + Fraction(1, 10**6)), strict=True)


@pytest.mark.parametrize("stakes", [4, 8])
def test_high_stakes_without_trust_leave_only_the_learning_race(stakes: int) -> None:
    found = equilibria(stakes=stakes, trust="1/10")
    assert len(found) == 1
    assert pure(found) == {(COM, COM)}


@pytest.mark.parametrize("stakes", [4, 8])
def test_with_more_trust_the_race_stands_beside_collaboration(stakes: int) -> None:
    assert {(COM, COM), (COL, COL)} <= pure(equilibria(stakes=stakes, trust="1/2"))


def test_high_stakes_and_high_trust_leave_only_collaboration() -> None:
    found = equilibria(stakes=8, trust="9/10")
    assert len(found) == 1
    assert pure(found, strict=True) == {(COL, COL)}


@pytest.mark.parametrize("stakes", [2, 3])
def test_accommodation_meets_competition_in_a_strict_equilibrium(stakes: int) -> None:
    strict = pure(equilibria(stakes=stakes, trust="9/10"), strict=True)
    assert {(ACC, COM), (COM, ACC)} <= strict


def test_each_of_the_five_strategies_is_in_some_strict_equilibrium() -> None:
    places = {
        (COL, COL): {"trust": "3/4"},
        (COM, COM): {"trust": "1/10", "stakes": 4},
        (COM, ACC): {"trust": "9/10", "stakes": 2},
        (AVO, AVO): {},
        (CMP, CMP): {"trust": "9/10"},
    }
    missing = {
        pair
        for pair, terms in places.items()
        if pair not in pure(equilibria(**terms), strict=True)
    }
    assert missing == set()
    assert {name for pair in places for name in pair} == set(NAMES)


def test_trust_as_a_float_and_as_a_fraction_give_the_same_bit_for_bit() -> None:
    floating, exact = Alliance(trust=0.3), Alliance(trust=Fraction(3, 10))
    assert floating == exact
    assert hash(floating) == hash(exact)
    assert floating.game() == exact.game()
    assert nash(floating.game()) == nash(exact.game())
    assert str(nash(floating.game())) == str(nash(exact.game()))


@pytest.mark.parametrize("trust", [round(0.05 * k, 2) for k in range(21)])
def test_no_trust_typed_as_a_decimal_is_read_as_its_binary_neighbour(trust: float) -> None:
    found = nash(Alliance(trust=trust, stakes=1.1, opportunism=0.7).game())
    exact = Alliance(trust=str(trust), stakes=Fraction(11, 10), opportunism=Fraction(7, 10))
    assert found == nash(exact.game())


def test_a_batch_of_alliances_gives_the_games_of_its_members() -> None:
    trusts = [0.1, 0.65, 0.9]
    batch = Alliance(trust=np.array(trusts)).games()
    for place, trust in enumerate(trusts):
        assert nash(batch[place]) == equilibria(trust=trust)


@settings(database=None, derandomize=True, deadline=None, max_examples=60)
@given(alliances())
def test_every_alliance_has_an_equilibrium_without_regret(alliance: Alliance) -> None:
    game = alliance.game()
    found = nash(game)
    assert all(game.regret(one.row, one.column) == 0 for one in found)
    assert sum(component.index for component in found.components) == 1


@settings(database=None, derandomize=True, deadline=None, max_examples=40)
@given(alliances(unequal=False))
def test_equal_firms_play_a_symmetric_game(alliance: Alliance) -> None:
    game = alliance.game()
    assert game.is_symmetric
    found = {(one.row, one.column) for one in nash(game)}
    assert found == {(y, x) for x, y in found}
