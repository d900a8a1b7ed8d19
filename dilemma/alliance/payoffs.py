r"""Payoff models: from what two firms do to what they get.

A payoff model is a function ``(focal, partner, terms) -> (payoff of focal, payoff of partner)``.

- ``focal`` and ``partner`` have the attributes ``receptivity`` and ``transparency``, every term
  that belongs to each firm (``stakes``, ``opportunism``, ``absorptive_capacity``, …), and
  ``power``, the firm's own extra share of synergy (opposite for the two firms);
- ``terms`` has the mutual terms (``trust``, ``synergy``, ``leakage``, …).

Written with +, − and × only, the same function serves Fractions, sympy expressions, and whole
arrays of alliances.

The payoffs are **derived from published definitions**; no published article prints them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.alliance.terms import Domain, Term
from dilemma.writing.pages import Displayed

PayoffFunction = Callable[[Any, Any, Any], tuple[Any, Any]]
LearningFunction = Callable[[Any, Any, Any], Any]


def knowledge_learned(learner: Any, teacher: Any, terms: Any) -> Any:
    r"""Return what one firm learns from the other.

    .. math:: f_i = (1 + \pi)\, a_i c_j\, r_i\, (\ell + (1 - \ell)\, t_j)

    Learning needs an able and receptive learner, and a teacher who can communicate; an opaque
    teacher still leaks :math:`\ell`, and prior interaction :math:`\pi` makes learning easier.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> Alliance(leakage="1/10").outcomes().learning[0, 0, 1]  # collaboration meets competition
    Fraction(1, 10)
    """
    openness = terms.leakage + (1 - terms.leakage) * teacher.transparency
    ability = learner.absorptive_capacity * teacher.communicative_capacity
    return (1 + terms.prior_interaction) * ability * learner.receptivity * openness


def effort(firm: Any, terms: Any) -> Any:
    r"""Return the cost of a firm's strategy, :math:`\kappa_r e(r) + \kappa_t e(t)`.

    :math:`e(x) = (1 - \nu) x + \nu x^2`: convex effort makes compromise cheap.

    Examples
    --------
    A payoff model in which knowledge costs effort and is worth nothing:

    >>> from dilemma.alliance import Alliance
    >>> def futile(focal, partner, terms):
    ...     return -effort(focal, terms), -effort(partner, terms)
    >>> Alliance(model=futile).payoffs()[0, 2, 2]  # compromise: twice 1/2 (1/8 + 3/16)
    Fraction(-5, 16)
    """

    def felt(x: Any) -> Any:
        return (1 - terms.effort_convexity) * x + terms.effort_convexity * x * x

    return firm.receptivity_cost * felt(firm.receptivity) + firm.transparency_cost * felt(
        firm.transparency
    )


def interorganizational_learning(focal: Any, partner: Any, terms: Any) -> tuple[Any, Any]:
    r"""Return the payoffs of the interorganizational learning dilemma.

    .. math::

        u_i = S_i \left[ f_i + \sigma (1 + \rho_i) f_i f_j + \eta \tau f_j
              + (1 - \tau)\, \omega_i (f_i - f_j) \right]
              - \kappa^r_i e(r_i) - \kappa^t_i e(t_i)

    Own learning, jointly created knowledge, the return on a trusted partner's learning, the race
    for advantage that trust curbs, less effort. Derived from the definitions of
    larsson1998, which prints no payoffs.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> Alliance().payoffs()[0, 0, 0]  # S(1 + σ + ητ) − κr − κt
    Fraction(3, 4)
    """
    own, other = knowledge_learned(focal, partner, terms), knowledge_learned(partner, focal, terms)

    def payoff(firm: Any, learned: Any, taught: Any) -> Any:
        created = terms.synergy * (1 + firm.power) * learned * taught
        returned = terms.relational_return * terms.trust * taught
        race = (1 - terms.trust) * firm.opportunism * (learned - taught)
        return firm.stakes * (learned + created + returned + race) - effort(firm, terms)

    return payoff(focal, own, other), payoff(partner, other, own)


def private_and_common_payoffs(focal: Any, partner: Any, terms: Any) -> tuple[Any, Any]:
    r"""Return the payoffs of a race for private benefits beside common ones (khanna1998).

    A firm earns *private* benefits alone, by applying what it learned outside the alliance, and
    *common* benefits with its partner, from the learning of both. The larger its *relative scope*
    s (the alliance's markets among all of the firm's), the more of its benefits are common:

    .. math::

        u_i = S_i \left[ (1 - s_i) \left( f_i + (1 - \tau) \omega_i (f_i - f_j) \right)
              + s_i \left( f_i + f_j + \sigma (1 + \rho_i) f_i f_j \right) \right] - \text{effort}.

    The formula is ours: the article argues in words and diagrams.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> common = Alliance(model=private_and_common_benefits, extra={"relative_scope": 1})
    >>> common.payoffs()[0, 0, 0]  # 1 + 1 + σ − κr − κt
    Fraction(3, 2)
    """
    own, other = knowledge_learned(focal, partner, terms), knowledge_learned(partner, focal, terms)

    def payoff(firm: Any, learned: Any, taught: Any) -> Any:
        private = learned + (1 - terms.trust) * firm.opportunism * (learned - taught)
        common = (1 + firm.power) * terms.synergy * learned * taught + (learned + taught)
        value = (1 - firm.relative_scope) * private + firm.relative_scope * common
        return firm.stakes * value - effort(firm, terms)

    return payoff(focal, own, other), payoff(partner, other, own)


def coopetition_payoffs(focal: Any, partner: Any, terms: Any) -> tuple[Any, Any]:
    r"""Return the payoffs of co-opetition: synergy, leverage, reverse impact (loebbecke1999).

    Knowledge shared gains in value by *synergy* with the partner's, and by *leverage* in the
    receiver's own business; that use has a *negative reverse impact* on the sender, which
    trust curbs:

    .. math::

        u_i = S_i \left[ (1 + \lambda) f_i + \sigma (1 + \rho_i) f_i f_j
              - (1 - \tau) \chi f_j \right] - \text{effort}.

    The formula is ours, after the three notions of the article.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> Alliance(model=coopetition).payoffs()[0, 0, 0]  # 5/4 + 1/2 − 3/8 − 1
    Fraction(3, 8)
    """
    own, other = knowledge_learned(focal, partner, terms), knowledge_learned(partner, focal, terms)

    def payoff(firm: Any, learned: Any, taught: Any) -> Any:
        used = (1 + terms.leverage) * learned
        created = terms.synergy * (1 + firm.power) * learned * taught
        harmed = (1 - terms.trust) * terms.reverse_impact * taught
        return firm.stakes * (used + created - harmed) - effort(firm, terms)

    return payoff(focal, own, other), payoff(partner, other, own)


@dataclass(frozen=True)
class PayoffModel(Displayed):
    """A payoff function with what belongs to it.

    Attributes
    ----------
    name : str
    payoffs : function (focal, partner, terms) -> (payoff of focal, payoff of partner)
    learning : function (learner, teacher, terms) -> what the learner learns
        `knowledge_learned` unless the model has another notion of it.
    terms : tuple of Term
        Terms that the model has beyond those of `dilemma.alliance.TERMS`.
    source : str
        Key in ``references.bib``, and what is derived from it.
    """

    name: str
    payoffs: PayoffFunction
    learning: LearningFunction = knowledge_learned
    terms: tuple[Term, ...] = ()
    source: str = ""


_NONNEGATIVE = Domain(Fraction(0), None)

INTERORGANIZATIONAL_LEARNING = PayoffModel(
    name="interorganizational learning",
    payoffs=interorganizational_learning,
    source="derived from the definitions of larsson1998",
)

private_and_common_benefits = PayoffModel(
    name="private and common benefits",
    payoffs=private_and_common_payoffs,
    terms=(
        Term(
            "relative_scope",
            "s",
            Domain(Fraction(0), Fraction(1)),
            Fraction(1, 2),
            True,
            "share of the firm's markets that the alliance covers",
        ),
    ),
    source="derived from the definitions of khanna1998",
)
coopetition = PayoffModel(
    name="co-opetition",
    payoffs=coopetition_payoffs,
    terms=(
        Term(
            "leverage",
            "λ",
            _NONNEGATIVE,
            Fraction(1, 4),
            False,
            "extra value of received knowledge in the receiver's own business",
        ),
        Term(
            "reverse_impact",
            "χ",
            _NONNEGATIVE,
            Fraction(3, 4),
            False,
            "harm to the sender from the receiver's use of its knowledge",
        ),
    ),
    source="derived from the definitions of loebbecke1999",
)
