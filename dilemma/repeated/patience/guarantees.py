r"""What each player can secure, whatever the other does: the minmax payoffs.

No equilibrium of the repeated game, at any discount factor, pays a player less than its minmax
payoff: it could reply best to the other's play in every period. So they are the floor of what
punishments can reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from dilemma.arrays.programs import linear_program
from dilemma.equilibria.answers import Mixture
from dilemma.equilibria.words import describe_mixture, name_in_a_sentence
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.game.repeating import RepeatedGame
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True, repr=False)
class Minmax(Solution):
    r"""What each player can be held to, by pure and by mixed strategies of the other.

    Attributes
    ----------
    pure : pair of Fraction
        For each player :math:`\min_{a_{-i}} \max_{a_i} u_i`, over pure strategies.
    mixed : pair of Fraction
        The same with a mixed strategy of the other; never more than ``pure``. With two players
        it is also the most that the player's own mixed strategy guarantees (vonneumann1928).
    pure_profiles : pair of pairs of str
        For each player the pure profile (row, column) that holds it to ``pure``: the other's
        punishing strategy, and the player's best reply to it. The first of several.
    punishing : pair of tuples of Fraction
        For each player the *other's* mixed strategy that holds it to ``mixed``.
    replies : pair of tuples of str
        Each player's pure best replies to that.
    securing : pair of tuples of Fraction
        For each player its own mixed strategy that guarantees ``mixed``.
    words : pair of str
    """

    pure: Pair
    mixed: Pair
    pure_profiles: tuple[tuple[str, str], tuple[str, str]]
    punishing: tuple[Mixture, Mixture]
    replies: tuple[tuple[str, ...], tuple[str, ...]]
    securing: tuple[Mixture, Mixture]
    words: tuple[str, str]

    def __str__(self) -> str:
        return wrapped([self.status, *(f"  {one}" for one in self.words)])


def minmax(game: Game | RepeatedGame) -> Minmax:
    r"""Find each player's minmax payoff, in pure and in mixed strategies, exactly.

    Parameters
    ----------
    game : Game or RepeatedGame
        The stage game, or a repeated game, whose stage it is then about.

    Returns
    -------
    Minmax

    Raises
    ------
    TypeError
        If it is neither.

    Notes
    -----
    In pure strategies a look at each payoff; in mixed ones, for each player, a linear program:
    the least w with :math:`\sum_j A_{ij} y_j \le w` for all rows i. Its multipliers are the
    player's own mixture that guarantees w.

    References
    ----------
    vonneumann1928 in ``references.bib``.

    Examples
    --------
    >>> pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], ["heads", "tails"])
    >>> found = minmax(pennies)
    >>> print(found)
    Pure punishments hold the players to 1 and 1, mixed ones to 0 and 0.
      the row player: the column player punishes with heads (1/2) and tails (1/2)
      the column player: the row player punishes with heads (1/2) and tails (1/2)
    >>> found.pure, found.pure_profiles[0]
    ((Fraction(1, 1), Fraction(1, 1)), ('heads', 'heads'))
    """
    game = stage_of(game)
    exact = game.exact_payoffs
    own = (
        [[Fraction(value) for value in row] for row in exact[0]],
        [[Fraction(value) for value in column] for column in exact[1].T],
    )
    pure: list[Fraction] = []
    profiles: list[tuple[str, str]] = []
    mixed: list[Fraction] = []
    punishing: list[Mixture] = []
    securing: list[Mixture] = []
    replies: list[tuple[str, ...]] = []
    words: list[str] = []
    for player in (0, 1):
        payoffs = own[player]
        harsh = [max(line[j] for line in payoffs) for j in range(len(payoffs[0]))]
        value = min(harsh)
        j = harsh.index(value)
        i = next(i for i, line in enumerate(payoffs) if line[j] == value)
        pure.append(value)
        cell = (i, j) if player == 0 else (j, i)
        profiles.append((game.strategies[0][cell[0]], game.strategies[1][cell[1]]))

        least, y, x = _mixed(payoffs)
        mixed.append(least)
        punishing.append(y)
        securing.append(x)
        earned = [sum((v * w for v, w in zip(line, y, strict=True) if w), Fraction(0))
                  for line in payoffs]  # fmt: skip
        names = game.strategies[player]
        replies.append(tuple(names[k] for k, v in enumerate(earned) if v == least))
        one, other = (name_in_a_sentence(game.players[p]) for p in (player, 1 - player))
        how = describe_mixture(game.strategies[1 - player], y)
        words.append(f"{one}: {other} punishes with {how}")
    both = [" and ".join(map(number, values)) for values in (pure, mixed)]
    status = (
        f"Pure and mixed punishments alike hold the players to {both[0]}."
        if pure == mixed
        else f"Pure punishments hold the players to {both[0]}, mixed ones to {both[1]}."
    )
    return Minmax(
        method="comparison of pure strategies, and linear programs in rational arithmetic",
        exact=True,
        complete=True,
        status=status,
        pure=(pure[0], pure[1]),
        mixed=(mixed[0], mixed[1]),
        pure_profiles=(profiles[0], profiles[1]),
        punishing=(punishing[0], punishing[1]),
        replies=(replies[0], replies[1]),
        securing=(securing[0], securing[1]),
        words=(words[0], words[1]),
    )


def _mixed(payoffs: list[list[Fraction]]) -> tuple[Fraction, Mixture, Mixture]:
    """The value of holding a player down, the other's mixture, and the player's own."""
    m, n = len(payoffs), len(payoffs[0])
    secured = [min(line) for line in payoffs]
    harsh = [max(line[j] for line in payoffs) for j in range(n)]
    if max(secured) == min(harsh):
        # A saddle point: pure strategies do it, and no program is needed.
        i, j = secured.index(max(secured)), harsh.index(min(harsh))
        return secured[i], _certain(j, n), _certain(i, m)
    found = linear_program(
        [*[0] * n, -1],
        [[*line, -1] for line in payoffs],
        [0] * m,
        [[*[1] * n, 0]],
        [1],
        free=[n],
    )
    return found.point[n], found.point[:n], found.row_multipliers


def _certain(place: int, size: int) -> Mixture:
    return tuple(Fraction(k == place) for k in range(size))


def stage_of(game: Game | RepeatedGame) -> Game:
    """Return the stage game of a repeated game, and a game itself.

    Raises
    ------
    TypeError
        If it is neither.

    Examples
    --------
    >>> stage = Game.symmetric([[1]])
    >>> stage_of(RepeatedGame(stage, 0.5)) is stage_of(stage) is stage
    True
    """
    if isinstance(game, RepeatedGame):
        return game.stage
    if not isinstance(game, Game):
        raise TypeError(f"game: requires a Game or a RepeatedGame, got {type(game).__name__}")
    return game
