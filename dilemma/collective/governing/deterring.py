r"""Who pays for the rules: whether funding governance is a best reply among those who fund it.

Let all N members of a group make the same choice v, which funds governance, and let one of them
turn to d. It gains

.. math:: g_d = u_d(1 \times d,\ (N-1) \times v) - u_v(N \times v).

If v funds the pool and offends nobody, and with the fee G, the fine B and the second-order
severity s of `dilemma.collective.governing.sanctioning`,

- the *first-order* problem is solved where those lose who offend (o > 0):
  :math:`u^0_d - u^0_v + G < (N - 1)\, B \max(o, s)`, with payoffs u⁰ before governance, if they
  take no part in it (from within the pool, :math:`u^0_d - u^0_v < (N - 1)\, B o`; a peer who
  offends has to sanction the others, too, who are no peers);
- the *second-order* problem is solved where those lose who do as all do, but for paying:
  :math:`G < (N - 1)\, B s`. Without second-order sanctions it never is, however small the fee;
- where participation is voluntary, staying outside must lose as well:
  :math:`\sigma < u^0_v - G`.

Peers pay nothing where nobody offends. So for them the second-order problem is a tie,
:math:`g = 0`, with any second-order severity: those who would not sanction are not seen, and drift
in (sigmund2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dilemma.arrays.algebraic import Real, integer_polynomial, sign_at
from dilemma.collective.governing.answers import (
    FIRST,
    OUTSIDE,
    POSTURE,
    SECOND,
    Deviation,
    FundingThresholds,
    SecondOrderDilemma,
)
from dilemma.collective.governing.governed import Governed, require_governed, require_term
from dilemma.collective.governing.intervals import Piece, where_negative
from dilemma.collective.governing.sanctioning import Choice, require_numbers, sanction_terms
from dilemma.game import checking
from dilemma.game.display import listed, number

SANCTIONS = tuple(term.name for term in sanction_terms({}))
KINDS = {
    FIRST: "breaking the rules",
    SECOND: "letting others pay for them",
    OUTSIDE: "staying outside",
    POSTURE: "another posture",
}
METHOD = "payoffs of one who deviates, piecewise polynomial in each term, in rational arithmetic"


def second_order_dilemma(model: Governed, resident: int | str | None = None) -> SecondOrderDilemma:
    """Decide whether paying for the rules is a strict best reply where all others pay, exactly.

    Parameters
    ----------
    model : Institution or PublicGoods
    resident : int or str, optional
        The choice of all, which funds a pool or sanctions as a peer: the first one for a pool, or
        else for peers, unless given.

    Returns
    -------
    SecondOrderDilemma
        What each deviation gains, whether opacity and free-riding are deterred, and for which
        fees, fines, costs and severities.

    Raises
    ------
    TypeError, ValueError
        If there is no such choice, or it does not fund governance.

    Notes
    -----
    Derived from the payoffs; what it asks is after matinheikki2019 and sigmund2010.

    Examples
    --------
    A pool that fines opacity, but none who do not pay, is undone from within:

    >>> from dilemma.collective import Consortium, Institution
    >>> names = ["collaboration", "competition", "collaboration + pool"]
    >>> pool = Institution(Consortium(4), names, pool_fee="1/10", pool_fine="1/5")
    >>> print(second_order_dilemma(pool))
    All choosing collaboration + pool, breaking the rules is deterred, but letting
        others pay for them is not: collaboration gains 1/10.
      collaboration (second order): gains 1/10
      competition (first order): loses 27/80
      all deterred for second order in (1/6, 1]
      not for any pool fee, pool fine, peer cost, peer fine and outside income alone
    >>> second_order_dilemma(pool.replace(second_order="1/2")).solved
    True
    """
    place = _resident(model, resident)
    require_numbers(model.terms, "model")
    among = [(k, one) for k, one in enumerate(model.choices) if k != place]
    gains = {k: _gain(model, k, place) for k, _ in among}
    pieces = {name: {k: _pieces(model, name, k, place) for k, _ in among} for name in SANCTIONS}
    deviations = [
        Deviation(
            choice=one.name,
            kind=_kind(one, model.choices[place]),
            gain=gains[k],
            deterred_where={
                name: where_negative([own[k]], model.domains[name]) for name, own in pieces.items()
            },
        )
        for k, one in among
    ]
    deviations.sort(key=lambda one: -one.gain)
    return SecondOrderDilemma(
        method=METHOD,
        exact=True,
        complete=True,
        status=_status(model.strategies[place], deviations),
        resident=model.strategies[place],
        payoff=model.payoff(place, _group(model, place, place)),
        deviations=tuple(deviations),
        solved_where={
            name: where_negative(own.values(), model.domains[name]) for name, own in pieces.items()
        },
    )


def funding_thresholds(
    model: Governed, term: str, resident: int | str | None = None
) -> FundingThresholds:
    """Find where in one term paying for the rules is a strict best reply among those who pay.

    Parameters
    ----------
    model : Institution or PublicGoods
    term : str
        Of governance, such as ``"pool_fine"``, or of what is governed, such as ``"trust"``.
    resident : int or str, optional
        As for `second_order_dilemma`.

    Returns
    -------
    FundingThresholds

    Raises
    ------
    TypeError, ValueError
        If there is no such term, or payoffs are no polynomials in it.

    Notes
    -----
    Gains are polynomials in a term of the consortium, and piecewise linear in those of governance;
    their roots are isolated exactly.

    Examples
    --------
    >>> from dilemma.collective import Consortium, Institution
    >>> names = ["collaboration", "competition", "collaboration + pool", "loner"]
    >>> pool = Institution(Consortium(4), names, second_order=1, outside_income=0)
    >>> print(funding_thresholds(pool, "pool_fine"))
    Choosing collaboration + pool is a strict best reply among its like for pool
        fine above 7/80.
      strict for pool fine above 7/80
      at 7/80: competition does as well
    >>> pool = pool.replace(pool_fine="1/20")
    >>> [str(one) for one in funding_thresholds(pool, "trust").intervals]
    ['in (3/5, 1]']
    """
    require_governed(model, "model")
    require_term(model, term)
    place = _resident(model, resident)
    require_numbers(model.terms, "model")
    others = [k for k in range(len(model.strategies)) if k != place]
    pieces = {k: _pieces(model, term, k, place) for k in others}
    domain = model.domains[term]
    intervals = where_negative(pieces.values(), domain)
    ends = {
        end
        for one in intervals
        for end, inside in ((one.low, one.with_low), (one.high, one.with_high))
        if end is not None and not inside and end in domain
    }
    values = tuple(sorted(ends))
    binding = tuple(
        tuple(model.strategies[k] for k in others if _vanishes(pieces[k], value))
        for value in values
    )
    name = model.strategies[place]
    words = term.replace("_", " ")
    if not intervals:
        status = f"Choosing {name} is a strict best reply among its like for no {words}."
    elif len(intervals) == 1 and not values:
        status = f"Choosing {name} is a strict best reply among its like for every {words}."
    else:
        where = " or ".join(map(str, intervals))
        status = f"Choosing {name} is a strict best reply among its like for {words} {where}."
    return FundingThresholds(
        method=METHOD,
        exact=True,
        complete=True,
        status=status,
        resident=name,
        term=term,
        domain=domain,
        intervals=intervals,
        values=values,
        binding=binding,
    )


def deviation_gain(model: Governed, choice: int | str, resident: int | str | None = None) -> Any:
    """Return what one gains who makes another choice where all others pay: a number.

    With symbols for terms, an expression of them, so that claims on it can be proved.

    Parameters
    ----------
    model : Institution or PublicGoods
    choice : int or str
        That of the one who deviates.
    resident : int or str, optional
        As for `second_order_dilemma`.

    Returns
    -------
    Fraction, or sympy expression

    Examples
    --------
    >>> import sympy
    >>> from dilemma.collective import Consortium, Institution
    >>> fee, fine, severity = sympy.symbols("G B s", nonnegative=True)
    >>> pool = Institution(Consortium(5), pool_fee=fee, pool_fine=fine, second_order=severity)
    >>> deviation_gain(pool, "collaboration")
    -4*B*s + G
    """
    place = _resident(model, resident)
    (focal,) = checking.chosen([choice], model.strategies, "choice")
    return _gain(model, focal, place)


def second_order_gain(model: Governed, resident: int | str | None = None) -> Fraction | None:
    """Return what the best free-rider on governance gains where all others pay: a number.

    None if there is no choice but to pay or to offend. See `second_order_dilemma`.

    Examples
    --------
    >>> from dilemma.collective import PublicGoods
    >>> second_order_gain(PublicGoods()), second_order_gain(PublicGoods(second_order=1))
    (Fraction(7, 10), Fraction(-21, 10))
    """
    return second_order_dilemma(model, resident).gain(SECOND)


def first_order_gain(model: Governed, resident: int | str | None = None) -> Fraction | None:
    """Return what the best offender gains where all others pay for the rules: a number.

    None if nobody can offend. See `second_order_dilemma`.

    Examples
    --------
    >>> from dilemma.collective import PublicGoods
    >>> first_order_gain(PublicGoods()), first_order_gain(PublicGoods(pool_fine=0))
    (Fraction(-11, 10), Fraction(17, 10))
    """
    return second_order_dilemma(model, resident).gain(FIRST)


def _resident(model: Governed, resident: int | str | None) -> int:
    """The place of the choice that all make."""
    require_governed(model, "model")
    roles = [one.role for one in model.choices]
    if resident is None:
        for role in ("pool", "peer"):
            if role in roles:
                return roles.index(role)
        raise ValueError(
            "model: requires a choice that funds a pool or sanctions as a peer, got "
            f"{', '.join(model.strategies)}"
        )
    (place,) = checking.chosen([resident], model.strategies, "resident")
    if roles[place] not in ("pool", "peer"):
        funding = [one.name for one in model.choices if one.role in ("pool", "peer")]
        raise ValueError(
            f"resident: requires a choice that funds governance ({', '.join(funding) or 'none'}),"
            f" got {model.strategies[place]!r}"
        )
    return place


def _group(model: Governed, focal: int, resident: int) -> list[int]:
    """A group of residents, one of whom may have deviated."""
    group = [0] * len(model.strategies)
    group[resident] = model.size - 1
    group[focal] += 1
    return group


def _gain(model: Governed, focal: int, resident: int) -> Any:
    own = model.payoff(focal, _group(model, focal, resident))
    return own - model.payoff(resident, _group(model, resident, resident))


def _kind(one: Choice, resident: Choice) -> str:
    if one.role == "outside":
        return OUTSIDE
    if one.offence > resident.offence:
        return FIRST
    return SECOND if one.role != resident.role else POSTURE


def _pieces(model: Governed, term: str, focal: int, resident: int) -> list[Piece]:
    """A gain as a piecewise polynomial of one term: coefficients, constant first."""
    theirs = getattr(model, "polynomial", None)
    if theirs is not None and term not in SANCTIONS:
        own = theirs(focal, _group(model, focal, resident), term)
        other = theirs(resident, _group(model, resident, resident), term)
        length = max(len(own), len(other))
        both = [[*one, *[Fraction(0)] * (length - len(one))] for one in (own, other)]
        return [(Fraction(0), [a - b for a, b in zip(*both, strict=True)])]
    starts = [Fraction(0)]
    if term == "second_order":
        # Linear between the severities at which not to sanction becomes the graver offence.
        kinks = {one.offence for one in model.choices}
        starts = sorted({*starts, *kinks} - {Fraction(1)})
    ends = [*starts[1:], Fraction(1)]
    pieces: list[Piece] = []
    for start, end in zip(starts, ends, strict=True):
        # Some terms must be above 0: two values inside the piece make its line.
        first, second = (start + end) / 2, (start + 3 * end) / 4
        low, high = (
            _gain(model.replace(**{term: value}), focal, resident) for value in (first, second)
        )
        slope = (high - low) / (second - first)
        pieces.append((start, [low - slope * first, slope]))
    return pieces


def _vanishes(pieces: Sequence[Piece], value: Real) -> bool:
    chosen = pieces[0][1]
    for start, coefficients in pieces:
        if start <= value:
            chosen = coefficients
    return sign_at(integer_polynomial(chosen), value) == 0


def _status(resident: str, deviations: Sequence[Deviation]) -> str:
    """One sentence: who is deterred, and who gains what."""
    start = f"All choosing {resident},"
    best = max((one.gain for one in deviations), default=None)
    if best is None:
        return f"{start} there is nothing else to choose."
    if best < 0:
        return f"{start} every other choice loses: the dilemma is solved."
    first = [one.choice for one in deviations if one.gain == best]
    if best == 0:
        verb = "does" if len(first) == 1 else "do"
        return f"{start} nobody gains, but {listed(first)} {verb} as well and can drift in."
    kinds = {one.kind for one in deviations}
    tempting = {one.kind for one in deviations if one.gain >= 0}
    left = [words for kind, words in KINDS.items() if kind in tempting]
    deterred = [words for kind, words in KINDS.items() if kind in kinds - tempting]
    gains = f"{first[0]} gains {number(best)}."
    if not deterred:
        return f"{start} nothing deters {' or '.join(left)}: {gains}"
    verbs = ["is" if len(one) == 1 else "are" for one in (deterred, left)]
    return (
        f"{start} {listed(deterred)} {verbs[0]} deterred, but {listed(left)} {verbs[1]} not: "
        f"{gains}"
    )
