r"""Two patterns of valuing value: a membership that is kept, and one that is searched anew."""

from __future__ import annotations

import math
from typing import Any

from dilemma.collective.searching.answers import Lifetime, shown
from dilemma.collective.searching.ecosystems import Ecosystem
from dilemma.collective.searching.solving import discounted, means_of, transitions_of
from dilemma.collective.searching.steps import Steps, keeping
from dilemma.collective.searching.steps import searching as searching_steps

ORCHESTRATION, SEARCH = "collective orchestration", "continuous search"


def orchestration(ecosystem: Ecosystem) -> Lifetime:
    r"""Follow a membership that is kept by dividing tracked value, to the first exit.

    At level x, member i of S gets

    .. math:: x \left( q\, \varphi_i + (1 - q) \frac{v(S)}{|S|} \right) - q \kappa,

    where :math:`\varphi_i` is its share of v(S) by contribution (the ecosystem's `rule`), q the
    quality of tracking and κ its cost. Everybody stays while nobody gets less than outside; as
    soon as the value drifts to a level at which somebody does, it is over. Nobody is searched for,
    and nothing is redesigned.

    Parameters
    ----------
    ecosystem : Ecosystem

    Returns
    -------
    Lifetime

    Notes
    -----
    After oskam2021's *collective orchestration*; the formalisation is ours. Linear equations in as
    many unknowns as there are levels, in rational arithmetic.

    Examples
    --------
    A division by contribution keeps a firm that has better options than the others:

    >>> from dilemma.collective import Coalitions, Ecosystem
    >>> skills = {"a": 1, "b": 1, "c": 4}
    >>> def worth(those):
    ...     return max(0, sum(skills[k] for k in those) - 1)
    >>> game = Coalitions(list(skills), worth)
    >>> ecosystem = Ecosystem(game, levels=("1/2", 1, 2), outside=("1/4", "1/4", 2))
    >>> print(orchestration(ecosystem.replace(fall=0.2)))
    Collective orchestration lasts for 15/2 periods.
      value per period: 20/3
      members on average: 3
      firms that join or leave per period: 0
      present value: 500/19
    >>> orchestration(ecosystem.replace(tracking=0)).survival
    Fraction(0, 1)
    """
    require_numbers(ecosystem)
    return _life(ORCHESTRATION, ecosystem, keeping(ecosystem))


def continuous_search(ecosystem: Ecosystem) -> Lifetime:
    r"""Follow coalitions that firms leave and join, and whose proposition is changed.

    Contributions are not tracked: members divide the value equally. After the value has moved,

    1. if a member would get less than outside, the proposition is redesigned with probability
       `redesign`: the value is back at the level that it started from;
    2. those who get less than outside leave, one by one, the one that is shortest first (chance
       decides between several), until nobody is short. When fewer than two firms are left, it is
       over;
    3. with probability `search` a candidate is found, any firm outside being as likely, and it
       joins if then nobody, itself included, is short.

    Parameters
    ----------
    ecosystem : Ecosystem
        Of at most 8 firms that differ, or of many that are alike.

    Returns
    -------
    Lifetime
        `value` is less the costs of redesign and of turnover, which fall due with what happens at
        the end of a period.

    Raises
    ------
    ValueError
        If more firms differ.

    Notes
    -----
    After oskam2021's *continuous search*; the formalisation is ours. States are the coalitions
    that can come about (of firms alike, their sizes) times levels. Up to 150 of them in rational
    arithmetic, beyond in floating point without a subtraction (grassmann1985).

    Examples
    --------
    >>> from dilemma.collective import Coalitions, Ecosystem
    >>> game = Coalitions.by_size([0, 5, 6])
    >>> ecosystem = Ecosystem(game, levels=("1/4", "1/2", 1), start_level=2, outside="6/5")
    >>> print(continuous_search(ecosystem))
    Continuous search lasts for 5570/117 periods.
      value per period: 2751/557
      members on average: 1470/557
      firms that join or leave per period: 417/5570
      present value: ~46.4992
    """
    require_numbers(ecosystem)
    return _life(SEARCH, ecosystem, searching_steps(ecosystem))


def both_patterns(ecosystem: Ecosystem) -> dict[str, float]:
    """Return the numbers of both patterns in one place, as a measure for sweeps.

    Parameters
    ----------
    ecosystem : Ecosystem

    Returns
    -------
    dict of str to float
        "orchestration_survival", "search_survival", and so on for value, turnover, size and
        present_value; inf where it is infinite.

    Examples
    --------
    Along starting conditions that are no ranges of numbers, such as the number of first members
    and the level of value:

    >>> from dilemma.collective import Coalitions, Ecosystem
    >>> from dilemma.study import model_measure, sweep
    >>> game = Coalitions.by_size([0, 5, 6])
    >>> ecosystem = Ecosystem(game, levels=("1/4", "1/2", 1), outside="6/5", redesign=0)
    >>> found = sweep(ecosystem, model_measure()(both_patterns), start=[2, 3], start_level=[1, 2])
    >>> (found.search_survival - found.orchestration_survival).values.tolist()
    [[0.0, 0.0], [20.0, 20.0]]
    """
    found: dict[str, float] = {}
    for words, life in (
        ("orchestration", orchestration(ecosystem)),
        ("search", continuous_search(ecosystem)),
    ):
        for name in ("survival", "value", "turnover", "size", "present_value"):
            value = getattr(life, name)
            found[f"{words}_{name}"] = math.inf if value is None else float(value)
    return found


def _life(pattern: str, ecosystem: Ecosystem, steps: Steps) -> Lifetime:
    means = means_of(steps)
    transitions, start = transitions_of(steps)
    members = ecosystem.coalitions.members
    if means.lasting == 1:
        words = "lasts for ever"
    elif means.lasting:
        words = f"lasts for ever with probability {shown(means.lasting)}"
    elif not means.survival:
        words = "does not begin: somebody would leave at once"
    else:
        words = f"lasts for {shown(means.survival)} periods"
    return Lifetime(
        method=(
            "linear equations, in rational arithmetic" if means.exact
            else "long-run law of the chain that begins anew, without a subtraction"
        ),
        exact=means.exact,
        complete=True,
        status=f"{pattern.capitalize()} {words}.",
        pattern=pattern,
        states=tuple((members(mask), ecosystem.levels[level]) for mask, level in steps.states),
        transitions=transitions,
        start=start,
        lasting=means.lasting,
        survival=means.survival,
        value=means.rewards["value"],
        turnover=means.rewards["turnover"],
        size=means.rewards["size"],
        present_value=discounted(steps, ecosystem.discount),
    )  # fmt: skip


def require_numbers(ecosystem: Any) -> None:
    """Raise a TypeError unless this is an ecosystem whose terms are numbers."""
    if not isinstance(ecosystem, Ecosystem):
        raise TypeError(f"ecosystem: requires an Ecosystem, got {type(ecosystem).__name__}")
    if ecosystem.symbols:
        raise TypeError(
            "ecosystem: requires numbers for all terms, got expressions for "
            f"{', '.join(ecosystem.symbols)}"
        )
