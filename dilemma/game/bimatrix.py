"""A two-player game in strategic form, exact and in floating point at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, fractions, rounded
from dilemma.game import display

if TYPE_CHECKING:
    import nashpy
    import pygambit

Number = Fraction | float
Names = tuple[str, ...]

# Floating-point mixed strategies may miss a sum of 1 by their own rounding, and no more.
SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Game:
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
    _given: NDArray[Any]

    def __init__(
        self,
        payoffs: Any,
        strategies: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
    ) -> None:
        given = _payoff_array(payoffs)
        if given.dtype == np.float64:
            given = given.copy()
            _require_finite(given)
        else:
            given = fractions(given, "payoffs")
        given.setflags(write=False)
        _, m, n = given.shape
        object.__setattr__(self, "_given", given)
        object.__setattr__(self, "strategies", strategy_names(strategies, m, n))
        object.__setattr__(self, "players", player_names(players))

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
        first, second = _matrix(A, "A"), _matrix(B, "B")
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
        first = _matrix(A, "A")
        if first.shape[0] != first.shape[1]:
            raise ValueError(f"A: requires a square matrix, got one of shape {first.shape}")
        names = None if strategies is None else [list(strategies)] * 2
        return cls(np.stack([first, first.T]), names, players)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns, (m, n)."""
        return self._given.shape[1], self._given.shape[2]

    @cached_property
    def exact_payoffs(self) -> NDArray[np.object_]:
        """The payoffs as Fractions, shape (2, m, n), read-only."""
        if self._given.dtype == object:
            return self._given
        exact = fractions(self._given, "payoffs")
        exact.setflags(write=False)
        return exact

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """The payoffs as float64, shape (2, m, n), read-only."""
        if self._given.dtype == np.float64:
            return self._given
        floats = rounded(self._given, "payoffs")
        floats.setflags(write=False)
        return floats

    @cached_property
    def is_symmetric(self) -> bool:
        """True if exchanging the players, strategy i for strategy i, changes no payoff."""
        m, n = self.shape
        return m == n and bool(np.all(self._given[0] == self._given[1].T))

    def expected_payoffs(self, x: Sequence[Any], y: Sequence[Any]) -> tuple[Number, Number]:
        r"""Return both players' expected payoffs, :math:`(x^T A y,\; x^T B y)`.

        Parameters
        ----------
        x, y : sequences of m and n numbers
            The row and the column player's mixed strategy. Integers, Fractions and texts give
            Fractions, and must sum to 1 exactly; as soon as a number is a float the arithmetic is
            that of floats, and the sum may miss 1 by 1e-9.

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
        values = [_plain(first @ payoffs[player] @ second) for player in (0, 1)]
        return values[0], values[1]

    def deviation_payoffs(
        self, x: Sequence[Any], y: Sequence[Any]
    ) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
        r"""Return what each pure strategy earns: the rows :math:`Ay`, the columns :math:`B^T x`.

        Examples
        --------
        >>> Game.symmetric([[3, 0], [5, 1]]).deviation_payoffs([1, 0], [0, 1])
        ((Fraction(0, 1), Fraction(1, 1)), (Fraction(3, 1), Fraction(5, 1)))
        """
        first, second, payoffs = self._play(x, y)
        return tuple(map(_plain, payoffs[0] @ second)), tuple(map(_plain, first @ payoffs[1]))

    def regret(self, x: Sequence[Any], y: Sequence[Any]) -> Number:
        r"""Return the most that either player could gain by deviating alone.

        .. math:: \max\{\max_i (Ay)_i - x^T A y,\; \max_j (B^T x)_j - x^T B y\} \ge 0,

        0 exactly if (x, y) is a Nash equilibrium. Arithmetic as in `expected_payoffs`.

        Examples
        --------
        >>> prisoners = Game.symmetric([[3, 0], [5, 1]])
        >>> prisoners.regret([1, 0], [1, 0]), prisoners.regret([0, 1], [0, 1])
        (Fraction(2, 1), Fraction(0, 1))
        """
        first, second, payoffs = self._play(x, y)
        rows, columns = payoffs[0] @ second, first @ payoffs[1]
        return _plain(max(max(rows) - first @ rows, max(columns) - columns @ second))

    def best_replies(self, x: Sequence[Any], y: Sequence[Any]) -> tuple[tuple[int, ...], ...]:
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
            _chosen(wanted, self.strategies[player], ("rows", "columns")[player])
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

    def to_gambit(self) -> pygambit.Game:
        """Return the game as a `pygambit.Game`, with exact payoffs and the same names.

        Raises
        ------
        ModuleNotFoundError
            If pygambit is not installed: it is the extra ``gambit``.
        """
        from dilemma.game.files import to_gambit

        return to_gambit(self)

    def _play(
        self, x: Sequence[Any], y: Sequence[Any]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Both mixed strategies, and the payoffs in the same arithmetic."""
        floating = any(isinstance(value, (float, np.floating)) for one in (x, y) for value in one)
        first = _mixed(x, self.shape[0], "x", floating)
        second = _mixed(y, self.shape[1], "y", floating)
        return first, second, self.payoffs if floating else self.exact_payoffs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Game):
            return NotImplemented
        return (
            self.strategies == other.strategies
            and self.players == other.players
            and np.array_equal(self.exact_payoffs, other.exact_payoffs)
        )

    def __hash__(self) -> int:
        return hash((self.strategies, self.players, tuple(self.exact_payoffs.flat)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Game, (np.array(self._given), self.strategies, self.players)

    def __repr__(self) -> str:
        m, n = self.shape
        return f"<Game {m} x {n}: {self.players[0]} against {self.players[1]}>"

    def __str__(self) -> str:
        return display.text(self.exact_payoffs, self.strategies, self.players)

    def _repr_html_(self) -> str:
        return display.html(self.exact_payoffs, self.strategies, self.players)

    def _repr_latex_(self) -> str:
        return display.latex(self.exact_payoffs, self.strategies)


def _plain(value: Any) -> Number:
    """A Fraction as it is, and a NumPy float as a float."""
    return value if isinstance(value, Fraction) else float(value)


def _payoff_array(payoffs: Any) -> NDArray[Any]:
    """The payoffs as an array of shape (2, m, n) of floats, integers or objects."""
    array = _as_array(payoffs, "payoffs")
    if array.ndim != 3 or array.shape[0] != 2 or 0 in array.shape:
        raise ValueError(
            "payoffs: requires the shape (2, m, n) with m, n ≥ 1 (player, row, column), "
            f"got the shape {array.shape}"
        )
    return array


def _matrix(values: Any, name: str) -> NDArray[Any]:
    array = _as_array(values, name)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name}: requires a matrix (rows, columns), got the shape {array.shape}")
    return array


def _as_array(values: Any, name: str) -> NDArray[Any]:
    try:
        # Through objects, or a number beyond 2**63 and one such as "1/3" would be rounded.
        array = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    except ValueError:
        raise ValueError(f"{name}: requires rows of equal length, got {values!r}") from None
    if array.dtype.kind in "US":
        array = array.astype(object)
    if array.dtype.kind not in "fiuO":
        raise TypeError(f"{name}: requires real numbers, got an array of {array.dtype}")
    return array


def _require_finite(payoffs: NDArray[np.float64]) -> None:
    wrong = np.argwhere(~np.isfinite(payoffs))
    if len(wrong):
        index = tuple(int(i) for i in wrong[0])
        raise ValueError(
            f"payoffs[{', '.join(map(str, index))}]: requires a finite number, "
            f"got {payoffs[index]}"
        )


def strategy_names(strategies: Sequence[Any] | None, m: int, n: int) -> tuple[Names, Names]:
    """Both players' strategy names as tuples, checked; numbers from 1 where none are given."""
    if strategies is None:
        return tuple(str(i + 1) for i in range(m)), tuple(str(j + 1) for j in range(n))
    if isinstance(strategies, str):
        raise TypeError(f"strategies: requires two sequences of names, got {strategies!r}")
    both = list(strategies)
    if all(isinstance(name, str) for name in both):
        both = [both, both]
    if len(both) != 2:
        raise ValueError(
            "strategies: requires names of the rows and of the columns (or one list of names for "
            f"both players), got {len(both)} lists"
        )
    pair: list[Names] = []
    for names, size, which in zip(both, (m, n), ("rows", "columns"), strict=True):
        if isinstance(names, str) or not all(isinstance(name, str) for name in names):
            raise TypeError(f"strategies: requires names (str) of the {which}, got {names!r}")
        one = tuple(names)
        if len(one) != size:
            raise ValueError(
                f"strategies: requires {size} names of the {which}, got {len(one)}: {one}"
            )
        twice = {name for name in one if one.count(name) > 1} if len(set(one)) < size else set()
        if twice:
            raise ValueError(
                f"strategies: requires different names of the {which}, got {min(twice)!r} twice"
            )
        pair.append(one)
    return pair[0], pair[1]


def player_names(players: Sequence[str] | None) -> tuple[str, str]:
    """Both players' names, checked."""
    if players is None:
        return "row player", "column player"
    both = tuple(players)
    if isinstance(players, str) or not all(isinstance(name, str) for name in both):
        raise TypeError(f"players: requires two names (str), got {players!r}")
    if len(both) != 2:
        raise ValueError(f"players: requires two names, got {len(both)}: {both}")
    return both[0], both[1]


def _mixed(values: Sequence[Any], size: int, name: str, floating: bool) -> NDArray[Any]:
    """One mixed strategy, checked."""
    if len(values) != size:
        raise ValueError(f"{name}: requires {size} probabilities, got {len(values)}")
    if floating:
        try:
            array: NDArray[Any] = np.array([float(value) for value in values])
        except ValueError:
            array = np.array([float(fraction(value, name)) for value in values])
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name}: requires finite probabilities, got {list(values)}")
        total, fits = array.sum(), abs(array.sum() - 1) <= SUM_TOLERANCE
    else:
        array = fractions(list(values), name)
        total, fits = sum(array), sum(array) == 1
    if min(array) < 0:
        raise ValueError(f"{name}: requires probabilities of at least 0, got {min(array)}")
    if not fits:
        raise ValueError(f"{name}: requires probabilities that sum to 1, got the sum {total}")
    return array


def _chosen(wanted: Iterable[int | str], names: Names, which: str) -> list[int]:
    indices = []
    for one in [wanted] if isinstance(wanted, str) else list(wanted):
        if isinstance(one, str):
            if one not in names:
                raise ValueError(f"{which}: requires strategies among {names}, got {one!r}")
            index = names.index(one)
        elif isinstance(one, (int, np.integer)) and not isinstance(one, bool):
            index = int(one)
            if not 0 <= index < len(names):
                raise ValueError(
                    f"{which}: requires indices from 0 to {len(names) - 1}, got {index}"
                )
        else:
            raise TypeError(f"{which}: requires indices or names of strategies, got {one!r}")
        if index in indices:
            raise ValueError(f"{which}: requires each strategy once, got {one!r} twice")
        indices.append(index)
    if not indices:
        raise ValueError(f"{which}: requires at least one strategy, got none")
    return indices
