"""Terms in, games out: the interorganizational learning dilemma as a model of two firms."""

from dilemma.alliance.kinds import Dilemma
from dilemma.alliance.model import Alliance
from dilemma.alliance.outcomes import Outcomes
from dilemma.alliance.payoffs import (
    INTERORGANIZATIONAL_LEARNING,
    PayoffModel,
    coopetition,
    coopetition_payoffs,
    effort,
    interorganizational_learning,
    knowledge_learned,
    private_and_common_benefits,
    private_and_common_payoffs,
)
from dilemma.alliance.strategies import STRATEGIES, Strategy, strategy_grid
from dilemma.alliance.terms import TERMS, Domain, Term
from dilemma.alliance.trust_dynamics import TrustDynamics

__all__ = [
    "INTERORGANIZATIONAL_LEARNING",
    "STRATEGIES",
    "TERMS",
    "Alliance",
    "Dilemma",
    "Domain",
    "Outcomes",
    "PayoffModel",
    "Strategy",
    "Term",
    "TrustDynamics",
    "coopetition",
    "coopetition_payoffs",
    "effort",
    "interorganizational_learning",
    "knowledge_learned",
    "private_and_common_benefits",
    "private_and_common_payoffs",
    "strategy_grid",
]
