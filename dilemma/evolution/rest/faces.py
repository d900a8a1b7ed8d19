r"""All rest points of imitative rules, face by face, and all Nash equilibria among them, exactly.

A state rests under an imitative rule if and only if, in each population, all strategies in use
earn the same. On the relative interior of the face of states with support S (and T) these are
linear equations: a point, nothing, or the relative interior of a polytope, a *continuum*. With
two populations the rows' shares have to level what the columns earn, and the other way round, so
that the two are found apart, and a continuum is a product.

Innovative rules rest where moreover no absent strategy earns more.

Source: derived from the definitions (hofbauer1998, chapters 7 and 10, has the same conditions).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product

from dilemma.arrays.polytope import affine_dimension
from dilemma.evolution.rest.arenas import Arena, Mixture, State
from dilemma.evolution.rest.levels import fills, level_points, middle

Support = tuple[int, ...]


@dataclass(frozen=True)
class RestFace:
    """The rest points in the relative interior of one face of the state space.

    Attributes
    ----------
    supports : tuple of tuples of int
        The strategies in use, for each population.
    extreme : tuple of tuples of mixtures
        For each population the extreme points of the closure.
    """

    supports: tuple[Support, ...]
    extreme: tuple[tuple[Mixture, ...], ...]

    @cached_property
    def dimension(self) -> int:
        """0 for a single point."""
        return sum(affine_dimension(points) if len(points) > 1 else 0 for points in self.extreme)

    @property
    def middle(self) -> State:
        """A state in the relative interior."""
        return tuple(middle(points) for points in self.extreme)

    @property
    def states(self) -> tuple[State, ...]:
        """The extreme states."""
        return tuple(product(*self.extreme))

    def within(self, other: RestFace) -> bool:
        """Whether this is part of the closure of another one: of a face of it."""
        return all(
            set(mine) <= set(theirs)
            for mine, theirs in zip(self.extreme, other.extreme, strict=True)
        )


def rest_faces(place: Arena, equilibria_only: bool, limit: int) -> list[RestFace]:
    """Find the rest points inside each face: for each pair of supports that has any.

    Raises
    ------
    ValueError
        If there are more faces than the limit.
    """
    faces = 1
    for size in place.sizes:
        faces *= 2**size - 1
    if faces > limit:
        what = " x ".join(map(str, place.sizes))
        raise ValueError(
            f"game: requires at most {limit:,} faces of the state space, and {what} strategies "
            f"have {faces:,}; restrict the game, or raise limit"
        )
    return [
        found
        for supports in product(*(_supports(size) for size in place.sizes))
        if (found := _inside(place, supports, equilibria_only)) is not None
    ]


def _supports(size: int) -> Iterator[Support]:
    return chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1))


def _inside(place: Arena, supports: tuple[Support, ...], equilibria_only: bool) -> RestFace | None:
    extreme: dict[int, tuple[Mixture, ...]] = {}
    # A small support that has to level many payoffs is the one that most often cannot.
    for mixed in sorted(range(place.populations), key=lambda p: len(supports[p])):
        levelled = place.met(mixed)
        level = supports[levelled]
        absent = [j for j in range(place.sizes[levelled]) if j not in level]
        lower = absent if equilibria_only else []
        points = level_points(place.whole[levelled], supports[mixed], level, lower)
        if not fills(points, supports[mixed]):
            return None
        extreme[mixed] = tuple(points)
    return RestFace(supports, tuple(extreme[p] for p in range(place.populations)))


def equilibrium_part(place: Arena, face: RestFace) -> tuple[tuple[Mixture, ...], ...]:
    """The extreme points of that part of a continuum at which no absent strategy earns more.

    Empty for each population if there is none.
    """
    parts = []
    for mixed in range(place.populations):
        levelled = place.met(mixed)
        level = face.supports[levelled]
        absent = [j for j in range(place.sizes[levelled]) if j not in level]
        parts.append(
            tuple(level_points(place.whole[levelled], face.supports[mixed], level, absent))
        )
    return tuple(parts) if all(parts) else ((),) * place.populations


def split(faces: list[RestFace]) -> tuple[list[RestFace], list[RestFace]]:
    """The isolated rest points, and the continua that are not part of larger ones."""
    wide = sorted((one for one in faces if one.dimension), key=lambda one: -one.dimension)
    continua: list[RestFace] = []
    for one in wide:
        if not any(one.within(other) for other in continua):
            continua.append(one)
    points = [
        one for one in faces if not one.dimension and not any(one.within(c) for c in continua)
    ]
    return points, sorted(continua, key=lambda one: (one.dimension, one.supports))
