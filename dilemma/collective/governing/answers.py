"""What is said of those who pay for the rules: whether it is a best reply, and for which terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dilemma.alliance.terms import Domain
from dilemma.arrays.algebraic import Real
from dilemma.collective.governing.intervals import Interval, shown
from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

# What intervals are printed as that hold all values of a term of governance.
EVERYWHERE = ("from 0 on", "in [0, 1]")
FIRST, SECOND, OUTSIDE, POSTURE = "first order", "second order", "outside", "posture"


@dataclass(frozen=True)
class Deviation(Displayed):
    """What one player gains who leaves a group whose other members all pay.

    Attributes
    ----------
    choice : str
        What it does instead.
    kind : {"first order", "second order", "outside", "posture"}
        It offends more; or no more, and does not sanction in the same role; or stays outside; or
        sanctions in the same role from another posture.
    gain : Fraction
        Below 0: it is deterred.
    deterred_where : mapping of str to tuple of Interval
        For each term of governance: where it is deterred, the other terms being as they are.
    """

    choice: str
    kind: str
    gain: Fraction
    deterred_where: Mapping[str, tuple[Interval, ...]]

    @property
    def is_deterred(self) -> bool:
        """Whether it loses."""
        return self.gain < 0


@dataclass(frozen=True, kw_only=True, repr=False)
class SecondOrderDilemma(Solution):
    """Whether paying for the rules is a strict best reply where all others pay.

    Attributes
    ----------
    resident : str
        What all do: the choice that funds governance.
    payoff : Fraction
        What each of them gets.
    deviations : tuple of Deviation
        All other choices, those that gain most first.
    solved_where : mapping of str to tuple of Interval
        For each term of governance: where all deviations are deterred, the other terms being as
        they are. No interval: nowhere.
    method, exact, complete, status
        As in every answer of the library.
    """

    resident: str
    payoff: Fraction
    deviations: tuple[Deviation, ...]
    solved_where: Mapping[str, tuple[Interval, ...]]

    def gain(self, kind: str) -> Fraction | None:
        """Return the largest gain of one kind of deviation, None if there is none."""
        return max((one.gain for one in self.deviations if one.kind == kind), default=None)

    def _deters(self, kind: str) -> bool:
        return all(one.is_deterred for one in self.deviations if one.kind == kind)

    @property
    def first_order_solved(self) -> bool:
        """Whether all lose who offend more than the others: who are more opaque, or defect."""
        return self._deters(FIRST)

    @property
    def second_order_solved(self) -> bool:
        """Whether all lose who offend no more, and let others pay for the rules."""
        return self._deters(SECOND)

    @property
    def outside_unattractive(self) -> bool:
        """Whether staying outside loses."""
        return self._deters(OUTSIDE)

    @property
    def solved(self) -> bool:
        """Whether every other choice loses."""
        return all(one.is_deterred for one in self.deviations)

    def __str__(self) -> str:
        lines = [self.status]
        for one in self.deviations:
            gains = "loses" if one.gain < 0 else "gains"
            what = f"{gains} {number(abs(one.gain))}" if one.gain else "gains nothing"
            lines.append(f"  {one.choice} ({one.kind}): {what}")
        whatever, never = [], []
        for term, intervals in self.solved_where.items():
            where = " or ".join(map(str, intervals))
            if not intervals:
                never.append(_words(term))
            elif where in EVERYWHERE:
                whatever.append(_words(term))
            else:
                lines.append(f"  all deterred for {_words(term)} {where}")
        if self.deviations and never:
            lines.append(f"  not for any {listed(never)} alone")
        if self.deviations and whatever:
            lines.append(f"  whatever {listed(whatever)}")
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class FundingThresholds(Solution):
    """For which values of one term paying for the rules is a strict best reply.

    Attributes
    ----------
    resident : str
    term : str
    domain : Domain
        Of the term.
    intervals : tuple of Interval
        Where it is, exactly.
    values : tuple of Fraction or AlgebraicNumber
        The ends of these intervals within the term's domain.
    binding : tuple of tuples of str
        For each of them: the choices that gain nothing and lose nothing there.
    method, exact, complete, status
        As in every answer of the library.
    """

    resident: str
    term: str
    domain: Domain
    intervals: tuple[Interval, ...]
    values: tuple[Real, ...]
    binding: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        lines = [self.status]
        lines += [f"  strict for {_words(self.term)} {one}" for one in self.intervals]
        lines += [
            f"  at {shown(value)}: {listed(names)} does as well"
            if names
            else f"  at {shown(value)}"
            for value, names in zip(self.values, self.binding, strict=True)
        ]
        return wrapped(lines)


def _words(term: str) -> str:
    return term.replace("_", " ")
