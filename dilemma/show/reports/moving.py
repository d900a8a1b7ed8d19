"""What moves the answer: thresholds along trust, stakes and opportunism."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dilemma.show.reports.settling import SMALL
from dilemma.show.reports.spans import span_of
from dilemma.show.reports.writing import (
    Section,
    Setting,
    both,
    heading,
    paragraph,
    picture,
    several,
    shown,
    table,
)
from dilemma.study import Thresholds, concept_thresholds, thresholds

TERMS = ("trust", "stakes", "opportunism")


def threshold_section(setting: Setting) -> Section:
    """Write the exact values of each term at which the equilibria change."""
    size = len(setting.names)
    if size > SMALL:
        body = setting.leave_out(
            "Thresholds along trust, stakes and opportunism",
            f"with {size} strategies a firm they take too long for a report; "
            "thresholds(alliance, 'trust') tries",
        )
        return Section("Thresholds", body)
    parts = [
        paragraph(
            "Critical values are exact: at each the set of equilibria changes, and between them "
            "it does not. One term moves at a time; the others keep this alliance's values."
        )
    ]
    short: list[str] = []
    for name in TERMS:
        parts.append(heading(f"Along {name}"))
        parts += [
            setting.attempt(f"Thresholds along {one}", partial(_along, setting, one, short))
            for one in _parameters(setting, name)
        ]
    return Section("Thresholds", "".join(parts), tuple(short))


def _parameters(setting: Setting, name: str) -> list[str]:
    """The term; of firms that differ in it, each firm's own."""
    if isinstance(setting.alliance.terms[name], tuple):
        return [f"{name}.row", f"{name}.column"]
    return [name]


def _along(setting: Setting, name: str, short: list[str]) -> str:
    alliance = setting.alliance
    low, high = span_of(alliance, name)
    found = thresholds(alliance, name, (low, high))
    rows = [
        [
            both(one.value) if one.closed_form[0] != "~" else one.closed_form,
            "; ".join(one.appear) or "nothing",
            "; ".join(one.vanish) or "nothing",
        ]
        for one in found.critical
    ]
    values = ", ".join(one.closed_form for one in found.critical) or "none"
    if name == "trust":
        short.append(_told(found))
    changes = several(
        [
            f"at {one.closed_form} "
            + " and ".join(
                f"{len(those)} {word}"
                for those, word in ((one.appear, "appear"), (one.vanish, "vanish"))
                if those
            )
            for one in found.critical
        ],
        8,
    )
    counts = ", ".join(str(len(one.equilibria)) for one in found.intervals)
    alt = (
        f"Equilibria along {name} from {shown(low)} to {shown(high)}. Critical values: {values}. "
        f"Equilibria between them, from left to right: {counts}. {changes or 'Nothing changes'}."
    )
    parts = [
        paragraph(found.status),
        picture(found, alt, f"Which equilibria there are along {name}."),
    ]
    if rows:
        parts.append(
            table(
                f"Critical values of {name}",
                [name, "above it appear", "above it vanish"],
                rows,
                kind="words",
            )
        )
    return "".join([*parts, _risk(setting, name, (low, high))])


def _told(found: Thresholds) -> str:
    """Along a term in one sentence: how often equilibria change, and what collaboration needs."""
    count = len(found.critical)
    said = f"Along {found.parameter} the equilibria change at {count or 'no'} value"
    said += "" if count == 1 else "s"
    mutual = [
        f"{both(one.value)} it {verb}"
        for one in found.critical
        for verb, those in (("appears", one.appear), ("vanishes", one.vanish))
        if "mutual collaboration" in those
    ]
    return f"{said}; mutual collaboration: at {' and at '.join(mutual)}." if mutual else f"{said}."


def _risk(setting: Setting, name: str, over: Any) -> str:
    """Along the same term: which of mutual collaboration and mutual avoidance is less risky."""
    pair = ("mutual collaboration", "mutual avoidance")
    if not {"collaboration", "avoidance"} <= set(setting.names):
        return ""
    found = concept_thresholds(setting.alliance, name, "risk dominance", over)

    def between(statements: Sequence[str]) -> str:
        return "; ".join(one for one in statements if all(words in one for words in pair))

    rows = [
        [one.closed_form, between(one.begin) or "nothing", between(one.end) or "nothing"]
        for one in found.critical
        if between(one.begin) or between(one.end)
    ]
    title = f"Risk dominance between {' and '.join(pair)} along {name}"
    if not rows:
        return paragraph(f"{title}: it does not change.")
    return table(title, [name, "from there on", "no longer"], rows, kind="words")
