r"""Which of several pure equilibria: risk dominance, p-dominance, payoff dominance.

**Risk dominance** (harsanyi1988) compares two strict equilibria (i, j) and (k, l) in the 2 × 2
game on their strategies: (i, j) risk-dominates (k, l) if the product of what the players lose by
leaving it alone is larger, :math:`(A_{ij} - A_{kj})(B_{ij} - B_{il}) > (A_{kl} - A_{il})(B_{kl}
- B_{kj})`. In larger games it need not be transitive.

**p-dominance** (morris1995): (i, j) is p-dominant if each player's strategy is a best reply to
every belief that gives the other's at least the probability p. Beliefs of that kind are mixtures
of *j itself* and *j with probability p, else one other strategy*, so that for the row player

.. math:: p\,(A_{ij} - A_{kj}) + (1 - p)(A_{ij'} - A_{kj'}) \ge 0 \quad \text{for all } k, j'
          \ne j,

and the smallest such p is a maximum of fractions: 0 for dominant strategies, at most 1 for any
equilibrium, and less for a strict one. A strict equilibrium with p < ½ for both players
risk-dominates every other (in symmetric 2 × 2 games the two are the same), and two strict
equilibria can't both have p < ½; at p = ½, which ½-dominance allows, they may tie.

**Payoff dominance** (harsanyi1988): better for both players than every other equilibrium.

Sources: harsanyi1988, morris1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from dilemma.equilibria.words import describe_play
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.game.requiring import require_game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Profile = tuple[int, int]
Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class PureEquilibrium(Displayed):
    """A pure equilibrium, and by which concepts it would be selected among the pure ones.

    Attributes
    ----------
    profile : pair of int
        The row and the column.
    payoffs : pair of Fraction
    strict : bool
    p : Fraction
        The smallest p for which the profile is p-dominant: the larger one of `p_by_player`.
    p_by_player : pair of Fraction
        The smallest probability of the *other's* strategy that makes each player's own a best
        reply whatever else is believed.
    risk_dominant : bool
        True if it is strict and risk-dominates every other strict equilibrium.
    payoff_dominant : bool
        True if every other pure equilibrium is worse for both players.
    pareto_rank : int
        1 if no other pure equilibrium is better for a player and as good for the other; 2 if only
        those of rank 1 are; and so on.
    words : str
    """

    profile: Profile
    payoffs: Pair
    strict: bool
    p: Fraction
    p_by_player: Pair
    risk_dominant: bool
    payoff_dominant: bool
    pareto_rank: int
    words: str

    def __str__(self) -> str:
        first, second = map(number, self.payoffs)
        kind = "strict" if self.strict else "not strict"
        return (
            f"{self.words}: payoffs {first} and {second}, {kind}, p-dominant from "
            f"{number(self.p)} on, Pareto rank {self.pareto_rank}"
        )


@dataclass(frozen=True)
class RiskComparison(Displayed):
    """Two strict equilibria, and what the players lose by leaving either alone.

    Attributes
    ----------
    first, second : pairs of int
        The two profiles.
    products : pair of Fraction
        The products of both players' losses from leaving the first, and the second.
    winner : pair of int or None
        The profile with the larger product; None if they are equal.
    """

    first: Profile
    second: Profile
    products: Pair
    winner: Profile | None


@dataclass(frozen=True, kw_only=True, repr=False)
class RiskDominance(Solution):
    """Risk dominance, p-dominance and payoff dominance among the pure equilibria of a game.

    Attributes
    ----------
    equilibria : tuple of PureEquilibrium
        All pure equilibria, strict or not.
    comparisons : tuple of RiskComparison
        Each pair of strict ones.
    dominant : pair of int or None
        The strict equilibrium that risk-dominates every other one; None if there is none (no
        strict equilibrium, a tie or a cycle).
    half_dominant : tuple of pairs of int
        The pure equilibria that are ½-dominant: of strict ones at most one has p < ½.
    payoff_dominant : pair of int or None
        The pure equilibrium that is better for both than every other pure one.
    method, exact, complete, status
        As in every answer of the library.
    """

    equilibria: tuple[PureEquilibrium, ...]
    comparisons: tuple[RiskComparison, ...]
    dominant: Profile | None
    half_dominant: tuple[Profile, ...]
    payoff_dominant: Profile | None

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in self.equilibria)])


def risk_dominance(game: Game) -> RiskDominance:
    r"""Compare the pure equilibria of a game by risk, by p-dominance and by payoffs, exactly.

    Parameters
    ----------
    game : Game
        Any m × n game.

    Returns
    -------
    RiskDominance

    Raises
    ------
    TypeError
        If the argument is no `Game`.

    Notes
    -----
    O(mn) for each pure equilibrium, and a few operations for each pair of strict ones.

    References
    ----------
    harsanyi1988, morris1995 in ``references.bib``.

    Examples
    --------
    A stag hunt, in which hunting hares is safe and hunting stags is better:

    >>> found = risk_dominance(Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"]))
    >>> print(found)
    Risk dominance selects: both play hare. Payoff dominance selects: both play
        stag.
      both play stag: payoffs 4 and 4, strict, p-dominant from 3/4 on, Pareto rank 1
      both play hare: payoffs 3 and 3, strict, p-dominant from 1/4 on, Pareto rank 2
    """
    require_game(game)
    profiles = pure_equilibria(game)
    strict = [one for one in profiles if is_strict(game, one)]
    comparisons = tuple(_compare(game, *pair) for pair in combinations(strict, 2))
    dominant = next((one for one in strict if _wins(one, comparisons)), None)
    payoffs = [_payoffs(game, one) for one in profiles]
    ranks = pareto_ranks(payoffs)
    equilibria = []
    for place, (profile, own, rank) in enumerate(zip(profiles, payoffs, ranks, strict=True)):
        by_player = smallest_p(game, profile)
        equilibria.append(
            PureEquilibrium(
                profile=profile,
                payoffs=own,
                strict=profile in strict,
                p=max(by_player),
                p_by_player=by_player,
                risk_dominant=profile == dominant,
                payoff_dominant=payoff_dominates(place, payoffs),
                pareto_rank=rank,
                words=_words(game, profile),
            )
        )
    best = next((one.profile for one in equilibria if one.payoff_dominant), None)
    return RiskDominance(
        method="products of deviation losses, and the definitions",
        exact=True,
        complete=True,
        status=_status(game, profiles, strict, dominant, best),
        equilibria=tuple(equilibria),
        comparisons=comparisons,
        dominant=dominant,
        half_dominant=tuple(one.profile for one in equilibria if 2 * one.p <= 1),
        payoff_dominant=best,
    )


def pure_equilibria(game: Game) -> list[Profile]:
    """All pure equilibria, by row and then by column."""
    A, B = game.exact_payoffs
    columns, rows = A.max(axis=0), B.max(axis=1)
    m, n = game.shape
    return [
        (i, j) for i in range(m) for j in range(n) if A[i, j] == columns[j] and B[i, j] == rows[i]
    ]


def is_strict(game: Game, profile: Profile) -> bool:
    """Whether each player's strategy in a pure equilibrium is the only best reply."""
    i, j = profile
    A, B = game.exact_payoffs
    return bool((A[:, j] == A[i, j]).sum() == 1 and (B[i] == B[i, j]).sum() == 1)


def smallest_p(game: Game, profile: Profile) -> Pair:
    """The smallest p of p-dominance of a pure equilibrium, for either player's own strategy."""
    i, j = profile
    A, B = game.exact_payoffs
    return _smallest_p(A.tolist(), i, j), _smallest_p(B.T.tolist(), j, i)


def _smallest_p(payoffs: list[list[Fraction]], own: int, other: int) -> Fraction:
    least = Fraction(0)
    for rival in payoffs:
        gain = payoffs[own][other] - rival[other]
        for here, there in zip(payoffs[own], rival, strict=True):
            if here < there:
                least = max(least, (there - here) / (gain + there - here))
    return least


def _compare(game: Game, first: Profile, second: Profile) -> RiskComparison:
    (i, j), (k, l) = first, second  # noqa: E741
    A, B = game.exact_payoffs
    products = (
        Fraction((A[i, j] - A[k, j]) * (B[i, j] - B[i, l])),
        Fraction((A[k, l] - A[i, l]) * (B[k, l] - B[k, j])),
    )
    winner = None
    if products[0] != products[1]:
        winner = first if products[0] > products[1] else second
    return RiskComparison(first, second, products, winner)


def _wins(profile: Profile, comparisons: Sequence[RiskComparison]) -> bool:
    return all(one.winner == profile for one in comparisons if profile in (one.first, one.second))


def _payoffs(game: Game, profile: Profile) -> Pair:
    first, second = (game.exact_payoffs[(player, *profile)] for player in (0, 1))
    return first, second


def payoff_dominates(place: int, payoffs: Sequence[Pair]) -> bool:
    """Whether one pair of payoffs is larger for both players than every other pair."""
    own = payoffs[place]
    return all(
        own[0] > other[0] and own[1] > other[1]
        for where, other in enumerate(payoffs)
        if where != place
    )


def pareto_ranks(payoffs: Sequence[Pair]) -> list[int]:
    """Rank 1 for the undominated pairs, 2 for those that only rank 1 dominates, and so on.

    >>> pareto_ranks([(1, 1), (2, 2), (0, 3), (0, 0)])
    [2, 1, 1, 3]
    """
    ranks = [0] * len(payoffs)
    rank, left = 0, set(range(len(payoffs)))
    while left:
        rank += 1
        front = {u for u in left if not any(_better(payoffs[v], payoffs[u]) for v in left)}
        for u in front:
            ranks[u] = rank
        left -= front
    return ranks


def _better(first: Pair, second: Pair) -> bool:
    return first != second and first[0] >= second[0] and first[1] >= second[1]


def _words(game: Game, profile: Profile) -> str:
    points = [
        tuple(Fraction(k == chosen) for k in range(size))
        for chosen, size in zip(profile, game.shape, strict=True)
    ]
    return describe_play(game, [points[0]], [points[1]])


def _status(
    game: Game,
    profiles: list[Profile],
    strict: list[Profile],
    dominant: Profile | None,
    best: Profile | None,
) -> str:
    if not profiles:
        return "There is no pure equilibrium to compare: nash(game) finds the mixed ones."
    if len(profiles) == 1:
        return f"There is one pure equilibrium to compare: {_words(game, profiles[0])}."
    if dominant is not None:
        risk = f"Risk dominance selects: {_words(game, dominant)}."
    elif not strict:
        risk = "Risk dominance compares strict equilibria, and there is none."
    else:
        risk = "Risk dominance selects none: the comparisons tie or run in a circle."
    if best is not None:
        return f"{risk} Payoff dominance selects: {_words(game, best)}."
    return f"{risk} Payoff dominance selects none: no pure equilibrium is best for both."
