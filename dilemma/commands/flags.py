"""Flags that several commands share, and how what was typed after them is read."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from dilemma.alliance import TERMS, Alliance, Term
from dilemma.arrays.exact import fraction


def describe(
    command: argparse.ArgumentParser,
    answer: Callable[[argparse.Namespace], str],
    words: str,
    *examples: str,
) -> None:
    """Say what a command does, what answers it, and how it is typed.

    Parameters
    ----------
    command : ArgumentParser
    answer : function (what was typed) -> str
        The text to print.
    words : str
        A paragraph.
    *examples : str
        A line or two each.
    """
    command.description = textwrap.fill(words)
    command.epilog = "\n".join(["examples:", *(textwrap.indent(one, "  ") for one in examples)])
    command.set_defaults(run=answer)


def add_json(command: argparse.ArgumentParser) -> None:
    """Give a command the flag for machines."""
    command.add_argument("--json", action="store_true", help="JSON, exact values as texts")


def add_terms(
    command: argparse.ArgumentParser,
    terms: Sequence[Term] = TERMS,
    several: str = "a pair",
    shown: str = "X,Y",
) -> None:
    """Give a command a flag for every term.

    Parameters
    ----------
    command : ArgumentParser
    terms : sequence of Term
    several, shown : str
        What a term that firms may differ in also takes, and how its value is shown.
    """
    for term in terms:
        more = f"; or {several}" if term.per_firm else ""
        command.add_argument(
            f"--{term.name.replace('_', '-')}",
            metavar=shown if term.per_firm else "X",
            help=f"{term.meaning} ({term.domain.words}{more}; {term.default})",
        )


def chosen_terms(chosen: argparse.Namespace, terms: Sequence[Term] = TERMS) -> dict[str, Any]:
    """Return the terms that were typed, texts or tuples of texts, by name."""
    found: dict[str, Any] = {}
    for term in terms:
        text = getattr(chosen, term.name)
        if text is not None:
            parts = parts_of(text)
            found[term.name] = parts[0] if len(parts) == 1 else tuple(parts)
    return found


def chosen_alliance(chosen: argparse.Namespace) -> Alliance:
    """Return the alliance on the terms that were typed."""
    return Alliance(**chosen_terms(chosen))


def parts_of(text: str) -> list[str]:
    """Split what stands between commas."""
    return [part.strip() for part in text.split(",")]


def number(chosen: argparse.Namespace, name: str) -> Fraction:
    """Read what was typed after a flag as an exact number."""
    return fraction(getattr(chosen, name), name)


def whole(text: str, name: str) -> int:
    """Read an integer."""
    value = fraction(text, name)
    if value.denominator != 1:
        raise ValueError(f"{name}: requires an integer, got {text}")
    return int(value)
