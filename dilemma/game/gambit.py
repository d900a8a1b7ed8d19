"""Games of any number of players, handed over to Gambit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dilemma.game import nfg

if TYPE_CHECKING:
    import pygambit


def handed_over(
    payoffs: NDArray[np.object_], strategies: Sequence[Sequence[str]], players: Sequence[str]
) -> pygambit.Game:
    """Return a `pygambit.Game` of exact payoffs, or an error on what it lacks or would change."""
    try:
        import pygambit
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            'to_gambit: requires pygambit, which is not installed: pip install "dilemma[gambit]"',
            name="pygambit",
        ) from None
    text = nfg.compose(payoffs, strategies, players)
    for name in (name for names in (players, *strategies) for name in names):
        if nfg.misread_by_gambit(name):
            raise ValueError(
                "to_gambit: requires names without a backslash at the end, before another or "
                f"before a quotation mark, got {name!r}"
            )
    try:
        return pygambit.read_nfg(io.StringIO(text))
    except ValueError as error:
        raise ValueError(f"to_gambit: requires names that pygambit takes, got: {error}") from None
