"""What can be typed: the commands of ``dilemma``, each answering one question.

`dilemma.__main__` loads the module of the command that was typed, and no other. A module has for
each of its commands a function that gives it flags, such as ``sweep_flags``, and one that answers,
which loads what computes and what writes tables: help is answered at once.
"""

from __future__ import annotations

import argparse
import importlib

COMMANDS = {
    "alliance": ("settling", "an alliance on given terms, from payoffs to equilibria"),
    "consortium": ("gathering", "more than two firms on given terms, perhaps with a common goal"),
    "solve": ("settling", "every equilibrium of a Gambit .nfg file"),
    "thresholds": ("moving", "the exact values of one term at which the equilibria change"),
    "sweep": ("moving", "a measure of the alliance over a grid of terms, into a file"),
    "evolve": ("drifting", "where populations of firms in such alliances drift to"),
    "repeat": ("lasting", "what a shared future sustains"),
    "claims": ("claiming", "what became of the claims of the literature"),
    "report": ("reporting", "an alliance on given terms as one HTML file, to read and to print"),
}
"""Each command's module in this room, and what it is for, in the order in which help has them."""


def add_flags(name: str, command: argparse.ArgumentParser) -> None:
    """Give a command its flags and the function that answers it, as ``run``.

    Parameters
    ----------
    name : str
        Of the command.
    command : ArgumentParser
    """
    module = importlib.import_module(f"dilemma.commands.{COMMANDS[name][0]}")
    getattr(module, f"{name}_flags")(command)
