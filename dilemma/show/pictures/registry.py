"""Which function draws what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Picture = TypeVar("Picture", bound=Callable[..., Any])

BY_TYPE: dict[type, Callable[..., Any]] = {}
BY_DATASET: dict[str, Callable[..., Any]] = {}


def draws(*things: type | str) -> Callable[[Picture], Picture]:
    """Register a picture for classes, or for Datasets with such an ``attrs["dilemma"]``.

    Examples
    --------
    >>> class Ring: ...
    >>> @draws(Ring)
    ... def ring(thing, ax=None): ...
    >>> BY_TYPE.pop(Ring).__name__
    'ring'
    """

    def register(picture: Picture) -> Picture:
        for thing in things:
            if isinstance(thing, str):
                BY_DATASET[thing] = picture
            else:
                BY_TYPE[thing] = picture
        return picture

    return register
