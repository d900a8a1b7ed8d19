"""Equal things found once: so that what is slow is done for each of them, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Below so many possible rows a table of all is faster than sorting.
MOST_TABLED = 1 << 22


def distinct_rows(columns: Sequence[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the distinct rows of a table of whole numbers.

    Parameters
    ----------
    columns : sequence of arrays of int or of Python integers, shape (count,) each
        At least one, with at least one entry.

    Returns
    -------
    representatives : array of shape (found,)
        The place of one row of each kind, the kinds in lexicographic order.
    kinds : array of shape (count,)
        The kind of each row, so that ``column[representatives][kinds]`` is the column.

    Examples
    --------
    >>> representatives, kinds = distinct_rows([np.array([7, 0, 7]), np.array([1, 1, 1])])
    >>> representatives.tolist(), kinds.tolist()
    ([1, 2], [1, 0, 1])
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    span = 1
    for column in columns:
        small, values = _from_zero(column)
        if span * values > MOST_TABLED:
            # Only the order of the codes counts, so that there need not be more than rows.
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
            span = int(code.max()) + 1
        code = code * values + small
        span *= values
    if span > MOST_TABLED:
        _, first, kinds = np.unique(code, return_index=True, return_inverse=True)
        return first, kinds
    table = np.full(span, -1, dtype=np.intp)
    table[code] = np.arange(len(code))
    found = np.flatnonzero(table >= 0)
    representatives = table[found]
    table[found] = np.arange(len(found))
    return representatives, table[code]


def _from_zero(column: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """A column of as small numbers from 0 on as are at hand, in the same order; and how many."""
    low = column.min()
    span = int(column.max()) - int(low) + 1
    if span <= max(MOST_TABLED >> 10, len(column)):
        return (column - low).astype(np.int64), span
    values, small = np.unique(column, return_inverse=True)
    return small.astype(np.int64), len(values)


def distinct_objects(values: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Find the entries of an object array that are different objects.

    Tables of millions of exact numbers often hold few of them, each many times.

    Returns
    -------
    objects : array of shape (found,)
    places : array of intp of the shape of the values
        Where each is, so that ``objects[places]`` is the values.

    Examples
    --------
    >>> half, third = object(), object()
    >>> objects, places = distinct_objects(np.array([[half, third], [half, half]]))
    >>> len(objects), (objects[places] == [[half, third], [half, half]]).all()
    (2, np.True_)
    """
    flat = values.ravel()
    addresses = np.fromiter(map(id, flat), dtype=np.uintp, count=flat.size)
    _, first, places = np.unique(addresses, return_index=True, return_inverse=True)
    return flat[first], places.reshape(values.shape)
