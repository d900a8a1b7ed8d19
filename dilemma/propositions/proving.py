"""Claims that are a matter of polynomials: proved, refuted, conditional or undecided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from dilemma.alliance.terms import Domain
from dilemma.arrays.algebraic import Real
from dilemma.arrays.sign_points import hidden_point, is_rational
from dilemma.arrays.sign_search import Part, decide
from dilemma.arrays.sign_systems import System
from dilemma.arrays.threads import progress_bar
from dilemma.propositions.certificates import Certificate, SystemProof
from dilemma.propositions.conditions import condition_of
from dilemma.propositions.reducing import Reduction, disjunction
from dilemma.propositions.shrinking import instance_of, simplest
from dilemma.propositions.statements import Every
from dilemma.propositions.verdicts import Instance, Verdict

METHOD = "signs of irreducible factors by Bernstein coefficients on parts of the box"
INEXACT = "The model computes in floating point: its numbers are read as decimals."
PARTS_FOR_A_WITNESS = 1024
MOST_WAYS = 8


def examine_polynomials(reduction: Reduction, budget: int, progress: bool) -> Verdict:
    """Decide a claim by the signs of its polynomials."""
    verdict = _examined(reduction, budget, progress)
    if reduction.exact:
        return verdict
    return replace(verdict, status=f"{verdict.status} {INEXACT}")


def _examined(reduction: Reduction, budget: int, progress: bool) -> Verdict:
    ways = disjunction(Every((reduction.assumption, reduction.goal.negated())))
    for one in ways:  # so that all share the same factors
        reduction.system(one)
    systems = [reduction.system(one) for one in ways]
    proofs: list[SystemProof] = []
    left: list[Part] = []
    parts = 0
    with progress_bar(len(ways) * budget, progress, "examine", "part") as bar:
        for way, system in zip(ways, systems, strict=True):
            found = decide(system, budget, bar.update)
            parts += found.parts
            point = found.point or hidden_point(system, found.left)
            if point is not None and is_rational(point):
                return _false(reduction, systems, rational(point), parts)
            if point is not None:
                return _irrational(reduction, point, parts)
            proofs.append(SystemProof(way, system, found.done))
            left += found.left
    if left:
        share = _share(left)
        return Verdict(
            method=METHOD,
            exact=reduction.exact,
            complete=False,
            status=f"Undecided on {_small(share)} of the box after {parts:,} parts of it; "
            "a larger budget may decide it.",
            claim=reduction.claim,
            kind="undecided",
            left=tuple(_named(one, reduction) for one in left),
            share_left=share,
            parts=parts,
        )
    return Verdict(
        method=METHOD,
        exact=reduction.exact,
        complete=True,
        status=_proved(reduction),
        claim=reduction.claim,
        kind="proved",
        certificate=Certificate(reduction.variables, tuple(proofs)),
        parts=parts,
    )


def _false(
    reduction: Reduction, systems: list[System], point: Sequence[Fraction], parts: int
) -> Verdict:
    """A claim that fails somewhere: on which condition it holds elsewhere, if it is simple."""
    point = simplest(systems, point, reduction)
    failing = instance_of(reduction, point, failing=True)
    status = "Refuted by an exact counterexample."
    kind, condition, witness, certificate = "refuted", None, None, None
    conditional = condition_of(reduction, PARTS_FOR_A_WITNESS)
    if conditional is not None:
        found = decide(conditional.system, PARTS_FOR_A_WITNESS)
        parts += found.parts
        if found.point is not None:
            kind, condition = "conditional", conditional.condition
            certificate = conditional.certificate
            holding = simplest([conditional.system], found.point, reduction)
            witness = instance_of(reduction, holding, failing=False)
            status = (
                f"It holds in a part of the box only: the condition is exact{_where(reduction)}."
            )
    if kind == "refuted" and _nowhere(reduction):
        status = "Refuted by an exact counterexample; it holds nowhere in the box."
    return Verdict(
        method=METHOD,
        exact=reduction.exact,
        complete=True,
        status=status,
        claim=reduction.claim,
        kind=kind,
        counterexample=failing,
        witness=witness,
        condition=condition,
        certificate=certificate,
        parts=parts,
    )


def _nowhere(reduction: Reduction) -> bool:
    """Whether it is shown that the claim holds nowhere."""
    ways = disjunction(Every((reduction.assumption, reduction.goal)))
    if len(ways) > MOST_WAYS:
        return False
    for way in ways:
        found = decide(reduction.system(way), PARTS_FOR_A_WITNESS // 8)
        if found.point is not None or found.left:
            return False
    return True


def _where(reduction: Reduction) -> str:
    return ", wherever no denominator is 0" if reduction.denominators else ""


def _proved(reduction: Reduction) -> str:
    if not reduction.claim.assuming:
        return f"Proved in rational arithmetic{_where(reduction)}."
    ways = [reduction.system(one) for one in disjunction(reduction.assumption)]
    for system in ways:
        found = decide(system, PARTS_FOR_A_WITNESS)
        if found.point is not None:
            return f"Proved in rational arithmetic{_where(reduction)}."
        if found.left:
            return (
                "Proved in rational arithmetic; whether any alliance in the box satisfies the "
                "assumptions was not decided."
            )
    return "Proved, but in vain: no alliance in the box satisfies the assumptions."


def _irrational(reduction: Reduction, point: Sequence[Real], parts: int) -> Verdict:
    """A claim that fails where a term is irrational; no rational point was found."""
    terms = dict(zip(reduction.variables, point, strict=True))
    return Verdict(
        method=f"{METHOD}; a root along one term",
        exact=reduction.exact,
        complete=True,
        status="Refuted at an irrational value of a term; among rational terms no counterexample "
        "was found.",
        claim=reduction.claim,
        kind="refuted",
        counterexample=Instance(terms, ()),
        parts=parts,
    )


def rational(point: Sequence[Real]) -> tuple[Fraction, ...]:
    """A point all of whose coordinates are rational."""
    return tuple(one for one in point if isinstance(one, Fraction))


def _share(parts: list[Part]) -> Fraction:
    distinct = dict.fromkeys(parts)
    return min(
        sum((prod((b - a for a, b in one), start=Fraction(1)) for one in distinct), Fraction(0)),
        Fraction(1),
    )


def _small(share: Fraction) -> str:
    return f"{float(share):.2g}" if share > Fraction(1, 10**6) else "less than a millionth"


def _named(part: Part, reduction: Reduction) -> dict[str, Domain]:
    named = {}
    for name, side, (low, high) in zip(reduction.variables, reduction.sides, part, strict=True):
        first, last = side.at(low), side.at(high)
        assert first is not None
        named[name] = Domain(
            first, last, side.low_open and low == 0, last is None or (side.high_open and high == 1)
        )
    return named
