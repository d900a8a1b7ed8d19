"""The alliance: its terms, and the game that they make."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.blocks import alliance_blocks, as_floats, payoff_bound
from dilemma.alliance.kinds import UNDECIDED, Dilemma, kind_of_dilemma, order_of_payoffs
from dilemma.alliance.payoffs import INTERORGANIZATIONAL_LEARNING, PayoffModel
from dilemma.alliance.strategies import STRATEGIES, Strategy, checked_strategies
from dilemma.alliance.terms import TERMS, Domain, Term, kind_of, read_term
from dilemma.arrays.exact import to_float
from dilemma.game import Game, Games
from dilemma.game.batch import GameBlocks

PLAYERS = ("row firm", "column firm")
FIRMS = ("row", "column")


def _default(name: str) -> Any:
    return next(term.default for term in TERMS if term.name == name)


@dataclass(frozen=True)
class Outcomes:
    """What two firms learn from each other, for each pair of strategies.

    Attributes
    ----------
    learning : array of shape (..., 2, m, n)
        What each firm learns from the other, f.
    joint : array of shape (..., m, n)
        The joint learning, the sum of both.
    division : array of shape (..., m, n)
        The row firm's share of it, in [0, 1]; None (NaN in arrays of floats) where nothing is learned.
    exploitation : array of shape (..., 2, m, n)
        How much more the partner learns from the firm than the firm from it; the two firms'
        add up to 0.
    strategies : tuple of Strategy
    """

    learning: Any
    joint: Any
    division: Any
    exploitation: Any
    strategies: tuple[Strategy, ...]


@dataclass(frozen=True, eq=False)
class Alliance:
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
    >>> Alliance(trust=0.3) == Alliance(trust=Fraction(3, 10))
    True
    >>> Alliance(opportunism=(0.2, 0.9)).replace(**{"stakes.row": 2}).stakes
    (Fraction(2, 1), Fraction(1, 1))
    >>> Alliance(trust=np.linspace(0, 1, 5)).payoffs().shape
    (5, 2, 5, 5)
    """

    trust: Any = _default("trust")
    stakes: Any = _default("stakes")
    opportunism: Any = _default("opportunism")
    synergy: Any = _default("synergy")
    relational_return: Any = _default("relational_return")
    leakage: Any = _default("leakage")
    absorptive_capacity: Any = _default("absorptive_capacity")
    communicative_capacity: Any = _default("communicative_capacity")
    receptivity_cost: Any = _default("receptivity_cost")
    transparency_cost: Any = _default("transparency_cost")
    effort_convexity: Any = _default("effort_convexity")
    prior_interaction: Any = _default("prior_interaction")
    power: Any = _default("power")
    strategies: tuple[Strategy, ...] = STRATEGIES
    model: PayoffModel = INTERORGANIZATIONAL_LEARNING
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for term in TERMS:
            object.__setattr__(self, term.name, read_term(term, getattr(self, term.name)))
        object.__setattr__(self, "strategies", checked_strategies(self.strategies))
        model = self.model
        if not isinstance(model, PayoffModel):
            if not callable(model):
                raise TypeError(
                    "model: requires a PayoffModel or a function (focal, partner, terms), "
                    f"got {model!r}"
                )
            model = PayoffModel(name=getattr(model, "__name__", "a function"), payoffs=model)
            object.__setattr__(self, "model", model)
        own = {term.name: term for term in model.terms}
        unknown = sorted(set(self.extra) - set(own))
        if unknown:
            raise ValueError(
                f"extra: requires terms of the model {model.name!r} ({', '.join(own) or 'none'}), "
                f"got {unknown[0]!r}"
            )
        extra = {
            name: read_term(term, self.extra.get(name, term.default)) for name, term in own.items()
        }
        object.__setattr__(self, "extra", MappingProxyType(extra))
        self._kind()

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name, the model's own included: numbers, expressions, arrays or pairs."""
        return {term.name: getattr(self, term.name) for term in TERMS} | dict(self.extra)

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that `replace` takes, such as ``stakes`` and ``stakes.row``."""
        domains = {}
        for term in (*TERMS, *self.model.terms):
            domains[term.name] = term.domain
            if term.per_firm:
                domains |= {f"{term.name}.{firm}": term.domain for firm in FIRMS}
        return domains

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
        new = {one.name: getattr(self, one.name) for one in fields(self)}
        if "model" in terms:
            new["model"], new["extra"] = terms["model"], {}
        own = terms["model"] if "model" in terms else self.model
        extras = [term.name for term in own.terms] if isinstance(own, PayoffModel) else []
        new["extra"] = dict(new["extra"])
        per_firm = [term.name for term in (*TERMS, *self.model.terms) if term.per_firm]
        # Whole terms first, so that stakes=1 beside stakes.row=2 means what it says.
        for name, value in sorted(terms.items(), key=lambda item: "." in item[0]):
            whole, _, firm = name.partition(".")
            target = new["extra"] if whole in extras else new
            if firm:
                if whole not in per_firm or firm not in FIRMS:
                    raise TypeError(
                        f"{name}: requires a term, or one of {', '.join(per_firm)} "
                        "with .row or .column"
                    )
                pair = target[whole]
                pair = list(pair) if isinstance(pair, tuple) else [pair, pair]
                pair[FIRMS.index(firm)] = value
                value = tuple(pair)
            elif name == "extra":
                value = {**new["extra"], **value}
            elif whole not in target and whole not in extras:
                known = [*new, *extras]
                raise TypeError(f"{name}: requires a term among {', '.join(known)}")
            target[whole] = value
        return Alliance(**new)

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
        first, second = self._evaluate(self.model.payoffs, self.strategies, self.strategies)
        return self._labelled(np.stack([first, second], axis=-3), ("player", "row", "column"))

    def game(self) -> Game:
        """Return the alliance as an exact game, whose terms must all be numbers.

        Examples
        --------
        >>> Alliance().game().strategies[0][:2]
        ('collaboration', 'competition')
        """
        kind = self._kind()
        if kind == "symbol":
            symbols = sorted(map(str, self._symbols()))
            raise TypeError(
                f"game: requires numbers for all terms, got the symbols {', '.join(symbols)}; "
                "replace them, or use payoffs()"
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
        if self._kind() == "symbol":
            raise TypeError(
                f"games: requires numbers or arrays, got the symbols {self._symbols()}"
            )
        values = self.payoffs()
        if self._kind() == "number":
            values = np.array([to_float(value) for value in values.flat]).reshape(values.shape)
        dims, coords = self._dims()
        error, denominator = payoff_bound(self, self._shape(), dims)
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
        if self._kind() == "symbol":
            raise TypeError(
                f"blocks: requires numbers or arrays, got the symbols {self._symbols()}"
            )
        dims, coords = self._dims()
        return alliance_blocks(self, self._shape(), dims, coords, PLAYERS)

    def at(self, index: tuple[int, ...]) -> Alliance:
        """Return the alliance at one index of its batch, all its terms exact numbers.

        Examples
        --------
        >>> Alliance(trust=np.array([0.1, 0.2])).at((1,)).trust
        Fraction(1, 5)
        """
        dims, shape = self._dims()[0], self._shape()

        def pick(value: Any) -> Any:
            kind = kind_of(value)
            if kind == "labelled array":
                place = tuple(index[dims.index(dim)] for dim in value.dims)
                return value.values[place]
            if kind == "array":
                own = index[len(shape) - value.ndim :]
                place = tuple(
                    0 if size == 1 else one for one, size in zip(own, value.shape, strict=True)
                )
                return value[place]
            return value

        chosen = {
            name: tuple(map(pick, value)) if isinstance(value, tuple) else pick(value)
            for name, value in self.terms.items()
        }
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

        first, second = self._evaluate(both, self.strategies, self.strategies)
        joint = first + second
        if joint.dtype == object:
            division = np.empty(joint.shape, dtype=object)
            for index, total in np.ndenumerate(joint):
                division[index] = None if total == 0 else first[index] / total
        else:
            with np.errstate(invalid="ignore"):
                division = first / joint
        cell = ("row", "column")
        return Outcomes(
            learning=self._labelled(np.stack([first, second], axis=-3), ("player", *cell)),
            joint=self._labelled(joint, cell),
            division=self._labelled(division, cell),
            exploitation=self._labelled(
                np.stack([second - first, first - second], axis=-3), ("player", *cell)
            ),
            strategies=self.strategies,
        )

    def dilemma(self) -> Dilemma:
        """Return temptation, reward, punishment and sucker's payoff, and the kind of dilemma.

        The kind is that of the game on {collaboration, competition}, whatever strategies the
        alliance has; mutual avoidance is reported beside it.

        Examples
        --------
        >>> dilemma = Alliance().dilemma()
        >>> dilemma.kind, dilemma.order[0], dilemma.learning_dilemma
        ("prisoner's dilemma", 'T > R > avoidance > P > S', True)
        """
        collaboration, competition, *_, avoidance = STRATEGIES
        chosen = (collaboration, competition, avoidance)
        first, second = self._evaluate(self.model.payoffs, chosen, chosen)
        # Cell (i, j): the row firm plays chosen[i]. The column firm's roles are the transpose.
        payoffs = (first, np.swapaxes(second, -1, -2))
        T, R, P, S, avoid = (
            tuple(one[..., i, j] if one.ndim > 2 else one[i, j] for one in payoffs)
            for i, j in ((1, 0), (0, 0), (1, 1), (0, 1), (2, 2))
        )
        decidable = self._kind() != "symbol"

        def for_each(judge: Callable[..., str], *values: Any) -> Any:
            if not decidable:
                return UNDECIDED
            if not isinstance(values[0], np.ndarray):
                return judge(*values)
            judged = np.empty(values[0].shape, dtype=object)
            for index in np.ndindex(judged.shape):
                judged[index] = judge(*(value[index] for value in values))
            return judged

        kinds = tuple(for_each(kind_of_dilemma, T[p], R[p], P[p], S[p]) for p in (0, 1))
        order = tuple(for_each(order_of_payoffs, T[p], R[p], P[p], S[p], avoid[p]) for p in (0, 1))
        kind = for_each(_both_kinds, *kinds)
        tempted = None
        if decidable:
            tempted = (T[0] > R[0]) & (R[0] > avoid[0]) & (T[1] > R[1]) & (R[1] > avoid[1])
        label = self._labelled
        return Dilemma(
            temptation=tuple(label(one, ()) for one in T),
            reward=tuple(label(one, ()) for one in R),
            punishment=tuple(label(one, ()) for one in P),
            sucker=tuple(label(one, ()) for one in S),
            avoidance=tuple(label(one, ()) for one in avoid),
            kinds=tuple(label(one, ()) for one in kinds),
            kind=label(kind, ()),
            order=tuple(label(one, ()) for one in order),
            learning_dilemma=label(tempted, ()),
        )

    def _values(self) -> list[tuple[str, Any]]:
        """Every value, pairs taken apart, with the name of its term."""
        values = []
        for name, value in self.terms.items():
            parts = value if isinstance(value, tuple) else (value,)
            values += [(name, part) for part in parts]
        return values

    def _kind(self) -> str:
        """The kind of the whole: numbers join any other kind, and no other two join."""
        kinds: dict[str, str] = {}
        for name, value in self._values():
            kinds.setdefault(kind_of(value), name)
        kinds.pop("number", None)
        if len(kinds) > 1:
            (one, first), (two, second) = list(kinds.items())[:2]
            raise TypeError(
                f"{second}: requires a number or a {one} beside {first}, got a {two} "
                "(symbols, NumPy arrays and DataArrays don't mix)"
            )
        return next(iter(kinds), "number")

    def _symbols(self) -> set[Any]:
        return {
            symbol
            for _, value in self._values()
            if kind_of(value) == "symbol"
            for symbol in value.free_symbols
        }

    def _dims(self) -> tuple[tuple[str, ...], dict[str, NDArray[Any]]]:
        """Names of the batch dimensions in the order of the terms, and their coordinates."""
        kind = self._kind()
        if kind == "array":
            return tuple(f"dim_{k}" for k in range(len(self._shape()))), {}
        dims: list[str] = []
        coords: dict[str, NDArray[Any]] = {}
        if kind == "labelled array":
            for name, value in self._values():
                if kind_of(value) != "labelled array":
                    continue
                for dim in value.dims:
                    if dim in ("player", "row", "column"):
                        raise ValueError(
                            f"{name}: requires dimensions other than player, row and column, "
                            f"got {value.dims}"
                        )
                    if dim not in dims:
                        dims.append(dim)
                    if dim in value.coords:
                        labels = value.coords[dim].values
                        if not np.array_equal(coords.setdefault(dim, labels), labels):
                            raise ValueError(
                                f"{name}: requires the coordinates along {dim!r} that an earlier "
                                "term has, got others"
                            )
        return tuple(dims), coords

    def _shape(self) -> tuple[int, ...]:
        kind = self._kind()
        if kind == "array":
            shapes = {n: v.shape for n, v in self._values() if kind_of(v) == "array"}
            try:
                return np.broadcast_shapes(*shapes.values())
            except ValueError:
                words = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
                raise ValueError(
                    f"terms: requires arrays whose shapes broadcast, got {words}"
                ) from None
        sizes: dict[str, int] = {}
        for name, value in self._values():
            if kind_of(value) == "labelled array":
                for dim, size in value.sizes.items():
                    if sizes.setdefault(dim, size) != size:
                        raise ValueError(
                            f"{name}: requires {sizes[dim]} values along {dim!r}, as an earlier "
                            f"term has, got {size}"
                        )
        return tuple(sizes[dim] for dim in self._dims()[0])

    def _evaluate(
        self,
        function: Callable[[Any, Any, Any], tuple[Any, Any]],
        row_strategies: tuple[Strategy, ...],
        column_strategies: tuple[Strategy, ...],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Both values of a function of two firms at every pair of strategies, (..., m, n) each."""
        kind = self._kind()
        dims, shape = self._dims()[0], self._shape()

        def cast(value: Any) -> Any:
            own = kind_of(value)
            if kind == "number":
                return value
            if kind == "symbol":
                import sympy

                return sympy.sympify(value)
            if own == "number":
                return to_float(value)
            # Two axes of length one at the end stand for the pair of strategies.
            if own == "array":
                return as_floats(value)[..., None, None]
            aligned = [value.sizes.get(dim, 1) for dim in dims]
            inner = tuple(dim for dim in dims if dim in value.dims)
            return as_floats(value.transpose(*inner).values).reshape(*aligned, 1, 1)

        def points(strategies: tuple[Strategy, ...], name: str, axis: int) -> NDArray[Any]:
            values = [cast(getattr(one, name)) for one in strategies]
            array = np.array(values, dtype=object if kind in ("number", "symbol") else np.float64)
            return array[:, None] if axis == 0 else array[None, :]

        firms: list[SimpleNamespace] = []
        mutual = SimpleNamespace()
        for axis, strategies in enumerate((row_strategies, column_strategies)):
            firm = SimpleNamespace(
                receptivity=points(strategies, "receptivity", axis),
                transparency=points(strategies, "transparency", axis),
                power=cast(self.power) if axis == 0 else -cast(self.power),
            )
            for term in (*TERMS, *self.model.terms):
                value = self.terms[term.name]
                if term.per_firm:
                    one = value[axis] if isinstance(value, tuple) else value
                    setattr(firm, term.name, cast(one))
                elif term.name != "power":
                    setattr(mutual, term.name, cast(value))
            firms.append(firm)

        result = function(firms[0], firms[1], mutual)
        if not (isinstance(result, tuple) and len(result) == 2):
            raise TypeError(
                f"model: requires a pair (payoff of focal, payoff of partner), got {result!r}"
            )
        full = (*shape, len(row_strategies), len(column_strategies))
        try:
            first, second = (np.array(np.broadcast_to(one, full)) for one in result)
        except ValueError:
            shapes = [np.shape(one) for one in result]
            raise ValueError(
                f"model: requires payoffs of a shape that broadcasts to {full}, got {shapes}"
            ) from None
        return first, second

    def _labelled(self, values: Any, cell: tuple[str, ...]) -> Any:
        """Values over (batch dims, cell) as a DataArray if the terms are; else as they are."""
        if self._kind() != "labelled array":
            return values
        import xarray

        dims, coords = self._dims()
        names = [one.name for one in self.strategies]
        labels = {"player": list(PLAYERS), "row": names, "column": names}
        return xarray.DataArray(
            values,
            dims=(*dims, *cell),
            coords={**coords, **{dim: labels[dim] for dim in cell}},
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Alliance):
            return NotImplemented
        if self.strategies != other.strategies or self.model != other.model:
            return False
        mine, theirs = self._values(), other._values()
        return len(mine) == len(theirs) and all(
            name == name2 and _same(value, value2)
            for (name, value), (name2, value2) in zip(mine, theirs, strict=True)
        )

    def __hash__(self) -> int:
        if self._kind() in ("array", "labelled array"):
            raise TypeError("Alliance: requires terms without arrays to be hashed")
        return hash((tuple(self._values()), self.strategies, self.model))

    def __reduce__(self) -> tuple[Any, ...]:
        values = [getattr(self, one.name) for one in fields(self)]
        return Alliance, (*values[:-1], dict(values[-1]))

    def __repr__(self) -> str:
        changed = [
            f"{name}={_brief(value)}"
            for name, value in self.terms.items()
            if name in self.extra or not _same(value, _default(name))
        ]
        if self.strategies != STRATEGIES:
            changed.append(f"strategies=<{len(self.strategies)}>")
        if self.model != INTERORGANIZATIONAL_LEARNING:
            changed.append(f"model=<{self.model.name}>")
        return f"Alliance({', '.join(changed)})"


def _both_kinds(first: str, second: str) -> str:
    if first == second:
        return first
    return f"{first} for the row firm, {second} for the column firm"


def _same(one: Any, two: Any) -> bool:
    kind = kind_of(one)
    if isinstance(one, tuple) or isinstance(two, tuple):
        return one is two
    if kind != kind_of(two):
        return False
    if kind == "array":
        return np.array_equal(one, two)
    if kind == "labelled array":
        return bool(one.identical(two))
    return bool(one == two)


def _brief(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_brief, value))})"
    kind = kind_of(value)
    if kind == "number":
        return repr(str(value)) if value.denominator > 1 else str(value)
    if kind in ("array", "labelled array"):
        return f"<array {value.shape}>"
    return str(value)
