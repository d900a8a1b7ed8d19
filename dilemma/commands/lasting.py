"""What does a shared future sustain? ``dilemma repeat``."""

from __future__ import annotations

import argparse
import textwrap

from dilemma.commands.console import as_json, headed
from dilemma.commands.flags import add_json, add_terms, chosen_alliance, describe, number


def repeat_flags(command: argparse.ArgumentParser) -> None:
    """Describe the command and its flags."""
    describe(
        command,
        _repeat,
        "Print how patient partners must be for collaboration, under ever harsher "
        "punishments; all payoffs that the discount factor sustains; and which policies are "
        "equilibria among those with a name. The terms are as for the command alliance.",
        "dilemma repeat --trust 0.1 --discount 0.6",
        "dilemma repeat --trust 0.1 --discount 0.9 --suspicion 0.05",
    )
    command.add_argument(
        "--discount", default="9/10", metavar="X", help="long-term orientation, in [0, 1) (9/10)"
    )
    command.add_argument(
        "--suspicion", default="0", metavar="X", help="how often an act goes wrong (0)"
    )
    add_terms(command)
    add_json(command)


def _repeat(chosen: argparse.Namespace) -> str:
    from dilemma.equilibria import pure_nash
    from dilemma.repeated import compare_with_stage, payoff_set, policy_game, punishment_ladder
    from dilemma.show import record, table

    alliance = chosen_alliance(chosen)
    game = alliance.game()
    discount, suspicion = number(chosen, "discount"), number(chosen, "suspicion")
    sustained = payoff_set(game, discount)
    ladder = punishment_ladder(game, "collaboration", "avoidance")
    more = compare_with_stage(game, discount)
    stable = pure_nash(policy_game(game, discount=discount, suspicion=suspicion))
    if chosen.json:
        return as_json(
            "repeat",
            alliance=record(alliance),
            discount=str(discount),
            suspicion=str(suspicion),
            punishment_ladder=record(ladder),
            payoff_set=record(sustained),
            comparison=record(more),
            policies=record(stable),
        )
    misses = f" and suspicion {suspicion}" if suspicion else ""
    title = f"Pure equilibria among policies with a name, at discount factor {discount}{misses}"
    return "\n\n".join(
        [
            f"{headed('a shared future')}\n{table(alliance)}",
            f"Patience that mutual collaboration needs\n{table(ladder)}",
            f"All payoffs of pure strategies at discount factor {discount}\n{table(sustained)}",
            f"Against the stage game\n{table(more)}",
            f"{textwrap.fill(title, 80, subsequent_indent='  ')}\n{table(stable)}",
        ]
    )
