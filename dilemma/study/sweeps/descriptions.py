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
    if isinstance(thing, str):
        return thing
    if thing is None or isinstance(thing, (bool, int, float, Fraction, complex)):
        return str(thing)
    if isinstance(thing, Mapping):
        return {str(key): described(value) for key, value in thing.items()}
    labelled: Any = getattr(sys.modules.get("xarray"), "DataArray", ())
    if isinstance(thing, labelled):
        return {"dims": list(map(str, thing.dims)), "values": described(thing.values)}
    if isinstance(thing, np.ndarray):
        return _array(thing)
    if isinstance(thing, np.generic):
        return str(thing)
    if isinstance(thing, functools.partial):
        return {
            "function": described(thing.func),
            "arguments": described(thing.args),
            "options": described(thing.keywords),
        }
    if isinstance(thing, type):
        return _name(thing)
    if inspect.isfunction(thing) or inspect.ismethod(thing) or inspect.isbuiltin(thing):
        return _function(thing)
    if dataclasses.is_dataclass(thing):
        names = [one.name for one in dataclasses.fields(thing)]
        fields = {name: described(getattr(thing, name)) for name in names}
        return {"type": _name(type(thing)), **fields}
    if isinstance(thing, (Sequence, Set)):
        parts: list[Any] = [described(one) for one in thing]
        return sorted(parts, key=str) if isinstance(thing, Set) else parts
    own_words: Any = type(thing).__repr__
    if own_words is object.__repr__:  # which names a place in memory
        own = getattr(thing, "__dict__", {})
        return {"type": _name(type(thing)), **{key: described(own[key]) for key in sorted(own)}}
    return repr(thing)


def _name(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


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


def _function(function: Any) -> dict[str, Any]:
    name = f"{function.__module__}.{function.__qualname__}"
    if str(function.__module__).partition(".")[0] == "dilemma":
        return {"function": name}  # the library's version stands beside it
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        text = "" if code is None else _code(code)
    result: dict[str, Any] = {
        "function": name.replace("__mp_main__", "__main__"),
        "source": hashlib.sha256(text.strip().encode()).hexdigest(),
    }
    cells = getattr(function, "__closure__", None)
    if cells:
        names = function.__code__.co_freevars
        result["reaches"] = {
            name: described(cell.cell_contents)
            for name, cell in zip(names, cells, strict=True)
            if cell.cell_contents is not function
        }
    if getattr(function, "__defaults__", None):
        result["defaults"] = described(function.__defaults__)
    return result


def _code(code: Any) -> str:
    """What a function compiles to; the code within it too, whose own words name its place."""
    constants = [_code(one) if inspect.iscode(one) else repr(one) for one in code.co_consts]
    return f"{code.co_code!r} {constants} {code.co_names}"
