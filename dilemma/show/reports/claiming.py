"""What theory claims, examined at this alliance's other terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dilemma import propositions
from dilemma.game.display import listed
from dilemma.propositions import (
    Claim,
    Verdict,
    derivative,
    equilibrium,
    examine,
    grim_discount,
    joint_learning,
    learning,
    learning_dilemma,
    payoff,
)
from dilemma.show.reports.settling import SMALL
from dilemma.show.reports.writing import Section, Setting, paragraph, table

COL, COM, AVO = "collaboration", "competition", "avoidance"
BUDGET = 256
# Of the article's claims, those that are decided in a moment.
CHOSEN = (
    "exploitation: who learns more",
    "exploitation: it pays",
    "exploitation: it hurts",
    "collective knowledge: one competes",
    "collective knowledge: both compete",
    "trust: temptation",
    "trust: critical discount",
    "stakes: temptation",
    "stakes: critical discount",
    "opportunism: temptation",
    "opportunism: critical discount",
    "long-term orientation: the threat",
)


def claims_about(alliance: Any) -> dict[str, Claim]:
    """Return the claims that a report examines, made for alliances with the other terms of one.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> claims = claims_about(Alliance(synergy=2))
    >>> claims["trust: temptation"].model.synergy
    Fraction(2, 1)
    """
    known: Mapping[str, Claim] = getattr(propositions, "CLAIMS", None) or _claims()
    return {name: replace(known[name], model=alliance) for name in CHOSEN if name in known}


def _claims() -> dict[str, Claim]:
    """The same claims in the words of `dilemma.propositions`."""
    box: dict[str, Any] = {"trust": None, "stakes": None, "opportunism": None}
    abilities: Any = (
        "leakage",
        "absorptive_capacity",
        "communicative_capacity",
        "prior_interaction",
    )
    wider: Any = [*box, "leakage"]
    reward = payoff("row", COL)
    gain = payoff("row", COM, COL) - reward
    in_dilemma = (learning_dilemma(),)
    patience = grim_discount()
    found = {
        "exploitation: who learns more": Claim(
            learning("row", COM, COL) > learning("column", COM, COL),
            abilities,
            words="a partner that takes without showing learns more from a collaborator than it "
            "teaches",
        ),
        "exploitation: it pays": Claim(
            payoff("row", COM, COL) > reward,
            box,
            words="competing with a collaborator pays more than collaborating",
        ),
        "exploitation: it hurts": Claim(
            payoff("row", COL, COM) < reward,
            wider,
            words="a collaborator is worse off with a competitor than with a collaborator",
        ),
        "collective knowledge: one competes": Claim(
            joint_learning(COM, COL) < joint_learning(COL),
            abilities,
            words="competition with a collaborator develops less knowledge than mutual "
            "collaboration",
        ),
        "collective knowledge: both compete": Claim(
            joint_learning(COM) < joint_learning(COM, COL),
            abilities,
            words="mutual competition develops less knowledge than competition with a "
            "collaborator",
        ),
        "long-term orientation: the threat": Claim(
            equilibrium(AVO),
            box,
            in_dilemma,
            words="in every learning dilemma the threat is credible: mutual avoidance is an "
            "equilibrium",
        ),
    }
    for name, more in (("trust", "more trust"), ("stakes", "higher stakes")):
        found[f"{name}: temptation"] = Claim(
            derivative(gain, name) <= 0,
            box,
            words=f"{more} curbs what competing with a collaborator gains",
        )
        found[f"{name}: critical discount"] = Claim(
            derivative(patience, name) <= 0,
            box,
            in_dilemma,
            words=f"in a learning dilemma, {more} lets less patience deter competition",
        )
    return found


def claim_section(setting: Setting) -> Section:
    """Write what became of claims of the article at this alliance's terms."""
    if len(setting.names) > SMALL:
        body = setting.leave_out(
            "Claims of the article",
            f"they speak of the five strategies; {len(setting.names)} take too long for a report",
        )
        return Section("Claims", body)
    return Section("Claims", setting.attempt("Claims of the article", lambda: _table(setting)))


def _table(setting: Setting) -> str:
    rows = []
    for claim in claims_about(setting.alliance).values():
        verdict = examine(claim, budget=BUDGET, seed=setting.seed)
        rows.append([claim.words, _where(claim), verdict.kind, _telling(verdict)])
    return paragraph(
        "Claims that the article makes in words, stated for these payoffs. A verdict is on the "
        "formal statement, not on the article's evidence: trust, stakes and opportunism (or the "
        "terms named) take all the values said, and all other terms are this alliance's. Proved: "
        "in the whole box, with a certificate. Conditional: exactly where the condition holds. "
        "Refuted: it fails at the counterexample."
    ) + table("Claims and verdicts", ["claim", "for", "verdict", "what tells"], rows,
              kind="words")  # fmt: skip


def _where(claim: Claim) -> str:
    """The box in words, the learning dilemma by its name."""
    box = [f"{name.replace('_', ' ')} {side.words}" for name, side in claim.over.items()]
    more = [
        "T > R > mutual avoidance (a learning dilemma)" if one == learning_dilemma() else str(one)
        for one in claim.assuming
    ]
    return f"all {listed(box)}" + (f", with {listed(more)}" if more else "")


def _telling(verdict: Verdict) -> str:
    said = []
    if verdict.condition is not None:
        said.append(f"holds exactly where {verdict.condition}")
    if verdict.counterexample is not None:
        said.append(f"fails at {verdict.counterexample.words}")
    if verdict.certificate is not None and not said:
        said.append(str(verdict.certificate))
    return "; ".join(said) or verdict.status
