r"""Payoff models: from what two firms do to what they get.

A payoff model is a function ``(focal, partner, terms) -> (payoff of focal, payoff of partner)``.

- ``focal`` and ``partner`` have the attributes ``receptivity`` and ``transparency``, every term
  that belongs to each firm (``stakes``, ``opportunism``, ``absorptive_capacity``, …), and
  ``power``, the firm's own extra share of synergy (opposite for the two firms);
- ``terms`` has the mutual terms (``trust``, ``synergy``, ``leakage``, …).

Written with +, − and × only, the same function serves Fractions, sympy expressions, and whole
arrays of alliances.

The models here say more: a payoff is a *value* of what a firm learned and what it taught, whoever
it learned from and taught. A model that says so (`PayoffModel.value`) holds for more than two
firms as well (`dilemma.collective.Consortium`).

The payoffs are **derived from published definitions**; no published article prints them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.alliance.terms import NONNEGATIVE, UNIT, Term
from dilemma.writing.pages import Displayed

PayoffFunction = Callable[[Any, Any, Any], tuple[Any, Any]]
LearningFunction = Callable[[Any, Any, Any], Any]
ValueFunction = Callable[[Any, Any, Any, Any], Any]


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
    return _between_two(_interorganizational_value, focal, partner, terms)


def _interorganizational_value(firm: Any, learned: Any, taught: Any, terms: Any) -> Any:
    created = terms.synergy * (1 + firm.power) * learned * taught
    returned = terms.relational_return * terms.trust * taught
    race = (1 - terms.trust) * firm.opportunism * (learned - taught)
    return firm.stakes * (learned + created + returned + race) - effort(firm, terms)


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
    return _between_two(_private_and_common_value, focal, partner, terms)


def _private_and_common_value(firm: Any, learned: Any, taught: Any, terms: Any) -> Any:
    private = learned + (1 - terms.trust) * firm.opportunism * (learned - taught)
    common = (1 + firm.power) * terms.synergy * learned * taught + (learned + taught)
    value = (1 - firm.relative_scope) * private + firm.relative_scope * common
    return firm.stakes * value - effort(firm, terms)


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
    return _between_two(_coopetition_value, focal, partner, terms)


def _coopetition_value(firm: Any, learned: Any, taught: Any, terms: Any) -> Any:
    used = (1 + terms.leverage) * learned
    created = terms.synergy * (1 + firm.power) * learned * taught
    harmed = (1 - terms.trust) * terms.reverse_impact * taught
    return firm.stakes * (used + created - harmed) - effort(firm, terms)


def _between_two(
    value: ValueFunction,
    focal: Any,
    partner: Any,
    terms: Any,
    learning: LearningFunction = knowledge_learned,
) -> tuple[Any, Any]:
    """Two firms' payoffs: what each learned the other taught."""
    first, second = learning(focal, partner, terms), learning(partner, focal, terms)
    return value(focal, first, second, terms), value(partner, second, first, terms)


@dataclass(frozen=True)
class _PairPayoffs:
    """The payoff function of two firms that a value of learning and teaching makes."""

    value: ValueFunction
    learning: LearningFunction

    def __call__(self, focal: Any, partner: Any, terms: Any) -> tuple[Any, Any]:
        return _between_two(self.value, focal, partner, terms, self.learning)


@dataclass(frozen=True)
class PayoffModel(Displayed):
    """A payoff function with what belongs to it.

    Attributes
    ----------
    name : str
    payoffs : function (focal, partner, terms) -> (payoff of focal, payoff of partner)
        Made from `value` if left out.
    learning : function (learner, teacher, terms) -> what the learner learns
        `knowledge_learned` unless the model has another notion of it.
    terms : tuple of Term
        Terms that the model has beyond those of `dilemma.alliance.TERMS`.
    source : str
        Key in ``references.bib``, and what is derived from it.
    value : function (firm, learned, taught, terms) -> payoff, optional
        What a firm's learning and teaching, among however many, are worth to it: the form that a
        consortium of more than two firms needs. Beside `payoffs` it has to say the same.

    Raises
    ------
    TypeError
        If there is neither of the two functions.

    Examples
    --------
    A model for two firms and for more, in which knowledge is worth what it is and costs effort:

    >>> from dilemma.alliance import Alliance
    >>> def plain(firm, learned, taught, terms):
    ...     return firm.stakes * learned - effort(firm, terms)
    >>> Alliance(model=PayoffModel("plain learning", value=plain)).payoffs()[0, 1, 0]
    Fraction(1, 2)
    """

    name: str
    payoffs: PayoffFunction = None  # type: ignore[assignment]
    learning: LearningFunction = knowledge_learned
    terms: tuple[Term, ...] = ()
    source: str = ""
    value: ValueFunction | None = None

    def __post_init__(self) -> None:
        # Made anew, so that `dataclasses.replace` takes another value or notion of learning.
        if self.value is not None and (
            self.payoffs is None or isinstance(self.payoffs, _PairPayoffs)
        ):
            object.__setattr__(self, "payoffs", _PairPayoffs(self.value, self.learning))
        for name in ("payoffs", "value"):
            given = getattr(self, name)
            if not (callable(given) or (name == "value" and given is None)):
                beside = " unless there is a value" if name == "payoffs" else ""
                raise TypeError(f"{name}: requires a function{beside}, got {given!r}")


INTERORGANIZATIONAL_LEARNING = PayoffModel(
    name="interorganizational learning",
    value=_interorganizational_value,
    source="derived from the definitions of larsson1998",
)

private_and_common_benefits = PayoffModel(
    name="private and common benefits",
    value=_private_and_common_value,
    terms=(
        Term(
            "relative_scope",
            "s",
            UNIT,
            Fraction(1, 2),
            True,
            "share of the firm's markets that the alliance covers",
        ),
    ),
    source="derived from the definitions of khanna1998",
)
coopetition = PayoffModel(
    name="co-opetition",
    value=_coopetition_value,
    terms=(
        Term(
            "leverage",
            "λ",
            NONNEGATIVE,
            Fraction(1, 4),
            False,
            "extra value of received knowledge in the receiver's own business",
        ),
        Term(
            "reverse_impact",
            "χ",
            NONNEGATIVE,
            Fraction(3, 4),
            False,
            "harm to the sender from the receiver's use of its knowledge",
        ),
    ),
    source="derived from the definitions of loebbecke1999",
)
