r"""Trust as state: what the firms play builds or breaks the trust in which they play next.

With the openness that each firm meets, :math:`\varphi_1 = r_1 t_2` and
:math:`\varphi_2 = r_2 t_1` (what it takes in of what its partner shows; without leakage or
capacities, so that it stays in [0, 1]), trust rises by one level with probability
:math:`b \min(\varphi_1, \varphi_2)` and falls by one with
:math:`e \, |\varphi_1 - \varphi_2|`: mutual openness builds it, one-sided openness breaks it. Both
at once can't exceed 1, since

.. math:: b \min(\varphi_1, \varphi_2) + e \, |\varphi_1 - \varphi_2|
          \le \max(b, e) \, (\min(\varphi_1, \varphi_2) + |\varphi_1 - \varphi_2|)
          = \max(b, e) \max(\varphi_1, \varphi_2) \le 1.

The mapping is derived from the definitions of larsson1998, which has no dynamics of trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.evaluation import kind_of_terms, values_of
from dilemma.alliance.model import PLAYERS, Alliance
from dilemma.alliance.strategies import Strategy
from dilemma.alliance.terms import UNIT, Domain, kind_of
from dilemma.arrays.exact import fraction
from dilemma.game import Game, StochasticGame
from dilemma.writing.pages import Displayed

QUARTERS = tuple(Fraction(k, 4) for k in range(5))
LEAVE, DISSOLVED = "leave", "dissolved"


@dataclass(frozen=True)
class TrustDynamics(Displayed):
    r"""An alliance whose trust moves with what its firms play: built slowly, broken fast.

    In each period the firms play the alliance game at the present level of trust. After it, trust
    rises one level with probability :math:`b \min(\varphi_1, \varphi_2)`, falls one with
    :math:`e |\varphi_1 - \varphi_2|`, and else stays, where :math:`\varphi_1 = r_1 t_2` and
    :math:`\varphi_2 = r_2 t_1`; it can't leave the ends.

    Parameters
    ----------
    alliance : Alliance
        Its terms, all numbers; its own trust does not matter, as each state has its level.
    levels : sequence of increasing numbers in [0, 1]
        The trust levels τ₀ < … < τ_K; quarters unless given.
    build : in [0, 1]
        b, how likely fully mutual openness raises trust.
    erode : in [0, 1]
        e, how likely wholly one-sided openness lowers it.
    outside : number, or pair (row firm, column firm), optional
        What each firm earns per period once the alliance is dissolved. If given, each firm has one
        more strategy at every level, "leave": if either plays it, both get their outside payoffs
        from this very period on, in the absorbing state "dissolved". Without it nobody can leave.

    Raises
    ------
    TypeError, ValueError
        If a number is none or out of range, levels do not increase, or a term of the alliance is
        symbolic or an array.

    Notes
    -----
    Of the five strategies' 15 pairs, collaboration builds with probability b against itself and
    b/2 against compromise, and compromise b/4 against itself. Trust breaks with probability e
    where competition or accommodation meets collaboration, or each other, and with e/2 where one
    of them meets compromise. Avoidance, and two firms of which neither absorbs or neither shows,
    leave trust as it is.

    References
    ----------
    larsson1998 in ``references.bib``; the dynamics are ours.

    Examples
    --------
    >>> dynamics = TrustDynamics(Alliance(), levels=[0, 0.5, 1])
    >>> world = dynamics.game()
    >>> world.chances("trust 1/2", "collaboration")
    {'trust 1/2': Fraction(9, 10), 'trust 1': Fraction(1, 10)}
    >>> world.chances("trust 1/2", ("collaboration", "competition"))
    {'trust 0': Fraction(3, 10), 'trust 1/2': Fraction(7, 10)}
    """

    alliance: Alliance
    levels: tuple[Fraction, ...] = QUARTERS
    build: Fraction = Fraction(1, 10)
    erode: Fraction = Fraction(3, 10)
    outside: tuple[Fraction, Fraction] | None = None

    def __post_init__(self) -> None:
        _require_numbers(self.alliance)
        object.__setattr__(self, "levels", _levels(self.levels))
        for name in ("build", "erode"):
            object.__setattr__(self, name, _probability(getattr(self, name), name))
        if self.outside is not None:
            object.__setattr__(self, "outside", _outside(self.outside))
            if any(one.name == LEAVE for one in self.alliance.strategies):
                raise ValueError(
                    f"alliance: requires strategies with names other than {LEAVE!r} where "
                    "the firms can leave"
                )

    @property
    def states(self) -> tuple[str, ...]:
        """The states' names: a trust level each, then "dissolved" where the firms can leave."""
        names = tuple(f"trust {level}" for level in self.levels)
        return names if self.outside is None else (*names, DISSOLVED)

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each number that `replace` takes; trust is none, being the state."""
        own = {name: domain for name, domain in self.alliance.domains.items() if name != "trust"}
        return own | {"build": UNIT, "erode": UNIT}

    def replace(self, **terms: Any) -> TrustDynamics:
        """Return the dynamics with some terms changed: its own, or the alliance's.

        Raises
        ------
        TypeError
            If there is no such term, or it is trust, which is the state.

        Examples
        --------
        >>> TrustDynamics(Alliance()).replace(build=0.5, stakes=2).alliance.stakes
        Fraction(2, 1)
        """
        if "trust" in terms:
            raise TypeError("trust: is the state of the dynamics; change its levels instead")
        new = {one.name: getattr(self, one.name) for one in fields(self)}
        own = {name: terms.pop(name) for name in list(terms) if name in new}
        new |= own
        if terms:
            new["alliance"] = new["alliance"].replace(**terms)
        return TrustDynamics(**new)

    def chances(self, row: Strategy, column: Strategy) -> tuple[Fraction, Fraction]:
        """Return the probabilities that trust rises and that it falls, away from the ends.

        Examples
        --------
        >>> from dilemma.alliance import STRATEGIES
        >>> collaboration, competition, compromise, *_ = STRATEGIES
        >>> TrustDynamics(Alliance()).chances(compromise, collaboration)
        (Fraction(1, 20), Fraction(0, 1))
        """
        first = row.receptivity * column.transparency
        second = column.receptivity * row.transparency
        return self.build * min(first, second), self.erode * abs(first - second)

    def payoffs(self) -> NDArray[np.object_]:
        """Return both firms' payoffs at every level, exactly: shape (levels, 2, m, n).

        Without the strategy "leave" and the state "dissolved", which `game` has.
        """
        return np.stack([self.alliance.replace(trust=level).payoffs() for level in self.levels])

    def game(self) -> StochasticGame:
        """Return the stochastic game, exactly.

        Examples
        --------
        >>> print(TrustDynamics(Alliance(), levels=[0, 1], outside=0).game())
        3 states, row firm against column firm
          trust 0: 6 x 6; next trust 0 or trust 1 or dissolved
          trust 1: 6 x 6; next trust 0 or trust 1 or dissolved
          dissolved: 1 x 1; stays for ever
        """
        strategies = self.alliance.strategies
        names = [one.name for one in strategies]
        size, count, last = len(names), len(self.states), len(self.levels) - 1
        exits = self.outside is not None
        games, transitions = [], []
        for k, payoffs in enumerate(self.payoffs()):
            chances = np.full((size + exits, size + exits, count), Fraction(0), dtype=object)
            for i, row in enumerate(strategies):
                for j, column in enumerate(strategies):
                    rise, fall = self.chances(row, column)
                    chances[i, j, min(k + 1, last)] += rise
                    chances[i, j, max(k - 1, 0)] += fall
                    chances[i, j, k] += 1 - rise - fall
            labels = names
            if self.outside is not None:
                labels = [*names, LEAVE]
                chances[size, :, count - 1] = chances[:, size, count - 1] = Fraction(1)
                wider = np.empty((2, size + 1, size + 1), dtype=object)
                wider[:] = np.array(self.outside, dtype=object)[:, None, None]
                wider[:, :size, :size] = payoffs
                payoffs = wider
            games.append(Game(payoffs, [labels, labels], PLAYERS))
            transitions.append(chances)
        if self.outside is not None:
            alone = [[[one]] for one in self.outside]
            games.append(Game(alone, [["stay apart"]] * 2, PLAYERS))
            stays = np.full((1, 1, count), Fraction(0), dtype=object)
            stays[0, 0, count - 1] = Fraction(1)
            transitions.append(stays)
        return StochasticGame(games, transitions, self.states)


def _require_numbers(alliance: Any) -> None:
    if not isinstance(alliance, Alliance):
        raise TypeError(f"alliance: requires an Alliance, got {type(alliance).__name__}")
    if kind_of_terms(alliance.terms) == "number":
        return
    names = [name for name, value in values_of(alliance.terms) if kind_of(value) != "number"]
    what = "a symbol" if kind_of_terms(alliance.terms) == "symbol" else "an array"
    raise TypeError(
        "alliance: requires numbers for all terms, since its transitions and games are exact, "
        f"got {what} for {names[0]}; take one alliance at a time (.replace, or .at)"
    )


def _levels(levels: Any) -> tuple[Fraction, ...]:
    if isinstance(levels, str) or not isinstance(levels, (Sequence, np.ndarray)):
        raise TypeError(f"levels: requires a sequence of numbers in [0, 1], got {levels!r}")
    exact = tuple(_probability(one, f"levels[{k}]") for k, one in enumerate(levels))
    if not exact:
        raise ValueError("levels: requires at least one, got none")
    for low, high in pairwise(exact):
        if low >= high:
            raise ValueError(f"levels: requires increasing numbers, got {high} after {low}")
    return exact


def _probability(value: Any, name: str) -> Fraction:
    number = fraction(value, name)
    if not 0 <= number <= 1:
        raise ValueError(f"{name}: requires a number in [0, 1], got {number}")
    return number


def _outside(value: Any) -> tuple[Fraction, Fraction]:
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(
                "outside: requires one payoff, or a pair (row firm, column firm), "
                f"got {len(value)} values"
            )
        first, second = value
    else:
        first = second = value
    return fraction(first, "outside.row"), fraction(second, "outside.column")
