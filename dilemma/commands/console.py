"""Words for a console: one line of complaint, signs that it can show, answers as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import dilemma

# What an ASCII console can show instead.
_ASCII = str.maketrans(
    {"≥": ">=", "≤": "<=", "−": "-", "–": "-", "×": "x", "…": "...", "“": '"', "”": '"',
     "τ": "tau", "ω": "omega", "σ": "sigma", "η": "eta", "ℓ": "l", "κ": "kappa_", "ν": "nu",
     "π": "pi", "ρ": "rho"}
)  # fmt: skip


def say(text: str, stream: TextIO | None) -> None:
    """Print a text; signs that the console lacks are written in ASCII."""
    if stream is None:  # closed by whoever started the command
        return
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        text = text.translate(_ASCII)
        text = text.encode(stream.encoding, "backslashreplace").decode(stream.encoding)
    print(text, file=stream, flush=True)


def abandon(stream: TextIO) -> None:
    """Send what a stream still holds nowhere, or Python would complain again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def one_line(words: object) -> str:
    """Put a text on one line."""
    return " ".join(str(words).split())


def headed(words: str) -> str:
    """Put the library's name and version before what an answer is about."""
    return f"dilemma {dilemma.__version__}: {words}"


def aligned(rows: Sequence[Sequence[str]], apart: int = 2) -> str:
    """Put cells in columns, the first flush left and all others flush right, so far apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"  {first:<{widths[0]}}"
        + "".join(
            f"{'':{apart}}{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)
        )
        for first, *rest in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def as_json(command: str, **parts: Any) -> str:
    """Write an answer's records as JSON."""
    whole = {"dilemma_version": dilemma.__version__, "command": command, **parts}
    return json.dumps(whole, indent=1, ensure_ascii=True)


def progress_is_seen() -> bool:
    """Whether somebody sees how far a long computation has come."""
    return sys.stderr is not None and sys.stderr.isatty()
