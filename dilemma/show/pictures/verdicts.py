"""What became of claims: a row for each, with its verdict and what tells."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dilemma.propositions import Verdict
from dilemma.show.pictures.registry import draws
from dilemma.show.pictures.theme import INK, MUTED, OTHERS, canvas, look, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A mark and a colour for each kind; the word stands beside them.
MARKS = {
    "proved": ("o", OTHERS[0]),
    "refuted": ("X", OTHERS[1]),
    "conditional": ("D", OTHERS[3]),
    "supported": ("^", OTHERS[4]),
    "undecided": ("s", OTHERS[2]),
}
# Letters of a line of a claim, and of what tells.
CLAIM, TELLS = 40, 52
LINE = 0.17


@draws(Verdict, list, tuple)
def verdict_table(verdicts: Verdict | Sequence[Verdict], ax: Axes | None = None) -> Axes:
    """Draw verdicts as a table: the claim, what became of it, and where it fails or holds.

    Parameters
    ----------
    verdicts : Verdict, or list or tuple of these
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If something else is among them, or there are none.
    """
    rows = [verdicts] if isinstance(verdicts, Verdict) else list(verdicts)
    for one in rows:
        if not isinstance(one, Verdict):
            raise TypeError(f"verdicts: requires answers of examine, got {type(one).__name__}")
    if not rows:
        raise ValueError("verdicts: requires at least one, got none")
    texts = [
        (
            _filled(f"{one.claim.words}, {one.claim.where}", CLAIM),
            one.kind,
            _filled(_telling(one), TELLS),
        )
        for one in rows
    ]
    heights = [1 + max(part.count("\n") + 1 for part in text) for text in texts]
    with look():
        ax = canvas(ax, (9.4, 0.9 + LINE * sum(heights)))
        ax.set(xlim=(0, 1), ylim=(sum(heights), 0), title="Claims")
        ax.axis("off")
        top = 0.0
        for (claim, kind, telling), height in zip(texts, heights, strict=True):
            middle = top + height / 2
            marker, colour = MARKS[kind]
            options: dict[str, Any] = {"va": "center", "fontsize": 8.5, "color": INK}
            ax.text(0.0, middle, claim, **options)
            ax.plot(0.41, middle, marker=marker, color=colour, markersize=8, gid=kind)
            ax.text(0.435, middle, kind, fontweight="bold", va="center", fontsize=8.5)
            ax.text(0.55, middle, telling, **options)
            top += height
            ax.axhline(top, color=MUTED, linewidth=0.4)
    return ax


def _telling(one: Verdict) -> str:
    """What a reader asks first of such a verdict."""
    parts = []
    if one.condition is not None:
        parts.append(f"holds exactly where {one.condition}")
    if one.counterexample is not None:
        parts.append(f"fails at {one.counterexample.words}")
    if one.witness is not None:
        parts.append(f"holds at {one.witness.words}")
    return "; ".join(parts) or one.status


def _filled(words: str, width: int) -> str:
    return "\n".join(plain(line) for line in textwrap.wrap(words, width)) or " "
