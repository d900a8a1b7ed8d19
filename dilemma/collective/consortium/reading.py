"""What users name and get: firms, what each plays, firms that have to be alike, dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.alliance.evaluation import batch_of, kind_of_terms, symbols_of
from dilemma.game import checking

if TYPE_CHECKING:
    from dilemma.collective.consortium.model import Consortium


def place_of(consortium: Consortium, firm: int | str) -> int:
    """A firm by number from 1 on or by name, counted from 0."""
    size = consortium.size
    if isinstance(firm, str) and firm in consortium.firms:
        return consortium.firms.index(firm)
    if isinstance(firm, (bool, np.bool_)) or not isinstance(firm, (int, np.integer)):
        raise TypeError(
            f"firm: requires a number from 1 to {size}, or a name such as 'firm 1', got {firm!r}"
        )
    if not 1 <= firm <= size:
        raise ValueError(f"firm: requires a number from 1 to {size}, got {firm}")
    return int(firm) - 1


def members_of(consortium: Consortium, members: Iterable[int | str]) -> list[int]:
    """Some of the firms, counted from 0."""
    if isinstance(members, str) or not isinstance(members, Iterable):
        raise TypeError(f"members: requires several firms by number or by name, got {members!r}")
    return [place_of(consortium, one) for one in members]


def profile_of(consortium: Consortium, profile: Any) -> list[int]:
    """What each firm plays, by the places of strategies."""
    several = isinstance(profile, Iterable) and not isinstance(profile, str)
    given = list(profile) if several else [profile]
    if not several or len(given) != consortium.size:
        error = ValueError if several else TypeError
        got = len(given) if several else repr(profile)
        raise error(f"profile: requires {consortium.size} strategies, one of each firm, got {got}")
    names = tuple(one.name for one in consortium.strategies)
    return [place for one in given for place in checking.chosen([one], names, "profile")]


def require_alike(consortium: Consortium, what: str) -> None:
    """Refuse firms that differ, by the terms in which they do."""
    if not consortium.alike:
        uneven = [name for name, value in consortium.terms.items() if isinstance(value, tuple)]
        raise ValueError(
            f"{what}: requires firms that are alike, got different {', '.join(uneven)}"
        )


def require_numbers(consortium: Consortium, what: str) -> None:
    """Refuse symbols and arrays."""
    kind = kind_of_terms(consortium.terms)
    if kind == "symbol":
        raise TypeError(
            f"{what}: requires rational numbers for all terms, got "
            f"{', '.join(symbols_of(consortium.terms))}; replace them, or use payoffs()"
        )
    if kind != "number":
        raise TypeError(f"{what}: requires numbers for all terms, got arrays")


def labelled(consortium: Consortium, values: Any, cell: tuple[str, ...]) -> Any:
    """Values over (batch dims, cell) as a DataArray if the terms are; else as they are.

    Without a cell, also those that no array had a part in come back over the whole batch.
    """
    kind = kind_of_terms(consortium.terms)
    if kind not in ("array", "labelled array"):
        return values
    dims, shape, coords = batch_of(consortium.terms)
    if not cell:
        values = np.array(np.broadcast_to(values, shape))
    if kind == "array":
        return values
    import xarray

    reserved = (*cell, *["composition"] * ("others" in cell))
    taken = sorted({*dims} & {*reserved})
    if taken:
        raise ValueError(
            f"terms: requires dimensions other than {', '.join(reserved)}, got {taken[0]!r}"
        )
    names = [one.name for one in consortium.strategies]
    own: dict[str, Any] = {
        dim: names for dim in cell if dim == "strategy" or dim.startswith("firm_")
    }
    if "player" in cell:
        own["player"] = list(consortium.firms)
    if "others" in cell:
        own["composition"] = (("others", "strategy"), consortium.others)
    return xarray.DataArray(values, dims=(*dims, *cell), coords={**coords, **own})
