"""What a goal network comes to: views at rest, and round by round."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dilemma.collective.aligning.computing import error_of, round_by_round
from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

if TYPE_CHECKING:
    from dilemma.collective.aligning.networks import GoalNetwork

# So many firms are listed one by one.
LISTED = 24
View = tuple[Any, ...] | None


@dataclass(frozen=True, kw_only=True, repr=False)
class Goals(Solution):
    """Where views settle, and what follows for commitment and value.

    Attributes
    ----------
    network : GoalNetwork
    views : tuple of (tuple of numbers, or None)
        Each firm's settled view, a number for each dimension of the goal; None if it never
        settles.
    alignment : tuple of numbers
        1 − distance from the goal, by firm. Like what follows, empty or None if some view never
        settles.
    commitment : tuple of numbers
        Resources committed, by firm.
    values : tuple of numbers
        By firm: its own, and half of what each of its ties creates.
    value : number or None
        Of the network.
    converges : bool
        Whether all views settle; in floating point, go round by less than 1e-9.
    groups : tuple of tuple of str
        Groups of firms that listen to nobody else and hold on to nothing (λ = 1).
    periods : tuple of int
        Of each group, after how many rounds it comes back to where it was, in the end; 1 if it
        settles.
    error : float or None
        No settled view is off by more; 0 if exact, None if no bound is known.
    """

    network: GoalNetwork
    views: tuple[View, ...]
    alignment: tuple[Any, ...]
    commitment: tuple[Any, ...]
    values: tuple[Any, ...]
    value: Any
    converges: bool
    groups: tuple[tuple[str, ...], ...]
    periods: tuple[int, ...]
    error: float | None

    @property
    def total_commitment(self) -> Any:
        """What all firms commit together; None if some view never settles."""
        return sum(self.commitment) if self.converges else None

    @property
    def spread(self) -> Any:
        """The widest gap between two settled views, over all dimensions; None if some are none."""
        settled = [one for one in self.views if one is not None]
        if len(settled) < len(self.views):
            return None
        return max(max(own) - min(own) for own in zip(*settled, strict=True))

    def __getitem__(self, firm: Any) -> View:
        """Return one firm's settled view."""
        return self.views[self.network.place_of(firm)]

    def __str__(self) -> str:
        lines = [self.status]
        first = self.network.beginnings
        for k, firm in enumerate(self.network.firms[:LISTED]):
            mark = " (architect)" if k in self.network.architects else ""
            before = in_words(first[k])
            view = self.views[k]
            after = "never settles" if view is None else in_words(view)
            more = f", commitment {said(self.commitment[k])}" if self.converges else ""
            lines.append(f"  {firm}{mark}: view {before} -> {after}{more}")
        if len(self.views) > LISTED:
            lines.append(f"  … and {len(self.views) - LISTED:,} more firms")
        return wrapped(lines)


@dataclass(frozen=True, kw_only=True, repr=False)
class GoalPath(Solution):
    """Views round by round.

    Attributes
    ----------
    network : GoalNetwork
    views : tuple, by round, firm and dimension
        Numbers; the first round is where the firms begin.
    """

    network: GoalNetwork
    views: tuple[tuple[tuple[Any, ...], ...], ...]

    @property
    def rounds(self) -> int:
        """How many rounds there are after the start."""
        return len(self.views) - 1

    def __str__(self) -> str:
        lines = [self.status]
        few = range(len(self.views)) if len(self.views) <= 12 else [*range(6), *range(-5, 0)]
        for k in few:
            if k == -5:
                lines.append("  …")
            place = k if k >= 0 else len(self.views) + k
            shown = ", ".join(map(in_words, self.views[k][:8]))
            more = ", …" if len(self.views[k]) > 8 else ""
            lines.append(f"  round {place}: {shown}{more}")
        return wrapped(lines)


def said(value: Any) -> str:
    """Write a number shortly.

    >>> said(Fraction(1, 3)), said(0.25)
    ('1/3', '0.25')
    """
    if isinstance(value, Fraction):
        return number(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def in_words(view: tuple[Any, ...]) -> str:
    """Write a view.

    >>> in_words((Fraction(1, 3),)), in_words((Fraction(0), Fraction(1)))
    ('1/3', '(0, 1)')
    """
    return said(view[0]) if len(view) == 1 else f"({', '.join(map(said, view))})"


def goals_of(network: GoalNetwork) -> Goals:
    """Find where views settle, and what follows.

    See `dilemma.collective.GoalNetwork.goals`.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> goals_of(GoalNetwork(2, [0, 1])).spread
    Fraction(1, 3)
    """
    kind = network.kind
    if kind == "symbol":
        raise TypeError(
            "goals: requires numbers for all terms, got symbols; views_at_rest(), commitment() "
            "and value() take these"
        )
    found = network._result
    converges = found.total is not None
    restless = found.restless
    exact = kind == "number"
    error: float | None = 0.0
    if not exact:
        error = None if found.rest.groups else error_of(network, network.views_at_rest())
    how = "in rational arithmetic" if exact else "in floating point"
    if converges:
        total = sum(found.commitment)
        status = f"Views settle {how}; value {said(found.total)}, total commitment {said(total)}."
        if found.rest.groups:
            count = len(found.rest.groups)
            plural = "group of firms ends" if count == 1 else "groups of firms end"
            each = "" if count == 1 else " of its own"
            status += f" {count} {plural} in a consensus{each} (nobody there has λ < 1)."
        if error is not None and error > 1e-6:
            status += f" Views may be off by up to {error:.2g}."
    else:
        group = restless[0]
        names = listed([network.firms[k] for k in group.firms[:6]])
        more = f" and {len(group.firms) - 6} more" if len(group.firms) > 6 else ""
        without = sum(one is None for one in found.views)
        status = (
            f"Views do not all settle: {names}{more} listen to nobody else, hold on to nothing, "
            f"and go round with period {group.period}; {without} of {network.size} firms have no "
            "settled view. Lower their susceptibility, or give own_weight."
        )
    return Goals(
        method=(
            "(I − ΛW) x = (I − Λ) x(0), solved by elimination in rational arithmetic"
            if exact
            else "(I − ΛW) x = (I − Λ) x(0), solved sparsely in floating point"
        ),
        exact=exact,
        complete=converges,
        status=status,
        network=network,
        views=network.views_at_rest(),
        alignment=tuple(found.alignment),
        commitment=tuple(found.commitment),
        values=tuple(found.values),
        value=found.total,
        converges=converges,
        groups=tuple(tuple(network.firms[k] for k in one.firms) for one in found.rest.groups),
        periods=tuple(1 if one.settles else one.period for one in found.rest.groups),
        error=error,
    )


def path_of(network: GoalNetwork, rounds: Any) -> GoalPath:
    """Follow views round by round.

    See `dilemma.collective.GoalNetwork.path`.

    Examples
    --------
    >>> from dilemma.collective import GoalNetwork
    >>> print(path_of(GoalNetwork(2, [0, 1]), 1))
    1 round of listening, in rational arithmetic.
      round 0: 0, 1
      round 1: 1/2, 1/2
    """
    if isinstance(rounds, bool) or not isinstance(rounds, (int, np.integer)):
        raise TypeError(f"rounds: requires a whole number of at least 0, got {rounds!r}")
    if rounds < 0:
        raise ValueError(f"rounds: requires a whole number of at least 0, got {rounds}")
    kind = network.kind
    if kind == "symbol":
        raise TypeError("path: requires numbers for all terms, got symbols")
    found = round_by_round(network, int(rounds))
    how = "in rational arithmetic" if kind == "number" else "in floating point"
    return GoalPath(
        method="x(k + 1) = ΛW x(k) + (I − Λ) x(0), round by round",
        exact=kind == "number",
        complete=True,
        status=f"{rounds} {'round' if rounds == 1 else 'rounds'} of listening, {how}.",
        network=network,
        views=tuple(tuple(tuple(one) for one in row) for row in found),
    )
