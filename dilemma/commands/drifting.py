"""What do populations drift to? ``dilemma evolve``."""

from __future__ import annotations

import argparse
import textwrap

from dilemma.commands.console import as_json, headed
from dilemma.commands.flags import add_json, add_terms, chosen_alliance, describe, number, whole


def evolve_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _evolve,
        "Print the rest points of the replicator rule, how much of the state space leads to "
        "each, the path by which collaboration gives way, and where a finite population is "
        "found in the long run. (The first run on a computer compiles for some seconds.) The "
        "terms are as for the command alliance; partners must be alike.",
        "dilemma evolve --trust 0.75",
        "dilemma evolve --trust 0.9 --size 50 --selection 0.1 --process moran",
    )
    command.add_argument("--size", default="100", metavar="N", help="firms (100)")
    command.add_argument("--selection", default="1", metavar="X", help="its strength (1)")
    command.add_argument(
        "--process", default="fermi", metavar="NAME", help="fermi, moran or introspection (fermi)"
    )
    command.add_argument(
        "--mutation", default="rare", metavar="X", help='"rare", or a rate in (0, 1] (rare)'
    )
    command.add_argument(
        "--starts", default="512", metavar="N", help="starts for the basins of attraction (512)"
    )
    add_terms(command)
    add_json(command)


def _evolve(chosen: argparse.Namespace) -> str:
    from dilemma.evolution import Population, basins, connections, rest_points
    from dilemma.show import record, table

    alliance = chosen_alliance(chosen)
    game = alliance.game()
    size, starts = (whole(getattr(chosen, name), name) for name in ("size", "starts"))
    mutation = chosen.mutation if chosen.mutation == "rare" else number(chosen, "mutation")
    population = Population(game, size, number(chosen, "selection"), chosen.process, mutation)
    resting = rest_points(game)
    parts = {
        "rest_points": resting,
        "basins": basins(game, starts=starts),
        "long_run": population.stationary_distribution(),
    }
    names = [name for name in ("collaboration", "avoidance") if name in game.strategies[0]]
    path = connections(game).path(*names) if len(names) == 2 else ()
    if chosen.json:
        steps = [step.words for step in path]
        found = {name: record(one) for name, one in parts.items()}
        return as_json("evolve", alliance=record(alliance), **found, path=steps)
    words = "; ".join(step.words for step in path) or "none along connections of rest points"
    return "\n\n".join(
        [
            f"{headed('populations of firms in alliances')}\n{table(alliance)}",
            f"Rest points of the replicator rule\n{table(resting)}",
            f"Basins of attraction\n{table(parts['basins'])}",
            textwrap.fill(f"From collaboration to avoidance: {words}", 80, subsequent_indent="  "),
            f"A finite population in the long run\n{table(parts['long_run'])}",
        ]
    )
