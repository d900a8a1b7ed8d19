"""Which equilibrium would I expect? Every concept's word on every equilibrium, in one table."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from fractions import Fraction

from dilemma.equilibria.answers import Equilibria, Equilibrium
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.stability import Stability
from dilemma.game import Game
from dilemma.game.display import WIDTH, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import framed, grid, obtained

HEAD = (
    ("index", "index of its component"),
    ("strict", "every deviation loses (quasi: it does not lose, but leads to nothing unplayed)"),
    ("stable", "evolutionary stability"),
    ("risk", "risk-dominant"),
    ("p", "p-dominant from this p on"),
    ("payoff", "payoff-dominant"),
    ("rank", "Pareto rank"),
    ("potential", "maximises the potential"),
    ("survives", "survives iterated weak dominance"),
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Expectations(Solution):
    """A table of all equilibria of a game against the concepts that select among them.

    Attributes
    ----------
    equilibria : tuple of Equilibrium
    stabilities : tuple of Stability
        One for each.
    selected : tuple of pairs (str, tuple of int)
        Each concept, with the positions, from 0, of the equilibria that it selects.
    method, exact, complete, status
        As in every answer of the library.
    """

    equilibria: tuple[Equilibrium, ...]
    stabilities: tuple[Stability, ...]
    selected: tuple[tuple[str, tuple[int, ...]], ...]

    def __str__(self) -> str:
        margin = len(str(len(self.equilibria)))
        lines = []
        for place, one in enumerate(self.equilibria, 1):
            text = f"{place:>{margin}}  {_described(one)}"
            lines += textwrap.wrap(text, WIDTH, subsequent_indent=" " * (margin + 2))
        rows = [[title for title, _ in HEAD], *map(_cells, self.stabilities)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for place, row in enumerate(rows):
            cells = "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))
            lines.append(f"{place or '':>{margin}}  {cells}".rstrip())
        return wrapped([*lines, *textwrap.wrap(self.status, WIDTH)])

    def _repr_html_(self) -> str:
        head = ("equilibrium", *(title for title, _ in HEAD))
        rows = [
            (f"{place}. {_described(one)}", *_cells(stability))
            for place, (one, stability) in enumerate(
                zip(self.equilibria, self.stabilities, strict=True), 1
            )
        ]
        meanings = dict(HEAD)
        return framed(grid(self.status, head, rows, meanings) + obtained(self))


def expectations(equilibria: Equilibria | Game) -> Expectations:
    """Ask every concept of stability and selection which of a game's equilibria it selects.

    Parameters
    ----------
    equilibria : Equilibria or Game
        All equilibria of a game, as ``nash(game)`` returns them; or the game.

    Returns
    -------
    Expectations
        Prints as a table of at most 80 columns; in a notebook, as one in HTML. A dash marks a
        concept that does not speak of an equilibrium (see `Stability`).

    Raises
    ------
    TypeError
        If the argument is neither.
    ValueError
        As in `Equilibrium.stability`.

    References
    ----------
    harsanyi1988 in ``references.bib``, for the question.

    Examples
    --------
    >>> from dilemma.equilibria import nash
    >>> from dilemma.game import Game
    >>> print(expectations(nash(Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"]))))
    1  both play stag: payoffs 4 and 4
    2  both play hare: payoffs 3 and 3
    3  both mix stag (3/4) and hare (1/4): payoffs 3 and 3
       index  strict   stable  risk    p  payoff  rank  potential  survives
    1     +1     yes      ESS    no  3/4     yes     1         no       yes
    2     +1     yes      ESS   yes  1/4      no     2        yes       yes
    3     -1   quasi  neither     -    -      no     2         no       yes
    Evolutionary stability: 1, 2. Risk dominance: 2. 1/2-dominance: 2. Payoff
    dominance: 1. Potential: 2.
    """
    if isinstance(equilibria, Game):
        equilibria = nash(equilibria)
    if not isinstance(equilibria, Equilibria):
        raise TypeError(
            "equilibria: requires the Equilibria of a game, nash(game), or the game, "
            f"got {type(equilibria).__name__}"
        )
    found = tuple(one.stability for one in equilibria)
    half = [one.p_dominance is not None and 2 * one.p_dominance <= 1 for one in found]
    concepts = (
        ("Evolutionary stability", [one.evolutionary == "ESS" for one in found]),
        ("Risk dominance", [one.risk_dominant is True for one in found]),
        ("1/2-dominance", half),
        ("Payoff dominance", [one.payoff_dominant for one in found]),
        ("Potential", [one.potential_maximiser is True for one in found]),
    )
    selected = tuple(
        (name, tuple(place for place, chosen in enumerate(marks) if chosen))
        for name, marks in concepts
    )
    return Expectations(
        method="each concept by its definition",
        exact=equilibria.exact,
        complete=equilibria.complete,
        status=_status(selected, len(found)),
        equilibria=tuple(equilibria),
        stabilities=found,
        selected=selected,
    )


def _described(one: Equilibrium) -> str:
    first, second = map(number, one.payoffs)
    return f"{one.words}: payoffs {first} and {second}"


def _cells(one: Stability) -> list[str]:
    return [
        f"{one.index:+d}" if one.index else "0",
        "yes" if one.strict else "quasi" if one.quasi_strict else "no",
        one.evolutionary or "-",
        _mark(one.risk_dominant),
        "-" if one.p_dominance is None else _short(one.p_dominance),
        _mark(one.payoff_dominant),
        str(one.pareto_rank),
        _mark(one.potential_maximiser),
        _mark(one.survives_dominance),
    ]


def _short(value: Fraction) -> str:
    """A probability in at most 9 characters."""
    exact = str(value)
    return exact if len(exact) <= 9 else f"~{float(value):.3g}"


def _mark(value: bool | None) -> str:
    return "-" if value is None else "yes" if value else "no"


def _status(selected: tuple[tuple[str, tuple[int, ...]], ...], count: int) -> str:
    if count == 1:
        return "There is one equilibrium, and nothing to select."
    return " ".join(
        f"{name}: {', '.join(str(place + 1) for place in places) or 'none'}."
        for name, places in selected
    )
