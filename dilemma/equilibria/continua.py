r"""Evolutionarily stable sets: what takes the place of an ESS where equilibria are not isolated.

A closed set X of symmetric equilibrium strategies is *evolutionarily stable* (thomas1985) if each
of its points x does against every best reply y near x as well as y does itself,
:math:`E(x, y) \ge E(y, y)`, and better unless y is in X, too. A symmetric equilibrium near x is
such a y and does as well as anything against itself; so it must be in X: X is open in the set of
symmetric equilibria, and a union of its connected components. Each component is asked by itself.

**The test.** With :math:`y = x + tz` and :math:`z \in K(x)` as in
`dilemma.equilibria.evolutionary`, the component is stable if and only if each point of it is an
NSS, and each direction z with :math:`z^T A z = 0` stays in it: :math:`x + tz` is an equilibrium
for small t, which means that all strategies of the supports of x and of z earn the most against
z, among the best replies to x. For a set S of alternative best replies, the directions in which
just those of S enter and the form is 0 are the positive part of the kernel of the form on
:math:`\{z : \sum_k z_k = 0, \operatorname{supp} z \subseteq \operatorname{supp} x \cup S\}`: on it
the conditions are linear, and exact linear programs decide them.

Sources: thomas1985, balkenborg2001.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import overload

from flint import fmpz_mat

from dilemma.arrays.copositivity import LARGEST_BLOCK
from dilemma.arrays.exact import common_denominator
from dilemma.arrays.polytope import affine_dimension
from dilemma.arrays.programs import linear_program
from dilemma.equilibria.answers import Mixture
from dilemma.equilibria.evolutionary import (
    faces,
    mean,
    symmetric_equilibria,
    symmetric_payoffs,
    verdict,
)
from dilemma.equilibria.words import describe_mixture
from dilemma.game import Game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# Sets of alternative best replies: 2 to this power for each face.
MOST_ALTERNATIVES = 10

# By the strategies used: found once, though they enter in many ways.
Kernels = dict[tuple[int, ...], list[dict[int, Fraction]]]


@dataclass(frozen=True)
class EvolutionarySet(Displayed):
    """A connected component of the symmetric equilibria that is evolutionarily stable as a set.

    Attributes
    ----------
    extreme : tuple of tuples of Fraction
        The extreme symmetric equilibria in it: one ESS, or those of a continuum.
    faces : tuple of tuples of int
        The convex pieces whose union it is, each by the positions in `extreme` of its corners.
    dimension : int
        0 for an ESS.
    words : str
    """

    extreme: tuple[Mixture, ...]
    faces: tuple[tuple[int, ...], ...]
    dimension: int
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class EvolutionarySets(Solution, Sequence[EvolutionarySet]):
    """All smallest evolutionarily stable sets of a symmetric game; every other is a union of them.

    Attributes
    ----------
    sets : tuple of EvolutionarySet
    method, exact, complete, status
        As in every answer of the library.
    """

    sets: tuple[EvolutionarySet, ...]

    @overload
    def __getitem__(self, index: int) -> EvolutionarySet: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[EvolutionarySet, ...]: ...
    def __getitem__(self, index: int | slice) -> EvolutionarySet | tuple[EvolutionarySet, ...]:
        return self.sets[index]

    def __len__(self) -> int:
        return len(self.sets)

    def __iter__(self) -> Iterator[EvolutionarySet]:
        return iter(self.sets)

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in self.sets)])


def evolutionary_sets(game: Game, limit: int = 1_000_000) -> EvolutionarySets:
    r"""Find all evolutionarily stable sets (thomas1985) of a symmetric game, exactly.

    Parameters
    ----------
    game : Game
        A symmetric one.
    limit : int
        As in `evolutionarily_stable`.

    Returns
    -------
    EvolutionarySets
        A sequence of `EvolutionarySet`: the ESS as sets of one, then the continua. Complete.

    Raises
    ------
    TypeError
        If the argument is no `Game`.
    ValueError
        As in `evolutionarily_stable`; and if a point of a continuum has more than 10 best replies
        that it does not play, whose subsets are tried one by one.

    References
    ----------
    thomas1985, balkenborg2001 in ``references.bib``.

    Examples
    --------
    Two strategies that differ in name only drive out a third:

    >>> game = Game.symmetric([[2, 2, 1], [2, 2, 1], [1, 1, 0]], ["red", "green", "grey"])
    >>> for one in evolutionary_sets(game):
    ...     print(one)
    the continuum of dimension 1 spanned by red; green
    """
    A = symmetric_payoffs(game)
    kernels: Kernels = {}
    points, masks = symmetric_equilibria(game, limit)
    pieces = faces(masks, game.shape[0])
    found = []
    for block in _components(len(points), pieces):
        inside = [piece for piece in pieces if piece[0] in block]
        if not inside:
            (u,) = block
            stable = verdict(game, A, points[u]).kind == "ESS"
        else:
            corners = [(u,) for u in sorted(block)]
            middles = [mean([points[u] for u in piece]) for piece in (*corners, *inside)]
            stable = all(
                verdict(game, A, x, LARGEST_BLOCK).kind != "neither" for x in middles
            ) and all(_drift_stays(A, x, kernels) for x in middles)
        if stable:
            found.append(_described(game, points, sorted(block), inside))
    found.sort(key=lambda one: one.dimension)
    single = sum(one.dimension == 0 for one in found)
    status = (
        f"The smallest evolutionarily stable sets: {single} of one ESS each, "
        f"{len(found) - single} of a continuum."
        if found
        else "No set of symmetric equilibria is evolutionarily stable."
    )
    return EvolutionarySets(
        method="copositivity on each face, and linear programs on its zeros",
        exact=True,
        complete=True,
        status=status,
        sets=tuple(found),
    )


def _components(count: int, pieces: Sequence[tuple[int, ...]]) -> list[set[int]]:
    """Extreme symmetric equilibria that faces connect."""
    blocks = [{u} for u in range(count)]
    for piece in pieces:
        touched = [block for block in blocks if block & set(piece)]
        if len(touched) > 1:
            blocks = [block for block in blocks if block not in touched]
            blocks.append(set().union(*touched))
    return sorted(blocks, key=min)


def _drift_stays(A: Sequence[Sequence[Fraction]], x: Mixture, kernels: Kernels) -> bool:
    """Whether each direction from an NSS along which the form is 0 leads to other equilibria."""
    support = [k for k, weight in enumerate(x) if weight]
    earned = [sum((row[k] * x[k] for k in support), Fraction(0)) for row in A]
    best = [k for k, value in enumerate(earned) if value == max(earned)]
    spare = [k for k in best if not x[k]]
    if len(spare) > MOST_ALTERNATIVES:
        raise ValueError(
            f"game: requires at most {MOST_ALTERNATIVES} best replies that a strategy of a "
            f"continuum does not play, got {len(spare)}; leave out strategies that duplicate "
            "others (game.restrict)"
        )
    return all(
        _stays(A, support, list(entering), best, kernels)
        for size in range(len(spare) + 1)
        for entering in combinations(spare, size)
    )


def _stays(
    A: Sequence[Sequence[Fraction]],
    support: list[int],
    entering: list[int],
    best: list[int],
    kernels: Kernels,
) -> bool:
    used = tuple(sorted([*support, *entering]))
    if used not in kernels:
        kernels[used] = _kernel(A, used)
    kernel = kernels[used]
    if not kernel:
        return True
    against = [
        {k: sum((A[k][j] * value for j, value in z.items()), Fraction(0)) for k in best}
        for z in kernel
    ]
    base = support[0]
    gains = {k: [earned[k] - earned[base] for earned in against] for k in best if k != base}
    gains = {k: slopes for k, slopes in gains.items() if any(slopes)}
    if not gains:
        return True
    # Directions are combinations of the kernel, with weights of any sign.
    rows = [[-z.get(k, Fraction(0)) for z in kernel] for k in entering]
    free = range(len(kernel))
    if entering:
        inside = linear_program(
            [*[0] * len(kernel), 1],
            rows=[*([*row, 1] for row in rows), [*[0] * len(kernel), 1]],
            bounds=[*[0] * len(rows), 1],
            free=free,
        )
        if not inside.value:
            return True
    for k, slopes in gains.items():
        for sign in (1, -1) if k in used else (1,):
            objective = [sign * slope for slope in slopes]
            found = linear_program(objective, rows=rows, bounds=[0] * len(rows), free=free)
            if found.outcome == "unbounded":
                return False
    return True


def _kernel(A: Sequence[Sequence[Fraction]], used: Sequence[int]) -> list[dict[int, Fraction]]:
    """A basis of the kernel of the form z'Az on vectors of sum 0 over some strategies."""
    base, *others = used
    if not others:
        return []
    entries = [
        A[k][j] + A[j][k] - A[k][base] - A[base][k] - A[base][j] - A[j][base] + 2 * A[base][base]
        for k in others
        for j in others
    ]
    scale = common_denominator(entries)
    form = fmpz_mat(len(others), len(others), [int(value * scale) for value in entries])
    basis, nullity = form.nullspace()
    vectors = []
    for column in range(nullity):
        values = {k: Fraction(int(basis[i, column])) for i, k in enumerate(others)}
        vectors.append({**values, base: -sum(values.values(), Fraction(0))})
    return vectors


def _described(
    game: Game, points: list[Mixture], block: list[int], inside: list[tuple[int, ...]]
) -> EvolutionarySet:
    extreme = tuple(points[u] for u in block)
    largest = [one for one in inside if not any(set(one) < set(other) for other in inside)]
    dimension = max((affine_dimension([points[u] for u in one]) for one in largest), default=0)
    names = "; ".join(describe_mixture(game.strategies[0], point) for point in extreme)
    return EvolutionarySet(
        extreme=extreme,
        faces=tuple(tuple(block.index(u) for u in one) for one in largest) or ((0,),),
        dimension=dimension,
        words=f"the continuum of dimension {dimension} spanned by {names}"
        if dimension
        else f"the ESS {names}",
    )
