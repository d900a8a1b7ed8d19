"""Tipping shares against their definition, against integrated paths and published roots."""

import math
from fractions import Fraction
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from dilemma.alliance import STRATEGIES, Alliance
from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.collective import (
    Consortium,
    Institution,
    PublicGoods,
    lasting_range,
    tipping_curve,
    tipping_share,
)
from dilemma.game import Game, GroupGame
from dilemma.study import axis, sweep
from dilemma.study.measures.collective import tipping

HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
PAIR = (STRATEGIES[0], STRATEGIES[4])


def threshold_good(size, threshold, factor):
    """The N-person stag hunt of pacheco2009: a cost of 1, shared returns from a threshold on."""

    def earn(strategy, group):
        shared = Fraction(factor * group[0], size) if group[0] >= threshold else 0
        return shared - (strategy == 0)

    return GroupGame(size, ["give", "hold"], earn)


@st.composite
def group_games(draw, strategies=3):
    size = draw(st.integers(2, 4))
    names = [f"s{k}" for k in range(strategies)]
    count = math.comb(size + strategies - 1, size)
    table = draw(
        st.lists(
            st.lists(st.integers(-4, 4), min_size=count, max_size=count),
            min_size=strategies,
            max_size=strategies,
        )
    )
    return GroupGame(size, names, table)


def within(share, intervals):
    return any(low <= share <= high for low, high in intervals)


@pytest.mark.parametrize(
    ("terms", "roots"),
    [
        ((5, 3, 4), (0.41212, 0.81551)),
        ((5, 3, 8), (0.23513,)),
        ((6, 5, 4), (0.62076, 0.97151)),
        ((6, 3, 4), ()),
    ],
)
def test_published_rest_points(terms, roots):
    found = tipping_share(threshold_good(*terms), "give", "hold")
    inner = [float(point) for point, _ in found.rest_points[1:-1]]
    assert inner == pytest.approx(roots, abs=6e-6)
    if roots:
        assert float(found.share) == pytest.approx(roots[0], abs=6e-6)
    else:
        assert found.share is found.takeover is None
    if len(roots) == 2:
        # Between both roots giving pays; beyond the second it does not, so nobody takes over.
        assert found.takeover is None
        assert float(found.reaches) == pytest.approx(roots[1], abs=6e-6)
        assert [stable for _, stable in found.rest_points] == [True, False, True, False]


@settings(max_examples=40, deadline=None)
@given(group_games())
def test_holds_and_joins_are_best_replies(game):
    found = tipping_share(game, 0, 1)
    # Small games tip at halves, thirds and quarters, if not between all of these.
    for k in range(12):
        share = Fraction(k, 12)
        earned = game.expected_payoffs([share, 1 - share, 0])
        assert within(share, found.holds) == (earned[1] == max(earned))
        assert within(share, found.joins) == (earned[0] == max(earned))
        if found.takeover is not None and share > found.takeover:
            assert earned[0] > earned[1]
    if isinstance(found.takeover, Fraction) and found.takeover > 0:
        earned = game.expected_payoffs([found.takeover, 1 - found.takeover, 0])
        assert earned[0] == earned[1]


@settings(max_examples=40, deadline=None)
@given(group_games())
def test_the_share_is_where_the_settlement_is_lost(game):
    found = tipping_share(game, 0, 1)
    if found.share is None:
        assert found.holds == ((0, 1),)
        return
    if found.holds and found.holds[0][0] == 0:
        assert found.share == found.holds[0][1]
    else:
        assert found.share == 0
    after = [low for low, _ in found.holds if low > found.share]
    beyond = (float(found.share) + float(min(after, default=1))) / 2
    earned = game.expected_payoffs([beyond, 1 - beyond, 0.0])
    assert max(earned) > earned[1]
    assert found.gainers


@pytest.mark.parametrize("terms", [(5, 3, 4), (5, 3, 8), (6, 5, 4)])
def test_paths_with_committed_players(terms):
    """The equation of the docstring, integrated: it is not solved for rest points there."""
    game = threshold_good(*terms)
    found = tipping_share(game, "give", "hold")

    def end_of(z):
        def speed(_time, x):
            earned = game.fitness(np.array([x[0], 1 - x[0]]))
            gain = earned[0] - earned[1]
            return [(1 - x[0]) * (x[0] * max(gain, 0) - (x[0] - z) * max(-gain, 0))]

        return solve_ivp(speed, (0, 4000), [z], rtol=1e-9, atol=1e-12).y[0, -1]

    share = float(found.share)
    assert end_of(share - 0.01) == pytest.approx(share - 0.01, abs=1e-6)
    assert end_of(share + 0.01) == pytest.approx(float(found.reaches), abs=1e-4)
    assert (end_of(share + 0.01) > 0.999) == (found.takeover == found.share)


@settings(max_examples=15, deadline=None)
@given(group_games(), st.integers(0, 3))
def test_finite_populations_by_all_groups(game, extra):
    """A resident meets each group of the others equally often."""
    total = game.size + extra
    found = tipping_share(game, 0, 1, population=total)
    gains = []
    for k in range(total):
        others = [0] * k + [1] * (total - 1 - k)
        groups = list(combinations(others, game.size - 1))

        def mean(strategy, groups=groups):
            payoffs = []
            for group in groups:
                counts = [0, 0, 0]
                for one in (*group, strategy):
                    counts[one] += 1
                payoffs.append(game.payoff(strategy, counts))
            return sum(payoffs) / len(payoffs)

        gains.append([mean(i) - mean(1) for i in range(3)])
    lost = [k for k in range(total) if max(gains[k]) > 0]
    assert found.share == (Fraction(lost[0], total) if lost else None)
    if lost:
        assert found.gainers == tuple(f"s{i}" for i in range(3) if gains[lost[0]][i] > 0)
        assert found.members == lost[0]
    for k in range(total):
        assert within(Fraction(k, total), found.holds) == (max(gains[k]) <= 0)
        assert within(Fraction(k, total), found.joins) == (gains[k][0] == max(gains[k]))
    stuck = [k for k in range(total) if gains[k][0] <= 0]
    last = stuck[-1] + 1 if stuck else 0
    assert found.takeover == (None if last == total else Fraction(last, total))


def test_large_populations_come_near_the_infinite_one():
    game = threshold_good(5, 3, 8)
    endless = float(tipping_share(game, "give", "hold").share)
    gaps = [
        abs(float(tipping_share(game, "give", "hold", size).share) - endless)
        for size in (10, 100, 1000)
    ]
    assert gaps[2] < 2e-3
    assert gaps[2] < gaps[0]


def test_pairs_and_two_firms():
    """A coordination game tips at (d − b)/(a − b − c + d), in groups of any size."""
    assert tipping_share(HUNT, "stag", "hare").share == Fraction(2, 3)
    for size in (2, 5, 9):
        game = GroupGame.from_pairwise(HUNT, size)
        assert tipping_share(game, "stag", "hare").share == Fraction(2, 3)
        assert tipping_share(game, "hare", "stag").takeover == Fraction(1, 3)
    alliance = Alliance(trust="3/4", strategies=PAIR)
    assert (
        tipping_share(alliance.game(), 0, 1).share
        == tipping_share(Consortium(2, trust="3/4", strategies=PAIR), 0, 1).share
    )


def test_without_a_goal_shares_are_quadratic():
    found = tipping_share(Consortium(9, trust="3/4"), "collaboration", "avoidance")
    assert isinstance(found.share, AlgebraicNumber)
    assert len(found.share.polynomial) == 3
    assert found.gainers == ("competition",)
    assert "takes over" in str(found)
    assert all(len(line) <= 80 for line in str(found).splitlines())


def test_no_settlement_and_no_tipping():
    dilemma = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    assert tipping_share(dilemma, "share", "hide").share is None
    upset = tipping_share(dilemma, "hide", "share")
    assert upset.share == upset.takeover == 0
    assert not upset.holds
    assert "no equilibrium even without" in upset.status
    tied = Game.symmetric([[1, 1], [1, 1]], ["one", "two"])
    still = tipping_share(tied, "one", "two")
    assert still.share is still.takeover is None
    assert still.rest_points == ((0, False), (1, False))
    assert still.joins == ((0, 1),)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((HUNT, "stag", "stag"), "each strategy once"),
        ((HUNT, "stag", "boar"), "requires strategies among"),
        ((5, "stag", "hare"), "requires a GroupGame"),
        ((GroupGame.from_pairwise(HUNT, 5), "stag", "hare", 4), "at least 5"),
        ((Game([[[1, 2]], [[0, 1]]]), 0, 1), "symmetric"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        tipping_share(*arguments)


@pytest.mark.parametrize("kind", ["settlement", "takeover"])
@pytest.mark.parametrize(
    ("term", "over", "terms"),
    [
        ("trust", None, {}),
        ("stakes", ("1/4", 6), {"trust": "3/4"}),
        ("leakage", (0, "9/10"), {"trust": "3/4"}),
        ("goal", (0, 3), {"trust": "3/4", "threshold": 4, "goal": 1}),
    ],
)
def test_curves_agree_with_every_point(kind, term, over, terms):
    model = Consortium(5, **terms)
    curve = tipping_curve(model, term, "collaboration", "avoidance", over, kind)
    low, high = curve.over
    assert curve.pieces[0].low == low
    assert curve.pieces[-1].high == high
    for before, after in zip(curve.pieces[:-1], curve.pieces[1:], strict=True):
        assert before.high == after.low
    for k in range(7):
        value = low + (high - low) * Fraction(2 * k + 1, 14)
        direct = tipping_share(model.replace(**{term: value}), "collaboration", "avoidance")
        assert curve.at(value) == direct
        share = direct.share if kind == "settlement" else direct.takeover
        (piece,) = (one for one in curve.pieces if one.low < value < one.high)
        if share is None:
            assert piece.first is piece.last is None
            continue
        if kind == "settlement":
            assert piece.gainers == direct.gainers
        ends = sorted(map(float, (piece.first, piece.last)))
        assert ends[0] - 1e-12 <= float(share) <= ends[1] + 1e-12
        if piece.formula and not piece.formula.startswith("0 ="):
            shown = eval(piece.formula, {"sqrt": math.sqrt, term: float(value)})
            assert shown == pytest.approx(float(share), abs=1e-9)
        step = Fraction(1, 10**6)
        near = model.replace(**{term: value + step})
        moved = tipping_share(near, "collaboration", "avoidance")
        later = moved.share if kind == "settlement" else moved.takeover
        if later is not None and value + step < piece.high:
            assert (later > share) - (later < share) == piece.moves


def test_trust_and_stakes_move_tipping_apart():
    """What mobilizers of collaboration have to be, against avoidance alone, at the defaults."""
    two = Consortium(4, strategies=PAIR)
    by_trust = tipping_curve(two, "trust", 0, 1)
    assert [one.moves for one in by_trust.pieces] == [-1]
    # Among all five strategies trust first makes it harder: it deters the free riders.
    by_trust = tipping_curve(Consortium(4), "trust", "collaboration", "avoidance")
    assert [one.moves for one in by_trust.pieces] == [1, -1]
    assert [one.gainers for one in by_trust.pieces] == [("competition",), ("compromise",)]
    assert "rises" in str(by_trust)
    assert max(map(len, str(by_trust).splitlines())) <= 80


def test_curves_refuse():
    model = Consortium(3)
    with pytest.raises(ValueError, match="requires an interval"):
        tipping_curve(model, "stakes", 0, 4)
    with pytest.raises(ValueError, match="requires one of"):
        tipping_curve(model, "weather", 0, 4)
    with pytest.raises(ValueError, match="kind"):
        tipping_curve(model, "trust", 0, 4, kind="none")
    with pytest.raises(ValueError, match="each strategy once"):
        tipping_curve(model, "trust", 0, 0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        tipping_curve(model, "trust", 0, 4).at(2)
    with pytest.raises(TypeError, match="model"):
        tipping_curve(HUNT, "trust", 0, 1)


class Fined:
    """A public good that returns r to all, whose contributors fine each free rider."""

    size, strategies = 4, ("pay", "ride")
    domains = Consortium(4).domains

    def __init__(self, trust):
        self.terms = {"trust": trust}

    def replace(self, trust):
        return Fined(trust)

    def payoff(self, strategy, counts):
        shared = Fraction(2 * counts[0], 4)
        return shared - (1 if strategy == 0 else counts[0] * self.terms["trust"])

    def group_game(self):
        return GroupGame(4, self.strategies, self.payoff)


def test_models_that_know_compositions():
    """Fines of 3 t z stand against 1 − 2/4: the share falls as 1/(6 t), from t = 1/6 on."""
    curve = tipping_curve(Fined(Fraction(1, 2)), "trust", "pay", "ride")
    none, falling = curve.pieces
    assert none.first is None
    assert none.high == falling.low == Fraction(1, 6)
    assert (falling.first, falling.last, falling.moves) == (1, Fraction(1, 6), -1)
    assert falling.formula == "1/(6*trust)"
    found = lasting_range(Fined(Fraction(1, 2)), "pay", "trust")
    assert (found.low, found.high) == (Fraction(1, 6), 1)
    with pytest.raises(ValueError, match="alike"):
        tipping_curve(Consortium(3, stakes=(1, 2, 3)), "trust", 0, 4)


def test_tipping_is_a_measure():
    found = sweep(Consortium(3), "tipping", trust=axis("1/2", 1, 3), progress=False)
    direct = [
        float(tipping_share(Consortium(3, trust=value), "collaboration", "avoidance").takeover)
        for value in ("1/2", "3/4", 1)
    ]
    assert found["takeover"].values.tolist() == direct


@pytest.mark.parametrize(
    ("model", "pair"),
    [
        (Consortium(5, goal=1, threshold=2), ("collaboration", "avoidance")),
        (PublicGoods(5), ("contributor", "defector")),
        (Institution(Consortium(3), strategies=["collaboration + pool", "avoidance"]), (0, 1)),
    ],
)
def test_sizes_are_swept(model, pair):
    """How the shares move with the number of firms, by models of each size on their own."""
    measure = partial(tipping, committed=pair[0], resident=pair[1])
    for sizes in ([2, 3, 6], axis(2, 6, 3), np.array([2, 6])):
        found = sweep(model, measure, size=sizes, progress=False)
        for k, size in enumerate(sizes):
            direct = tipping_share(model.replace(size=int(size)), *pair)
            for name, share in (("share", direct.share), ("takeover", direct.takeover)):
                value = found[name].values[k]
                assert math.isnan(value) if share is None else value == float(share)


def test_sizes_that_cannot_be_swept():
    for sizes in (["5/2"], [2.5, 3.0]):
        with pytest.raises(ValueError, match=r"size.*whole numbers"):
            sweep(Consortium(5), "tipping", size=sizes, progress=False)
    with pytest.raises(ValueError, match=r"size\[0\]: requires a number ≥ 2, got 1"):
        sweep(Consortium(5), "tipping", size=[1, 2], progress=False)
    with pytest.raises(ValueError, match="point by point"):
        sweep(Consortium(2), "regime", size=[2, 3], progress=False)
    assert "size" not in Consortium(5).domains
