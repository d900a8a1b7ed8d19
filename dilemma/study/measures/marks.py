"""What a measure takes: marks that a decorator leaves on a plain function.

A measure is a function. Without a mark it takes one exact `Game` and returns a number, a text, or
several by name. A mark says that it takes something else, or in which unit it counts; the function
stays what it was, to be called directly, and options are fixed by `functools.partial`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from dilemma.writing.pages import Displayed

Function = TypeVar("Function", bound=Callable[..., Any])

TAKES = ("game", "model", "batch")
_ATTRIBUTE = "dilemma_mark"


@dataclass(frozen=True)
class Mark(Displayed):
    """What a measure takes and counts in.

    Attributes
    ----------
    takes : {"game", "model", "batch"}
        One exact game; the model at one point; or the model whose terms are arrays, at once.
    unit : str
        ``"1"`` for a pure number.
    units : mapping of str to str
        The units of variables that differ from it.
    """

    takes: str = "game"
    unit: str = "1"
    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Measure(Displayed):
    """A measure, read: what to call, and how to speak of it.

    Attributes
    ----------
    function : function
        With its options, if any are fixed.
    mark : Mark
    name : str
    words : str
        The first line of its docstring.
    options : mapping of str to value
        The options that are fixed.
    draws : bool
        True if it takes a ``seed`` that is not among them.
    """

    function: Callable[..., Any]
    mark: Mark
    name: str
    words: str
    options: Mapping[str, Any]
    draws: bool


def game_measure(unit: str = "1", **units: str) -> Callable[[Function], Function]:
    """Mark a function of one exact game, which needs it only to name a unit.

    Parameters
    ----------
    unit : str
        Of the number that is returned, ``"1"`` for a pure number.
    **units : str
        Units of variables, by name, where several are returned.

    Returns
    -------
    decorator

    Examples
    --------
    >>> @game_measure(unit="strategies")
    ... def how_many_rows(game):
    ...     return game.shape[0]
    """
    return _marking("game", unit, units)


def model_measure(unit: str = "1", **units: str) -> Callable[[Function], Function]:
    """Mark a function of the model at one point, all its terms numbers.

    Parameters
    ----------
    unit, **units : str
        As for `game_measure`.

    Returns
    -------
    decorator

    Examples
    --------
    >>> @model_measure(unit="units of knowledge")
    ... def most_learning(alliance):
    ...     return alliance.outcomes().joint.max()
    """
    return _marking("model", unit, units)


def batch_measure(unit: str = "1", **units: str) -> Callable[[Function], Function]:
    """Mark a function of a whole batch, such as one that uses compiled code.

    It is called with the model whose terms are `xarray.DataArray` s of one dimension each (a model
    that is a function gives `Games`), and returns an array over the batch, a DataArray, a Dataset
    or a mapping of these. So `nash_map(model)`, ``model.games()`` and ``model.outcomes()`` work.

    Parameters
    ----------
    unit, **units : str
        As for `game_measure`.

    Returns
    -------
    decorator

    Examples
    --------
    >>> @batch_measure(unit="payoff")
    ... def highest_payoff(model):
    ...     return model.games().payoffs.max(axis=(-3, -2, -1))
    """
    return _marking("batch", unit, units)


def _marking(takes: str, unit: str, units: Mapping[str, str]) -> Callable[[Function], Function]:
    if callable(unit):
        raise TypeError(
            f'unit: requires a text, as in @{takes}_measure(unit="1"), got a function: '
            "the decorator is called first"
        )
    for name, one in {"unit": unit, **units}.items():
        if not isinstance(one, str):
            raise TypeError(f"{name}: requires a text, got {one!r}")

    def mark(function: Function) -> Function:
        setattr(function, _ATTRIBUTE, Mark(takes, unit, MappingProxyType(dict(units))))
        return function

    return mark


def read_measure(measure: Any) -> Measure:
    """Read a function, a partial one, or the name of one among `measures`.

    Raises
    ------
    TypeError, ValueError
        If it is none of these.
    """
    if isinstance(measure, str):
        from dilemma.study.measures import measure_named

        measure = measure_named(measure)
    if not callable(measure):
        raise TypeError(
            f"measure: requires a function of a game, or a name, got {type(measure).__name__}"
        )
    options: dict[str, Any] = {}
    inner = measure
    while isinstance(inner, functools.partial):
        options = {**inner.keywords, **options}
        inner = inner.func
    mark = getattr(inner, _ATTRIBUTE, Mark())
    name = getattr(inner, "__name__", type(inner).__name__)
    if name == "<lambda>" or isinstance(inner, type):
        name = "measure"
    words = (inspect.getdoc(inner) or "").split("\n", 1)[0].strip()
    if isinstance(inner, type):
        words = ""  # that of float, say, describes a type
    return Measure(
        function=measure,
        mark=mark,
        name=name,
        words=words,
        options=MappingProxyType(options),
        draws="seed" not in options and "seed" in _parameters(inner),
    )


def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # a function written in C
        return {}
