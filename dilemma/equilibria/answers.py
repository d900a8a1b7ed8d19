"""What the solvers of this room answer: equilibria, sets of them, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, overload

from dilemma.equilibria.words import describe_play
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed, framed, grid, obtained

if TYPE_CHECKING:
    from dilemma.equilibria.stability import Stability

Mixture = tuple[Fraction, ...]


class Origin:
    """Where equilibria come from: their game, and all equilibria of it once they are known.

    The equilibria of one answer share it, so that what is asked of one is found for all at once.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.equilibria: Equilibria | None = None

    @cached_property
    def stabilities(self) -> dict[tuple[Mixture, Mixture], Stability]:
        """The stability of each extreme equilibrium, by its mixtures."""
        from dilemma.equilibria.stability import stabilities

        return stabilities(self.game, self.equilibria)


@dataclass(frozen=True)
class Equilibrium(Displayed):
    """A Nash equilibrium of a two-player game.

    Attributes
    ----------
    row, column : tuples of Fraction
        Both mixed strategies, in the order of the game's strategies.
    payoffs : pair of Fraction
        What the row and the column player expect.
    regret : Fraction
        The most that a player could gain by deviating alone, recomputed by `Game.regret`.
    strict : bool
        True if every deviation by one player makes that player worse off; then it is pure.
    played : pair of tuples of str
        The names of the strategies that each plays with positive probability.
    words : str
        Who plays what.
    origin : Origin or None
        The game that `stability` looks at; no part of what makes equilibria equal.
    """

    row: Mixture
    column: Mixture
    payoffs: tuple[Fraction, Fraction]
    regret: Fraction
    strict: bool
    played: tuple[tuple[str, ...], tuple[str, ...]]
    words: str
    origin: Origin | None = field(default=None, repr=False, compare=False)

    @cached_property
    def stability(self) -> Stability:
        """How much speaks for this equilibrium among all of its game: see `Stability`.

        Computed when first asked for, for all equilibria of the game at once.

        Raises
        ------
        ValueError
            If the game isn't known, is too large for `nash`, or if this is no extreme equilibrium.
        """
        if self.origin is None:
            raise ValueError(
                "stability: requires an equilibrium that knows its game, such as those of "
                "nash(game), got one made by hand"
            )
        found = self.origin.stabilities.get((self.row, self.column))
        if found is None:
            raise ValueError(
                "stability: requires an extreme equilibrium of its game, one of nash(game), "
                f"got {self.words}"
            )
        return found

    @property
    def supports(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The rows and the columns that are played with positive probability."""
        first, second = (
            tuple(i for i, weight in enumerate(mixture) if weight)
            for mixture in (self.row, self.column)
        )
        return first, second

    def __str__(self) -> str:
        kind = "strict" if self.strict else "not strict"
        first, second = map(number, self.payoffs)
        return f"{self.words}: payoffs {first} and {second}, regret {self.regret}, {kind}"


def equilibrium_at(
    game: Game, row: Mixture, column: Mixture, origin: Origin | None = None
) -> Equilibrium:
    """Describe one equilibrium of a game, with payoffs and regret from their definitions.

    Both come from what each pure strategy would earn, as `Game` computes it.
    """
    rows, columns = game.deviation_payoffs(row, column)
    payoffs = (
        sum((p * Fraction(v) for p, v in zip(row, rows, strict=True) if p), Fraction(0)),
        sum((p * Fraction(v) for p, v in zip(column, columns, strict=True) if p), Fraction(0)),
    )
    strict = (
        max(row) == 1
        and max(column) == 1
        and rows.count(payoffs[0]) == 1
        and columns.count(payoffs[1]) == 1
    )
    return Equilibrium(
        row=row,
        column=column,
        payoffs=payoffs,
        regret=Fraction(max(max(rows) - payoffs[0], max(columns) - payoffs[1])),
        strict=strict,
        played=(_played(game.strategies[0], row), _played(game.strategies[1], column)),
        words=describe_play(game, [row], [column]),
        origin=origin if origin is not None else Origin(game),
    )


def _played(names: tuple[str, ...], mixture: Mixture) -> tuple[str, ...]:
    return tuple(name for name, weight in zip(names, mixture, strict=True) if weight)


@dataclass(frozen=True)
class NashSubset(Displayed):
    """A maximal Nash subset: every row mixture of it is in equilibrium with every column mixture.

    Attributes
    ----------
    rows, columns : tuples of mixtures
        The extreme points of the two convex sets whose product the subset is.
    dimension : int
        The dimension of the product.
    words : str
    """

    rows: tuple[Mixture, ...]
    columns: tuple[Mixture, ...]
    dimension: int
    words: str


@dataclass(frozen=True)
class Component(Displayed):
    """A connected component of the set of Nash equilibria: a point, or a union of Nash subsets.

    Attributes
    ----------
    equilibria : tuple of Equilibrium
        The extreme equilibria in it.
    subsets : tuple of NashSubset
        The maximal Nash subsets whose union it is.
    dimension : int
        The largest dimension of its subsets; 0 for an isolated equilibrium.
    index : int
        The sum of the indices of the equilibria near it in any small enough perturbation of the
        game to a nondegenerate one. All components' indices sum to +1; one whose index is not 0
        survives every small perturbation (shapley1974, ritzberger1994).
    words : str
    """

    equilibria: tuple[Equilibrium, ...]
    subsets: tuple[NashSubset, ...]
    dimension: int
    index: int
    words: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Equilibria(Solution, Sequence[Equilibrium]):
    """All extreme Nash equilibria of a game: a sequence of `Equilibrium`.

    Every equilibrium of the game is a convex combination of the extreme ones within one of the
    maximal Nash subsets.

    Attributes
    ----------
    equilibria : tuple of Equilibrium
        Pure ones first, then by size of support.
    components : tuple of Component
        The connected components of the equilibrium set.
    degenerate : bool
        True if some mixed strategy has more pure best replies than the size of its support.
    method, exact, complete, status
        As in every answer of the library.
    """

    equilibria: tuple[Equilibrium, ...]
    components: tuple[Component, ...]
    degenerate: bool

    @property
    def subsets(self) -> tuple[NashSubset, ...]:
        """The maximal Nash subsets of all components."""
        return tuple(subset for component in self.components for subset in component.subsets)

    @overload
    def __getitem__(self, index: int) -> Equilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Equilibrium, ...]: ...
    def __getitem__(self, index: int | slice) -> Equilibrium | tuple[Equilibrium, ...]:
        return self.equilibria[index]

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)

    def __str__(self) -> str:
        lines = [self.status]
        for component in self.components:
            lines.append(f"component of dimension {component.dimension}, index {component.index}:")
            lines += [f"  {equilibrium}" for equilibrium in component.equilibria]
        return wrapped(lines)

    def _repr_html_(self) -> str:
        head = ("equilibrium", "payoffs", "regret", "strict", "component", "index")
        rows = [
            (
                equilibrium.words,
                equilibrium.payoffs,
                equilibrium.regret,
                equilibrium.strict,
                f"{place} (dimension {component.dimension})",
                f"{component.index:+d}" if component.index else "0",
            )
            for place, component in enumerate(self.components, 1)
            for equilibrium in component.equilibria
        ]
        return framed(grid(self.status, head, rows) + obtained(self))


@dataclass(frozen=True, kw_only=True, repr=False)
class LemkeHowsonPath(Solution):
    """The end of one Lemke–Howson path.

    Attributes
    ----------
    equilibrium : Equilibrium
        The equilibrium at its end.
    label : int
        The label that was dropped: a row 0 to m − 1, or a column m to m + n − 1.
    length : int
        How many pivots the path took.
    """

    equilibrium: Equilibrium
    label: int
    length: int
