r"""Iterated dominance by mixed strategies, with the mixture that dominates as a certificate.

Pure strategy i is *strictly dominated* by a mixture p of the player's other strategies if
:math:`\sum_k p_k A_{kj} > A_{ij}` for all j, and *weakly* if ≥ for all j and > for some. The
largest guaranteed gain, :math:`\max_p \min_j \sum_k p_k (A_{kj} - A_{ij})`, is a linear program;
where it is not positive, the dual is a belief q about the opponent to which i is a best reply. So
a strategy is either dominated or justified, and the answer holds the proof of either (pearce1984).

Sources: bernheim1984, pearce1984.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dilemma.arrays.exact import common_denominator
from dilemma.arrays.programs import linear_program
from dilemma.equilibria.answers import Mixture
from dilemma.equilibria.words import mixture_as_one, name_in_a_sentence
from dilemma.game import Game
from dilemma.game.requiring import require_game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Payoffs = list[list[Fraction]]


@dataclass(frozen=True)
class Elimination(Displayed):
    """One strategy that is dominated, and by what.

    Attributes
    ----------
    round : int
        1 for strategies that are dominated in the game itself.
    player : int
        0 for a row, 1 for a column.
    strategy : int
        Its index in the game as given.
    mixture : tuple of Fraction
        What dominates it, over all the player's strategies; only ones that were left at the
        start of the round, and not the strategy itself, have weight.
    against : tuple of int
        The opponent's strategies that were left then.
    gains : tuple of Fraction
        What the mixture earns more against each of these: all positive (strict dominance), or
        none negative and one positive (weak).
    words : str
    """

    round: int
    player: int
    strategy: int
    mixture: Mixture
    against: tuple[int, ...]
    gains: tuple[Fraction, ...]
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class Rationalizable(Solution):
    """What iterated dominance leaves, and each of its steps.

    Attributes
    ----------
    rows, columns : tuples of int
        The strategies left, by their indices in the game as given.
    game : Game
        The game restricted to them.
    eliminations : tuple of Elimination
        In the order of the rounds; within a round all at once.
    rounds : int
        How many rounds eliminated something.
    weak : bool
        True if weakly dominated strategies were eliminated, too.
    beliefs : pair of tuples of tuples of Fraction
        For each row and each column left a belief about the opponent's strategies (all of them,
        in the game's order) to which it is a best reply within the restricted game; after weak
        elimination one that gives each strategy left a positive probability.
    method, exact, complete, status
        As in every answer of the library.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    game: Game
    eliminations: tuple[Elimination, ...]
    rounds: int
    weak: bool
    beliefs: tuple[tuple[Mixture, ...], tuple[Mixture, ...]]

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in self.eliminations)])


def rationalizable(game: Game, weak: bool = False) -> Rationalizable:
    r"""Eliminate dominated strategies, round after round, exactly.

    In each round *all* strategies of both players that a mixed strategy dominates in what is left
    go at once. Strict dominance leaves the same in every order: the rationalizable strategies
    (bernheim1984, pearce1984: with two players those that are best replies to beliefs about
    best replies to beliefs...). Weak dominance may leave something else in another order; the
    eliminations list the one that was taken.

    Parameters
    ----------
    game : Game
        Any m × n game.
    weak : bool
        Eliminate weakly dominated strategies, too (iterated admissibility).

    Returns
    -------
    Rationalizable

    Raises
    ------
    TypeError
        If the argument is no `Game`, or ``weak`` no truth value.

    Notes
    -----
    A linear program for each strategy that is neither dominated by a pure one nor a best reply to
    one, in each round: at most (m + n)² of them.

    References
    ----------
    bernheim1984, pearce1984 in ``references.bib``.

    Examples
    --------
    A row that only a mixture dominates:

    >>> game = Game([[[3, 0], [0, 3], [1, 1]], [[0, 1], [1, 0], [2, 0]]], [["top", "middle",
    ...     "bottom"], ["left", "right"]])
    >>> print(rationalizable(game))
    Strict dominance leaves 2 of 3 rows and 2 of 2 columns after 1 round.
      round 1, the row player: the mixture of top (1/2) and middle (1/2) dominates
        bottom
    """
    require_game(game)
    if not isinstance(weak, bool):
        raise TypeError(f"weak: requires True or False, got {weak!r}")
    # Each player's own payoffs, by own strategy and then the opponent's.
    own: tuple[Payoffs, Payoffs] = (
        [[Fraction(value) for value in row] for row in game.exact_payoffs[0]],
        [[Fraction(value) for value in column] for column in game.exact_payoffs[1].T],
    )
    whole = [_whole(payoffs) for payoffs in own]
    left = [list(range(size)) for size in game.shape]
    eliminations: list[Elimination] = []
    rounds = 0
    while True:
        judged = [
            [_judge(whole[player], i, left[player], left[1 - player], weak) for i in left[player]]
            for player in (0, 1)
        ]
        step = [
            (player, i, one.mixture)
            for player in (0, 1)
            for i, one in zip(left[player], judged[player], strict=True)
            if one.mixture
        ]
        if not step:
            break
        rounds += 1
        for player, i, mixture in step:
            eliminations.append(_described(game, own, left, rounds, player, i, mixture))
        for player, i, _ in step:
            left[player].remove(i)
    rows, columns = left
    beliefs = [tuple(one.belief for one in side) for side in judged]
    return Rationalizable(
        method="linear programs in rational arithmetic, all dominated strategies at once",
        exact=True,
        complete=True,
        status=_status(game, left, rounds, weak),
        rows=tuple(rows),
        columns=tuple(columns),
        game=game.restrict(rows, columns),
        eliminations=tuple(eliminations),
        rounds=rounds,
        weak=weak,
        beliefs=(beliefs[0], beliefs[1]),
    )


@dataclass(frozen=True)
class _Judgement:
    """A mixture that dominates a strategy, or a belief that justifies it; the other is empty."""

    mixture: Mixture = ()
    belief: Mixture = ()


def _whole(payoffs: Payoffs) -> list[list[int]]:
    """The same in integers, which are compared faster: times a positive number."""
    scale = common_denominator(value for row in payoffs for value in row)
    return [[int(value * scale) for value in row] for row in payoffs]


def _judge(
    payoffs: list[list[int]], i: int, own: Sequence[int], others: Sequence[int], weak: bool
) -> _Judgement:
    """Decide whether a strategy is dominated in what is left, with the proof of it."""
    line = payoffs[i]
    rivals = [k for k in own if k != i]
    # What each rival earns more, against each of the opponent's strategies.
    more = [[payoffs[k][j] - line[j] for j in others] for k in rivals]
    for k, gains in zip(rivals, more, strict=True):
        if min(gains) > 0 or (weak and min(gains) == 0 < max(gains)):
            return _Judgement(mixture=_spread([k], [Fraction(1)], len(payoffs)))

    def justified(weights: Sequence[Fraction]) -> _Judgement:
        if weak:
            weights = _everywhere(more, weights)
        total = sum(weights, Fraction(0))
        belief = [weight / total for weight in weights]
        return _Judgement(belief=_spread(others, belief, len(line)))

    for place in range(len(others)):
        # A best reply to a pure strategy: the only one, if beliefs must exclude nothing.
        best = max((gains[place] for gains in more), default=-1)
        if best < 0 or (best == 0 and not weak):
            return justified([Fraction(place == other) for other in range(len(others))])
    rows = [[-gains[place] for gains in more] for place in range(len(others))]
    objective: list[int]
    ones: list[int] = [1] * len(rivals)
    if weak:
        # The sum of gains, none of them negative.
        objective = [sum(gains) for gains in more]
        found = linear_program(objective, rows, [0] * len(rows), [ones], [1])
    else:
        # A gain that is guaranteed: the last variable.
        rows = [[*row, 1] for row in rows]
        objective = [*[0] * len(rivals), 1]
        free = [len(rivals)]
        found = linear_program(objective, rows, [0] * len(rows), [[*ones, 0]], [1], free)
    if found.value is not None and found.value > 0:
        return _Judgement(mixture=_spread(rivals, found.point, len(payoffs)))
    return justified(found.row_multipliers)


def _everywhere(more: list[list[int]], weights: Sequence[Fraction]) -> list[Fraction]:
    """Weights of all the opponent's strategies, from the multipliers of the linear program.

    Where no rival earns more on the sum of all strategies and these weights, that sum will do
    (the dual of an optimum at 0). Otherwise each rival earns less on the weights themselves (a
    program without solutions, or the only best reply to a pure strategy), and a little of all
    strategies is added.
    """
    step = Fraction(1)
    for gains in more:
        everywhere = sum(gains)
        here = sum((w * gain for w, gain in zip(weights, gains, strict=True) if w), Fraction(0))
        if everywhere > 0 and everywhere + here > 0:
            step = min(step, -here / everywhere)
    return [weight + step for weight in weights]


def _spread(places: Sequence[int], weights: Sequence[Fraction], size: int) -> Mixture:
    """Weights of some strategies as a mixture of all."""
    mixture = [Fraction(0)] * size
    for place, weight in zip(places, weights, strict=False):
        mixture[place] = weight
    return tuple(mixture)


def _described(
    game: Game,
    own: tuple[Payoffs, Payoffs],
    left: list[list[int]],
    rounds: int,
    player: int,
    i: int,
    mixture: Mixture,
) -> Elimination:
    payoffs, against = own[player], left[1 - player]
    gains = tuple(
        sum((weight * payoffs[k][j] for k, weight in enumerate(mixture) if weight), Fraction(0))
        - payoffs[i][j]
        for j in against
    )
    names = game.strategies[player]
    verb = "dominates" if min(gains) > 0 else "weakly dominates"
    return Elimination(
        round=rounds,
        player=player,
        strategy=i,
        mixture=mixture,
        against=tuple(against),
        gains=gains,
        words=(
            f"round {rounds}, {name_in_a_sentence(game.players[player])}: "
            f"{mixture_as_one(names, mixture)} {verb} {names[i]}"
        ),
    )


def _status(game: Game, left: list[list[int]], rounds: int, weak: bool) -> str:
    kind = "Weak" if weak else "Strict"
    m, n = game.shape
    if not rounds:
        return f"{kind} dominance eliminates nothing: no strategy is dominated by a mixture."
    text = (
        f"{kind} dominance leaves {len(left[0])} of {m} rows and {len(left[1])} of {n} columns "
        f"after {rounds} round{'s' * (rounds > 1)}"
    )
    if weak:
        return f"{text} that took all dominated strategies at once; other orders may leave others."
    return f"{text}."
