"""What solvers of games among groups answer: symmetric equilibria, and pure ones by make-up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.located_points import Enclosed, Located, words_of
from dilemma.game import GroupGame
from dilemma.game.display import listed
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# An answer prints no more lines than this, and says how many more there are.
MOST_LINES = 20


@dataclass(frozen=True)
class SymmetricEquilibrium(Displayed):
    """A mixture that is a best reply to all others playing it.

    Attributes
    ----------
    mixture : tuple of Fraction, AlgebraicNumber or Enclosed
        The probabilities, in the order of the game's strategies: rational, irrational but exact
        (roots of polynomials), or in proven bounds. All turn into floats by ``float``.
    payoff : Fraction, AlgebraicNumber or Enclosed
        What everybody expects.
    regret : Fraction or Enclosed
        The most that a player could gain by deviating alone: exactly 0, or bounds of it.
    strict : bool
        True if every deviation by one player makes that player worse off; then it is pure.
    evolutionarily_stable : bool or None
        Whether every other mixture, once rare enough, earns less than this one in the mixed
        population (broom1997); None if that was not decided.
    isolated : bool
        False if it is an extreme point of a continuum of symmetric equilibria. A curve that is
        named among the `unresolved` supports is none of these.
    played : tuple of str
        The strategies with positive probability.
    words : str
    """

    mixture: tuple[Located, ...]
    payoff: Located
    regret: Fraction | Enclosed
    strict: bool
    evolutionarily_stable: bool | None
    isolated: bool
    played: tuple[str, ...]
    words: str

    @property
    def support(self) -> tuple[int, ...]:
        """The strategies with positive probability, by number."""
        return tuple(i for i, share in enumerate(self.mixture) if share != 0)

    @property
    def exact(self) -> bool:
        """Whether all probabilities are exact, rational or not."""
        return not any(isinstance(share, Enclosed) for share in self.mixture)

    def __str__(self) -> str:
        stable = {True: "ESS", False: "no ESS", None: "ESS or not: undecided"}
        strict = "strict, " if self.strict else ""
        part = "" if self.isolated else ", end of a continuum"
        verdict = stable[self.evolutionarily_stable]
        return f"{self.words}: payoff {words_of(self.payoff)}, {strict}{verdict}{part}"


@dataclass(frozen=True)
class SymmetricContinuum(Displayed):
    """A continuum of symmetric equilibria: the relative interior of a polytope.

    Attributes
    ----------
    extreme : tuple of mixtures
        The extreme points of its closure.
    dimension : int
        At least 1.
    played : tuple of str
        The strategies that are played inside it.
    words : str
    """

    extreme: tuple[tuple[Located, ...], ...]
    dimension: int
    played: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class UnresolvedSupport(Displayed):
    """A set of strategies among which symmetric equilibria may have been missed.

    Attributes
    ----------
    played : tuple of str
    words : str
        Why.
    """

    played: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class SymmetricEquilibria(Solution, Sequence[SymmetricEquilibrium]):
    """The symmetric equilibria of a game among players alike, pure ones first.

    The sequence holds the isolated ones and the extreme points of continua.

    Attributes
    ----------
    equilibria : tuple of SymmetricEquilibrium
        What the sequence holds.
    continua : tuple of SymmetricContinuum
        Those that are not part of larger ones.
    unresolved : tuple of UnresolvedSupport
        Where equilibria may be missing; empty if the answer is complete.
    game : GroupGame
    method, exact, complete, status
        As in every answer of the library.
    """

    equilibria: tuple[SymmetricEquilibrium, ...]
    continua: tuple[SymmetricContinuum, ...]
    unresolved: tuple[UnresolvedSupport, ...]
    game: GroupGame

    @overload
    def __getitem__(self, index: int) -> SymmetricEquilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[SymmetricEquilibrium, ...]: ...
    def __getitem__(
        self, index: int | slice
    ) -> SymmetricEquilibrium | tuple[SymmetricEquilibrium, ...]:
        return self.equilibria[index]

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[SymmetricEquilibrium]:
        return iter(self.equilibria)

    def advantage(self, shares: Any) -> NDArray[np.float64]:
        """Return what the first of two strategies earns more than the second, in floats.

        Parameters
        ----------
        shares : array_like of shape (...)
            Of the first strategy.

        Returns
        -------
        numpy.ndarray of shape (...)

        Raises
        ------
        ValueError
            If the game has not two strategies.
        """
        if len(self.game.strategies) != 2:
            raise ValueError(f"game: requires two strategies, got {len(self.game.strategies)}")
        first = np.asarray(shares, dtype=np.float64)
        earned = self.game.fitness(np.stack([first, 1 - first], axis=-1))
        return np.asarray(earned[..., 0] - earned[..., 1])

    def __str__(self) -> str:
        return _lines(self.status, (*self.equilibria, *self.continua, *self.unresolved))


@dataclass(frozen=True)
class PureComposition(Displayed):
    """How many players choose what, when nobody gains by another choice.

    Attributes
    ----------
    composition : tuple of int
        How many play each strategy, in the order of the game's.
    payoffs : tuple of Fraction or None
        What those who play a strategy get; None if nobody plays it.
    strict : bool
        True if everybody would lose by changing alone.
    multiplicity : int
        In how many ways the players can divide themselves so: how many pure profiles this is.
    words : str
    """

    composition: tuple[int, ...]
    payoffs: tuple[Fraction | None, ...]
    strict: bool
    multiplicity: int
    words: str

    @property
    def symmetric(self) -> bool:
        """Whether all play the same."""
        return self.multiplicity == 1

    def __str__(self) -> str:
        strict = "strict" if self.strict else "not strict"
        profiles = "1 profile" if self.multiplicity == 1 else f"{self.multiplicity:,} profiles"
        return f"{self.words}: {strict}, {profiles}"


@dataclass(frozen=True, kw_only=True, repr=False)
class PureCompositions(Solution, Sequence[PureComposition]):
    """The pure equilibria of a game among players alike, by how many play each strategy.

    Attributes
    ----------
    equilibria : tuple of PureComposition
        What the sequence holds, in lexicographic order of the compositions.
    game : GroupGame
    method, exact, complete, status
        As in every answer of the library.
    """

    equilibria: tuple[PureComposition, ...]
    game: GroupGame

    @property
    def profiles(self) -> int:
        """How many pure profiles are equilibria."""
        return sum(one.multiplicity for one in self.equilibria)

    @overload
    def __getitem__(self, index: int) -> PureComposition: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PureComposition, ...]: ...
    def __getitem__(self, index: int | slice) -> PureComposition | tuple[PureComposition, ...]:
        return self.equilibria[index]

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[PureComposition]:
        return iter(self.equilibria)

    def __str__(self) -> str:
        return _lines(self.status, self.equilibria)


def _lines(status: str, parts: Sequence[Any]) -> str:
    lines = [status, *(f"  {one}" for one in parts[:MOST_LINES])]
    if len(parts) > MOST_LINES:
        lines.append(f"  and {len(parts) - MOST_LINES:,} more")
    return wrapped(lines)


def describe_mixture(names: Sequence[str], mixture: Sequence[Located]) -> str:
    """Name a mixed strategy shortly, with irrational weights as decimals.

    >>> describe_mixture(["stag", "hare"], [Fraction(1, 3), Fraction(2, 3)])
    'stag (1/3) and hare (2/3)'
    """
    played = [i for i, share in enumerate(mixture) if share != 0]
    if len(played) == 1:
        return names[played[0]]
    return listed([f"{names[i]} ({words_of(mixture[i])})" for i in played])
