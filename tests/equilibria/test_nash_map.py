"""The batch gives what the exact solver gives, on every game."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dilemma.alliance import Alliance, PayoffModel, Strategy, coopetition, strategy_grid
from dilemma.alliance.payoffs import interorganizational_learning
from dilemma.arrays import threads
from dilemma.equilibria import Equilibria, nash, nash_map
from dilemma.equilibria.batch import mapping as mapping_module
from dilemma.game import Game, Games

RNG = np.random.default_rng


def mask(support: Iterable[int]) -> int:
    return sum(1 << i for i in support)


def assert_same(found: xarray.Dataset, games: Sequence[Game], exact: Iterable[Equilibria]) -> None:
    """Every field of every game against the exact solver; the batch has one dimension."""
    values = {name: variable.values for name, variable in found.data_vars.items()}
    assert values["complete"].all()
    for i, (game, answer) in enumerate(zip(games, exact, strict=True)):
        count = len(answer)
        assert values["equilibria"][i] == count, i
        assert values["degenerate"][i] == answer.degenerate, i
        supports = [tuple(map(mask, one.supports)) for one in answer]
        assert values["row_support"][i, :count].tolist() == [one for one, _ in supports], i
        assert values["column_support"][i, :count].tolist() == [two for _, two in supports], i
        assert values["strict"][i, :count].tolist() == [one.strict for one in answer], i
        scale = max(map(abs, game.payoffs.ravel()))
        for name, expected, tolerance in (
            ("row_strategy", [list(map(float, one.row)) for one in answer], 1e-9),
            ("column_strategy", [list(map(float, one.column)) for one in answer], 1e-9),
            ("payoff", [list(map(float, one.payoffs)) for one in answer], 1e-8 * scale),
            ("regret", [0.0] * count, 1e-8 * scale),
        ):
            missed = np.max(np.abs(values[name][i, :count] - np.array(expected)))
            assert missed <= tolerance, (i, name, missed)
        # What is beyond the list is blank.
        assert not values["row_support"][i, count:].any()
        assert np.isnan(values["row_strategy"][i, count:]).all()
        assert not values["strict"][i, count:].any()


def assert_exact(payoffs: Any, **options: Any) -> xarray.Dataset:
    """Solve a flat batch, and compare each of its games."""
    batch = payoffs if isinstance(payoffs, Games) else Games(payoffs)
    found = nash_map(batch, progress=False, **options)
    games = [batch[i] for i in range(batch.size)]
    assert_same(found, games, map(nash, games))
    return found


def gaussian(rng: np.random.Generator, k: int, m: int, n: int) -> Any:
    return rng.normal(size=(k, 2, m, n))


def small_integers(rng: np.random.Generator, k: int, m: int, n: int) -> Any:
    return rng.integers(-3, 4, size=(k, 2, m, n)).astype(float)


def symmetric(rng: np.random.Generator, k: int, m: int, n: int) -> Any:
    A = rng.normal(size=(k, n, n))
    A[: k // 2] = rng.integers(0, 4, size=A[: k // 2].shape)
    return np.stack([A, A.transpose(0, 2, 1)], axis=1)


def coordination(rng: np.random.Generator, k: int, m: int, n: int) -> Any:
    A = rng.normal(size=(k, m, n)) + 2 * np.eye(m, n)
    return np.stack([A, A + 0.3 * rng.normal(size=A.shape)], axis=1)


def correlated(rng: np.random.Generator, k: int, m: int, n: int) -> Any:
    A, noise = rng.normal(size=(2, k, m, n))
    return np.stack([A, -0.8 * A + 0.6 * noise], axis=1)


KINDS = (gaussian, small_integers, symmetric, coordination, correlated)


def test_twenty_thousand_mixed_games_are_solved_as_by_the_exact_solver() -> None:
    sizes = {(2, 2): 1300, (3, 3): 1100, (2, 4): 900, (4, 3): 400, (5, 5): 300}
    rng = RNG(20261122)
    for (m, n), count in sizes.items():
        for kind in KINDS:
            assert_exact(kind(rng, count, m, n))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (6, 1), (1, 8), (2, 8), (6, 6), (3, 7)])
@pytest.mark.parametrize("kind", [gaussian, small_integers])
def test_every_shape(kind: Any, shape: tuple[int, int]) -> None:
    assert_exact(kind(RNG(3), 12, *shape))


def test_eight_by_eight() -> None:
    assert_exact(gaussian(RNG(4), 2, 8, 8))
    assert_exact(small_integers(RNG(4), 1, 8, 8))


@pytest.mark.parametrize("shape", [(2, 9), (9, 3), (1, 20)])
def test_larger_games_fall_back(shape: tuple[int, int]) -> None:
    found = assert_exact(small_integers(RNG(5), 3, *shape))
    assert found.exact.all()
    assert found.row_support.dtype == (np.uint16 if max(shape) <= 16 else np.uint32)


@pytest.mark.parametrize("size", [1e-14, 1e-12, 1e-9])
def test_near_degenerate_games(size: float) -> None:
    rng = RNG(6)
    payoffs = small_integers(rng, 60, 4, 4)
    payoffs[30:] = symmetric(rng, 60, 4, 4)[:30]
    payoffs += size * rng.normal(size=payoffs.shape) * (rng.random(size=payoffs.shape) < 0.4)
    assert_exact(payoffs)


def test_neighbouring_floats_are_told_apart() -> None:
    """One unit in the last place decides, and so does the decimal that the float means."""
    tied = np.array([[[1.0, 0.3], [1.0, 0.3]], [[0.0, 0.0], [1.0, 1.0]]])
    games = np.stack([tied] * 5)
    games[1, 0, 0, 1] = np.nextafter(0.3, 1)
    games[2, 0, 0, 1] = np.nextafter(0.3, 0)
    games[3, 1, 0, 0] = 5e-324
    games[4, 1, 1, 1] = np.nextafter(1, 2)
    found = assert_exact(games)
    assert found.exact.all()
    assert found.degenerate.values.tolist() == [True] * 5
    assert len(set(found.equilibria.values.tolist())) > 1


@pytest.mark.parametrize("exponent", [-9, -6, -3, 3, 6, 9])
def test_scales(exponent: int) -> None:
    rng = RNG(7)
    payoffs = np.concatenate([gaussian(rng, 20, 4, 4), small_integers(rng, 20, 4, 4)])
    assert_exact(payoffs * 10.0**exponent)
    # And a level far above the differences.
    assert_exact(np.round(payoffs[20:] + 10.0**exponent, 12))


@pytest.mark.parametrize("factor", [1e-200, 1e200, 1e308])
def test_the_ends_of_the_range_of_floats(factor: float) -> None:
    payoffs = np.clip(small_integers(RNG(8), 6, 3, 3), -1, 1)
    found = assert_exact(payoffs * factor)
    assert found.exact.all()


def test_mixed_scales_within_a_game() -> None:
    rng = RNG(9)
    payoffs = rng.normal(size=(30, 2, 4, 4)) * 10.0 ** rng.integers(-8, 9, size=(30, 2, 4, 4))
    assert_exact(payoffs)


def test_large_integers_and_many_decimals() -> None:
    """Up to the sizes at which wrapping integers give way to fractions, and past them."""
    rng = RNG(10)
    solved = []
    for digits in (1, 2, 4, 7, 9, 14):
        payoffs = rng.integers(0, 10**digits, size=(15, 2, 4, 4)) / 10.0 ** (digits // 2)
        payoffs[:, 0, 1] = payoffs[:, 0, 0]
        payoffs[:, 1, :, 2] = payoffs[:, 1, :, 1]
        found = assert_exact(payoffs)
        assert found.degenerate.all()
        solved.append(int(found.attrs["solved_in_fractions"]))
    assert solved[:3] == [0, 0, 0]
    assert solved[-1] == 15


def test_extreme_equilibria_of_one_support_pair_are_in_order() -> None:
    """Mixtures with the same support are sorted by their weights, as by `nash`."""
    A = [[0, 0, 0], [0, 0, 0]]
    B = [[3, 0, 2], [0, 3, 2]]
    flat = np.array([[A, B]], dtype=float)
    found = assert_exact(flat)
    twice = set(zip(found.row_support.values[0], found.column_support.values[0], strict=True))
    assert len(twice) < int(found.equilibria[0])


def test_threads_change_nothing_and_inputs_are_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_module, "CHUNK", 100)
    rng = RNG(11)
    payoffs = np.concatenate([kind(rng, 130, 3, 3) for kind in KINDS])
    payoffs[7] += 1e-13 * rng.normal(size=payoffs[7].shape)
    before = payoffs.copy()
    one, two, three = (nash_map(payoffs, workers=workers, progress=False) for workers in (1, 2, 3))
    assert one.identical(two)
    assert one.identical(three)
    np.testing.assert_array_equal(payoffs, before)
    for keep in ("supports", "regimes"):
        first, second = (
            nash_map(payoffs, workers=workers, keep=keep, progress=False) for workers in (1, 2)
        )
        assert first.identical(second)


def test_long_lists_of_equilibria_are_not_cut() -> None:
    """Coordination on the diagonal has 2^n − 1 equilibria; zero games have m × n."""
    games = np.stack([np.stack([np.eye(6)] * 2)] * 50)
    found = nash_map(games, progress=False)
    assert (found.equilibria == 2**6 - 1).all()
    assert_exact(games[:1])
    assert (nash_map(np.zeros((40, 2, 6, 5)), progress=False).equilibria == 30).all()


# Alliances


def assert_alliance(alliance: Alliance, every: int = 1, **options: Any) -> xarray.Dataset:
    """Solve an alliance with array terms both ways, and compare with its exact games."""
    found = nash_map(alliance, progress=False, **options)
    games = alliance.games()
    assert found.equilibria.dims == games.dims
    flat = found.stack(batch=games.dims, create_index=False).transpose("batch", ...)
    where = np.arange(games.size)[::every]
    chosen = [games[tuple(map(int, np.unravel_index(i, games.shape)))] for i in where]
    assert_same(flat.isel(batch=where), chosen, map(nash, chosen))
    again = nash_map(games, progress=False, **options)
    xarray.testing.assert_equal(
        found.drop_vars(["exact", "row_strategy", "column_strategy"]),
        again.drop_vars(["exact", "row_strategy", "column_strategy"]),
    )
    return found


def tenths(low: int, high: int, step: int = 1) -> Any:
    """Exact decimals: floats that print them."""
    return np.array([float(f"0.{i:02d}") if i < 100 else i / 100 for i in range(low, high, step)])


def test_ties_of_alliances_on_decimal_axes_are_ties() -> None:
    """T = R wherever opportunism equals relational return, for these terms."""
    axis = tenths(0, 101, 5)
    found = assert_alliance(
        Alliance(
            transparency_cost=0.45, opportunism=axis[:, None], relational_return=axis[None, :]
        )
    )
    assert np.diag(found.degenerate).all()
    assert np.diag(found.exact).all()
    assert found.attrs["solved_in_fractions"] == "0"
    # Floating point alone breaks such ties.
    payoffs = Alliance(transparency_cost=0.45, opportunism=axis, relational_return=axis).payoffs()
    assert not np.all(payoffs[:, 0, 0, 0] == payoffs[:, 0, 1, 0])


def test_grids_of_trust_and_opportunism() -> None:
    trust, opportunism = tenths(0, 101, 5), tenths(0, 101, 10)
    for other in ({}, {"effort_convexity": 0}, {"leakage": 0}, {"stakes": (1, 2)}):
        found = assert_alliance(
            Alliance(trust=trust[:, None], opportunism=opportunism[None, :], **other), every=2
        )
        assert found.attrs["solved_in_fractions"] == "0"


@pytest.mark.parametrize("terms", [{"effort_convexity": 0}, {"synergy": 0}, {"leakage": 0}])
def test_structural_zeros_that_decide_nothing_stay_in_floating_point(terms: Any) -> None:
    """Linear effort, or no synergy, makes minors vanish that belong to no vertex."""
    axis = np.linspace(0.07, 0.93, 8)  # too many digits for machine words
    found = assert_alliance(Alliance(trust=axis[:, None], opportunism=axis[None, :], **terms))
    assert (found.exact == found.degenerate).mean() > 0.9
    assert found.exact.mean() < 0.2


def test_structural_zeros_in_games_of_ones_own() -> None:
    """A row halfway between two others: many minors vanish, few vertices are degenerate."""
    payoffs = gaussian(RNG(16), 60, 4, 4)
    payoffs[:, 0, 3] = (payoffs[:, 0, 0] + payoffs[:, 0, 1]) / 2 - 0.25
    payoffs[:, 1, :, 3] = payoffs[:, 1, :, 2] - 0.5
    found = assert_exact(payoffs)
    assert found.exact.mean() < 0.5


def test_a_tie_of_temptation_and_reward() -> None:
    """T = R at trust 29/45 for the default terms: exactly there, and on neither side."""
    critical = Fraction(29, 45)
    trust = np.array([critical - Fraction(1, 10**18), critical, critical + Fraction(1, 10**18)])
    found = assert_alliance(Alliance(trust=trust))
    collaboration = (found.row_support == 1) & (found.column_support == 1)
    assert collaboration.any("equilibrium").values.tolist() == [False, True, True]
    assert found.degenerate.values.tolist() == [False, True, False]


def test_axes_that_are_no_short_decimals() -> None:
    trust = np.linspace(0, 1, 7)
    found = assert_alliance(Alliance(trust=trust[:, None], stakes=np.linspace(0.5, 8, 7)))
    assert found.attrs["dilemma"] == "nash_map"


def test_labelled_terms_pairs_and_a_model_of_ones_own() -> None:
    trust = xarray.DataArray(
        tenths(0, 101, 20), dims="trust", coords={"trust": tenths(0, 101, 20)}
    )
    stakes = xarray.DataArray([1.0, 2.0, 4.0], dims="stakes")
    found = assert_alliance(
        Alliance(trust=trust, stakes=(stakes, 2), opportunism=(0.2, 0.9), power=0.25)
    )
    assert found.trust.values.tolist() == trust.values.tolist()
    assert found.row.values[0] == "collaboration"
    assert_alliance(Alliance(trust=trust, model=coopetition, extra={"leverage": "1/3"}))


def test_short_floats_and_objects_as_terms() -> None:
    assert_alliance(Alliance(trust=np.array([0.1, 0.3, 0.7], dtype=np.float32)))
    assert_alliance(Alliance(trust=np.array([Fraction(1, 3), Fraction(2, 3)])))
    assert_alliance(Alliance(stakes=np.array([1, 2, 8]), trust=0.9))
    found = assert_alliance(Alliance(trust=np.array([[0.5]])))
    assert found.sizes["dim_0"] == found.sizes["dim_1"] == 1


def test_one_alliance_of_numbers_is_a_batch_without_dimensions() -> None:
    found = nash_map(Alliance(trust=0.9), progress=False)
    assert found.equilibria.dims == ()
    assert int(found.equilibria) == len(nash(Alliance(trust=0.9).game()))


def test_a_model_that_is_no_polynomial_is_solved_from_its_terms() -> None:
    """A bound on its errors is unknown, so that every game is solved exactly."""

    def bonus(focal: Any, partner: Any, terms: Any) -> Any:
        own, other = interorganizational_learning(focal, partner, terms)
        return own + abs(terms.trust), other

    found = assert_alliance(Alliance(trust=tenths(0, 101, 25), model=PayoffModel("bonus", bonus)))
    assert found.exact.all()
    assert found.attrs["solved_in_fractions"] == "5"


def test_other_strategies() -> None:
    chosen = (Strategy("half", "1/2", "1/2"), Strategy("third", "1/3", 1), *strategy_grid(2))
    assert_alliance(Alliance(trust=tenths(0, 101, 20), strategies=chosen))


def test_errors_beside_a_source_are_infinite_unless_given() -> None:
    alliance = Alliance(trust=np.array([0.5, 0.9]))
    games = alliance.games()
    bare = Games(games.payoffs, source=alliance)
    assert np.isinf(bare.payoff_error).all()
    assert nash_map(bare, progress=False).exact.all()
    # The float nearest to 1/10 is not 1/10, and the source decides which is meant.
    near = Fraction(0.1)
    A = np.array([[near, near], [Fraction(1, 10), 0]])
    game = Game(np.stack([A, A.T]))
    told = Games(
        game.payoffs[None], source=SimpleNamespace(game_at=lambda index: game), payoff_error=1e-17
    )
    assert_exact(told)
    assert len(nash(game)) != len(nash(Game(game.payoffs)))


@pytest.mark.parametrize("model", ["default", "co-opetition"])
def test_the_bound_on_the_errors_of_payoffs_holds(model: str) -> None:
    """Against the exact payoffs; and it is not so wide that it would say nothing."""
    rng = RNG(12)
    terms = {
        "trust": rng.random(40),
        "stakes": 10 ** rng.uniform(-2, 2, 40),
        "leakage": rng.random(40) * 0.9,
        "prior_interaction": rng.random(40),
    }
    if model == "co-opetition":
        terms["model"] = coopetition
    alliance = Alliance(**terms)
    games = alliance.games()
    block = alliance.blocks().block(0, 40)
    np.testing.assert_array_equal(np.moveaxis(block.payoffs, -1, 0), games.payoffs)
    for i in range(40):
        exact = alliance.game_at((i,)).exact_payoffs
        for place in np.ndindex(exact.shape):
            missed = abs(Fraction(float(games.payoffs[(i, *place)])) - exact[place])
            assert missed <= Fraction(float(games.payoff_error[place]))
    largest = np.abs(games.payoffs).max()
    assert games.payoff_error.max() < 1000 * largest * 2.0**-53


def test_the_common_denominator_of_payoffs_is_one() -> None:
    games = Alliance(trust=tenths(0, 101, 7)[:, None], leakage=tenths(0, 100, 30)).games()
    assert games.payoff_denominator is not None
    for index in np.ndindex(games.shape):
        exact = games[index].exact_payoffs
        assert all((value * games.payoff_denominator).denominator == 1 for value in exact.flat)


# What is kept


def test_supports_and_regimes() -> None:
    alliance = Alliance(trust=tenths(0, 101, 10)[:, None], opportunism=tenths(0, 101, 10))
    everything = nash_map(alliance, progress=False)
    supports = nash_map(alliance, keep="supports", progress=False)
    regimes = nash_map(alliance, keep="regimes", progress=False)
    for name in ("equilibria", "row_support", "column_support", "exact", "degenerate"):
        xarray.testing.assert_equal(everything[name], supports[name])
    assert "row_strategy" not in supports
    assert "row_support" not in regimes
    xarray.testing.assert_equal(supports.regime, regimes.regime)
    pairs: dict[Any, int] = {}
    for index in np.ndindex(11, 11):
        one, two = supports.row_support.values[index], supports.column_support.values[index]
        pairs.setdefault(frozenset(zip(one[one > 0], two[two > 0], strict=True)), len(pairs))
        code = pairs[frozenset(zip(one[one > 0], two[two > 0], strict=True))]
        assert regimes.regime.values[index] == code
    assert len(pairs) == regimes.sizes["regime_code"]
    legend = regimes.regimes.values.tolist()
    assert legend[int(regimes.regime[0, -1])] == "avoidance × avoidance"
    assert any("collaboration × collaboration" in words for words in legend)


def test_regimes_are_sets() -> None:
    """Several extreme equilibria on one pair of supports count once."""
    degenerate = np.array([[[[0, 0, 0], [0, 0, 0]], [[3, 0, 2], [0, 3, 2]]]], dtype=float)
    found = nash_map(degenerate, keep="regimes", progress=False)
    words = found.regimes.values[0].split(" | ")
    assert len(words) == len(set(words)) < int(found.equilibria[0])


def test_the_payoff_dominant_equilibrium() -> None:
    stag = [[4, 0], [3, 3]]
    battle = ([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    games = np.array([[stag, np.transpose(stag)], battle], dtype=float)
    found = nash_map(games, select="payoff-dominant", progress=False)
    assert found.sizes["equilibrium"] == 1
    assert found.position.values.tolist() == [0, -1]
    assert found.row_support.values[:, 0].tolist() == [1, 0]
    assert np.isnan(found.payoff.values[1]).all()
    assert found.equilibria.values.tolist() == [3, 3]


def test_the_risk_dominant_equilibrium() -> None:
    """In a stag hunt (4, 0; 3, 3) hunting hares is: losses 1 × 1 against 3 × 3."""
    stag = [[4, 0], [3, 3]]
    tie = [[1, 0], [0, 1]]
    none = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    games = np.array([[stag, np.transpose(stag)], [tie, tie], none], dtype=float)
    found = nash_map(games, select="risk-dominant", progress=False)
    assert found.position.values.tolist() == [1, -1, -1]
    assert found.row_support.values[0].tolist() == [2]


def test_risk_dominance_by_its_definition_in_larger_games() -> None:
    payoffs = coordination(RNG(13), 200, 4, 4)
    found = nash_map(payoffs, select="risk-dominant", progress=False)
    everything = nash_map(payoffs, progress=False)
    chosen = 0
    for g, (A, B) in enumerate(payoffs):
        strict = np.flatnonzero(everything.strict.values[g])
        places = [
            (
                int(everything.row_support.values[g, e]).bit_length() - 1,
                int(everything.column_support.values[g, e]).bit_length() - 1,
            )
            for e in strict
        ]
        winners = [
            e
            for e, (i, j) in zip(strict, places, strict=True)
            if all(
                (A[i, j] - A[k, j]) * (B[i, j] - B[i, h])
                > (A[k, h] - A[i, h]) * (B[k, h] - B[k, j])
                for k, h in places
                if (k, h) != (i, j)
            )
        ]
        assert found.position.values[g] == (winners[0] if winners else -1)
        chosen += bool(winners)
    assert chosen > 100


def test_a_named_equilibrium() -> None:
    alliance = Alliance(trust=tenths(0, 101, 10))
    found = nash_map(alliance, select="mutual collaboration", progress=False)
    everything = nash_map(alliance, progress=False)
    there = ((everything.row_support == 1) & (everything.column_support == 1)).any("equilibrium")
    assert ((found.position >= 0) == there).all()
    assert (found.row_support.values[there.values, 0] == 1).all()
    assert there.values.tolist() == [trust >= 29 / 45 for trust in alliance.trust]
    pair = nash_map(alliance, select=("competition", "accommodation"), progress=False)
    assert set(pair.position.values.tolist()) <= set(range(-1, 9))
    assert pair.attrs["select"] == "competition × accommodation"


# Inputs


def test_a_dataarray_keeps_its_names() -> None:
    rng = RNG(14)
    payoffs = xarray.DataArray(
        rng.normal(size=(2, 3, 2, 2, 4)),
        dims=("player", "seed", "row", "column", "wave"),
        coords={"wave": [10, 20, 30, 40], "row": ["a", "b"]},
    )
    found = nash_map(payoffs, progress=False)
    assert found.equilibria.dims == ("seed", "wave")
    assert found.wave.values.tolist() == [10, 20, 30, 40]
    flat = payoffs.transpose("seed", "wave", "player", "row", "column").values.reshape(-1, 2, 2, 2)
    exact = [nash(Game(one)) for one in flat]
    assert found.equilibria.values.ravel().tolist() == [len(one) for one in exact]


@pytest.mark.parametrize("keep", ["everything", "supports", "regimes"])
def test_no_games_at_all(keep: str) -> None:
    found = nash_map(np.zeros((3, 0, 2, 2, 2)), keep=keep, progress=False)
    assert found.equilibria.shape == (3, 0)
    assert found.attrs["fell_back"] == "0"


def test_the_answer_can_be_stored(tmp_path: Any) -> None:
    found = nash_map(small_integers(RNG(15), 5, 3, 3), progress=False)
    assert all(isinstance(value, str) for value in found.attrs.values())
    assert "5 games of 3 x 3" in found.attrs["status"]
    assert float(found.attrs["fell_back"]) == found.exact.values.mean()


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((np.zeros((2, 3)),), {}, ValueError, r"payoffs: requires the shape .* got the shape"),
        (("games",), {}, ValueError, r"payoffs: requires"),
        ((np.zeros((1, 2, 2, 2)), 0), {}, ValueError, r"workers: requires a positive .* got 0"),
        ((np.zeros((1, 2, 2, 2)), 1.5), {}, TypeError, r"workers: requires .* got 1.5"),
        ((np.zeros((1, 2, 2, 2)), True), {}, TypeError, r"workers: requires .* got True"),
        ((np.zeros((1, 2, 2, 2)),), {"keep": "all"}, ValueError, r"keep: requires one of .*'all'"),
        ((np.zeros((1, 2, 2, 2)),), {"select": "best"}, ValueError, r"select: requires .*'best'"),
        ((np.zeros((1, 2, 2, 2)),), {"select": 3}, ValueError, r"select: requires .* got 3"),
        (
            (np.zeros((1, 2, 2, 2)),),
            {"select": "mutual 7"},
            ValueError,
            r"select: requires names among 1, 2, got '7'",
        ),
        (
            (np.zeros((1, 2, 2, 2)),),
            {"select": "risk-dominant", "keep": "regimes"},
            ValueError,
            r"select: requires keep=",
        ),
        ((np.zeros((1, 2, 2, 2)),), {"progress": 1}, TypeError, r"progress: requires"),
        ((np.zeros((1, 2, 1, 65)),), {}, ValueError, r"games: requires at most 64 strategies"),
        ((Game(np.zeros((2, 2, 2))),), {}, TypeError, r"games: requires a batch .* nash\(game\)"),
    ],
)
def test_refusals(
    arguments: tuple[Any, ...], options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        nash_map(*arguments, **options)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_payoff_that_is_not_finite_is_named_by_its_place(bad: float) -> None:
    payoffs = np.zeros((4, 3, 2, 2, 2))
    payoffs[2, 1, 0, 1, 1] = bad
    with pytest.raises(ValueError, match=rf"got {bad} in game \(2, 1\) at .*\(0, 1, 1\)"):
        nash_map(payoffs)
    # Payoffs that are built block by block are looked at as they come.
    stakes = np.array([1.0, 1e308])
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(ValueError, match=r"got -?(inf|nan) in game \(1,\)"),
    ):
        nash_map(Alliance(stakes=stakes, synergy=1000), progress=False)


def test_a_batch_dimension_called_equilibrium_is_refused() -> None:
    games = Games(np.zeros((2, 2, 2, 2)), dims=["equilibrium"])
    with pytest.raises(ValueError, match=r"dims: requires names other than those of the answer"):
        nash_map(games)


def test_errors_in_a_thread_reach_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_module, "CHUNK", 4)

    def failing(focal: Any, partner: Any, terms: Any) -> Any:
        if np.any(terms.trust == 0.5):
            raise ArithmeticError("no payoff at one half")
        return interorganizational_learning(focal, partner, terms)

    alliance = Alliance(trust=tenths(0, 101, 2), model=PayoffModel("failing", failing))
    with pytest.raises(ArithmeticError, match="no payoff at one half"):
        nash_map(alliance, workers=2, progress=False)


def test_ctrl_c_stops_a_long_run() -> None:
    """Games that only fractions can solve, two threads, and an interrupt."""
    code = (
        "import numpy as np, os, signal, threading\n"
        "from dilemma.equilibria import nash_map\n"
        "nash_map(np.zeros((2, 2, 5, 5)), progress=False)\n"
        "noise = np.random.default_rng(0).normal(size=(100000, 2, 5, 5)).round(2)\n"
        "games = 1 / 3 + 1e-14 * noise\n"
        "interrupt = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Timer(0.5, interrupt).start()\n"
        "try:\n"
        "    nash_map(games, workers=2, progress=False)\n"
        "except KeyboardInterrupt:\n"
        "    print([one.name for one in threading.enumerate() if 'nash' in one.name])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_progress_is_shown_on_request_and_not_otherwise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nash_map(np.zeros((3, 2, 2, 2)), progress=False)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(threads, "BAR_DELAY", 0.0)
    nash_map(np.zeros((3, 2, 2, 2)), progress=True)
    assert "nash_map" in capsys.readouterr().err


def test_importing_the_room_brings_nothing_heavy() -> None:
    code = (
        "import sys, dilemma.equilibria\n"
        "print([name for name in ('numba', 'xarray', 'scipy', 'tqdm') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Laws

SMALL = hnp.arrays(
    np.float64, st.tuples(st.just(2), st.integers(1, 4), st.integers(1, 4)),
    elements=st.one_of(
        st.integers(-3, 3).map(float),
        st.integers(-300, 300).map(lambda value: value / 100),
        st.floats(-10, 10, allow_subnormal=False),
    ),
)  # fmt: skip


@given(SMALL)
@settings(max_examples=150, deadline=None)
def test_law_the_batch_is_the_exact_solver(payoffs: Any) -> None:
    assert_exact(payoffs[None])


@given(SMALL, st.data())
@settings(max_examples=60, deadline=None)
def test_law_relabelling_strategies_and_players(payoffs: Any, data: Any) -> None:
    _, m, n = payoffs.shape
    rows = data.draw(st.permutations(range(m)))
    columns = data.draw(st.permutations(range(n)))
    first = nash_map(payoffs[None], progress=False)
    second = nash_map(payoffs[None][:, :, rows][:, :, :, columns], progress=False)
    swapped = nash_map(np.transpose(payoffs, (0, 2, 1))[None, ::-1], progress=False)
    count = int(first.equilibria[0])
    assert int(second.equilibria[0]) == int(swapped.equilibria[0]) == count

    def together(found: Any, one: str, two: str) -> Any:
        return np.concatenate([found[one].values[0], found[two].values[0]], axis=-1)

    def assert_same_set(one: Any, two: Any) -> None:
        apart = np.abs(one[:, None] - two[None]).max(axis=-1)
        assert apart.min(axis=0).max() < 1e-8
        assert apart.min(axis=1).max() < 1e-8

    own = together(first, "row_strategy", "column_strategy")
    assert_same_set(together(swapped, "column_strategy", "row_strategy"), own)
    moved = np.concatenate([own[:, :m][:, rows], own[:, m:][:, columns]], axis=-1)
    assert_same_set(together(second, "row_strategy", "column_strategy"), moved)


@given(
    hnp.arrays(np.int64, (2, 4, 4), elements=st.integers(-9, 9)),
    st.integers(1, 50),
    st.integers(-1000, 1000),
)
@settings(max_examples=60, deadline=None)
def test_law_positive_affine_changes_of_a_players_payoffs(
    payoffs: Any, factor: int, constant: int
) -> None:
    changed = payoffs.copy()
    changed[0] = factor * changed[0] + constant
    changed[1] += np.arange(4)[:, None] * constant  # the column player ignores it
    first, second = (
        nash_map(one[None].astype(float), progress=False) for one in (payoffs, changed)
    )
    for name in ("equilibria", "row_support", "column_support", "strict", "degenerate"):
        np.testing.assert_array_equal(first[name].values, second[name].values)
    np.testing.assert_allclose(first.row_strategy, second.row_strategy, atol=1e-12)
