r"""Is a quadratic form positive on a cone? Copositivity, decided in rational arithmetic.

The cone is :math:`\{w : w_k \ge 0 \text{ for } k \notin F\}`, with the variables of F free.

**Free variables** are eliminated one by one, by minimising over them: a positive pivot leaves the
form on the others (the Schur complement); a negative one, or a zero beside an entry other than 0,
shows a direction in which the form is negative (haigh1975 and abakuks1980 use the same reduction).

**The others** form a matrix C, to be copositive on the orthant. If every proper principal
submatrix of :math:`C_S` is copositive, the form can be negative only inside the orthant of S, and
its least value on the simplex is then at a point with :math:`C_S w = \lambda 1`,
:math:`\lambda < 0`; a singular :math:`C_S` would let one move from there to the boundary at the
same value, which is impossible. So all components of :math:`C_S^{-1} 1` are negative, and that
solves it: sets S are visited by size. Likewise, if every proper principal submatrix is *strictly*
copositive, a zero of the form inside is a positive vector that spans the kernel of :math:`C_S`
(cottle1970).

**Fewer sets.** An index whose entries are all at least 0 can be left out; a smallest set on which
the form is not positive is connected by negative entries.

Sources: cottle1970, haigh1975, abakuks1980.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from flint import fmpz_mat

from dilemma.arrays.exact import common_denominator

Vector = tuple[Fraction, ...]

# 2**16 sets of a block take a few seconds; each index more doubles that.
LARGEST_BLOCK = 16


@dataclass(frozen=True)
class Copositivity:
    """The least sign of a quadratic form on a cone without its apex.

    Attributes
    ----------
    sign : int
        1 if the form is positive on the cone (strictly copositive), 0 if it is at least 0 and 0
        somewhere, −1 if it is negative somewhere.
    witness : tuple of Fraction
        Where it is 0, or negative: a vector of the cone other than 0; empty if the sign is 1.
    """

    sign: int
    witness: Vector


def copositivity(
    matrix: Sequence[Sequence[Fraction]],
    free: Iterable[int] = (),
    largest_block: int = LARGEST_BLOCK,
) -> Copositivity:
    r"""Decide whether :math:`w^T M w > 0`, or ≥ 0, for all w ≠ 0 with :math:`w_k \ge 0` off F.

    Parameters
    ----------
    matrix : sequence of d sequences of d Fraction
        M, symmetric.
    free : iterable of int
        F, the variables that may be negative.
    largest_block : int
        The most indices that may hang together by negative entries, once free variables are
        eliminated and indices without negative entries left out.

    Returns
    -------
    Copositivity

    Raises
    ------
    ValueError
        If more indices hang together: the problem is hard, and the work doubles with each.

    Notes
    -----
    At most :math:`2^b` solutions of linear systems of b equations, b being the size of a block.

    References
    ----------
    cottle1970 in ``references.bib``.

    Examples
    --------
    >>> one = Fraction(1)
    >>> copositivity([[one, -one], [-one, one]])
    Copositivity(sign=0, witness=(Fraction(1, 2), Fraction(1, 2)))
    >>> copositivity([[one, 3 * one], [3 * one, one]]).sign
    1
    >>> copositivity([[one, 3 * one], [3 * one, one]], free=[0])
    Copositivity(sign=-1, witness=(Fraction(-3, 1), Fraction(1, 1)))
    """
    elimination = _Elimination(matrix, free)
    if elimination.negative is not None:
        return Copositivity(-1, elimination.negative)
    zero = elimination.zero
    for block in _blocks(elimination.entries, elimination.left):
        if len(block) > largest_block:
            raise ValueError(
                f"matrix: requires at most {largest_block} indices that hang together by negative "
                f"entries, got {len(block)} (up to 2**{len(block)} linear systems); raise "
                "largest_block"
            )
        found = _on_orthant(elimination.entries, block, zero is None)
        if found is None:
            continue
        sign, values = found
        witness = elimination.complete(values)
        if sign < 0:
            return Copositivity(-1, witness)
        zero = witness
    return Copositivity(1, ()) if zero is None else Copositivity(0, zero)


class _Elimination:
    """The form after minimising over its free variables, and the way back."""

    def __init__(self, matrix: Sequence[Sequence[Fraction]], free: Iterable[int]) -> None:
        self.size = len(matrix)
        self.entries = {
            (i, j): Fraction(matrix[i][j]) for i in range(self.size) for j in range(self.size)
        }
        self.left = list(range(self.size))
        self.steps: list[tuple[int, dict[int, Fraction]]] = []
        self.negative: Vector | None = None
        self.zero: Vector | None = None
        waiting = sorted(set(free))
        while waiting:
            pivot = next((f for f in waiting if self.entries[f, f] > 0), None)
            if pivot is None:
                self._without_pivots(waiting)
                return
            waiting.remove(pivot)
            self._minimise_over(pivot)

    def _minimise_over(self, pivot: int) -> None:
        entries = self.entries
        self.left.remove(pivot)
        slopes = {j: entries[pivot, j] / entries[pivot, pivot] for j in self.left}
        self.steps.append((pivot, slopes))
        for i in self.left:
            if entries[pivot, i]:
                for j in self.left:
                    entries[i, j] -= entries[pivot, i] * slopes[j]

    def _without_pivots(self, waiting: list[int]) -> None:
        """What is left of the free variables has no positive square: it must not matter at all."""
        entries = self.entries
        for f in waiting:
            if entries[f, f] < 0:
                self.negative = self.complete({f: Fraction(1)})
                return
        for f in waiting:
            for j in self.left:
                if entries[f, j]:
                    # entries[j, j] + 2 s entries[f, j] = -1
                    weight = -(entries[j, j] + 1) / (2 * entries[f, j])
                    self.negative = self.complete({f: weight, j: Fraction(1)})
                    return
        self.zero = self.complete({waiting[0]: Fraction(1)})
        self.left = [i for i in self.left if i not in waiting]

    def complete(self, values: dict[int, Fraction]) -> Vector:
        """The whole vector: the eliminated variables where they minimise the form."""
        values = dict(values)
        for pivot, slopes in reversed(self.steps):
            values[pivot] = -sum(
                (slope * values[j] for j, slope in slopes.items() if j in values), Fraction(0)
            )
        return tuple(values.get(i, Fraction(0)) for i in range(self.size))


def _blocks(entries: dict[tuple[int, int], Fraction], left: list[int]) -> list[list[int]]:
    """Sets of indices that hang together by negative entries; single ones by their own sign."""
    waiting, blocks = set(left), []
    while waiting:
        stack = [min(waiting)]
        block = set(stack)
        while stack:
            i = stack.pop()
            new = {j for j in waiting - block if entries[i, j] < 0}
            block |= new
            stack.extend(new)
        waiting -= block
        if len(block) > 1 or entries[min(block), min(block)] <= 0:
            blocks.append(sorted(block))
    # The cheap ones first: a negative one ends the search.
    return sorted(blocks, key=len)


def _on_orthant(
    entries: dict[tuple[int, int], Fraction], block: list[int], strict: bool
) -> tuple[int, dict[int, Fraction]] | None:
    """Where the form on some coordinates ≥ 0 is negative (−1) or, while none is known, 0 (0)."""
    scale = common_denominator(entries[i, j] for i in block for j in block)
    whole = {(i, j): int(entries[i, j] * scale) for i in block for j in block}
    zero: dict[int, Fraction] | None = None
    for size in range(1, len(block) + 1):
        ones = fmpz_mat(size, 1, [1] * size)
        for chosen in combinations(block, size):
            # Inside a set where the form is least, and not positive, C w = λ 1 with w > 0: so
            # each row that has no negative entry has only zeros.
            rows = [[whole[i, j] for j in chosen] for i in chosen]
            if any(min(row) >= 0 and max(row) > 0 for row in rows):
                continue
            C = fmpz_mat(rows)
            try:
                solution = C.solve(ones).entries()
            except ZeroDivisionError:
                if strict and zero is None:
                    zero = _positive_kernel(C, chosen)
                continue
            if all(value < 0 for value in solution):
                plain = [Fraction(int(value.p), int(value.q)) for value in solution]
                total = sum(plain)
                return -1, {i: value / total for i, value in zip(chosen, plain, strict=True)}
    return None if zero is None else (0, zero)


def _positive_kernel(C: fmpz_mat, chosen: tuple[int, ...]) -> dict[int, Fraction] | None:
    """The positive vector, of sum 1, that spans the kernel, if that is so."""
    basis, nullity = C.nullspace()
    if nullity != 1:
        return None
    vector = [int(basis[i, 0]) for i in range(len(chosen))]
    if min(vector) < 0 < max(vector) or 0 in vector:
        return None
    total = sum(vector)
    return {i: Fraction(value, total) for i, value in zip(chosen, vector, strict=True)}
