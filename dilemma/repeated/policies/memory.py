r"""What to play after what happened last: policies with the memory of one period.

A policy has an **opening**, a distribution over its owner's m strategies, and for each pair (own
last strategy i, partner's last strategy j) a **reply**, again a distribution over the owner's
strategies. The order *own, partner* is the same for both players: a column player's policy for an
m × n game has n own strategies, and m of the partner.

Sources: nowak1993 (policies of this kind), press2012.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, fractions
from dilemma.game import Game, checking
from dilemma.game.checking import SUM_TOLERANCE, Names
from dilemma.game.display import WIDTH, number
from dilemma.writing.pages import Displayed

Mixture = tuple[Fraction, ...]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Policy(Displayed):
    """A policy for repeated play that remembers the last period, deterministic or mixed, exact.

    Parameters
    ----------
    opening : str, int, mapping or sequence
        What is played first: a strategy by name or index, a mapping from strategies to their
        probabilities, or a sequence of m probabilities.
    replies : mapping, array_like or function
        What is played after (own last, partner's last): a mapping with these pairs (names or
        indices) as keys, or a function of two names; what it gives is read like the opening. Or an
        array: of shape (m, n, m) with probabilities [own last, partner's last, own next], or of
        shape (m, n) with strategies.
    strategies : Game, or sequence of str, or pair of sequences of str, optional
        The owner's and the partner's strategies; one sequence serves both. Of a `Game`, those of
        the row player and of the column player. Numbered from 1 if left out, which takes an array.
    name : str
        For tables, and as a strategy in `policy_game`.

    Attributes
    ----------
    opening : tuple of m Fraction
    replies : numpy.ndarray of Fraction, shape (m, n, m), read-only
    strategies : pair of tuples of str
    name : str

    Raises
    ------
    TypeError, ValueError
        If a pair has no reply, or probabilities are negative or do not sum to 1: the error names
        the pair. Floats mean the decimals that print them; where a distribution of floats misses 1
        by less than 1e-9, their own rounding, it is divided by its sum.

    Notes
    -----
    Policies are equal if they do the same with strategies of the same names, whatever they are
    called themselves.

    Examples
    --------
    >>> mirror = Policy("share", lambda own, other: other, ["share", "hide"], name="mirror")
    >>> print(mirror)
    mirror: opens with share
      after any own act and share: share
      after any own act and hide: hide
    >>> mirror == Policy([1, 0], [[[1, 0], [0, 1]]] * 2, ["share", "hide"])
    True
    """

    opening: Mixture
    replies: NDArray[np.object_]
    strategies: tuple[Names, Names]
    name: str

    def __init__(
        self, opening: Any, replies: Any, strategies: Any = None, name: str = "policy"
    ) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"name: requires a text of at least one character, got {name!r}")
        if isinstance(strategies, Game):
            strategies = strategies.strategies
        if strategies is None:
            shape: tuple[int, ...]
            shape = () if callable(replies) or isinstance(replies, Mapping) else np.shape(replies)
            if len(shape) < 2 or 0 in shape:
                raise TypeError(
                    "strategies: requires the owner's and the partner's strategies, unless the "
                    "replies are an array of shape (m, n, m) or (m, n); got none"
                )
            strategies = checking.strategy_names(None, shape[0], shape[1])
        names = pair_of_names(strategies)
        m, n = map(len, names)
        table: NDArray[Any] = np.empty((m, n, m), dtype=object)
        read = _reader(replies, names)
        for i, j in product(range(m), range(n)):
            place = f"replies[{names[0][i]}, {names[1][j]}]"
            table[i, j] = read_mixture(read(i, j), names[0], place)
        table.setflags(write=False)
        object.__setattr__(self, "opening", tuple(read_mixture(opening, names[0], "opening")))
        object.__setattr__(self, "replies", table)
        object.__setattr__(self, "strategies", names)
        object.__setattr__(self, "name", name)

    @classmethod
    def from_cooperation(
        cls,
        probabilities: Sequence[Any],
        opening: Any = 1,
        strategies: Any = None,
        name: str = "policy",
    ) -> Policy:
        """Make a policy for two strategies, the first of which is to cooperate.

        Parameters
        ----------
        probabilities : four numbers
            Of cooperation after (own, partner's) CC, CD, DC and DD, the order of press2012.
        opening : number
            The probability of cooperation at first.
        strategies, name
            As for `Policy`.

        Examples
        --------
        >>> Policy.from_cooperation([1, "1/3", 1, "1/3"]).replies[0, 1].tolist()
        [Fraction(1, 3), Fraction(2, 3)]
        """
        chances = fractions(probabilities, "probabilities")
        if chances.shape != (4,):
            raise ValueError(
                "probabilities: requires four numbers, after CC, CD, DC and DD, "
                f"got the shape {chances.shape}"
            )
        first = fraction(opening, "opening")
        for what, chance in (*(("probabilities", p) for p in chances), ("opening", first)):
            if not 0 <= chance <= 1:
                raise ValueError(f"{what}: requires numbers in [0, 1], got {number(chance)}")
        table = np.array([[p, 1 - p] for p in chances], dtype=object).reshape(2, 2, 2)
        return cls([first, 1 - first], table, strategies, name)

    @property
    def shape(self) -> tuple[int, int]:
        """How many strategies the owner has, and how many the partner."""
        m, n, _ = self.replies.shape
        return m, n

    @property
    def is_deterministic(self) -> bool:
        """True if no probability lies between 0 and 1."""
        return max(self.opening) == 1 and bool(np.all(self.replies.max(axis=2) == 1))

    def renamed(self, name: str) -> Policy:
        """Return the same policy under another name.

        Examples
        --------
        >>> Policy(0, [[0]]).renamed("patience")
        <Policy patience: 1 strategy against 1>
        """
        return Policy(self.opening, self.replies, self.strategies, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Policy):
            return NotImplemented
        return (
            self.strategies == other.strategies
            and self.opening == other.opening
            and np.array_equal(self.replies, other.replies)
        )

    def __hash__(self) -> int:
        return hash((self.strategies, self.opening, tuple(self.replies.flat)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Policy, (self.opening, np.array(self.replies), self.strategies, self.name)

    def __repr__(self) -> str:
        m, n = self.shape
        return f"<Policy {self.name}: {m} {'strategy' if m == 1 else 'strategies'} against {n}>"

    def __str__(self) -> str:
        lines = [f"{self.name}: opens with {mixture_in_words(self.opening, self.strategies[0])}"]
        lines += [f"  after {when}: {what}" for when, what in _rules(self)]
        return folded(lines)


def pair_of_names(strategies: Any) -> tuple[Names, Names]:
    """The owner's and the partner's strategies, checked; one sequence of names serves both."""
    if isinstance(strategies, str) or not isinstance(strategies, Sequence):
        raise TypeError(f"strategies: requires sequences of names, got {strategies!r}")
    both = list(strategies)
    if all(isinstance(one, str) for one in both):
        both = [both, both]
    sizes = [len(one) if isinstance(one, Sequence) else 0 for one in both]
    if len(both) != 2 or 0 in sizes:
        raise ValueError(
            "strategies: requires at least one name for the owner and one for the partner, "
            f"got {strategies!r}"
        )
    return checking.strategy_names(both, sizes[0], sizes[1])


def mixture_in_words(mixture: Iterable[Fraction], names: Names) -> str:
    """Say what a distribution plays.

    >>> mixture_in_words([Fraction(1, 3), Fraction(2, 3)], ("share", "hide"))
    'share (1/3) or hide (2/3)'
    """
    played = [(name, weight) for name, weight in zip(names, mixture, strict=True) if weight]
    if len(played) == 1:
        return played[0][0]
    return " or ".join(f"{name} ({number(weight)})" for name, weight in played)


def _rules(policy: Policy) -> list[tuple[str, str]]:
    """Pairs (after what, what is played), as few as the policy's own distinctions need."""
    own, other = policy.strategies
    table = policy.replies
    m, n = policy.shape
    whole = {tuple(row) for row in table.reshape(m * n, m)}
    if len(whole) == 1:
        return [("anything", mixture_in_words(table[0, 0], own))]
    if all(np.array_equal(table[0], one) for one in table):
        groups = _grouped([tuple(one) for one in table[0]])
        return [
            (f"any own act and {_any_of(places, other)}", mixture_in_words(what, own))
            for what, places in groups
        ]
    rules = []
    for rows, places in _grouped([tuple(map(tuple, one)) for one in table]):
        for what, columns in _grouped(rows):
            when = _any_of(columns, other) if len(columns) < n else "anything"
            rules.append((f"own {_any_of(places, own)} and {when}", mixture_in_words(what, own)))
    return rules


def _grouped(values: Sequence[Any]) -> list[tuple[Any, list[int]]]:
    """The different values in order of appearance, each with its places."""
    places: dict[Any, list[int]] = {}
    for place, value in enumerate(values):
        places.setdefault(value, []).append(place)
    return list(places.items())


def _any_of(places: Sequence[int], names: Names) -> str:
    return " or ".join(names[place] for place in places)


def folded(lines: Iterable[str]) -> str:
    """Lines as a text of at most 80 columns; what runs over is indented further.

    >>> folded(["  two", "  lines"]).splitlines()
    ['  two', '  lines']
    """
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent=" " * (len(line) - len(line.lstrip()) + 4))
        for line in lines
    )


def _reader(replies: Any, names: tuple[Names, Names]) -> Callable[[int, int], Any]:
    """A function that gives the reply at (own index, partner's index) as it was written."""
    own, other = names
    m, n = len(own), len(other)
    if isinstance(replies, Mapping):
        known = {}
        for key, value in replies.items():
            if not isinstance(key, tuple) or len(key) != 2:
                raise TypeError(
                    f"replies: requires pairs (own last, partner's last) as keys, got {key!r}"
                )
            pair = checking.pure_profile(key, names, ("owner", "partner"), "replies")
            if pair in known:
                raise ValueError(
                    f"replies: requires one reply to ({own[pair[0]]}, {other[pair[1]]}), got two"
                )
            known[pair] = value

        def read_mapping(i: int, j: int) -> Any:
            if (i, j) not in known:
                raise ValueError(
                    f"replies: requires a reply to ({own[i]}, {other[j]}) too, got none"
                )
            return known[i, j]

        return read_mapping
    if callable(replies):
        return lambda i, j: replies(own[i], other[j])
    try:
        array = np.asarray(replies, dtype=None if isinstance(replies, np.ndarray) else object)
    except ValueError:
        raise ValueError(f"replies: requires rows of equal length, got {replies!r}") from None
    if array.shape not in ((m, n, m), (m, n)):
        raise ValueError(
            f"replies: requires the shape ({m}, {n}, {m}) (own last, partner's last, own next), "
            f"or ({m}, {n}) of strategies, got the shape {array.shape}"
        )

    def read_array(i: int, j: int) -> Any:
        value = array[i, j]
        return value.tolist() if isinstance(value, np.ndarray) and value.dtype != object else value

    return read_array


def read_mixture(value: Any, names: Names, place: str) -> list[Fraction]:
    """One distribution over the owner's strategies, exact and checked."""
    size = len(names)
    if isinstance(value, (str, int, np.integer)) and not isinstance(value, bool):
        one = value if isinstance(value, str) else int(value)
        chosen = checking.chosen([one], names, place)[0]
        return [Fraction(k == chosen) for k in range(size)]
    if isinstance(value, Mapping):
        weights: list[Any] = [0] * size
        for at, weight in zip(checking.chosen(value, names, place), value.values(), strict=True):
            weights[at] = weight
        value = weights
    # A set would not say which probability is whose.
    if isinstance(value, (Fraction, float, Set)) or not isinstance(value, Iterable):
        raise TypeError(
            f"{place}: requires a strategy by name or index, or {size} probabilities, "
            f"got {value!r}"
        )
    given = list(value)
    exact = list(fractions(given, place)) if given else []
    if len(exact) != size:
        raise ValueError(f"{place}: requires {size} probabilities, got {len(exact)}")
    if min(exact) < 0:
        raise ValueError(f"{place}: requires probabilities of at least 0, got {min(exact)}")
    total = sum(exact, Fraction(0))
    if total == 1:
        return exact
    floating = any(isinstance(one, (float, np.floating)) for one in given)
    if not floating or abs(total - 1) > SUM_TOLERANCE:
        raise ValueError(
            f"{place}: requires probabilities that sum to 1, got the sum {number(total)}"
        )
    return [one / total for one in exact]
