"""The command line: ``dilemma``, or ``python -m dilemma``."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, NoReturn

import dilemma
from dilemma.commands import COMMANDS, add_flags
from dilemma.commands.console import abandon, one_line, say


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line on standard error."""

    def error(self, message: str) -> NoReturn:
        say(f"dilemma: {one_line(message)}", sys.stderr)
        raise SystemExit(2)

    def print_help(self, file: Any = None) -> None:
        say(self.format_help().rstrip(), file or sys.stdout)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with some arguments, and return its exit status.

    Examples
    --------
    >>> main(["alliance", "--trust", "1.2"])
    2
    """
    given = _joined(sys.argv[1:] if arguments is None else list(arguments))
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given = ["alliance", *given]
    try:
        chosen = _parser(given[0]).parse_args(given)
        say(chosen.run(chosen), sys.stdout)
    except BrokenPipeError:
        # The reader has seen enough.
        abandon(sys.stdout)
    except (ValueError, TypeError, ModuleNotFoundError) as error:
        say(f"dilemma: {one_line(error)}", sys.stderr)
        return 2
    except OSError as error:
        if error.filename is None:
            abandon(sys.stdout)
        where = "standard output" if error.filename is None else error.filename
        say(f"dilemma: {one_line(where)}: {error.strerror}", sys.stderr)
        return 2
    except KeyboardInterrupt:
        say("dilemma: stopped", sys.stderr)
        return 130
    return 0


def _parser(given: str) -> argparse.ArgumentParser:
    """Know all commands by name, and the one that is given by its flags too."""
    parser = _Parser(
        prog="dilemma",
        description=textwrap.fill(
            "Learning dilemmas in strategic alliances. Without a command: the default alliance, "
            "its payoffs, learning outcomes, dilemma, equilibria and critical discount factor."
        ),
        epilog="example: dilemma alliance --trust 0.3 --stakes 2 --opportunism 1",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dilemma {dilemma.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (_, words) in COMMANDS.items():
        command = commands.add_parser(
            name, help=words, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == given:
            add_flags(name, command)
    return parser


def _joined(arguments: list[str]) -> list[str]:
    """Join an option with a negative number after it, which would pass for an option."""
    joined: list[str] = []
    for one in arguments:
        if (
            joined
            and re.fullmatch(r"--[a-z][a-z-]*", joined[-1])
            and re.match(r"-([\d.]|inf|nan)", one, re.I)
        ):
            joined[-1] += f"={one}"
        else:
            joined.append(one)
    return joined


if __name__ == "__main__":
    raise SystemExit(main())
