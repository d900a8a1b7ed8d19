r"""Learning by playing over and over: fictitious play, its stochastic form, regret matching.

Fictitious play and its stochastic form are nashpy's, handed the game and checked: nothing that
comes back is called an equilibrium, and its distance from one is computed exactly from the counts
of plays. Regret matching is ours: what nashpy calls regret minimization subtracts probabilities
from payoffs, and reads the column player's matrix without transposing it.

Sources: brown1951, robinson1951, shapley1964, fudenberg1998, hofbauer2002, hart2000.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions, rounded, to_float
from dilemma.equilibria.answers import Mixture
from dilemma.equilibria.enumeration import positive_integer_payoffs
from dilemma.equilibria.mediation import Joint, Pair, joint_violation
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.game.requiring import require_game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# The largest number of floats that are exact integers.
EXACT_FLOATS = 2**53
LARGEST_COUNT = 1e12
# exp(−x) is 0 in floating point from about 745 on.
LARGEST_EXPONENT = 700

# nashpy draws from NumPy's global generator: one of our threads at a time may seed it.
_GLOBAL_RANDOMNESS = threading.Lock()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Learning(Solution):
    """A history of play, and how far its frequencies are from equilibrium.

    Attributes
    ----------
    plays : numpy.ndarray of int, shape (periods, 2), read-only
        Which row and which column were played in each period.
    row, column : tuples of Fraction
        How often each strategy was played.
    joint : tuple of m tuples of n Fraction
        How often each pair of strategies was played.
    payoffs : pair of Fraction
        The average payoffs.
    regret : Fraction
        Of the pair of frequencies (row, column), by `Game.regret`: how far they are from a Nash
        equilibrium.
    correlated_violation, coarse_violation : Fraction
        How far the joint frequencies are from a correlated and from a coarse correlated
        equilibrium: the most that a player would have gained, per period, by playing one strategy
        wherever it played another, or one strategy throughout.
    method, exact, complete, status
        As in every answer of the library. ``exact`` is True if no choice was decided by rounding;
        ``complete`` is False, since a longer history may say more.
    """

    plays: NDArray[np.int32]
    row: Mixture
    column: Mixture
    joint: Joint
    payoffs: Pair
    regret: Fraction
    correlated_violation: Fraction
    coarse_violation: Fraction

    def frequencies(self, player: int) -> NDArray[np.float64]:
        """Return how often each strategy of a player (0 or 1) was played up to each period.

        Shape (periods, m) or (periods, n); each row sums to 1.

        >>> fictitious_play(Game([[[1]], [[1]]]), periods=2).frequencies(0).tolist()
        [[1.0], [1.0]]
        """
        if player not in (0, 1):
            raise ValueError(f"player: requires 0 or 1, got {player!r}")
        size = len((self.row, self.column)[player])
        counts = np.cumsum(np.eye(size)[self.plays[:, player]], axis=0)
        share: NDArray[np.float64] = counts / np.arange(1, len(counts) + 1)[:, None]
        return share

    def __str__(self) -> str:
        return wrapped([self.status])


def fictitious_play(
    game: Game,
    periods: int = 10_000,
    start: Sequence[Any] | None = None,
    seed: Any = None,
) -> Learning:
    r"""Play best replies against the opponent's frequencies so far, by nashpy.

    In each period both players play a best reply to how often the opponent has played each
    strategy. In zero-sum games, 2 × 2 games and potential games the frequencies approach Nash
    equilibria (robinson1951); in Shapley's game they cycle for ever longer (shapley1964).

    Parameters
    ----------
    game : Game
        Any m × n game.
    periods : int
        How long to play.
    start : pair of sequences of m and n numbers, optional
        What each strategy counts before the first period: the column player's belief about the
        rows, the row player's about the columns. Not counted as play. Without it the first play is
        random.
    seed : optional
        Anything that `numpy.random.default_rng` takes; ties are broken at random. NumPy's global
        generator, from which nashpy draws, is left as it was.

    Returns
    -------
    Learning

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    nashpy compares payoffs in floating point with ``==``. So it is handed integers, after a
    positive affine change for each player, which changes no best reply: where they are small
    enough, ties are exact and so is the answer. About 50 µs a period.

    References
    ----------
    brown1951, robinson1951 in ``references.bib``.

    Examples
    --------
    >>> pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> learned = fictitious_play(pennies, periods=1000, seed=1)
    >>> learned.regret < 0.1
    True
    """
    prior = _arguments(game, periods, start)
    A, B = positive_integer_payoffs(game)
    largest = max(max(map(max, A)), max(map(max, B)))
    exact = all(float(value).is_integer() for values in prior for value in values)
    total = periods + max(math.ceil(values.sum()) for values in prior)
    exact = exact and largest * total < EXACT_FLOATS
    matrices = [_scaled(M, 1 if exact else largest) for M in (A, B)]

    def play() -> Iterable[Any]:
        import nashpy

        history: Iterable[Any] = nashpy.Game(*matrices).fictitious_play(
            iterations=periods, play_counts=prior
        )
        return history

    return _learned(
        game,
        _recorded(play, seed),
        method="fictitious play, by nashpy",
        exact=exact,
        aim="Nash equilibrium",
    )


def stochastic_fictitious_play(
    game: Game,
    periods: int = 10_000,
    rationality: Any = 10,
    perturbation: Any = 0,
    start: Sequence[Any] | None = None,
    seed: Any = None,
) -> Learning:
    r"""Play logit replies to the opponent's frequencies so far, by nashpy.

    Strategy i is played with probability proportional to :math:`\exp \lambda u_i`, where
    :math:`u_i` is what it earns against the frequencies and λ the rationality. Where play settles,
    the frequencies are a logit equilibrium (hofbauer2002), not a Nash equilibrium.

    Parameters
    ----------
    game : Game
        Any m × n game.
    periods : int
        How long to play.
    rationality : number of at least 0
        λ, per unit of payoff: 0 is uniform play. nashpy's ``etha`` is 1/λ.
    perturbation : number of at least 0
        The largest random addition to each :math:`u_i` in each period (nashpy's ``epsilon_bar``).
    start, seed
        As in `fictitious_play`.

    Returns
    -------
    Learning
        With ``exact`` False.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or rationality × the range of payoffs exceeds 700, so
        that the exponentials would vanish.

    References
    ----------
    fudenberg1998, hofbauer2002 in ``references.bib``.

    Examples
    --------
    >>> pennies = Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> learned = stochastic_fictitious_play(pennies, periods=1000, rationality=1, seed=1)
    >>> abs(learned.row[0] - 1 / 2) < 0.1
    True
    """
    prior = _arguments(game, periods, start)
    noise = {}
    for name, given in (("rationality", rationality), ("perturbation", perturbation)):
        noise[name] = to_float(fractions(given, name).item(), name)
        if noise[name] < 0:
            raise ValueError(f"{name}: requires a number of at least 0, got {given}")
    # A constant for each opponent's strategy changes no logit reply; payoffs of at most 0 do not
    # overflow.
    own = [game.exact_payoffs[0], game.exact_payoffs[1].T]
    shifted = [payoffs - payoffs.max(axis=0) for payoffs in own]
    spread = -min(payoffs.min() for payoffs in shifted)
    if noise["rationality"] * to_float(spread) > LARGEST_EXPONENT:
        raise ValueError(
            f"rationality: requires at most {LARGEST_EXPONENT} divided by the range of payoffs, "
            f"{number(spread)}, got {rationality}; play that is nearly rational is fictitious_play"
        )
    matrices = [rounded(shifted[0]), rounded(shifted[1].T)]
    temperature = 1 / noise["rationality"] if noise["rationality"] else np.inf

    def play() -> Iterable[Any]:
        import nashpy

        history = nashpy.Game(*matrices).stochastic_fictitious_play(
            iterations=periods,
            play_counts=prior,
            etha=temperature,
            epsilon_bar=noise["perturbation"],
        )
        return (counts for counts, _ in history)

    return _learned(
        game,
        _recorded(play, seed),
        method="stochastic fictitious play, by nashpy",
        exact=False,
        aim="logit equilibrium",
    )


def regret_matching(
    game: Game, periods: int = 100_000, conditional: bool = True, seed: Any = None
) -> Learning:
    r"""Switch to strategies in proportion to how much one regrets not having played them.

    After t periods let :math:`R_t(j, k)` be what a player would have gained, per period, by
    playing k wherever it played j. The player who played j last goes over to k ≠ j with
    probability :math:`\max\{R_t(j, k), 0\}/\mu`, and otherwise plays j again, where
    :math:`\mu = 2(m - 1) \cdot` (range of payoffs). The joint frequencies approach the set of
    correlated equilibria in every game (hart2000). Without conditioning, :math:`R_t(k)` is the
    gain from having played k throughout, and k is played in proportion to its positive part: the
    joint frequencies approach the coarse correlated equilibria.

    Parameters
    ----------
    game : Game
        Any m × n game.
    periods : int
        How long to play.
    conditional : bool
        Whether regrets refer to each strategy that was played, or to all play together.
    seed : optional
        Anything that `numpy.random.default_rng` takes.

    Returns
    -------
    Learning
        With ``exact`` False; ``correlated_violation`` and ``coarse_violation`` say how far the
        history is from where it tends.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    Compiled: about 0.1 µs a period for 5 × 5, and two floats of memory.

    References
    ----------
    hart2000 in ``references.bib``.

    Examples
    --------
    >>> chicken = Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"])
    >>> learned = regret_matching(chicken, periods=20_000, seed=1)
    >>> learned.correlated_violation < 0.1
    True
    """
    from dilemma.equilibria.learning_kernels import match_regrets

    _arguments(game, periods, None)
    if not isinstance(conditional, bool):
        raise TypeError(f"conditional: requires True or False, got {conditional!r}")
    A, B = positive_integer_payoffs(game)
    first, second = (_scaled(M, max(1, max(map(max, M)) - 1)) for M in (A, B))
    # Now payoffs have the range 1, or 0 if they are all the same.
    inertia = np.array([2.0 * max(size - 1, 1) for size in game.shape])
    draws = _generator(seed).random((periods, 2))
    plays = np.zeros((periods, 2), dtype=np.int32)
    match_regrets(first, second, draws, conditional, inertia, plays)
    kind = "conditional " if conditional else ""
    return _learned(
        game,
        plays,
        method=f"{kind}regret matching",
        exact=False,
        aim="correlated equilibrium" if conditional else "coarse correlated equilibrium",
    )


def _arguments(game: Any, periods: Any, start: Sequence[Any] | None) -> list[NDArray[np.float64]]:
    """The counts before the first period, of rows and of columns; everything is checked."""
    require_game(game)
    if isinstance(periods, bool) or not isinstance(periods, (int, np.integer)):
        raise TypeError(f"periods: requires an integer of at least 1, got {periods!r}")
    if periods < 1:
        raise ValueError(f"periods: requires an integer of at least 1, got {periods}")
    if start is None:
        return [np.zeros(size) for size in game.shape]
    listed = (list, tuple, np.ndarray)
    if not isinstance(start, listed) or not all(isinstance(one, listed) for one in start):
        raise TypeError(f"start: requires counts of rows and counts of columns, got {start!r}")
    if len(start) != 2:
        raise ValueError(f"start: requires counts of rows and of columns, got {len(start)} parts")
    counts = []
    for values, size in zip(start, game.shape, strict=True):
        one = rounded(fractions(list(values), "start"))
        if len(one) != size:
            raise ValueError(f"start: requires {size} counts, got {len(one)}")
        # Beyond the upper end one more play would be lost in rounding.
        if not 0 <= one.min() <= one.max() <= LARGEST_COUNT:
            raise ValueError(
                f"start: requires counts from 0 to {LARGEST_COUNT:g}, got {one.tolist()}"
            )
        counts.append(one)
    return counts


def _generator(seed: Any) -> np.random.Generator:
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as fault:
        raise type(fault)(
            f"seed: requires what numpy.random.default_rng takes, got {seed!r}: {fault}"
        ) from None


def _scaled(matrix: Sequence[Sequence[int]], divisor: int) -> NDArray[np.float64]:
    return np.array([[value / divisor for value in row] for row in matrix])


def _recorded(play: Callable[[], Iterable[Any]], seed: Any) -> NDArray[np.int32]:
    """What is played in each period, from nashpy's counts; the global generator is put back."""
    start = int(_generator(seed).integers(2**32))
    with _GLOBAL_RANDOMNESS:
        before = np.random.get_state()  # noqa: NPY002
        np.random.seed(start)  # noqa: NPY002
        try:
            # Each step's counts exceed those of the step before by one, at what was played.
            plays, last = [], None
            for counts in play():
                if last is not None:
                    plays.append(
                        [np.argmax(new - old) for new, old in zip(counts, last, strict=True)]
                    )
                last = counts
        finally:
            np.random.set_state(before)  # noqa: NPY002
    return np.array(plays, dtype=np.int32)


def _learned(
    game: Game, plays: NDArray[np.int32], *, method: str, exact: bool, aim: str
) -> Learning:
    plays.setflags(write=False)
    m, n = game.shape
    cells = np.bincount(plays[:, 0].astype(np.int64) * n + plays[:, 1], minlength=m * n)
    share = [Fraction(int(count), len(plays)) for count in cells]
    joint = tuple(tuple(share[i * n : (i + 1) * n]) for i in range(m))
    row = tuple(sum(line, Fraction(0)) for line in joint)
    column = tuple(sum(line, Fraction(0)) for line in zip(*joint, strict=True))
    payoffs = [
        sum((p * u for p, u in zip(share, matrix.flat, strict=True) if p), Fraction(0))
        for matrix in game.exact_payoffs
    ]
    regret = Fraction(game.regret(row, column))
    violations = [joint_violation(game, joint, coarse) for coarse in (False, True)]
    return Learning(
        method=method,
        exact=exact,
        complete=False,
        status=(
            f"After {len(plays):,} periods the frequencies have regret {number(regret)} as a pair "
            f"of mixtures, and {number(violations[0])} as a correlated equilibrium "
            f"({number(violations[1])} as a coarse one); play that settles tends to a {aim}, and "
            "need not settle."
        ),
        plays=plays,
        row=row,
        column=column,
        joint=joint,
        payoffs=(payoffs[0], payoffs[1]),
        regret=regret,
        correlated_violation=violations[0],
        coarse_violation=violations[1],
    )
