r"""Rest points of one population whose members meet in groups: exactly, face by face.

A population in state x earns :math:`\pi_i(x)`, multinomial forms of degree N − 1 for groups of N.
Imitative rules rest where all strategies in use earn the same, and innovative rules where
moreover no other earns more: on each face a system of polynomials
(`dilemma.arrays.levelled_faces`). Payoffs that are linear in x are those of a game of two,
whatever N is, and left to its solver.

**Verdicts.** At a rest point with strategies S in use and the slopes :math:`G_{ij} = \partial_j
(\pi_i - \pi_{last})` along the face, the Jacobian of the replicator within the face is

.. math:: J_{ij} = x_i \Bigl( G_{ij} - \sum_k x_k G_{kj} \Bigr),

and each absent strategy adds what it would gain as an eigenvalue. Signs of real parts are those of
Routh's array, over the rationals, over the field of the point, or in proven bounds. Where some are
0: two strategies alone are decided by the sign of their difference on both sides of the point (the
edge between them is invariant, and it is the center manifold); one tied strategy by how its gain
changes as it spreads and the others adjust; and a point at which all small moves lose to second
order is evolutionarily stable, and attracts (hofbauer1979, sandholm2010local).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

import numpy as np

from dilemma.arrays.levelled_faces import LevelFaces, Part, Support
from dilemma.arrays.located_points import (
    as_float,
    ball,
    is_exact,
    located,
    precisely,
    sign_of,
    words_of,
)
from dilemma.arrays.multinomials import forms
from dilemma.arrays.polytope import affine_dimension
from dilemma.arrays.routh import signs_of_real_parts
from dilemma.arrays.spectra import spectrum
from dilemma.evolution.flows.trajectories import checked_rules
from dilemma.evolution.rest.answers import (
    RestContinuum,
    RestPoint,
    RestPoints,
    order_of,
    status_of,
)
from dilemma.evolution.rest.arenas import group_arena
from dilemma.evolution.rest.resting import called, known_names, rest_points
from dilemma.evolution.rest.verdicts import INNOVATIVE
from dilemma.evolution.rest.words import describe_hull, describe_shares
from dilemma.game import Game, GroupGame
from dilemma.game.display import listed

Point = tuple[Any, ...]


def group_rest_points(
    game: GroupGame, rule: Callable[..., Any], starts: int, seed: Any, limit: int
) -> RestPoints:
    """Find the rest points of a rule where members of one population meet in groups."""
    pairwise = as_pairwise(game)
    if pairwise is not None:
        found = rest_points(pairwise, rule, populations=1, starts=starts, seed=seed, limit=limit)
        return replace(found, game=game)
    (name,) = known_names(rule, 1)
    if name == "other":
        from dilemma.evolution.rest.searching import searched

        return searched(group_arena(game), rule, starts, seed, limit)
    n = len(game.strategies)
    if 2**n - 1 > limit:
        raise ValueError(
            f"game: requires at most {limit:,} faces of the state space, and {n} strategies have "
            f"{2**n - 1:,}; leave strategies out, or raise limit"
        )
    search = _Search(game, name)
    for support in chain.from_iterable(combinations(range(n), k) for k in range(1, n + 1)):
        search.look(support)
    return search.answer(rule)


def as_pairwise(game: GroupGame) -> Game | None:
    """The game of two in which everybody earns the same in every state, if there is one.

    >>> stag_hunt = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
    >>> as_pairwise(GroupGame.from_pairwise(stag_hunt, 5)) == stag_hunt
    True
    """
    others = game.size - 1
    ends = [int(np.flatnonzero(column == others)[0]) for column in game.others.T]
    exact = game.exact_payoffs
    matrix = exact[ends]
    if others > 1:
        # Told by a few rows, most often; the others confirm it.
        for rows in (slice(0, 8), slice(None)):
            means = game.others[rows].astype(object) @ matrix
            if bool((means != others * exact[rows]).any()):
                return None
    return Game.symmetric(matrix.T, game.strategies)


def _signs(block: list[list[Any]]) -> tuple[int, int] | None:
    """How many eigenvalues have positive and negative real parts, so far as that is known."""
    if all(isinstance(value, Fraction) for row in block for value in row):
        found = spectrum(block)
        return found.positive, found.negative
    return signs_of_real_parts(block)


class _Search:
    """The rest points that were found so far."""

    def __init__(self, game: GroupGame, rule: str) -> None:
        self.game = game
        self.rule = rule
        self.faces = LevelFaces(forms(game.others, game.exact_payoffs))
        self.points: list[RestPoint] = []
        self.wide: list[tuple[Support, tuple[Part, ...] | None]] = []
        self.doubts: list[str] = []

    def look(self, support: Support) -> None:
        """Find the rest points that use exactly some strategies."""
        innovative = self.rule in INNOVATIVE
        if innovative and self.faces.beaten(support, range(self.faces.parts)):
            return
        with precisely():
            self._look(support, innovative)

    def _look(self, support: Support, innovative: bool) -> None:
        level = self.faces.zeros(support)
        for one in level.doubts:
            self.doubt(support, one.words)
        if level.curve:
            self.doubt(support, "a curve on which all of them earn the same was not followed")
        if level.polytope:
            parts = self.faces.without_gains(support)
            if parts is None:
                self.doubt(support, "where others gain on their continuum was not found")
            if not innovative or parts:
                self.wide.append((support, parts))
        for point in level.points:
            signs = {j: sign_of(v) for j, v in self.faces.gains(support, point).items()}
            if innovative and None in signs.values() and 1 not in signs.values():
                self.doubt(support, "whether another strategy earns more was not decided")
            if not innovative or all(sign in (-1, 0) for sign in signs.values()):
                self.points.append(self._point(support, point, signs))

    def doubt(self, support: Support, why: str) -> None:
        self.doubts.append(f"{listed([self.game.strategies[i] for i in support])}: {why}")

    def answer(self, rule: Callable[..., Any]) -> RestPoints:
        extremes = [self._extreme(support, parts) for support, parts in self.wide]
        order = sorted(range(len(self.wide)), key=lambda k: -len(self.wide[k][0]))
        kept: list[int] = []
        for k in order:
            if not any(set(extremes[k]) <= set(extremes[other]) for other in kept):
                kept.append(k)
        kept.sort(key=lambda k: (len(self.wide[k][0]), self.wide[k][0]))
        continua = tuple(self._continuum(*self.wide[k], extremes[k]) for k in kept)
        ends = {end for k in kept for end in extremes[k]}
        points = [one for one in self.points if one.shares[0] not in ends]
        points.sort(key=order_of)
        exact = all(one.residual == 0 for one in points)
        status = status_of(points, continua) if points or continua else "No rest point was found."
        if self.doubts:
            status = status.replace(", and no others:", " found:")
            status += f" Others may be missing: {'; '.join(self.doubts)}."
        return RestPoints(
            method="all faces of the state space, by roots of polynomials",
            exact=exact,
            complete=not self.doubts,
            status=status,
            points=tuple(points),
            continua=continua,
            populations=1,
            rule=called(rule),
            game=self.game,
            revision=checked_rules(rule, 1),
        )

    def _extreme(
        self, support: Support, parts: tuple[Part, ...] | None
    ) -> tuple[tuple[Any, ...], ...]:
        if self.rule in INNOVATIVE and parts is not None:
            return tuple(
                tuple(located(share) for share in end) for part in parts for end in part.extreme
            )
        return tuple(self.faces.spread(support, v) for v in self.faces.zeros(support).polytope)

    def _continuum(
        self,
        support: Support,
        parts: tuple[Part, ...] | None,
        extreme: tuple[tuple[Any, ...], ...],
    ) -> RestContinuum:
        ends = tuple(
            tuple(located(share) for share in end) for part in parts or () for end in part.extreme
        )
        what = describe_hull(self.game, [extreme])
        if parts == ():
            kind, because = "unstable", "everywhere on it some absent strategy earns more"
        elif len(support) == self.faces.parts:
            kind, because = "undecided", "every strategy is in use, and all earn the same"
        elif parts is None:
            kind, because = "undecided", "some absent strategy may earn more on a part of it"
        else:
            whole = set(ends) == set(extreme)
            where = "everywhere on it" if whole else f"on {describe_hull(self.game, [ends])}"
            kind, because = "undecided", f"no absent strategy earns more {where}"
        return RestContinuum(
            extreme=(extreme,),
            supports=(support,),
            dimension=1 if len(extreme) == 2 else affine_dimension(extreme),
            stable_part=(ends,) if ends else (),
            kind=kind,
            words=f"{what}: {kind}; {because}",
        )

    def _point(self, support: Support, point: Point, signs: dict[int, int | None]) -> RestPoint:
        scale = self._scale(support, point)
        block = self._internal(support, point, scale)
        gains = self.faces.gains(support, point)
        if self.rule in INNOVATIVE:
            kind, because = self._innovative(support, point, signs)
            internal: tuple[complex, ...] = ()
            transversal: tuple[float, ...] = ()
        else:
            kind, because = self._imitative(support, point, signs, block)
            floats = np.array([[as_float(v) for v in row] for row in block], dtype=np.float64)
            values = np.linalg.eigvals(floats.reshape(len(block), len(block)))
            values = values[np.lexsort((-values.imag, -values.real))]
            internal = tuple(complex(value) for value in values)
            earned = [as_float(gain) / self.faces.scale for gain in gains.values()]
            transversal = tuple(
                math.tanh(v / 2) if self.rule == "imitation" else v * as_float(scale)
                for v in earned
            )
        shares = tuple(located(share) for share in self.faces.spread(support, point))
        settled = [sign in (-1, 0) for sign in signs.values()]
        return RestPoint(
            shares=(shares,),
            kind=kind,
            internal=internal,
            transversal=transversal,
            equilibrium=None if None in signs.values() else all(settled),
            residual=0.0 if all(map(is_exact, point)) else self._residual(shares),
            words=f"{describe_shares(self.game.strategies, shares)}: {kind}; {because}",
        )

    def _residual(self, shares: Sequence[Any]) -> float:
        x = np.array([float(share) for share in shares])
        earned = self.game.fitness(x)
        return float(np.abs(x * (earned - x @ earned)).max())

    def _scale(self, support: Support, point: Point) -> Any:
        """By what velocities of the rule differ from those of the replicator."""
        if self.rule == "imitation":
            return Fraction(1, 2)
        if self.rule != "adjusted_replicator":
            return Fraction(1)
        mean = self.faces.value(support, point, support[0])
        if sign_of(mean) != 1:
            raise ValueError(
                "game: requires positive mean fitness for adjusted_replicator (add a constant to "
                f"all payoffs), got {words_of(located(mean))} at a rest point"
            )
        return 1 / mean

    def _internal(self, support: Support, point: Point, scale: Any) -> list[list[Any]]:
        """The Jacobian within the face, in the shares of all strategies in use but the last."""
        if len(support) == 1:
            return []
        slopes = self.faces.slopes(support, point)
        size = range(len(slopes))
        zero = point[0] * 0
        means = [sum((point[k] * slopes[k][j] for k in size), zero) for j in size]
        if all(map(is_exact, point)):
            unit = scale * Fraction(1, self.faces.scale)
        else:
            unit = (ball(scale, scale) if is_exact(scale) else scale) / self.faces.scale
        return [[unit * point[i] * (slopes[i][j] - means[j]) for j in size] for i in size]

    def _imitative(
        self,
        support: Support,
        point: Point,
        signs: dict[int, int | None],
        block: list[list[Any]],
    ) -> tuple[str, str]:
        names = self.game.strategies
        invaders = [j for j, sign in signs.items() if sign == 1]
        ties = [j for j, sign in signs.items() if sign == 0]
        open_signs = any(sign is None for sign in signs.values())
        inside = _signs(block)
        held = inside is not None and inside[1] == len(block)
        negative = any(sign == -1 for sign in signs.values()) or bool(inside and inside[1])
        repelled = inside is not None and inside[0] > 0
        if invaders or repelled:
            reasons = []
            if invaders:
                verb = "invades" if len(invaders) == 1 else "invade"
                reasons.append(f"{listed([names[j] for j in invaders])} {verb}")
            if repelled:
                reasons.append("the mixture of those in use does not hold together")
            return ("saddle" if negative else "unstable"), "; ".join(reasons)
        if open_signs:
            return "undecided", "whether another strategy earns more is too close to tell"
        if held and not ties:
            return "stable", "all eigenvalues have negative real parts"
        if len(support) + len(ties) == 2:
            return self._on_edge(support, point, ties, negative)
        if held:
            # On the face with one tied strategy more, all else being stable.
            spread = {j: self._spreading(support, point, j) for j in ties}
            for j, sign in spread.items():
                if sign is not None and sign > 0:
                    kind = "saddle" if negative else "unstable"
                    return kind, f"{names[j]} earns as much here, and more once it spreads"
            if len(ties) == 1 and spread[ties[0]] == -1:
                return "stable", f"{names[ties[0]]} earns as much here, and less once it spreads"
        if self.rule != "imitation" and self.faces.curvature(support, point, ties).sign == 1:
            return "stable", "it is evolutionarily stable"
        return "undecided", "eigenvalues with real part 0 decide nothing"

    def _on_edge(
        self, support: Support, point: Point, ties: Sequence[int], negative: bool
    ) -> tuple[str, str]:
        """Two strategies that earn the same to first order, all others earning less."""
        names = self.game.strategies
        first = support[0]
        if ties:
            less = self.faces.sign_beside((first, ties[0]), point[0], -1)
            name = names[ties[0]]
            if less is not None and less > 0:
                return "stable", f"{name} earns as much here, and less once it spreads"
            if less is not None and less < 0:
                kind = "saddle" if negative else "unstable"
                return kind, f"{name} earns as much here, and more once it spreads"
            return "undecided", f"{name} earns as much here"
        pair = (first, support[1])
        less = self.faces.sign_beside(pair, point[0], -1)
        more = self.faces.sign_beside(pair, point[0], 1)
        if less is None or more is None:
            return "undecided", "an eigenvalue with real part 0 decides nothing"
        if less > 0 > more:
            return "stable", "whichever of the two is more common than here earns less"
        if less < 0 < more:
            kind = "saddle" if negative else "unstable"
            return kind, "whichever of the two is more common than here earns more"
        better = names[pair[0]] if more > 0 else names[pair[1]]
        return (
            "saddle",
            f"{better} earns more on both sides: drawn in from one, repelled on the other",
        )

    def _spreading(self, support: Support, point: Point, j: int) -> int | None:
        """The sign of how a tied strategy's gain changes as it spreads and the others adjust."""
        if len(support) == 1:
            less = self.faces.sign_beside((support[0], j), point[0], -1)
            return None if less is None else -less
        face = (j, *support)
        slopes = self.faces.slopes(face, (Fraction(0), *point))
        # Move z with z_j = 1 that keeps those in use equal: eliminate them.
        left = [list(row) for row in slopes]
        while len(left) > 1:
            pivot = left[-1][-1]
            if sign_of(pivot) in (0, None):
                return None
            inner = range(len(left) - 1)
            left = [[left[a][b] - left[a][-1] * left[-1][b] / pivot for b in inner] for a in inner]
        return sign_of(left[0][0])

    def _innovative(
        self, support: Support, point: Point, signs: dict[int, int | None]
    ) -> tuple[str, str]:
        ties = [j for j, sign in signs.items() if sign == 0]
        if not ties and self.faces.curvature(support, point, ()).sign == 1:
            return "stable", "it is evolutionarily stable, and no absent strategy earns as much"
        if self.faces.parts == 2:
            kind, because = self._on_edge(support, point, ties, negative=False)
            return kind, because
        return "undecided", "the rule has corners there, and no known test applies"
