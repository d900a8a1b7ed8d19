"""What `continuation` answers: branches of rest points, and the special points on them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.algebraic import AlgebraicNumber, Real, closed_form
from dilemma.arrays.exact import fraction
from dilemma.game.display import WIDTH
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Shares = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class BranchState(Displayed):
    """One branch at one value of the parameter.

    Attributes
    ----------
    branch : int
        Its place in ``Continuation.branches``.
    label : str
    shares : tuple of tuples
        For each population: Fractions where the branch is exact, otherwise floats.
    kind : str
        ``"stable"``, ``"saddle"``, ``"unstable"``, ``"centre"`` or ``"undecided"``.
    """

    branch: int
    label: str
    shares: Shares
    kind: str

    def __str__(self) -> str:
        return f"{self.label}: {self.kind}"


@dataclass(frozen=True, eq=False)
class Branch(Displayed):
    """Rest points that move with the parameter, one for each value from `low` to `high`.

    Attributes
    ----------
    label : str
        What is played along it; branches alike are numbered.
    low, high : Fraction, AlgebraicNumber or float
        Where it begins and ends; exact for exact branches.
    values : numpy.ndarray of shape (k,)
        Values of the parameter, rising, both ends among them.
    states : numpy.ndarray of shape (k, N)
        The shares there, those of the second population beside those of the first.
    eigenvalues : numpy.ndarray of complex, shape (k, d)
        Of the linearised rule on the tangent space, the largest real part first.
    stable : numpy.ndarray of bool, shape (k,)
        Where the branch attracts; at a special point as beside it.
    kinds : tuple of (low, high, kind)
        The open pieces between special points, and what the branch is there.
    special : tuple of int
        The special points on it, places in ``Continuation.special``.
    exact : bool
    evaluate : function
        From a value between the ends to the shares and the kind there; `Continuation.at` calls it.
    """

    label: str
    low: Any
    high: Any
    values: Floats
    states: Floats
    eigenvalues: Complexes
    stable: NDArray[np.bool_]
    kinds: tuple[tuple[Any, Any, str], ...]
    special: tuple[int, ...]
    exact: bool
    evaluate: Callable[[Any], tuple[Shares, str]] = field(repr=False)

    @property
    def leading(self) -> Floats:
        """The largest real part among the eigenvalues at each value; −∞ if there are none."""
        return np.asarray(self.eigenvalues.real.max(axis=1, initial=-np.inf))

    def __str__(self) -> str:
        spans: list[tuple[Any, Any, str]] = []
        for low, high, kind in self.kinds:
            if spans and spans[-1][2] == kind:
                spans[-1] = (spans[-1][0], high, kind)
            else:
                spans.append((low, high, kind))
        parts = [f"{kind} from {written(low)} to {written(high)}" for low, high, kind in spans]
        return f"{self.label}: {', '.join(parts)}"


@dataclass(frozen=True)
class SpecialPoint(Displayed):
    """Where branches are born, meet, turn or change their stability.

    Attributes
    ----------
    kind : str
        ``"fold"`` (two branches are born, or meet and vanish), ``"transcritical"`` (two branches
        cross, one of which may leave the state space), ``"pitchfork"``, ``"Hopf"`` (a cycle is
        born) or ``"degenerate"`` (none of these, as `words` say).
    criticality : str
        ``"supercritical"`` or ``"subcritical"`` (pitchforks and Hopf points),
        ``"degenerate"``, ``"unknown"`` or ``""``.
    value : Fraction, AlgebraicNumber or float
        Of the parameter: exact where it was decided exactly.
    state : tuple of numpy.ndarray
        The shares there, for each population.
    branches : tuple of int
        The branches that meet there, places in ``Continuation.branches``.
    frequency : float
        Of the cycles born at a Hopf point, in radians per unit of time; otherwise 0.
    residual : float
        How far the point is from solving the equations that define it; 0 for exact ones.
    words : str
    """

    kind: str
    criticality: str
    value: Any
    state: tuple[Floats, ...]
    branches: tuple[int, ...]
    frequency: float
    residual: float
    words: str

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class MovingContinuum(Displayed):
    """A continuum of rest points, over an open interval of the parameter or at one value.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
        Equal, if it is there at one value only.
    words : str
    """

    low: Real
    high: Real
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, repr=False)
class Continuation(Solution):
    """The rest points of a rule along one parameter.

    Attributes
    ----------
    parameter : str
    rule : str
    over : pair of Fraction
    populations : int
    strategies : tuple of tuples of str
        For each population.
    branches : tuple of Branch
    special : tuple of SpecialPoint
        In the order of their values, all strictly inside `over`.
    continua : tuple of MovingContinuum
        Rest points that are not isolated (known for exact branches only).
    method, exact, complete, status
        As in every answer of the library.
    """

    parameter: str
    rule: str
    over: tuple[Fraction, Fraction]
    populations: int
    strategies: tuple[tuple[str, ...], ...]
    branches: tuple[Branch, ...]
    special: tuple[SpecialPoint, ...]
    continua: tuple[MovingContinuum, ...]

    def at(self, value: Any) -> tuple[BranchState, ...]:
        """Return the state of each branch at a value of the parameter.

        Parameters
        ----------
        value : number
            From ``over[0]`` to ``over[1]``. At a special point all branches that meet there have
            the same state; in a continuum of rest points its kind is "undecided".

        Raises
        ------
        TypeError, ValueError
            If it is no such number.
        """
        where = fraction(value, "value")
        low, high = self.over
        if not low <= where <= high:
            raise ValueError(f"value: requires one from {low} to {high}, got {where}")
        found = []
        for place, one in enumerate(self.branches):
            if one.low <= where <= one.high:
                shares, kind = one.evaluate(where)
                found.append(BranchState(place, one.label, shares, kind))
        return tuple(found)

    def to_dataset(self) -> xarray.Dataset:
        """Return all branches as one Dataset, side by side along the dim ``point``.

        Variables ``branch`` (place), ``value``, ``stable`` and ``leading`` have the dim ``point``;
        ``state`` has ``point`` and ``strategy``. The special points have the dim ``special``:
        ``special_value``, ``special_kind``.
        """
        import xarray

        from dilemma.solution import VERSION

        names = [
            name if self.populations == 1 else f"{name} ({place})"
            for place, side in enumerate(self.strategies, 1)
            for name in side
        ]
        counts = [len(one.values) for one in self.branches]
        width = len(names)

        def joined(parts: list[Any], shape: tuple[int, ...] = (0,)) -> Any:
            return np.concatenate(parts) if parts else np.zeros(shape)

        return xarray.Dataset(
            {
                "branch": ("point", np.repeat(np.arange(len(counts)), counts)),
                "value": ("point", joined([one.values for one in self.branches])),
                "stable": ("point", joined([one.stable for one in self.branches])),
                "leading": ("point", joined([one.leading for one in self.branches])),
                "state": (
                    ("point", "strategy"),
                    joined([one.states for one in self.branches], (0, width)),
                ),
                "special_value": ("special", np.array([float(one) for one in self.special])),
                "special_kind": ("special", np.array([one.kind for one in self.special], str)),
                "label": ("line", np.array([one.label for one in self.branches], str)),
            },
            coords={"strategy": names},
            attrs={
                "dilemma": "continuation",
                "parameter": self.parameter,
                "rule": self.rule,
                "status": self.status,
                "version": VERSION,
            },
        )

    def __str__(self) -> str:
        lines = [f"  {one}" for one in self.branches]
        if self.special:
            lines.append("special points:")
            lines += [f"  {one}" for one in self.special]
        if self.continua:
            lines.append("continua:")
            lines += [f"  {one}" for one in self.continua]
        filled = [textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines]
        return "\n".join([textwrap.fill(self.status, WIDTH), *filled])


def written(value: Any) -> str:
    """Write a value of the parameter: exactly if it is exact, otherwise with seven figures.

    >>> written(Fraction(29, 45)), written(0.123456789)
    ('29/45', '0.1234568')
    """
    if isinstance(value, (Fraction, AlgebraicNumber)):
        return closed_form(value)
    return f"{value:.7g}"


def read_only(array: Any) -> Any:
    """Return an array that cannot be written to."""
    array = np.array(array)
    array.flags.writeable = False
    return array


def named_apart(labels: list[str]) -> list[str]:
    """Number labels that occur more than once.

    >>> named_apart(["a", "b", "a"])
    ['a (1)', 'b', 'a (2)']
    """
    counts: dict[str, int] = {}
    result = []
    for one in labels:
        counts[one] = counts.get(one, 0) + 1
        result.append(f"{one} ({counts[one]})" if labels.count(one) > 1 else one)
    return result


def mixture_label(names: tuple[tuple[str, ...], ...], used: tuple[tuple[int, ...], ...]) -> str:
    """Name what is played: one strategy, or a mixture.

    >>> mixture_label((("hawk", "dove"),), ((0, 1),))
    'hawk-dove mixture'
    >>> mixture_label((("hawk", "dove"), ("left", "right")), ((0,), (0, 1)))
    'hawk against left-right mixture'
    """
    parts = []
    for side, members in zip(names, used, strict=True):
        called = "-".join(side[i] for i in members)
        parts.append(f"{called} mixture" if len(members) > 1 else called)
    return " against ".join(parts)
