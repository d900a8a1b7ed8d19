"""What the algorithm functions answer: equilibria in a sequence, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from dilemma.equilibria.answers import Equilibrium
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import framed, grid, obtained


@dataclass(frozen=True, kw_only=True, repr=False)
class EquilibriumList(Solution, Sequence[Equilibrium]):
    """The Nash equilibria that one algorithm found: a sequence of `Equilibrium`.

    The answer of `nash`, `Equilibria`, holds the same elements and says besides how they hang
    together.

    Attributes
    ----------
    equilibria : tuple of Equilibrium
        Pure ones first, then by size of support.
    method, exact, complete, status
        As in every answer of the library. ``complete`` refers to what the algorithm looks for.
    """

    equilibria: tuple[Equilibrium, ...]

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
        return wrapped([self.status, *(f"  {equilibrium}" for equilibrium in self)])

    def _repr_html_(self) -> str:
        head = ("equilibrium", "payoffs", "regret", "strict")
        rows = [(one.words, one.payoffs, one.regret, one.strict) for one in self]
        return framed(grid(self.status, head, rows) + obtained(self))
