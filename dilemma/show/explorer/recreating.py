"""The lines of Python that make an explorer again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dilemma.alliance import (
    STRATEGIES,
    Alliance,
    Strategy,
    coopetition,
    private_and_common_benefits,
)
from dilemma.arrays.exact import fraction
from dilemma.show.explorer.sliders import both

_MODELS = {
    "coopetition": coopetition,
    "private_and_common_benefits": private_and_common_benefits,
}


def code_of(
    alliance: Alliance, first: str, second: str, ranges: Mapping[str, Sequence[Any]]
) -> str:
    """Write the Python that makes an explorer again, exactly.

    A payoff model of the user's own can't be written: it is called ``model``, and a comment says
    which one that is.

    Parameters
    ----------
    alliance : Alliance
        All of whose terms are numbers.
    first, second : str
    ranges : mapping of str to pair of numbers

    Examples
    --------
    >>> print(code_of(Alliance(stakes=(1, 2), strategies=STRATEGIES[::4]), "trust", "leakage", {}))
    from dilemma import STRATEGIES, Alliance, explore
    <BLANKLINE>
    alliance = Alliance(stakes=(1, 2), strategies=[STRATEGIES[0], STRATEGIES[4]])
    explore(alliance, first='trust', second='leakage')
    """
    default = Alliance().terms
    own = alliance.extra
    names, imported, said = ["Alliance", "explore"], "", ""
    arguments = [
        f"{name}={_written(value)}"
        for name, value in alliance.terms.items()
        if name not in own and value != default[name]
    ]
    if alliance.strategies != STRATEGIES:
        arguments.append(f"strategies=[{', '.join(map(_strategy, alliance.strategies))}]")
        five = [one in STRATEGIES for one in alliance.strategies]
        names += ["STRATEGIES"] * any(five) + ["Strategy"] * (not all(five))
    if alliance.model != Alliance().model:
        found = [name for name, model in _MODELS.items() if model == alliance.model]
        if found:
            imported = f"from dilemma.alliance import {found[0]}\n"
        else:
            said = f"# model: your own payoff model, {alliance.model.name!r}\n"
        arguments.append(f"model={found[0] if found else 'model'}")
    if own:
        values = ", ".join(f"{name!r}: {_written(value)}" for name, value in own.items())
        arguments.append(f"extra={{{values}}}")
    exact = {
        name: tuple(str(fraction(end, name)) for end in pair) for name, pair in ranges.items()
    }
    given = f", ranges={exact}" if exact else ""
    return (
        f"from dilemma import {', '.join(sorted(names, key=_import_order))}\n{imported}\n"
        f"{said}alliance = Alliance({', '.join(arguments)})\n"
        f"explore(alliance, first={first!r}, second={second!r}{given})"
    )


def _import_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def _written(value: Any) -> str:
    """A number, or a pair of them."""
    numbers = [repr(str(one)) if one.denominator > 1 else str(one) for one in both(value)]
    return f"({', '.join(numbers)})" if isinstance(value, tuple) else numbers[0]


def _strategy(one: Strategy) -> str:
    if one in STRATEGIES:
        return f"STRATEGIES[{STRATEGIES.index(one)}]"
    short = f", {one.short!r}" if one.short != one.name else ""
    point = f"{_written(one.receptivity)}, {_written(one.transparency)}"
    return f"Strategy({one.name!r}, {point}{short})"
