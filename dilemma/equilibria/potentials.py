r"""Potential games: one function whose change is every deviator's gain.

P is an *exact potential* (monderer1996) if each deviation changes it by what the deviator gains:
:math:`A_{kj} - A_{ij} = P_{kj} - P_{ij}` and :math:`B_{il} - B_{ij} = P_{il} - P_{ij}`. It exists
if and only if the deviators' gains sum to 0 along each cycle of four deviations,

.. math:: (A_{kj} - A_{ij}) + (B_{kl} - B_{kj}) + (A_{il} - A_{kl}) + (B_{ij} - B_{il}) = 0,

and cycles through (0, 0) suffice; then :math:`P_{ij} = A_{ij} - A_{0j} + B_{0j} - B_{00}` is one,
and any other differs by a constant. It is a *weighted* potential if the column player's gains are
w > 0 times its changes: the same for the game in which the column player's payoffs are divided by
w. Its maximisers are pure equilibria, and are selected by potential maximisation; best replies of
one player at a time climb it.

Ordinal potentials, which need only have the sign of the gains, are left out: they are not unique
up to constants, and neither are their maximisers.

Sources: monderer1996.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dilemma.equilibria.selection import Profile
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.game.requiring import require_game
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped


@dataclass(frozen=True, kw_only=True, repr=False)
class Potential(Solution):
    """The potential of a game, or why it has none.

    Attributes
    ----------
    kind : str
        ``"exact"``, ``"weighted"`` or ``"none"``.
    values : tuple of tuples of Fraction
        :math:`P_{ij}`, 0 at (0, 0), in units of the row player's payoffs; empty if the kind is
        none.
    weights : pair of Fraction or None
        What a change of the potential by 1 is worth to the deviating row and column player:
        (1, 1) if it is exact, (1, w) if it is weighted, None if there is none.
    maximisers : tuple of pairs of int
        The profiles at which it is largest: pure equilibria.
    cycle : tuple of pairs of int
        Unless the potential is exact, four profiles, each a deviation of one player (the row
        player first) from the one before, and the first from the last, around which the
        deviators' gains don't sum to 0; empty if it is exact.
    cycle_gain : Fraction or None
        Their sum; None if the potential is exact.
    method, exact, complete, status
        As in every answer of the library.
    """

    kind: str
    values: tuple[tuple[Fraction, ...], ...]
    weights: tuple[Fraction, Fraction] | None
    maximisers: tuple[Profile, ...]
    cycle: tuple[Profile, ...]
    cycle_gain: Fraction | None

    def __str__(self) -> str:
        return wrapped([self.status])


def potential(game: Game) -> Potential:
    r"""Find the exact or weighted potential of a game, or a cycle that shows that there is none.

    Parameters
    ----------
    game : Game
        Any m × n game.

    Returns
    -------
    Potential

    Raises
    ------
    TypeError
        If the argument is no `Game`.

    Notes
    -----
    O(mn).

    References
    ----------
    monderer1996 in ``references.bib``.

    Examples
    --------
    >>> found = potential(Game.symmetric([[4, 0], [3, 3]], ["stag", "hare"]))
    >>> found.kind, found.values[1][1], found.maximisers
    ('exact', Fraction(2, 1), ((1, 1),))
    >>> print(potential(Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])))
    ... # doctest: +ELLIPSIS
    No potential, exact or weighted: from (1, 1) over (2, 1), (2, 2), (1, 2) back to
        (1, 1) the deviating players gain -8 in all.
    """
    require_game(game)
    A, B = game.exact_payoffs
    m, n = game.shape
    cycles = [
        ((k, l), _interaction(A, k, l), _interaction(B, k, l))
        for k in range(1, m)
        for l in range(1, n)  # noqa: E741
    ]
    # Around (0, 0), (k, 0), (k, l), (0, l) the row player gains -a in all and the column player b.
    broken = next((one for one in cycles if one[1] != one[2]), None)
    weight = _weight(cycles)
    cycle: tuple[Profile, ...] = ()
    gain = None
    if broken is not None:
        (k, l), a, b = broken  # noqa: E741
        cycle, gain = ((0, 0), (k, 0), (k, l), (0, l)), b - a
    values: tuple[tuple[Fraction, ...], ...] = ()
    maximisers: tuple[Profile, ...] = ()
    if weight is not None:
        values = tuple(
            tuple(A[i, j] - A[0, j] + (B[0, j] - B[0, 0]) / weight for j in range(n))
            for i in range(m)
        )
        most = max(max(row) for row in values)
        maximisers = tuple((i, j) for i in range(m) for j in range(n) if values[i][j] == most)
    kind = "none" if weight is None else "exact" if broken is None else "weighted"
    return Potential(
        method="cycles of four deviations through the first profile",
        exact=True,
        complete=True,
        status=_status(game, kind, weight, maximisers, cycle, gain),
        kind=kind,
        values=values,
        weights=None if weight is None else (Fraction(1), weight),
        maximisers=maximisers,
        cycle=cycle,
        cycle_gain=gain,
    )


def _interaction(payoffs: Any, k: int, l: int) -> Fraction:  # noqa: E741
    return Fraction(payoffs[0, 0] - payoffs[k, 0] - payoffs[0, l] + payoffs[k, l])


def _weight(cycles: list[tuple[Profile, Fraction, Fraction]]) -> Fraction | None:
    """The w > 0 with b = w a for the interactions of all cycles; 1 if it is free."""
    weight = next((b / a for _, a, b in cycles if a), Fraction(1))
    if weight > 0 and all(b == weight * a for _, a, b in cycles):
        return weight
    return None


def _status(
    game: Game,
    kind: str,
    weight: Fraction | None,
    maximisers: tuple[Profile, ...],
    cycle: tuple[Profile, ...],
    gain: Fraction | None,
) -> str:
    rows, columns = game.strategies

    def name(profile: Profile) -> str:
        return f"({rows[profile[0]]}, {columns[profile[1]]})"

    if weight is None and gain is not None:
        first, *others = map(name, cycle)
        return (
            f"No potential, exact or weighted: from {first} over {', '.join(others)} back to "
            f"{first} the deviating players gain {number(gain)} in all."
        )
    what = "An exact potential"
    if kind == "weighted" and weight is not None:
        what = f"A weighted potential (the column player's weight is {number(weight)})"
    where = ", ".join(map(name, maximisers[:3])) + ("..." if len(maximisers) > 3 else "")
    return f"{what}, largest at {where.rstrip('.')}{' and others' * where.endswith('...')}."
