"""Answers as records that JSON can hold: exact values as texts, nothing rounded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import singledispatch
from typing import Any

from dilemma.alliance import Alliance, Dilemma, Outcomes
from dilemma.arrays.algebraic import AlgebraicNumber
from dilemma.arrays.located_points import Enclosed
from dilemma.arrays.short_intervals import shortened
from dilemma.collective import Consortium, GoalNetwork, PayoffLine, SharedLearning
from dilemma.equilibria import Component, Equilibria, Equilibrium, LemkeHowsonPath, NashSubset
from dilemma.game import Game, GroupGame, RepeatedGame, StochasticGame, StrategicGame
from dilemma.game.nfg import told_apart
from dilemma.propositions import Claim, Condition, Statement, Verdict
from dilemma.repeated import Automaton, PayoffSet, Policy
from dilemma.solution import Solution
from dilemma.study import Continuation
from dilemma.survey import LogitFit

Record = dict[str, Any]

# Payoffs among more compositions of others are left out of the record of a `GroupGame`.
MOST_COMPOSITIONS = 1_000


@singledispatch
def record(thing: Any) -> Record:
    """Turn a result of the library into what `json.dumps` takes, exact values as texts.

    Parameters
    ----------
    thing : Alliance, Game, Outcomes, Dilemma, Equilibrium, or an answer of the library
        An answer's fields by their names, those in it likewise.

    Returns
    -------
    dict
        Of texts, integers, truth values, None, lists and dicts. Irrational numbers are the
        polynomial that they are a root of, and the ends of an interval around that root alone;
        numbers of which only bounds are proved, the bounds. Ends of many digits are rounded
        outwards to some 38 (`dilemma.arrays.short_intervals`).

    Raises
    ------
    TypeError
        If there is no record of such a thing.

    Examples
    --------
    >>> record(Game.symmetric([[0.5]]))["payoffs"]
    {'row player': [['1/2']], 'column player': [['1/2']]}
    """
    raise TypeError(f"thing: requires a result of the library, got {type(thing).__name__}")


@record.register(Game)
@record.register(StrategicGame)
def _(thing: Game | StrategicGame) -> Record:
    # Players of one name would share their payoffs' place: the last one's would be left.
    alone = len(set(thing.players)) == len(thing.players)
    keys = list(thing.players) if alone else told_apart(list(thing.players))
    return {
        "players": list(thing.players),
        "strategies": [list(names) for names in thing.strategies],
        "payoffs": {
            name: exact(values) for name, values in zip(keys, thing.exact_payoffs, strict=True)
        },
    }


@record.register
def _(thing: GroupGame) -> Record:
    """Row c of the payoffs: what each strategy earns among the others of row c."""
    own: Record = {"size": thing.size, "strategies": list(thing.strategies)}
    count = math.comb(thing.size + len(thing.strategies) - 2, thing.size - 1)
    if count > MOST_COMPOSITIONS:
        words = f"payoffs among {count:,} compositions of others, more than {MOST_COMPOSITIONS:,}"
        return {**own, "others": None, "payoffs": None, "left_out": words}
    payoffs = exact(thing.exact_payoffs)
    return {**own, "others": thing.others.tolist(), "payoffs": payoffs, "left_out": None}


@record.register
def _(thing: StochasticGame) -> Record:
    return {
        "states": list(thing.states),
        "games": [record(game) for game in thing.games],
        "transitions": [exact(array) for array in thing.exact_transitions],
    }


@record.register
def _(thing: Consortium) -> Record:
    return {"size": thing.size, **_terms(thing)}


@record.register
def _(thing: Alliance) -> Record:
    return _terms(thing)


def _terms(thing: Alliance | Consortium) -> Record:
    return {
        "model": thing.model.name,
        "terms": {name: exact(value) for name, value in thing.terms.items()},
        "strategies": [
            {
                "name": one.name,
                "short": one.short,
                "receptivity": str(one.receptivity),
                "transparency": str(one.transparency),
            }
            for one in thing.strategies
        ],
    }


@record.register
def _(thing: GoalNetwork) -> Record:
    return {
        "firms": list(thing.firms),
        "directed": thing.directed,
        "ties": [[i, j, str(weight)] for i, j, weight in thing.ties],
        "terms": {name: _field(value) for name, value in thing.terms.items()},
        "architects": list(thing.architects),
        "standing": _field(thing.standing),
        "built": _field(thing.built),
    }


@record.register
def _(thing: Outcomes) -> Record:
    if getattr(thing.learning, "ndim", 0) != 3:
        raise TypeError("thing: requires the outcomes of one alliance, got those of a batch")
    return {
        "learning": exact(thing.learning),
        "joint": exact(thing.joint),
        "division": exact(thing.division),
        "exploitation": exact(thing.exploitation),
    }


@record.register
def _(thing: Dilemma) -> Record:
    if not isinstance(thing.kind, str):
        raise TypeError("thing: requires the dilemma of one alliance, got those of a batch")
    return {
        "kind": thing.kind,
        "kinds": list(thing.kinds),
        "order": list(thing.order),
        "temptation": exact(thing.temptation),
        "reward": exact(thing.reward),
        "punishment": exact(thing.punishment),
        "sucker": exact(thing.sucker),
        "avoidance": exact(thing.avoidance),
        "learning_dilemma": thing.learning_dilemma,
    }


@record.register
def _(thing: Equilibrium) -> Record:
    return {
        "words": thing.words,
        "row": exact(thing.row),
        "column": exact(thing.column),
        "payoffs": exact(thing.payoffs),
        "regret": str(thing.regret),
        "strict": thing.strict,
    }


def _subset(thing: NashSubset) -> Record:
    return {
        "words": thing.words,
        "dimension": thing.dimension,
        "rows": exact(thing.rows),
        "columns": exact(thing.columns),
    }


def _component(thing: Component, places: dict[int, int]) -> Record:
    return {
        "words": thing.words,
        "dimension": thing.dimension,
        "index": thing.index,
        "equilibria": [places[id(one)] for one in thing.equilibria],
        "subsets": [_subset(one) for one in thing.subsets],
    }


@record.register
def _(thing: Equilibria) -> Record:
    places = {id(one): place for place, one in enumerate(thing)}
    return {
        **_solution(thing),
        "degenerate": thing.degenerate,
        "equilibria": [record(one) for one in thing],
        "components": [_component(one, places) for one in thing.components],
    }


@record.register
def _(thing: LemkeHowsonPath) -> Record:
    return {
        **_solution(thing),
        "equilibrium": record(thing.equilibrium),
        "label": thing.label,
        "length": thing.length,
    }


@record.register
def _(thing: Policy) -> Record:
    return {
        "name": thing.name,
        "strategies": [list(names) for names in thing.strategies],
        "opening": exact(thing.opening),
        "replies": exact(thing.replies),
    }


@record.register
def _(thing: Automaton) -> Record:
    return {
        "name": thing.name,
        "strategies": [list(names) for names in thing.strategies],
        "states": list(thing.states),
        "acts": exact(thing.acts),
        "moves": exact(thing.moves),
    }


@record.register
def _(thing: RepeatedGame) -> Record:
    return {
        "stage": record(thing.stage),
        "discount": exact(thing.discount),
        "suspicion": exact(thing.suspicion),
        "error": thing.error,
        "horizon": thing.horizon,
    }


@record.register
def _(thing: PayoffSet) -> Record:
    return {
        **_solution(thing),
        "discount": exact(thing.discount),
        "vertices": thing.vertices.tolist(),
        "gap": thing.gap if math.isfinite(thing.gap) else None,
        "inner": exact(thing.inner),
        "outer": exact(thing.outer),
        "coordinates": _field(thing.coordinates),
        "supports": [
            {
                "profile": list(one.profile),
                "continuation": list(one.continuation),
                "binding": list(one.binding),
            }
            for one in thing.supports
        ],
    }


@record.register
def _(thing: Continuation) -> Record:
    return {
        **_solution(thing),
        "parameter": thing.parameter,
        "rule": thing.rule,
        "over": exact(thing.over),
        "populations": thing.populations,
        "strategies": [list(names) for names in thing.strategies],
        "branches": [
            {
                "label": one.label,
                "low": str(one.low),
                "high": str(one.high),
                "values": one.values.tolist(),
                "states": one.states.tolist(),
                "stable": one.stable.tolist(),
                "kinds": [list(map(str, piece)) for piece in one.kinds],
                "special": list(one.special),
                "exact": one.exact,
            }
            for one in thing.branches
        ],
        "special": [
            {
                "kind": one.kind,
                "criticality": one.criticality,
                "value": _field(one.value) if is_dataclass(one.value) else str(one.value),
                "state": [side.tolist() for side in one.state],
                "branches": list(one.branches),
                "frequency": one.frequency,
                "words": one.words,
            }
            for one in thing.special
        ],
        "continua": [
            {"low": str(one.low), "high": str(one.high), "words": one.words}
            for one in thing.continua
        ],
    }


@record.register
def _(thing: Claim) -> Record:
    model = thing.model
    return {
        "words": thing.words,
        "source": thing.source,
        "statement": str(thing.statement),
        "over": {name: _field(one) for name, one in thing.over.items()},
        "assuming": [str(one) for one in thing.assuming],
        "model": record(model) if isinstance(model, Alliance) else repr(model),
    }


@record.register
def _(thing: Verdict) -> Record:
    """With its certificate, so that anyone can verify it."""
    return _public(thing)


@record.register
def _(thing: LogitFit) -> Record:
    return {**_public(thing), "intervals": _field(thing.intervals), "tests": _field(thing.tests)}


@record.register(PayoffLine)
@record.register(SharedLearning)
@record.register(Solution)
def _(thing: PayoffLine | SharedLearning | Solution) -> Record:
    """Any other answer."""
    return _public(thing)


def _public(thing: Any) -> Record:
    """The public fields of a dataclass."""
    return {
        one.name: _field(getattr(thing, one.name))
        for one in fields(thing)
        if not one.name.startswith("_")
    }


def _field(value: Any) -> Any:
    """What an answer holds: kinds of which there are records, and other dataclasses by field."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Statement):
        return str(value)
    if isinstance(value, Condition):
        return {"words": list(value.solved), "inequalities": list(map(str, value.inequalities))}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, (Automaton, Claim, Equilibrium, Policy, Solution)):
        return record(value)
    if isinstance(value, (Game, GoalNetwork, GroupGame, RepeatedGame, StrategicGame)):
        return record(value)
    if isinstance(value, (AlgebraicNumber, Enclosed)):
        return _public(shortened(value))
    if is_dataclass(value):
        return _public(value)
    if callable(value):
        # A rule: its name, which is the same in every process.
        return str(getattr(value, "__name__", type(value).__name__))
    if isinstance(value, (tuple, list)):
        return [_field(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _field(one) for key, one in value.items()}
    return exact(value)


def _solution(thing: Solution) -> Record:
    return {
        "method": thing.method,
        "exact": thing.exact,
        "complete": thing.complete,
        "status": thing.status,
    }


def exact(value: Any) -> Any:
    """Numbers as texts, truth values and None as they are, sequences and arrays as lists.

    >>> from fractions import Fraction
    >>> exact((Fraction(1, 3), [None, 2, True]))
    ['1/3', [None, '2', True]]
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (tuple, list)):
        return [exact(one) for one in value]
    if hasattr(value, "tolist"):
        return exact(value.tolist())
    return str(value)
