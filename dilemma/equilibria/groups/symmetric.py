r"""Symmetric equilibria of games among players alike: support by support, exactly where it can be.

A mixture x is a symmetric equilibrium if all strategies that it uses earn the same when the N − 1
others draw theirs from x, and no other strategy earns more. On the face of the strategies in use
the expected payoffs are multinomial forms of degree N − 1, so that the first condition is a system
of polynomials (`dilemma.arrays.levelled_faces`):

- one strategy: nothing to solve;
- two: one polynomial in the mixing probability, of which all roots in (0, 1) are isolated,
  rational or not, double ones too;
- more: by their true degrees. Payoffs that are linear or quadratic in the mixture for every N are
  solved as such; two unknowns by resultants; more by boxes with proofs.

At each solution the payoffs of the other strategies are compared exactly (the sign of a polynomial
at an algebraic number), or, at a solution in proven bounds, by these.

Derived from the definition; the two-strategy case is that of pacheco2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

from dilemma.arrays.levelled_faces import LevelFaces, Part, Support
from dilemma.arrays.located_points import (
    Enclosed,
    Located,
    bounds_of,
    is_exact,
    located,
    precisely,
    sign_of,
)
from dilemma.arrays.multinomials import forms
from dilemma.arrays.polytope import affine_dimension
from dilemma.equilibria.groups.answers import (
    SymmetricContinuum,
    SymmetricEquilibria,
    SymmetricEquilibrium,
    UnresolvedSupport,
    describe_mixture,
)
from dilemma.game import GroupGame
from dilemma.game.display import listed

Mixture = tuple[Any, ...]


def symmetric_equilibria(game: GroupGame, limit: int = 1_023) -> SymmetricEquilibria:
    r"""Find all symmetric Nash equilibria of a game among players alike.

    Parameters
    ----------
    game : GroupGame
    limit : int
        The most supports that are looked at: :math:`2^n - 1` for n strategies.

    Returns
    -------
    SymmetricEquilibria
        A sequence of `SymmetricEquilibrium`, with ``.continua``, and ``.unresolved`` where
        equilibria may be missing.

    Raises
    ------
    TypeError, ValueError
        If the argument is no `GroupGame`, or has too many strategies.

    Notes
    -----
    Complete for every support of one or two strategies, and of more where payoff differences turn
    out to be linear, quadratic up to combinations that are linear, or polynomials of two unknowns
    whose degrees multiply to 36 at most. For the others zeros are enclosed and proved; what is
    left open is named. Evolutionary stability is decided in exact arithmetic where at most two
    strategies earn the most, and among more of them wherever second derivatives decide it, or a
    mutant is found that does not lose.

    References
    ----------
    pacheco2009, broom1997 in ``references.bib``.

    Examples
    --------
    A stag hunt of five (pacheco2009): if three or more hunt, the hunters' efforts return four
    times what they cost, in equal parts to all.

    >>> def earn(strategy, group):
    ...     return Fraction(4 * group[0], 5) * (group[0] >= 3) - (strategy == 0)
    >>> found = symmetric_equilibria(GroupGame(5, ["hunt", "rest"], earn))
    >>> print(found)
    3 symmetric equilibria, and no others: 1 pure and 2 mixed.
      rest: payoff 0, strict, ESS
      hunt (~0.412116) and rest (~0.587884): payoff ~0.487328, no ESS
      hunt (~0.815506) and rest (~0.184494): payoff ~2.37592, ESS
    >>> found[1].mixture[0].polynomial
    (-5, 0, 72, -128, 60)
    """
    if not isinstance(game, GroupGame):
        raise TypeError(
            f"game: requires a GroupGame, got {type(game).__name__} (of a two-player game: "
            "GroupGame.from_pairwise(game, 2))"
        )
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        raise TypeError(f"limit: requires a number of supports, got {limit!r}")
    n = len(game.strategies)
    if 2**n - 1 > limit:
        raise ValueError(
            f"game: requires at most {limit:,} supports, and {n} strategies have {2**n - 1:,}; "
            "leave strategies out, or raise limit"
        )
    search = _Search(game)
    for support in chain.from_iterable(combinations(range(n), k) for k in range(1, n + 1)):
        search.look(support)
    return search.answer()


class _Search:
    """The equilibria that were found so far."""

    def __init__(self, game: GroupGame) -> None:
        self.game = game
        self.faces = LevelFaces(forms(game.others, game.exact_payoffs))
        self.points: list[tuple[Support, Mixture]] = []
        self.parts: list[tuple[Support, Part]] = []
        self.unresolved: list[UnresolvedSupport] = []

    def look(self, support: Support) -> None:
        """Find the equilibria that use exactly some strategies."""
        everyone = range(len(self.game.strategies))
        if not self.faces.beaten(support, everyone):
            with precisely():
                self._look(support)

    def _look(self, support: Support) -> None:
        level = self.faces.zeros(support)
        for point in level.points:
            signs = [sign_of(gain) for gain in self.faces.gains(support, point).values()]
            if all(sign in (-1, 0) for sign in signs):
                self.points.append((support, point))
            elif 1 not in signs:
                self.doubt(support, "whether another strategy earns more was not decided")
        for one in level.doubts:
            self.doubt(support, one.words)
        if level.curve:
            self.doubt(support, "a curve on which all of them earn the same was not followed")
        if level.polytope:
            parts = self.faces.without_gains(support)
            if parts is None:
                self.doubt(
                    support,
                    "all of them earn the same on a polytope; where others gain was not found",
                )
            for part in parts or ():
                if len(part.extreme) == 1:
                    (only,) = part.extreme
                    self.points.append((support, tuple(only[i] for i in support)))
                else:
                    self.parts.append((support, part))

    def doubt(self, support: Support, why: str) -> None:
        names = tuple(self.game.strategies[i] for i in support)
        self.unresolved.append(UnresolvedSupport(names, f"{listed(names)}: {why}"))

    def answer(self) -> SymmetricEquilibria:
        # Numbers of different fields can't be compared before they are located.
        parts = [(support, [_located(end) for end in part.extreme], part)
                 for support, part in self.parts]  # fmt: skip
        parts.sort(key=lambda one: -len(one[0]))
        kept: list[tuple[Support, list[tuple[Located, ...]], Part]] = []
        for one in parts:
            if not any(set(one[1]) <= set(other[1]) for other in kept):
                kept.append(one)
        kept.sort(key=lambda one: (len(one[0]), one[0]))
        ends = {
            place: end
            for _, places, part in kept
            for place, end in zip(places, part.extreme, strict=True)
        }
        alone = {}
        for support, point in self.points:
            alone[_located(self.faces.spread(support, point))] = support, point
        found = [
            self._equilibrium(support, point, isolated=place not in ends)
            for place, (support, point) in alone.items()
        ]
        for place, end in ends.items():
            if place not in alone:
                support = tuple(i for i, share in enumerate(end) if share != 0)
                point = tuple(end[i] for i in support)
                found.append(self._equilibrium(support, point, isolated=False))
        found.sort(key=lambda one: (len(one.played), one.support, *map(float, one.mixture)))
        continua = tuple(self._continuum(support, part) for support, _, part in kept)
        return SymmetricEquilibria(
            method="all supports: roots of polynomials, isolated or enclosed with proof",
            exact=all(one.exact for one in found),
            complete=not self.unresolved,
            status=_status(found, continua, self.unresolved),
            equilibria=tuple(found),
            continua=continua,
            unresolved=tuple(self.unresolved),
            game=self.game,
        )

    def _equilibrium(
        self, support: Support, point: Mixture, isolated: bool
    ) -> SymmetricEquilibrium:
        gains = self.faces.gains(support, point)
        tied = [j for j, gain in gains.items() if sign_of(gain) == 0]
        payoffs = [self.faces.value(support, point, j) for j in range(self.faces.parts)]
        mean: Any = sum(
            (share * payoffs[i] for i, share in zip(support, point, strict=True)),
            Fraction(0) if is_exact(payoffs[0]) else payoffs[0] * 0,
        )
        mixture = _located(self.faces.spread(support, point))
        strict = len(support) == 1 and not tied
        return SymmetricEquilibrium(
            mixture=mixture,
            payoff=located(payoffs[support[0]]),
            regret=_regret(payoffs, mean),
            strict=strict,
            evolutionarily_stable=self._stable(support, point, tied) if isolated else False,
            isolated=isolated,
            played=tuple(self.game.strategies[i] for i in support),
            words=describe_mixture(self.game.strategies, mixture),
        )

    def _stable(self, support: Support, point: Mixture, tied: list[int]) -> bool | None:
        """Whether the equilibrium is evolutionarily stable."""
        if len(support) + len(tied) == 1:
            return True
        if len(support) + len(tied) > 2:
            return {1: True, -1: False}.get(self.faces.curvature(support, point, tied).sign or 0)
        first = support[0]
        other = support[1] if len(support) == 2 else tied[0]
        less = self.faces.sign_beside((first, other), point[0], -1)
        more = self.faces.sign_beside((first, other), point[0], 1) if len(support) == 2 else -1
        if less is None or more is None:
            return None
        return less > 0 > more

    def _continuum(self, support: Support, part: Part) -> SymmetricContinuum:
        names = tuple(self.game.strategies[i] for i in support)
        extreme = tuple(_located(end) for end in part.extreme)
        ends = "; ".join(describe_mixture(self.game.strategies, end) for end in extreme)
        dimension = 1 if len(extreme) == 2 else affine_dimension(part.extreme)
        shape = "segment" if dimension == 1 else f"polytope of dimension {dimension}"
        return SymmetricContinuum(
            extreme=extreme,
            dimension=dimension,
            played=names,
            words=f"all mixtures inside the {shape} between {ends}",
        )


def _located(point: Mixture) -> tuple[Located, ...]:
    return tuple(located(share) for share in point)


def _regret(payoffs: Sequence[Any], mean: Any) -> Fraction | Enclosed:
    """The largest gain from a pure strategy, from the payoffs of all."""
    gains = [payoff - mean for payoff in payoffs]
    if all(is_exact(gain) for gain in gains):
        best: Located = located(max(gains))
        if isinstance(best, (Fraction, Enclosed)):
            return best
        return Enclosed(best.low, best.high)  # pragma: no cover
    most = max(bounds_of(gain)[1] for gain in gains)
    return Enclosed(Fraction(0), most)


def _status(
    found: Sequence[SymmetricEquilibrium],
    continua: Sequence[SymmetricContinuum],
    unresolved: Sequence[UnresolvedSupport],
) -> str:
    parts = []
    isolated = [one for one in found if one.isolated]
    if isolated:
        pure = sum(len(one.played) == 1 for one in isolated)
        kinds = [f"{count} {kind}" for count, kind in (
            (pure, "pure"), (len(isolated) - pure, "mixed")
        ) if count]  # fmt: skip
        what = "symmetric equilibrium" if len(isolated) == 1 else "symmetric equilibria"
        others = ", and no others" if not unresolved and not continua else ""
        alone = "isolated " if continua else ""
        parts.append(f"{len(isolated)} {alone}{what}{others}: {listed(kinds)}")
    if continua:
        what = "continuum" if len(continua) == 1 else "continua"
        parts.append(f"{len(continua)} {what} of symmetric equilibria")
    if not parts:
        parts.append("No symmetric equilibrium was found")
    if unresolved:
        supports = len({one.played for one in unresolved})
        where = "1 support" if supports == 1 else f"{supports} supports"
        parts.append(f"others may be missing on {where} (.unresolved says which, and why)")
    return f"{'; '.join(parts)}."
