"""More than two partners: the games they play, and how the value they make can be divided.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.collective.aligning.along import SignRange
    from dilemma.collective.aligning.answers import GoalPath, Goals
    from dilemma.collective.aligning.architects import ArchitectEffect, architect
    from dilemma.collective.aligning.ensembles import (
        ModerationSample,
        random_goal_network,
        sampled_moderation,
    )
    from dilemma.collective.aligning.moderating import Moderation, moderation
    from dilemma.collective.aligning.networks import GoalNetwork
    from dilemma.collective.aligning.terms import GOAL_TERMS
    from dilemma.collective.aligning.working import GoalsAtWork, goals_at_work
    from dilemma.collective.consortium.learning import SharedLearning
    from dilemma.collective.consortium.lines import PayoffLine
    from dilemma.collective.consortium.model import Consortium
    from dilemma.collective.consortium.terms import CONSORTIUM_TERMS
    from dilemma.collective.dividing.answers import (
        Core,
        Division,
        Membership,
        StableMemberships,
        StablePartitions,
    )
    from dilemma.collective.dividing.coalitions import Coalitions
    from dilemma.collective.governing.answers import (
        Deviation,
        FundingThresholds,
        SecondOrderDilemma,
    )
    from dilemma.collective.governing.deterring import (
        deviation_gain,
        first_order_gain,
        funding_thresholds,
        second_order_dilemma,
        second_order_gain,
    )
    from dilemma.collective.governing.institution import Institution
    from dilemma.collective.governing.intervals import Interval
    from dilemma.collective.governing.lasting import (
        GovernedLongRun,
        InstitutionComparison,
        compare_institutions,
        compliance_share,
        funding_share,
        long_run_payoff,
    )
    from dilemma.collective.governing.public_goods import PublicGoods
    from dilemma.collective.mobilizing.cascades import Cascade, cascade
    from dilemma.collective.mobilizing.followers import ThresholdFollowers
    from dilemma.collective.mobilizing.interests import (
        FirmThresholds,
        SelfInterest,
        firm_thresholds,
    )
    from dilemma.collective.mobilizing.lasting import LastingRange, lasting_range
    from dilemma.collective.mobilizing.maintaining import Maintenance, maintenance
    from dilemma.collective.mobilizing.populations import ShareCascade, cascade_of_shares
    from dilemma.collective.mobilizing.producing import JointProduction, OrderEffect, order_effect
    from dilemma.collective.mobilizing.recovering import Recovery, expected_recovery
    from dilemma.collective.mobilizing.seeding import CriticalMass, critical_mass
    from dilemma.collective.mobilizing.shocks import ShockSurvival, shock
    from dilemma.collective.mobilizing.tipping import Tipping, tipping_share
    from dilemma.collective.mobilizing.tipping_curves import TippingCurve, tipping_curve
    from dilemma.collective.searching.answers import (
        FavouredPiece,
        Lifetime,
        PatternComparison,
        TrackingConditions,
    )
    from dilemma.collective.searching.comparing import compare_patterns
    from dilemma.collective.searching.ecosystems import Ecosystem
    from dilemma.collective.searching.lives import both_patterns, continuous_search, orchestration
    from dilemma.collective.searching.tracking import tracking_conditions

# Loaded when they are first asked for.
_MODULE_OF = {
    "ArchitectEffect": "aligning.architects",
    "CONSORTIUM_TERMS": "consortium.terms",
    "Cascade": "mobilizing.cascades",
    "Coalitions": "dividing.coalitions",
    "Consortium": "consortium.model",
    "Core": "dividing.answers",
    "CriticalMass": "mobilizing.seeding",
    "Deviation": "governing.answers",
    "Division": "dividing.answers",
    "Ecosystem": "searching.ecosystems",
    "FavouredPiece": "searching.answers",
    "FirmThresholds": "mobilizing.interests",
    "FundingThresholds": "governing.answers",
    "GOAL_TERMS": "aligning.terms",
    "GoalNetwork": "aligning.networks",
    "GoalPath": "aligning.answers",
    "Goals": "aligning.answers",
    "GoalsAtWork": "aligning.working",
    "GovernedLongRun": "governing.lasting",
    "Institution": "governing.institution",
    "InstitutionComparison": "governing.lasting",
    "Interval": "governing.intervals",
    "JointProduction": "mobilizing.producing",
    "LastingRange": "mobilizing.lasting",
    "Lifetime": "searching.answers",
    "Maintenance": "mobilizing.maintaining",
    "Membership": "dividing.answers",
    "Moderation": "aligning.moderating",
    "ModerationSample": "aligning.ensembles",
    "OrderEffect": "mobilizing.producing",
    "PatternComparison": "searching.answers",
    "PayoffLine": "consortium.lines",
    "PublicGoods": "governing.public_goods",
    "Recovery": "mobilizing.recovering",
    "SecondOrderDilemma": "governing.answers",
    "SelfInterest": "mobilizing.interests",
    "ShareCascade": "mobilizing.populations",
    "SharedLearning": "consortium.learning",
    "ShockSurvival": "mobilizing.shocks",
    "SignRange": "aligning.along",
    "StableMemberships": "dividing.answers",
    "StablePartitions": "dividing.answers",
    "ThresholdFollowers": "mobilizing.followers",
    "Tipping": "mobilizing.tipping",
    "TippingCurve": "mobilizing.tipping_curves",
    "TrackingConditions": "searching.answers",
    "architect": "aligning.architects",
    "both_patterns": "searching.lives",
    "cascade": "mobilizing.cascades",
    "cascade_of_shares": "mobilizing.populations",
    "compare_institutions": "governing.lasting",
    "compare_patterns": "searching.comparing",
    "compliance_share": "governing.lasting",
    "continuous_search": "searching.lives",
    "critical_mass": "mobilizing.seeding",
    "deviation_gain": "governing.deterring",
    "expected_recovery": "mobilizing.recovering",
    "firm_thresholds": "mobilizing.interests",
    "first_order_gain": "governing.deterring",
    "funding_share": "governing.lasting",
    "funding_thresholds": "governing.deterring",
    "goals_at_work": "aligning.working",
    "lasting_range": "mobilizing.lasting",
    "long_run_payoff": "governing.lasting",
    "maintenance": "mobilizing.maintaining",
    "moderation": "aligning.moderating",
    "orchestration": "searching.lives",
    "order_effect": "mobilizing.producing",
    "random_goal_network": "aligning.ensembles",
    "sampled_moderation": "aligning.ensembles",
    "second_order_dilemma": "governing.deterring",
    "second_order_gain": "governing.deterring",
    "shock": "mobilizing.shocks",
    "tipping_curve": "mobilizing.tipping_curves",
    "tipping_share": "mobilizing.tipping",
    "tracking_conditions": "searching.tracking",
}

__all__ = [
    "CONSORTIUM_TERMS",
    "GOAL_TERMS",
    "ArchitectEffect",
    "Cascade",
    "Coalitions",
    "Consortium",
    "Core",
    "CriticalMass",
    "Deviation",
    "Division",
    "Ecosystem",
    "FavouredPiece",
    "FirmThresholds",
    "FundingThresholds",
    "GoalNetwork",
    "GoalPath",
    "Goals",
    "GoalsAtWork",
    "GovernedLongRun",
    "Institution",
    "InstitutionComparison",
    "Interval",
    "JointProduction",
    "LastingRange",
    "Lifetime",
    "Maintenance",
    "Membership",
    "Moderation",
    "ModerationSample",
    "OrderEffect",
    "PatternComparison",
    "PayoffLine",
    "PublicGoods",
    "Recovery",
    "SecondOrderDilemma",
    "SelfInterest",
    "ShareCascade",
    "SharedLearning",
    "ShockSurvival",
    "SignRange",
    "StableMemberships",
    "StablePartitions",
    "ThresholdFollowers",
    "Tipping",
    "TippingCurve",
    "TrackingConditions",
    "architect",
    "both_patterns",
    "cascade",
    "cascade_of_shares",
    "compare_institutions",
    "compare_patterns",
    "compliance_share",
    "continuous_search",
    "critical_mass",
    "deviation_gain",
    "expected_recovery",
    "firm_thresholds",
    "first_order_gain",
    "funding_share",
    "funding_thresholds",
    "goals_at_work",
    "lasting_range",
    "long_run_payoff",
    "maintenance",
    "moderation",
    "orchestration",
    "order_effect",
    "random_goal_network",
    "sampled_moderation",
    "second_order_dilemma",
    "second_order_gain",
    "shock",
    "tipping_curve",
    "tipping_share",
    "tracking_conditions",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.collective.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
