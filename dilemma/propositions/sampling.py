"""Claims that no polynomial decides: sampled in their box, supported or refuted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product, repeat
from math import prod
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.arrays.sign_systems import Side
from dilemma.arrays.threads import progress_bar
from dilemma.propositions.claiming import Claim
from dilemma.propositions.measuring import measured_values
from dilemma.propositions.quantities import Elsewhere, Measured, Quantity
from dilemma.propositions.reducing import compared
from dilemma.propositions.setting import Changes, Setting
from dilemma.propositions.shrinking import candidates, default_of, simplified
from dilemma.propositions.statements import Comparison, Every, Statement, failing, later_name
from dilemma.propositions.verdicts import Instance, Sides, Verdict

METHOD = "corners, and scrambled Sobol points of the inside and of faces"
# Points that are drawn for each that is wanted, where assumptions refuse most.
MOST_DRAWS = 50
# Of a unit; values of terms are decimals, so that floats mean them exactly.
DIGITS = 4
MOST_SHRINKS = 200
BLOCK = 64
# Corners that are sampled, if there are no more.
MOST_CORNERS = 32


class Sampled:
    """A claim at points: its assumptions, its goal, and by how much they hold."""

    def __init__(self, claim: Claim, tolerance: Fraction) -> None:
        self.claim = claim
        self.tolerance = tolerance
        assumed = [one.plain(claim.names) for one in claim.assuming]
        self.goal, assumed, self.later = compared(claim.statement.plain(claim.names), assumed)
        self.assumption: Statement = Every(tuple(assumed))
        for name in self.later:
            if name not in claim.over:
                raise ValueError(
                    f"statement: compares two values of {name}, which requires it among the "
                    f"terms of over, got {', '.join(claim.over)}"
                )
        self.variables = (*claim.over, *(later_name(name) for name in self.later))
        own = [*claim.over.values(), *(claim.over[name] for name in self.later)]
        self.sides = tuple(Side(one.low, one.high, one.low_open, one.high_open) for one in own)

    def setting(self, point: Sequence[Fraction]) -> Setting:
        """The model at a point."""
        values = dict(zip(self.variables, point, strict=True))
        here = {name: values.pop(name) for name in self.claim.over}
        return Setting(self.claim.at(here), self.claim.names, values)

    def admitted(self, setting: Setting) -> bool:
        """Whether the assumptions hold."""
        return truth(self.assumption, setting, Fraction(0)) is True

    def measured(self, points: Sequence[Sequence[Fraction]]) -> list[dict[Any, Any]]:
        """What measures of a batch say at several points, for each point."""
        known: list[dict[Any, Any]] = [{} for _ in points]
        if not points:
            return known
        for one in dict.fromkeys(self.goal.comparisons()):
            for side in (one.left, one.right):
                for measure, changes in measured_in(side):
                    values = self._batch(measure, changes, points)
                    for own, value in zip(known, values or [], strict=False):
                        own[measure, changes] = value
        return known

    def _batch(
        self, measure: Measured, changes: Changes, points: Sequence[Sequence[Fraction]]
    ) -> list[Any] | None:
        terms: dict[str, list[Fraction]] = {name: [] for name in self.claim.over}
        for point in points:
            setting = self.setting(point)
            own = dict(zip(self.variables, point, strict=True))
            changed = {name: one.value(setting) for name, one in changes}
            if any(name not in terms for name in changed):
                return None
            for name, values in terms.items():
                values.append(fraction(changed.get(name, own[name])))
        return measured_values(self.claim.model, measure.measure, measure.output, terms)

    def fails(self, point: Sequence[Fraction]) -> bool:
        """Whether the claim fails at a point of the box that satisfies the assumptions."""
        if not all(one in side for one, side in zip(point, self.sides, strict=True)):
            return False
        setting = self.setting(point)
        return self.admitted(setting) and truth(self.goal, setting, self.tolerance) is False

    def instance(self, point: Sequence[Fraction]) -> Instance:
        """The comparisons that fail at a point."""
        setting = self.setting(point)
        sides = tuple(
            Sides(str(one), one.left.value(setting), one.right.value(setting))
            for one in dict.fromkeys(
                failing(self.goal, lambda one: truth(one, setting, self.tolerance) is not False)
            )
        )
        return Instance(dict(zip(self.variables, point, strict=True)), sides)


def truth(statement: Statement, setting: Setting, tolerance: Fraction) -> bool | None:
    """Whether a statement holds, up to a tolerance where a side is a float; None if unmeasured."""
    if isinstance(statement, Comparison):
        try:
            left, right = (_plain(one.value(setting)) for one in (statement.left, statement.right))
        except ZeroDivisionError:
            return None
        return _compared(left, statement.relation, right, tolerance)
    judged = [truth(one, setting, tolerance) for one in statement.parts]  # type: ignore[attr-defined]
    decisive = not isinstance(statement, Every)
    if decisive in judged:
        return decisive
    return None if None in judged else not decisive


def _plain(value: Any) -> Any:
    if isinstance(value, (float, str, Fraction)):
        return value
    try:
        return fraction(value)
    except (TypeError, ValueError):
        return float(value)


def _compared(left: Any, relation: str, right: Any, tolerance: Fraction) -> bool | None:
    if isinstance(left, str) or isinstance(right, str):
        if relation not in ("==", "!="):
            text = left if isinstance(left, str) else right
            raise TypeError(
                f"claim: compares by {relation} a measure that returns a text, {text!r}; "
                "texts are equal or not"
            )
        return bool((left == right) is (relation == "=="))
    if any(isinstance(one, float) and math.isnan(one) for one in (left, right)):
        return None
    room = tolerance if isinstance(left, float) or isinstance(right, float) else Fraction(0)
    if relation in ("==", "!="):
        near = left == right or bool(abs(left - right) <= room)
        return near is (relation == "==")
    if relation in ("<", "<="):
        left, right, relation = right, left, {"<": ">", "<=": ">="}[relation]
    return bool(left > right - room) if relation == ">" else bool(left >= right - room)


def measured_in(quantity: Quantity, changes: Changes = ()) -> Iterator[tuple[Measured, Changes]]:
    """The measures in a quantity, with what is changed in the model where they stand."""
    if isinstance(quantity, Measured):
        yield quantity, changes
    elif isinstance(quantity, Elsewhere):
        if not changes:  # deeper ones are measured one by one
            yield from measured_in(quantity.quantity, quantity.terms)
    else:
        for part in quantity.parts:
            yield from measured_in(part, changes)


def blocks_of(points: Iterator[Any]) -> Iterator[list[Any]]:
    """Points in blocks, which measures of a batch take at once."""
    while True:
        yield list(islice(points, BLOCK))


def points_of(sides: Sequence[Side], later: Sequence[tuple[int, int]], seed: Any) -> Iterator[Any]:
    """Points of a box, as decimals: corners, then scrambled Sobol points, some put on faces.

    What fails at the end of a range alone, where payoffs tie and terms vanish, is missed by points
    of the inside; so each fourth point has one term at an end that belongs to its range.
    ``later`` holds pairs (variable, the variable that it must exceed).
    """
    from scipy.stats import qmc

    draw = np.random.default_rng(seed)
    ends = [_ends(side) for side in sides]
    faces = [(k, end) for k, own in enumerate(ends) for end in own]
    yield from _corners(sides, ends)
    places = qmc.Sobol(len(sides), scramble=True, rng=draw)
    for count, row in enumerate(row for _ in repeat(None) for row in places.random(BLOCK)):
        values: list[Any] = [_placed(side, place) for side, place in zip(sides, row, strict=True)]
        if faces and count % 4 == 3:
            k, end = faces[count // 4 % len(faces)]
            values[k] = end
        for k, earlier in later:
            low = values[earlier]
            rest = Side(low, sides[k].high, True, sides[k].high_open)
            if rest.high is not None and not low < rest.high:
                continue  # there is no later one
            if values[k] not in rest or values[k] not in ends[k]:
                values[k] = _placed(rest, row[k])
        if None not in values:
            yield tuple(values)


def _ends(side: Side) -> list[Fraction]:
    """The ends of a range that belong to it."""
    return [one for one in (side.low, side.high) if one is not None and one in side]


def _corners(sides: Sequence[Side], ends: Sequence[Sequence[Fraction]]) -> Iterator[Any]:
    """Corners of a box, all of a small one; open sides have their middle there."""
    choices: list[list[Fraction | None]] = [
        [*own] or [_placed(side, 0.5)] for own, side in zip(ends, sides, strict=True)
    ]
    if prod(map(len, choices)) <= MOST_CORNERS:
        yield from product(*choices)
    else:
        yield tuple(own[0] for own in choices)
        yield tuple(own[-1] for own in choices)


def _placed(side: Side, place: float) -> Fraction | None:
    return _decimal(side, side.at(Fraction(float(place)).limit_denominator(10**6)))


def _decimal(side: Side, value: Fraction | None) -> Fraction | None:
    """A decimal near a value, within the side; None if there is none."""
    if value is None:
        return None
    scale = 10**DIGITS
    for _ in range(4):
        for k in (round(value * scale), int(value * scale // 1) + 1, int(value * scale // 1)):
            if Fraction(k, scale) in side:
                return Fraction(k, scale)
        scale *= 10**DIGITS
    return value if value in side else None


def examine_samples(
    claim: Claim, samples: int, seed: Any, tolerance: Any, progress: bool
) -> Verdict:
    """Sample a claim: refuted at the first point where it fails, else supported."""
    room = fraction(tolerance, "tolerance")
    if room < 0:
        raise ValueError(f"tolerance: requires at least 0, got {tolerance!r}")
    sampled = Sampled(claim, room)
    names = list(sampled.variables)
    later = [(names.index(later_name(one)), names.index(one)) for one in sampled.later]
    held, drawn, unmeasured, close, doubtful = 0, 0, 0, 0, 0
    with progress_bar(samples, progress, "examine", "point") as bar:
        for block in blocks_of(points_of(sampled.sides, later, seed)):
            if held >= samples or drawn >= MOST_DRAWS * samples:
                break
            drawn += len(block)
            settings = [sampled.setting(point) for point in block]
            admitted = [k for k, one in enumerate(settings) if sampled.admitted(one)]
            admitted = admitted[: samples - held]
            known = sampled.measured([block[k] for k in admitted])
            for k, own in zip(admitted, known, strict=True):
                settings[k].known = own
                one = truth(sampled.goal, settings[k], sampled.tolerance)
                if one is False and sampled.fails(block[k]):
                    return _refuted(sampled, block[k], held + 1)
                unmeasured += one is None
                doubtful += one is False
                held += one is True
                if one and truth(sampled.goal, settings[k], Fraction(0)) is not True:
                    close += 1
                bar.update()
    if not held:
        return Verdict(
            method=METHOD, exact=False, complete=False,
            status=f"Undecided: none of {drawn:,} points that were drawn satisfies the "
            "assumptions and can be measured.",
            claim=claim, kind="undecided", samples=0, share_left=Fraction(1),
            left=(dict(claim.over),),
        )  # fmt: skip
    status = f"Held at all {held:,} points that were sampled, which is no proof."
    if close:
        which = "all of them" if close == held else f"{close:,} of them"
        status += f" At {which} it holds only within the tolerance of {float(room):g}."
    if doubtful:
        status += f" At {doubtful:,} more it failed in a batch, and held in the model itself."
    if unmeasured:
        status += f" At {unmeasured:,} more the measure has no value."
    return Verdict(
        method=METHOD, exact=False, complete=False, status=status, claim=claim, kind="supported",
        samples=held,
    )  # fmt: skip


def _refuted(sampled: Sampled, point: Sequence[Fraction], held: int) -> Verdict:
    from hypothesis import HealthCheck, Phase, currently_in_test_context, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    lists = [
        candidates(side, value, default_of(sampled.claim, name))
        for name, side, value in zip(sampled.variables, sampled.sides, point, strict=True)
    ]
    known: dict[Any, bool] = {tuple(point): True}

    def fails(one: Any) -> bool:
        if one not in known:
            known[one] = len(known) < MOST_SHRINKS and sampled.fails(one)
        return known[one]

    chosen = settings(
        derandomize=True, database=None, max_examples=MOST_SHRINKS, deadline=None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        if currently_in_test_context():  # Hypothesis does not run within itself
            raise NoSuchExample("")
        strategy = st.tuples(*(st.sampled_from(one) for one in lists))
        found = tuple(find(strategy, fails, settings=chosen))
    except NoSuchExample:
        found = tuple(point)
    known = {found: True}
    found = simplified(fails, found, lists)
    instance = sampled.instance(found)
    exact = all(not isinstance(one.left, float) and not isinstance(one.right, float)
                for one in instance.sides)  # fmt: skip
    how = "exact counterexample" if exact else (
        f"counterexample, by more than {float(sampled.tolerance):g} in floating point"
    )  # fmt: skip
    return Verdict(
        method=f"{METHOD}, shrunk by Hypothesis", exact=exact, complete=True,
        status=f"Refuted by an {how}." if exact else f"Refuted by a {how}.",
        claim=sampled.claim, kind="refuted", counterexample=instance, samples=held,
    )  # fmt: skip
