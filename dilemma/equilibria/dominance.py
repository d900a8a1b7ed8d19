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

from dilemma.arrays.programs import linear_program
from dilemma.equilibria.answers import Mixture
from dilemma.equilibria.words import describe_mixture
from dilemma.game import Game
from dilemma.solution import Solution

Payoffs = list[list[Fraction]]


@dataclass(frozen=True)
class Elimination:
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


@dataclass(frozen=True, kw_only=True)
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
        return "\n".join([self.status, *(f"  {one}" for one in self.eliminations)])


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
      round 1: top (1/2) and middle (1/2) dominates bottom
    """
    if not isinstance(game, Game):
        raise TypeError(
            f"game: requires a Game, got {type(game).__name__} (an alliance's is alliance.game())"
        )
    if not isinstance(weak, bool):
        raise TypeError(f"weak: requires True or False, got {weak!r}")
    # Each player's own payoffs, by own strategy and then the opponent's.
    own: tuple[Payoffs, Payoffs] = (
        [[Fraction(value) for value in row] for row in game.exact_payoffs[0]],
        [[Fraction(value) for value in column] for column in game.exact_payoffs[1].T],
    )
    left = [list(range(size)) for size in game.shape]
    eliminations: list[Elimination] = []
    rounds = 0
    while True:
        step = [
            (player, i, mixture)
            for player in (0, 1)
            for i in left[player]
            if (mixture := _dominator(own[player], i, left[player], left[1 - player], weak))
        ]
        if not step:
            break
        rounds += 1
        for player, i, mixture in step:
            eliminations.append(_described(game, own, left, rounds, player, i, mixture))
        for player, i, _ in step:
            left[player].remove(i)
    rows, columns = left
    beliefs = [
        tuple(_belief(own[player], i, left[player], left[1 - player], weak) for i in left[player])
        for player in (0, 1)
    ]
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


def _dominator(
    payoffs: Payoffs, i: int, own: Sequence[int], others: Sequence[int], weak: bool
) -> Mixture | None:
    """A mixture that dominates a strategy, or None."""
    line = payoffs[i]
    rivals = [k for k in own if k != i]
    for k in rivals:
        gains = [payoffs[k][j] - line[j] for j in others]
        if min(gains) > 0 or (weak and min(gains) == 0 < max(gains)):
            return _pure(k, len(payoffs))
    if not rivals or _best_somewhere(payoffs, i, rivals, others, weak):
        return None
    differences = [[payoffs[k][j] - line[j] for k in rivals] for j in others]
    free: tuple[int, ...] = ()
    if weak:
        # The sum of gains, none of them negative.
        objective = [sum(column, Fraction(0)) for column in zip(*differences, strict=True)]
        rows = [[-value for value in row] for row in differences]
        equation = [1] * len(rivals)
    else:
        # A gain that is guaranteed: the last variable.
        objective = [Fraction(0)] * len(rivals) + [Fraction(1)]
        rows = [[*(-value for value in row), Fraction(1)] for row in differences]
        equation, free = [1] * len(rivals) + [0], (len(rivals),)
    found = linear_program(objective, rows, [0] * len(rows), [equation], [1], free)
    if found.value is None or found.value <= 0:
        return None
    mixture = [Fraction(0)] * len(payoffs)
    for k, weight in zip(rivals, found.point, strict=False):
        mixture[k] = weight
    return tuple(mixture)


def _best_somewhere(
    payoffs: Payoffs, i: int, rivals: Sequence[int], others: Sequence[int], weak: bool
) -> bool:
    """Whether a strategy is a best reply (the only one, if weak) to some pure strategy."""
    for j in others:
        best = max(payoffs[k][j] for k in rivals)
        if payoffs[i][j] > best or (not weak and payoffs[i][j] == best):
            return True
    return False


def _belief(
    payoffs: Payoffs, i: int, own: Sequence[int], others: Sequence[int], weak: bool
) -> Mixture:
    """A belief to which an undominated strategy is a best reply: the least probable is likeliest.

    Without weak dominance the least probability may be 0 at best.
    """
    count = len(others)
    rows = [[*(payoffs[k][j] - payoffs[i][j] for j in others), Fraction(0)] for k in own if k != i]
    rows += [
        [*(-Fraction(j == other) for other in range(count)), Fraction(1)] for j in range(count)
    ]
    found = linear_program([*[0] * count, 1], rows, [0] * len(rows), [[1] * count + [0]], [1])
    if found.outcome != "optimal" or (weak and not found.value):  # pragma: no cover
        raise AssertionError("an undominated strategy is a best reply to a belief")
    belief = [Fraction(0)] * len(payoffs[0])
    for j, weight in zip(others, found.point, strict=False):
        belief[j] = weight
    return tuple(belief)


def _pure(k: int, size: int) -> Mixture:
    return tuple(Fraction(k == other) for other in range(size))


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
        words=f"round {rounds}: {describe_mixture(names, mixture)} {verb} {names[i]}",
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
