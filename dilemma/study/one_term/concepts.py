r"""The exact values of one term at which other solution concepts change their verdicts.

Every concept below is decided by signs of polynomials in the payoffs. So along one term its
verdict changes only at roots of these polynomials; they are isolated exactly, and the concept's
own exact solver is asked between them, and at those that are rational.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise, product
from typing import Any

from flint import fmpz_poly

from dilemma.arrays.algebraic import Real, between, roots_in, sign_at, tex_real
from dilemma.arrays.parametric import minors
from dilemma.equilibria.words import name_in_a_sentence
from dilemma.game import Game, checking
from dilemma.game.display import WIDTH, listed, number
from dilemma.solution import Solution
from dilemma.study.families import Family, Model, family_of, polynomials
from dilemma.study.one_term.moving import closed_forms, tex_of_thresholds
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

Statements = frozenset[str]


@dataclass(frozen=True)
class ConceptStretch(Displayed):
    """An open interval of the parameter in which a concept's verdict is the same.

    Attributes
    ----------
    low, high : Fraction or AlgebraicNumber
    sample : Fraction
        The value inside at which the concept was asked.
    statements : tuple of str
        What holds in the whole interval.
    """

    low: Real
    high: Real
    sample: Fraction
    statements: tuple[str, ...]


@dataclass(frozen=True)
class ConceptThreshold(Displayed):
    """A value of the parameter at which a concept's verdict changes.

    Attributes
    ----------
    value : Fraction or AlgebraicNumber
    closed_form : str
    begin, end : tuples of str
        The statements that hold just above and not just below, and the other way round.
    there : tuple of str or None
        What holds at the value itself; None if it is irrational, or a pole.
    words : str
        "From" and "up to" the value include it; "above" and "below" it speak of its sides alone.
    """

    value: Real
    closed_form: str
    begin: tuple[str, ...]
    end: tuple[str, ...]
    there: tuple[str, ...] | None
    words: str

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return self.words

    def _repr_latex_(self) -> str:
        return f"${tex_real(self.value)}$"


@dataclass(frozen=True, kw_only=True, repr=False)
class ConceptThresholds(Solution):
    """Where one concept's verdict changes along one term.

    Attributes
    ----------
    concept, parameter : str
    over : pair of Fraction
    critical : tuple of ConceptThreshold
    intervals : tuple of ConceptStretch
    """

    concept: str
    parameter: str
    over: tuple[Fraction, Fraction]
    critical: tuple[ConceptThreshold, ...]
    intervals: tuple[ConceptStretch, ...]

    @property
    def values(self) -> tuple[Real, ...]:
        """The critical values, in order."""
        return tuple(one.value for one in self.critical)

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in self.critical)]
        return wrapped(textwrap.fill(one, WIDTH, subsequent_indent="    ") for one in lines)

    def _repr_latex_(self) -> str:
        return tex_of_thresholds(
            self.parameter,
            ("begin", "end"),
            [(one.value, one.begin, one.end) for one in self.critical],
        )


def concept_thresholds(
    model: Model,
    parameter: str,
    concept: str,
    over: Sequence[Any] | None = None,
    *,
    target: Any = "collaboration",
    punishment: Any = "avoidance",
) -> ConceptThresholds:
    r"""Find where evolutionary stability, risk dominance, dominance or patience change, exactly.

    - ``"evolutionary stability"`` (symmetric games): which strategies are ESS or NSS. Decided by
      signs of the minors that make equilibria, and of the principal minors of the symmetrised
      payoffs bordered by ones: on the boundary of copositivity one of these vanishes.
    - ``"risk dominance"``: which strict equilibrium has the larger product of losses, for each
      pair; by differences of payoffs and of products of two of them.
    - ``"dominance"``: what iterated strict dominance by mixtures leaves; by minors of the payoffs
      beside a column of ones.
    - ``"critical discount"``: whether grim reversion to `punishment` sustains `target` for the
      patient, which deviations tempt, and whether the punishment is credible; by differences of
      payoffs, and products of these where a punishment that pays one firm tempts the patient.
      (The critical discount factor itself moves continuously in between.)

    Parameters
    ----------
    model, parameter, over
        As for `thresholds`.
    concept : str
        One of the four above.
    target, punishment : str, int or pair of these
        Pure profiles, for "critical discount".

    Returns
    -------
    ConceptThresholds
        ``complete`` is False where a polynomial that may decide has an irrational root with the
        same verdict on both sides: at that value alone the verdict may differ, which is not seen.

    Raises
    ------
    TypeError, ValueError
        As `family_of` and the concept's own solver; if there is no such concept; if `target` or
        `punishment` is no pure profile.

    Examples
    --------
    >>> from dilemma.alliance import Alliance
    >>> found = concept_thresholds(Alliance(), "trust", "risk dominance")
    >>> print(found.critical[1].words.partition(";")[0])
    above trust 5/6, mutual collaboration risk-dominates mutual avoidance
    """
    family = family_of(model, parameter, over)
    judge, deciding = _concept(concept, family, target, punishment)
    low, high = family.low, family.high
    roots: set[Real] = set()
    poles: set[Real] = set()
    for one in {tuple(int(c) for c in poly.coeffs()) for poly in deciding}:
        if len(one) > 1:
            roots.update(roots_in(one, low, high))
    for pole in family.poles:
        poles.update(roots_in(pole, low, high))
    cuts = sorted(roots | poles)
    ends: list[Real] = [low, *cuts, high]
    samples = [between(a, b) for a, b in pairwise(ends)]
    verdicts = [judge(family.game_at(one)) for one in samples]
    kept: list[tuple[int, Statements | None]] = []
    unseen = 0
    for k, cut in enumerate(cuts):
        there = None
        if isinstance(cut, Fraction) and cut not in poles:
            there = judge(family.game_at(cut))
        if cut in poles or verdicts[k] != verdicts[k + 1] or there not in (None, verdicts[k]):
            kept.append((k, there))
        elif there is None:
            unseen += 1
    # Named together, so that those close to one another are told apart.
    shown = closed_forms([low, *(cuts[k] for k, _ in kept), high])
    critical = [
        _threshold(parameter, cuts[k], name, verdicts[k], verdicts[k + 1], there, cuts[k] in poles)
        for (k, there), name in zip(kept, shown[1:-1], strict=True)
    ]
    first, last = _ends(family, judge, verdicts, (shown[0], shown[-1]))
    borders: list[Real] = [low, *(one.value for one in critical), high]
    starts = [0, *(k + 1 for k, _ in kept)]
    intervals = tuple(
        ConceptStretch(a, b, samples[k], tuple(sorted(verdicts[k])))
        for (a, b), k in zip(pairwise(borders), starts, strict=True)
    )
    whole = (*first, *critical, *last)
    where = f"{parameter} from {number(low)} to {number(high)}"
    status = f"{where}: {concept} is the same everywhere."
    if whole:
        status = f"{where}: {concept} changes at {_values(len(whole))}."
    if unseen:
        status += (
            f" At {_values(unseen, 'irrational ')}, alike on both sides, the exact solver could "
            "not be asked."
        )
    return ConceptThresholds(
        method="roots of the polynomials that decide, the exact solver between them",
        exact=True,
        complete=not unseen,
        status=status,
        concept=concept,
        parameter=parameter,
        over=(low, high),
        critical=whole,
        intervals=intervals,
    )


def _values(count: int, kind: str = "") -> str:
    return f"{count} {kind}value{'' if count == 1 else 's'}"


Judge = Callable[[Game], Statements]


def _concept(
    concept: str, family: Family, target: Any, punishment: Any
) -> tuple[Judge, Iterable[Any]]:
    A, B = polynomials(family, 0), polynomials(family, 1)
    if concept == "evolutionary stability":
        return _stable_strategies, [*_equilibrium_minors(A), *_bordered(A)]
    if concept == "risk dominance":
        return _risk, [*_differences(A, B), *_products(A, B)]
    if concept == "dominance":
        columns = [list(one) for one in zip(*B, strict=True)]
        return _survivors, [*_beside_ones(A), *_beside_ones(columns)]
    if concept == "critical discount":
        first, second = (
            checking.pure_profile(profile, family.strategies, family.players, name)
            for profile, name in ((target, "target"), (punishment, "punishment"))
        )
        judge = partial(_patience, target=first, punishment=second)
        return judge, [*_differences(A, B), *_reversions(A, B, first, second)]
    raise ValueError(
        "concept: requires evolutionary stability, risk dominance, dominance or critical "
        f"discount, got {concept!r}"
    )


def _stable_strategies(game: Game) -> Statements:
    from dilemma.equilibria import evolutionarily_stable

    names = game.strategies[0]
    found = evolutionarily_stable(game)
    statements = set()
    for one in found:
        played = [names[i] for i, weight in enumerate(one.strategy) if weight]
        what = played[0] if len(played) == 1 else f"a mixture of {listed(played)}"
        statements.add(f"{what} is an {one.kind}")
    for face in found.continua:
        if face.kind == "NSS":
            played = [names[i] for i in range(len(names)) if any(p[i] for p in face.extreme)]
            statements.add(f"a continuum of mixtures of {listed(played)} is NSS")
    return frozenset(statements)


def _risk(game: Game) -> Statements:
    from dilemma.equilibria import risk_dominance

    statements = set()
    for one in risk_dominance(game).comparisons:
        first, second = (_profile(game, pair) for pair in (one.first, one.second))
        if one.winner is None:
            statements.add(f"neither of {first} and {second} risk-dominates the other")
        else:
            winner, loser = (first, second) if one.winner == one.first else (second, first)
            statements.add(f"{winner} risk-dominates {loser}")
    return frozenset(statements)


def _profile(game: Game, pair: Sequence[int]) -> str:
    first, second = (game.strategies[player][pair[player]] for player in (0, 1))
    return f"mutual {first}" if first == second else f"{first} with {second}"


def _survivors(game: Game) -> Statements:
    from dilemma.equilibria import rationalizable

    found = rationalizable(game)
    rows, columns = (
        listed([_name(game, player, one) for one in side])
        for player, side in enumerate((found.rows, found.columns))
    )
    if rows == columns:
        return frozenset({f"both can rationally play {rows}"})
    first, second = map(name_in_a_sentence, game.players)
    return frozenset(
        {f"{first} can rationally play {rows}", f"{second} can rationally play {columns}"}
    )


def _name(game: Game, player: int, one: Any) -> str:
    return one if isinstance(one, str) else game.strategies[player][one]


def _patience(game: Game, target: Any, punishment: Any) -> Statements:
    from dilemma.repeated import critical_discount

    found = critical_discount(game, target, punishment)
    statements = {
        "some discount factor sustains the target"
        if found.value is not None
        else "no discount factor sustains the target"
    }
    if found.deviations[0] == found.deviations[1] is not None:
        statements.add(f"both are tempted most by {found.deviations[0]}")
    else:
        for player, deviation in zip(game.players, found.deviations, strict=True):
            if deviation is not None:
                statements.add(f"{name_in_a_sentence(player)} is tempted most by {deviation}")
    if found.value == 0:
        statements.add("no deviation gains")
    statements.add(f"the punishment is {'' if found.credible else 'not '}credible")
    return frozenset(statements)


def _threshold(
    parameter: str,
    cut: Real,
    shown: str,
    below: Statements,
    above: Statements,
    there: Statements | None,
    pole: bool = False,
) -> ConceptThreshold:
    where = f"{parameter} {shown}"
    begin, end = tuple(sorted(above - below)), tuple(sorted(below - above))
    at: Statements = frozenset() if there is None else there
    parts = [f"at {where} a payoff has a pole"] if pole else []
    parts += [f"from {where} on, {one}" if one in at else f"above {where}, {one}" for one in begin]
    parts += [f"{'up to' if one in at else 'below'} {where}, {one}" for one in end]
    if there is not None:
        parts += [f"at {where} alone, {one}" for one in sorted(there - below - above)]
        parts += [f"at {where} alone, not: {one}" for one in sorted((below & above) - there)]
    return ConceptThreshold(
        value=cut,
        closed_form=shown,
        begin=begin,
        end=end,
        there=None if there is None else tuple(sorted(there)),
        words="; ".join(parts),
    )


def _ends(
    family: Family, judge: Judge, verdicts: Sequence[Statements], shown: tuple[str, str]
) -> tuple[list[ConceptThreshold], list[ConceptThreshold]]:
    first: list[ConceptThreshold] = []
    last: list[ConceptThreshold] = []
    for end, name, is_open, inside, found in (
        (family.low, shown[0], family.low_open, verdicts[0], first),
        (family.high, shown[1], family.high_open, verdicts[-1], last),
    ):
        if is_open or any(sign_at(pole, end) == 0 for pole in family.poles):
            continue
        there = judge(family.game_at(end))
        if there != inside:
            # The end counts as its own side: what holds there and what holds beside it.
            found.append(_threshold(family.parameter, end, name, inside, inside, there))
    return first, last


def _differences(A: Any, B: Any) -> list[Any]:
    """What decides best replies, and which of several deviations pays most."""
    m, n = len(A), len(A[0])
    rows = [A[i][j] - A[k][j] for j in range(n) for i, k in combinations(range(m), 2)]
    columns = [B[i][j] - B[i][k] for i in range(m) for j, k in combinations(range(n), 2)]
    return rows + columns


def _reversions(A: Any, B: Any, target: Any, punishment: Any) -> list[Any]:
    """What decides, beyond best replies, whether some discount factor sustains a target.

    A player who gains g by deviating and loses l by being punished stays from the discount factor
    g/(g + l) on; one whom the punishment pays (g, l < 0) stays up to g/(g + l). Where both kinds
    meet, the sign of g l' - g' l compares the two.
    """
    (i, j), (k, s) = target, punishment
    losses = A[i][j] - A[k][s], B[i][j] - B[k][s]
    rows = [A[other][j] - A[i][j] for other in range(len(A)) if other != i]
    columns = [B[i][other] - B[i][j] for other in range(len(A[0])) if other != j]
    meeting = [one * losses[1] - two * losses[0] for one, two in product(rows, columns)]
    return [*losses, *meeting]


def _products(A: Any, B: Any) -> list[Any]:
    """Differences of the products of losses, for each pair of profiles that share no strategy."""
    m, n = len(A), len(A[0])
    found = []
    for i, k in combinations(range(m), 2):
        for j, s in product(range(n), repeat=2):
            if j != s:
                first = (A[i][j] - A[k][j]) * (B[i][j] - B[i][s])
                second = (A[k][s] - A[i][s]) * (B[k][s] - B[k][j])
                found.append(first - second)
    return found


def _beside_ones(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Minors of a matrix beside a column of ones that use that column."""
    ones = fmpz_poly([1])
    wide = [[*row, ones] for row in rows]
    last = 1 << len(rows[0])
    return [value for (_, columns), value in minors(wide).items() if columns & last]


def _equilibrium_minors(A: Sequence[Sequence[Any]]) -> list[Any]:
    """What decides which symmetric equilibria there are: minors, plain and beside ones.

    Probabilities and payoffs on a support, and what other strategies earn against it, are ratios
    of minors of the payoffs beside a column of ones.
    """
    turned = [list(one) for one in zip(*A, strict=True)]
    return [*_beside_ones(A), *minors(turned).values(), *_beside_ones(turned)]


def _bordered(A: Sequence[Sequence[Any]]) -> list[Any]:
    """Principal minors of A + Aᵀ bordered by ones, for every support."""
    size = len(A)
    zero, one = fmpz_poly([]), fmpz_poly([1])
    wide = [[A[i][j] + A[j][i] for j in range(size)] + [one] for i in range(size)]
    wide.append([one] * size + [zero])
    last = 1 << size
    return [
        value
        for (rows, columns), value in minors(wide).items()
        if rows == columns and rows & last and rows != last
    ]
