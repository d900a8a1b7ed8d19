"""Claims that are a matter of polynomials: proved, refuted, conditional or undecided."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from dilemma.alliance.terms import Domain
from dilemma.arrays.sign_search import Part, search
from dilemma.arrays.sign_systems import System
from dilemma.arrays.threads import progress_bar
from dilemma.propositions.certificates import Certificate, SystemProof
from dilemma.propositions.reducing import Reduction, disjunction
from dilemma.propositions.shrinking import instance_of, simplest
from dilemma.propositions.statements import Every
from dilemma.propositions.verdicts import Verdict

METHOD = "signs of irreducible factors by Bernstein coefficients on parts of the box"


def examine_polynomials(reduction: Reduction, budget: int, progress: bool) -> Verdict:
    """Decide a claim by the signs of its polynomials."""
    claim = reduction.claim
    ways = disjunction(Every((reduction.assumption, reduction.goal.negated())))
    for one in ways:  # so that all share the same factors
        reduction.system(one)
    proofs: list[SystemProof] = []
    left: list[Part] = []
    parts = 0
    with progress_bar(len(ways) * budget, progress, "examine", "part") as bar:
        for way in ways:
            system = reduction.system(way)
            found = search(system, budget, tick=bar.update)
            parts += found.parts
            if found.point is not None:
                point = simplest(system, found.point, reduction)
                return Verdict(
                    method=METHOD,
                    exact=True,
                    complete=True,
                    status="Refuted by an exact counterexample.",
                    claim=claim,
                    kind="refuted",
                    counterexample=instance_of(reduction, point, failing=True),
                    parts=parts,
                )
            words = tuple(str(one) for one in way)
            proofs.append(SystemProof(words, system, found.done))
            left += found.left
    if left:
        share = _share(left)
        return Verdict(
            method=METHOD,
            exact=True,
            complete=False,
            status=f"Undecided on {float(share):.2g} of the box after {parts:,} parts of it; "
            "a larger budget may decide it.",
            claim=claim,
            kind="undecided",
            left=tuple(_named(one, reduction) for one in left),
            share_left=share,
            parts=parts,
        )
    return Verdict(
        method=METHOD,
        exact=True,
        complete=True,
        status="Proved in rational arithmetic.",
        claim=claim,
        kind="proved",
        certificate=Certificate(reduction.variables, tuple(proofs)),
        parts=parts,
    )


def _share(parts: list[Part]) -> Fraction:
    distinct = dict.fromkeys(parts)
    return min(
        sum((prod((b - a for a, b in one), start=Fraction(1)) for one in distinct), Fraction(0)),
        Fraction(1),
    )


def _named(part: Part, reduction: Reduction) -> dict[str, Domain]:
    named = {}
    for name, side, (low, high) in zip(reduction.variables, reduction.sides, part, strict=True):
        first, last = side.at(low), side.at(high)
        assert first is not None
        named[name] = Domain(
            first, last, side.low_open and low == 0, last is None or (side.high_open and high == 1)
        )
    return named


def used_factors(system: System) -> tuple[int, ...]:
    """The factors that occur in a system."""
    return tuple(sorted({f for one in system.constraints for f, _ in one.powers}))
