"""Equal things found once, against sets of tuples."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays import distinct
from dilemma.arrays.distinct import distinct_objects, distinct_rows
from dilemma.arrays.exact import MANY, fractions, rounded

SIZES = st.sampled_from([3, 10**6, 10**18, 10**30])


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from([1 << 22, 8]))
def test_rows(data, most):
    columns = []
    count = data.draw(st.integers(1, 12))
    for _ in range(data.draw(st.integers(1, 3))):
        size = data.draw(SIZES)
        entry = st.sampled_from([-size, 0, 1, size]) | st.integers(-size, size)
        values = data.draw(st.lists(entry, min_size=count, max_size=count))
        columns.append(np.array(values, dtype=object if size > 10**18 else np.int64))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "MOST_TABLED", most)
        representatives, kinds = distinct_rows(columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    found = [rows[place] for place in representatives]
    assert found == sorted(set(rows))
    assert [found[kind] for kind in kinds] == rows


def test_objects():
    half, other = Fraction(1, 2), Fraction(2, 4)
    values = np.array([[half, other, half], [other, half, half]], dtype=object)
    objects, places = distinct_objects(values)
    assert len(objects) == 2
    assert all(objects[place] is one for place, one in zip(places.flat, values.flat, strict=True))


def test_large_tables_of_few_numbers_are_rounded_alike():
    few = np.array([Fraction(1, 3), Fraction(-7, 10**20), Fraction(5)], dtype=object)
    many = few[np.random.default_rng(0).integers(3, size=(MANY, 2))]
    assert rounded(many).tolist() == [[float(one) for one in row] for row in many]
    again = fractions(many)
    assert again is not many
    assert (again == many).all()
