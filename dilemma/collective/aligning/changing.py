"""The terms of a goal network by name: changed one by one, and told in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dilemma.collective.aligning.terms import read_terms
from dilemma.game.display import listed
from dilemma.game.display import number as shown
from dilemma.writing.lines import wrapped

if TYPE_CHECKING:
    from dilemma.collective.aligning.networks import GoalNetwork

PER_FIRM = ("views", "positions", "susceptibility")
"""Terms of which each firm has its own."""


def changed_terms(own: Mapping[str, Any], changes: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Return all terms with some changed, not yet read; ``views.2`` is the second firm's.

    Examples
    --------
    >>> changed_terms({"views": (0, 0), "goal": 1}, {"views.2": 1}, 2)["views"]
    [(Fraction(0, 1),), (1,)]
    """
    new = dict(own)
    known = {"graph", *new}
    for name, value in sorted(changes.items(), key=lambda item: "." in item[0]):
        whole, _, firm = name.partition(".")
        if whole not in known or (firm and whole not in PER_FIRM):
            raise TypeError(
                f"{name}: requires a term among {', '.join(sorted(known))}, or one of "
                f"{', '.join(PER_FIRM)} with the number of a firm, as in views.1"
            )
        if not firm:
            new[whole] = value
            continue
        if not firm.isdigit() or not 1 <= int(firm) <= size:
            raise ValueError(
                f"{name}: requires the number of a firm from 1 to {size}, got {firm!r}"
            )
        row = list(read_terms({whole: new[whole]}, size)[whole])
        several = isinstance(value, (tuple, list))
        row[int(firm) - 1] = (value,) if whole == "views" and not several else value
        new[whole] = row
    return new


def network_in_words(network: GoalNetwork) -> str:
    """Tell what a network is: its firms and ties, its terms, its architects.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> network_in_words(GoalNetwork(2, 0)).splitlines()[0]
    'A network of 2 firms with 1 tie.'
    """
    ties = f"{len(network.pairs)} {'tie' if len(network.pairs) == 1 else 'ties'}"
    firms = "1 firm" if network.size == 1 else f"{network.size} firms"
    lines = [
        f"A network of {firms} with {ties}" + (", of a direction." if network.directed else ".")
    ]
    parts = []
    for name, value in network.terms.items():
        parts.append(f"{name} {_words(value)}")
    lines.append(f"  terms: {', '.join(parts)}")
    if network.architects:
        lines.append(f"  architects: {listed([network.firms[k] for k in network.architects])}")
    return wrapped(lines)


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        few = [_words(one) for one in value[:12]]
        return f"({', '.join(few)}{', …' if len(value) > 12 else ''})"
    return shown(value) if isinstance(value, Fraction) else str(value)
