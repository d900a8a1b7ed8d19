"""Compositions: their order, their numbers, and the lattice of half the size."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dilemma.arrays.compositions import Lattice

LATTICES = [((5,), (1,)), ((4,), (2,)), ((6,), (4,)), ((3, 5), (3, 2)), ((1, 2), (1, 4))]


def in_order(sizes: tuple[int, ...], parts: tuple[int, ...]) -> list[tuple[int, ...]]:
    each = [
        [k for k in itertools.product(range(size + 1), repeat=n) if sum(k) == size]
        for size, n in zip(sizes, parts, strict=True)
    ]
    return [sum(pair, ()) for pair in itertools.product(*each)]


@pytest.mark.parametrize(("sizes", "parts"), LATTICES)
def test_all_states_in_lexicographic_order(sizes: tuple[int, ...], parts: tuple[int, ...]) -> None:
    from dilemma.arrays.composition_kernels import unrank

    lattice = Lattice(sizes, parts)
    expected = in_order(sizes, parts)
    assert lattice.count == len(expected)
    assert [tuple(row) for row in lattice.states] == expected
    state = np.zeros(sum(parts), dtype=np.int64)
    for number, row in enumerate(expected):
        assert lattice.number(row) == number
        unrank(number, *lattice.arrays, state)
        assert tuple(state) == row


@pytest.mark.parametrize(("sizes", "parts"), LATTICES)
def test_a_move_changes_the_number_by_what_it_says(
    sizes: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    from dilemma.arrays.composition_kernels import change, reaches

    lattice = Lattice(sizes, parts)
    width = sum(parts)
    up, down = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=np.int64)
    first = np.repeat(np.cumsum([0, *parts[:-1]]), parts)
    for number, row in enumerate(lattice.states.astype(np.int64)):
        reaches(row, *lattice.arrays, up, down)
        for j, i in itertools.permutations(range(width), 2):
            if first[i] == first[j] and row[j]:
                moved = row.copy()
                moved[j] -= 1
                moved[i] += 1
                assert number + change(j, i, up, down) == lattice.number(moved.tolist())


@pytest.mark.parametrize(("sizes", "parts"), LATTICES)
def test_halves_halve_the_sums_from_each_part_on(
    sizes: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    lattice = Lattice(sizes, parts)
    half, halves = lattice.half()
    assert half.sizes == tuple(size // 2 for size in sizes)
    for state, place in zip(lattice.states, halves, strict=True):
        first = 0
        for n in parts:
            mine = np.cumsum(state[first : first + n][::-1])
            its = np.cumsum(half.states[place][first : first + n][::-1])
            assert np.array_equal(mine // 2, its)
            first += n
    assert set(halves.tolist()) == set(range(half.count))
