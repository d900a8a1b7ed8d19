"""What may become part of a game: payoffs, names, mixed strategies and choices, checked.

Each function returns its argument in the standard form, or raises an error that names the
argument, what it requires and what it got.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, fractions, rounded, unmasked

Names = tuple[str, ...]

# Of two strategies each, more than any machine can tabulate; and NumPy has 64 dimensions at most.
MOST_PLAYERS = 30

# Floating-point mixed strategies may miss a sum of 1 by their own rounding, and no more.
SUM_TOLERANCE = 1e-9


def payoff_array(payoffs: Any) -> NDArray[Any]:
    """The payoffs as an array of shape (2, m, n) of floats, integers or objects."""
    array = as_array(payoffs, "payoffs")
    if array.ndim != 3 or array.shape[0] != 2 or 0 in array.shape:
        raise ValueError(
            "payoffs: requires the shape (2, m, n) with m, n ≥ 1 (player, row, column), "
            f"got the shape {array.shape}"
        )
    return array


def payoffs_of_all(payoffs: Any) -> NDArray[Any]:
    """The payoffs of n players as an array of shape (n, s_1, ..., s_n)."""
    array = as_array(payoffs, "payoffs")
    players = array.ndim - 1
    if players < 1 or array.shape[0] != players or 0 in array.shape:
        raise ValueError(
            "payoffs: requires the shape (n, s_1, …, s_n) of n players with s_1, …, s_n ≥ 1 "
            f"strategies, got the shape {array.shape}"
        )
    if players > MOST_PLAYERS:
        raise ValueError(f"payoffs: requires at most {MOST_PLAYERS} players, got {players}")
    return array


def kept(payoffs: NDArray[Any]) -> NDArray[Any]:
    """Payoffs as a game keeps them, read-only: finite floats as they are, others as Fractions."""
    if payoffs.dtype == np.float64:
        own = payoffs.copy()
        require_finite(own)
    else:
        own = fractions(payoffs, "payoffs")
    own.setflags(write=False)
    return own


def matrix(values: Any, name: str) -> NDArray[Any]:
    """One payoff matrix as an array."""
    array = as_array(values, name)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name}: requires a matrix (rows, columns), got the shape {array.shape}")
    return array


def as_array(values: Any, name: str) -> NDArray[Any]:
    """Numbers of any kind as an array of floats, integers or objects."""
    try:
        # Through objects, or a number beyond 2**63 and one such as "1/3" would be rounded.
        array = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    except ValueError:
        raise ValueError(f"{name}: requires rows of equal length, got {values!r}") from None
    array = unmasked(array, name)
    if array.dtype.kind in "US":
        array = array.astype(object)
    if array.dtype.kind not in "fiuO":
        raise TypeError(f"{name}: requires real numbers, got an array of {array.dtype}")
    return array


def require_finite(payoffs: NDArray[np.float64]) -> None:
    """Refuse NaN and infinities, by their index."""
    wrong = np.argwhere(~np.isfinite(payoffs))
    if len(wrong):
        index = tuple(int(i) for i in wrong[0])
        raise ValueError(
            f"payoffs[{', '.join(map(str, index))}]: requires a finite number, "
            f"got {payoffs[index]}"
        )


def exact_view(given: NDArray[Any]) -> NDArray[np.object_]:
    """Payoffs as Fractions, read-only: a float means the decimal that prints it."""
    if given.dtype == object:
        return given
    exact = fractions(given, "payoffs")
    exact.setflags(write=False)
    return exact


def float_view(given: NDArray[Any]) -> NDArray[np.float64]:
    """Payoffs as floats, read-only."""
    if given.dtype == np.float64:
        return given
    floats = rounded(given, "payoffs")
    floats.setflags(write=False)
    return floats


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
    return _names(both[0], m, "the rows"), _names(both[1], n, "the columns")


def names_of_all(strategies: Sequence[Any] | None, sizes: Sequence[int]) -> tuple[Names, ...]:
    """Each player's strategy names as a tuple, checked; numbers from 1 where none are given."""
    if strategies is None:
        return tuple(tuple(str(i + 1) for i in range(size)) for size in sizes)
    if isinstance(strategies, str) or not isinstance(strategies, Iterable):
        raise TypeError(f"strategies: requires sequences of names, got {strategies!r}")
    each = list(strategies)
    if each and all(isinstance(name, str) for name in each):
        each = [each] * len(sizes)
    if len(each) != len(sizes):
        raise ValueError(
            f"strategies: requires names for each of {len(sizes)} players (or one list of names "
            f"for all), got {len(each)} lists"
        )
    return tuple(
        _names(names, size, f"the strategies of player {place}")
        for place, (names, size) in enumerate(zip(each, sizes, strict=True), 1)
    )


def _names(names: Any, size: int, what: str) -> Names:
    """As many different names as there are rows, or columns, or strategies of a player."""
    one = _texts(names, f"strategies: requires names (str) of {what}")
    if len(one) != size:
        raise ValueError(f"strategies: requires {size} names of {what}, got {len(one)}: {one}")
    if "" in one:
        raise ValueError(f"strategies: requires names of {what} that are not empty, got ''")
    twice = [name for name, often in Counter(one).items() if often > 1]
    if twice:
        raise ValueError(f"strategies: requires different names of {what}, got {twice[0]!r} twice")
    return one


def own_names(strategies: Any) -> Names:
    """The names of strategies that all players share, checked."""
    if isinstance(strategies, str) or not isinstance(strategies, Iterable):
        raise TypeError(f"strategies: requires a sequence of names, got {strategies!r}")
    names = list(strategies)
    if not names or not all(isinstance(name, str) for name in names):
        raise TypeError(f"strategies: requires at least one name (str), got {names!r}")
    return strategy_names(names, len(names), len(names))[0]


def count(value: Any, name: str, least: int, what: str) -> int:
    """A number of players, or of other things that are counted; 4/1 is one, 4.0 is not."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: requires a whole number of {what}, got {value!r}")
    if value < least:
        raise ValueError(f"{name}: requires at least {least} {what}, got {value}")
    return int(value)


def composition(
    values: Any, size: int | None, parts: int, name: str, what: str
) -> tuple[int, ...]:
    """How many play each strategy; with a size, that many in all."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{name}: requires {parts} numbers of {what}, got {values!r}")
    counts = tuple(count(value, name, 0, what) for value in values)
    if len(counts) != parts:
        raise ValueError(f"{name}: requires {parts} numbers of {what}, got {len(counts)}")
    if size is not None and sum(counts) != size:
        raise ValueError(f"{name}: requires {size} {what} in all, got {sum(counts)}")
    return counts


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


def players_of_all(players: Sequence[str] | None, count: int) -> Names:
    """The players' names, checked; numbered from 1 where none are given."""
    if players is None:
        return tuple(f"player {place}" for place in range(1, count + 1))
    each = _texts(players, f"players: requires {count} names (str)")
    if len(each) != count:
        raise ValueError(f"players: requires {count} names, got {len(each)}: {each}")
    return each


def _texts(names: Any, required: str) -> Names:
    several = isinstance(names, Iterable) and not isinstance(names, str)
    each = tuple(names) if several else ()
    if not several or not all(isinstance(name, str) for name in each):
        raise TypeError(f"{required}, got {names!r}")
    return each


def mixed(values: Sequence[Any] | str, names: Names, name: str, floating: bool) -> NDArray[Any]:
    """One mixed strategy, checked; a strategy's name stands for that pure strategy."""
    size = len(names)
    if isinstance(values, str):
        if values not in names:
            raise ValueError(f"{name}: requires a strategy among {names}, got {values!r}")
        values = [int(one == values) for one in names]
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


def weights(values: Any, name: str) -> list[Any] | str:
    """The entries of a mixed strategy, not yet checked; a strategy's name as it is."""
    if isinstance(values, str):
        return values
    if not isinstance(values, Iterable):
        raise TypeError(
            f"{name}: requires probabilities or the name of a strategy, got {values!r}"
        )
    return list(values)


def chosen(wanted: Iterable[int | str], names: Names, which: str) -> list[int]:
    """Strategies by index or by name, as indices."""
    indices = []
    if not isinstance(wanted, Iterable):
        raise TypeError(f"{which}: requires several indices or names, got {wanted!r}")
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


def pure_profile(
    profile: Any, strategies: tuple[Names, Names], players: tuple[str, str], name: str
) -> tuple[int, int]:
    """A pure profile by names or indices, as indices; one strategy stands for both players."""
    pair = (profile, profile) if isinstance(profile, (str, int, np.integer)) else profile
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(
            f"{name}: requires a strategy, or a pair (row strategy, column strategy), "
            f"by names or indices, got {profile!r}"
        )
    row, column = (_position(pair[p], strategies[p], players[p], name) for p in (0, 1))
    return row, column


def _position(one: Any, names: Names, player: str, name: str) -> int:
    if isinstance(one, str):
        if one not in names:
            raise ValueError(
                f"{name}: requires a strategy of the {player} among {', '.join(names)}, "
                f"got {one!r}"
            )
        return names.index(one)
    if isinstance(one, np.integer):
        one = int(one)
    if isinstance(one, bool) or not isinstance(one, int):
        raise TypeError(f"{name}: requires names or indices of strategies, got {one!r}")
    if not 0 <= one < len(names):
        raise ValueError(
            f"{name}: requires an index from 0 to {len(names) - 1} for the {player}, got {one}"
        )
    return one
