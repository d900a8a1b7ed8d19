"""What theory claims, examined at this alliance's other terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dilemma.game.display import listed
from dilemma.propositions import CLAIMS, Claim, Verdict, examine, learning_dilemma
from dilemma.show.reports.settling import SMALL
from dilemma.show.reports.writing import Section, Setting, paragraph, table

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
    return {name: replace(CLAIMS[name], model=alliance) for name in CHOSEN}


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
