"""What games of two players and of any number share: a table of payoffs, and names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.game import checking, display, gambit
from dilemma.game.checking import Names
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import pygambit


@dataclass(frozen=True, init=False, eq=False, repr=False)
class StrategicForm(Displayed):
    """A game in strategic form, given by what each player gets in each profile of strategies.

    It has no constructor of its own: `Game` and `StrategicGame` check what they are given.
    """

    strategies: tuple[Names, ...]
    players: Names
    _given: NDArray[Any]

    def _keep(
        self, given: NDArray[Any], strategies: tuple[Names, ...], players: tuple[str, ...]
    ) -> None:
        """Fill a new game with a copy of its payoffs, and with its names, all checked."""
        object.__setattr__(self, "_given", checking.kept(given))
        object.__setattr__(self, "strategies", strategies)
        object.__setattr__(self, "players", players)

    @property
    def holds_floats(self) -> bool:
        """Whether the payoffs were given as floats, each of which means the decimal it prints."""
        return self._given.dtype == np.float64

    @cached_property
    def exact_payoffs(self) -> NDArray[np.object_]:
        """The payoffs as Fractions, by player and profile, read-only."""
        return checking.exact_view(self._given)

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """The payoffs as float64, by player and profile, read-only."""
        return checking.float_view(self._given)

    def to_gambit(self) -> pygambit.Game:
        """Return the game as a `pygambit.Game`, with exact payoffs and the same names.

        Gambit gives empty names of players, and equal ones, a suffix as in `parse_strategic`.

        Raises
        ------
        ModuleNotFoundError
            If pygambit is not installed: it is the extra ``gambit``.
        ValueError
            As in `to_nfg`; if pygambit refuses a name (with line breaks, with two spaces in a row
            or one at an end; before version 17, with anything but ASCII); if it would change a
            name (a backslash at the end, or before another or a quotation mark).

        Examples
        --------
        >>> from dilemma.game import Game
        >>> Game.symmetric([["1/3", 0], [5, 1]], players=["firm", "partner"]).to_gambit().title
        'firm against partner'
        """
        return gambit.handed_over(self.exact_payoffs, self.strategies, self.players)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return (
            self.strategies == other.strategies
            and self.players == other.players
            and np.array_equal(self.exact_payoffs, other.exact_payoffs)
        )

    def __hash__(self) -> int:
        return hash((self.strategies, self.players, tuple(self.exact_payoffs.flat)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (np.array(self._given), self.strategies, self.players)

    def __str__(self) -> str:
        return display.text(self.exact_payoffs, self.strategies, self.players)

    def _repr_html_(self) -> str:
        return display.html(self.exact_payoffs, self.strategies, self.players)
