"""One expression over many kinds of number: how the terms of an alliance become arrays.

A set of terms is of one *kind*: all numbers (evaluated in Fractions), some symbols (sympy), some
NumPy arrays or some DataArrays (both float64, constants cast first). Arrays get two axes of
length one at their end, where the pair of strategies goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.strategies import Strategy
from dilemma.alliance.terms import Kind, Term, kind_of
from dilemma.arrays.exact import fractions, rounded, to_float

Terms = Mapping[str, Any]
CELL_DIMS = ("player", "row", "column")


def values_of(terms: Terms) -> list[tuple[str, Any]]:
    """Every value, pairs taken apart, with the name of its term."""
    return [
        (name, part)
        for name, value in terms.items()
        for part in (value if isinstance(value, tuple) else (value,))
    ]


def kind_of_terms(terms: Terms) -> Kind:
    """The kind of the whole: numbers join any other kind, and no other two join.

    Raises
    ------
    TypeError
        If symbols, NumPy arrays and DataArrays stand beside each other.
    """
    kinds: dict[Kind, str] = {}
    for name, value in values_of(terms):
        kinds.setdefault(kind_of(value), name)
    kinds.pop("number", None)
    if len(kinds) > 1:
        (one, first), (two, second) = list(kinds.items())[:2]
        raise TypeError(
            f"{second}: requires a number or a {one} beside {first}, got a {two} "
            "(symbols, NumPy arrays and DataArrays don't mix)"
        )
    return next(iter(kinds), "number")


def symbols_of(terms: Terms) -> list[str]:
    """All symbols in the terms, and all numbers among them that are not rational, in words."""
    return sorted(
        {
            f"the {'symbol' if symbol.is_Symbol else 'number'} {symbol}"
            for _, value in values_of(terms)
            if kind_of(value) == "symbol"
            for symbol in value.free_symbols or [value]
        }
    )


def batch_of(
    terms: Terms,
) -> tuple[tuple[str, ...], tuple[int, ...], dict[str, NDArray[Any]]]:
    """The batch that array terms make: dimensions in the order of the terms, shape, coordinates.

    Raises
    ------
    ValueError
        If shapes do not broadcast, or DataArrays disagree in size or coordinates.
    """
    kind = kind_of_terms(terms)
    if kind == "array":
        shapes = [(name, v.shape) for name, v in values_of(terms) if kind_of(v) == "array"]
        try:
            shape = np.broadcast_shapes(*(one for _, one in shapes))
        except ValueError:
            words = ", ".join(f"{name} {one}" for name, one in shapes)
            raise ValueError(
                f"terms: requires arrays whose shapes broadcast, got {words}"
            ) from None
        return tuple(f"dim_{k}" for k in range(len(shape))), shape, {}
    sizes: dict[str, int] = {}
    coords: dict[str, NDArray[Any]] = {}
    for name, value in values_of(terms):
        if kind_of(value) != "labelled array":
            continue
        for dim, size in value.sizes.items():
            if dim in CELL_DIMS:
                raise ValueError(
                    f"{name}: requires dimensions other than {', '.join(CELL_DIMS)}, "
                    f"got {value.dims}"
                )
            if sizes.setdefault(dim, size) != size:
                raise ValueError(
                    f"{name}: requires {sizes[dim]} values along {dim!r}, as an earlier "
                    f"term has, got {size}"
                )
            if dim in value.coords:
                labels = value.coords[dim].values
                if not np.array_equal(coords.setdefault(dim, labels), labels):
                    raise ValueError(
                        f"{name}: requires the coordinates along {dim!r} that an earlier "
                        "term has, got others"
                    )
    return tuple(sizes), tuple(sizes.values()), coords


def pick(terms: Terms, index: tuple[int, ...]) -> dict[str, Any]:
    """The terms at one index of their batch, as they were given there.

    Raises
    ------
    IndexError
        If the batch has other dimensions, or none at the index.
    """
    dims, shape, _ = batch_of(terms)
    fits = isinstance(index, tuple) and len(index) == len(dims)
    if not fits or any(not -size <= at < size for at, size in zip(index, shape, strict=True)):
        raise IndexError(f"index: requires one in a batch of shape {shape}, got {index!r}")

    def one(value: Any) -> Any:
        kind = kind_of(value)
        if kind == "labelled array":
            return value.values[tuple(index[dims.index(dim)] for dim in value.dims)]
        if kind == "array":
            own = index[len(dims) - value.ndim :]
            return value[
                tuple(0 if size == 1 else at for at, size in zip(own, value.shape, strict=True))
            ]
        return value

    return {
        name: tuple(map(one, value)) if isinstance(value, tuple) else one(value)
        for name, value in terms.items()
    }


def arguments_of(
    values: Terms,
    descriptions: Sequence[Term],
    strategies: Sequence[Strategy],
    points: Callable[[Sequence[Fraction], int], Any],
) -> tuple[SimpleNamespace, SimpleNamespace, SimpleNamespace]:
    """The arguments of a payoff function: the row firm, the column firm, and what is mutual.

    Parameters
    ----------
    values : mapping of str to value
        The terms, in whatever kind of number the function is to be evaluated.
    descriptions : sequence of Term
        Which of the terms belong to each firm.
    strategies : sequence of Strategy
    points : function (values, axis) -> values
        Lays out the strategies' receptivity or transparency along the axis of one firm.
    """

    def firm(player: int) -> SimpleNamespace:
        power = values["power"]
        return SimpleNamespace(
            receptivity=points([one.receptivity for one in strategies], player),
            transparency=points([one.transparency for one in strategies], player),
            power=power if player == 0 else -power,
            **own_terms(values, descriptions, player),
        )

    return firm(0), firm(1), mutual_terms(values, descriptions)


def own_terms(values: Terms, descriptions: Sequence[Term], firm: int) -> dict[str, Any]:
    """What belongs to one firm, by name."""
    return {
        one.name: value[firm] if isinstance(value, tuple) else value
        for one in descriptions
        if one.per_firm
        for value in (values[one.name],)
    }


def mutual_terms(values: Terms, descriptions: Sequence[Term]) -> SimpleNamespace:
    """What all firms share; power is each firm's, in one way or another."""
    return SimpleNamespace(
        **{
            one.name: values[one.name]
            for one in descriptions
            if not one.per_firm and one.name != "power"
        }
    )


def caster(terms: Terms, axes: int) -> Callable[[Any], Any]:
    """How values become numbers of the kind of the terms, arrays with axes of length one at last.

    Numbers stay what they are beside numbers, and become sympy's beside symbols and floats beside
    arrays. Arrays are laid out over the whole batch, followed by as many `axes` as wanted.
    """
    kind = kind_of_terms(terms)
    dims, _, _ = batch_of(terms)
    cell = (1,) * axes

    def cast(value: Any) -> Any:
        own = kind_of(value)
        if kind == "number":
            return value
        if kind == "symbol":
            import sympy

            return sympy.sympify(value)
        if own == "number":
            return to_float(value)
        if own == "array":
            return as_floats(value).reshape(*value.shape, *cell)
        inner = tuple(dim for dim in dims if dim in value.dims)
        aligned = [value.sizes.get(dim, 1) for dim in dims]
        return as_floats(value.transpose(*inner).values).reshape(*aligned, *cell)

    return cast


def cast_terms(terms: Terms, axes: int) -> dict[str, Any]:
    """All terms as numbers of one kind; see `caster`."""
    cast = caster(terms, axes)
    return {
        name: tuple(map(cast, value)) if isinstance(value, tuple) else cast(value)
        for name, value in terms.items()
    }


def evaluate(
    function: Callable[[Any, Any, Any], tuple[Any, Any]],
    terms: Terms,
    descriptions: Sequence[Term],
    strategies: Sequence[Strategy],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Evaluate a function of two firms and their mutual terms at every pair of strategies.

    Parameters
    ----------
    function : function (focal, partner, terms) -> pair
        See `dilemma.alliance.payoffs`. The row firm is focal.
    terms : mapping of str to value
    descriptions : sequence of Term
        Which of the terms belong to each firm.
    strategies : sequence of Strategy

    Returns
    -------
    pair of arrays of shape (..., m, m)
    """
    kind = kind_of_terms(terms)
    _, shape, _ = batch_of(terms)
    cast = caster(terms, 2)

    def points(values: Sequence[Fraction], axis: int) -> NDArray[Any]:
        array = np.array(
            [cast(value) for value in values],
            dtype=object if kind in ("number", "symbol") else np.float64,
        )
        return array[:, None] if axis == 0 else array[None, :]

    values = cast_terms(terms, 2)
    result = function(*arguments_of(values, descriptions, strategies, points))
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(
            f"model: requires a pair (payoff of focal, payoff of partner), got {result!r}"
        )
    full = (*shape, len(strategies), len(strategies))
    # A user's formula may have a Fraction in it, which would turn floats into objects.
    dtype = object if kind in ("number", "symbol") else np.float64
    try:
        first, second = (np.array(np.broadcast_to(one, full), dtype=dtype) for one in result)
    except ValueError:
        shapes = [np.shape(one) for one in result]
        raise ValueError(
            f"model: requires payoffs of a shape that broadcasts to {full}, got {shapes}"
        ) from None
    except TypeError:
        raise TypeError(f"model: requires payoffs that are numbers, got {result!r}") from None
    if kind == "number":
        for value in (*first.flat, *second.flat):
            if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
                raise TypeError(
                    "model: requires a formula of exact numbers with +, − and × (write 1/5 as "
                    f"Fraction(1, 5), not as 0.2), got the payoff {value!r}"
                )
    return first, second


def as_floats(values: NDArray[Any]) -> NDArray[np.float64]:
    """Round the exact numbers that an array means to floats."""
    if values.dtype == object:
        return rounded(fractions(values))
    if values.dtype.kind == "f" and values.dtype.itemsize < 8:
        # The decimal that prints a short float is not the one that prints it as a float64.
        return np.array([float(str(one)) for one in values.flat]).reshape(values.shape)
    return values.astype(np.float64)
