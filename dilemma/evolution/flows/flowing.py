"""Where shares of strategies go from where they start: `flow`."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fractions, rounded
from dilemma.evolution.flows.groups import AnyMeetings, any_meetings
from dilemma.evolution.flows.meetings import Starts, is_pair, starts
from dilemma.evolution.flows.trajectories import (
    MOST_STEPS,
    TOLERANCE,
    WORDS,
    Trajectories,
    checked_rules,
    trajectories,
)
from dilemma.evolution.rules import rule_name
from dilemma.solution import VERSION

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

# Beyond these, no progress is to be had in floating point, or no accuracy.
TIGHTEST, LOOSEST = 1e-13, 1e-2


def flow(
    game: Any,
    rule: Any,
    start: Any,
    times: Any,
    *,
    tolerance: float = TOLERANCE,
    most_steps: int = MOST_STEPS,
    workers: int | None = None,
    progress: bool = False,
) -> xarray.Dataset:
    r"""Follow the shares of strategies in large populations over time.

    In one population, everybody meets everybody in a symmetric game: strategy i earns
    :math:`f_i = (Ax)_i` at the shares x. In two populations, members of the first (rows) meet
    members of the second (columns): :math:`f = Ay` and :math:`g = B^T x`. Shares then change by
    the rule, :math:`\dot x = \text{rule}(x, f)`. In a game in groups of N, strategy i earns its
    mean over the N − 1 others, drawn independently at the shares x (multinomial):
    `GroupGame.expected_payoffs`.

    Parameters
    ----------
    game : Game, Games or GroupGame
        One game or a batch; symmetric for one population.
    rule : function (state, fitness) → velocity
        `replicator`, `adjusted_replicator`, `imitation`, `logit` (rationality),
        `replicator_mutator` (matrix), `brown_von_neumann_nash`, `smith`, `best_response`, or any
        function of that shape. For two populations also a pair of rules, one for each.
    start : array_like of shape (n,) or (..., n), str, or a tuple of two of these
        The shares at time 0, which are at least 0 and sum to 1 (within 1e-9); a strategy's name
        stands for everybody using it. Several starts take leading axes, or the dimensions of a
        DataArray that has the dimension ``strategy``. A *tuple* of two, (row_state,
        column_state), is the two-population form, also for symmetric games; each may have leading
        axes.
    times : array_like of increasing numbers, the first at least 0
        When the shares are wanted.
    tolerance : float
        The error aimed at, from 1e-13 to 1e-2: relative to each share for imitative rules, and to
        share + 1/1000 for others. It is a bound on single steps, see below.
    most_steps : int
        After how many steps a trajectory is given up.
    workers : int, optional
        How many threads to use; the number of cores at hand if left out. The answer does not
        depend on it.
    progress : bool
        Whether to show a bar for what takes more than a second.

    Returns
    -------
    xarray.Dataset
        Over the dimensions of the batch of games, those of the starts (``start``), and ``time``:

        - ``share`` (last dimension ``strategy``), or for two populations ``row_share`` and
          ``column_share`` (last dimensions ``row`` and ``column``): NaN at times that were not
          reached;
        - ``mean_fitness``, or ``row_mean_fitness`` and ``column_mean_fitness``;
        - ``complete``: whether all times were reached, for each trajectory; ``reached``: up to
          what time it was followed; ``steps``: in how many steps;
        - ``unique``, for `best_response` alone: False where solutions were seen to branch, at a
          tie of best replies; then one of them is followed.

        Attributes say how it was obtained, in words.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described; an asymmetric game for one population, for example.

    Notes
    -----
    Shares sum to 1 within rounding and are never negative; under imitative rules a strategy at 0
    stays at 0 exactly, and one that nearly dies out is followed by its logarithm, so that a share
    of 1e-300 has the same relative accuracy as one of 1/2, and one that underflows comes back
    when its time comes. Shares below 2e-308 are given as 0.

    Estimates of error hold each step to a hundredth of the tolerance, and what the polynomial
    between steps adds to the tolerance. On 60 random games of five strategies, 20 starts each,
    to t = 100, whole trajectories then stayed within the tolerance, but for 1 in 1,000 under the
    replicator, 1 in 50 under `logit` at rationality 20, `smith` and `brown_von_neumann_nash`, the
    worst at 27 times it: near saddles the dynamics amplify differences, and so errors, and corners
    of velocities hide from estimates. Ask for a smaller tolerance where that matters.

    Named rules are compiled, in some seconds on the first call on a computer. A function of the
    user's is asked for the velocities of many states at once, in NumPy; the method is explicit, so
    that stiff rules take many steps. Trajectories of `best_response` are exact but for rounding;
    where turns come ever faster, as in zero-sum games, they end after ``most_steps`` turns.

    **Groups.** Payoffs are polynomials of the shares, computed from one coefficient for each
    strategy and composition of the others: :math:`n \binom{N+n-2}{n-1}` multiplications. With 50
    players and 5 strategies, 1.5 million, an evaluation takes about 1 ms, and a trajectory a
    second or so. Where the degree is at most 6 and below N − 1, that is noticed (to 32 roundings
    of the largest difference of payoffs), and the size no longer depends on N: quadratic payoffs
    of 5 strategies have 15 coefficients for each. Linear payoffs are followed as a game of pairs.
    Under `best_response` turns are roots of polynomials, found by halving intervals, trajectories
    slide along ties in steps of an error of a thousandth of the tolerance (some 10 ms a slide),
    and after 10,000 turns they end.

    References
    ----------
    sandholm2010, hairer1993, farin2002 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.game import Game
    >>> from dilemma.evolution import flow, replicator
    >>> game = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    >>> answer = flow(game, replicator, start=[0.99, 0.01], times=[0, 2, 4])
    >>> answer.share.sel(strategy="share").values.round(3)
    array([0.99 , 0.689, 0.127])

    A quorum of three among five: below two in five the givers die out.

    >>> from dilemma.game import GroupGame
    >>> def earn(strategy, group):
    ...     return 4 * group[0] / 5 * (group[0] >= 3) - (strategy == 0)
    >>> quorum = GroupGame(5, ["give", "hide"], earn)
    >>> starts = [[0.4, 0.6], [0.45, 0.55]]
    >>> flow(quorum, replicator, starts, [200]).share.values[:, 0].round(3).tolist()
    [[0.0, 1.0], [0.816, 0.184]]
    """
    pair = is_pair(start)
    own = any_meetings(game, 2 if pair else 1)
    rules = checked_rules(rule, len(own.ends))
    begin = starts(start, own.strategies)
    when = _times(times)
    limit = _tolerance(tolerance)
    most = _count(most_steps)
    if not isinstance(progress, (bool, np.bool_)):
        raise TypeError(f"progress: requires True or False, got {progress!r}")
    clash = set(own.dims) & set(begin.dims)
    if clash:
        raise ValueError(
            f"start: requires dimensions other than those of the games, got {clash.pop()!r}"
        )
    games, many = own.games, len(begin.states)
    which = np.repeat(np.arange(games), many)
    states = np.tile(begin.states, (games, 1))
    found = trajectories(own, rules, states, which, when, limit, most, workers, bool(progress))
    names = " and ".join(dict.fromkeys(map(rule_name, rules)))
    return _dataset(own, begin, when, found, names, limit)


def _times(times: Any) -> Floats:
    try:
        array = np.asarray(times)
        if array.dtype.kind not in "fiu":
            array = rounded(fractions(times, "times"), "times")
        array = array.astype(np.float64)
    except ValueError as fault:
        raise ValueError(f"times: requires an array of numbers, got {times!r}: {fault}") from None
    if array.ndim != 1 or not len(array):
        raise ValueError(f"times: requires a row of numbers, got the shape {array.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"times: requires finite numbers, got {array[~np.isfinite(array)][0]}")
    if array.min() < 0:
        raise ValueError(f"times: requires numbers of at least 0, got {array.min():g}")
    falls = np.flatnonzero(np.diff(array) <= 0)
    if len(falls):
        first, second = array[falls[0]], array[falls[0] + 1]
        raise ValueError(f"times: requires increasing numbers, got {first:g} before {second:g}")
    return array


def _tolerance(tolerance: Any) -> float:
    if isinstance(tolerance, (bool, np.bool_)) or not isinstance(
        tolerance, (int, float, np.floating)
    ):
        raise TypeError(f"tolerance: requires a number, got {tolerance!r}")
    if not TIGHTEST <= tolerance <= LOOSEST:
        raise ValueError(
            f"tolerance: requires a number from {TIGHTEST:g} to {LOOSEST:g}, got {tolerance:g}"
        )
    return float(tolerance)


def _count(most_steps: Any) -> int:
    if isinstance(most_steps, bool) or not isinstance(most_steps, (int, np.integer)):
        raise TypeError(f"most_steps: requires a positive integer, got {most_steps!r}")
    if most_steps < 1:
        raise ValueError(f"most_steps: requires a positive integer, got {most_steps}")
    return int(most_steps)


def _dataset(
    own: AnyMeetings,
    begin: Starts,
    when: Floats,
    found: Trajectories,
    names: str,
    tolerance: float,
) -> xarray.Dataset:
    import xarray

    shape = (*own.shape, *begin.shape)
    dims = (*own.dims, *begin.dims)
    over_time = (*dims, "time")
    one = len(own.ends) == 1
    prefixes, last = (("",), ("strategy",)) if one else (("row_", "column_"), ("row", "column"))
    variables: dict[str, Any] = {}
    coords: dict[str, Any] = {**own.coords, **begin.coords, "time": when}
    for population, (part, prefix, dim, labels) in enumerate(
        zip(own.slices, prefixes, last, own.strategies, strict=True)
    ):
        share = found.shares[..., part].reshape(*shape, len(when), len(labels))
        variables[f"{prefix}share"] = ((*over_time, dim), share)
        coords[dim] = list(labels)
        variables[f"{prefix}mean_fitness"] = (
            over_time,
            found.means[..., population].reshape(*shape, len(when)),
        )
    variables |= {
        "complete": (dims, (found.endings == 0).reshape(shape)),
        "reached": (dims, found.reached.reshape(shape)),
        "steps": (dims, found.steps.reshape(shape)),
    }
    if found.unique is not None:
        variables["unique"] = (dims, found.unique.reshape(shape))
    attributes = {
        "dilemma": "flow",
        "rule": names,
        "status": _status(found, names),
        "method": found.method,
        "tolerance": f"{tolerance:g}",
        "versions": (
            f"dilemma {VERSION}, numpy {np.__version__}, xarray {xarray.__version__}, "
            f"Python {platform.python_version()}"
        ),
    }
    return xarray.Dataset(variables, coords, attributes)


def _status(found: Trajectories, names: str) -> str:
    count = len(found.endings)
    early = np.flatnonzero(found.endings)
    what = "One trajectory" if count == 1 else f"{count:,} trajectories"
    if not len(early):
        return f"{what} of {names}, followed to the end."
    first = early[0]
    return (
        f"{what} of {names}; {len(early):,} ended early, the first of them at time "
        f"{found.reached[first]:.6g}: it {WORDS[int(found.endings[first])]}."
    )
