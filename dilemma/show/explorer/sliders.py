"""Which terms of an alliance have a slider, where its ends are, and what its steps are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from dilemma.alliance import Alliance
from dilemma.arrays.exact import fraction

# Where a term has no upper end, the slider has.
_RANGES = {
    "stakes": ("0.1", "8"),
    "synergy": ("0", "2"),
    "relational_return": ("0", "2"),
    "leakage": ("0", "0.95"),
    "absorptive_capacity": ("0.1", "3"),
    "communicative_capacity": ("0.1", "3"),
    "receptivity_cost": ("0", "2"),
    "transparency_cost": ("0", "2"),
}


def label_of(slider: str) -> str:
    """Return a term's name beside its slider."""
    return (
        slider.replace("_", " ")
        .replace("communicative capacity", "capacity to show")
        .replace("absorptive capacity", "capacity to absorb")
    )


def both(value: Any) -> tuple[Any, ...]:
    """The values of a term: one, or one for each firm."""
    return value if isinstance(value, tuple) else (value,)


def shown(alliance: Alliance, named: Iterable[str] = ()) -> dict[str, Fraction]:
    """Return a value for each slider: one a term, two where the firms differ or are named apart.

    Examples
    --------
    >>> list(shown(Alliance(stakes=(1, 2)), ["opportunism.column"]))[1:5]
    ['stakes.row', 'stakes.column', 'opportunism.row', 'opportunism.column']
    """
    sliders: dict[str, Fraction] = {}
    apart = set(named)
    for name, value in alliance.terms.items():
        firms = [f"{name}.row", f"{name}.column"]
        may_differ = firms[0] in alliance.domains
        values = both(value)
        if len(set(values)) > 1 or (may_differ and apart & set(firms)):
            sliders[firms[0]], sliders[firms[1]] = values[0], values[-1]
        else:
            sliders[name] = values[0]
    return sliders


def value_of(alliance: Alliance, slider: str) -> Fraction:
    """Return what a slider shows."""
    name, _, firm = slider.partition(".")
    pair = both(alliance.terms[name])
    found = pair[-1] if firm == "column" else pair[0]
    assert isinstance(found, Fraction)
    return found


def inside(alliance: Alliance, slider: str, value: Fraction) -> Fraction:
    """The value itself; where a domain's end is open, as 0 for stakes, a hundredth inside."""
    domain = alliance.domains[slider]
    margin = Fraction(1, 100)
    if domain.low is not None and domain.high is not None:
        margin = min(margin, Fraction(domain.high - domain.low) / 100)
    if domain.low is not None and domain.low_open and value <= domain.low:
        return Fraction(domain.low) + margin
    if domain.high is not None and domain.high_open and value >= domain.high:
        return Fraction(domain.high) - margin
    return value


def step_of(low: Fraction, high: Fraction) -> tuple[float, int]:
    """Return a slider's step and how many decimals it shows.

    Examples
    --------
    >>> step_of(Fraction(0), Fraction(1)), step_of(Fraction(0), Fraction(8))
    ((0.01, 2), (0.05, 2))
    >>> step_of(Fraction(1, 2), Fraction("0.501"))
    (0.0001, 4)
    """
    span = float(high - low)
    if span >= 0.5 or span <= 0:
        return (0.01 if span <= 2 else 0.05), 2
    decimals = min(6, 1 - math.floor(math.log10(span)))
    return 10.0**-decimals, decimals


def ranges_of(
    alliance: Alliance, given: Mapping[str, Sequence[Any]], named: Iterable[str] = ()
) -> dict[str, tuple[Fraction, Fraction]]:
    """Return the ends of each slider.

    Parameters
    ----------
    alliance : Alliance
    given : mapping of str to pair of numbers
        Ends that the user wants.
    named : iterable of str
        Sliders asked for besides: ``"stakes.row"`` gives each firm its own.

    Raises
    ------
    ValueError
        If a name has no slider, or ends are not increasing or outside the domain.
    """
    sliders = shown(alliance, [*given, *named])
    for name in given:
        if name not in sliders:
            known = ", ".join(sliders)
            raise ValueError(f"ranges: requires terms with a slider ({known}), got {name!r}")
    result = {}
    for name, value in sliders.items():
        domain = alliance.domains[name]
        if name in given:
            low, high = _read_pair(name, given[name])
            outside = [
                one
                for one, inner in ((low, domain.low), (high, domain.high))
                if inner is not None and ((one < inner) if inner == domain.low else (one > inner))
            ]
            if outside or not low < high:
                raise ValueError(
                    f"ranges: requires two increasing values of {name} inside its domain, "
                    f"got ({low}, {high})"
                )
        else:
            base = name.partition(".")[0]
            least: Any
            most: Any
            least, most = _RANGES.get(base, (domain.low, domain.high))
            if least is None:
                least = -10 if most is None else min(Fraction(-10), fraction(most, name) - 10)
            if most is None:
                most = max(Fraction(10), fraction(least, name) + 10)
            low, high = fraction(least, name), fraction(most, name)
        result[name] = (
            min(inside(alliance, name, low), value),
            max(inside(alliance, name, high), value),
        )
    return result


def _read_pair(name: str, pair: Sequence[Any]) -> tuple[Fraction, Fraction]:
    ends = tuple(pair)
    if len(ends) != 2:
        raise ValueError(f"ranges: requires a pair (low, high) for {name}, got {pair!r}")
    return fraction(ends[0], name), fraction(ends[1], name)


def axes_of(
    first: str, second: str, ranges: Mapping[str, tuple[Fraction, Fraction]]
) -> tuple[str, str]:
    """Return the sliders of the map's two terms; of a term with two, the row firm's."""
    chosen = []
    for argument, name in (("first", first), ("second", second)):
        found = next((one for one in (name, f"{name}.row") if one in ranges), None)
        if found is None:
            raise ValueError(
                f"{argument}: requires a term with a slider ({', '.join(ranges)}), got {name!r}"
            )
        chosen.append(found)
    if chosen[0] == chosen[1]:
        raise ValueError(f"second: requires another term than first, got {second!r} for both")
    return chosen[0], chosen[1]
