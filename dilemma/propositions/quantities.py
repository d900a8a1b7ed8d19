"""What a claim speaks of: payoffs, learning, terms, and what is computed from them.

A quantity is written once and means something in every model: `payoff("row", "competition",
"collaboration")` is an expression, not a number. It gets its value where a `Setting` stands for
the model: a rational number if all terms are numbers, a ratio of polynomials if some are symbols.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.arrays.exact import fraction

if TYPE_CHECKING:
    from dilemma.propositions.statements import Comparison

FIRMS = ("row", "column")
Changes = tuple[tuple[str, "Quantity"], ...]


class Setting:
    """A model with what its quantities need at hand, computed once.

    Parameters
    ----------
    model : Model
        Terms are numbers or sympy symbols.
    names : pair of tuples of str
        The strategies of the row firm and of the column firm.
    others : mapping of str to value
        Values of variables that are no terms of the model, such as "later trust".
    known : mapping of (Measured, changes) to value
        What was measured before, many alliances at once.
    changes : tuple of (term, Quantity)
        What was replaced in the model, for looking these up.
    """

    def __init__(
        self,
        model: Any,
        names: tuple[tuple[str, ...], tuple[str, ...]],
        others: Mapping[str, Any] | None = None,
        known: Mapping[tuple[Quantity, Changes], Any] | None = None,
        changes: Changes = (),
    ) -> None:
        self.model = model
        self.names = names
        self.others = dict(others or {})
        self.known = known or {}
        self.changes = changes

    @cached_property
    def payoffs(self) -> Any:
        """Both firms' payoffs, shape (2, m, n)."""
        return np.asarray(self.model.payoffs(), dtype=object)

    @cached_property
    def outcomes(self) -> Any:
        """What both firms learn; models without it say so."""
        if not callable(getattr(self.model, "outcomes", None)):
            raise TypeError(
                "claim: speaks of learning, which requires a model with outcomes(), such as an "
                f"Alliance, got {type(self.model).__name__}"
            )
        return self.model.outcomes()

    def cell(self, row: str, column: str) -> tuple[int, int]:
        """The place of a pair of strategies."""
        places = []
        for name, known in zip((row, column), self.names, strict=True):
            if name not in known:
                raise ValueError(
                    f"claim: requires strategies among {', '.join(known)}, got {name!r}"
                )
            places.append(known.index(name))
        return places[0], places[1]

    def term(self, name: str) -> Any:
        """The value of a term, or of another variable of the claim."""
        if name in self.others:
            return self.others[name]
        whole, _, firm = name.partition(".")
        if name not in self.model.domains:
            raise ValueError(
                f"claim: requires terms among {', '.join(self.model.domains)}, got {name!r}"
            )
        value = getattr(self.model, whole, None)
        if value is None:
            value = dict(getattr(self.model, "terms", {})).get(whole)
        if value is None:
            raise ValueError(
                f"{name}: requires a model that tells its value, as an attribute or in terms"
            )
        if isinstance(value, tuple):
            if firm:
                return value[FIRMS.index(firm)]
            raise ValueError(
                f"{name}: requires {name}.row or {name}.column where the firms differ in it"
            )
        return value

    def moved(self, terms: Mapping[str, Any], changes: Changes = ()) -> Setting:
        """The setting with some terms replaced."""
        model = self.model.replace(**terms)
        return Setting(model, self.names, self.others, self.known, self.changes + changes)


@dataclass(frozen=True, repr=False)
class Quantity:
    """A number that depends on the terms: a payoff, what is learned, or a formula of these.

    Quantities are added, subtracted, multiplied, divided and raised to whole powers; compared by
    <, <=, >, >= and `equal` they make statements.

    Examples
    --------
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
        value = self.quantity.value(setting.moved({self.term: moved}))
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

        if (self, setting.changes) in setting.known:
            return setting.known[self, setting.changes]
        return measured_value(setting.model, self.measure, self.output)

    def __str__(self) -> str:
        from dilemma.study.measures.marks import read_measure

        one = read_measure(self.measure)
        options = ", ".join(f"{key}={value}" for key, value in one.options.items())
        output = f".{self.output}" if self.output else ""
        return f"{one.name}({options}){output}"


def payoff(firm: str, row: str, column: str | None = None) -> Quantity:
    """What a firm gets.

    Parameters
    ----------
    firm : {"row", "column"}
    row, column : str
        What the row firm and the column firm play; the same if only one is given.

    Returns
    -------
    Quantity

    Examples
    --------
    >>> print(payoff("row", "competition", "collaboration"))
    u_row(competition, collaboration)
    """
    return Payoff(_firm(firm), *_profile(row, column))


def learning(firm: str, row: str, column: str | None = None) -> Quantity:
    """What a firm learns from its partner.

    Examples
    --------
    >>> print(learning("row", "collaboration"))
    learning_row(collaboration, collaboration)
    """
    return Outcome("learning", _firm(firm), *_profile(row, column))


def joint_learning(row: str, column: str | None = None) -> Quantity:
    """What both firms learn together.

    Examples
    --------
    >>> print(joint_learning("collaboration") > joint_learning("competition"))
    joint_learning(collaboration, collaboration) > joint_learning(competition, competition)
    """
    return Outcome("joint", None, *_profile(row, column))


def exploitation(firm: str, row: str, column: str | None = None) -> Quantity:
    """How much more a firm's partner learns from it than it learns from the partner.

    Examples
    --------
    >>> print(exploitation("row", "collaboration", "competition"))
    exploitation_row(collaboration, competition)
    """
    return Outcome("exploitation", _firm(firm), *_profile(row, column))


def term(name: str) -> Quantity:
    """The value of a term of the model.

    Examples
    --------
    >>> print(1 - term("trust"))
    1 - trust
    """
    if not isinstance(name, str):
        raise TypeError(f"name: requires the name of a term (str), got {name!r}")
    return TermValue(name)


def derivative(quantity: Quantity, name: str) -> Quantity:
    """How fast a quantity grows with a term.

    A term that belongs to each firm, such as ``"stakes"``, moves for both alike;
    ``"stakes.row"`` moves one firm's.

    Examples
    --------
    >>> print(derivative(payoff("row", "collaboration"), "trust"))
    d/d trust [u_row(collaboration, collaboration)]
    """
    if not isinstance(name, str):
        raise TypeError(f"name: requires the name of a term (str), got {name!r}")
    read = read_quantity(quantity)
    if any(isinstance(one, Measured) for one in read.walk()):
        raise ValueError(
            "quantity: requires one without measures, which have no derivative; use rises or falls"
        )
    return Derivative(read, name)


def elsewhere(quantity: Quantity, **terms: Any) -> Quantity:
    """A quantity in the same alliance with some terms changed.

    Parameters
    ----------
    quantity : Quantity
    **terms : Quantity or number
        The other values of terms.

    Examples
    --------
    >>> print(elsewhere(payoff("row", "collaboration"), trust=1))
    [u_row(collaboration, collaboration) at trust = 1]
    """
    values = {name: read_quantity(one, name) for name, one in terms.items()}
    return Elsewhere(read_quantity(quantity), tuple(sorted(values.items())))


def measured(measure: Any, output: str | None = None) -> Quantity:
    """What a measure says: any function of a game, a batch or a model, or the name of one.

    Claims on it are sampled; they can be refuted or supported, never proved.

    Parameters
    ----------
    measure : function or str
        As for `dilemma.study.sweep`; options are fixed by `functools.partial`.
    output : str, optional
        Which number, where the measure returns several by name.

    Examples
    --------
    >>> print(measured("basin") >= 0.5)
    basin() >= 1/2
    """
    from dilemma.study.measures.marks import read_measure

    read_measure(measure)
    return Measured(measure, output)


def _firm(firm: Any) -> str:
    if firm not in FIRMS:
        raise ValueError(f"firm: requires row or column, got {firm!r}")
    return str(firm)


def _profile(row: Any, column: Any) -> tuple[str, str]:
    column = row if column is None else column
    for name, value in (("row", row), ("column", column)):
        if not isinstance(value, str):
            raise TypeError(f"{name}: requires the name of a strategy (str), got {value!r}")
    return row, column
