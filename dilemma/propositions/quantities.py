"""What a claim speaks of: payoffs, learning, terms, and what is computed from them.

A quantity is written once and means something in every model: `payoff("row", "competition",
"collaboration")` is an expression, not a number. It gets its value where a `Setting` stands for
the model: a rational number if all terms are numbers, a ratio of polynomials if some are symbols.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.propositions.setting import FIRMS, Setting
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.propositions.statements import Comparison


@dataclass(frozen=True, repr=False)
class Quantity(Displayed):
    """A number that depends on the terms: a payoff, what is learned, or a formula of these.

    Quantities are added, subtracted, multiplied, divided and raised to whole powers; compared by
    <, <=, >, >= and `equal` they make statements.

    Examples
    --------
    >>> from dilemma.propositions import payoff, term
    >>> gap = payoff("row", "competition", "collaboration") - payoff("row", "collaboration")
    >>> print(gap)
    u_row(competition, collaboration) - u_row(collaboration, collaboration)
    >>> print(2 * gap >= term("trust"))
    2*(u_row(competition, collaboration) - u_row(collaboration, collaboration)) >= trust
    """

    def value(self, setting: Setting) -> Any:
        """The value where a model stands: a Fraction or a sympy expression."""
        raise NotImplementedError

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """The quantities that it is made of."""
        return ()

    def walk(self) -> Iterator[Quantity]:
        """Itself, and all that it is made of."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __add__(self, other: Any) -> Quantity:
        return _operation("+", self, other)

    def __radd__(self, other: Any) -> Quantity:
        return _operation("+", other, self)

    def __sub__(self, other: Any) -> Quantity:
        return _operation("-", self, other)

    def __rsub__(self, other: Any) -> Quantity:
        return _operation("-", other, self)

    def __mul__(self, other: Any) -> Quantity:
        return _operation("*", self, other)

    def __rmul__(self, other: Any) -> Quantity:
        return _operation("*", other, self)

    def __truediv__(self, other: Any) -> Quantity:
        return _operation("/", self, other)

    def __rtruediv__(self, other: Any) -> Quantity:
        return _operation("/", other, self)

    def __neg__(self) -> Quantity:
        return _operation("-", Number(Fraction(0)), self)

    def __pow__(self, power: Any) -> Quantity:
        if isinstance(power, bool) or not isinstance(power, int) or power < 0:
            raise ValueError(f"power: requires a whole number of at least 0, got {power!r}")
        return Power(self, power)

    def __gt__(self, other: Any) -> Comparison:
        return _comparison(self, ">", other)

    def __ge__(self, other: Any) -> Comparison:
        return _comparison(self, ">=", other)

    def __lt__(self, other: Any) -> Comparison:
        return _comparison(self, "<", other)

    def __le__(self, other: Any) -> Comparison:
        return _comparison(self, "<=", other)


def _operation(sign: str, left: Any, right: Any) -> Quantity:
    return Operation(sign, read_quantity(left), read_quantity(right))


def _comparison(left: Any, relation: str, right: Any) -> Comparison:
    from dilemma.propositions.statements import Comparison

    return Comparison(left, relation, read_quantity(right))


def read_quantity(value: Any, name: str = "quantity") -> Quantity:
    """Read a quantity, or a number as one."""
    if isinstance(value, Quantity):
        return value
    return Number(fraction(value, name))


@dataclass(frozen=True, repr=False)
class Number(Quantity):
    """A rational number."""

    number: Fraction

    def value(self, setting: Setting) -> Any:
        """Itself."""
        return self.number

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, repr=False)
class Text(Quantity):
    """A text that a measure may return, such as a kind of dilemma."""

    text: str

    def value(self, setting: Setting) -> Any:
        """Itself."""
        return self.text

    def __str__(self) -> str:
        return repr(self.text)


@dataclass(frozen=True, repr=False)
class TermValue(Quantity):
    """The value of a term."""

    name: str

    def value(self, setting: Setting) -> Any:
        """As the model has it."""
        return setting.term(self.name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, repr=False)
class Payoff(Quantity):
    """What a firm gets when both firms play given strategies."""

    firm: str
    row: str
    column: str

    def value(self, setting: Setting) -> Any:
        """Read in the model's table."""
        return setting.payoffs[(FIRMS.index(self.firm), *setting.cell(self.row, self.column))]

    def __str__(self) -> str:
        return f"u_{self.firm}({self.row}, {self.column})"


@dataclass(frozen=True, repr=False)
class Outcome(Quantity):
    """What the firms learn when they play given strategies."""

    kind: str
    firm: str | None
    row: str
    column: str

    def value(self, setting: Setting) -> Any:
        """Read among the model's outcomes."""
        place: tuple[int, ...] = setting.cell(self.row, self.column)
        if self.firm is not None and self.kind != "division":
            place = (FIRMS.index(self.firm), *place)
        found = np.asarray(getattr(setting.outcomes, self.kind), dtype=object)[place]
        if found is None:
            raise ValueError(
                f"claim: speaks of the {self.kind} of learning at {self.row} and {self.column}, "
                "where nothing is learned"
            )
        return found

    def __str__(self) -> str:
        words = {"learning": "learning", "joint": "joint_learning"}.get(self.kind, self.kind)
        firm = f"_{self.firm}" if self.firm else ""
        return f"{words}{firm}({self.row}, {self.column})"


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True, repr=False)
class Operation(Quantity):
    """A sum, difference, product or ratio of two quantities."""

    sign: str
    left: Quantity
    right: Quantity

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """Both."""
        return self.left, self.right

    def value(self, setting: Setting) -> Any:
        """Computed from both."""
        left, right = self.left.value(setting), self.right.value(setting)
        if self.sign == "/":
            setting.divisors.append(right)
        for side, value in ((self.left, left), (self.right, right)):
            if isinstance(value, str):
                raise TypeError(f"claim: computes with {side}, which returns a text: {value!r}")
        return _SIGNS[self.sign](left, right)

    def __str__(self) -> str:
        left, right = str(self.left), str(self.right)
        if self.sign == "-" and self.left == Number(Fraction(0)):
            return f"-{_bracketed(self.right)}"
        if self.sign in "*/":
            left = _bracketed(self.left)
            return f"{left}{self.sign}{_bracketed(self.right, self.sign == '/')}"
        if self.sign == "-" and isinstance(self.right, Operation) and self.right.sign in "+-":
            right = f"({right})"
        return f"{left} {self.sign} {right}"


def _bracketed(one: Quantity, tightly: bool = False) -> str:
    loose = "+-*/" if tightly else "+-"
    if isinstance(one, Operation) and one.sign in loose:
        return f"({one})"
    return str(one)


@dataclass(frozen=True, repr=False)
class Power(Quantity):
    """A quantity to a whole power."""

    base: Quantity
    power: int

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """The base."""
        return (self.base,)

    def value(self, setting: Setting) -> Any:
        """Computed from the base."""
        return self.base.value(setting) ** self.power

    def __str__(self) -> str:
        return f"{_bracketed(self.base, True)}^{self.power}"


@dataclass(frozen=True, repr=False)
class Derivative(Quantity):
    """How fast a quantity grows with a term; ``stakes`` moves both firms' alike."""

    quantity: Quantity
    term: str

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """What is differentiated."""
        return (self.quantity,)

    def value(self, setting: Setting) -> Any:
        """The derivative by a common step of the term, at step 0."""
        import sympy

        step = sympy.Symbol("step")
        whole, _, firm = self.term.partition(".")
        try:
            here: Any = setting.term(self.term)
        except ValueError:
            here = getattr(setting.model, whole, None)
            if not isinstance(here, tuple) or firm:
                raise
        moved = tuple(one + step for one in here) if isinstance(here, tuple) else here + step
        there = setting.moved({self.term: moved})
        there.divisors = []
        value = self.quantity.value(there)
        setting.divisors += [sympy.sympify(one).subs(step, 0) for one in there.divisors]
        found = sympy.diff(sympy.sympify(value), step).subs(step, 0)
        return fraction(found) if found.is_Rational else found

    def __str__(self) -> str:
        return f"d/d {self.term} [{self.quantity}]"


@dataclass(frozen=True, repr=False)
class Elsewhere(Quantity):
    """A quantity where some terms have other values."""

    quantity: Quantity
    terms: tuple[tuple[str, Quantity], ...]

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """The quantity and the values."""
        return self.quantity, *(one for _, one in self.terms)

    def value(self, setting: Setting) -> Any:
        """The quantity's value in the model that is changed."""
        values = {name: one.value(setting) for name, one in self.terms}
        return self.quantity.value(setting.moved(values, self.terms))

    def __str__(self) -> str:
        values = ", ".join(f"{name} = {one}" for name, one in self.terms)
        return f"[{self.quantity} at {values}]"


@dataclass(frozen=True, repr=False)
class Measured(Quantity):
    """What a measure says of the game: only a number at each point, no polynomial."""

    measure: Any
    output: str | None = None

    def value(self, setting: Setting) -> Any:
        """Measured, where all terms are numbers."""
        from dilemma.propositions.measuring import measured_value

        key = (self, setting.changes)
        if key not in setting.known:
            setting.known[key] = measured_value(setting.model, self.measure, self.output)
        return setting.known[key]

    def __str__(self) -> str:
        from dilemma.study.measures.marks import read_measure

        one = read_measure(self.measure)
        options = ", ".join(f"{key}={value}" for key, value in one.options.items())
        output = f".{self.output}" if self.output else ""
        return f"{one.name}({options}){output}"


@dataclass(frozen=True, repr=False)
class Computed(Quantity):
    """What a function makes of a model, in numbers and in symbols alike."""

    function: Callable[[Any], Any]
    words: str

    def value(self, setting: Setting) -> Any:
        """Computed where the model stands."""
        found = self.function(setting.model)
        if isinstance(found, (bool, float, np.floating)) or np.ndim(found):
            raise TypeError(
                f"function: requires an exact number or a ratio of polynomials from {self.words}, "
                f"got {found!r}; a number in floating point is spoken of by measured"
            )
        return Fraction(found) if isinstance(found, int) else found

    def __str__(self) -> str:
        return self.words
