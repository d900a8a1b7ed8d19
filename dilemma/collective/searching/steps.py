r"""What can happen in a period: who leaves, who joins, and with what probability.

Who leaves and who joins is *decided* by comparing shares with outside options; how probable that
is, and what it is worth, is *weighed* by probabilities and costs. The two read their terms apart,
so that weights can be moved along a parameter while decisions stay as they are in an interval of
it: then every probability and every reward is affine in each single parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import fmpq

from dilemma.collective.dividing.coalitions import Coalitions
from dilemma.collective.searching.ecosystems import DOMAINS, Ecosystem

State = tuple[int, int]
"""A coalition, as the sum of 2^k over its firms k, and the place of the level."""

Weights = Mapping[str, fmpq]

# Beyond so many firms that differ there are too many coalitions.
MOST_DIFFERENT = 8


@dataclass(frozen=True)
class Steps:
    """A chain over coalitions and levels that may end, with what each period brings.

    Attributes
    ----------
    states : tuple of State
        All that can be reached.
    start : dict of int to fmpq
        The law of the first state, by place; what is missing to 1 has ended before it began.
    rows : tuple of dicts of int to fmpq
        From each state, the probability of each next one; the rest is that of the end.
    ending : frozenset of int
        The states in which a period can be the last.
    rewards : dict of str to tuple of fmpq
        "value": what a period in each state brings, less what it costs on average; "turnover": how
        many firms join or leave after it, on average, if it is not the last; "size".
    """

    states: tuple[State, ...]
    start: dict[int, fmpq]
    rows: tuple[dict[int, fmpq], ...]
    ending: frozenset[int]
    rewards: dict[str, tuple[fmpq, ...]]


def weights_of(ecosystem: Ecosystem) -> dict[str, fmpq]:
    """The terms by which probabilities and rewards are weighed."""
    return {name: _q(getattr(ecosystem, name)) for name in DOMAINS if name != "outside"}


def keeping(ecosystem: Ecosystem, weights: Weights | None = None) -> Steps:
    """The chain of a membership that is kept: it ends when a member would leave."""
    w = weights_of(ecosystem) if weights is None else weights
    mask = _mask(ecosystem)
    whole = ecosystem.coalitions.value(ecosystem.members)
    count = len(ecosystem.members)
    lasts = [min(each) >= 0 for each in slack(ecosystem)]

    def after(state: State) -> Iterator[tuple[fmpq, State | None, fmpq]]:
        for chance, level in _drift(ecosystem, w, state[1]):
            yield chance, (mask, level) if lasts[level] else None, fmpq(0)

    def value(state: State) -> fmpq:
        return _q(ecosystem.levels[state[1]] * whole) - count * w["tracking"] * w["tracking_cost"]

    first = (mask, ecosystem.start_level)
    begun = {first: fmpq(1)} if lasts[first[1]] else {}
    return _steps(begun, after, value, lambda state: fmpq(0))


def slack(ecosystem: Ecosystem) -> tuple[tuple[Any, ...], ...]:
    """How much more each first member gets than outside when value is tracked, at each level."""
    members = ecosystem.members
    shares = _shares(ecosystem.coalitions, ecosystem.rule, members)
    equal = sum(shares, Fraction(0)) / len(shares)
    q, cost = ecosystem.tracking, ecosystem.tracking * ecosystem.tracking_cost
    outside = dict(zip(ecosystem.coalitions.firms, ecosystem.outside_options, strict=True))
    return tuple(
        tuple(
            level * (q * share + (1 - q) * equal) - cost - outside[name]
            for name, share in zip(members, shares, strict=True)
        )
        for level in ecosystem.levels
    )


@lru_cache(maxsize=64)
def _shares(coalitions: Coalitions, rule: str, members: tuple[str, ...]) -> tuple[Fraction, ...]:
    """Shares by contribution, which don't change with the other terms."""
    return tuple(coalitions.divide(rule, members).shares)


def searching(ecosystem: Ecosystem, weights: Weights | None = None) -> Steps:
    """The chain of coalitions that firms join and leave, and whose proposition changes."""
    w = weights_of(ecosystem) if weights is None else weights
    rules = _Rules(ecosystem)
    own = weights_of(ecosystem)

    def after(state: State) -> Iterator[tuple[fmpq, State | None, fmpq]]:
        mask = state[0]
        for chance, level in _drift(ecosystem, w, state[1]):
            if rules.short(mask, level):
                branches = [(1 - w["redesign"], level)] if own["redesign"] != 1 else []
                if own["redesign"] != 0:
                    branches.append((w["redesign"], ecosystem.start_level))
            else:
                branches = [(fmpq(1), level)]
            for way, new in branches:
                for left, share in rules.leaving(mask, new).items():
                    gone = _size(mask) - _size(left)
                    if not left:
                        yield chance * way * share, None, fmpq(0)
                        continue
                    found = own["search"] != 0 and rules.count > _size(left)
                    entries = rules.joining(left, new) if found else {}
                    entering = sum(entries.values(), fmpq(0))
                    if own["search"] * entering != 1:
                        stay = 1 - w["search"] * entering
                        yield chance * way * share * stay, (left, new), fmpq(gone)
                    for joined, part in entries.items():
                        entry = chance * way * share * w["search"] * part
                        yield entry, (joined, new), fmpq(gone + 1)

    def crisis(state: State) -> fmpq:
        return sum(
            (
                chance
                for chance, level in _drift(ecosystem, w, state[1])
                if rules.short(state[0], level)
            ),
            fmpq(0),
        )

    def value(state: State) -> fmpq:
        redesigns = crisis(state) * w["redesign"]
        return _q(ecosystem.levels[state[1]] * rules.value(state[0])) - redesigns * w[
            "redesign_cost"
        ] * _size(state[0])

    first = rules.canonical(_mask(ecosystem))
    begun: dict[State, fmpq] = {}
    for left, share in rules.leaving(first, ecosystem.start_level).items():
        if left:
            begun[left, ecosystem.start_level] = share
    return _steps(begun, after, value, lambda state: w["turnover_cost"])


def _steps(
    begun: dict[State, fmpq],
    after: Callable[[State], Iterator[tuple[fmpq, State | None, fmpq]]],
    value: Callable[[State], fmpq],
    cost: Callable[[State], fmpq],
) -> Steps:
    """Follow what can happen from the first states on."""
    states = list(begun)
    place = {state: k for k, state in enumerate(states)}
    rows: list[dict[int, fmpq]] = []
    values, turnovers = [], []
    ending: set[int] = set()
    for state in states:
        row: dict[int, fmpq] = {}
        moved = fmpq(0)
        for chance, following, firms in after(state):
            if following is None:
                ending.add(len(rows))
                continue
            if following not in place:
                place[following] = len(states)
                states.append(following)
            where = place[following]
            row[where] = row.get(where, fmpq(0)) + chance
            moved += chance * firms
        rows.append(row)
        turnovers.append(moved)
        values.append(value(state) - cost(state) * moved)
    return Steps(
        states=tuple(states),
        start={place[state]: share for state, share in begun.items()},
        rows=tuple(rows),
        ending=frozenset(ending),
        rewards={
            "value": tuple(values),
            "turnover": tuple(turnovers),
            "size": tuple(fmpq(_size(state[0])) for state in states),
        },
    )


def _drift(ecosystem: Ecosystem, w: Weights, level: int) -> Iterator[tuple[fmpq, int]]:
    """The next levels that are possible, with their probabilities as they are weighed."""
    stay, own = fmpq(1), Fraction(1)
    if level + 1 < len(ecosystem.levels) and ecosystem.rise:
        stay, own = stay - w["rise"], own - ecosystem.rise
        yield w["rise"], level + 1
    if level and ecosystem.fall:
        stay, own = stay - w["fall"], own - ecosystem.fall
        yield w["fall"], level - 1
    if own:
        yield stay, level


class _Rules:
    """Who is short, who leaves and who joins where shares are equal."""

    def __init__(self, ecosystem: Ecosystem) -> None:
        coalitions = ecosystem.coalitions
        self.count = len(coalitions.firms)
        self.alike = ecosystem.alike
        if not self.alike and self.count > MOST_DIFFERENT:
            raise ValueError(
                f"coalitions: requires at most {MOST_DIFFERENT} firms that differ, "
                f"got {self.count}"
            )
        self.levels = ecosystem.levels
        self.outside = ecosystem.outside_options
        self.coalitions = coalitions
        self.values: dict[int, Fraction] = {}
        self.laws: dict[State, dict[int, fmpq]] = {}

    def value(self, mask: int) -> Fraction:
        if mask not in self.values:
            self.values[mask] = self.coalitions.value(self.coalitions.members(mask))
        return self.values[mask]

    def canonical(self, mask: int) -> int:
        """One coalition for all of a size, if firms are alike; nobody for a lone firm."""
        size = _size(mask)
        if size < 2:
            return 0
        return (1 << size) - 1 if self.alike else mask

    def short(self, mask: int, level: int) -> list[int]:
        """The members who get less than outside."""
        share = self.levels[level] * self.value(mask) / _size(mask)
        return [k for k in range(self.count) if mask >> k & 1 and share < self.outside[k]]

    def leaving(self, mask: int, level: int) -> dict[int, fmpq]:
        """Which coalitions are left when members leave one by one, the shortest first."""
        known = self.laws.get((mask, level))
        if known is not None:
            return known
        short = self.short(mask, level) if mask else []
        law: dict[int, fmpq] = {}
        if not short:
            law[mask] = fmpq(1)
        else:
            # Shares are equal, so that the shortest is who gets most outside.
            most = max(self.outside[k] for k in short)
            first = [k for k in short if self.outside[k] == most]
            first = first[:1] if self.alike else first
            for k in first:
                for left, share in self.leaving(self.canonical(mask ^ 1 << k), level).items():
                    law[left] = law.get(left, fmpq(0)) + share / len(first)
        self.laws[mask, level] = law
        return law

    def joining(self, mask: int, level: int) -> dict[int, fmpq]:
        """Which coalitions come about when a candidate is found, if it joins."""
        outsiders = [k for k in range(self.count) if not mask >> k & 1]
        law: dict[int, fmpq] = {}
        for k in outsiders:
            joined = self.canonical(mask | 1 << k)
            if not self.short(joined, level):
                law[joined] = law.get(joined, fmpq(0)) + fmpq(1, len(outsiders))
        return law


def _mask(ecosystem: Ecosystem) -> int:
    firms = ecosystem.coalitions.firms
    return sum(1 << firms.index(name) for name in ecosystem.members)


def _size(mask: int) -> int:
    return mask.bit_count()


def _q(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
