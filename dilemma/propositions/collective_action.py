"""The claims of three sources on more than two partners: goals, governance, shocks, tracked value.

matinheikki2017 and matinheikki2019 argue from networks of firms, oskam2021 from ecosystems of
innovation; none of them prints a formula. Each entry of `COLLECTIVE` paraphrases a claim and
states it for the models of `dilemma.collective`, whose mappings are ours; a verdict is on this
formal statement, not on the sources' evidence. The models are small, so that verdicts can be
proofs; the modules of the claims say what they are. Shares that tip, and what search comes to, are
sampled, and never proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dilemma.propositions.acting_first import second_order, tipping
from dilemma.propositions.claiming import Claim
from dilemma.propositions.collecting import Collected
from dilemma.propositions.common_goals import common_goal, goal_formation, moderators
from dilemma.propositions.lasting_settlements import shocks
from dilemma.propositions.tracked_value import tracked_value


def _claims() -> dict[str, Claim]:
    found = Collected()
    for family in (
        goal_formation, moderators, common_goal, second_order, tipping, shocks, tracked_value,
    ):  # fmt: skip
        family(found)
    return dict(found)


COLLECTIVE: Mapping[str, Claim] = MappingProxyType(_claims())
"""Claims on more than two partners, by name."""
