"""Claims on value that is tracked for all, as a condition for an ecosystem to survive.

**Three firms**, of which one adds four times what each of the others does, divide what they
develop together: by what each adds as far as contributions are tracked, and equally otherwise. A
firm leaves that gets more outside (`Ecosystem`). What each gets more than outside is linear in the
terms, so that claims on who stays are decided exactly; what continuous search comes to is sampled.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dilemma.collective import Coalitions, Ecosystem, Lifetime, continuous_search, orchestration
from dilemma.propositions.collecting import Collected, all_of
from dilemma.propositions.saying import implies, keeps
from dilemma.propositions.statements import Statement
from dilemma.propositions.vocabulary import computed, measured
from dilemma.study.measures.marks import model_measure

HALF = Fraction(1, 2)
VALUE = "oskam2021"
SKILLS = {"first": 1, "second": 1, "third": 4}


def unequal_firms() -> Ecosystem:
    """Three firms that add 1, 1 and 4 to what they develop together.

    Examples
    --------
    >>> orchestration(unequal_firms().replace(outside=("1/2", "1/2", 3), rise=0, fall=0)).lasting
    Fraction(1, 1)
    """
    game = Coalitions(list(SKILLS), lambda those: sum(SKILLS[one] for one in those))
    return Ecosystem(game, outside=(HALF, HALF, 1), tracking=HALF)


@model_measure(unit="probability")
def lasting(ecosystem: Ecosystem) -> Fraction:
    """The probability that all stay together, by tracked contributions, for five periods.

    Examples
    --------
    >>> lasting(unequal_firms().replace(tracking=1))
    Fraction(1, 1)
    """
    return _lasts(orchestration(ecosystem))


@model_measure(unit="probability")
def lasting_by_search(ecosystem: Ecosystem) -> Fraction:
    """The probability that some stay together for five periods, by searching and redesigning.

    Examples
    --------
    >>> lasting_by_search(unequal_firms().replace(fall=0))
    Fraction(1, 1)
    """
    return _lasts(continuous_search(ecosystem))


def _lasts(life: Lifetime, periods: int = 5) -> Fraction:
    law = life.start
    for _ in range(periods - 1):
        law = law @ life.transitions
    return Fraction(sum(law, Fraction(0)))


def all_stay(tracking: Any = None, by_skill: bool = False) -> Statement:
    """No firm gets more outside than inside.

    Parameters
    ----------
    tracking : number, optional
        Of contributions; the ecosystem's own unless given.
    by_skill : bool
        Whether what firms get outside is in proportion to what they add inside.

    Examples
    --------
    >>> print(all_stay(tracking=1))
    first inside, fully tracked >= first outside and second inside, fully tracked >= second \
outside and third inside, fully tracked >= third outside
    """
    how = {None: "", 0: ", untracked", 1: ", fully tracked"}[tracking]

    def stays(place: int) -> Statement:
        def options(ecosystem: Ecosystem) -> tuple[Any, ...]:
            if not by_skill:
                return ecosystem.outside_options
            return tuple(skill * ecosystem.outside for skill in SKILLS.values())

        def inside(ecosystem: Ecosystem) -> Any:
            terms = {} if tracking is None else {"tracking": tracking}
            margin = ecosystem.replace(outside=options(ecosystem), **terms).margins()[place]
            return margin + options(ecosystem)[place]

        name = list(SKILLS)[place]
        outside = computed(lambda ecosystem: options(ecosystem)[place], f"{name} outside")
        return computed(inside, f"{name} inside{how}") >= outside

    return all_of(map(stays, range(len(SKILLS))))


def tracked_value(found: Collected) -> None:
    """Value tracked for all is a condition for survival."""
    ecosystem = unequal_firms()
    options = [f"outside.{k}" for k in range(1, len(SKILLS) + 1)]
    found.add(
        "tracked value: sufficient",
        "if all contributions are tracked, no firm gets more outside",
        all_stay(tracking=1),
        options,
        ecosystem,
        VALUE,
    )
    found.add(
        "tracked value: necessary",
        "without tracking some firm gets more outside, where tracking would keep all",
        implies(all_stay(tracking=1), ~all_stay(tracking=0)),
        options,
        ecosystem,
        VALUE,
    )
    # Levels of value and of options outside count by their ratio alone: one level stands for all.
    for name, by_skill, words in (
        ("options alike", False, "where all firms have the same outside option"),
        ("options by skill", True, "where outside options follow what firms add"),
    ):
        found.add(
            f"tracked value, {name}: survival",
            "once all stay together, they stay together as contributions are tracked better, "
            f"{words}",
            keeps(all_stay(by_skill=by_skill), "tracking"),
            ["tracking", "outside"],
            ecosystem.replace(outside=1),
            VALUE,
        )
    found.add(
        "continuous search: survival",
        "an ecosystem that searches is at least as likely to last for five periods as one that "
        "tracks, where outside options follow what firms add",
        measured(lasting_by_search) >= measured(lasting),
        {
            "tracking": (0, 1), "rise": (0, HALF), "fall": (0, HALF),
            "search": (0, 1), "redesign": (0, 1),
        },
        ecosystem.replace(outside=(HALF, HALF, 2)),
        VALUE,
    )  # fmt: skip
