"""Consortia of many firms: payoffs by composition, and the full chain of a population of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from benchmarks import full_chain, table
from dilemma.alliance import STRATEGIES
from dilemma.collective import Consortium
from dilemma.evolution import Population, stationary_law

# Run in a process of its own, whose largest memory is then that of one task.
_MEMORY = """
import resource, sys, time
from benchmarks.consortium import population
from dilemma.evolution import stationary_law
stationary_law(population(7))
start = time.perf_counter()
law = stationary_law(population({size}))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
unit = 2**30 if sys.platform == "darwin" else 2**20
print(seconds, peak / unit, law.residual, law.agreement, law.complete)
"""


def consortium(size: int) -> Consortium:
    """Firms alike on five postures, whose goal needs three fifths of them."""
    return Consortium(size, trust="3/4", goal=1, threshold=Fraction(3 * size, 5))


def population(size: int) -> Population:
    """A population that is one consortium."""
    return Population(consortium(size).group_game(), size, 1, mutation=0.01)


def exact_payoffs(size: int, rounds: int = 5) -> table.Row:
    """All exact payoffs by composition, some of them checked one by one."""
    firms = consortium(size)
    ours, _ = table.by_turns(firms.group_payoffs, None, rounds)
    values = firms.group_payoffs()
    agree = True
    for place in np.random.default_rng(0).integers(len(values), size=20):
        among = np.repeat(np.arange(5), firms.others[place]).tolist()
        for s in range(len(STRATEGIES)):
            agree &= values[place, s] == firms.payoff(1, [s, *among])
    return table.Row(
        f"exact payoffs of {size} firms, {values.size:,} by composition", "none", ours, None,
        "agree with 100 found one by one" if agree else "DIFFER",
    )  # fmt: skip


def compositions_against_profiles(size: int, rounds: int = 3) -> table.Row:
    """The same payoffs, of firms alike, by composition and by profile."""
    firms = consortium(size)
    ours, theirs = table.by_turns(firms.group_payoffs, firms.payoffs, rounds)
    values, profiles = firms.group_payoffs(), firms.payoffs()
    agree = all(
        values[place, s] == profiles[(0, s, *np.repeat(np.arange(5), firms.others[place]))]
        for place in range(len(values))
        for s in range(5)
    )
    return table.Row(
        f"exact payoffs of {size} firms, by composition", f"by profile, {profiles.size:,}",
        ours, theirs, "agree" if agree else "DIFFER",
    )  # fmt: skip


def means_against_lists(size: int, rounds: int = 3) -> table.Row:
    """Expected payoffs in a mixture: by moments, and as a sum over compositions."""
    firms, x = consortium(size), ["1/5"] * 5
    game = firms.group_game()
    ours, theirs = table.by_turns(
        lambda: firms.expected_payoffs(x), lambda: game.expected_payoffs(x), rounds
    )
    agree = firms.expected_payoffs(x) == game.expected_payoffs(x)
    return table.Row(
        f"exact expected payoffs among {size} firms", "sum over compositions", ours, theirs,
        "agree" if agree else "DIFFER",
    )  # fmt: skip


def chain_against_pairs(size: int, rounds: int = 2) -> table.Row:
    """The full chain of a consortium, game included, and of a pairwise game of as many players."""
    stationary_law(population(7))
    stationary_law(full_chain.population(7))
    ours, theirs = table.by_turns(
        lambda: stationary_law(population(size)),
        lambda: stationary_law(full_chain.population(size)),
        rounds,
    )
    law = stationary_law(population(size))
    words = "complete" if law.complete else "UNRESOLVED"
    return table.Row(
        f"stationary law of a consortium of {size}, game included",
        "ours, of a pairwise game", ours, theirs,
        f"{words}; residual {law.residual:.1e}, agreement {law.agreement:.1e}",
    )  # fmt: skip


def chain_and_memory(size: int) -> table.Row:
    """The same in a process of its own, with its largest memory."""
    task = f"stationary law of a consortium of {size}, own process"
    return full_chain.in_its_own_process(task, _MEMORY.format(size=size))


def consortia(quick: bool) -> list[table.Row]:
    """The rows for the table of all benchmarks."""
    rows = [
        exact_payoffs(50),
        compositions_against_profiles(6 if quick else 8),
        means_against_lists(20 if quick else 50),
        chain_against_pairs(25 if quick else 50),
    ]
    return rows if quick else [*rows, chain_and_memory(50)]


TASKS = {"consortia": consortia}
