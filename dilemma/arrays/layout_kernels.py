"""Lists of different lengths as one padded array."""

from typing import Any

import numpy as np

from dilemma.arrays.kernels import kernel


@kernel
def spread(flat: Any, first: int, width: int, counts: Any, padded: Any) -> None:
    """Write rows of a flat table below each other for each list, and NaN for the rest.

    Arrays, with their shapes:

    flat : (rows, columns) float64
    first, width : int
        Which columns to write.
    counts : (lists,) int64
        How many rows each list has, one list after the other.
    padded : (lists, longest, width) float64, written
    """
    row = 0
    for i in range(len(counts)):
        for e in range(padded.shape[1]):
            if e < counts[i]:
                for c in range(width):
                    padded[i, e, c] = flat[row, first + c]
                row += 1
            else:
                for c in range(width):
                    padded[i, e, c] = np.nan
