"""A two-player game in strategic form, exact and in floating point at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions
from dilemma.game import checking, display
from dilemma.game.checking import Names
from dilemma.game.strategic_form import StrategicForm

if TYPE_CHECKING:
    import nashpy

Number = Fraction | float
# A mixed strategy, or the name of a pure one.
Play = Sequence[Any] | str


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Game(StrategicForm):
    r"""A two-player game in strategic form (a *bimatrix game*).

    Player 0 chooses a row i of m, player 1 a column j of n; entry (p, i, j) of the payoffs is
    what player p then gets.

    Parameters
    ----------
    payoffs : array_like of shape (2, m, n)
        Numbers of any kind that `dilemma.arrays.exact.fraction` reads: a float means the decimal
        that prints it. The input is copied, never modified.
    strategies : pair of sequences of str, or one sequence for both players, optional
        Names of the rows and of the columns, different from each other within a player.
    players : pair of str, optional
        The two players' names.

    Attributes
    ----------
    payoffs : numpy.ndarray of float64, shape (2, m, n), read-only
    exact_payoffs : numpy.ndarray of Fraction, shape (2, m, n), read-only
    strategies : pair of tuples of str
    players : pair of str
    shape : pair of int
        (m, n).
    is_symmetric : bool
        True if both players have the same payoffs when they change places, exactly.

    Raises
    ------
    TypeError, ValueError
        If a payoff is no finite number, or the shape or the names do not fit.

    Notes
    -----
    Games compare equal, and hash alike, if their exact payoffs and their names are equal.

    Examples
    --------
    >>> game = Game([[[0.3, 0], [1, 0.1]], [[0.3, 1], [0, 0.1]]], [["share", "hide"]] * 2)
    >>> game.exact_payoffs[0, 0, 0], game.is_symmetric
    (Fraction(3, 10), True)
    >>> print(game)
    row player (rows) against column player (columns); * best reply
                share          hide
    share  3/10, 3/10         0, 1*
    hide        1*, 0  1/10*, 1/10*
    """

    strategies: tuple[Names, Names]
    players: tuple[str, str]

    def __init__(
        self,
        payoffs: Any,
        strategies: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
    ) -> None:
        given = checking.payoff_array(payoffs)
        _, m, n = given.shape
        names = checking.strategy_names(strategies, m, n)
        self._keep(given, names, checking.player_names(players))

    @classmethod
    def from_bimatrix(
        cls,
        A: Any,
        B: Any,
        strategies: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
    ) -> Game:
        """Make a game from the row player's matrix A and the column player's matrix B.

        Examples
        --------
        >>> Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]).shape
        (2, 2)
        """
        first, second = checking.matrix(A, "A"), checking.matrix(B, "B")
        if first.shape != second.shape:
            raise ValueError(
                f"B: requires the shape of A, {first.shape}, got the shape {second.shape}"
            )
        if first.dtype != second.dtype:
            first, second = fractions(first, "A"), fractions(second, "B")
        return cls(np.stack([first, second]), strategies, players)

    @classmethod
    def symmetric(
        cls, A: Any, strategies: Sequence[str] | None = None, players: Sequence[str] | None = None
    ) -> Game:
        """Make the symmetric game in which entry (i, j) of A is what i gets against j.

        Examples
        --------
        >>> Game.symmetric([["-1/2", 2], [0, 0]]).is_symmetric
        True
        """
        first = checking.matrix(A, "A")
        if first.shape[0] != first.shape[1]:
            raise ValueError(f"A: requires a square matrix, got one of shape {first.shape}")
        names = None if strategies is None else [list(strategies)] * 2
        return cls(np.stack([first, first.T]), names, players)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns, (m, n)."""
        return self._given.shape[1], self._given.shape[2]

    @cached_property
    def is_symmetric(self) -> bool:
        """True if exchanging the players, strategy i for strategy i, changes no payoff."""
        m, n = self.shape
        return m == n and bool(np.all(self._given[0] == self._given[1].T))

    def expected_payoffs(self, x: Play, y: Play) -> tuple[Number, Number]:
        r"""Return both players' expected payoffs, :math:`(x^T A y,\; x^T B y)`.

        Parameters
        ----------
        x, y : sequences of m and n numbers, or str
            The row and the column player's mixed strategy, or a pure one by its name. Integers,
            Fractions and texts give Fractions, and must sum to 1 exactly; as soon as a number is a
            float the arithmetic is that of floats, and the sum may miss 1 by 1e-9.

        Raises
        ------
        TypeError, ValueError
            If a strategy has the wrong length, a negative entry or the wrong sum.

        Examples
        --------
        >>> game = Game.symmetric([[3, 0], [5, 1]])
        >>> game.expected_payoffs([1, 0], ["1/3", "2/3"])
        (Fraction(1, 1), Fraction(13, 3))
        >>> game.expected_payoffs([1.0, 0.0], [0.5, 0.5])
        (1.5, 4.0)
        """
        first, second, payoffs = self._play(x, y)
        values = [plain(first @ payoffs[player] @ second) for player in (0, 1)]
        return values[0], values[1]

    def deviation_payoffs(self, x: Play, y: Play) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
        r"""Return what each pure strategy earns: the rows :math:`Ay`, the columns :math:`B^T x`.

        Examples
        --------
        >>> Game.symmetric([[3, 0], [5, 1]]).deviation_payoffs([1, 0], [0, 1])
        ((Fraction(0, 1), Fraction(1, 1)), (Fraction(3, 1), Fraction(5, 1)))
        """
        rows, columns = _against(*self._play(x, y))
        return tuple(map(plain, rows)), tuple(map(plain, columns))

    def regret(self, x: Play, y: Play) -> Number:
        r"""Return the most that either player could gain by deviating alone.

        .. math:: \max\{\max_i (Ay)_i - x^T A y,\; \max_j (B^T x)_j - x^T B y\} \ge 0,

        0 exactly if (x, y) is a Nash equilibrium. Arithmetic as in `expected_payoffs`.

        Examples
        --------
        >>> prisoners = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
        >>> prisoners.regret("share", "share"), prisoners.regret([0, 1], [0, 1])
        (Fraction(2, 1), Fraction(0, 1))
        """
        first, second, payoffs = self._play(x, y)
        rows, columns = _against(first, second, payoffs)
        return plain(max(max(rows) - first @ rows, max(columns) - columns @ second))

    def best_replies(self, x: Play, y: Play) -> tuple[tuple[int, ...], ...]:
        """Return the rows that are best against y, and the columns that are best against x.

        Ties are exact where x and y are; with floats, rounding decides them.

        Examples
        --------
        >>> Game.symmetric([[1, 1], [1, 0]]).best_replies([1, 0], [0, 1])
        ((0,), (0, 1))
        """
        return tuple(
            tuple(i for i, value in enumerate(values) if value == max(values))
            for values in self.deviation_payoffs(x, y)
        )

    def restrict(self, rows: Iterable[int | str], columns: Iterable[int | str]) -> Game:
        """Return the game on some of the strategies, in the order in which they are given.

        Parameters
        ----------
        rows, columns : iterables of int or str
            Strategies by index or by name, at least one each, none twice.

        Examples
        --------
        >>> Game.symmetric([[3, 0], [5, 1]], ["share", "hide"]).restrict(["hide"], [0, 1]).shape
        (1, 2)
        """
        chosen = [
            checking.chosen(wanted, self.strategies[player], ("rows", "columns")[player])
            for player, wanted in enumerate((rows, columns))
        ]
        return Game(
            self._given[:, chosen[0]][:, :, chosen[1]],
            [[self.strategies[player][i] for i in chosen[player]] for player in (0, 1)],
            self.players,
        )

    def to_nashpy(self) -> nashpy.Game:
        """Return the game as a `nashpy.Game`, with payoffs in floating point.

        Check what comes back with `regret`: nashpy's solvers can drop equilibria.

        Examples
        --------
        >>> Game.symmetric([[3, 0], [5, 1]]).to_nashpy().payoff_matrices[0].tolist()
        [[3.0, 0.0], [5.0, 1.0]]
        """
        import nashpy

        return nashpy.Game(self.payoffs[0].copy(), self.payoffs[1].copy())

    def _play(self, x: Play, y: Play) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Both mixed strategies, and the payoffs in the same arithmetic."""
        x, y = (one if isinstance(one, str) else list(one) for one in (x, y))
        floating = any(isinstance(value, (float, np.floating)) for one in (x, y) for value in one)
        first = checking.mixed(x, self.strategies[0], "x", floating)
        second = checking.mixed(y, self.strategies[1], "y", floating)
        return first, second, self.payoffs if floating else self.exact_payoffs

    def __repr__(self) -> str:
        m, n = self.shape
        return f"<Game {m} x {n}: {self.players[0]} against {self.players[1]}>"

    def _repr_latex_(self) -> str:
        return display.latex(self.exact_payoffs, self.strategies)


def _against(
    first: NDArray[Any], second: NDArray[Any], payoffs: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """What each row earns against the second mixture, and each column against the first."""
    if payoffs.dtype == object:
        # Fractions are slow, and most mixtures of large games leave most strategies out.
        I, J = np.flatnonzero(first), np.flatnonzero(second)  # noqa: E741
        return payoffs[0][:, J] @ second[J], first[I] @ payoffs[1][I]
    return payoffs[0] @ second, first @ payoffs[1]


def plain(value: Any) -> Number:
    """A Fraction as it is, and a NumPy float as a float."""
    return value if isinstance(value, Fraction) else float(value)
