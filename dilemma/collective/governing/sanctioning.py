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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.terms import NONNEGATIVE, UNIT, Term, kind_of, read_term
from dilemma.arrays.exact import common_denominator
from dilemma.writing.pages import Displayed

ROLES = ("free", "pool", "peer", "outside")


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
        Term(
            name,
            symbol,
            UNIT if name == "second_order" else NONNEGATIVE,
            Fraction(defaults.get(name, "0")),
            False,
            meaning,
        )
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


def read_sanction(term: Term, value: Any) -> Any:
    """Read a term of a governed game: a number, or a sympy expression.

    Raises
    ------
    TypeError, ValueError
        If it is neither, or outside its domain.

    Examples
    --------
    >>> read_sanction(sanction_terms({})[0], 0.7)
    Fraction(7, 10)
    """
    if isinstance(value, bool) and term.name == "second_order":
        # Second-order sanctions are in the literature either there or not.
        value = int(value)
    found = read_term(term, value)
    if kind_of(found) not in ("number", "symbol"):
        raise TypeError(
            f"{term.name}: requires a number {term.domain.words} or a sympy expression, got "
            f"{value!r}"
        )
    return found


def require_numbers(terms: Mapping[str, Any], what: str) -> None:
    """Refuse symbols where numbers are needed.

    >>> require_numbers({"pool_fee": Fraction(1)}, "group_game")
    """
    moving = [name for name, one in terms.items() if not isinstance(one, Fraction)]
    if moving:
        raise TypeError(
            f"{what}: requires rational numbers for all terms, got expressions for "
            f"{', '.join(moving)}"
        )


def burden(focal: int, group: Sequence[int], choices: Sequence[Choice], terms: Any) -> Any:
    """Return what governance costs one player of a group, for terms of any kind.

    Parameters
    ----------
    focal : int
        Which of the choices the player made; not one to stay outside.
    group : sequence of n int
        How many made each choice, the player included.
    choices : sequence of n Choice
    terms : any
        With the attributes ``pool_fee``, ``pool_fine``, ``peer_cost``, ``peer_fine`` and
        ``second_order``.

    Returns
    -------
    Fraction, or sympy expression

    Examples
    --------
    An offender meets two members of a pool:

    >>> from types import SimpleNamespace
    >>> terms = SimpleNamespace(pool_fee=1, pool_fine=2, peer_cost=0, peer_fine=0, second_order=0)
    >>> choices = [Choice("hides", "free", Fraction(1)), Choice("funds", "pool", Fraction(0))]
    >>> burden(0, [1, 2], choices, terms), burden(1, [1, 2], choices, terms)
    (Fraction(4, 1), Fraction(1, 1))
    """
    others = [n - (k == focal) for k, n in enumerate(group)]
    own = choices[focal]
    there = [(n, one) for n, one in zip(others, choices, strict=True) if one.role != "outside"]
    # Where nobody offends there is nothing for peers to sanction, nor to fail to sanction.
    seen = bool(own.offence) or any(n and one.offence for n, one in there)
    members = sum(n for n, one in there if one.role == "pool")
    peers = sum(n for n, one in there if one.role == "peer") if seen else 0
    total: Any = 0
    if members:
        total += terms.pool_fine * members * graver(own, "pool", terms.second_order)
    if peers:
        total += terms.peer_fine * peers * graver(own, "peer", terms.second_order)
    if own.role == "pool":
        total += terms.pool_fee
    if own.role == "peer" and seen:
        for n, one in there:
            if n:
                total += terms.peer_cost * n * graver(one, "peer", terms.second_order)
    return total


def burdens(
    focal: int, others: NDArray[np.int64], choices: Sequence[Choice], terms: Any
) -> NDArray[np.object_]:
    """Return what governance costs a player among others, at once for many compositions of these.

    The terms are numbers. It is what `burden` gives, one by one.

    Parameters
    ----------
    focal : int
        Which of the choices the player made; not one to stay outside.
    others : array of int, shape (count, n)
        How many of the others in the group made each choice.
    choices : sequence of n Choice
    terms : any
        As for `burden`.

    Returns
    -------
    numpy.ndarray of Fraction, shape (count,)

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> terms = SimpleNamespace(pool_fee=1, pool_fine=2, peer_cost=0, peer_fine=0, second_order=0)
    >>> choices = [Choice("hides", "free", Fraction(1)), Choice("funds", "pool", Fraction(0))]
    >>> burdens(0, np.array([[0, 2], [2, 0]]), choices, terms)
    array([Fraction(4, 1), Fraction(0, 1)], dtype=object)
    """
    own, severity = choices[focal], terms.second_order
    there = [one.role != "outside" for one in choices]
    offenders = _number(
        others, [on and bool(one.offence) for on, one in zip(there, choices, strict=True)]
    )
    members = _number(others, [one.role == "pool" for one in choices])
    peers = _number(others, [one.role == "peer" for one in choices])
    pays = terms.pool_fee if own.role == "pool" else 0
    for_pool = terms.pool_fine * graver(own, "pool", severity)
    for_peers = terms.peer_fine * graver(own, "peer", severity)
    cost = terms.peer_cost if own.role == "peer" else 0
    for_each = [
        cost * graver(one, "peer", severity) if on else 0
        for on, one in zip(there, choices, strict=True)
    ]
    exact = [Fraction(one) for one in (pays, for_pool, for_peers, *for_each)]
    scale = common_denominator(exact)
    whole = [int(one * scale) for one in exact]
    small = max(whole) * (1 + 3 * int(others.sum(axis=1).max(initial=0))) < 2**62
    kind: Any = np.int64 if small else object
    among = others.astype(kind)
    # Where nobody offends there is nothing for peers to sanction, nor to fail to sanction.
    seen = (offenders > 0) | bool(own.offence)
    by_peers = whole[2] * peers.astype(kind) + among @ np.array(whole[3:], dtype=kind)
    total = whole[0] + whole[1] * members.astype(kind) + np.where(seen, by_peers, 0)
    values, kinds = np.unique(total, return_inverse=True)
    result: NDArray[Any] = np.empty(len(values), dtype=object)
    result[:] = [Fraction(int(value), scale) for value in values]
    return result[kinds]


def graver(one: Choice, role: str, severity: Any) -> Any:
    """Return the graver offence: a choice's own, or that of not sanctioning in a role.

    >>> graver(Choice("shares", "free", Fraction(0)), "pool", Fraction(1, 2))
    Fraction(1, 2)
    """
    if one.role == role or one.offence == 1:  # a severity is at most 1
        return one.offence
    if not one.offence:
        return severity
    if isinstance(severity, (int, Fraction)):
        return max(one.offence, Fraction(severity))
    import sympy

    return sympy.Max(sympy.Rational(one.offence.numerator, one.offence.denominator), severity)


def _number(others: NDArray[np.int64], chosen: Sequence[bool]) -> NDArray[np.int64]:
    """How many of the others made some of the choices."""
    return others @ np.array(chosen, dtype=np.int64)
