"""Learning strategies: how much a firm absorbs, and how much it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from dilemma.arrays.exact import fraction
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class Strategy(Displayed):
    """A point of the square of learning strategies.

    Parameters
    ----------
    name : str
    receptivity : number in [0, 1]
        r: how much the firm absorbs of what its partner shows.
    transparency : number in [0, 1]
        t: how much the firm shows of what it knows.
    short : str, optional
        An abbreviation; the name if left out.

    Raises
    ------
    TypeError, ValueError
        If a number is none, or outside [0, 1], or the name is empty.

    References
    ----------
    larsson1998 in ``references.bib``.

    Examples
    --------
    >>> Strategy("listening", 1, 0.2).transparency
    Fraction(1, 5)
    """

    name: str
    receptivity: Fraction
    transparency: Fraction
    short: str = ""

    def __post_init__(self) -> None:
        for field in ("name", "short"):
            text = getattr(self, field)
            if not isinstance(text, str):
                raise TypeError(f"{field}: requires a text, got {text!r}")
        if not self.name:
            raise ValueError("name: requires at least one character, got ''")
        for field in ("receptivity", "transparency"):
            value = fraction(getattr(self, field), field)
            if not 0 <= value <= 1:
                raise ValueError(f"{field}: requires a number in [0, 1], got {value}")
            object.__setattr__(self, field, value)
        if not self.short:
            object.__setattr__(self, "short", self.name)


_HALF = Fraction(1, 2)

STRATEGIES: tuple[Strategy, ...] = (
    Strategy("collaboration", Fraction(1), Fraction(1), "COL"),
    Strategy("competition", Fraction(1), Fraction(0), "COM"),
    Strategy("compromise", _HALF, _HALF, "CMP"),
    Strategy("accommodation", Fraction(0), Fraction(1), "ACC"),
    Strategy("avoidance", Fraction(0), Fraction(0), "AVO"),
)
"""The five learning strategies of Larsson et al. (larsson1998)."""


def strategy_grid(k: int) -> tuple[Strategy, ...]:
    """Return k × k strategies, evenly spaced over the square of receptivity and transparency.

    Parameters
    ----------
    k : int
        Points along each side, at least 2.

    Returns
    -------
    tuple of Strategy
        Receptivity changes slowest. A point that is one of the five strategies bears its name.

    Raises
    ------
    TypeError, ValueError
        If k is no integer of at least 2.

    Examples
    --------
    >>> [strategy.name for strategy in strategy_grid(2)]
    ['avoidance', 'accommodation', 'competition', 'collaboration']
    >>> strategy_grid(3)[3]
    Strategy(name='r=1/2 t=0', receptivity=Fraction(1, 2), transparency=Fraction(0, 1), \
short='r=1/2 t=0')
    """
    if isinstance(k, bool) or not isinstance(k, int):
        raise TypeError(f"k: requires an integer of at least 2, got {k!r}")
    if k < 2:
        raise ValueError(f"k: requires an integer of at least 2, got {k}")
    landmarks = {(one.receptivity, one.transparency): one for one in STRATEGIES}
    steps = [Fraction(i, k - 1) for i in range(k)]
    return tuple(
        landmarks.get((r, t)) or Strategy(f"r={r} t={t}", r, t) for r in steps for t in steps
    )


def checked_strategies(strategies: Iterable[Strategy]) -> tuple[Strategy, ...]:
    """A set of strategies as a tuple: at least one, all named differently."""
    try:
        chosen = tuple(strategies)
    except TypeError:
        raise TypeError(
            f"strategies: requires a sequence of Strategy, got {strategies!r}"
        ) from None
    for one in chosen:
        if not isinstance(one, Strategy):
            raise TypeError(f"strategies: requires a sequence of Strategy, got {one!r} in it")
    if not chosen:
        raise ValueError("strategies: requires at least one, got none")
    names = [one.name for one in chosen]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"strategies: requires different names, got {name!r} twice")
    return chosen
