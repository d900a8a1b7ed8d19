"""The words in which claims are written: functions that make quantities."""

from __future__ import annotations

from typing import Any

from dilemma.propositions.quantities import (
    Computed,
    Derivative,
    Elsewhere,
    Measured,
    Outcome,
    Payoff,
    Quantity,
    TermValue,
    read_quantity,
)
from dilemma.propositions.setting import FIRMS


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


def computed(function: Any, words: str | None = None) -> Quantity:
    """What a function computes from the model by +, -, x and / alone: claims on it can be proved.

    For models of a user's own, and for more than two firms: the function takes a model whose terms
    are Fractions, or sympy symbols some of them, and returns a number or an expression of these.

    Parameters
    ----------
    function : function (model) -> Fraction or sympy expression
    words : str, optional
        What it is called in claims; the function's name if left out.

    Raises
    ------
    TypeError
        If it is no function, or words are no text; where a claim is examined, if the function
        returns a number in floating point.

    Examples
    --------
    >>> from dilemma.propositions import Claim, examine
    >>> def temptation(alliance):
    ...     payoffs = alliance.payoffs()[0]
    ...     return payoffs[1, 0] - payoffs[0, 0]
    >>> curbed = derivative(computed(temptation), "trust") <= 0
    >>> print(examine(Claim(curbed, over=["trust", "opportunism"])).kind)
    proved
    """
    if not callable(function):
        raise TypeError(f"function: requires a function of a model, got {function!r}")
    name = getattr(function, "__name__", None) if words is None else words
    if not isinstance(name, str):
        raise TypeError(f"words: requires a text for a function without a name, got {words!r}")
    return Computed(function, name)


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
