"""How much speaks for an equilibrium: every concept of stability and selection, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from dilemma.equilibria.answers import Component, Equilibria, Equilibrium, Mixture
from dilemma.equilibria.dominance import rationalizable
from dilemma.equilibria.enumeration import nash
from dilemma.equilibria.evolutionary import verdict
from dilemma.equilibria.potentials import Potential, potential
from dilemma.equilibria.selection import (
    pareto_ranks,
    payoff_dominates,
    risk_dominance,
)
from dilemma.game import Game
from dilemma.game.display import number
from dilemma.writing.pages import Displayed


@dataclass(frozen=True)
class Stability(Displayed):
    """What the concepts of stability and selection say of one equilibrium among all of its game.

    Attributes
    ----------
    component : int
        The position, from 0, of its connected component in ``nash(game).components``.
    dimension : int
        Of that component.
    index : int
        Of that component; other than 0 if it survives every small perturbation of the payoffs.
    isolated : bool
        True if the component is this equilibrium alone.
    pure : bool
    strict : bool
        True if every deviation loses.
    quasi_strict : bool
        True if every strategy that is not played is worse than those that are (harsanyi1988).
    evolutionary : str or None
        ``"ESS"``, ``"NSS"`` or ``"neither"`` (see `evolutionarily_stable`) for a symmetric
        equilibrium of a symmetric game; None for any other, of which the concept does not speak.
    invader : tuple of Fraction or None
        A strategy that invades, or drifts into, a population at the equilibrium.
    risk_dominant : bool or None
        True if a strict equilibrium risk-dominates every other; None if it is not strict.
    p_dominance : Fraction or None
        The smallest p for which it is p-dominant; None if it is mixed.
    payoff_dominant : bool
        True if every other extreme equilibrium, mixed ones too, is worse for both players.
    pareto_rank : int
        1 if no other extreme equilibrium is better for a player and as good for the other; 2 if
        only those of rank 1 are; and so on.
    potential_maximiser : bool or None
        True if it puts all weight on profiles at which an exact or weighted potential is largest;
        None if the game has no such potential.
    survives_dominance : bool
        True if no strategy that it plays falls to iterated weak dominance, all dominated
        strategies going at once. (Iterated strict dominance never touches an equilibrium.)
    """

    component: int
    dimension: int
    index: int
    isolated: bool
    pure: bool
    strict: bool
    quasi_strict: bool
    evolutionary: str | None
    invader: Mixture | None
    risk_dominant: bool | None
    p_dominance: Fraction | None
    payoff_dominant: bool
    pareto_rank: int
    potential_maximiser: bool | None
    survives_dominance: bool

    @property
    def words(self) -> str:
        """All of it in one sentence."""
        kind = "strict" if self.strict else "quasi-strict" if self.quasi_strict else "not strict"
        where = "isolated" if self.isolated else f"in a component of dimension {self.dimension}"
        parts = [f"{'pure' if self.pure else 'mixed'}, {kind}, {where}, index {self.index:+d}"]
        parts.append(
            "evolutionary stability does not apply (no symmetric equilibrium of a symmetric game)"
            if self.evolutionary is None
            else {"neither": "neither an ESS nor an NSS"}.get(
                self.evolutionary, f"an {self.evolutionary}"
            )
        )
        if self.risk_dominant is not None:
            parts.append("risk-dominant" if self.risk_dominant else "not risk-dominant")
        if self.p_dominance is not None:
            parts.append(f"p-dominant from p = {number(self.p_dominance)} on")
        dominant = "payoff-dominant" if self.payoff_dominant else "not payoff-dominant"
        parts.append(f"{dominant} (Pareto rank {self.pareto_rank})")
        if self.potential_maximiser is not None:
            verb = "maximises" if self.potential_maximiser else "does not maximise"
            parts.append(f"{verb} the potential")
        verb = "survives" if self.survives_dominance else "falls to"
        parts.append(f"{verb} iterated weak dominance")
        return "; ".join(parts)

    def __str__(self) -> str:
        return self.words


def stabilities(
    game: Game, equilibria: Equilibria | None = None
) -> dict[tuple[Mixture, Mixture], Stability]:
    """Assess all extreme equilibria of a game at once, by their mixtures."""
    known = nash(game) if equilibria is None else equilibria
    places = {
        (one.row, one.column): (place, component)
        for place, component in enumerate(known.components)
        for one in component.equilibria
    }
    risk = risk_dominance(game)
    pure = {one.profile: one for one in risk.equilibria}
    found = potential(game)
    left = rationalizable(game, weak=True)
    payoffs = [one.payoffs for one in known]
    ranks = pareto_ranks(payoffs)
    A = [[Fraction(value) for value in row] for row in game.exact_payoffs[0]]
    result = {}
    for which, one in enumerate(known):
        place, component = places[one.row, one.column]
        rows, columns = one.supports
        only = pure.get((rows[0], columns[0])) if len(rows) == len(columns) == 1 else None
        resident = verdict(game, A, one.row) if _symmetric(game, one) else None
        result[one.row, one.column] = Stability(
            component=place,
            dimension=component.dimension,
            index=component.index,
            isolated=_isolated(component),
            pure=only is not None,
            strict=one.strict,
            quasi_strict=game.best_replies(one.row, one.column) == one.supports,
            evolutionary=None if resident is None else resident.kind,
            invader=None if resident is None else resident.invader,
            risk_dominant=only.risk_dominant if only is not None and only.strict else None,
            p_dominance=None if only is None else only.p,
            payoff_dominant=payoff_dominates(which, payoffs),
            pareto_rank=ranks[which],
            potential_maximiser=_maximises(found, one),
            survives_dominance=set(rows) <= set(left.rows) and set(columns) <= set(left.columns),
        )
    return result


def _symmetric(game: Game, equilibrium: Equilibrium) -> bool:
    return game.is_symmetric and equilibrium.row == equilibrium.column


def _isolated(component: Component) -> bool:
    return len(component.equilibria) == 1


def _maximises(found: Potential, equilibrium: Equilibrium) -> bool | None:
    if found.weights is None:
        return None
    rows, columns = equilibrium.supports
    return {(i, j) for i in rows for j in columns} <= set(found.maximisers)
