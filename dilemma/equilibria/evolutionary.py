r"""Evolutionary stability in symmetric games, mixed strategies too, decided exactly.

Let A be the payoffs of the row player, so that a member of a population that plays y earns
:math:`E(x, y) = x^T A y` with x. A strategy x is *evolutionarily stable* (ESS; maynardsmith1973)
if every :math:`y \ne x` has :math:`E(x, x) > E(y, x)`, or :math:`E(x, x) = E(y, x)` and
:math:`E(x, y) > E(y, y)`; *neutrally stable* (NSS; maynardsmith1982) with ≥ in the last place.

**One quadratic form.** Either is a symmetric equilibrium, so that y matters only if it is among
the best replies to x: :math:`y = x + tz` with z in the cone

.. math:: K(x) = \{z : \textstyle\sum_k z_k = 0,\; z_k \ge 0 \text{ for } k \in BR(x) \setminus
          \operatorname{supp} x,\; z_k = 0 \text{ off } BR(x)\},

and then :math:`E(y, y) - E(x, y) = t^2\, z^T A z`. So x is an ESS if and only if
:math:`z^T A z < 0` on :math:`K(x) \setminus 0`, and an NSS if and only if ≤ 0 (haigh1975,
abakuks1980): a question of copositivity, which `dilemma.arrays.copositivity` decides, with a
direction z that breaks x if there is one; :math:`y = x + tz` with the largest t that leaves
probabilities is then an *invader*.

**Where to look.** Symmetric equilibria are the points of the best-reply polytope at which each
strategy's label is tight (unplayed, or a best reply): a union of faces. In the relative interior
of a face neither the support nor the best replies change, and so neither does the verdict. An ESS
is an isolated symmetric equilibrium, hence a vertex; NSS may fill relatively open faces.

Sources: maynardsmith1973, maynardsmith1982, haigh1975, abakuks1980, weibull1995.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

from dilemma.arrays.copositivity import LARGEST_BLOCK, copositivity
from dilemma.arrays.polytope import affine_dimension, vertex_bound, vertices
from dilemma.equilibria.answers import Mixture
from dilemma.equilibria.dominance import rationalizable
from dilemma.equilibria.enumeration import positive_integer_payoffs
from dilemma.equilibria.words import describe_mixture, mixture_as_one
from dilemma.game import Game
from dilemma.game.requiring import require_game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

KINDS = {1: "ESS", 0: "NSS", -1: "neither"}
MOST_FACES = 20_000
# From more strategies than this the dominated ones are removed before the enumeration.
WORTH_A_REDUCTION = 8


@dataclass(frozen=True)
class Resident(Displayed):
    """A symmetric equilibrium strategy, and whether a population that plays it can be invaded.

    Attributes
    ----------
    strategy : tuple of Fraction
        x, in the order of the game's strategies.
    kind : str
        ``"ESS"``, ``"NSS"`` (and no ESS), or ``"neither"``.
    invader : tuple of Fraction or None
        A best reply y ≠ x to x that x does not beat: :math:`E(y, y) > E(x, y)` if the kind is
        neither, :math:`E(y, y) = E(x, y)` if it is NSS; None for an ESS.
    advantage : Fraction or None
        The invader's: :math:`E(y, y) - E(x, y)`.
    words : str
    """

    strategy: Mixture
    kind: str
    invader: Mixture | None
    advantage: Fraction | None
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class ResidentFace(Displayed):
    """A continuum of symmetric equilibrium strategies with one verdict: a relatively open face.

    Attributes
    ----------
    extreme : tuple of tuples of Fraction
        The extreme points of its closure.
    dimension : int
        At least 1.
    kind : str
        ``"NSS"`` or ``"neither"``: of each strategy in the relative interior. (Faces of the
        closure have verdicts of their own.)
    middle : Resident
        The mean of the extreme points, with its invader.
    words : str
    """

    extreme: tuple[Mixture, ...]
    dimension: int
    kind: str
    middle: Resident
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class EvolutionarilyStable(Solution, Sequence[Resident]):
    """The evolutionarily and neutrally stable strategies of a symmetric game, ESS first.

    The sequence holds all ESS, and the NSS among the extreme symmetric equilibria.

    Attributes
    ----------
    residents : tuple of Resident
        What the sequence holds.
    rejected : tuple of Resident
        The extreme symmetric equilibria that are neither, with what invades them.
    continua : tuple of ResidentFace
        All relatively open faces of symmetric equilibria, of dimension 1 or more. Each NSS is in
        the sequence, or in the relative interior of exactly one continuum whose kind is NSS.
    method, exact, complete, status
        As in every answer of the library.
    """

    residents: tuple[Resident, ...]
    rejected: tuple[Resident, ...]
    continua: tuple[ResidentFace, ...]

    @overload
    def __getitem__(self, index: int) -> Resident: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Resident, ...]: ...
    def __getitem__(self, index: int | slice) -> Resident | tuple[Resident, ...]:
        return self.residents[index]

    def __len__(self) -> int:
        return len(self.residents)

    def __iter__(self) -> Iterator[Resident]:
        return iter(self.residents)

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in (*self.residents, *self.rejected))]
        return wrapped([*lines, *(f"  {one}" for one in self.continua)])


def evolutionarily_stable(
    game: Game, limit: int = 1_000_000, largest_block: int = LARGEST_BLOCK
) -> EvolutionarilyStable:
    r"""Find all evolutionarily and neutrally stable strategies of a symmetric game, exactly.

    Parameters
    ----------
    game : Game
        A symmetric one.
    limit : int
        The most vertices that its best-reply polytope may have by McMullen's bound, as in `nash`,
        counting the strategies that iterated strict dominance leaves.
    largest_block : int
        The most alternative best replies that one question of copositivity may tie together:
        2 to that power linear systems at worst. With the default limits that never binds.

    Returns
    -------
    EvolutionarilyStable
        A sequence of `Resident`; empty if no strategy is stable. Complete: it holds every ESS,
        and with ``.continua`` every NSS.

    Raises
    ------
    TypeError
        If the argument is no `Game`, or the limit no number.
    ValueError
        If the game is not symmetric; if it is too large (if iterated strict dominance leaves 17
        strategies or more, with the default limits), or so degenerate that it has more than
        20,000 faces of symmetric equilibria.

    Notes
    -----
    The vertices of one best-reply polytope, and for each symmetric equilibrium among them a
    question of copositivity in as many variables as there are alternative best replies: none for
    a strict equilibrium or for one that plays all its best replies, which are the usual cases.
    The vertices take the time: for random games of 8, 12, 14 and 16 strategies about 0.02 s,
    0.7 s, 10 s and 3 minutes.

    References
    ----------
    maynardsmith1973, haigh1975, abakuks1980 in ``references.bib``; continua: `evolutionary_sets`.

    Examples
    --------
    Hawks and doves (maynardsmith1973) that contest 2 and risk 3:

    >>> contest = Game.symmetric([["-1/2", 2], [0, 1]], ["hawk", "dove"])
    >>> for one in evolutionarily_stable(contest):
    ...     print(one.kind, one.strategy)
    ESS (Fraction(2, 3), Fraction(1, 3))

    A pure equilibrium that is not even neutrally stable, and what invades it:

    >>> found = evolutionarily_stable(Game.symmetric([[0, 0], [0, 1]], ["first", "second"]))
    >>> print(found)
    One ESS.
      second: ESS
      first: neither ESS nor NSS; second invades it
    """
    A = symmetric_payoffs(game)
    if isinstance(largest_block, bool) or not isinstance(largest_block, int):
        raise TypeError(f"largest_block: requires a positive integer, got {largest_block!r}")
    if largest_block < 1:
        raise ValueError(f"largest_block: requires a positive integer, got {largest_block}")
    points, masks = symmetric_equilibria(game, limit)
    residents = [verdict(game, A, point, largest_block) for point in points]
    residents.sort(key=_order)
    stable = tuple(one for one in residents if one.kind != "neither")
    continua = tuple(
        _continuum(game, A, [points[u] for u in members], largest_block)
        for members in faces(masks, game.shape[0])
    )
    return EvolutionarilyStable(
        method="vertex enumeration, and copositivity by principal submatrices",
        exact=True,
        complete=True,
        status=_status(stable, continua),
        residents=stable,
        rejected=tuple(one for one in residents if one.kind == "neither"),
        continua=continua,
    )


def symmetric_payoffs(game: Game) -> list[list[Fraction]]:
    """The row player's payoffs, of a game that is symmetric."""
    require_game(game)
    m, n = game.shape
    if not game.is_symmetric:
        what = f"a {m} x {n} game" if m != n else "a game that treats its players differently"
        raise ValueError(
            "game: requires a symmetric game (the same payoffs when the players change places), "
            f"got {what}; between two different populations exactly the strict equilibria are "
            "evolutionarily stable: those of nash(game) with .strict"
        )
    return [[Fraction(value) for value in row] for row in game.exact_payoffs[0]]


def symmetric_equilibria(game: Game, limit: int) -> tuple[list[Mixture], list[int]]:
    """The extreme symmetric equilibria of a symmetric game, and their tight labels.

    Bit i of a label: strategy i is not played; bit n + i: it is a best reply. From a large game
    the strategies that iterated strict dominance eliminates are left out first: they are never
    best replies to an equilibrium, so that nothing is lost.
    """
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        raise TypeError(f"limit: requires a number of vertices, got {limit!r}")
    if not limit >= 0:
        raise ValueError(f"limit: requires a number of at least 0, got {limit!r}")
    n = game.shape[0]
    left = tuple(range(n)) if n <= WORTH_A_REDUCTION else rationalizable(game).rows
    count = len(left)
    bound = vertex_bound(count, count)
    if bound > limit:
        which = "" if count == n else " that strict dominance leaves"
        raise ValueError(
            f"game: requires at most {limit:,} vertices of the best-reply polytope, and that of "
            f"{count} strategies{which} can have {bound:,}; restrict the game, or raise limit"
        )
    positive, _ = positive_integer_payoffs(game if count == n else game.restrict(left, left))
    absent = (1 << n) - 1 - sum(1 << i for i in left)
    points, masks = [], []
    for vertex in vertices(positive).vertices[1:]:
        if _complete(vertex.tight, count):
            total = sum(vertex.point)
            point = [Fraction(0)] * n
            mask = absent
            for place, i in enumerate(left):
                point[i] = vertex.point[place] / total
                mask |= (vertex.tight >> place & 1) << i
                mask |= (vertex.tight >> (count + place) & 1) << (n + i)
            points.append(tuple(point))
            masks.append(mask)
    return points, masks


def _complete(mask: int, n: int) -> bool:
    """Whether each strategy is unplayed or a best reply."""
    return (mask | mask >> n) & ((1 << n) - 1) == (1 << n) - 1


def faces(masks: Sequence[int], n: int) -> list[tuple[int, ...]]:
    """All faces of symmetric equilibria of dimension 1 or more, as sets of extreme ones."""
    found: dict[int, tuple[int, ...]] = {}
    waiting = list(masks)
    while waiting:
        tight = waiting.pop()
        for mask in masks:
            joined = tight & mask
            if joined == tight or joined in found or not _complete(joined, n):
                continue
            members = [u for u, other in enumerate(masks) if other & joined == joined]
            found[joined] = tuple(members)
            waiting.append(joined)
            if len(found) > MOST_FACES:
                raise ValueError(
                    f"game: requires at most {MOST_FACES:,} faces of symmetric equilibria, got "
                    "more; leave out strategies that duplicate others (game.restrict)"
                )
    return sorted(found.values(), key=lambda members: (len(members), members))


def verdict(
    game: Game, A: Sequence[Sequence[Fraction]], x: Mixture, largest_block: int = LARGEST_BLOCK
) -> Resident:
    """Whether a symmetric equilibrium strategy is an ESS, an NSS or neither, with an invader."""
    support = [k for k, weight in enumerate(x) if weight]
    earned = [sum((row[k] * x[k] for k in support), Fraction(0)) for row in A]
    best = [k for k, value in enumerate(earned) if value == max(earned)]
    base, *others = [*support, *(k for k in best if not x[k])]
    free = range(len(support) - 1)
    form = [
        [
            -(_bend(A, k, j, base) + _bend(A, j, k, base)) / 2
            for j in others
        ]
        for k in others
    ]  # fmt: skip
    result = copositivity(form, free, largest_block)
    kind = KINDS[result.sign]
    name = describe_mixture(game.strategies[0], x)
    if not result.witness:
        return Resident(x, kind, None, None, f"{name}: ESS")
    z = [Fraction(0)] * len(x)
    for k, value in zip(others, result.witness, strict=True):
        z[k] = value
    z[base] = -sum(result.witness, Fraction(0))
    step = min(weight / -change for weight, change in zip(x, z, strict=True) if change < 0)
    y = tuple(weight + step * change for weight, change in zip(x, z, strict=True))
    advantage = step * step * sum(
        (z[k] * A[k][j] * z[j] for k in best for j in best), Fraction(0)
    )  # fmt: skip
    other = mixture_as_one(game.strategies[0], y)
    if kind == "NSS":
        return Resident(x, kind, y, advantage, f"{name}: NSS, no ESS; {other} drifts in")
    return Resident(x, kind, y, advantage, f"{name}: neither ESS nor NSS; {other} invades it")


def _bend(A: Sequence[Sequence[Fraction]], k: int, j: int, base: int) -> Fraction:
    """The form z'Az between two directions, each from the base strategy to another."""
    return A[k][j] - A[k][base] - A[base][j] + A[base][base]


def _continuum(
    game: Game, A: Sequence[Sequence[Fraction]], extreme: list[Mixture], largest_block: int
) -> ResidentFace:
    middle = verdict(game, A, mean(extreme), largest_block)
    dimension = affine_dimension(extreme)
    shape = "segment" if dimension == 1 else f"face of dimension {dimension}"
    ends = "; ".join(describe_mixture(game.strategies[0], point) for point in extreme)
    judgement = "NSS" if middle.kind == "NSS" else "neither ESS nor NSS"
    return ResidentFace(
        extreme=tuple(extreme),
        dimension=dimension,
        kind=middle.kind,
        middle=middle,
        words=f"all strategies inside the {shape} between {ends}: {judgement}",
    )


def mean(points: Sequence[Mixture]) -> Mixture:
    """A point in the relative interior of a hull."""
    return tuple(sum(values, Fraction(0)) / len(points) for values in zip(*points, strict=True))


def _order(resident: Resident) -> tuple[Any, ...]:
    """ESS first, then NSS; pure ones first; earlier strategies first."""
    played = [weight > 0 for weight in resident.strategy]
    return (
        list(KINDS.values()).index(resident.kind),
        sum(played),
        tuple(-weight for weight in resident.strategy),
    )


def _status(stable: tuple[Resident, ...], continua: tuple[ResidentFace, ...]) -> str:
    ess = sum(one.kind == "ESS" for one in stable)
    nss = len(stable) - ess
    drifting = sum(one.kind == "NSS" for one in continua)
    parts = []
    if ess:
        parts.append("One ESS" if ess == 1 else f"{ess} ESS")
    if nss:
        parts.append(f"{nss} NSS that {'is' if nss == 1 else 'are'} no ESS")
    if drifting:
        what = "continuum" if drifting == 1 else "continua"
        parts.append(f"{drifting} {what} of NSS (.continua; see evolutionary_sets)")
    if not ess and not parts:
        return (
            "No strategy is evolutionarily or neutrally stable: .rejected says what invades each "
            "symmetric equilibrium."
        )
    text = ", ".join(parts)
    return f"{text}." if ess else f"No ESS; {text}."
