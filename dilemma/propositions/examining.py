"""Whether a claim holds: the one verb of this room."""

from __future__ import annotations

from typing import Any

from dilemma.game.checking import count
from dilemma.propositions.claiming import Claim
from dilemma.propositions.proving import examine_polynomials
from dilemma.propositions.reducing import NotPolynomialError, reduce_claim
from dilemma.propositions.verdicts import Verdict

BUDGET = 4096


def examine(
    claim: Claim,
    *,
    budget: int = BUDGET,
    samples: int = 256,
    seed: Any = 0,
    tolerance: Any = 1e-9,
    progress: bool = False,
) -> Verdict:
    """Prove a claim, refute it, find the condition on which it holds, or say how far it got.

    Parameters
    ----------
    claim : Claim
    budget : int
        How many parts of the box are looked at, for each way in which the claim could fail.
    samples : int
        How many points are sampled for a claim on measures, which no polynomial decides.
    seed : int or what numpy.random.default_rng takes
        Of these points.
    tolerance : number
        By how much a comparison of measures may fail without being refuted, for measures that
        are not exact.
    progress : bool
        Show a bar.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `claim` is none, or a number is out of range.

    Notes
    -----
    Inequalities between polynomials are decided in rational arithmetic: the claim fails only where
    one of several systems of inequalities holds; their polynomials are factored, and the box is
    divided until the Bernstein coefficients of the factors rule out each system in each part
    (garloff1993), or a point is found that satisfies one. Counterexamples are made simple by
    Hypothesis, and checked in the model itself.

    Examples
    --------
    >>> from dilemma.propositions import joint_learning
    >>> more = joint_learning("collaboration") >= joint_learning("collaboration", "competition")
    >>> print(examine(Claim(more, over=["leakage"], words="secrets cost joint learning")))
    proved: secrets cost joint learning
      for all leakage in [0, 1)
      Proved in rational arithmetic.
      certificate: 1 system of inequalities ruled out on 1 part of the box
    """
    if not isinstance(claim, Claim):
        raise TypeError(f"claim: requires a Claim, got {type(claim).__name__}")
    count(budget, "budget", 1, "parts")
    count(samples, "samples", 1, "points")
    try:
        reduction = reduce_claim(claim)
    except NotPolynomialError:
        from dilemma.propositions.sampling import examine_samples

        return examine_samples(claim, samples, seed, tolerance, progress)
    return examine_polynomials(reduction, budget, progress)
