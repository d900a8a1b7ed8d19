r"""When joining is in a firm's own interest: thresholds that follow from payoffs.

Granovetter's thresholds stand for the point "where the perceived benefits to an individual of
doing the thing in question exceed the perceived costs" (granovetter1978). Here benefits and costs
are a game's: a firm joins those who play a strategy if, all others staying as they are, it earns
strictly more by it than by any other of its strategies. Among different firms it matters *who*
acts, not only how many, and more company need not make joining more attractive: whether a firm
has a threshold at all is therefore checked over all sets of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from dilemma.collective.mobilizing.followers import Followers, followers_of
from dilemma.game import checking
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# All sets of others of so many firms are gone through, and with payoffs of different firms.
MOST_FIRMS, MOST_DIFFERENT = 14, 8


@dataclass(frozen=True, init=False, eq=False)
class SelfInterest(Displayed):
    r"""Firms of a consortium that take up a strategy once that is their only best reply.

    Parameters
    ----------
    consortium : Consortium
        Of firms alike or different; or any object with ``size``, ``firms``, ``alike``,
        ``strategies`` and ``payoff(firm, profile)``. All terms are numbers.
    strategy : int or str
        What those who act play.
    otherwise : int or str
        What all others play.

    Attributes
    ----------
    firms : tuple of str
    strategy, otherwise : str

    Raises
    ------
    TypeError, ValueError
        If there is no such strategy, or both are the same.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> uneven = Consortium(4, trust="9/10", opportunism=0, stakes=(1, 1, 2, 4))
    >>> interest = SelfInterest(uneven, "collaboration", "avoidance")
    >>> interest.joins("firm 4", frozenset()), interest.joins("firm 4", frozenset({"firm 1"}))
    (False, True)
    """

    consortium: Any
    strategy: str
    otherwise: str

    def __init__(
        self,
        consortium: Any,
        strategy: int | str = "collaboration",
        otherwise: int | str = "avoidance",
    ) -> None:
        if not callable(getattr(consortium, "payoff", None)):
            raise TypeError(f"consortium: requires a Consortium, got {type(consortium).__name__}")
        names = tuple(one.name for one in consortium.strategies)
        one, other = checking.chosen([strategy, otherwise], names, "strategy, otherwise")
        object.__setattr__(self, "consortium", consortium)
        object.__setattr__(self, "strategy", names[one])
        object.__setattr__(self, "otherwise", names[other])

    @property
    def firms(self) -> tuple[str, ...]:
        """The consortium's firms."""
        return tuple(self.consortium.firms)

    @property
    def alike(self) -> bool:
        """Whether the firms are alike, so that it only matters how many act."""
        return bool(self.consortium.alike)

    @cached_property
    def monotone(self) -> bool:
        """Whether who joins some firms surely joins more of them: checked over all sets.

        False also where that takes too long to see: with more than 8 different firms.
        """
        if len(self.firms) > MOST_DIFFERENT and not self.alike:
            return False
        return all(firm_thresholds(self).monotone)

    def joins(self, firm: str, active: frozenset[str]) -> bool:
        """Return whether the strategy is a firm's only best reply.

        Parameters
        ----------
        firm : str
        active : frozenset of str
            Who else plays the strategy; all others play `otherwise`.
        """
        place = self._place[firm]
        key: Any = len(active) if self.alike else (place, active)
        if key not in self._known:
            names = [one.name for one in self.consortium.strategies]
            profile = [self.strategy if name in active else self.otherwise for name in self.firms]
            earned = {}
            for name in names:
                profile[place] = name
                earned[name] = self.consortium.payoff(place + 1, profile)
            own = earned.pop(self.strategy)
            self._known[key] = all(own > one for one in earned.values())
        return self._known[key]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.firms)}

    @cached_property
    def _known(self) -> dict[Any, bool]:
        return {}

    def __repr__(self) -> str:
        return f"<SelfInterest of {len(self.firms)} firms in {self.strategy}>"

    def __str__(self) -> str:
        return wrapped(
            [
                f"{len(self.firms)} firms that turn from {self.otherwise} to {self.strategy} once "
                "it is their only best reply"
            ]
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class FirmThresholds(Solution):
    """From how many others on each firm joins.

    Attributes
    ----------
    firms : tuple of str
    possible : tuple of int or None
        The smallest number of others that can move a firm, if they are the right ones; None if
        none can.
    sure : tuple of int or None
        The smallest number from which on any others move it, whoever they are; None if not even
        all others do.
    monotone : tuple of bool
        Whether whoever moves a firm also moves it with more company. Where both numbers are the
        same, it is a threshold in Granovetter's sense.
    """

    firms: tuple[str, ...]
    possible: tuple[int | None, ...]
    sure: tuple[int | None, ...]
    monotone: tuple[bool, ...]

    @property
    def thresholds(self) -> dict[str, int | None]:
        """What `cascade` takes: the sure numbers, with which it never claims too much."""
        return dict(zip(self.firms, self.sure, strict=True))

    def __str__(self) -> str:
        groups: dict[str, list[str]] = {}
        for name, low, high, monotone in zip(
            self.firms, self.possible, self.sure, self.monotone, strict=True
        ):
            if low is None:
                words = "joins nobody"
            elif low == high:
                words = f"{low} other{'' if low == 1 else 's'} or more" if low else "starts alone"
            else:
                words = f"{low} other{'' if low == 1 else 's'} if they are the right ones"
                words += "" if high is None else f", and any {high} or more"
            words += "" if monotone else "; more company can deter it"
            groups.setdefault(words, []).append(name)
        lines = [f"  {_named(those)}: {words}" for words, those in groups.items()]
        return wrapped([self.status, *lines])


def _named(firms: list[str]) -> str:
    if len(firms) <= 6:
        return ", ".join(firms)
    return f"{', '.join(firms[:5])} and {len(firms) - 5} more"


def firm_thresholds(followers: Any) -> FirmThresholds:
    """Find from how many others on each firm joins, by going through all sets of others.

    Parameters
    ----------
    followers : SelfInterest, JointProduction, or any others
        Of at most 14 firms; of any number if they are a consortium's, alike.

    Returns
    -------
    FirmThresholds

    Raises
    ------
    ValueError
        If there are more firms.

    Notes
    -----
    n 2^(n − 1) questions, or n where firms are alike.

    References
    ----------
    granovetter1978 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> uneven = Consortium(4, trust="9/10", opportunism=0, stakes=(1, 1, 2, 4))
    >>> interest = SelfInterest(uneven, "collaboration", "avoidance")
    >>> print(firm_thresholds(interest))
    Every firm has a threshold.
      firm 1, firm 2: 3 others or more
      firm 3: 2 others or more
      firm 4: 1 other or more
    >>> from dilemma.collective import critical_mass
    >>> print(critical_mass(interest))
    One mobilizer moves all 4 firms, and none is too few.
      first: firm 1
      all follow after 3 rounds
    """
    those: Followers = followers_of(followers)
    firms = those.firms
    alike = isinstance(those, SelfInterest) and those.alike
    if len(firms) > MOST_FIRMS and not alike:
        raise ValueError(
            f"followers: requires at most {MOST_FIRMS} firms to go through all sets of others, "
            f"got {len(firms)}"
        )
    possible: list[int | None] = []
    sure: list[int | None] = []
    monotone: list[bool] = []
    for name in firms[:1] if alike else firms:
        others = [one for one in firms if one != name]
        verdicts: list[list[bool]] = []
        known: dict[frozenset[str], bool] = {}
        rising = True
        for count in range(len(others) + 1):
            sets = [others[:count]] if alike else combinations(others, count)
            row = []
            for chosen in sets:
                active = frozenset(chosen)
                here = those.joins(name, active)
                row.append(here)
                if alike:
                    rising = rising and (here or not verdicts or not verdicts[-1][0])
                    continue
                known[active] = here
                if not here and any(known[active - {one}] for one in chosen):
                    rising = False
            verdicts.append(row)
        low = next((k for k, row in enumerate(verdicts) if any(row)), None)
        high = None
        for k in reversed(range(len(verdicts))):
            if not all(verdicts[k]):
                break
            high = k
        possible.append(low)
        sure.append(high)
        monotone.append(rising)
    if alike:
        possible, sure, monotone = possible * len(firms), sure * len(firms), monotone * len(firms)
    without = sum(low != high for low, high in zip(possible, sure, strict=True))
    status = "Every firm has a threshold."
    if without == len(firms):
        status = "No firm has a threshold: it matters who the others are, not how many."
    elif without:
        status = (
            f"{without} of {len(firms)} firms have no threshold: it matters who the others are."
        )
    if not all(monotone):
        status = status[:-1] + "; more company can deter some."
    return FirmThresholds(
        method="all sets of others, in rational arithmetic",
        exact=True,
        complete=True,
        status=status,
        firms=firms,
        possible=tuple(possible),
        sure=tuple(sure),
        monotone=tuple(monotone),
    )
