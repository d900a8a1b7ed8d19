"""What theory claims: proved, refuted with a counterexample, or bounded.

Everything here is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

# Loaded when they are first asked for.
_MODULE_OF: dict[str, str] = {}

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"dilemma.propositions.{_MODULE_OF[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
