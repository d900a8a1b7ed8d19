"""The alliance: its terms, and the game that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.blocks import alliance_blocks, payoff_bound
from dilemma.alliance.evaluation import (
    batch_of,
    evaluate,
    kind_of_terms,
    pick,
    symbols_of,
)
from dilemma.alliance.fields import (
    alike,
    changes,
    domains_of,
    hash_of,
    read_extra,
    read_model,
    replaced,
)
from dilemma.alliance.kinds import Dilemma, dilemma_of
from dilemma.alliance.outcomes import Outcomes, outcomes_of
from dilemma.alliance.payoffs import INTERORGANIZATIONAL_LEARNING, PayoffModel
from dilemma.alliance.squares import square_of
from dilemma.alliance.strategies import STRATEGIES, Strategy, checked_strategies
from dilemma.alliance.terms import FIRMS, TERMS, Domain, read_term
from dilemma.arrays.exact import rounded
from dilemma.game import Game, Games, SquareGame
from dilemma.game.batch import GameBlocks
from dilemma.writing.pages import Displayed

PLAYERS = ("row firm", "column firm")

_DEFAULTS = {term.name: term.default for term in TERMS}


@dataclass(frozen=True, eq=False)
class Alliance(Displayed):
    r"""Two firms that learn from each other, on given terms.

    Each term is a number (a float means the decimal that prints it), a sympy expression, a NumPy
    array or an `xarray.DataArray`. Arrays make a batch of alliances: NumPy arrays broadcast by
    shape, DataArrays by the names of their dimensions. Terms marked † may be a pair, written as a
    tuple or list of two: (row firm, column firm).

    Parameters
    ----------
    trust : in [0, 1]
        τ, mutual trust.
    stakes : > 0 †
        S, value of a unit of knowledge.
    opportunism : in [0, 1] †
        ω, the firm's own weight on winning the learning race.
    synergy : ≥ 0
        σ, value of knowledge created jointly.
    relational_return : ≥ 0
        η, what a trusted partner's learning returns to the teacher.
    leakage : in [0, 1)
        ℓ, what is learned from an opaque partner.
    absorptive_capacity, communicative_capacity : > 0 †
        a and c, abilities to absorb and to communicate.
    receptivity_cost, transparency_cost : ≥ 0 †
        κr and κt, costs of full receptivity and of full transparency.
    effort_convexity : in [0, 1]
        ν, 0 if the cost is linear in effort, 1 if quadratic.
    prior_interaction : in [0, 1]
        π, partner-specific learning from earlier ties.
    power : in [−1, 1]
        ρ, the row firm's extra share of synergy (the column firm's is −ρ).
    strategies : sequence of Strategy
        What the firms choose from; the five of larsson1998 unless given.
    model : PayoffModel or function (focal, partner, terms) -> pair of payoffs
        See `dilemma.alliance.payoffs`.
    extra : mapping of str to term values
        Values of the terms that the model has beyond those above.

    Raises
    ------
    TypeError, ValueError
        If a term is outside its domain or of no kind that a term can have; the message names the
        term, what it requires and what it got.

    Notes
    -----
    Alliances are equal if all their terms, strategies and models are; arrays by their values and
    dimensions. One with array terms can't be hashed, and says so.

    The payoffs are derived from the definitions of larsson1998, which prints none; see
    `dilemma.alliance.payoffs.interorganizational_learning`.

    Examples
    --------
    >>> Alliance(trust=0.3) == Alliance(trust="3/10")
    True
    >>> Alliance(opportunism=(0.2, 0.9)).replace(**{"stakes.row": 2}).stakes
    (Fraction(2, 1), Fraction(1, 1))
    >>> Alliance(trust=np.linspace(0, 1, 5)).payoffs().shape
    (5, 2, 5, 5)
    """

    trust: Any = _DEFAULTS["trust"]
    stakes: Any = _DEFAULTS["stakes"]
    opportunism: Any = _DEFAULTS["opportunism"]
    synergy: Any = _DEFAULTS["synergy"]
    relational_return: Any = _DEFAULTS["relational_return"]
    leakage: Any = _DEFAULTS["leakage"]
    absorptive_capacity: Any = _DEFAULTS["absorptive_capacity"]
    communicative_capacity: Any = _DEFAULTS["communicative_capacity"]
    receptivity_cost: Any = _DEFAULTS["receptivity_cost"]
    transparency_cost: Any = _DEFAULTS["transparency_cost"]
    effort_convexity: Any = _DEFAULTS["effort_convexity"]
    prior_interaction: Any = _DEFAULTS["prior_interaction"]
    power: Any = _DEFAULTS["power"]
    strategies: tuple[Strategy, ...] = STRATEGIES
    model: PayoffModel = INTERORGANIZATIONAL_LEARNING
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for term in TERMS:
            object.__setattr__(self, term.name, read_term(term, getattr(self, term.name)))
        object.__setattr__(self, "strategies", checked_strategies(self.strategies))
        model = read_model(self.model)
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "extra", read_extra(model, self.extra, FIRMS))
        batch_of(self.terms)

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name, the model's own included: numbers, expressions, arrays or pairs."""
        return {term.name: getattr(self, term.name) for term in TERMS} | dict(self.extra)

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that `replace` takes, such as ``stakes`` and ``stakes.row``."""
        return domains_of((*TERMS, *self.model.terms), FIRMS)

    def replace(self, **terms: Any) -> Alliance:
        """Return the alliance with some terms changed.

        Parameters
        ----------
        **terms
            Terms by name, also ``strategies``, ``model``, ``extra`` and the model's own terms.
            ``stakes`` changes both firms', and ``**{"stakes.row": value}`` one firm's alone.

        Raises
        ------
        TypeError
            If there is no such term.

        Examples
        --------
        >>> Alliance().replace(trust=0.3, stakes=(1, 2)).stakes
        (Fraction(1, 1), Fraction(2, 1))
        """
        return Alliance(**replaced(self, TERMS, FIRMS, terms))

    def payoffs(self) -> Any:
        """Return both firms' payoffs for every pair of strategies.

        Returns
        -------
        numpy.ndarray of Fraction, shape (2, m, n)
            Where all terms are numbers: exact.
        numpy.ndarray of sympy expressions, shape (2, m, n)
            Where a term is symbolic.
        numpy.ndarray of float64, shape (..., 2, m, n)
            Where a term is a NumPy array.
        xarray.DataArray
            Where a term is one: with its dimensions, in the order of the terms, then player, row
            and column.

        Examples
        --------
        >>> Alliance().payoffs()[0, 1, 0]  # competition against collaboration
        Fraction(73, 80)
        """
        first, second = self._evaluate(self.model.payoffs, self.strategies)
        return self._labelled(np.stack([first, second], axis=-3), ("player", "row", "column"))

    def game(self) -> Game:
        """Return the alliance as an exact game, whose terms must all be numbers.

        Examples
        --------
        >>> Alliance().game().strategies[0][:2]
        ('collaboration', 'competition')
        """
        kind = kind_of_terms(self.terms)
        if kind == "symbol":
            raise TypeError(
                "game: requires rational numbers for all terms, got "
                f"{', '.join(symbols_of(self.terms))}; replace them, or use payoffs()"
            )
        if kind != "number":
            raise TypeError("game: requires numbers for all terms, got arrays; use games()")
        return Game(self.payoffs(), [[one.name for one in self.strategies]] * 2, PLAYERS)

    def games(self) -> Games:
        """Return the batch of games that array terms make, with the terms kept beside it.

        The payoffs are in floating point; ``games[index]`` is exact, from the terms.

        Examples
        --------
        >>> games = Alliance(trust=np.linspace(0, 1, 11)).games()
        >>> games.shape, games[3] == Alliance(trust="0.30000000000000004").game()
        ((11,), True)
        """
        if kind_of_terms(self.terms) == "symbol":
            raise TypeError(
                "games: requires numbers or arrays for all terms, "
                f"got {', '.join(symbols_of(self.terms))}"
            )
        values = self.payoffs()
        if kind_of_terms(self.terms) == "number":
            values = rounded(values)
        dims, shape, coords = batch_of(self.terms)
        error, denominator = payoff_bound(self, shape, dims)
        return Games(
            np.asarray(values),
            dims=dims,
            coords=coords,
            strategies=[[one.name for one in self.strategies]] * 2,
            players=PLAYERS,
            source=self,
            payoff_error=error,
            payoff_denominator=denominator,
        )

    def blocks(self) -> GameBlocks:
        """Return the batch that array terms make, its payoffs to be built block by block.

        For batches that are too large for `games`, such as a grid of a million alliances.

        Examples
        --------
        >>> Alliance(trust=np.linspace(0, 1, 11)).blocks().block(3, 5).payoffs.shape
        (2, 5, 5, 2)
        """
        if kind_of_terms(self.terms) == "symbol":
            raise TypeError(
                "blocks: requires numbers or arrays for all terms, "
                f"got {', '.join(symbols_of(self.terms))}"
            )
        dims, shape, coords = batch_of(self.terms)
        return alliance_blocks(self, shape, dims, coords, PLAYERS)

    def at(self, index: tuple[int, ...]) -> Alliance:
        """Return the alliance at one index of its batch, all its terms exact numbers.

        Examples
        --------
        >>> Alliance(trust=np.array([0.1, 0.2])).at((1,)).trust
        Fraction(1, 5)
        """
        chosen = pick(self.terms, index)
        extra = {name: chosen.pop(name) for name in self.extra}
        return self.replace(**chosen, extra=extra)

    def game_at(self, index: tuple[int, ...]) -> Game:
        """Return the exact game at one index of the batch.

        Examples
        --------
        >>> alliance = Alliance(trust=np.array([0.1, 0.2]))
        >>> alliance.game_at((1,)) == Alliance(trust=0.2).game()
        True
        """
        return self.at(index).game()

    def square(self) -> SquareGame:
        """Return the game of firms that may choose any point of the square, exact.

        The alliance's strategies stay as landmarks. The model must be built from +, − and ×.

        Examples
        --------
        >>> square = Alliance(trust=0.75).square()
        >>> square.payoffs_at(("1/3", 1), (1, 1))[0]
        Fraction(1, 6)
        >>> square.restricted() == Alliance(trust=0.75).game()
        True
        """
        return square_of(self.terms, self.model, self.strategies, PLAYERS)

    def outcomes(self) -> Outcomes:
        """Return what both firms learn, jointly and against each other, for each strategy pair.

        Examples
        --------
        >>> outcomes = Alliance().outcomes()
        >>> outcomes.joint[0, 0], outcomes.division[0, 1], outcomes.exploitation[0, 0, 1]
        (Fraction(2, 1), Fraction(1, 11), Fraction(9, 10))
        """

        def both(focal: Any, partner: Any, terms: Any) -> tuple[Any, Any]:
            learning = self.model.learning
            return learning(focal, partner, terms), learning(partner, focal, terms)

        first, second = self._evaluate(both, self.strategies)
        return outcomes_of(first, second, self.strategies, self._labelled)

    def dilemma(self) -> Dilemma:
        """Return temptation, reward, punishment and sucker's payoff, and the kind of dilemma.

        The kind is that of the game on {collaboration, competition}, whatever strategies the
        alliance has; mutual avoidance is reported beside it. In a batch, payoffs too close for
        floating point to order are compared exactly.

        Examples
        --------
        >>> dilemma = Alliance().dilemma()
        >>> dilemma.kind, dilemma.order[0], dilemma.learning_dilemma
        ("prisoner's dilemma", 'T > R > avoidance > P > S', True)
        """
        collaboration, competition, *_, avoidance = STRATEGIES
        chosen = (collaboration, competition, avoidance)
        first, second = self._evaluate(self.model.payoffs, chosen)
        if kind_of_terms(self.terms) in ("number", "symbol"):
            return dilemma_of(first, second, self._labelled)
        dims, shape, _ = batch_of(self.terms)
        error, _ = payoff_bound(self.replace(strategies=chosen), shape, dims)
        return dilemma_of(
            first, second, self._labelled, error, lambda index: self.at(index).dilemma()
        )

    def _evaluate(
        self,
        function: Callable[[Any, Any, Any], tuple[Any, Any]],
        strategies: tuple[Strategy, ...],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        return evaluate(function, self.terms, (*TERMS, *self.model.terms), strategies)

    def _labelled(self, values: Any, cell: tuple[str, ...]) -> Any:
        """Values over (batch dims, cell) as a DataArray if the terms are; else as they are."""
        if kind_of_terms(self.terms) != "labelled array":
            return values
        import xarray

        dims, _, coords = batch_of(self.terms)
        names = [one.name for one in self.strategies]
        labels = {"player": list(PLAYERS), "row": names, "column": names}
        return xarray.DataArray(
            values,
            dims=(*dims, *cell),
            coords={**coords, **{dim: labels[dim] for dim in cell}},
        )

    def __eq__(self, other: object) -> bool:
        return alike(self, other) if isinstance(other, Alliance) else NotImplemented

    def __hash__(self) -> int:
        return hash_of(self)

    def __reduce__(self) -> tuple[Any, ...]:
        values = [getattr(self, one.name) for one in fields(self)]
        return Alliance, (*values[:-1], dict(values[-1]))

    def __repr__(self) -> str:
        return f"Alliance({', '.join(changes(self, _DEFAULTS))})"
