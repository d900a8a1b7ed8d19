"""Claims gathered by name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_
from typing import Any

from dilemma.propositions.claiming import Claim
from dilemma.propositions.statements import Statement


class Collected(dict[str, Claim]):
    """Claims by name, "family: measure"."""

    def add(
        self, key: str, words: str, statement: Statement, over: Any, model: Any, source: str
    ) -> None:
        """Add a claim."""
        self[key] = Claim(statement, over, model=model, words=words, source=source)


def all_of(statements: Iterable[Statement]) -> Statement:
    """Join statements by "and".

    >>> from dilemma.propositions import term
    >>> print(all_of([term("trust") > 0, term("trust") < 1]))
    trust > 0 and trust < 1
    """
    whole: Statement = reduce(and_, statements)
    return whole
