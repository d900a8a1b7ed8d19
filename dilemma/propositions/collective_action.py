"""The claims of three sources on more than two partners: goals, governance, shocks, tracked value.

matinheikki2017 and matinheikki2019 argue from networks of firms, oskam2021 from ecosystems of
innovation; none of them prints a formula. Each entry of `COLLECTIVE` paraphrases a claim and
states it for the models of `dilemma.collective`, whose mappings are ours; a verdict is on this
formal statement, not on the sources' evidence. The models are small, so that verdicts can be
proofs:

- **three firms in a row**, or all tied to each other, form views of a goal of 1. They are free to
  begin with any views, and each gives what it hears half the weight (`GoalNetwork`). The *effect*
  of goal formation is what commitment, or value, gains over that of the firms' own views;
- **four firms** learn from each other, with a bonus once all, or all but one, collaborate
  (`Consortium`), or with a pool that fines competition (`Institution`);
- **a settlement** on collaboration collapses when a shock takes trust below what it needs, and is
  formed anew where trust suffices again (`maintenance`);
- **three firms**, one of which adds four times what each of the others does, may leave for what
  they get outside while value drifts (`Ecosystem`).

What counts in the long run, and shares that tip, are sampled, and never proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, reduce
from operator import and_
from types import MappingProxyType
from typing import Any

from dilemma.collective import (
    Coalitions,
    Consortium,
    Ecosystem,
    GoalNetwork,
    Institution,
    Lifetime,
    continuous_search,
    maintenance,
    orchestration,
    second_order_gain,
    tipping_share,
)
from dilemma.propositions.claiming import Claim
from dilemma.propositions.parameters import Parameters
from dilemma.propositions.quantities import Quantity, read_quantity
from dilemma.propositions.saying import equal, falls, keeps, rises
from dilemma.propositions.statements import Statement
from dilemma.propositions.vocabulary import computed, derivative, measured, term
from dilemma.study.measures.marks import model_measure

POSTURES = ("collaboration", "competition", "compromise", "accommodation", "avoidance")
FIRMS = 4
HALF = Fraction(1, 2)
VIEWS = ("views.1", "views.2", "views.3")
GOAL = "matinheikki2017"
ACTION = "matinheikki2019"
VALUE = "oskam2021"
# Where nothing tips, the share that is needed is more than all.
NEVER = Fraction(2)
SCALE = 10**9


class _Collected(dict[str, Claim]):
    """Claims by name, "family: measure"."""

    def add(
        self, key: str, words: str, statement: Statement, over: Any, model: Any, source: str
    ) -> None:
        self[key] = Claim(statement, over, model=model, words=words, source=source)


def _claims() -> dict[str, Claim]:
    found = _Collected()
    _goal_formation(found)
    _moderators(found)
    _common_goal(found)
    _mobilizers(found)
    _shocks(found)
    _tracked_value(found)
    return found


def in_a_row(middle: Any = HALF) -> GoalNetwork:
    """Three firms, of which the middle one listens to both others, with its place among domains.

    Examples
    --------
    >>> in_a_row().commitment()
    Fraction(3, 2)
    """
    ties = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    return GoalNetwork(ties, [0, HALF, 1], positions=[0, middle, 1], susceptibility=HALF, decay=1)


def commitment(network: GoalNetwork) -> Any:
    """What all firms of a network commit to the goal."""
    return network.commitment()


def network_value(network: GoalNetwork) -> Any:
    """What comes of it."""
    return network.value()


MEASURES: dict[str, Callable[[GoalNetwork], Any]] = {
    "commitment": commitment,
    "network value": network_value,
}


def effect(measure: Callable[[GoalNetwork], Any]) -> Callable[[GoalNetwork], Any]:
    """What forming the goal together adds to a measure, over views that firms began with.

    Examples
    --------
    >>> effect(commitment)(in_a_row())
    Fraction(0, 1)
    """

    def added(network: GoalNetwork) -> Any:
        return measure(network) - measure(network.replace(formation=0))

    added.__name__ = f"effect_on_{measure.__name__}"
    return added


def with_architect(network: GoalNetwork) -> GoalNetwork:
    """The same firms, the first of them a stubborn architect who stands for the goal."""
    return network.replace(**{"susceptibility.1": 0, "views.1": 1})


def _goal_formation(found: _Collected) -> None:
    """Forming the goal together raises resource commitment and network value."""
    both = GoalNetwork(3, [0, HALF, 1], susceptibility=HALF)
    for among, network in (("all", both), ("in a row", in_a_row())):
        words = "three firms that all listen to each other" if among == "all" else (
            "three firms in a row"
        )  # fmt: skip
        for name, measure in MEASURES.items():
            found.add(
                f"goal formation {among}: {name}",
                f"the more {words} form the goal together, the larger is their {name}",
                rises(computed(measure, name), "formation"),
                # Of value, a polynomial of higher degree, the middle firm's view alone moves.
                ["formation", *(VIEWS if name == "commitment" else VIEWS[1:2])],
                network,
                GOAL,
            )


def _moderators(found: _Collected) -> None:
    """Architects and similar domains strengthen what forming a goal together does."""
    both = GoalNetwork(3, [0, HALF, 1], susceptibility=HALF)
    for name, measure in MEASURES.items():

        def strengthened(network: GoalNetwork, measure: Any = measure) -> Any:
            own = effect(measure)
            return own(with_architect(network)) - own(network)

        found.add(
            f"architect: {name}",
            f"an architect who stands for the goal adds to the effect of its formation on {name}",
            computed(strengthened, f"what an architect adds to the effect on {name}") >= 0,
            ["formation", *VIEWS],
            both,
            GOAL,
        )
    for name, measure in MEASURES.items():
        own = computed(effect(measure), f"the effect on {name}")
        for side, words, place in (
            ("doubter", "who doubts the goal", Fraction(1, 4)),
            ("believer", "who stands for it", Fraction(3, 4)),
        ):
            found.add(
                f"domain similarity, {side} near: {name}",
                f"the less distance of domains matters, the more goal formation adds to {name}, "
                f"where the middle firm is nearer in domain to the one {words}",
                falls(own, "decay"),
                {"views.2": None, "formation": None, "decay": (0, 4)},
                in_a_row(place),
                GOAL,
            )


def loses(posture: str, size: int = FIRMS) -> Quantity:
    """What a firm loses by another posture while all others collaborate.

    Examples
    --------
    >>> print(loses("competition"))
    what competition loses among 3 collaborators
    """

    def lost(consortium: Consortium) -> Any:
        first = POSTURES[0]
        others = [first] * (size - 1)
        group = consortium if consortium.size == size else consortium.replace(size=size)
        return group.payoff(1, [first, *others]) - group.payoff(1, [posture, *others])

    return computed(lost, f"what {posture} loses among {size - 1} collaborators")


def _common_goal(found: _Collected) -> None:
    """A goal of the whole system makes members commit."""
    box = ["trust", "stakes", "opportunism", "goal"]
    all_of_them = Consortium(FIRMS, goal=1, threshold=FIRMS)
    settled = _all(loses(one) > 0 for one in POSTURES[1:])
    found.add(
        "common goal: collaboration",
        "once collaboration of all is a strict equilibrium, it stays so as the goal is worth "
        "more, if all are needed for it",
        keeps(settled, "goal"),
        box,
        all_of_them,
        GOAL,
    )
    helped = _all(derivative(loses(one), "goal") > 0 for one in POSTURES[1:])
    found.add(
        "common goal: all are needed",
        "whoever leaves collaboration loses more, the more a goal is worth that needs all",
        helped,
        box,
        all_of_them,
        GOAL,
    )
    found.add(
        "common goal: one can be spared",
        "whoever leaves collaboration loses more, the more a goal is worth that all but one meet",
        helped,
        box,
        all_of_them.replace(threshold=FIRMS - 1),
        GOAL,
    )
    found.add(
        "more partners: temptation",
        "among more collaborators a firm gains as much by competing: size alone changes nothing",
        equal(loses("competition"), loses("competition", 2 * FIRMS)),
        box[:3],
        Consortium(FIRMS),
        ACTION,
    )


@model_measure(unit="value of knowledge")
def free_riding_gain(institution: Institution) -> Fraction:
    """What the best free-rider on governance gains where all others pay for it.

    Examples
    --------
    >>> names = ["collaboration", "competition", "collaboration + pool"]
    >>> free_riding_gain(Institution(Consortium(4), names, second_order=0, pool_fee=0.3))
    Fraction(3, 10)
    """
    gain = second_order_gain(institution)
    assert gain is not None  # there is a choice to collaborate without paying
    return gain


@cache
def _tipping(consortium: Consortium) -> Fraction:
    share = tipping_share(consortium, POSTURES[0], POSTURES[4]).takeover
    if share is None:
        return NEVER
    return Fraction(round(float(share) * SCALE), SCALE)


@model_measure(unit="share of firms")
def takeover(consortium: Consortium) -> Fraction:
    """The committed share above which collaboration takes over from avoidance, to nine digits.

    2 if no share does.

    Examples
    --------
    >>> takeover(Consortium(4, trust=0.9))
    Fraction(66974761, 125000000)
    """
    return _tipping(consortium)


@model_measure(unit="share of firms")
def takeover_of_more(consortium: Consortium) -> Fraction:
    """The same among twice as many firms.

    Examples
    --------
    >>> takeover_of_more(Consortium(4, trust=0.9)) > takeover(Consortium(4, trust=0.9))
    True
    """
    return _tipping(consortium.replace(size=2 * consortium.size))


def _mobilizers(found: _Collected) -> None:
    """Firms that act first solve the second-order problem."""
    names = ("collaboration", "competition", "collaboration + pool")
    pool = Institution(Consortium(FIRMS), names)
    box: dict[str, Any] = {"pool_fee": (Fraction(1, 10), 1), "pool_fine": (0, 1)}
    found.add(
        "second order: without sanctions",
        "where all others pay into a pool that sanctions no free-rider, not to pay pays",
        measured(free_riding_gain) > 0,
        box,
        pool.replace(second_order=0),
        ACTION,
    )
    found.add(
        "second order: with sanctions",
        "where all others pay into a pool that sanctions free-riders as hard as competitors, "
        "paying is a strict best reply",
        measured(free_riding_gain) < 0,
        box,
        pool.replace(second_order=1),
        ACTION,
    )
    learning = {"trust": None, "stakes": (HALF, 8), "opportunism": None}
    four = Consortium(FIRMS)
    for name, words in (("trust", "more trust"), ("stakes", "higher stakes")):
        found.add(
            f"mobilizers: {name}",
            f"with {words}, no larger share of firms must be committed for collaboration to take "
            "over from avoidance",
            falls(measured(takeover), name),
            learning,
            four,
            ACTION,
        )
    found.add(
        "mobilizers: more partners",
        "in a consortium twice as large, no smaller share must be committed",
        measured(takeover_of_more) >= measured(takeover),
        learning,
        four,
        ACTION,
    )
    found.add(
        "mobilizers: a common goal",
        "the more a goal is worth that needs three of four, the smaller the share that must be "
        "committed",
        falls(measured(takeover), "goal"),
        {"goal": (0, 4), "trust": None},
        four.replace(threshold=3),
        ACTION,
    )


def _kept(rates: Any, maintained: bool) -> Any:
    return maintenance(
        Consortium(FIRMS), "trust", ["1/2", "7/10", "9/10"], POSTURES[0], POSTURES[4],
        shocks=rates.shocks, repair=rates.repair, maintained=rates.repair + rates.effort,
    )  # fmt: skip


@model_measure(unit="share of time")
def settled(rates: Any) -> Fraction:
    """How much of the time a settlement on collaboration stands, without maintenance.

    Examples
    --------
    >>> settled(RATES.replace(shocks=1, repair=1))
    Fraction(7, 15)
    """
    share: Fraction = _kept(rates, maintained=False).settled[0]
    return share


@model_measure(unit="share of time")
def settled_with_maintenance(rates: Any) -> Fraction:
    """The same while maintenance adds to the rate of repair.

    Examples
    --------
    >>> settled_with_maintenance(RATES.replace(shocks=1, repair=1, effort=2))
    Fraction(69, 91)
    """
    share: Fraction = _kept(rates, maintained=True).settled[1]
    return share


@model_measure(unit="value of knowledge per unit of time")
def worth_of_maintenance(rates: Any) -> Fraction:
    """What a firm gains by it in the long run, before it pays for it.

    Examples
    --------
    >>> float(worth_of_maintenance(RATES.replace(shocks=1, repair=1, effort=2))) > 0.2
    True
    """
    worth: Fraction = _kept(rates, maintained=True).worth
    return worth


RATES = Parameters(shocks=(Fraction(1, 10), 10), repair=(Fraction(1, 10), 10), effort=(0, 10))


def _shocks(found: _Collected) -> None:
    """Settlements are vulnerable to shocks, and sustained by maintenance."""
    both = {name: RATES.domains[name] for name in ("shocks", "repair")}
    found.add(
        "shocks: settlement",
        "the more often shocks come, the less of the time collaboration stands",
        falls(measured(settled), "shocks"),
        both,
        RATES,
        ACTION,
    )
    found.add(
        "maintenance: settlement",
        "the more is done to repair trust, the more of the time collaboration stands",
        rises(measured(settled_with_maintenance), "effort"),
        RATES.domains,
        RATES,
        ACTION,
    )
    found.add(
        "maintenance: it pays",
        "maintenance is worth more than 1/10 to each firm per unit of effort",
        measured(worth_of_maintenance) >= term("effort") / 10,
        RATES.domains,
        RATES,
        ACTION,
    )


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


def _tracked_value(found: _Collected) -> None:
    """Value tracked for all is a condition for survival."""
    ecosystem = unequal_firms()
    tracked = ecosystem.coalitions.divide(ecosystem.rule).shares
    equally = ecosystem.coalitions.divide("equal").shares
    names = [f"{one}_outside" for one in SKILLS]
    options = Parameters(**dict.fromkeys(names, (0, 6)))

    def stays(shares: Any) -> list[Statement]:
        return [share >= term(name) for share, name in zip(_numbers(shares), names, strict=True)]

    found.add(
        "tracked value: sufficient",
        "if all contributions are tracked, no firm gets more outside",
        _all(stays(tracked)),
        options.domains,
        options,
        VALUE,
    )
    found.add(
        "tracked value: necessary",
        "without tracking some firm gets more outside, where tracking would keep all",
        ~_all(stays(equally)) | ~_all(stays(tracked)),
        options.domains,
        options,
        VALUE,
    )
    drifting = {"tracking": (0, 1), "rise": (0, HALF), "fall": (0, HALF)}
    alike, by_skill = Fraction(3, 4), (HALF, HALF, 2)
    for name, outside, words in (
        ("options alike", alike, "where all firms have the same outside option"),
        ("options by skill", by_skill, "where outside options follow what firms add"),
    ):
        found.add(
            f"tracked value, {name}: survival",
            "the better contributions are tracked, the likelier all stay together for five "
            f"periods, {words}",
            rises(measured(lasting), "tracking"),
            drifting,
            ecosystem.replace(outside=outside),
            VALUE,
        )
    found.add(
        "continuous search: survival",
        "an ecosystem that searches is at least as likely to last for five periods as one that "
        "tracks, where outside options follow what firms add",
        measured(lasting_by_search) >= measured(lasting),
        {**drifting, "search": (0, 1), "redesign": (0, 1)},
        ecosystem.replace(outside=by_skill),
        VALUE,
    )


def _numbers(shares: Any) -> list[Quantity]:
    return [read_quantity(one) for one in shares]


def _all(statements: Any) -> Statement:
    whole: Statement = reduce(and_, statements)
    return whole


COLLECTIVE: Mapping[str, Claim] = MappingProxyType(_claims())
