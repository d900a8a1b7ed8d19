"""Plain text that fits a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 80


def wrapped(lines: Iterable[str]) -> str:
    """Join lines to a text of at most 80 columns; what goes on in a new line is set in.

    >>> print(wrapped(["one", "two " * 21]))
    one
    two two two two two two two two two two two two two two two two two two two two
        two
    """
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)
