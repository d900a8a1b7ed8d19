"""What do partners settle on? ``dilemma alliance`` and ``dilemma solve``."""

from __future__ import annotations

import argparse

from dilemma.commands.console import as_json, headed
from dilemma.commands.flags import add_json, add_terms, chosen_alliance, describe


def alliance_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _alliance,
        "Print an alliance's payoffs, learning outcomes, kind of dilemma, every equilibrium, "
        "and the critical discount factor of collaboration under grim reversion to "
        "avoidance. Numbers such as 0.3, 3/10 or -1/5 are exact; a pair such as 0.2,0.9 "
        "gives the row firm's value and the column firm's.",
        "dilemma alliance --trust 0.9 --stakes 2",
        "dilemma alliance --opportunism 0.2,0.9 --power -1/5 --json",
    )
    add_terms(command)
    add_json(command)


def _alliance(chosen: argparse.Namespace) -> str:
    # First what may be wrong: a complaint needn't wait for solvers and tables.
    alliance = chosen_alliance(chosen)

    from dilemma.equilibria import nash
    from dilemma.repeated import critical_discount
    from dilemma.show import record, table

    game, outcomes, kind = alliance.game(), alliance.outcomes(), alliance.dilemma()
    equilibria = nash(game)
    patience = critical_discount(game, "collaboration", "avoidance")
    if chosen.json:
        return as_json(
            "alliance",
            alliance=record(alliance),
            game=record(game),
            outcomes=record(outcomes),
            dilemma=record(kind),
            nash=record(equilibria),
            critical_discount=record(patience),
        )
    return "\n\n".join(
        [
            f"{headed('an alliance of two firms')}\n{table(alliance)}",
            f"Payoffs\n{table(game)}",
            f"Learning outcomes\n{table(outcomes)}",
            f"Dilemma, on collaboration and competition\n{table(kind)}",
            f"Equilibria\n{table(equilibria)}",
            "Critical discount factor of collaboration, by grim reversion to avoidance\n"
            f"{table(patience)}",
        ]
    )


def solve_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _solve,
        "Print every equilibrium of a two-player game in Gambit's strategic form (payoff or "
        "outcome version), exactly. Of a game of more players, or of one, print every pure "
        "equilibrium.",
        "dilemma solve game.nfg",
        "cat game.nfg | dilemma solve - --json",
    )
    command.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    add_json(command)


def _solve(chosen: argparse.Namespace) -> str:
    from dilemma.equilibria import nash, pure_profiles
    from dilemma.game import read_strategic
    from dilemma.show import record, table

    read = read_strategic(chosen.file)
    if len(read.players) != 2:
        pure = pure_profiles(read)
        if chosen.json:
            return as_json("solve", game=record(read), pure_profiles=record(pure))
        return f"{table(read)}\n\n{table(pure)}"
    game = read.to_game()
    equilibria = nash(game)
    if chosen.json:
        return as_json("solve", game=record(game), nash=record(equilibria))
    return f"{table(game)}\n\n{table(equilibria)}"
