r"""The exact values of one term at which what partners can settle on changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpz_poly

from dilemma.arrays.algebraic import AlgebraicNumber, Real, between, roots_in, sign_at
from dilemma.arrays.parametric import (
    Basis,
    ball_of,
    basis_count,
    coefficients,
    feasible_bases,
    where_feasible,
)
from dilemma.game.display import number
from dilemma.study.families import Family, Model, family_of, polynomials
from dilemma.study.one_term.moving import (
    MovingEquilibrium,
    Stretch,
    Threshold,
    Thresholds,
    closed_forms,
)
from dilemma.study.patterns import (
    Pattern,
    Sides,
    changes_in_words,
    is_strict,
    matched,
    names_in,
    pattern_words,
    patterns_of,
    ties_in_words,
)

# Bases of one player beyond which enumeration would take minutes.
MOST_BASES = 20_000


def thresholds(model: Model, parameter: str, over: Sequence[Any] | None = None) -> Thresholds:
    r"""Find every value of one term at which the equilibria change, exactly.

    Write E(θ) for the set of (support of x, support of y, best replies to y, best replies to x)
    over all extreme equilibria (x, y) of the game at θ. A value is *critical* if E is not constant
    around it. Along one term every payoff is a polynomial (or a ratio of polynomials, whose poles
    are critical too); so is, for each choice of a support and of as many best replies, everything
    that decides whether they make a vertex of a player's best-reply polyhedron: by Cramer's rule
    the probabilities are ratios of minors (`dilemma.arrays.parametric`). So E changes only at
    roots of these polynomials. They are isolated exactly, and E is compared on both sides of and
    at each of them, with the exact signs of polynomials at algebraic numbers.

    Bases that are singular for all θ are left out: structural degeneracy, as where two strategies
    are alike for all θ, costs nothing and loses nothing, since every vertex has a nonsingular
    basis.

    Parameters
    ----------
    model : Model
        An `Alliance`, or anything with ``domains``, ``replace``, ``payoffs`` and ``game``, all of
        whose other terms are numbers.
    parameter : str
        The term, such as "trust" or "stakes.row".
    over : pair of numbers, optional
        (low, high); the term's domain when left out. Values at its ends are compared with the
        inside, unless they are outside the domain.

    Returns
    -------
    Thresholds
        ``values``: Fractions, or algebraic numbers with their minimal polynomials; ``intervals``:
        the equilibria between them as ratios of polynomials.

    Raises
    ------
    TypeError, ValueError
        As `family_of`; if the game is so large that it has more than 20,000 bases a player.

    Notes
    -----
    For m and n strategies :math:`\binom{m + n}{m} - 1` bases a player (251 for 5 × 5), most of
    which are excluded at once by Descartes' rule of signs. Derived from the definition of an
    extreme equilibrium (vonstengel2002).

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> found = thresholds(Alliance(), "trust")
    >>> found.values[0], len(found.values)
    (Fraction(29, 45), 6)
    >>> print(found.critical[0].words.partition(";")[0])
    above trust 29/45, mutual collaboration is a strict equilibrium
    """
    family = family_of(model, parameter, over)
    m, n = family.shape
    if basis_count(m, n) > MOST_BASES:
        raise ValueError(
            f"model: requires a game with at most {MOST_BASES} bases a player, got "
            f"{basis_count(m, n)} ({m} x {n} strategies)"
        )
    bases = _Bases(family)
    cuts = sorted({*bases.cuts, *bases.poles})
    low, high = family.low, family.high
    ends: list[Real] = [low, *cuts, high]
    samples = [between(a, b) for a, b in pairwise(ends)]
    patterns = [bases.patterns_at(one) for one in samples]
    kept: list[tuple[int, dict[Pattern, Any]]] = []
    for k, cut in enumerate(cuts):
        pole = cut in bases.poles
        there = {} if pole else bases.patterns_at(cut)
        if pole or there.keys() != patterns[k].keys() or there.keys() != patterns[k + 1].keys():
            kept.append((k, there))
    # Named together, so that those close to one another are told apart.
    shown = closed_forms([low, *(cuts[k] for k, _ in kept), high])
    critical = [
        bases.threshold(cuts[k], name, patterns[k], patterns[k + 1], there, cuts[k] in bases.poles)
        for (k, there), name in zip(kept, shown[1:-1], strict=True)
    ]
    first, last = _ends(bases, family, patterns, (shown[0], shown[-1]))
    whole = [*first, *critical, *last]
    inner: list[Real] = [one.value for one in critical]
    borders: list[Real] = [low, *inner, high]
    starts = [0, *(k + 1 for k, _ in kept)]
    stretches = tuple(
        Stretch(a, b, samples[k], bases.moving(patterns[k]))
        for (a, b), k in zip(pairwise(borders), starts, strict=True)
    )
    return Thresholds(
        method="nonsingular bases over the rational functions, roots isolated exactly",
        exact=True,
        complete=True,
        status=_status(parameter, family, whole),
        parameter=parameter,
        over=(low, high),
        critical=tuple(whole),
        intervals=stretches,
        open_ends=(family.low_open, family.high_open),
    )


class _Bases:
    """The feasible bases of both players along a family, and what they say at a value."""

    def __init__(self, family: Family) -> None:
        self.family = family
        low, high = family.low, family.high
        A, B = polynomials(family, 0), polynomials(family, 1)
        # Vertices of the row player's x have columns as tight rows, and the other way round.
        tight_columns = [list(column) for column in zip(*B, strict=True)]
        self.cuts: set[Real] = set()
        self.sides: list[list[tuple[Basis, list[Real], list[tuple[Real, Real]]]]] = []
        for matrix in (tight_columns, A):
            side = []
            for basis in feasible_bases(matrix, low, high):
                changing, pieces = where_feasible(basis, low, high)
                if changing or pieces:
                    self.cuts.update(changing)
                    side.append((basis, changing, pieces))
            self.sides.append(side)
        self.poles: set[Real] = set()
        for pole in family.poles:
            self.poles.update(roots_in(pole, low, high))
            self.poles.update(end for end in (low, high) if sign_at(pole, end) == 0)
        self.poles -= {low, high}

    def vertices_at(self, side: int, value: Real) -> dict[tuple[int, int], Basis]:
        """Labels of one player's vertices at a value strictly inside, with a basis of each."""
        found: dict[tuple[int, int], Basis] = {}
        for basis, changing, pieces in self.sides[side]:
            if value not in changing and not any(a < value < b for a, b in pieces):
                continue
            labels = basis.labels_at(value)
            if labels is not None:
                found.setdefault(labels, basis)
        return found

    def patterns_at(self, value: Real) -> dict[Pattern, tuple[Basis, Basis]]:
        """E at a value strictly inside, with the bases that make each equilibrium."""
        return matched(self.vertices_at(0, value), self.vertices_at(1, value))

    def moving(
        self, patterns: dict[Pattern, tuple[Basis, Basis]]
    ) -> tuple[MovingEquilibrium, ...]:
        """The equilibria of a stretch as ratios of polynomials, strict ones first."""
        found = []
        rows, columns = self.family.strategies
        for pattern in sorted(patterns, key=lambda p: (not is_strict(p), p)):
            first, second = patterns[pattern]
            m, n = self.family.shape
            found.append(
                MovingEquilibrium(
                    row=_ratios(first, m),
                    column=_ratios(second, n),
                    played=(names_in(rows, pattern[0]), names_in(columns, pattern[1])),
                    best_replies=(names_in(rows, pattern[2]), names_in(columns, pattern[3])),
                    strict=is_strict(pattern),
                    words=pattern_words(self.family.strategies, pattern),
                )
            )
        return tuple(found)

    def threshold(
        self,
        value: Real,
        shown: str,
        below: Collection[Pattern],
        above: Collection[Pattern],
        there: Collection[Pattern],
        pole: bool = False,
        end: str = "",
    ) -> Threshold:
        """Describe one critical value, `shown` in words, by what exists around it, and there.

        At an end ("low" or "high") the value stands for the side that is missing.
        """
        where = f"{self.family.parameter} {shown}"
        sides = Sides(
            above=f"at {where}" if end == "high" else f"above {where}",
            below=f"at {where}" if end == "low" else f"below {where}",
            above_too=f"from {where} on",
            below_too=f"up to {where}",
            on=f"at {where}",
            beyond="there" if end else "beyond",
        )
        strategies = self.family.strategies
        parts = [f"at {where} a payoff has a pole"] if pole else []
        parts += changes_in_words(strategies, below, above, () if end else there, sides)
        parts = parts or [ties_in_words(f"at {where}")]
        all_above, all_below = ({pattern_words(strategies, p) for p in s} for s in (above, below))
        polynomial, isolated = _algebra(value)
        return Threshold(
            value=value,
            polynomial=polynomial,
            isolated=isolated,
            closed_form=shown,
            appear=tuple(sorted(all_above - all_below)),
            vanish=tuple(sorted(all_below - all_above)),
            pole=pole,
            words="; ".join(parts),
        )


def _ratios(basis: Basis, size: int) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Each strategy's probability in lowest terms.

    Where the basis is singular and another makes the same vertex, both polynomials vanish; what
    they share is cancelled, so that the ratio holds there too.
    """
    ratios: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), (1,))] * size
    for i, numerator in zip(basis.support, basis.numerators, strict=True):
        above, below = fmpz_poly(list(numerator)), fmpz_poly(list(basis.denominator))
        shared = above.gcd(below)
        ratios[i] = coefficients(above // shared), coefficients(below // shared)
    return tuple(ratios)


def _ends(
    bases: _Bases,
    family: Family,
    patterns: Sequence[dict[Pattern, Any]],
    shown: tuple[str, str],
) -> tuple[list[Threshold], list[Threshold]]:
    """The ends of the interval, where they differ from the inside."""
    first: list[Threshold] = []
    last: list[Threshold] = []
    for end, name, is_open, inside, found, which in (
        (family.low, shown[0], family.low_open, patterns[0], first, "low"),
        (family.high, shown[1], family.high_open, patterns[-1], last, "high"),
    ):
        if is_open:
            continue
        if any(sign_at(pole, end) == 0 for pole in family.poles):
            found.append(bases.threshold(end, name, (), (), (), pole=True))
            continue
        there = patterns_of(family.game_at(end))
        if set(there) != set(inside):
            below, above = (there, inside) if which == "low" else (inside, there)
            found.append(bases.threshold(end, name, below, above, there, end=which))
    return first, last


def _algebra(value: Real) -> tuple[tuple[int, ...], tuple[Fraction, Fraction]]:
    if isinstance(value, AlgebraicNumber):
        return value.polynomial, (value.low, value.high)
    return (-value.numerator, value.denominator), ball_of(value, Fraction(1))


def _status(parameter: str, family: Family, found: Sequence[Threshold]) -> str:
    where = f"from {number(family.low)} to {number(family.high)}"
    if not found:
        return f"{parameter} {where}: no critical value, the equilibria are alike everywhere."
    plural = "value" if len(found) == 1 else "values"
    return f"{parameter} {where}: {len(found)} critical {plural}, and no other."
