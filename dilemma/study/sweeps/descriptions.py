"""What a sweep was of, as data that can be stored, compared and hashed.

Two descriptions are equal if the two things are the same as far as can be seen: numbers and arrays
by value, functions by their names and source, dataclasses by their fields. What a function reaches
beyond its own text, such as global variables, is not seen.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import sys
from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import Any

import numpy as np


def described(thing: Any) -> Any:
    """Describe a thing by texts, lists and mappings with texts as keys.

    Examples
    --------
    >>> described({"trust": Fraction(1, 3), "firms": (1, None)})
    {'trust': '1/3', 'firms': ['1', 'None']}
    """
    return _described(thing, ())


def difference(mine: Any, theirs: Any) -> str:
    """Where two descriptions first differ, in a few words.

    >>> difference({"trust": "1/2"}, {"trust": "1/3"})
    'trust: 1/2 here, 1/3 there'
    """
    where = ""
    while isinstance(mine, dict) and isinstance(theirs, dict):
        keys = [key for key in [*mine, *theirs] if mine.get(key) != theirs.get(key)]
        key = keys[0]
        where = f"{where}.{key}" if where else key
        mine, theirs = mine.get(key), theirs.get(key)
    short = [one if len(one) <= 40 else f"{one[:37]}..." for one in map(str, (mine, theirs))]
    return f"{where + ': ' if where else ''}{short[0]} here, {short[1]} there"


def _described(thing: Any, around: tuple[Any, ...]) -> Any:
    """Describe a thing that is part of the things around it."""
    if isinstance(thing, str):
        return thing
    if thing is None or isinstance(thing, (bool, int, float, Fraction, complex)):
        return str(thing)
    if isinstance(thing, np.ndarray):
        return _array(thing)
    if isinstance(thing, np.generic):
        return str(thing)
    if isinstance(thing, type):
        return _name(thing)
    if any(one is thing for one in around):
        return f"again, {len(around)} steps inside"
    around = (*around, thing)
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(thing, labelled):
        return {
            "dims": list(map(str, thing.dims)),
            "values": _array(thing.values),
            "coords": {str(name): _array(one.values) for name, one in thing.coords.items()},
        }
    if isinstance(thing, Mapping):
        return {str(key): _described(value, around) for key, value in thing.items()}
    if isinstance(thing, functools.partial):
        return {
            "function": _described(thing.func, around),
            "arguments": _described(thing.args, around),
            "options": _described(thing.keywords, around),
        }
    if inspect.isfunction(thing) or inspect.ismethod(thing) or inspect.isbuiltin(thing):
        return _function(thing, around)
    if dataclasses.is_dataclass(thing):
        names = [one.name for one in dataclasses.fields(thing)]
        return _object(thing, {name: getattr(thing, name) for name in names}, around)
    if isinstance(thing, (Sequence, Set)):
        parts: list[Any] = [_described(one, around) for one in thing]
        return sorted(parts, key=str) if isinstance(thing, Set) else parts
    own_words: Any = type(thing).__repr__
    if own_words is object.__repr__:  # which names a place in memory
        own = getattr(thing, "__dict__", {})
        return _object(thing, {key: own[key] for key in sorted(own)}, around)
    if hasattr(thing, "__array__"):  # whose words may be cut short
        return {"words": repr(thing), "values": _array(np.asarray(thing))}
    return repr(thing)


def _name(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}".replace("__mp_main__", "__main__")


def _is_ours(thing: Any) -> bool:
    """Whether a function or class is of this library, whose version stands beside it."""
    return str(thing.__module__).partition(".")[0] == "dilemma"


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()


def _array(array: Any) -> dict[str, Any]:
    if array.dtype == object:
        data = "\n".join(map(str, array.ravel().tolist())).encode()
    else:
        data = np.ascontiguousarray(array).tobytes()
    return {
        "shape": list(map(str, array.shape)),
        "type": str(array.dtype),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _object(thing: Any, fields: Mapping[str, Any], around: tuple[Any, ...]) -> dict[str, Any]:
    kind = type(thing)
    result: dict[str, Any] = {"type": _name(kind)}
    texts = [_methods(one) for one in kind.__mro__ if not _is_ours(one)]
    if any(texts):
        result["source"] = _digest("\n".join(texts))
    return {**result, **{name: _described(one, around) for name, one in fields.items()}}


def _methods(kind: type) -> str:
    """The methods of a class: its own text is not found where another class has its name."""
    found = []
    for name, one in sorted(vars(kind).items()):
        for part in ("fget", "func", "__func__"):  # of properties, cached ones and class methods
            one = getattr(one, part, one)
        if inspect.isfunction(one):
            found.append(f"{name}: {_text(one, one.__code__)}")
    return "\n".join(found)


def _function(function: Any, around: tuple[Any, ...]) -> dict[str, Any]:
    result: dict[str, Any] = {"function": _name(function)}
    holder = getattr(function, "__self__", None)
    if holder is not None and not inspect.ismodule(holder):
        result["of"] = _described(holder, around)
    code = getattr(function, "__code__", None)
    if not _is_ours(function):
        result["source"] = _digest(_text(function, code))
    if code is None:
        return result
    cells = getattr(function, "__closure__", None)
    if cells:
        result["reaches"] = {
            name: _inside(cell, around) for name, cell in zip(code.co_freevars, cells, strict=True)
        }
    for part in ("defaults", "kwdefaults"):
        if getattr(function, f"__{part}__", None):
            result[part] = _described(getattr(function, f"__{part}__"), around)
    return result


def _inside(cell: Any, around: tuple[Any, ...]) -> Any:
    try:
        found = cell.cell_contents
    except ValueError:  # nothing was put there yet
        return "nothing"
    return _described(found, around)


def _text(function: Any, code: Any) -> str:
    # A line may have several lambdas, and a decorator shows the source of what it wraps.
    if code is not None and (code.co_name == "<lambda>" or hasattr(function, "__wrapped__")):
        return _code(code)
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return "" if code is None else _code(code)


def _code(code: Any) -> str:
    """What a function compiles to; the code within it too, whose own words name its place."""
    constants = [_constant(one) for one in code.co_consts]
    return f"{code.co_code!r} {constants} {code.co_names} {code.co_varnames}"


def _constant(one: Any) -> str:
    if inspect.iscode(one):
        return _code(one)
    if isinstance(one, frozenset):  # whose order differs between processes
        return str(sorted(map(repr, one)))
    return repr(one)
