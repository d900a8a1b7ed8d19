"""How much patience each harsher punishment saves, from grim reversion down to minmax."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from dilemma.arrays.algebraic import Real
from dilemma.game import Game
from dilemma.game.display import WIDTH
from dilemma.game.repeating import RepeatedGame
from dilemma.repeated.patience.reversion import CriticalDiscount, critical_discount
from dilemma.repeated.patience.targets import SAME
from dilemma.repeated.patience.words import shown
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class Rung(Displayed):
    """One kind of punishment, and the patience that it asks for.

    Attributes
    ----------
    punishment : str
        In words.
    value : Fraction, AlgebraicNumber or None
        The least discount factor; None if none below 1 sustains the target.
    credible : bool
        True if it is in everybody's interest to carry the punishment out.
    """

    punishment: str
    value: Real | None
    credible: bool

    def __str__(self) -> str:
        value = "none" if self.value is None else shown(self.value)
        return f"{self.punishment}: {value}{'' if self.credible else ' (not credible)'}"


@dataclass(frozen=True, kw_only=True, repr=False)
class PunishmentLadder(Solution):
    """The least discount factors that sustain one target, from mild to harsh punishments.

    Attributes
    ----------
    rungs : tuple of Rung
        Reversion to the given punishment, if there is one; to each player's worst stage
        equilibrium; the best penal code of its class; minmax in mixed strategies for ever, which
        is no punishment that could be carried out but a bound for all.
    code : CriticalDiscount
        The answer for penal codes, with the punishments.
    """

    rungs: tuple[Rung, ...]
    code: CriticalDiscount

    def __str__(self) -> str:
        return wrapped([*textwrap.wrap(self.status, WIDTH), *(f"  {one}" for one in self.rungs)])


def punishment_ladder(
    game: Game | RepeatedGame,
    target: Any,
    punishment: Any = None,
    *,
    longest: int = 8,
    carrot: str = "target",
) -> PunishmentLadder:
    r"""Compare how much patience a target needs under ever harsher punishments, exactly.

    Where the given punishment is a stage equilibrium, the values fall from rung to rung: a stage
    equilibrium is one of the punishments of the penal codes that are searched, and no equilibrium
    of the repeated game pays less than minmax.

    Parameters
    ----------
    game, target, longest, carrot
        As in `critical_discount`.
    punishment : as in `critical_discount`, optional
        For the first rung.

    Returns
    -------
    PunishmentLadder

    Raises
    ------
    TypeError, ValueError
        As `critical_discount` does.

    References
    ----------
    friedman1971, abreu1988 in ``references.bib``.

    Examples
    --------
    >>> duopoly = Game.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], ["low", "medium", "high"])
    >>> print(punishment_ladder(duopoly, "low", "medium"))
    Sustaining mutual low takes a discount factor of 5/14 at least with the penal
    codes searched; below 1/3 no punishment does.
      reversion to mutual medium: 5/8
      each player's worst stage equilibrium: 5/8
      stick and carrot: 5/14
      minmax for ever, a bound: 1/3 (not credible)
    """
    rungs: list[Rung] = []
    if punishment is not None:
        given = critical_discount(game, target, punishment)
        threat = given.punishments[0]
        words = "" if threat is None else threat.words.removeprefix("for ever ")
        rungs.append(Rung(f"reversion to {words}", given.value, given.credible))
    worst = critical_discount(game, target, "worst")
    code = critical_discount(game, target, "minmax", longest=longest, carrot=carrot)
    rungs.append(Rung("each player's worst stage equilibrium", worst.value, True))
    rungs.append(Rung("stick and carrot", code.value, True))
    rungs.append(Rung("minmax for ever, a bound", code.bound, False))
    return PunishmentLadder(
        method="grim reversion in closed form, and simple penal codes by algebraic roots",
        exact=True,
        complete=code.complete,
        status=_status(code),
        rungs=tuple(rungs),
        code=code,
    )


def _status(code: CriticalDiscount) -> str:
    names = code.target
    target = f"mutual {names[0]}" if names[0] == names[1] else " with ".join(names)
    if code.lottery:
        target = f"the payoffs {' and '.join(names)} by {SAME}"
    if code.bound is None:
        return f"No discount factor sustains {target}, whatever the punishment."
    if code.value is None:
        return (
            f"No penal code that was searched sustains {target}; below "
            f"{shown(code.bound)} no punishment does."
        )
    if code.value == 0 and code.largest == 1:
        return f"Any discount factor sustains {target}: nobody gains by deviating."
    if code.value == code.bound:
        return (
            f"Sustaining {target} takes a discount factor of {shown(code.value)} at least, "
            "whatever the punishment."
        )
    return (
        f"Sustaining {target} takes a discount factor of {shown(code.value)} at least with the "
        f"penal codes searched; below {shown(code.bound)} no punishment does."
    )
