"""What phase portraits of all shapes share: the strategies shown, velocities, trajectories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.evolution import RestContinuum, RestPoint, RestPoints

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

# A share of less is none: rest points and trajectories in floating point.
ABSENT = 1e-9


@dataclass(frozen=True, eq=False)
class Plot:
    """Rest points, seen on the face of some strategies.

    Attributes
    ----------
    rest : RestPoints
    picked : tuple of tuples of int
        The strategies shown, for each population.
    """

    rest: RestPoints
    picked: tuple[tuple[int, ...], ...]

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """What the strategies shown are called, for each population."""
        every = self.rest.strategies
        return tuple(tuple(every[k][i] for i in picked) for k, picked in enumerate(self.picked))

    @property
    def whole(self) -> bool:
        """Whether all strategies are shown."""
        return all(
            len(picked) == len(names)
            for picked, names in zip(self.picked, self.rest.strategies, strict=False)
        )

    def on(self, *picked: tuple[int, ...]) -> Plot:
        """Return the same for a smaller face."""
        return Plot(self.rest, picked)

    def velocities(self, *states: Floats) -> tuple[Floats, ...]:
        """Return velocities of the strategies shown, at shares of the strategies shown."""
        filled = []
        for k, state in enumerate(states):
            full = np.zeros((*state.shape[:-1], len(self.rest.strategies[k])))
            full[..., self.picked[k]] = state
            filled.append(full)
        found = self.rest.velocities(*filled)
        return tuple(one[..., self.picked[k]] for k, one in enumerate(found))

    def velocity(self, state: Floats) -> Floats:
        """As `velocities`, of one population."""
        return self.velocities(state)[0]

    @cached_property
    def faces_last(self) -> bool:
        """Whether absent strategies stay absent, seen at states of two strategies each."""
        size = len(self.rest.strategies[0])
        if self.rest.populations == 2:
            other = len(self.rest.strategies[1])
            states = (
                np.eye(size)[:, None, :].repeat(other, axis=1),
                np.eye(other)[None].repeat(size, axis=0),
            )
        else:
            pairs = (np.eye(size)[:, None, :] * 0.3 + np.eye(size)[None] * 0.7,)
            states = pairs  # type: ignore[assignment]
        found = self.rest.velocities(*states)
        return all(
            not np.any(np.abs(one[state == 0]) > 1e-12 * max(1.0, float(np.abs(one).max())))
            for one, state in zip(found, states, strict=True)
        )

    def require_lasting_faces(self, name: str) -> None:
        """Refuse faces of a rule under which absent strategies come up by themselves."""
        if not self.faces_last:
            raise ValueError(
                f"{name}: requires a rule under which absent strategies stay absent, such as "
                f"replicator, got {self.rest.rule}, which leaves the faces"
                + ('; take view="projection"' if self.rest.populations == 1 else "")
            )

    def shows(self, shares: Sequence[Any]) -> bool:
        """Whether a state lies on the face shown."""
        return all(
            all(float(weight) < ABSENT for i, weight in enumerate(part) if i not in picked)
            for part, picked in zip(shares, self.picked, strict=True)
        )

    def points(self) -> list[RestPoint]:
        """The isolated rest points on the face shown."""
        return [point for point in self.rest.points if self.shows(point.shares)]

    def continua(self) -> tuple[RestContinuum, ...]:
        """All continua; those that miss the face have no extreme points on it."""
        return self.rest.continua

    def words(self) -> str:
        """How the portrait was had, for the caption."""
        shown = "" if self.whole else "Only some strategies are shown. "
        found = self.rest.status if self.rest.status.endswith(".") else f"{self.rest.status}."
        return f"Rule: {self.rest.rule}. {shown}{found}"


def chosen_strategies(
    rest: RestPoints, strategies: Sequence[Any] | None
) -> tuple[tuple[int, ...], ...]:
    """Read which strategies to show: indices for each population."""
    every = rest.strategies
    if strategies is None:
        return tuple(tuple(range(len(names))) for names in every)
    if isinstance(strategies, str) or not isinstance(strategies, (Sequence, np.ndarray)):
        raise TypeError(f"strategies: requires names or indices, got {strategies!r}")
    groups = (strategies,) if rest.populations == 1 else tuple(strategies)
    if len(groups) != rest.populations or any(isinstance(one, str) for one in groups):
        raise ValueError(
            f"strategies: requires a pair of sequences, (rows, columns), got {strategies!r}"
        )
    picked = []
    for group, names in zip(groups, every, strict=True):
        found = [_place(one, names) for one in group]
        if len(set(found)) < len(found) or len(found) < 2:
            raise ValueError(
                f"strategies: requires at least two different ones, got {list(group)}"
            )
        picked.append(tuple(found))
    if tuple(map(len, picked)) != tuple(map(len, every)):
        Plot(rest, tuple(picked)).require_lasting_faces("strategies")
    return tuple(picked)


def _place(one: Any, names: Sequence[str]) -> int:
    if isinstance(one, str):
        if one in names:
            return names.index(one)
    elif (
        isinstance(one, (int, np.integer))
        and not isinstance(one, bool)
        and one in range(len(names))
    ):
        return int(one)
    raise ValueError(
        f"strategies: requires names among {', '.join(names)}, or their indices, got {one!r}"
    )


def overlaid(
    plot: Plot, trajectories: xarray.Dataset | None, of_a_sheet: bool = False
) -> list[Floats]:
    """Return the trajectories on the face shown.

    Each is an array (times, strategies), or of two populations (times, 2): the shares of the first
    strategy of each. Those that use other strategies too are left out of the faces of a sheet, and
    refused elsewhere.
    """
    if trajectories is None:
        return []
    lines = []
    for parts in trajectories_of(plot.rest, trajectories):
        absent = [
            np.delete(part, picked, axis=1).max(initial=0.0)
            for part, picked in zip(parts, plot.picked, strict=True)
        ]
        if max(absent) < ABSENT:
            kept = [part[:, picked] for part, picked in zip(parts, plot.picked, strict=True)]
            two = len(kept) == 2
            lines.append(np.stack([one[:, 0] for one in kept], axis=-1) if two else kept[0])
        elif not of_a_sheet:
            raise ValueError(
                "trajectories: requires shares of the strategies shown alone, got one that uses "
                "others"
            )
    return lines


def trajectories_of(rest: RestPoints, trajectories: Any) -> list[list[Floats]]:
    """Read a Dataset of `flow`: for each trajectory (times, n), for each population."""
    if getattr(trajectories, "attrs", {}).get("dilemma") != "flow":
        raise ValueError(
            "trajectories: requires a Dataset of dilemma.evolution.flow, got "
            f"{type(trajectories).__name__}"
        )
    two = rest.populations == 2
    wanted = [("row_share", "row"), ("column_share", "column")] if two else [("share", "strategy")]
    parts = []
    for k, (name, dim) in enumerate(wanted):
        if name not in trajectories:
            raise ValueError(
                f"trajectories: requires {rest.populations} population"
                f"{'s' if two else ''} as the rest points have, got others"
            )
        names = [str(one) for one in trajectories[dim].values]
        if names != list(rest.strategies[k]):
            raise ValueError(
                "trajectories: requires the strategies of the rest points, "
                f"{', '.join(rest.strategies[k])}, got {', '.join(names)}"
            )
        share = trajectories[name].transpose(..., "time", dim)
        parts.append(share.values.reshape(-1, *share.shape[-2:]))
    lines = []
    for group in zip(*parts, strict=True):
        reached = ~np.any([np.isnan(one).any(axis=1) for one in group], axis=0)
        if reached.any():
            lines.append([one[reached] for one in group])
    return lines
