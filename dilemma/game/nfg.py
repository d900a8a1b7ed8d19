r"""Gambit's strategic-form format (``.nfg``): from text to exact payoffs and names, and back.

Spaces and line ends only part the words, numbers, texts in double quotes and braces of a file.
Where ``*`` repeats what stands before it, a game is::

    NFG 1 R "title" { "player" * } strategies "comment" body

    strategies: { number * }  or  { { "name" * } * }
    body:       number *      or  { { "outcome" number * } * } index *

The comment may be missing, ``R`` may be ``D`` (decimal) without a difference, and a comma may
follow a number: an integer, a decimal with or without exponent, or p/q. In a text, ``\"`` is a
quotation mark and ``\\`` a backslash; other backslashes stand for themselves. The encoding is
UTF-8, with or without a byte-order mark.

The first player's strategy changes fastest, the last one's slowest: for two players the first
kind of body lists :math:`A_{11}, B_{11}, A_{21}, B_{21}, \dots, A_{mn}, B_{mn}`. The second kind
lists outcomes, then for each cell the index of one, or 0 for none, where all players get 0.

All that Gambit writes is read, for up to 30 players.

References
----------
gambit in ``references.bib``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from math import prod

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction
from dilemma.game.checking import MOST_PLAYERS

# Python converts integers of 4300 digits at most. Any number of so many bits, numerator and
# denominator together, is written in less than so many characters.
LONGEST_NUMBER = 4000
MOST_BITS = 13_000
# A decimal that ends within so many places is written as one; a float's has 17 or so.
MOST_PLACES = 20
# More than any machine holds.
MOST_STRATEGIES = 10**12

_TOKEN = re.compile(
    r"""\s*+ (?: (?P<brace>[{}]) | (?P<comma>,) | "(?P<text>(?:[^"\\]++|\\.)*+)" | (?P<unclosed>")
    | (?P<word>[^\s{},"]++) | (?P<end>\Z) )""",
    re.ASCII | re.DOTALL | re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_LINE_END = re.compile(r"\r\n?|\n")
_ESCAPED = re.compile(r'\\(["\\])')
_TO_ESCAPE = re.compile(r'"|\\(?=["\\]|\Z)')


def parse(
    text: str, source: str, *, two_players: bool
) -> tuple[NDArray[np.object_], list[list[str]], list[str]]:
    """Read the text of a file: exact payoffs (player, s_1, ..., s_n), strategies, players.

    If two players are required, it is an error at their place that there are more, or one.
    """
    tokens = _Tokens(text.removeprefix("\ufeff"), source)
    players, strategies = _prologue(tokens, two_players)
    sizes = [len(one) for one in strategies]
    if tokens.at("{"):
        cells = _outcome_body(tokens, prod(sizes), len(players))
    else:
        total = prod(sizes) * len(players)
        cells = [tokens.number(f"payoff {k} of {total}") for k in range(1, total + 1)]
    if tokens.kind != "end":
        raise tokens.error(f"the end of the file after {' x '.join(map(str, sizes))} cells")
    payoffs = np.empty(len(cells), dtype=object)
    payoffs[:] = cells
    names = [told_apart([str(name) for name in one]) for one in strategies]
    # From the slowest index to the fastest, and then the other way round.
    return payoffs.reshape(*reversed(sizes), len(players)).T, names, players


def compose(
    payoffs: NDArray[np.object_],
    strategies: Sequence[Sequence[str]],
    players: Sequence[str],
    title: str | None = None,
) -> str:
    """Write the text of a file; the title is the players' names if it is left out."""
    title = " against ".join(players) if title is None else title
    first, *others = (f"{{ {' '.join(map(_quoted, one))} }}" for one in (players, *strategies))
    lines = [f"NFG 1 R {_quoted(title)} {first}", f"{{ {' '.join(others)} }}\n"]
    lines += [
        "  ".join(" ".join(map(_written, cell)) for cell in line)
        for line in payoffs.T.reshape(-1, len(strategies[0]), len(players)).tolist()
    ]
    return "\n".join(lines) + "\n"


def misread_by_gambit(name: str) -> bool:
    """Whether Gambit's reader, up to 17.0, does not undo what is written of a name.

    It doesn't where a backslash is at the end, or before another or before a quotation mark.
    """
    return "\\" in _TO_ESCAPE.findall(name)


class _Tokens:
    """The tokens of a text, one after another, and the errors that tell the place of one."""

    def __init__(self, text: str, source: str) -> None:
        self._text, self._source = text, source
        self._known: dict[str, Fraction] = {}
        self._matches = _TOKEN.finditer(text)
        self.advance()

    def advance(self) -> None:
        """Go to the next token, of which there is one until the kind is "end"."""
        self._match = next(self._matches)
        self.kind = self._match.lastgroup or ""
        self.value = self._match[self.kind]
        if self.kind == "unclosed":
            raise self.error("a closing quotation mark for the one here", "the end of the file")

    def start(self) -> int:
        """Return where the token starts; the end of the file is just after the last token."""
        if self.kind == "end":
            return self._match.start()
        return self._match.start(self.kind) - (self.kind == "text")

    def error(self, required: str, got: str | None = None, start: int | None = None) -> ValueError:
        """Return the error at this token, or at another place."""
        if got is None:
            token = "the text " * (self.kind == "text") + _shown(self.value)
            got = "the end of the file" if self.kind == "end" else token
        place = where(self._text, self.start() if start is None else start, self._source)
        return ValueError(f"{place}: requires {required}, got {got}")

    def at(self, *choices: str) -> bool:
        return self.kind in ("brace", "word") and self.value in choices

    def skip(self, *choices: str, required: str) -> None:
        if not self.at(*choices):
            raise self.error(required)
        self.advance()

    def text(self, what: str) -> str:
        if self.kind != "text":
            raise self.error(f"{what} in double quotes")
        text = _ESCAPED.sub(r"\1", self.value)
        self.advance()
        return text

    def names(self, what: str) -> list[str]:
        """Read a list of names in braces."""
        self.skip("{", required=f"'{{' before the names of {what}")
        names = []
        while self.kind == "text":
            names.append(self.text("a name"))
        self.skip("}", required=f"'}}' after the names of {what}, each in double quotes")
        return names

    def number(self, what: str, low: int | None = None, high: int = 0) -> Fraction:
        """Read a number, an integer from low to high if these are given, and a comma after it."""
        value = self._known.get(self.value) if self.kind == "word" else None
        if value is None:
            if self.kind == "end":
                raise self.error(what)
            if self.kind != "word" or not _NUMBER.fullmatch(self.value):
                raise self.error(f"{what}, a number such as 3, -0.5, 3/10 or 1e-3")
            if len(self.value) > LONGEST_NUMBER:
                raise self.error(f"{what}, a number of at most {LONGEST_NUMBER} characters")
            try:
                value = fraction(self.value)
            except ValueError:  # again, with the place, which takes time to find
                value = fraction(self.value, where(self._text, self.start(), self._source))
            self._known[self.value] = value
        if low is not None and (value.denominator != 1 or not low <= value <= high):
            raise self.error(f"{what}, an integer from {low} to {high}")
        self.advance()
        if self.kind == "comma":
            self.advance()
        return value


def _prologue(tokens: _Tokens, two_players: bool) -> tuple[list[str], list[range | list[str]]]:
    """Read what comes before the body: the players' names, and their strategies."""
    if not tokens.at("NFG"):
        tree = "an extensive-form file (pygambit.read_efg(path).to_nfg() converts it)"
        got = "an empty file" if tokens.kind == "end" else tree if tokens.at("EFG") else None
        raise tokens.error("NFG, with which a strategic-form file begins", got)
    tokens.advance()
    tokens.skip("1", required="1, the version of the format")
    tokens.skip("R", "D", required="R or D, for rational or decimal numbers")
    tokens.text("the title")
    start = tokens.start()
    players = tokens.names("the players")
    if two_players and len(players) != 2:
        required = "two players (read_strategic and parse_strategic take any number)"
        raise tokens.error(required, str(len(players)), start)
    if not 1 <= len(players) <= MOST_PLAYERS:
        raise tokens.error(f"1 to {MOST_PLAYERS} players", str(len(players)), start)
    tokens.skip("{", required="'{' before the players' strategies")
    strategies: list[range | list[str]] = []
    for player in players:
        what = f"strategies of player {_shown(player)}"
        start = tokens.start()
        if tokens.at("{"):
            strategies.append(tokens.names(f"the {what}"))
        else:
            number = tokens.number(f"the number of {what}", 1, MOST_STRATEGIES)
            strategies.append(range(1, int(number) + 1))
        if not strategies[-1]:
            raise tokens.error(f"one or more {what}", "none", start)
    tokens.skip("}", required="'}' after the strategies of all players")
    if tokens.kind == "text":
        tokens.text("the comment")
    if "" in players:
        players = [name or new for name, new in zip(players, told_apart(players), strict=True)]
    return players, strategies


def _outcome_body(tokens: _Tokens, cells: int, players: int) -> list[Fraction]:
    """Read the outcomes and the index of one for each cell; return the cells' payoffs."""
    tokens.skip("{", required="'{' before the outcomes")
    outcomes = [[Fraction(0)] * players]
    while tokens.at("{"):
        tokens.advance()
        tokens.text("the name of an outcome")
        of = f"of outcome {len(outcomes)}"
        outcomes.append([tokens.number(f"payoff {k} {of}") for k in range(1, players + 1)])
        tokens.skip("}", required=f"'}}' after payoff {players} {of}")
    tokens.skip("}", required="'}' after the outcomes, or '{' before another")
    payoffs: list[Fraction] = []
    for cell in range(1, cells + 1):
        index = tokens.number(f"outcome index {cell} of {cells}", 0, len(outcomes) - 1)
        payoffs.extend(outcomes[int(index)])
    return payoffs


def told_apart(names: list[str]) -> list[str]:
    """Return the names, with Gambit's suffix on those that are repeated or empty."""
    often, taken = Counter(names), set(names)
    suffixes = {name: count(1) for name in often}
    result = []
    for name in names:
        new = name
        while new in taken and (often[name] > 1 or not name):
            new = f"{name}_{next(suffixes[name])}"
        result.append(new)
    return result


def where(text: str, start: int, source: str) -> str:
    """Return the source, and the line and column of a place in its text."""
    lines = _LINE_END.split(text[:start])
    shown = source if source.isprintable() else repr(source)
    return f"{shown}, line {len(lines)}, column {len(lines[-1]) + 1}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _quoted(text: str) -> str:
    r"""Return a text in quotes, with an escape only on a backslash that needs one.

    Gambit's reader keeps the backslash of ``a\b`` and makes three of ``a\\b``.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"names: requires text that UTF-8 can write, got {text!r}") from None
    return '"' + _TO_ESCAPE.sub(r"\\\g<0>", text) + '"'


def _written(value: Fraction) -> str:
    """Return a number as an integer, a decimal that ends, or p/q."""
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    if bits > MOST_BITS:
        raise ValueError(f"payoffs: requires numbers of at most {MOST_BITS} bits, got {bits}")
    scale, rest = divmod(10**MOST_PLACES, value.denominator)
    if value.denominator == 1 or rest:
        return str(value)
    digits = str(abs(value.numerator) * scale).zfill(MOST_PLACES + 1)
    whole, decimals = digits[:-MOST_PLACES], digits[-MOST_PLACES:].rstrip("0")
    return "-" * (value < 0) + f"{whole}.{decimals}"
