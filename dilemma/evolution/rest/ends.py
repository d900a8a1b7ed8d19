"""What populations come to, and from how much of the state space: basins as they are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution.rest.answers import RestContinuum, RestPoint, RestPoints
from dilemma.evolution.rest.recurring import LimitCycle
from dilemma.evolution.rest.words import names_of, share
from dilemma.game import checking
from dilemma.solution import VERSION, Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

# So much of other strategies at a rest point in floating point is rounding.
TRACES = 1e-9


@dataclass(frozen=True)
class Basin(Displayed):
    """What some of the starts came to.

    Attributes
    ----------
    attractor : RestPoint, RestContinuum, LimitCycle or None
        None for all other kinds.
    kind : str
        ``"rest point"``, ``"continuum"``, ``"limit cycle"``, ``"heteroclinic cycle"``, \
``"closed orbits"``, ``"at rest"`` (in states that were not found before) or ``"unsettled"``.
    share : float or Fraction
        The part of the state space from which it is reached, by volume; exact in games of two
        strategies, but for the rounding of irrational numbers.
    standard_error : float
        Of the share; 0 if it is exact.
    words : str
        What it is.
    """

    attractor: RestPoint | RestContinuum | LimitCycle | None
    kind: str
    share: float | Fraction
    standard_error: float
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class Basins(Solution, Sequence[Basin]):
    """How much of the state space leads where: the sequence holds the largest basin first.

    Attributes
    ----------
    basins : tuple of Basin
        What the sequence holds; starts that did not settle come last, if there are any.
    rest : RestPoints
        The rest points that attractors were recognised by.
    starts : tuple of numpy.ndarray of shape (starts, n)
        Where trajectories started, for each population; read-only, and empty if exact.
    reached : numpy.ndarray of int, shape (starts,)
        The position in the sequence that each start came to.
    rule : str
    method, exact, complete, status
        As in every answer of the library; complete if all starts settled.
    """

    basins: tuple[Basin, ...]
    rest: RestPoints
    starts: tuple[Floats, ...]
    reached: NDArray[np.int64]
    rule: str

    @overload
    def __getitem__(self, index: int) -> Basin: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Basin, ...]: ...
    def __getitem__(self, index: int | slice) -> Basin | tuple[Basin, ...]:
        return self.basins[index]

    def __len__(self) -> int:
        return len(self.basins)

    def __iter__(self) -> Iterator[Basin]:
        return iter(self.basins)

    def __str__(self) -> str:
        import textwrap

        lines = [*textwrap.wrap(self.status, 80)]
        for one in self.basins:
            lines += textwrap.wrap(
                one.words,
                80,
                initial_indent=f"  {_share(one, self.exact):<17}",
                subsequent_indent=" " * 19,
            )
        return wrapped(lines)

    def share_of(self, strategy: int | str) -> float:
        """Return from how much of the state space all come to play a strategy.

        Parameters
        ----------
        strategy : int or str
            By index or name; with two populations, of both.

        Returns
        -------
        float
            The share of the rest point at which all play it, and all but traces (of 1e-9); 0 if
            there is none to which anything comes. Its standard error is that of this basin
            (`Basin.standard_error`), 0 if the answer is exact. Starts that did not settle count
            for nothing.

        Raises
        ------
        TypeError, ValueError
            If there is no such strategy.

        Notes
        -----
        A continuum counts for none of its strategies, even if it holds such a state.

        Examples
        --------
        >>> from dilemma.evolution import basins
        >>> from dilemma.game import Game
        >>> found = basins(Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"]))
        >>> round(found.share_of("stag"), 3), found.share_of("hare") + found.share_of("stag")
        (0.333, 1.0)
        """
        names = names_of(self.rest.game)[: self.rest.populations]
        places = [checking.chosen([strategy], own, "strategy")[0] for own in names]
        found = (
            float(one.share)
            for one in self.basins
            if isinstance(one.attractor, RestPoint)
            and all(
                own[place] > 1 - TRACES
                for own, place in zip(one.attractor.shares, places, strict=True)
            )
        )
        return sum(found, 0.0)

    def to_dataset(self) -> xarray.Dataset:
        """Return shares and standard errors as an `xarray.Dataset` over ``attractor``."""
        import xarray

        return xarray.Dataset(
            {
                "share": ("attractor", [float(one.share) for one in self.basins]),
                "standard_error": ("attractor", [one.standard_error for one in self.basins]),
                "kind": ("attractor", [one.kind for one in self.basins]),
            },
            {"attractor": [one.words for one in self.basins]},
            {
                "dilemma": "basins",
                "rule": self.rule,
                "status": self.status,
                "method": self.method,
                "versions": (
                    f"dilemma {VERSION}, numpy {np.__version__}, xarray {xarray.__version__}"
                ),
            },
        )


def _share(basin: Basin, exact: bool) -> str:
    if isinstance(basin.share, Fraction) or exact:
        return share(basin.share)
    return f"{basin.share:.4f} +- {basin.standard_error:.4f}"
