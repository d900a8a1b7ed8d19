"""What theory claims: proved, refuted with a counterexample, or bounded.

A `Claim` is a statement for all alliances in a box of terms. Its **statement** compares
quantities by ``<``, ``<=``, ``>``, ``>=`` or `equal`, joined by ``&``, ``|`` and `implies`:

- quantities: `payoff` (firm, row's strategy, column's), `learning`, `joint_learning`,
  `exploitation`, `term`, numbers, their sums, products, ratios and powers, `derivative` (by a
  term), `elsewhere` (the same with some terms changed), `grim_discount`, `nash_product`,
  `computed` (any function of a model, by arithmetic alone), and `measured` (any measure of a game,
  batch or model: then the claim is sampled, never proved);
- ready-made statements: `equilibrium`, `strict_equilibrium`, `risk_dominates`,
  `learning_dilemma`, `ordered` (a chain), `rises` and `falls` (a quantity never falls, or never
  rises, as one term grows), `keeps` (what holds once holds at all larger values of a term).

``over`` is the box: terms by name (``"stakes"`` moves both firms', ``"opportunism.row"`` one
firm's), each with (low, high), a `Domain`, or None for all of its domain; ``assuming`` holds the
assumptions, statements or "dilemma"; ``model`` gives all other terms. `examine` returns a
`Verdict`, and `recheck` verifies it by arithmetic of its own:

    >>> from dilemma.propositions import Claim, derivative, examine, payoff
    >>> reward = payoff("row", "collaboration", "collaboration")
    >>> claim = Claim(derivative(reward, "trust") >= 0, over={"trust": (0, 1), "stakes": None})
    >>> examine(claim).kind
    'proved'

`CLAIMS` holds the claims of the literature: `ARTICLE`, those of the article that gave the dilemma
its name, and `COLLECTIVE`, those on more than two partners. `examine_claims` makes a table of
verdicts. Claims on formulas, without a game, have `Parameters` for a model.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilemma.propositions.certificates import Certificate, SystemProof
    from dilemma.propositions.claiming import Claim
    from dilemma.propositions.examining import examine
    from dilemma.propositions.parameters import Parameters
    from dilemma.propositions.quantities import Quantity
    from dilemma.propositions.rechecking import Recheck, recheck
    from dilemma.propositions.saying import (
        equal,
        equilibrium,
        falls,
        grim_discount,
        implies,
        keeps,
        learning_dilemma,
        nash_product,
        ordered,
        rises,
        risk_dominates,
        strict_equilibrium,
    )
    from dilemma.propositions.sources.article import ARTICLE
    from dilemma.propositions.sources.collective_action import COLLECTIVE
    from dilemma.propositions.sources.literature import CLAIMS
    from dilemma.propositions.statements import Statement
    from dilemma.propositions.tabulating import Verdicts, examine_claims
    from dilemma.propositions.verdicts import Condition, Instance, Verdict
    from dilemma.propositions.vocabulary import (
        computed,
        derivative,
        elsewhere,
        exploitation,
        joint_learning,
        learning,
        measured,
        payoff,
        term,
    )

# Loaded when they are first asked for.
_MODULE_OF = {
    "ARTICLE": "sources.article",
    "CLAIMS": "sources.literature",
    "COLLECTIVE": "sources.collective_action",
    "Certificate": "certificates",
    "Claim": "claiming",
    "Condition": "verdicts",
    "Instance": "verdicts",
    "Parameters": "parameters",
    "Quantity": "quantities",
    "Recheck": "rechecking",
    "Statement": "statements",
    "SystemProof": "certificates",
    "Verdict": "verdicts",
    "Verdicts": "tabulating",
    "computed": "vocabulary",
    "derivative": "vocabulary",
    "elsewhere": "vocabulary",
    "equal": "saying",
    "equilibrium": "saying",
    "examine": "examining",
    "examine_claims": "tabulating",
    "exploitation": "vocabulary",
    "falls": "saying",
    "grim_discount": "saying",
    "implies": "saying",
    "joint_learning": "vocabulary",
    "keeps": "saying",
    "learning": "vocabulary",
    "learning_dilemma": "saying",
    "measured": "vocabulary",
    "nash_product": "saying",
    "ordered": "saying",
    "payoff": "vocabulary",
    "recheck": "rechecking",
    "rises": "saying",
    "risk_dominates": "saying",
    "strict_equilibrium": "saying",
    "term": "vocabulary",
}

__all__ = [
    "ARTICLE",
    "CLAIMS",
    "COLLECTIVE",
    "Certificate",
    "Claim",
    "Condition",
    "Instance",
    "Parameters",
    "Quantity",
    "Recheck",
    "Statement",
    "SystemProof",
    "Verdict",
    "Verdicts",
    "computed",
    "derivative",
    "elsewhere",
    "equal",
    "equilibrium",
    "examine",
    "examine_claims",
    "exploitation",
    "falls",
    "grim_discount",
    "implies",
    "joint_learning",
    "keeps",
    "learning",
    "learning_dilemma",
    "measured",
    "nash_product",
    "ordered",
    "payoff",
    "recheck",
    "rises",
    "risk_dominates",
    "strict_equilibrium",
    "term",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.propositions.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
