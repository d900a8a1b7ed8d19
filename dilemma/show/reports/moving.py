"""What moves the answer: thresholds along trust, stakes and opportunism."""

from __future__ import annotations

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
from dilemma.study import concept_thresholds, thresholds

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
            setting.attempt(f"Thresholds along {one}", lambda one=one: _along(setting, one, short))
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
        begin = [
            one.closed_form
            for one in found.critical
            if any("collaboration" in words for words in one.appear)
        ]
        if begin:
            short.append(
                f"Along trust the equilibria change at {values}; new ones with collaboration "
                f"appear at {several(begin)}."
            )
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
            table(f"Critical values of {name}", [name, "above it appear", "above it vanish"], rows)
        )
    patience = _patience(setting, name, (low, high))
    return "".join([*parts, patience])


def _patience(setting: Setting, name: str, over: Any) -> str:
    """Along the same term, where the critical discount factor can be had at all."""
    if not {"collaboration", "avoidance"} <= set(setting.names):
        return ""
    found = concept_thresholds(setting.alliance, name, "risk dominance", over)
    if not found.critical:
        return paragraph(f"Risk dominance: {found.status}")
    rows = [
        [one.closed_form, "; ".join(one.begin) or "nothing", "; ".join(one.end) or "nothing"]
        for one in found.critical
    ]
    return table(
        f"Risk dominance along {name}", [name, "from there on", "no longer"], rows
    )
