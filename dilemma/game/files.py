"""Games in files: Gambit's strategic form (``.nfg``), read and written exactly.

The format is described in `dilemma.game.nfg`.

References
----------
gambit in ``references.bib``.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import IO, TypeVar

from dilemma.game import nfg
from dilemma.game.bimatrix import Game
from dilemma.game.strategic import StrategicGame

Kind = TypeVar("Kind")


def read_nfg(path: str | os.PathLike[str] | IO[str] | IO[bytes]) -> Game:
    """Read a two-player game from a Gambit strategic-form file.

    Parameters
    ----------
    path : str, path or open file
        ``"-"`` is the standard input. A file that is open stays open.

    Returns
    -------
    Game
        What `parse_nfg` makes of the text.

    Raises
    ------
    TypeError, ValueError, OSError
        If this is no file, its content no two-player game, or it cannot be read.

    See Also
    --------
    parse_nfg : the same for text; which names are changed, and what an error tells.
    read_strategic : the same for any number of players.

    Examples
    --------
    >>> file = io.StringIO('NFG 1 R "Chicken" { "a" "b" } { 2 2 } 3 3 4 1 1 4 0 0')
    >>> read_nfg(file).exact_payoffs[0].tolist() == [[3, 1], [4, 0]]
    True
    """
    return parse_nfg(*_content(path))


def read_strategic(path: str | os.PathLike[str] | IO[str] | IO[bytes]) -> StrategicGame:
    """Read a game of any number of players from a Gambit strategic-form file.

    Parameters
    ----------
    path : str, path or open file
        As in `read_nfg`.

    Returns
    -------
    StrategicGame
        What `parse_strategic` makes of the text; its `to_game` is a `Game` if there are two
        players.

    Raises
    ------
    TypeError, ValueError, OSError
        If this is no file, its content no such game, or it cannot be read.

    Examples
    --------
    >>> file = io.StringIO('NFG 1 R "Meet" { "a" "b" "c" } { 2 1 1 } 3 3 3 0 0 0')
    >>> read_strategic(file)
    <StrategicGame 2 x 1 x 1: a, b and c>
    """
    return parse_strategic(*_content(path))


def _content(path: str | os.PathLike[str] | IO[str] | IO[bytes]) -> tuple[str, str]:
    """The text of a file, and what to call it in errors."""
    stream: IO[str] | IO[bytes]
    if not isinstance(path, (str, os.PathLike)):
        source, stream = getattr(path, "name", "<file>"), path
    elif os.fspath(path) == "-" and sys.stdin is None:
        raise ValueError("path: requires an open standard input for '-', got a closed one")
    elif os.fspath(path) == "-":
        source, stream = "<stdin>", getattr(sys.stdin, "buffer", sys.stdin)
    else:
        source, stream = os.fspath(path), io.BytesIO(Path(path).read_bytes())
    if not callable(getattr(stream, "read", None)):
        raise TypeError(f"path: requires a path or an open file, got {type(path).__name__}")
    try:
        content: object = stream.read()
        text = content.decode() if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(error.encoding, "replace")
        place = nfg.where(before.removeprefix("\ufeff"), len(before), str(source))
        byte = f"the byte 0x{error.object[error.start]:02x}"
        raise ValueError(f"{place}: requires text in {error.encoding}, got {byte}") from None
    return _require(text, str, "content"), str(source)


def parse_nfg(text: str, source: str = "<text>") -> Game:
    r"""Read a two-player game from the text of a Gambit strategic-form file.

    Parameters
    ----------
    text : str
        In the format that the module's docstring describes.
    source : str
        Where the text is from, for error messages.

    Returns
    -------
    Game
        The first player chooses the row. Numbers are exact. A player's strategies of equal names
        get Gambit's suffix, ``"x" "x"`` being ``x_1`` and ``x_2``; so does an empty name, of a
        player too: ``_1``. Title, comment and names of outcomes are dropped.

    Raises
    ------
    TypeError, ValueError
        If an argument is no text, or the text no two-player game: one line that names the source,
        the line and column (from 1), what was required there and what was got.

    Notes
    -----
    Time and memory are linear in the text's length, whatever numbers of strategies it claims.

    Examples
    --------
    >>> game = parse_nfg('''NFG 1 R "Trust" { "firm" "partner" } { { "share" "hide" } { "go" } }
    ... 0.3 1/3  -1, 1e-3''')
    >>> game.players, game.strategies
    (('firm', 'partner'), (('share', 'hide'), ('go',)))
    >>> game.exact_payoffs[1].tolist()
    [[Fraction(1, 3)], [Fraction(1, 1000)]]
    >>> parse_nfg('NFG 1 R "Trust" { "firm" "partner" }\n{ 2 1 } 0.3 1/3 -1', "trust.nfg")
    Traceback (most recent call last):
    ...
    ValueError: trust.nfg, line 2, column 19: requires payoff 4 of 4, got the end of the file
    """
    return Game(
        *nfg.parse(_require(text, str, "text"), _require(source, str, "source"), two_players=True)
    )


def parse_strategic(text: str, source: str = "<text>") -> StrategicGame:
    """Read a game of any number of players from the text of a Gambit strategic-form file.

    Parameters
    ----------
    text, source : str
        As in `parse_nfg`.

    Returns
    -------
    StrategicGame
        Of 1 to 30 players, with exact numbers and names as in `parse_nfg`.

    Raises
    ------
    TypeError, ValueError
        As in `parse_nfg`.

    Examples
    --------
    >>> game = parse_strategic('''NFG 1 R "Trust" { "a" "b" "c" } { { "go" "stay" } 1 2 }
    ... { { "all" 1 1/2 0.3 } { "none" 0 0 0 } } 1 2 2 1''')
    >>> game.strategies
    (('go', 'stay'), ('1',), ('1', '2'))
    >>> game.expected_payoffs(["stay", "1", "2"])
    (Fraction(1, 1), Fraction(1, 2), Fraction(3, 10))
    """
    return StrategicGame(
        *nfg.parse(_require(text, str, "text"), _require(source, str, "source"), two_players=False)
    )


def to_nfg(game: Game | StrategicGame, title: str | None = None) -> str:
    """Return a game as the text of a Gambit strategic-form file.

    Parameters
    ----------
    game : Game or StrategicGame
        Of shape (m, n), or (s_1, ..., s_n).
    title : str, optional
        If it is left out, the players' names.

    Returns
    -------
    str
        The payoffs in lines of as many cells as the first player has strategies, each number an
        integer, a decimal that ends, or p/q. `parse_nfg` or `parse_strategic` makes an equal game
        of it, unless a player's name is empty.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type, a number takes more than 13,000 bits (3,900 digits),
        or a name holds a lone surrogate, which UTF-8 cannot write.

    Examples
    --------
    >>> game = Game([[[0.3, 0], [5, "1/3"]], [[3, 5], [0, 1]]], ["share", "hide"])
    >>> print(to_nfg(game, title="Learning"), end="")
    NFG 1 R "Learning" { "row player" "column player" }
    { { "share" "hide" } { "share" "hide" } }
    <BLANKLINE>
    0.3 3  5 0
    0 5  1/3 1
    >>> parse_nfg(to_nfg(game)) == game
    True
    """
    if not isinstance(game, StrategicGame):
        _require(game, Game, "game")
    if title is not None:
        _require(title, str, "title")
    return nfg.compose(game.exact_payoffs, game.strategies, game.players, title)


def write_nfg(game: Game | StrategicGame, path: str | os.PathLike[str] | IO[str]) -> None:
    """Write a game into a Gambit strategic-form file, as `to_nfg` gives it.

    Parameters
    ----------
    game : Game or StrategicGame
        Its title in the file is the players' names.
    path : str, path or open text file
        A file that exists is replaced; ``"-"`` is the standard output. A file that is open stays
        open; let it be open in UTF-8, which Gambit and `read_nfg` expect.

    Raises
    ------
    TypeError, ValueError, OSError
        As in `to_nfg`, before any file is touched; if the path is none, nor a file open for text;
        if the file cannot be written.

    Examples
    --------
    >>> write_nfg(Game([[[1]], [["1/3"]]], players=["a", "b"]), "-")
    NFG 1 R "a against b" { "a" "b" }
    { { "1" } { "1" } }
    <BLANKLINE>
    1 1/3
    """
    text = to_nfg(game)
    if isinstance(path, (str, os.PathLike)) and os.fspath(path) != "-":
        # Without newline, a line end in a name could become another one.
        Path(path).write_text(text, encoding="utf-8", newline="\n")
        return
    stream = sys.stdout if isinstance(path, (str, os.PathLike)) else path
    if not callable(getattr(stream, "write", None)):
        raise TypeError(f"path: requires a path or an open file, got {type(path).__name__}")
    stream.write(text)


def _require(value: object, kind: type[Kind], name: str) -> Kind:
    if not isinstance(value, kind):
        raise TypeError(f"{name}: requires a {kind.__name__}, got {type(value).__name__}")
    return value
