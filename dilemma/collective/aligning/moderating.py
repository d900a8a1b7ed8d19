r"""Whether something moderates what goal formation does: a measured interaction.

The claim of matinheikki2017: the collective formation of a system-level goal raises resource
commitment and by it the value of the network; network architects and the similarity of the firms'
domains moderate it. With F(φ, μ) what is measured (value, commitment or alignment) where goals
form to the degree φ and the moderator stands at μ, the effect of formation is
:math:`F(φ_1, μ) - F(φ_0, μ)`, and the moderator strengthens it if the interaction

.. math:: \Delta = [F(φ_1, μ_1) - F(φ_0, μ_1)] - [F(φ_1, μ_0) - F(φ_0, μ_0)]

is above 0; where F is smooth, :math:`\partial^2 F / \partial φ\, \partial μ` says so for small
changes. Along one more term all of these are ratios of polynomials, in pieces, so that the ranges
in which a sign holds have exact ends: rational, or roots of polynomials.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.arrays.exact import fraction
from dilemma.arrays.jets import KinkError
from dilemma.collective.aligning.along import (
    SignRange,
    mixed_along,
    mixed_derivative,
    outcomes_along,
    sign_ranges,
)
from dilemma.collective.aligning.answers import said
from dilemma.collective.aligning.networks import GoalNetwork
from dilemma.collective.aligning.terms import BY_NAME, read_value
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

MEASURES = ("value", "commitment", "alignment")
# Polynomials grow with the network: beyond so many firms their roots take minutes.
MOST_ALONG = 12
Moderator = str | GoalNetwork | Callable[[GoalNetwork], GoalNetwork]


@dataclass(frozen=True, kw_only=True, repr=False)
class Moderation(Solution):
    """What goal formation does without and with a moderator, and how the two interact.

    Attributes
    ----------
    network : GoalNetwork
    measure : {"value", "commitment", "alignment"}
    moderator : str
        In words.
    levels : pair of (Fraction or str)
        μ₀ and μ₁.
    formation : pair of Fraction
        φ₀ and φ₁.
    outcomes : pair of pairs of numbers
        What is measured: ``outcomes[formation][moderator]``.
    derivative : Fraction or None
        The mixed second derivative by formation and moderator at the network's own terms, as the
        moderator's number grows (whichever way the levels go); None where there is none or the
        moderator is no term.
    along : str or None
        The term along which ranges are given, those of all others held.
    over : pair of Fraction or None
    ranges : tuple of SignRange
        Of the interaction, along the term.
    effect_ranges : pair of tuples of SignRange
        Of the effect of formation, at μ₀ and at μ₁.
    derivative_ranges : tuple of SignRange
        Of the mixed derivative.
    """

    network: GoalNetwork
    measure: str
    moderator: str
    levels: tuple[Any, Any]
    formation: tuple[Fraction, Fraction]
    outcomes: tuple[tuple[Any, Any], tuple[Any, Any]]
    derivative: Fraction | None
    along: str | None
    over: tuple[Fraction, Fraction] | None
    ranges: tuple[SignRange, ...]
    effect_ranges: tuple[tuple[SignRange, ...], tuple[SignRange, ...]]
    derivative_ranges: tuple[SignRange, ...]

    @property
    def effects(self) -> tuple[Any, Any]:
        """What formation adds, at μ₀ and at μ₁."""
        before, after = self.outcomes
        return after[0] - before[0], after[1] - before[1]

    @property
    def interaction(self) -> Any:
        """How much more formation adds at μ₁ than at μ₀."""
        return self.effects[1] - self.effects[0]

    @property
    def reverses(self) -> bool:
        """Whether the interaction is above 0 somewhere along the term and below 0 elsewhere."""
        return {-1, 1} <= {one.sign for one in self.ranges or self.derivative_ranges}

    def __str__(self) -> str:
        lines = [self.status]
        for k, level in enumerate(self.levels):
            before, after = self.outcomes[0][k], self.outcomes[1][k]
            lines.append(
                f"  {self.measure} {_at(level)}: {said(before)} -> {said(after)} "
                f"(formation adds {said(self.effects[k])})"
            )
        if self.derivative is not None:
            lines.append(f"  mixed derivative here: {said(self.derivative)}")
        for name, found in (
            ("interaction", self.ranges),
            *(
                (f"effect of formation {_at(level)}", ranges)
                for level, ranges in zip(self.levels, self.effect_ranges, strict=True)
            ),
            ("mixed derivative", self.derivative_ranges),
        ):
            if found:
                lines.append(f"  {name}, along {self.along}:")
                lines += [f"    {one}" for one in found]
        return wrapped(lines)


def moderation(
    network: GoalNetwork,
    moderator: Moderator,
    levels: Sequence[Any] | None = None,
    *,
    formation: Sequence[Any] = (0, 1),
    measure: str = "value",
    along: str | None = None,
    over: Sequence[Any] | None = None,
) -> Moderation:
    r"""Measure how something moderates the effect of goal formation.

    Parameters
    ----------
    network : GoalNetwork
        All of its terms numbers.
    moderator : str, function, or GoalNetwork
        The name of a term, such as "decay" (domain similarity: less of it); or a function that
        makes the moderated network of one, such as
        ``lambda network: network.with_architect("stubborn", 0)``; or that network itself.
    levels : pair of numbers
        For a term: where it stands without and with moderation. ``levels=(4, 0)`` of "decay" goes
        from domains that matter to domains that do not.
    formation : pair of numbers in [0, 1]
        φ without and with collective goal formation.
    measure : {"value", "commitment", "alignment"}
        Of the network: its value, all that is committed, the firms' mean alignment.
    along : str, optional
        A term (also one firm's, such as "views.1") along which to find where signs hold; at most
        12 firms. Along "formation" or the moderator itself only the derivative has ranges.
    over : pair of numbers, optional
        The part of that term to look at; its domain, if that is finite, when left out.

    Returns
    -------
    Moderation
        Exact up to 60 firms, and its ranges always. Intervals are open; where the measured
        quantity has a kink (a view crosses the goal, a firm reaches the threshold) pieces are
        joined.

    Raises
    ------
    TypeError, ValueError
        If there is no such term, levels or ranges are outside domains, or views do not settle.

    Notes
    -----
    Ranges take the solution of the network's equations over ratios of polynomials, and the roots
    of polynomials whose degree grows with the number of firms (and of their distances, along
    "decay").

    References
    ----------
    matinheikki2017, friedkin1990 in ``references.bib``. The formal mapping is ours.

    Examples
    --------
    Three firms in a row, the middle one closer in domain to the first, which is against the goal.
    Similarity of domains strengthens what forming the goal together does for value, if the goal
    is above 17/36; below that it is the last firm that is far from it, and similarity weakens it:

    >>> row = GoalNetwork([[0, 1, 0], [1, 0, 1], [0, 1, 0]], [0, "1/2", 1],
    ...                   positions=[0, "1/4", 1])
    >>> found = moderation(row, "decay", (4, 0), along="goal")
    >>> found.interaction
    Fraction(31, 162)
    >>> print(*found.ranges, sep="\n")
    below 0 from 0 to 17/36
    above 0 from 17/36 to 1

    An architect who stands half way helps only those who are not there yet:

    >>> halfway = lambda one: one.with_architect("stubborn", 0, view="1/2")
    >>> firms = GoalNetwork(3, [0, "1/4", "1/4"])
    >>> print(*moderation(firms, halfway, along="views").ranges, sep="\n")
    above 0 from 0 to 1/2
    below 0 from 1/2 to 1
    """
    _require(network, measure)
    phi = _pair(formation, "formation", "formation")
    words, both, ends = _moderated(network, moderator, levels)
    kind = network.kind
    outcomes = tuple(
        tuple(_measured(one.replace(formation=value), measure) for one in both) for value in phi
    )
    span = None if along is None else _span(network, along, over)
    if along is not None and along not in both[1].domains:
        raise ValueError(f"along: requires a term of the moderated network too, got {along!r}")
    term = moderator if isinstance(moderator, str) else None
    notes = []
    derivative = None
    if kind == "number" and term is not None and term != "exponent":
        try:
            derivative = mixed_derivative(network, term, measure)
        except KinkError as error:
            notes.append(f"there is no mixed derivative at these very terms, {error}")
    ranges: tuple[SignRange, ...] = ()
    slopes: tuple[SignRange, ...] = ()
    effect_ranges: tuple[tuple[SignRange, ...], tuple[SignRange, ...]] = ((), ())
    if along is not None and span is not None:
        if along not in ("formation", term):
            found = outcomes_along(both, phi, measure, along, span)
            low = [(a, b, v[2] - v[0]) for a, b, v in found]
            high = [(a, b, v[3] - v[1]) for a, b, v in found]
            gap = [(a, b, v[3] - v[1] - v[2] + v[0]) for a, b, v in found]
            ranges = sign_ranges(gap)
            effect_ranges = sign_ranges(low), sign_ranges(high)
        if term is not None and term != "exponent":
            try:
                slopes = sign_ranges(mixed_along(network, term, measure, along, span))
            except KinkError as error:
                notes.append(f"there is no mixed derivative along {along}, {error} throughout")
    difference = outcomes[1][1] - outcomes[0][1] - outcomes[1][0] + outcomes[0][0]
    if difference == 0:
        said_so = "does not moderate the effect"
    else:
        verb = "strengthens" if difference > 0 else "weakens"
        said_so = f"{verb} the effect"
    status = (
        f"{words} {said_so} of goal formation on {measure}: the interaction is {said(difference)}"
    )
    signs = {one.sign for one in ranges}
    if {-1, 1} <= signs:
        status += f", and changes its sign along {along}"
    elif ranges:
        rest = " or 0" if signs != {0} and 0 in signs else ""
        word = {1: "above 0", -1: "below 0", 0: "0"}[max(signs, key=abs)]
        status += f", and {word}{rest} all along {along}"
    status += "".join(f"; {one}" for one in notes) + "."
    return Moderation(
        method=(
            "mixed second differences in rational arithmetic"
            + (", ranges by the roots of polynomials" if along else "")
            if kind == "number"
            else "mixed second differences in floating point"
        ),
        exact=kind == "number",
        complete=True,
        status=status,
        network=network,
        measure=measure,
        moderator=words,
        levels=ends,
        formation=phi,
        outcomes=((outcomes[0][0], outcomes[0][1]), (outcomes[1][0], outcomes[1][1])),
        derivative=derivative,
        along=along,
        over=span,
        ranges=ranges,
        effect_ranges=effect_ranges,
        derivative_ranges=slopes,
    )


def _require(network: Any, measure: Any) -> None:
    if not isinstance(network, GoalNetwork):
        raise TypeError(f"network: requires a GoalNetwork, got {type(network).__name__}")
    if network.kind == "symbol":
        raise TypeError("network: requires numbers for all terms, got symbols")
    if measure not in MEASURES:
        raise ValueError(f"measure: requires one of {', '.join(MEASURES)}, got {measure!r}")


def _pair(values: Any, term: str, name: str) -> tuple[Fraction, Fraction]:
    if isinstance(values, str) or not hasattr(values, "__len__") or len(values) != 2:
        raise TypeError(f"{name}: requires a pair of numbers, got {values!r}")
    one, two = (read_value(BY_NAME[term], v, f"{name}[{k}]") for k, v in enumerate(values))
    for k, value in enumerate((one, two)):
        if not isinstance(value, Fraction):
            raise TypeError(f"{name}[{k}]: requires a number, got {value}")
    return one, two


def _moderated(
    network: GoalNetwork, moderator: Any, levels: Any
) -> tuple[str, tuple[GoalNetwork, GoalNetwork], tuple[Any, Any]]:
    """The moderator in words, the network without and with it, and its levels."""
    if isinstance(moderator, str):
        if moderator not in network.domains or moderator == "formation":
            raise ValueError(
                f"moderator: requires a term among {_known(network, 'formation')}, "
                f"got {moderator!r}"
            )
        if levels is None:
            raise ValueError(f"levels: requires a pair of numbers for {moderator}, got none")
        whole = moderator.partition(".")[0]
        ends = _pair(levels, whole, "levels")
        both = tuple(network.replace(**{moderator: one}) for one in ends)
        name = moderator.replace("_", " ")
        words = f"{name} from {said(ends[0])} to {said(ends[1])}"
        return words[:1].upper() + words[1:], (both[0], both[1]), ends
    if levels is not None:
        raise ValueError(f"levels: requires none for a moderator that is no term, got {levels!r}")
    other = moderator(network) if callable(moderator) else moderator
    if not isinstance(other, GoalNetwork):
        raise TypeError(
            "moderator: requires a term, a function from a GoalNetwork to another, or a "
            f"GoalNetwork, got {type(other).__name__}"
        )
    if other.kind == "symbol":
        raise TypeError("moderator: requires numbers for all terms, got symbols")
    new = [other.firms[k] for k in other.architects if k not in network.architects]
    built = len(other.built) - len(network.built)
    if new and not built:
        words = f"Firm {new[0]} as an architect" if len(new) == 1 else "Architects"
    elif built:
        words = "The architect's new tie" if built == 1 else f"An architect's {built} new ties"
    else:
        words = "The moderator"
    return words, (network, other), ("without", "with")


def _measured(network: GoalNetwork, measure: str) -> Any:
    return getattr(network, measure)()


def _span(network: GoalNetwork, along: Any, over: Any) -> tuple[Fraction, Fraction]:
    if along not in network.domains or along == "exponent":
        raise ValueError(
            f"along: requires a term among {_known(network, 'exponent')}, got {along!r}"
        )
    if network.size > MOST_ALONG:
        raise ValueError(
            f"along: requires at most {MOST_ALONG} firms, got {network.size}; sampled_moderation "
            "and study.sweep take more"
        )
    domain = network.domains[along]
    if over is None:
        if domain.high is None:
            raise ValueError(f"over: requires a pair of numbers for {along}, got none")
        return domain.low, domain.high
    if isinstance(over, str) or not hasattr(over, "__len__") or len(over) != 2:
        raise TypeError(f"over: requires a pair of numbers, got {over!r}")
    low, high = (fraction(one, f"over[{k}]") for k, one in enumerate(over))
    if low >= high:
        raise ValueError(f"over: requires low < high, got {low} and {high}")
    if low < domain.low or (domain.high is not None and high > domain.high):
        raise ValueError(f"over: requires a range {domain.words}, got {low} to {high}")
    return low, high


def _known(network: GoalNetwork, without: str) -> str:
    """The terms that can be named, those of one firm in words."""
    whole = [one for one in network.domains if "." not in one and one != without]
    return f"{', '.join(whole)} (or one firm's, as in positions.1)"


def _at(level: Any) -> str:
    return level if isinstance(level, str) else f"at {said(level)}"
