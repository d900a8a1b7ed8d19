"""Claims on goals that the firms of a network form together, and on what moderates this.

**Three firms in a row**, or all tied to each other, form views of a goal of 1, and each gives what
it hears half the weight (`GoalNetwork`). They begin with any views; where network value is spoken
of by how far the goal is formed, the middle firm alone does, between one against the goal and one
for it. The *effect* of goal formation is what commitment, or value, gains over that of the firms'
own views. **Four firms** learn from each other, with a bonus once all, or all but one, collaborate
(`Consortium`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from dilemma.collective import Consortium, GoalNetwork
from dilemma.propositions.collecting import Collected, all_of
from dilemma.propositions.quantities import Quantity
from dilemma.propositions.saying import equal, falls, keeps, rises
from dilemma.propositions.vocabulary import computed, derivative

POSTURES = ("collaboration", "competition", "compromise", "accommodation", "avoidance")
FIRMS = 4
HALF = Fraction(1, 2)
VIEWS = ("views.1", "views.2", "views.3")
GOAL = "matinheikki2017"
ACTION = "matinheikki2019"


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


def goal_formation(found: Collected) -> None:
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
                # Value is a polynomial of higher degree: the middle firm's view alone moves there.
                ["formation", *(VIEWS if name == "commitment" else VIEWS[1:2])],
                network,
                GOAL,
            )


def moderators(found: Collected) -> None:
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


def common_goal(found: Collected) -> None:
    """A goal of the whole system makes members commit."""
    box = ["trust", "stakes", "opportunism", "goal"]
    all_of_them = Consortium(FIRMS, goal=1, threshold=FIRMS)
    settled = all_of(loses(one) > 0 for one in POSTURES[1:])
    found.add(
        "common goal: collaboration",
        "once collaboration of all is a strict equilibrium, it stays so as the goal is worth "
        "more, if all are needed for it",
        keeps(settled, "goal"),
        box,
        all_of_them,
        GOAL,
    )
    helped = all_of(derivative(loses(one), "goal") > 0 for one in POSTURES[1:])
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
