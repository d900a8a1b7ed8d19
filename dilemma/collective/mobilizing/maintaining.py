r"""What institutional maintenance buys: shocks against repair, as a Markov chain.

**What is claimed.** Settlements of collective action are vulnerable to shocks and are sustained
by maintenance (matinheikki2019). **The mapping is ours.** A term of the model, such as trust,
moves on levels. Shocks come at a rate λ and take it down by one level or more; repair, at a rate
μ, takes it up by one. While the firms are *settled*, all play the settlement's strategy; if a
shock takes the term to a level at which that is no equilibrium, the settlement *collapses*, and
all play the fallback. From levels at which it is an equilibrium, mobilizers bring it back at a
rate ν. Maintenance is effort that raises μ, at a price that a firm pays per unit of time.
Long-run shares of time are the stationary law of this chain, in rational arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dilemma.arrays.chains import stationary_laws
from dilemma.arrays.exact import fraction, fractions
from dilemma.arrays.linear import solve_rational
from dilemma.collective.mobilizing.playing import advantages, earned_among, group_game_of, pair_of
from dilemma.game.display import number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

State = tuple[int, bool]


@dataclass(frozen=True, kw_only=True, repr=False)
class Maintenance(Solution):
    """The long run of a settlement under shocks, without and with maintenance.

    Each pair has the number without maintenance first, and then that with it.

    Attributes
    ----------
    settlement, fallback : str
    term : str
    levels : tuple of Fraction
        What the term can be.
    holds : tuple of bool
        At which levels the settlement is an equilibrium.
    settled : pair of Fraction
        The long-run share of time in the settlement.
    values : pair of Fraction
        The long-run mean payoff of a firm, before it pays for maintenance.
    lasts : pair of Fraction or None
        For how long, on average, a settlement at the highest level lasts until it collapses; None
        if it never does, or does not hold there.
    price : Fraction
        What maintenance costs a firm per unit of time.
    worth : Fraction
        The price up to which it pays in the long run: the gain in the mean payoff.
    laws : pair of tuples of Fraction
        The share of time in each state.
    states : tuple of pairs (Fraction, bool)
        The level, and whether the firms are settled.
    """

    settlement: str
    fallback: str
    term: str
    levels: tuple[Fraction, ...]
    holds: tuple[bool, ...]
    settled: tuple[Fraction, Fraction]
    values: tuple[Fraction, Fraction]
    lasts: tuple[Fraction | None, Fraction | None]
    price: Fraction
    worth: Fraction
    laws: tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
    states: tuple[tuple[Fraction, bool], ...]

    @property
    def pays(self) -> bool:
        """Whether maintenance is worth more than its price."""
        return self.worth > self.price

    def __str__(self) -> str:
        lines = [self.status]
        for k, words in enumerate(("without", "with")):
            lasts = self.lasts[k]
            line = (
                f"  {words} maintenance: settled {_decimal(self.settled[k])} of the time, mean "
                f"payoff {_decimal(self.values[k])}"
            )
            if lasts is not None:
                line += f", a settlement lasts {_decimal(lasts)}"
            lines.append(line)
        lines.append(
            f"  it is worth {_decimal(self.worth)} per unit of time, at a price of "
            f"{_decimal(self.price)}"
        )
        return wrapped(lines)


def maintenance(
    model: Any,
    term: str,
    levels: Sequence[Any],
    settlement: int | str,
    fallback: int | str,
    shocks: Any,
    repair: Any,
    maintained: Any,
    reforming: Any = 1,
    drops: Mapping[int, Any] | None = None,
    price: Any = 0,
) -> Maintenance:
    r"""Compute what maintenance buys a settlement in the long run, exactly.

    Parameters
    ----------
    model : Consortium, or another model with ``replace`` and ``group_game()``
    term : str
        What shocks lower and repair raises: ``"trust"``, or the fine of an institution.
    levels : sequence of numbers
        The values of the term, increasing.
    settlement, fallback : int or str
        What all play while they are settled, and while they are not.
    shocks : number ≥ 0
        λ, per unit of time.
    repair, maintained : number ≥ 0
        μ without and with maintenance.
    reforming : number > 0
        ν, at which a collapsed settlement is formed again where it holds.
    drops : mapping of int to number, optional
        By how many levels a shock takes the term down, with probabilities that sum to 1; the
        lowest level is the last. One level, when left out.
    price : number ≥ 0
        What maintenance costs a firm per unit of time.

    Returns
    -------
    Maintenance

    Raises
    ------
    TypeError, ValueError
        If a rate is negative, levels do not increase, probabilities do not sum to 1, or the long
        run depends on the start because there are neither shocks nor repair.

    Notes
    -----
    One game for each of L levels, and two chains of at most 2 L states.

    References
    ----------
    matinheikki2019 in ``references.bib``.

    Examples
    --------
    Collaboration needs trust of at least 29/45:

    >>> from dilemma.collective import Consortium
    >>> print(maintenance(Consortium(5), "trust", ["1/2", "7/10", "9/10"], "collaboration",
    ...                   "avoidance", shocks=1, repair=1, maintained=3, price="1/10"))
    Maintenance pays: the settlement on collaboration stands 0.758242 of the time
        instead of 0.466667.
      without maintenance: settled 0.466667 of the time, mean payoff 0.423333, a
        settlement lasts 3
      with maintenance: settled 0.758242 of the time, mean payoff 0.703846, a
        settlement lasts 5
      it is worth 0.280513 per unit of time, at a price of 0.1
    """
    if isinstance(levels, str) or not isinstance(levels, Iterable):
        raise TypeError(f"levels: requires numbers, increasing, got {levels!r}")
    values = tuple(fraction(one, f"level of {term}") for one in levels)
    if not values or any(b <= a for a, b in pairwise(values)):
        raise ValueError(f"levels: requires at least one number, increasing, got {levels!r}")
    rates = {
        name: _rate(value, name)
        for name, value in (
            ("shocks", shocks),
            ("repair", repair),
            ("maintained", maintained),
            ("reforming", reforming),
            ("price", price),
        )
    }
    if not rates["reforming"]:
        raise ValueError("reforming: requires more than 0, got 0")
    falls = _falls(drops)
    holds, pay = _levels(model, term, values, settlement, fallback)
    states: list[State] = [
        (k, settled)
        for k in range(len(values))
        for settled in ((False, True) if holds[k] else (False,))
    ]
    laws, lasts = [], []
    for name in ("repair", "maintained"):
        matrix = _rates(states, holds, rates["shocks"], rates[name], rates["reforming"], falls)
        found = stationary_laws(matrix)
        if len(found) > 1:
            raise ValueError(
                f"{name}: requires shocks or repair, or the long run depends on the start"
            )
        laws.append(tuple(Fraction(one) for one in found[0].law))
        lasts.append(_lasting(states, matrix, len(values) - 1))
    shares = [
        sum((one for one, (_, on) in zip(law, states, strict=True) if on), Fraction(0))
        for law in laws
    ]
    means = [
        sum((one * pay[k][on] for one, (k, on) in zip(law, states, strict=True)), Fraction(0))
        for law in laws
    ]
    worth = means[1] - means[0]
    name, other = _names(model, settlement, fallback)
    verb = "pays" if worth > rates["price"] else "does not pay"
    return Maintenance(
        method="stationary laws of Markov chains, in rational arithmetic",
        exact=True,
        complete=True,
        status=(
            f"Maintenance {verb}: the settlement on {name} stands {_decimal(shares[1])} of the "
            f"time instead of {_decimal(shares[0])}."
        ),
        settlement=name,
        fallback=other,
        term=term,
        levels=values,
        holds=holds,
        settled=(shares[0], shares[1]),
        values=(means[0], means[1]),
        lasts=(lasts[0], lasts[1]),
        price=rates["price"],
        worth=worth,
        laws=(laws[0], laws[1]),
        states=tuple((values[k], on) for k, on in states),
    )


def _rate(value: Any, name: str) -> Fraction:
    rate = fraction(value, name)
    if rate < 0:
        raise ValueError(f"{name}: requires at least 0, got {number(rate)}")
    return rate


def _falls(drops: Mapping[int, Any] | None) -> dict[int, Fraction]:
    if drops is None:
        return {1: Fraction(1)}
    if not isinstance(drops, Mapping):
        raise TypeError(f"drops: requires a mapping of levels to probabilities, got {drops!r}")
    found = {}
    for depth, value in drops.items():
        if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
            raise ValueError(f"drops: requires whole numbers of levels from 1 on, got {depth!r}")
        found[depth] = _rate(value, f"drops of {depth}")
    total = sum(found.values(), Fraction(0))
    if total != 1:
        raise ValueError(f"drops: requires probabilities that sum to 1, got {number(total)}")
    return found


def _names(model: Any, settlement: int | str, fallback: int | str) -> tuple[str, str]:
    game = group_game_of(model)
    s, a = pair_of(game, settlement, fallback, "settlement, fallback")
    return game.strategies[s], game.strategies[a]


def _levels(
    model: Any, term: str, values: Sequence[Fraction], settlement: int | str, fallback: int | str
) -> tuple[tuple[bool, ...], list[tuple[Fraction, Fraction]]]:
    """Where the settlement is an equilibrium, and what all earn: (in the fallback, settled)."""
    if not callable(getattr(model, "replace", None)):
        raise TypeError(f"model: requires one with replace, got {type(model).__name__}")
    holds, pay = [], []
    for value in values:
        game = group_game_of(model.replace(**{term: value}))
        s, a = pair_of(game, settlement, fallback, "settlement, fallback")
        # At a share of 1 of s all powers of the share are 1.
        holds.append(all(sum(one) <= 0 for one in advantages(game, s, a, s).values()))
        earned = earned_among(game, s, a)
        pay.append((earned[0][a], earned[-1][s]))
    return tuple(holds), pay


def _rates(
    states: Sequence[State],
    holds: Sequence[bool],
    shocks: Fraction,
    repair: Fraction,
    reforming: Fraction,
    falls: Mapping[int, Fraction],
) -> Any:
    """The rates at which the chain moves, from the row's state to the column's."""
    place = {state: k for k, state in enumerate(states)}
    matrix = [[Fraction(0)] * len(states) for _ in states]
    for (level, settled), k in place.items():
        for depth, probability in falls.items():
            down = max(0, level - depth)
            target = place[down, settled and holds[down]]
            matrix[k][target] += shocks * probability
        up = level + 1
        if (up, False) in place:
            # A settlement that repair takes to where it does not hold collapses, too.
            matrix[k][place[up, settled and holds[up]]] += repair
        if holds[level] and not settled:
            matrix[k][place[level, True]] += reforming
    return fractions(matrix)


def _lasting(states: Sequence[State], matrix: Any, top: int) -> Fraction | None:
    """The mean time until a settlement at the highest level collapses."""
    inside = [k for k, (_, settled) in enumerate(states) if settled]
    if not inside or states[inside[-1]][0] != top:
        return None
    reached = _connected(inside[-1], lambda k, j: matrix[k][j] and j in inside, len(states))
    order = sorted(reached)
    outside = [k for k in range(len(states)) if k not in inside]
    leaking = [k for k in order if any(matrix[k][j] for j in outside)]
    # From each state that is reached a collapse must be, too; or its mean time is infinite.
    collapsing = {
        k for one in leaking for k in _connected(one, lambda k, j: matrix[j][k], len(states))
    }
    if not reached <= collapsing:
        return None
    system = [
        [
            sum((matrix[k][m] for m in range(len(states)) if m != k), Fraction(0))
            if j == k
            else -matrix[k][j]
            for j in order
        ]
        for k in order
    ]
    times = solve_rational(fractions(system), fractions([[1]] * len(order)))
    return Fraction(times[order.index(inside[-1]), 0])


def _connected(start: int, leads: Callable[[int, int], Any], count: int) -> set[int]:
    """All places to which one leads, step by step, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        k = waiting.pop()
        following = [j for j in range(count) if j != k and j not in found and leads(k, j)]
        found.update(following)
        waiting += following
    return found


def _decimal(value: Fraction) -> str:
    return f"{float(value):.6g}"
