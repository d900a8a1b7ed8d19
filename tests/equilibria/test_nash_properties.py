"""Laws that hold for every game, with games from `dilemma.testing`."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dilemma.equilibria import Equilibria, lemke_howson, nash
from dilemma.game import Game
from dilemma.testing import degenerate_games, games, symmetric_games

law = settings(database=None, derandomize=True, deadline=None, max_examples=120)
any_game = st.one_of(games(largest=4), degenerate_games(largest=3), symmetric_games(largest=4))
positive = st.fractions("1/1000", 1000, max_denominator=1000)
shift = st.fractions(-1000, 1000, max_denominator=1000)

Profile = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
Shape = dict[frozenset[Profile], tuple[int, int, int]]


def profiles(equilibria: Equilibria) -> set[Profile]:
    return {(one.row, one.column) for one in equilibria}


def shape(equilibria: Equilibria) -> Shape:
    """All that does not depend on names or units: extreme equilibria by component."""
    return {
        frozenset((one.row, one.column) for one in component.equilibria): (
            component.dimension,
            component.index,
            len(component.subsets),
        )
        for component in equilibria.components
    }


def moved(equilibria: Equilibria, rows: Any, columns: Any) -> Shape:
    """The shape with each mixture changed by a function."""
    return {
        frozenset((rows(x), columns(y)) for x, y in members): facts
        for members, facts in shape(equilibria).items()
    }


# ---- what every answer satisfies ----------------------------------------------------------------


@law
@given(any_game)
def test_regret_is_exactly_zero(game: Game) -> None:
    found = nash(game)
    assert len(found) >= 1
    for one in found:
        for mixture, size in zip((one.row, one.column), game.shape, strict=True):
            assert len(mixture) == size
            assert all(type(weight) is Fraction and weight >= 0 for weight in mixture)
            assert sum(mixture) == 1
        assert one.regret == game.regret(one.row, one.column) == 0
        assert one.payoffs == game.expected_payoffs(one.row, one.column)


@law
@given(any_game)
def test_indices_sum_to_one(game: Game) -> None:
    assert sum(component.index for component in nash(game).components) == 1


@law
@given(games(largest=4))
def test_a_game_without_ties_has_an_odd_number_of_isolated_equilibria(game: Game) -> None:
    found = nash(game)
    if not found.degenerate:
        assert len(found) % 2 == 1
        assert all(len(component.equilibria) == 1 for component in found.components)
        assert all(component.dimension == 0 for component in found.components)
        assert all(len(one.supports[0]) == len(one.supports[1]) for one in found)
        assert {component.index for component in found.components} <= {-1, 1}


@law
@given(any_game)
def test_pure_equilibria_are_the_cells_where_both_replies_are_best(game: Game) -> None:
    A, B = game.exact_payoffs
    cells = {
        (i, j)
        for i, j in np.ndindex(game.shape)
        if A[i, j] == max(A[:, j]) and B[i, j] == max(B[i])
    }
    strict = {
        (i, j)
        for i, j in cells
        if list(A[:, j]).count(A[i, j]) == 1 and list(B[i]).count(B[i, j]) == 1
    }
    pure = [one for one in nash(game) if max(one.row) == max(one.column) == 1]
    assert {(one.row.index(1), one.column.index(1)) for one in pure} == cells
    assert {(one.row.index(1), one.column.index(1)) for one in pure if one.strict} == strict
    assert not any(one.strict for one in nash(game) if one not in pure)


# ---- what does not change an answer -------------------------------------------------------------


@law
@given(any_game, st.tuples(positive, positive), st.tuples(shift, shift))
def test_units_and_origins_of_payoffs_do_not_matter(
    game: Game, scale: tuple[Fraction, Fraction], origin: tuple[Fraction, Fraction]
) -> None:
    before = nash(game)
    after = nash(Game(np.stack([scale[p] * game.exact_payoffs[p] + origin[p] for p in (0, 1)])))
    assert shape(after) == shape(before)
    assert [one.payoffs for one in after] == [
        tuple(scale[p] * one.payoffs[p] + origin[p] for p in (0, 1)) for one in before
    ]
    assert [one.strict for one in after] == [one.strict for one in before]


@law
@given(any_game, st.data())
def test_what_a_player_gets_whatever_that_player_does_does_not_matter(
    game: Game, data: st.DataObject
) -> None:
    # A bonus to the row player that depends on the column alone changes no best reply.
    m, n = game.shape
    A, B = (np.array(one) for one in game.exact_payoffs)
    A = A + np.array(data.draw(st.lists(shift, min_size=n, max_size=n)), dtype=object)
    B = B + np.array(data.draw(st.lists(shift, min_size=m, max_size=m)), dtype=object)[:, None]
    assert shape(nash(Game(np.stack([A, B])))) == shape(nash(game))


@law
@given(any_game, st.data())
def test_the_order_of_strategies_does_not_matter(game: Game, data: st.DataObject) -> None:
    m, n = game.shape
    rows = data.draw(st.permutations(range(m)))
    columns = data.draw(st.permutations(range(n)))
    after = nash(Game(game.exact_payoffs[:, rows][:, :, columns]))
    assert shape(after) == moved(
        nash(game), lambda x: tuple(x[i] for i in rows), lambda y: tuple(y[j] for j in columns)
    )


@law
@given(any_game)
def test_the_players_can_change_places(game: Game) -> None:
    A, B = game.exact_payoffs
    after = shape(nash(Game(np.stack([B.T, A.T]))))
    back = {frozenset((y, x) for x, y in members): facts for members, facts in after.items()}
    assert back == shape(nash(game))


@law
@given(symmetric_games(largest=4))
def test_equilibria_of_a_symmetric_game_come_in_mirrored_pairs(game: Game) -> None:
    found = profiles(nash(game))
    assert {(y, x) for x, y in found} == found


@law
@given(any_game)
def test_names_do_not_matter(game: Game) -> None:
    m, n = game.shape
    names = [[f"row {i}" for i in range(m)], [f"column {j}" for j in range(n)]]
    named = Game(game.exact_payoffs, names, ["Ann", "Bob"])
    assert shape(nash(named)) == shape(nash(game))


# ---- strategies that are added ------------------------------------------------------------------


@law
@given(any_game, st.data())
def test_a_strictly_dominated_strategy_changes_nothing(game: Game, data: st.DataObject) -> None:
    m, n = game.shape
    A, B = (np.array(one) for one in game.exact_payoffs)
    worse = data.draw(positive)
    by = data.draw(st.integers(0, m - 1))
    theirs = data.draw(st.lists(shift, min_size=n, max_size=n))
    bad = np.stack([A[by] - worse, np.array(theirs, dtype=object)])
    after = nash(Game(np.concatenate([game.exact_payoffs, bad[:, None, :]], axis=1)))
    assert shape(after) == moved(nash(game), lambda x: (*x, 0), lambda y: y)

    worse = data.draw(positive)
    by = data.draw(st.integers(0, n - 1))
    theirs = data.draw(st.lists(shift, min_size=m, max_size=m))
    bad = np.stack([np.array(theirs, dtype=object), B[:, by] - worse])
    after = nash(Game(np.concatenate([game.exact_payoffs, bad[:, :, None]], axis=2)))
    assert shape(after) == moved(nash(game), lambda x: x, lambda y: (*y, 0))


@law
@given(any_game, st.data())
def test_a_duplicated_strategy_loses_nothing_and_adds_nothing(
    game: Game, data: st.DataObject
) -> None:
    m, _ = game.shape
    twin = data.draw(st.integers(0, m - 1))
    payoffs = game.exact_payoffs
    before, after = nash(game), nash(Game(np.concatenate([payoffs, payoffs[:, [twin]]], axis=1)))

    def projected(x: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return tuple(w + x[-1] if i == twin else w for i, w in enumerate(x[:-1]))

    assert {((*x, 0), y) for x, y in profiles(before)} <= profiles(after)
    assert {(projected(x), y) for x, y in profiles(after)} == profiles(before)
    # Components are the same as well, each with the index that it had.
    assert {
        members: index for members, (_, index, _) in moved(after, projected, lambda y: y).items()
    } == {members: index for members, (_, index, _) in shape(before).items()}


# ---- exactness ----------------------------------------------------------------------------------


@law
@given(st.data())
def test_floats_are_the_decimals_that_print_them(data: st.DataObject) -> None:
    m, n = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    places = data.draw(st.integers(0, 6))
    whole = data.draw(st.lists(st.integers(-999, 999), min_size=2 * m * n, max_size=2 * m * n))
    floats = np.array([float(f"{one}e-{places}") for one in whole]).reshape(2, m, n)
    exact = np.array([Fraction(one, 10**places) for one in whole], object).reshape(2, m, n)
    texts = np.array([f"{one}e-{places}" for one in whole]).reshape(2, m, n)
    assert nash(Game(floats)) == nash(Game(exact)) == nash(Game(texts))


def test_a_tie_of_decimals_is_a_tie_though_binary_numbers_differ() -> None:
    # 0.1 + 0.2 is typed as 0.3: both rows earn the same against both columns mixed evenly.
    game = Game.from_bimatrix([[0.1, 0.5], [0.3, 0.3]], [[0, 0], [0, 0]])
    half = Fraction(1, 2)
    assert ((0, 1), (half, half)) in profiles(nash(game))
    assert nash(game).degenerate


@law
@given(any_game)
def test_the_same_game_gets_the_same_answer(game: Game) -> None:
    again = Game(game.exact_payoffs, game.strategies, game.players)
    first, second = nash(game), nash(again)
    assert first == second
    assert str(first) == str(second)


@law
@given(degenerate_games(largest=3), st.booleans())
def test_inputs_are_left_as_they_were(game: Game, floating: bool) -> None:
    given_array = np.array(game.payoffs if floating else game.exact_payoffs)
    kept = given_array.copy()
    mine = Game(given_array)
    exact, floats = mine.exact_payoffs.copy(), mine.payoffs.copy()
    nash(mine)
    lemke_howson(mine, 0)
    assert given_array.flags.writeable
    assert np.array_equal(given_array, kept)
    assert np.array_equal(mine.exact_payoffs, exact)
    assert np.array_equal(mine.payoffs, floats)
    for array in (mine.exact_payoffs, mine.payoffs):
        with pytest.raises(ValueError, match=r"read-only"):
            array[0, 0, 0] = 1


@law
@given(any_game)
def test_a_lemke_howson_path_ends_at_an_equilibrium_of_the_list(game: Game) -> None:
    found = set(nash(game))
    assert all(lemke_howson(game, label).equilibrium in found for label in range(sum(game.shape)))


# ---- games against each other -------------------------------------------------------------------


@law
@given(degenerate_games(largest=4))
def test_a_zero_sum_game_has_one_convex_set_of_equilibria_at_its_value(game: Game) -> None:
    A = game.exact_payoffs[0]
    m, n = game.shape
    found = nash(Game(np.stack([A, -A])))
    (component,) = found.components
    assert component.index == 1
    assert len(component.subsets) == 1
    (value,) = {one.payoffs[0] for one in found}
    # The value once more, by the linear program: the largest v with xᵀA ≥ v.
    answer = linprog(
        [0] * m + [-1],
        A_ub=np.hstack([-A.T.astype(float), np.ones((n, 1))]),
        b_ub=np.zeros(n),
        A_eq=[[1] * m + [0]],
        b_eq=[1],
        bounds=[(0, None)] * m + [(None, None)],
    )
    assert -answer.fun == pytest.approx(float(value), abs=1e-9)
