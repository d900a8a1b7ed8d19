r"""How a tipping share moves with a term: exact pieces of algebraic curves.

Where payoffs are polynomials in a term θ, so is each advantage over the residents, in θ and in the
share z. The tipping share then runs along the curves on which an advantage vanishes. It changes
from one to another, turns, starts or ends only where two of them meet, where one turns back, or
where one leaves [0, 1]: at roots of resultants and discriminants, which are found exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from dilemma.arrays.algebraic import Real, between, closed_form, roots_in, sign_at
from dilemma.arrays.bivariate import (
    Terms,
    along_first,
    along_second,
    factors_of,
    is_vertical,
    limit_of_branch,
    meeting_polynomial,
    plane_polynomial,
    terms_of,
    turning_polynomial,
)
from dilemma.arrays.exact import fraction
from dilemma.collective.mobilizing.symbolic import interval_of, names_of, symbolic_advantages
from dilemma.collective.mobilizing.tipping import ONE, ZERO, Tipping, shown, tipping_from
from dilemma.game import checking
from dilemma.game.display import listed
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

KINDS = ("settlement", "takeover")


@dataclass(frozen=True)
class TippingPiece(Displayed):
    """A tipping share over an open interval of a term.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
        The interval. At its ends themselves nothing is said: see `TippingCurve.at`.
    first, last : Fraction, AlgebraicNumber or None
        What the share tends to there; None if no share tips.
    moves : int
        1 if the share rises with the term all over the interval, −1 if it falls, else 0.
    gainers : tuple of str
        What residents first turn to.
    formula : str
        The share z as an expression of the term if it is rational or a square root; otherwise the
        polynomial in both that it is a root of; empty where no share tips.
    """

    low: Real
    high: Real
    first: Real | None
    last: Real | None
    moves: int
    gainers: tuple[str, ...]
    formula: str


@dataclass(frozen=True, kw_only=True, repr=False)
class TippingCurve(Solution):
    """A tipping share as a function of one term, exactly.

    Attributes
    ----------
    term : str
    committed, resident : str
    kind : {"settlement", "takeover"}
        Which share: see `tipping_share`.
    over : pair of Fraction
        The interval of the term.
    pieces : tuple of TippingPiece
        In order, next to each other.
    strategies : tuple of str
    size : int
        N.
    advantages : tuple of pairs (str, tuple)
        What each strategy earns more than the residents': terms ((power of the term, power of the
        share), coefficient), all up to one positive factor.
    """

    term: str
    committed: str
    resident: str
    kind: str
    over: tuple[Fraction, Fraction]
    pieces: tuple[TippingPiece, ...]
    strategies: tuple[str, ...]
    size: int
    advantages: tuple[tuple[str, Terms], ...]

    def at(self, value: Any) -> Tipping:
        """Return both shares at one value of the term, exactly.

        Raises
        ------
        ValueError
            If the value is outside the interval.
        """
        exact = fraction(value, self.term)
        if not self.over[0] <= exact <= self.over[1]:
            raise ValueError(
                f"{self.term}: requires a value from {self.over[0]} to {self.over[1]}, got {exact}"
            )
        place = self.strategies.index
        return tipping_from(
            {place(name): _along(terms, exact) for name, terms in self.advantages},
            place(self.committed),
            place(self.resident),
            self.strategies,
            self.size,
        )

    def __str__(self) -> str:
        lines = [self.status]
        for piece in self.pieces:
            where = f"  {self.term} from {shown(piece.low)} to {shown(piece.high)}: "
            if piece.first is None or piece.last is None:
                lines.append(f"{where}no share tips")
                continue
            way = {1: "rises", -1: "falls", 0: "stays"}[piece.moves]
            along = f"{way} from {float(piece.first):.6g} to {float(piece.last):.6g}"
            if not piece.moves:
                along = f"stays at {closed_form(piece.first)}"
            if self.kind == "settlement":
                along += f", first by {listed(piece.gainers)}"
            lines.append(f"{where}{along}")
            if piece.moves and len(piece.formula) <= 70:
                lines.append(f"    z = {piece.formula}".replace("z = 0 = ", "0 = "))
        return wrapped(lines)


def tipping_curve(
    model: Any,
    term: str,
    committed: int | str,
    resident: int | str,
    over: Sequence[Any] | None = None,
    kind: str = "settlement",
) -> TippingCurve:
    r"""Find how a tipping share moves with a term, exactly.

    Parameters
    ----------
    model : Consortium, Institution, or another model
        With ``size``, ``strategies``, ``domains``, ``replace(**terms)`` that takes a sympy symbol,
        and payoffs that are polynomials in the term: those of a consortium of firms alike, or
        ``payoff(strategy, composition)`` as a `GroupGame` has it.
    term : str
        One of its domains.
    committed, resident : int or str
        What mobilizers play, and all others at first.
    over : pair of numbers, optional
        The interval of the term; its domain, if that is finite, when left out.
    kind : {"settlement", "takeover"}
        Which of both shares of `tipping_share`, for an infinite population.

    Returns
    -------
    TippingCurve

    Raises
    ------
    TypeError, ValueError
        If there is no such term, a payoff is no polynomial in it, or it has no finite interval.

    Notes
    -----
    Factors n − 1 polynomials of degree N − 1 in the share, and takes their discriminants and
    resultants. Without a goal payoffs are quadratic in the share whatever N is, so that pieces
    have closed forms.

    The number of firms is no term, as it moves in whole numbers: for it,
    ``sweep(model, "tipping", size=range(2, 21))`` of the study room.

    Examples
    --------
    >>> from dilemma.alliance import STRATEGIES
    >>> from dilemma.collective import Consortium
    >>> both = (STRATEGIES[0], STRATEGIES[4])
    >>> print(tipping_curve(Consortium(4, strategies=both), "trust", "collaboration", "avoidance"))
    How the share of collaboration that tips avoidance moves with trust.
      trust from 0 to 1: falls from 0.638733 to 0.52691, first by collaboration
        z = (-9*trust + sqrt(81*trust**2 + 432*trust + 880) - 22)/12
    """
    import sympy

    if kind not in KINDS:
        raise ValueError(f"kind: requires one of {', '.join(KINDS)}, got {kind!r}")
    low, high = interval_of(model, term, over)
    names = names_of(model)
    c, r = checking.chosen([committed, resident], names, "committed, resident")
    symbol = sympy.Symbol(term)
    advantage = symbolic_advantages(model.replace(**{term: symbol}), symbol, names, c, r, r)
    planes = {i: plane_polynomial(terms) for i, terms in advantage.items()}
    relevant = planes if kind == "settlement" else {c: planes[c]}
    curves = sorted(
        {factor for one in relevant.values() if one != 0 for factor, _ in factors_of(one)[1]}
    )
    empty = TippingCurve(
        method="resultants and discriminants, in integers",
        exact=True,
        complete=True,
        status=_status(names[c], names[r], term, kind),
        term=term,
        committed=names[c],
        resident=names[r],
        kind=kind,
        over=(low, high),
        pieces=(),
        strategies=names,
        size=model.size,
        advantages=tuple((names[i], terms) for i, terms in advantage.items()),
    )
    cuts: set[Real] = set()
    for curve in curves:
        cuts.update(_own_cuts(curve, low, high))
        slope = plane_polynomial(curve).derivative("x")
        if slope != 0 and not is_vertical(curve):
            cuts.update(_roots(meeting_polynomial(curve, terms_of(slope)), low, high))
    for one, two in combinations([one for one in curves if not is_vertical(one)], 2):
        cuts.update(_roots(meeting_polynomial(one, two), low, high))
    cells = list(pairwise([low, *sorted(cuts), high])) if low < high else []
    found: list[tuple[TippingPiece, Any]] = []
    for start, end in cells:
        piece, label = _piece(empty, curves, start, end)
        if found and found[-1][1] == label and start not in _ending(label, curves, low, high):
            last = found.pop()[0]
            piece = replace(piece, low=last.low, first=last.first)
        found.append((piece, label))
    return replace(empty, pieces=tuple(piece for piece, _ in found))


def _along(terms: Terms, value: Fraction) -> list[Fraction]:
    """The powers of the share at a value of the term, not scaled."""
    degree = max((k for (_, k), _ in terms), default=0)
    powers = [ZERO] * (degree + 1)
    for (i, k), number in terms:
        powers[k] += number * value**i
    return powers


def _roots(polynomial: Sequence[int], low: Fraction, high: Fraction) -> tuple[Real, ...]:
    return roots_in(polynomial, low, high) if any(polynomial) else ()


def _own_cuts(curve: Terms, low: Fraction, high: Fraction) -> set[Real]:
    """Where a curve turns back, or enters or leaves the shares from 0 to 1."""
    if is_vertical(curve):
        return set(_roots(along_first(curve, ZERO), low, high))
    return {
        root
        for one in (turning_polynomial(curve), along_first(curve, ZERO), along_first(curve, ONE))
        for root in _roots(one, low, high)
    }


def _ending(label: Any, curves: Sequence[Terms], low: Fraction, high: Fraction) -> set[Real]:
    """Values at which a piece may end though the next one looks alike."""
    found = {root for one in curves if is_vertical(one) for root in _own_cuts(one, low, high)}
    if isinstance(label[0], tuple):
        found |= _own_cuts(label[0], low, high)
    return found


def _piece(
    curve_of: TippingCurve, curves: Sequence[Terms], low: Real, high: Real
) -> tuple[TippingPiece, Any]:
    """The share between two cuts, and what tells it from its neighbours."""
    sample = between(low, high)
    here = curve_of.at(sample)
    share = here.share if curve_of.kind == "settlement" else here.takeover
    gainers = here.gainers if curve_of.kind == "settlement" else (curve_of.committed,)
    if share is None or share == 0:
        constant = TippingPiece(low, high, share, share, 0, gainers if share == 0 else (), "")
        return replace(constant, formula="0" if share == 0 else ""), (share, gainers)
    terms = next(
        one
        for one in curves
        if not is_vertical(one) and not sign_at(along_second(one, sample), share)
    )
    branch = roots_in(along_second(terms, sample), 0, 1).index(share)
    plane = plane_polynomial(terms)
    slopes = [
        sign_at(along_second(terms_of(plane.derivative(name)), sample), share) for name in "xy"
    ]
    moves = -slopes[0] * slopes[1]
    first, last = (limit_of_branch(terms, branch, sample, end, ZERO, ONE) for end in (low, high))
    piece = TippingPiece(
        low, high, first, last, moves, gainers, _formula(terms, curve_of.term, sample, share)
    )
    return piece, (terms, branch, moves, gainers)


def _formula(terms: Terms, term: str, sample: Fraction, share: Real) -> str:
    """The share as an expression of the term, or the equation that it solves."""
    import sympy

    x, z = sympy.Symbol(term), sympy.Symbol("z")
    polynomial = sympy.Poly(dict(terms), x, z)
    parts = [sympy.expand(one) for one in sympy.Poly(polynomial.as_expr(), z).all_coeffs()]
    if len(parts) == 2:
        return str(sympy.factor(-parts[1] / parts[0]))
    if len(parts) > 3:
        return f"0 = {polynomial.as_expr()}"
    a, b, c = parts
    # Which sign the root has shows at the sample: whether 2 a z + b is positive there.
    upper = sign_at(along_second(terms_of(plane_polynomial(terms).derivative("y")), sample), share)
    content, inside = sympy.Poly(sympy.expand(b * b - 4 * a * c), x).primitive()
    square = max(k for k in range(1, 1000) if content % (k * k) == 0)
    shared = sympy.igcd(square, *sympy.Poly(b, x).coeffs(), *sympy.Poly(2 * a, x).coeffs())
    root = square // shared * sympy.sqrt(content // square**2 * inside.as_expr())
    above, below = upper * root - sympy.expand(b / shared), sympy.expand(2 * a / shared)
    return f"({above})" if below == 1 else f"({above})/{_factor(str(below))}"


def _factor(words: str) -> str:
    return words if words.isalnum() else f"({words})"


def _status(committed: str, resident: str, term: str, kind: str) -> str:
    if kind == "takeover":
        return f"How the share of {committed} that takes {resident} over moves with {term}."
    return f"How the share of {committed} that tips {resident} moves with {term}."
