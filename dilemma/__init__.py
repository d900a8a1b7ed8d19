"""Learning dilemmas in strategic alliances: games, exact equilibria, repeated play.

For which trust, stakes and opportunism does collaboration survive, how sure is that, and what
changes it?

    >>> import dilemma
    >>> alliance = dilemma.Alliance(trust=0.75)
    >>> [equilibrium.words for equilibrium in dilemma.nash(alliance.game()) if equilibrium.strict]
    ['both play collaboration', 'both play avoidance']

The rooms, each named after its question; everything below is importable from its room, and loaded
when it is first used:

- `dilemma.alliance`: the terms of an alliance, and the games that they make.
- `dilemma.collective`: more than two partners: consortia, and the division of value.
- `dilemma.game`: games, batches of games, files of games.
- `dilemma.equilibria`: what partners settle on.
- `dilemma.evolution`: what populations drift to.
- `dilemma.repeated`: what a shared future sustains.
- `dilemma.study`: how answers move as terms move.
- `dilemma.propositions`: what theory claims, proved or refuted.
- `dilemma.survey`: coded cases in, estimates out.
- `dilemma.show`: pictures, tables and records of every answer.
- `dilemma.testing`: random games and alliances for property tests.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from dilemma.solution import VERSION as __version__  # noqa: N811

if TYPE_CHECKING:
    from dilemma.alliance import STRATEGIES, Alliance, Strategy
    from dilemma.collective import Consortium
    from dilemma.equilibria import correlated, logit_equilibrium, logit_path, nash, nash_map
    from dilemma.evolution import Population, basins, flow, rest_points
    from dilemma.game import Game, Games
    from dilemma.propositions import Claim, examine
    from dilemma.repeated import Policy, critical_discount, payoff_set, policy_game
    from dilemma.show import explore, plot, report
    from dilemma.study import axis, regions, sensitivity, sweep, thresholds
    from dilemma.survey import CaseSurvey

# Silent unless the user attaches a handler of their own.
logging.getLogger("dilemma").addHandler(logging.NullHandler())

_ROOM_OF = {
    "Alliance": "alliance",
    "CaseSurvey": "survey",
    "Claim": "propositions",
    "Consortium": "collective",
    "Game": "game",
    "Games": "game",
    "Policy": "repeated",
    "Population": "evolution",
    "STRATEGIES": "alliance",
    "Strategy": "alliance",
    "axis": "study",
    "basins": "evolution",
    "correlated": "equilibria",
    "critical_discount": "repeated",
    "explore": "show",
    "examine": "propositions",
    "flow": "evolution",
    "logit_equilibrium": "equilibria",
    "logit_path": "equilibria",
    "nash": "equilibria",
    "nash_map": "equilibria",
    "payoff_set": "repeated",
    "plot": "show",
    "policy_game": "repeated",
    "regions": "study",
    "report": "show",
    "rest_points": "evolution",
    "sensitivity": "study",
    "sweep": "study",
    "thresholds": "study",
}
_ROOMS = (
    "alliance",
    "arrays",
    "collective",
    "equilibria",
    "evolution",
    "game",
    "propositions",
    "repeated",
    "show",
    "solution",
    "study",
    "survey",
    "testing",
)

__all__ = [  # noqa: RUF022
    "Strategy",
    "STRATEGIES",
    "Alliance",
    "Consortium",
    "Game",
    "Games",
    "nash",
    "nash_map",
    "correlated",
    "logit_equilibrium",
    "logit_path",
    "flow",
    "rest_points",
    "basins",
    "Population",
    "critical_discount",
    "payoff_set",
    "Policy",
    "policy_game",
    "axis",
    "sweep",
    "thresholds",
    "regions",
    "sensitivity",
    "CaseSurvey",
    "plot",
    "explore",
    "Claim",
    "examine",
    "report",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name in _ROOM_OF:
        value = getattr(importlib.import_module(f"dilemma.{_ROOM_OF[name]}"), name)
        globals()[name] = value
        return value
    if name in _ROOMS:
        return importlib.import_module(f"dilemma.{name}")
    raise AttributeError(f"module 'dilemma' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF, *_ROOMS})
