"""Exact polygons: laws of hulls and half-planes, against the definition by half-planes."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from dilemma.arrays.polygons import (
    area,
    as_point,
    clip,
    contains,
    hull,
    turn,
    upper_right,
    weights,
)
from dilemma.arrays.programs import linear_program

small = st.integers(-4, 4).map(Fraction)
point = st.tuples(small, small)
points = st.lists(point, max_size=9)
LAWS = settings(max_examples=60, deadline=None)


def in_hull(cloud, one):
    """The definition: a convex combination of the points, by a linear program."""
    if not cloud:
        return False
    rows = [[p[0] for p in cloud], [p[1] for p in cloud], [1] * len(cloud)]
    found = linear_program([0] * len(cloud), equalities=rows, values=[one[0], one[1], 1])
    return found.outcome == "optimal"


@LAWS
@given(cloud=points, one=point)
def test_hulls_hold_the_combinations_of_their_points_and_nothing_else(cloud, one):
    polygon = hull(cloud)
    assert contains(polygon, one) == in_hull(cloud, one)
    assert set(polygon) <= set(cloud)
    for k in range(len(polygon)):
        assert not contains(hull(polygon[:k] + polygon[k + 1 :]), polygon[k])
    if len(polygon) > 2:
        assert all(
            turn(polygon[k - 2], polygon[k - 1], polygon[k]) > 0 for k in range(len(polygon))
        )
    assert polygon == hull(polygon) == hull(reversed(cloud))


@LAWS
@given(cloud=points, normal=point, level=small, one=point)
def test_clipping_keeps_exactly_the_half_plane(cloud, normal, level, one):
    polygon = hull(cloud)
    kept = clip(polygon, normal, level)
    inside = normal[0] * one[0] + normal[1] * one[1] >= level
    assert contains(kept, one) == (contains(polygon, one) and inside)
    assert kept == hull(kept)
    rest = clip(polygon, (-normal[0], -normal[1]), -level)
    if normal != (0, 0):
        assert area(kept) + area(rest) == area(polygon)


@LAWS
@given(cloud=points, one=st.tuples(st.fractions(-4, 4, max_denominator=3), small))
def test_weights_make_the_point(cloud, one):
    polygon = hull(cloud)
    found = weights(polygon, one)
    if found is None:
        assert not contains(polygon, one)
        return
    assert min(found) >= 0
    assert sum(found) == 1
    assert sum(map(bool, found)) <= 3
    for axis in (0, 1):
        assert sum(w * v[axis] for w, v in zip(found, polygon, strict=True)) == one[axis]


@LAWS
@given(cloud=points)
def test_the_frontier_holds_the_vertices_that_nothing_dominates(cloud):
    polygon = hull(cloud)
    frontier = upper_right(polygon)
    for one in polygon:
        better = clip(clip(polygon, (1, 0), one[0]), (0, 1), one[1])
        assert (one in frontier) == (better == (one,))
    assert list(frontier) == sorted(frontier)
    assert [y for _, y in frontier] == sorted((y for _, y in frontier), reverse=True)


def test_areas_against_qhull():
    cloud = np.random.default_rng(1).integers(-50, 50, (40, 2))
    exact = hull([tuple(map(int, one)) for one in cloud])
    floating = ConvexHull(cloud)
    assert len(exact) == len(floating.vertices)
    assert float(area(exact)) == pytest.approx(floating.volume)


def test_the_order_of_points_does_not_matter():
    corners = [(0, 0), (2, 0), (1, 0), (0, 2)]
    assert len({hull(one) for one in permutations(corners)}) == 1


def test_a_segment_is_clipped_to_a_part_of_it():
    segment = hull([(0, 0), (4, 4)])
    assert clip(segment, (1, 1), 2) == ((1, 1), (4, 4))
    assert clip(clip(segment, (1, 1), 2), (-1, 0), -3) == ((1, 1), (3, 3))


@pytest.mark.parametrize("wrong", [1, "ab", (1,), (1, 2, 3), None])
def test_only_pairs_are_points(wrong):
    with pytest.raises(TypeError, match="point: requires a pair of numbers"):
        as_point(wrong)
    with pytest.raises(TypeError, match=r"points\[1\]: requires a pair of numbers"):
        hull([(0, 0), wrong])


def test_numbers_that_are_none_are_named():
    with pytest.raises(ValueError, match=r"point\[1\]: requires a finite number"):
        as_point((0, float("nan")))
