"""From a common goal to the learning dilemma: who is committed collaborates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.alliance import Strategy
from dilemma.alliance.evaluation import kind_of_terms
from dilemma.arrays.exact import fraction
from dilemma.collective.aligning.answers import said
from dilemma.collective.aligning.networks import GoalNetwork
from dilemma.collective.consortium.model import Consortium
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped


@dataclass(frozen=True, kw_only=True, repr=False)
class GoalsAtWork(Solution):
    """What firms play, and get, once their goals have formed; and if goals had not formed.

    Pairs are (before goals form, after).

    Attributes
    ----------
    network : GoalNetwork
    consortium : Consortium
    cutoff : Fraction
    profiles : pair of tuples of str
        What each firm plays.
    payoffs : pair of tuples of Fraction
        What each firm gets.
    group_commitments : pair of Fraction
        Σ r t over the firms.
    reached : pair of bool
        Whether the consortium's own goal is met: its threshold of group commitment.
    regrets : pair of Fraction
        The most that a firm could gain by another strategy alone: 0 in an equilibrium.
    """

    network: GoalNetwork
    consortium: Consortium
    cutoff: Fraction
    profiles: tuple[tuple[str, ...], tuple[str, ...]]
    payoffs: tuple[tuple[Any, ...], tuple[Any, ...]]
    group_commitments: tuple[Fraction, Fraction]
    reached: tuple[bool, bool]
    regrets: tuple[Any, Any]

    @property
    def values(self) -> tuple[Any, Any]:
        """What all firms get together."""
        return sum(self.payoffs[0]), sum(self.payoffs[1])

    def __str__(self) -> str:
        lines = [self.status]
        for k, name in enumerate(("before goals form", "after")):
            counts = {one: self.profiles[k].count(one) for one in dict.fromkeys(self.profiles[k])}
            who = ", ".join(f"{count} play {one}" for one, count in counts.items())
            goal = "met" if self.reached[k] else "not met"
            lines.append(
                f"  {name}: {who}; the bonus is {goal}; value {said(self.values[k])}, "
                f"regret {said(self.regrets[k])}"
            )
        return wrapped(lines)


def goals_at_work(
    network: GoalNetwork,
    consortium: Consortium,
    cutoff: Any = "1/2",
    *,
    committed: str = "collaboration",
    otherwise: str = "avoidance",
) -> GoalsAtWork:
    """Let committed firms collaborate in a consortium, and see what the network is worth there.

    Firm i of the network is firm i of the consortium. Those whose commitment reaches the cutoff
    play one strategy, the others another; the consortium pays its bonus if its own threshold of
    group commitment is reached. This mapping is ours: nobody chooses a strategy as a best reply
    here, which is why regret is given.

    Parameters
    ----------
    network : GoalNetwork
        All of its terms numbers.
    consortium : Consortium
        Of as many firms, all of its terms numbers.
    cutoff : number
    committed, otherwise : str
        Strategies of the consortium.

    Returns
    -------
    GoalsAtWork
        Before goals form (formation 0) and after.

    Raises
    ------
    TypeError, ValueError
        If sizes differ, there are no such strategies, or views do not settle.

    References
    ----------
    matinheikki2017, larsson1998 in ``references.bib``.

    Examples
    --------
    >>> led = GoalNetwork(3, ["1/4", "1/4", 1], susceptibility=["3/4", "3/4", "1/10"])
    >>> joint = Consortium(3, trust="3/4", goal=1, threshold=3)
    >>> found = goals_at_work(led, joint)
    >>> found.reached, [str(one) for one in found.values]
    ((False, True), ['-69/80', '45/8'])
    """
    if not isinstance(network, GoalNetwork):
        raise TypeError(f"network: requires a GoalNetwork, got {type(network).__name__}")
    if not isinstance(consortium, Consortium):
        raise TypeError(f"consortium: requires a Consortium, got {type(consortium).__name__}")
    if consortium.size != network.size:
        raise ValueError(
            f"consortium: requires {network.size} firms, as the network has, got {consortium.size}"
        )
    if kind_of_terms(consortium.terms) != "number":
        raise TypeError("consortium: requires numbers for all terms, got symbols or arrays")
    known = {one.name: one for one in consortium.strategies}
    for name, value in (("committed", committed), ("otherwise", otherwise)):
        if value not in known:
            raise ValueError(f"{name}: requires one of {', '.join(known)}, got {value!r}")
    least = fraction(cutoff, "cutoff")
    profiles, payoffs, groups, reached, regrets = [], [], [], [], []
    exact = network.kind == "number"
    for one in (network.replace(formation=0), network):
        efforts = one.goals()
        if not efforts.converges:
            one.value()  # says why
        plays = tuple(committed if effort >= least else otherwise for effort in efforts.commitment)
        own, regret = _payoffs(consortium, plays)
        group = sum((_effort(known[name]) for name in plays), Fraction(0))
        profiles.append(plays)
        payoffs.append(own)
        groups.append(group)
        reached.append(bool(group >= consortium.threshold))
        regrets.append(regret)
    gain = sum(payoffs[1]) - sum(payoffs[0])
    moved = f"{profiles[1].count(committed)} of {network.size} firms play {committed}"
    change = f"adds {said(gain)} to" if gain >= 0 else f"takes {said(-gain)} from"
    return GoalsAtWork(
        method="commitment against a cutoff, then payoffs of the consortium",
        exact=exact,
        complete=True,
        status=f"With goals formed {moved}; that {change} what they are worth.",
        network=network,
        consortium=consortium,
        cutoff=least,
        profiles=(profiles[0], profiles[1]),
        payoffs=(payoffs[0], payoffs[1]),
        group_commitments=(groups[0], groups[1]),
        reached=(reached[0], reached[1]),
        regrets=(regrets[0], regrets[1]),
    )


def _effort(strategy: Strategy) -> Fraction:
    """What a firm counts in the group's commitment."""
    return Fraction(strategy.receptivity) * Fraction(strategy.transparency)


def _payoffs(consortium: Consortium, plays: tuple[str, ...]) -> tuple[tuple[Any, ...], Any]:
    """What each firm gets, and the most that one could gain alone."""
    own = []
    regret: Any = Fraction(0)
    for firm in range(1, consortium.size + 1):
        here = consortium.payoff(firm, plays)
        own.append(here)
        for other in consortium.strategies:
            if other.name != plays[firm - 1]:
                there = (*plays[: firm - 1], other.name, *plays[firm:])
                regret = max(regret, consortium.payoff(firm, there) - here)
    return tuple(own), regret
