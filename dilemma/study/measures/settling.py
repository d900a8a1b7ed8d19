"""Measures of what partners settle on: equilibria, their regime, their welfare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.equilibria import nash_map
from dilemma.equilibria.selection import is_strict, pure_equilibria
from dilemma.game import Game
from dilemma.game.checking import pure_profile
from dilemma.study.measures.marks import batch_measure
from dilemma.study.measures.pure_profiles import blocks_from, decided, losses

if TYPE_CHECKING:
    import xarray

AT = ("best", "worst", "mean")


def solved(games: Any, **options: Any) -> xarray.Dataset:
    """Every equilibrium of a batch, in one thread: blocks of a sweep have threads of their own."""
    return nash_map(blocks_from(games), workers=1, progress=False, **options)


@batch_measure(unit="equilibria")
def number_of_equilibria(games: Any) -> xarray.DataArray:
    """How many extreme equilibria a game has, ties and degenerate games included.

    Parameters
    ----------
    games : what `nash_map` takes, or a Game

    Returns
    -------
    xarray.DataArray of int

    Examples
    --------
    >>> int(number_of_equilibria(Game.symmetric([[4, 0], [3, 3]])))
    3
    """
    found: xarray.DataArray = solved(games, keep="regimes").equilibria
    return found


@batch_measure()
def regime(games: Any) -> xarray.DataArray:
    """Which pairs of supports the extreme equilibria have, in words.

    Parameters
    ----------
    games : what `nash_map` takes, or a Game

    Returns
    -------
    xarray.DataArray of str

    Examples
    --------
    >>> regime(Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"])).item()
    'stag × stag | hare × hare | {stag, hare} × {stag, hare}'
    """
    found = solved(games, keep="regimes")
    words: xarray.DataArray = found.regime.copy(data=found.regimes.values[found.regime.values])
    return words


@batch_measure()
def is_equilibrium(games: Any, profile: Any = "collaboration") -> xarray.DataArray:
    """Whether a pure profile is an equilibrium.

    Parameters
    ----------
    games : what `nash_map` takes, or a Game
        Of any number of strategies: nothing is solved.
    profile : str or int, or pair of these
        The strategies; one stands for both players.

    Returns
    -------
    xarray.DataArray of bool

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> [bool(is_equilibrium(Alliance(trust=trust))) for trust in ("28/45", "29/45")]
    [False, True]
    """
    return _held(games, profile, strictly=False)


@batch_measure()
def is_strict_equilibrium(games: Any, profile: Any = "collaboration") -> xarray.DataArray:
    """Whether a pure profile is a strict equilibrium: every deviation costs the deviator.

    Parameters
    ----------
    games, profile
        As for `is_equilibrium`.

    Returns
    -------
    xarray.DataArray of bool

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> [bool(is_strict_equilibrium(Alliance(trust=trust))) for trust in ("29/45", "30/45")]
    [False, True]
    """
    return _held(games, profile, strictly=True)


def _held(games: Any, profile: Any, *, strictly: bool) -> xarray.DataArray:
    blocks = blocks_from(games)
    cell = pure_profile(profile, blocks.strategies, blocks.players, "profile")

    def in_floats(payoffs: Any, bounds: Any) -> Any:
        held = np.ones(payoffs.shape[-1], dtype=np.bool_)
        certain, refuted = held.copy(), ~held
        for loss in losses(payoffs, bounds, cell):
            held &= (loss.value > 0).all(axis=0)
            certain &= loss.sure.all(axis=0)
            refuted |= (loss.sure & (loss.value < 0)).any(axis=0)
        return held, certain | refuted

    def exactly(game: Game) -> bool:
        return cell in pure_equilibria(game) and (not strictly or is_strict(game, cell))

    return decided(blocks, in_floats, exactly, np.bool_)


@batch_measure()
def risk_dominant(games: Any) -> xarray.DataArray:
    """Which strict equilibrium risk-dominates every other one (harsanyi1988), in words.

    Parameters
    ----------
    games : what `nash_map` takes, or a Game

    Returns
    -------
    xarray.DataArray of str
        "none" where there is no strict equilibrium, a tie or a cycle.

    Examples
    --------
    >>> risk_dominant(Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"])).item()
    'hare × hare'
    """
    import xarray

    blocks = blocks_from(games)
    found = solved(blocks, select="risk-dominant")
    rows, columns = (
        found[name].values.reshape(blocks.size, -1) for name in ("row_support", "column_support")
    )
    texts = np.full(blocks.size, "none", dtype=object)
    for k in np.flatnonzero(found.position.values.ravel() >= 0):
        i, j = (int(masks[k, 0]).bit_length() - 1 for masks in (rows, columns))
        texts[k] = f"{blocks.strategies[0][i]} × {blocks.strategies[1][j]}"
    return xarray.DataArray(texts.reshape(blocks.shape), dims=blocks.dims)


@batch_measure(unit="payoff")
def welfare(games: Any, at: str = "best") -> xarray.DataArray:
    """The sum of both players' payoffs in equilibrium.

    Parameters
    ----------
    games : what `nash_map` takes, or a Game
    at : {"best", "worst", "mean"}
        The largest or the least sum among all equilibria, each of which some extreme one has; or
        the mean over extreme equilibria, as if each were equally likely.

    Returns
    -------
    xarray.DataArray of float

    Examples
    --------
    >>> hunt = Game.symmetric([[4, 0], [3, 3]])
    >>> [float(welfare(hunt, at)) for at in ("best", "worst", "mean")]
    [8.0, 6.0, 6.666666666666667]
    """
    require_at(at)
    found = solved(games)
    sums: xarray.DataArray = found.payoff.sum("player", skipna=False)
    return chosen_at(sums, at)


def require_at(at: Any) -> None:
    """Refuse what is no way to choose among equilibria."""
    if at not in AT:
        raise ValueError(f"at: requires one of {', '.join(AT)}, got {at!r}")


def chosen_at(values: xarray.DataArray, at: str) -> xarray.DataArray:
    """Reduce values over the dimension ``equilibrium``, filled up with NaN."""
    reduction = {"best": values.max, "worst": values.min, "mean": values.mean}[at]
    chosen: xarray.DataArray = reduction("equilibrium", skipna=True)
    return chosen
