r"""How many committed firms tip a population: exact shares, by roots of polynomials.

**What is claimed.** Where each firm would rather have others act, somebody has to bear the cost of
starting. matinheikki2017 and matinheikki2019 study how goals of whole networks of firms form: some
actors *mobilize* the others, which solves this second-order problem. **The mapping is ours**:
mobilizers are a fixed share z of the population that plays one strategy c whatever it earns. All
others follow their interest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any

from dilemma.arrays.algebraic import (
    Real,
    between,
    closed_form,
    integer_polynomial,
    roots_in,
    sign_at,
    where_nonnegative,
)
from dilemma.collective.mobilizing.playing import advantages, earned_among, group_game_of, pair_of
from dilemma.game import GroupGame, checking
from dilemma.game.display import listed
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, kw_only=True, repr=False)
class Tipping(Solution):
    """From how many committed players on a settlement without them comes apart.

    Attributes
    ----------
    committed, resident : str
        What the mobilizers play, and what all others do at first.
    strategies : tuple of str
        The set against which the residents' replies are judged.
    size : int
        N, the players of a group.
    population : int or None
        Z, the players of the whole population; None if it is infinite.
    share : Fraction, AlgebraicNumber or None
        z*: with any slightly larger share (in a finite population: with this share) residents
        have something better to do. None if that never happens.
    gainers : tuple of str
        Strategies that are better there than the residents' own.
    holds : tuple of pairs
        All shares at which the residents' strategy is a best reply, closed intervals in order.
        One that ends at 1 is open there, since nobody is left to reply.
    takeover : Fraction, AlgebraicNumber or None
        With any larger share (in a finite population: with this share or a larger one) everyone
        comes to play the committed strategy, if there is no other choice. None if that never
        happens.
    joins : tuple of pairs
        All shares at which the committed strategy is itself a best reply, likewise.
    reaches : Fraction, AlgebraicNumber or None
        Where the share of the committed strategy goes from just above z*, in an infinite
        population whose members choose between the two: the next rest point. None in a finite
        population, and if the committed strategy is not among the gainers.
    rest_points : tuple of pairs (Fraction or AlgebraicNumber, bool)
        Shares x of the committed strategy in an infinite population, from 0 to 1, at which both
        strategies pay the same or all play one of them, without mobilizers; and whether the
        population returns there. None in a finite population.
    """

    committed: str
    resident: str
    strategies: tuple[str, ...]
    size: int
    population: int | None
    share: Real | None
    gainers: tuple[str, ...]
    holds: tuple[tuple[Real, Real], ...]
    joins: tuple[tuple[Real, Real], ...]
    takeover: Real | None
    reaches: Real | None
    rest_points: tuple[tuple[Real, bool], ...] | None

    @property
    def members(self) -> int | None:
        """How many of a finite population have to be committed; None if that is not known."""
        if self.population is None or not isinstance(self.share, Fraction):
            return None
        return int(self.share * self.population)

    def __str__(self) -> str:
        lines = [self.status]
        lines.append(f"  settlement upset {self._words(self.share)}")
        if self.gainers:
            lines[-1] += f", first by {listed(self.gainers)}"
        lines.append(f"  {self.committed} takes over {self._words(self.takeover)}")
        if self.joins:
            spans = [
                shown(low) if low == high else f"{shown(low)} to {shown(high)}"
                for low, high in self.joins
            ]
            lines.append(f"  {self.committed} is a best reply at shares of {', '.join(spans)}")
        if self.reaches is not None and self.reaches != 1:
            lines.append(f"  its share then goes to {shown(self.reaches)}")
        if self.rest_points is not None:
            points = [
                f"{shown(point)}{', stable' if stable else ''}"
                for point, stable in self.rest_points
            ]
            lines.append(f"  rest points of its share: {'; '.join(points)}")
        return wrapped(lines)

    def _words(self, share: Real | None) -> str:
        if share is None:
            return "by no share"
        if self.population is not None:
            return f"by {int(float(share) * self.population + 0.5)} of {self.population}"
        return f"above the share {shown(share)}"


def tipping_share(
    game: Any, committed: int | str, resident: int | str, population: int | None = None
) -> Tipping:
    r"""Find the exact share of committed players above which a settlement without them ends.

    A share z plays c whatever it earns; all others play r. With :math:`\pi_i(z)` what an i-player
    earns there, two shares are found:

    - **share**: the end of the first interval of z, from 0 on, in which r is a best reply *among
      all strategies of the game*, :math:`\pi_r(z) \ge \pi_i(z)` for all i. It asks for no
      dynamics.
    - **takeover**: the largest z < 1 with :math:`\pi_c(z) \le \pi_r(z)`. Above it the path from
      the residents leads all the way to c: let every firm that plays *c or r* look at random at
      another and copy it at a rate proportional to what that one earns more, except that the
      mobilizers copy nobody. Without them this is the replicator equation (schlag1998),

      .. math:: \dot x = (1 - x)\,\bigl[x\, d(x)^+ - (x - z)\, d(x)^-\bigr],
                \qquad d = \pi_c - \pi_r,

      x the share of c, from x = z on. All its rest points between z and 1 are roots of d, so that
      the same share holds for every dynamic that follows the sign of d.

    Both are the same where d changes its sign once. Where it does so more often, the population
    beyond the first only moves on to the next rest point.

    Parameters
    ----------
    game : GroupGame, symmetric Game, or a model with ``group_game()``
        Such as a `Consortium` of firms alike.
    committed, resident : int or str
        c and r, by index or name.
    population : int, optional
        Z players in all, at least N: groups are drawn without replacement, and a resident who
        considers another strategy knows that all others stay. Left out: an infinite population.

    Returns
    -------
    Tipping
        In a finite population shares are multiples of 1/Z, and already *reaching* them tips.

    Raises
    ------
    TypeError, ValueError
        If there is no such strategy, both are the same, or the population is below a group.

    Notes
    -----
    Infinite populations: roots of n − 1 polynomials of degree N − 1 at most. Finite ones: of the
    order of Z N n rational operations.

    References
    ----------
    matinheikki2017, matinheikki2019, schlag1998 in ``references.bib``.

    Examples
    --------
    Hunting stag in fives, where each partner adds 1: stags need two thirds of all others.

    >>> from dilemma.game import Game
    >>> stag_hunt = GroupGame.from_pairwise(Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"]), 5)
    >>> print(tipping_share(stag_hunt, "stag", "hare"))
    A share of stag above 2/3 tips the settlement on hare.
      settlement upset above the share 2/3, first by stag
      stag takes over above the share 2/3
      stag is a best reply at shares of 2/3 to 1
      rest points of its share: 0, stable; 2/3; 1, stable
    >>> tipping_share(stag_hunt, "stag", "hare", population=20).members
    13
    """
    group_game = group_game_of(game)
    c, r = pair_of(group_game, committed, resident, "committed, resident")
    if population is None:
        polynomials = advantages(group_game, c, r, r)
        return tipping_from(polynomials, c, r, group_game.strategies, group_game.size)
    size = checking.count(population, "population", group_game.size, "players")
    return _finite(group_game, c, r, size)


def tipping_from(
    advantage: Mapping[int, Sequence[Any]],
    c: int,
    r: int,
    strategies: tuple[str, ...],
    size: int,
) -> Tipping:
    """Find both shares from what every strategy but r earns more than r, as polynomials of z.

    Parameters
    ----------
    advantage : mapping of strategy to powers
        The constant first, all up to one positive factor.
    c, r : int
    strategies : tuple of str
    size : int
        N.

    Returns
    -------
    Tipping
    """
    gain = {i: integer_polynomial(one) for i, one in advantage.items()}
    d = gain[c]
    holds = where_nonnegative([[-k for k in one] for one in gain.values()], 0, 1)
    share: Real | None = ZERO
    if holds and holds[0][0] == 0:
        share = None if holds[0][1] == 1 else holds[0][1]
    gainers: tuple[str, ...] = ()
    reaches: Real | None = None
    if share is not None:
        cuts = [root for one in gain.values() if one for root in roots_in(one, 0, 1)]
        beyond = between(share, min([cut for cut in cuts if cut > share], default=ONE))
        gainers = tuple(
            strategies[i] for i, one in gain.items() if one and sign_at(one, beyond) > 0
        )
        if sign_at(d, beyond) > 0:
            reaches = min([root for root in roots_in(d, 0, 1) if root > share], default=ONE)
    better = [_less(advantage[c], one) for i, one in advantage.items() if i != c]
    lacking = where_nonnegative([[-k for k in d]], 0, 1)
    takeover: Real | None = lacking[-1][1] if lacking else ZERO
    if takeover == 1:
        takeover = None
    return Tipping(
        method="roots of polynomials in the share, isolated exactly",
        exact=True,
        complete=True,
        status=_status(strategies[c], strategies[r], share, holds, None),
        committed=strategies[c],
        resident=strategies[r],
        strategies=strategies,
        size=size,
        population=None,
        share=share,
        gainers=gainers,
        holds=holds,
        joins=where_nonnegative([d, *better], 0, 1),
        takeover=takeover,
        reaches=reaches,
        rest_points=rest_points_of(d),
    )


def rest_points_of(advantage: tuple[int, ...]) -> tuple[tuple[Real, bool], ...]:
    """Return where x' = x (1 − x) d(x) rests on [0, 1], and where it returns from both sides.

    Where d vanishes everywhere only the ends are given, as not stable.

    Examples
    --------
    >>> rest_points_of((-1, 2))
    ((Fraction(0, 1), True), (Fraction(1, 2), False), (Fraction(1, 1), True))
    """
    if not advantage:
        return ((ZERO, False), (ONE, False))
    points: list[Real] = [ZERO, *roots_in(advantage, 0, 1), ONE]
    signs = [sign_at(advantage, between(low, high)) for low, high in pairwise(points)]
    before, after = [1, *signs], [*signs, -1]
    return tuple(
        (point, one > 0 and two < 0) for point, one, two in zip(points, before, after, strict=True)
    )


def _finite(game: GroupGame, c: int, r: int, population: int) -> Tipping:
    """Both shares where k of Z are committed, by going through all k."""
    earned = earned_among(game, c, r)
    n, size = len(game.strategies), game.size
    gains: list[list[Fraction]] = []
    for k in range(population):
        # Of the Z − 1 others of a resident, k play c: so many ways to meet m of them.
        ways = [math.comb(k, m) * math.comb(population - 1 - k, size - 1 - m) for m in range(size)]
        means = [
            sum((way * row[i] for way, row in zip(ways, earned, strict=True)), ZERO)
            for i in range(n)
        ]
        gains.append([mean - means[r] for mean in means])
    standing = [max(row) <= 0 for row in gains]
    first = next((k for k in range(population) if not standing[k]), None)
    share = None if first is None else Fraction(first, population)
    gainers: tuple[str, ...] = ()
    if first is not None:
        gainers = tuple(game.strategies[i] for i in range(n) if gains[first][i] > 0)
    last = next((k for k in reversed(range(population)) if gains[k][c] <= 0), -1)
    takeover = None if last == population - 1 else Fraction(last + 1, population)
    holds = _runs(standing)
    return Tipping(
        method="every number of committed players, in rational arithmetic",
        exact=True,
        complete=True,
        status=_status(game.strategies[c], game.strategies[r], share, holds, population),
        committed=game.strategies[c],
        resident=game.strategies[r],
        strategies=game.strategies,
        size=size,
        population=population,
        share=share,
        gainers=gainers,
        holds=holds,
        joins=_runs([row[c] == max(row) for row in gains]),
        takeover=takeover,
        reaches=None,
        rest_points=None,
    )


def _less(one: Sequence[Any], two: Sequence[Any]) -> tuple[Any, ...]:
    """The difference of two polynomials."""
    return tuple(a - b for a, b in zip_longest(one, two, fillvalue=0))


def _runs(holds: Sequence[bool]) -> tuple[tuple[Real, Real], ...]:
    """Where something holds without a gap: the first and the last of k/Z."""
    found: list[tuple[Real, Real]] = []
    for k, here in enumerate(holds):
        if here:
            start = found.pop()[0] if k and holds[k - 1] else Fraction(k, len(holds))
            found.append((start, Fraction(k, len(holds))))
    return tuple(found)


def shown(share: Real) -> str:
    """Write a share: in closed form, or as a decimal where that is long.

    >>> shown(Fraction(1, 3)), shown(roots_in((-1, 1, 1), 0, 1)[0])
    ('1/3', '(-1 + sqrt(5))/2 (~0.618034)')
    """
    form = closed_form(share)
    if isinstance(share, Fraction) or form[0] == "~":
        return form
    near = f"~{float(share):.6g}"
    return f"{form} ({near})" if len(form) <= 20 else near


def _status(
    committed: str,
    resident: str,
    share: Real | None,
    holds: tuple[tuple[Real, Real], ...],
    population: int | None,
) -> str:
    if not holds or holds[0][0] > 0:
        later = (
            f", though it is with shares of {committed} from {shown(holds[0][0])} on"
            if holds
            else ""
        )
        return f"Playing {resident} is no equilibrium even without {committed}{later}."
    if share is None:
        return f"No share of {committed} upsets the settlement on {resident}."
    if population is not None:
        count = int(float(share) * population + 0.5)
        words = (
            f"{count} of {population} committed to {committed} tip the settlement on {resident}"
        )
        words = words[0].upper() + words[1:]
    else:
        words = f"A share of {committed} above {shown(share)} tips the settlement on {resident}"
    again = [low for low, _ in holds if low > share]
    if again:
        words += f", which is an equilibrium again from {shown(again[0])} on"
    return words + "."
