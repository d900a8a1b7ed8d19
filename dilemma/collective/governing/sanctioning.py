r"""Who sanctions whom, and what it costs both: the same for every game that is governed.

A player who takes part has an *offence* o in [0, 1] (to hold back, or to be opaque) and a *role*:
it stays ``free`` of any part in governance, funds the ``pool`` before play, or sanctions as a
``peer`` afterwards. Others stay ``outside``. With V funders of the pool and W peers among the
*others* in the group,

.. math::

    \text{burden} = G\,[\text{pool}] + B\, V o^{\text{pool}} + \beta\, W o^{\text{peer}}
                    + \gamma\,[\text{peer}] \sum_{j \ne i} o_j^{\text{peer}},

where G and B are the fee and the fine of the pool, γ and β the cost and the fine of a peer's
sanction, and o^pool and o^peer the graver of a player's two offences: its own, and that of not
sanctioning, weighed by the second-order severity s,

.. math::

    o^{\text{pool}} = \max(o,\ s\,[\text{not pool}]), \qquad
    o^{\text{peer}} = \max(o,\ s\,[\text{not peer, and some } o_j > 0 \text{ in the group}]).

A pool is paid before play, so that who did not pay is always seen; that someone does not sanction
as a peer is seen only where there is something to sanction. This difference between pools and
peers is that of sigmund2010; s = 1 is its second-order punishment, s = 0 none. That one pays for
the graver of two offences, and not for both, is our reading; so is it that nobody fines itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.alliance.terms import Domain, Term, read_term
from dilemma.writing.pages import Displayed

ROLES = ("free", "pool", "peer", "outside")

_NONNEGATIVE = Domain(Fraction(0), None)


def sanction_terms(defaults: Mapping[str, str]) -> tuple[Term, ...]:
    """Return the terms of governance, with the defaults of one model.

    >>> [term.name for term in sanction_terms({})][:2]
    ['pool_fee', 'pool_fine']
    """
    meanings = {
        "pool_fee": ("G", "what a member of the pool pays before play"),
        "pool_fine": ("B", "what the pool fines a full offence, for each of its members"),
        "peer_cost": ("γ", "what a peer pays to sanction a full offence"),
        "peer_fine": ("β", "what a sanction by a peer costs a full offence"),
        "second_order": ("s", "the offence of not sanctioning; that of not cooperating is 1"),
        "outside_income": ("σ", "what one gets who stays outside, or is alone"),
    }
    return tuple(
        Term(name, symbol, _NONNEGATIVE, Fraction(defaults.get(name, "0")), False, meaning)
        for name, (symbol, meaning) in meanings.items()
    )


@dataclass(frozen=True)
class Choice(Displayed):
    """What a player of a governed game can choose.

    Attributes
    ----------
    name : str
    role : {"free", "pool", "peer", "outside"}
    offence : Fraction
        What governance sanctions of it, from 0 to 1.
    """

    name: str
    role: str
    offence: Fraction


def read_number(term: Term, value: Any) -> Fraction:
    """Read a term of governance, which is a number.

    Raises
    ------
    TypeError, ValueError
        If it is none, or outside its domain.

    Examples
    --------
    >>> read_number(sanction_terms({})[0], 0.7)
    Fraction(7, 10)
    """
    if isinstance(value, bool):
        # Second-order sanctions are in the literature either there or not.
        value = int(value) if term.name == "second_order" else value
    found = read_term(term, value)
    if not isinstance(found, Fraction):
        raise TypeError(f"{term.name}: requires a number {term.domain.words}, got {value!r}")
    return found


def burden(focal: int, group: Sequence[int], choices: Sequence[Choice], terms: Any) -> Fraction:
    """Return what governance costs one player of a group: fees, fines and costs of sanctions.

    Parameters
    ----------
    focal : int
        Which of the choices the player made; not one to stay outside.
    group : sequence of int
        How many made each choice, the player included.
    choices : sequence of Choice
    terms : any
        With the attributes ``pool_fee``, ``pool_fine``, ``peer_cost``, ``peer_fine`` and
        ``second_order``.

    Returns
    -------
    Fraction

    Examples
    --------
    An offender meets two members of a pool:

    >>> from types import SimpleNamespace
    >>> terms = SimpleNamespace(pool_fee=1, pool_fine=2, peer_cost=0, peer_fine=0, second_order=0)
    >>> choices = [Choice("hides", "free", Fraction(1)), Choice("funds", "pool", Fraction(0))]
    >>> burden(0, [1, 2], choices, terms), burden(1, [1, 2], choices, terms)
    (Fraction(4, 1), Fraction(1, 1))
    """
    own = choices[focal]
    offended = any(n and one.offence and one.role != "outside" for n, one in _with(group, choices))
    members = sum(n for n, one in _with(group, choices) if one.role == "pool")
    peers = sum(n for n, one in _with(group, choices) if one.role == "peer")

    def before_peers(one: Choice) -> Fraction:
        return graver(one, "peer", terms.second_order if offended else 0)

    total = (
        terms.pool_fine
        * (members - (own.role == "pool"))
        * graver(own, "pool", terms.second_order)
    )
    total += terms.peer_fine * (peers - (own.role == "peer")) * before_peers(own)
    if own.role == "pool":
        total += terms.pool_fee
    if own.role == "peer":
        others = sum(
            (n * before_peers(one) for n, one in _with(group, choices) if one.role != "outside"),
            Fraction(0),
        )
        total += terms.peer_cost * (others - before_peers(own))
    return Fraction(total)


def graver(one: Choice, role: str, severity: Any) -> Fraction:
    """Return the graver offence: a choice's own, or that of not sanctioning in a role.

    >>> graver(Choice("shares", "free", Fraction(0)), "pool", Fraction(1, 2))
    Fraction(1, 2)
    """
    return max(one.offence, Fraction(severity if one.role != role else 0))


def _with(group: Sequence[int], choices: Sequence[Choice]) -> Iterable[tuple[int, Choice]]:
    return zip(group, choices, strict=True)
