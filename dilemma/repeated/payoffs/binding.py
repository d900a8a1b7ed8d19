r"""The exact vertices of a payoff set, from the constraints that bind at each of them.

Approximate vertices tell which profile generates each, and where its continuation payoffs lie: at
the corner of two binding constraints, or where one meets a known edge, or at a known vertex. That
is a system of equations in the vertices' coordinates and in the two threats. Its solution is
found coordinate by coordinate; where coordinates depend on each other in a circle, one of them is
taken as the unknown x, the others become rational functions of x, and x is a root of a polynomial.
Nothing of this needs to be believed: the solution is checked to be self-generating, and outer
polygons to close in on it (`dilemma.repeated.payoffs.closing`), both exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from dilemma.arrays.algebraic import AlgebraicNumber, roots_in
from dilemma.arrays.number_field import Element, generator
from dilemma.repeated.payoffs.generation import BOTH, STAY, Stage

Node = tuple[str, int, int]
Floats = tuple[float, float]
# Which profile generates a vertex, which constraints bind, and between which vertices its
# continuation lies (twice the same: at that vertex); -1 where that is of no matter.
Way = tuple[int, int, int, int]

MOST_TRIALS = 24
NEAR = 1e-7


class CircularError(Exception):
    """A coordinate depends on itself other than through the unknown."""


class Ratio:
    """A rational function of two unknowns, with rational coefficients."""

    __slots__ = ("over", "under")

    def __init__(self, over: Any, under: Any) -> None:
        common = over.gcd(under)
        self.over, self.under = over / common, under / common

    def __add__(self, other: Any) -> Ratio:
        one = as_ratio(other)
        return Ratio(self.over * one.under + one.over * self.under, self.under * one.under)

    __radd__ = __add__

    def __neg__(self) -> Ratio:
        return Ratio(-self.over, self.under)

    def __sub__(self, other: Any) -> Ratio:
        return self + (-as_ratio(other))

    def __rsub__(self, other: Any) -> Ratio:
        return as_ratio(other) + (-self)

    def __mul__(self, other: Any) -> Ratio:
        one = as_ratio(other)
        return Ratio(self.over * one.over, self.under * one.under)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Ratio:
        one = as_ratio(other)
        if one.over == 0:
            raise ZeroDivisionError("division by a rational function that is 0")
        return Ratio(self.over * one.under, self.under * one.over)

    def __rtruediv__(self, other: Any) -> Ratio:
        return as_ratio(other) / self


UNKNOWNS = fmpq_mpoly_ctx.get(("x", "y"), Ordering.lex)


def as_ratio(value: Any) -> Ratio:
    """A rational number as a rational function."""
    if isinstance(value, Ratio):
        return value
    constant = UNKNOWNS.constant(fmpq(value.numerator, value.denominator))
    return Ratio(constant, UNKNOWNS.constant(1))


class System:
    """The equations of vertices and threats, for one choice of ways.

    Parameters
    ----------
    stage : Stage
    near : sequence of pairs of float
        The vertices, about.
    ways : sequence of Way
        How each is generated.
    lowest : pair of int
        Which vertex is each player's worst.
    """

    def __init__(
        self, stage: Stage, near: Sequence[Floats], ways: Sequence[Way], lowest: tuple[int, int]
    ) -> None:
        self.stage, self.near, self.ways, self.lowest = stage, near, ways, lowest
        self.known: dict[Node, Any] = {}

    def solution(self) -> list[tuple[Any, Any]] | None:
        """The vertices: Fractions, or elements of one number field; None if it is not found."""
        nodes: list[Node] = [("threat", i, 0) for i in (0, 1)]
        nodes += [("vertex", k, i) for k in range(len(self.near)) for i in (0, 1)]
        try:
            for group in self._groups(nodes):
                if not self._settle(group):
                    return None
        except (CircularError, ZeroDivisionError):
            return None
        return [(self.known["vertex", k, 0], self.known["vertex", k, 1])
                for k in range(len(self.near))]  # fmt: skip

    def _uses(self, node: Node) -> list[Node]:
        """The nodes that one is computed from."""
        kind, k, i = node
        if kind == "threat":
            return [("vertex", self.lowest[k], k)]
        _, binds, p, q = self.ways[k]
        if binds == STAY:
            return []
        if p == q >= 0:
            return [("vertex", p, i)]
        if binds in (BOTH, i + 1):
            return [("threat", i, 0)]
        j = 1 - i
        ends = [("vertex", one, c) for one in (p, q) for c in (0, 1)]
        return [("threat", j, 0), *(end for end in ends if end != node)]

    def _value(self, node: Node, given: dict[Node, Any], path: frozenset[Node]) -> Any:
        """Compute a node from others, which are known, given, or computed likewise."""
        if node in path:
            raise CircularError
        under = path | {node}

        def of(other: Node) -> Any:
            for source in (self.known, given):
                if other in source:
                    return source[other]
            value = given[other] = self._value(other, given, under)
            return value

        kind, k, i = node
        if kind == "threat":
            return of(("vertex", self.lowest[k], k))
        delta = self.stage.discount
        a, binds, p, q = self.ways[k]
        now, gain = self.stage.payoffs[a][i], self.stage.gains[a][i]
        if binds == STAY:
            return now
        if p == q >= 0:
            return delta * of(("vertex", p, i)) + (1 - delta) * now
        if binds in (BOTH, i + 1):
            return delta * of(("threat", i, 0)) + (1 - delta) * (now + gain)
        j = 1 - i
        need = of(("threat", j, 0)) + (1 - delta) / delta * self.stage.gains[a][j]
        start, end = of(("vertex", p, j)), of(("vertex", q, j))
        share = (need - start) / (end - start)
        part = (1 - delta) * now
        # On an edge of its own, a vertex depends on itself as on a straight line.
        if p != k:
            part = part + delta * (1 - share) * of(("vertex", p, i))
        if q != k:
            part = part + delta * share * of(("vertex", q, i))
        own = (1 - share if p == k else share) * delta if k in (p, q) else 0
        return part / (1 - own)

    def _groups(self, nodes: Sequence[Node]) -> Iterator[list[Node]]:
        """The nodes that depend on each other in circles, each group after those that it uses."""
        reach: dict[Node, set[Node]] = {}
        for node in nodes:
            seen: set[Node] = set()
            waiting = self._uses(node)
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += self._uses(one)
            reach[node] = seen
        left = set(nodes)
        # What reaches no more than another, and itself, comes before it.
        for node in sorted(nodes, key=lambda one: (len(reach[one]), one not in reach[one])):
            if node in left:
                group = [one for one in nodes if one == node or
                         (one in reach[node] and node in reach[one])]  # fmt: skip
                left -= set(group)
                yield group

    def _settle(self, group: list[Node]) -> bool:
        """Make the nodes of a group known."""
        node = group[0]
        if len(group) == 1 and node not in self._uses(node):
            self.known[node] = self._value(node, {}, frozenset())
            return True
        for unknowns in (*combinations(group, 1), *combinations(group, 2)):
            try:
                given = self._roots(unknowns)
            except CircularError:
                continue
            if given is None:
                return False
            for one in group:
                if one not in given:
                    given[one] = self._value(one, given, frozenset())
            self.known |= {one: given[one] for one in group}
            return True
        return False

    def _roots(self, unknowns: tuple[Node, ...]) -> dict[Node, Any] | None:
        """The values of one or two nodes on which a group depends; None if they are not found."""
        if any(isinstance(value, Element) for value in self.known.values()):
            return self._line(unknowns[0]) if len(unknowns) == 1 else None
        letters = [Ratio(one, UNKNOWNS.constant(1)) for one in UNKNOWNS.gens()]
        given: dict[Node, Any] = dict(zip(unknowns, letters, strict=False))
        equations = [
            (self._value(node, dict(given), frozenset()) - given[node]).over for node in unknowns
        ]
        single = equations[0]
        if len(unknowns) == 2:
            single = single.resultant(equations[1], "y")
        if single == 0:
            return None
        near = self._near(unknowns[0])
        width = Fraction(NEAR * max(1.0, abs(near)))
        found = roots_in(_coefficients(single), Fraction(near) - width, Fraction(near) + width)
        if len(found) != 1:
            return None
        root = found[0]
        first = generator(root) if isinstance(root, AlgebraicNumber) else root
        if len(unknowns) == 1:
            return {unknowns[0]: first}
        second = _common_root([_in_second(one, first) for one in equations])
        return None if second is None else {unknowns[0]: first, unknowns[1]: second}

    def _line(self, unknown: Node) -> dict[Node, Any] | None:
        """The value of a node that depends on itself as on a straight line."""
        values = [self._value(unknown, {unknown: Fraction(x)}, frozenset()) for x in (0, 1, 2)]
        slope = values[1] - values[0]
        if values[2] - values[1] != slope or slope == 1:
            return None
        return {unknown: values[0] / (1 - slope)}

    def _near(self, node: Node) -> float:
        kind, k, i = node
        return self.near[self.lowest[k]][k] if kind == "threat" else self.near[k][i]


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _coefficients(polynomial: Any) -> list[Fraction]:
    """Those of a polynomial in the first unknown alone, constant first."""
    found: dict[int, Fraction] = {
        powers[0]: _fraction(value) for powers, value in polynomial.to_dict().items()
    }
    return [found.get(k, Fraction(0)) for k in range(max(found) + 1)]


def _in_second(polynomial: Any, first: Any) -> list[Any]:
    """The coefficients in the second unknown, constant first, at a value of the first."""
    found: dict[int, Any] = {}
    for (k, n), value in polynomial.to_dict().items():
        term = _fraction(value)
        for _ in range(k):
            term = term * first
        found[n] = found.get(n, Fraction(0)) + term
    return [found.get(n, Fraction(0)) for n in range(max(found, default=0) + 1)]


def _common_root(polynomials: list[list[Any]]) -> Any:
    """The one common root of two polynomials, by Euclid's algorithm; None if there is not one."""
    one, two = (_trimmed(coefficients) for coefficients in polynomials)
    while two:
        while len(one) >= len(two):
            factor = one[-1] / two[-1]
            shift = len(one) - len(two)
            one = _trimmed(
                [
                    value - factor * two[k - shift] if k >= shift else value
                    for k, value in enumerate(one[:-1])
                ]
            )
        one, two = two, one
    return -one[0] / one[1] if len(one) == 2 else None


def _trimmed(coefficients: list[Any]) -> list[Any]:
    while coefficients and coefficients[-1] == 0:
        coefficients = coefficients[:-1]
    return coefficients


def solutions(
    near: Sequence[Floats], labels: Sequence[Sequence[tuple[int, int]]], stage: Stage
) -> Iterator[list[tuple[Any, Any]]]:
    """Exact vertices for approximate ones, for each choice of how these may be generated.

    Parameters
    ----------
    near : sequence of pairs of float
        The vertices, counterclockwise.
    labels : sequence of sequences of pairs
        Which profiles may generate each, and what binds there.
    stage : Stage
    """
    size = max((abs(x) for v in near for x in v), default=1.0) or 1.0
    choices = [
        sorted({way for label in labels[k] for way in _ways(near, k, label, stage, size)},
               key=lambda way: (way[1] != STAY, way[1] != BOTH, way[2] != way[3], way))
        for k in range(len(near))
    ]  # fmt: skip
    lowest = []
    for i in (0, 1):
        least = min(v[i] for v in near)
        ties = [k for k, v in enumerate(near) if v[i] <= least + NEAR * size]
        lowest.append(sorted(ties, key=lambda k: not any(w[1] == STAY for w in choices[k])))
    trials = product(product(*choices), product(*lowest))
    for ways, worst in islice(trials, MOST_TRIALS):
        found = System(stage, near, ways, (worst[0], worst[1])).solution()
        if found is not None:
            yield found


def _ways(
    near: Sequence[Floats], k: int, label: tuple[int, int], stage: Stage, size: float
) -> list[Way]:
    """Where a vertex's continuation payoffs lie, for one profile."""
    a, binds = label
    if binds in (STAY, BOTH):
        return [(a, binds, -1, -1)]
    delta = float(stage.discount)
    now = stage.payoffs[a]
    w = [(near[k][i] - (1 - delta) * float(now[i])) / delta for i in (0, 1)]
    close = NEAR * size / delta
    found: list[Way] = [
        (a, binds, m, m)
        for m, v in enumerate(near)
        if max(abs(v[0] - w[0]), abs(v[1] - w[1])) < close
    ]
    edges = 1 if len(near) == 2 else len(near)
    for p in range(edges if len(near) > 1 else 0):
        q = (p + 1) % len(near)
        (x, y), (u, v) = near[p], near[q]
        length = ((u - x) ** 2 + (v - y) ** 2) ** 0.5
        off = abs((u - x) * (w[1] - y) - (v - y) * (w[0] - x)) / length
        along = ((u - x) * (w[0] - x) + (v - y) * (w[1] - y)) / length
        if off < close and -close < along < length + close and binds in (1, 2):
            found.append((a, binds, p, q))
    return found
