r"""The core, the least core and the nucleolus, by exact linear programs over all coalitions.

Write e(S, x) = v(S) − x(S) for what coalition S could complain about division x. The programs
have a constraint for each of 2^n − 2 coalitions and n + 1 unknowns; their duals, which are the
ones that are solved, have n + 1 equations, and their multipliers are the division.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpz_mat

from dilemma.arrays.programs import linear_program
from dilemma.collective.dividing.answers import Core, Division
from dilemma.game.display import number

if TYPE_CHECKING:
    from dilemma.collective.dividing.coalitions import Coalitions

_ZERO, _ONE = Fraction(0), Fraction(1)


def core_of(coalitions: Coalitions) -> Core:
    r"""Decide whether the core is empty, exactly, and find how much it leaves to each firm.

    The core (gillies1959) holds the divisions x of v(N) with e(S, x) ≤ 0 for every coalition S.
    The least core (maschler1979) makes the largest complaint as small as can be:
    min ε with e(S, x) ≤ ε for all S but N and nobody. By the theorem of bondareva1963 and
    shapley1967, the core is empty if and only if some balanced collection, with weights λ ≥ 0
    that add up to 1 for each firm, has Σ λ_S v(S) > v(N); such weights are returned.

    Parameters
    ----------
    coalitions : Coalitions
        Of at most 14 firms, or of any number that are alike (`Coalitions.by_size`).

    Returns
    -------
    Core

    Raises
    ------
    ValueError
        If there are more firms.

    Notes
    -----
    2n + 2 linear programs with n + 1 equations and 2^n unknowns.

    Examples
    --------
    Three firms, any two of which can have all: someone is always left out.

    >>> from dilemma.collective import Coalitions
    >>> majority = Coalitions(["a", "b", "c"], lambda members: int(len(members) >= 2))
    >>> print(core_of(majority))
    The core is empty: every division leaves some coalition at least 1/3 short.
      a: 1/3
      b: 1/3
      c: 1/3
      weight 1/2 on a and b
      weight 1/2 on a and c
      weight 1/2 on b and c
    """
    if coalitions.sizes:
        return _core_by_size(coalitions, coalitions.sizes)
    values = _values(coalitions, "core")
    n = len(coalitions.firms)
    everybody = (1 << n) - 1
    masks = range(1, everybody)
    if n == 1:
        whole = values[everybody]
        return _core(coalitions, (whole,), Fraction(0), ((whole, whole),), ())
    point, excess, _ = _stage(values, n, list(masks), [(everybody, values[everybody])], False)
    if excess > 0:
        weights = linear_program(
            [values[mask] for mask in masks], equalities=_rows(masks, n), values=[1] * n
        )
        balanced = tuple(
            (coalitions.members(mask), weight)
            for mask, weight in zip(masks, weights.point, strict=True)
            if weight
        )
        return _core(coalitions, point, excess, (), balanced)
    ranges = []
    rows = _rows([*masks, everybody], n)
    for firm in range(n):
        low, high = (
            sign
            * _solved(
                [*(values[mask] for mask in masks), values[everybody]],
                rows,
                [sign * (k == firm) for k in range(n)],
                free=[len(masks)],
            )[0]
            for sign in (1, -1)
        )
        ranges.append((low, high))
    return _core(coalitions, point, excess, tuple(ranges), ())


def nucleolus_of(coalitions: Coalitions) -> Division:
    r"""Find the nucleolus, exactly.

    Among the divisions of v(N) that give no firm less than it has alone, the one whose complaints
    e(S, x), from the largest to the smallest, are least in lexicographic order (schmeidler1969).
    It is unique, and in the core if that is not empty. Found by a sequence of linear programs
    (maschler1979): each makes the largest complaint that is still open as small as can be, and
    settles the coalitions whose dual weight is positive, since their complaint is the same in all
    solutions; coalitions whose share follows from settled ones are settled with them.

    Parameters
    ----------
    coalitions : Coalitions
        Of at most 14 firms.

    Returns
    -------
    Division

    Raises
    ------
    ValueError
        If there are more firms, or all together are worth less than each alone.

    Notes
    -----
    At most n − 1 linear programs with n + 1 equations and at most 2^n + n unknowns.

    Examples
    --------
    The bankruptcy problem of the Talmud with an estate of 200 and claims of 100, 200 and 300
    (aumann1985):

    >>> from dilemma.collective import Coalitions
    >>> claims = {"a": 100, "b": 200, "c": 300}
    >>> left = lambda members: max(0, 200 - sum(claims[k] for k in claims if k not in members))
    >>> [str(share) for share in nucleolus_of(Coalitions(list(claims), left)).shares]
    ['50', '75', '75']
    """
    alone = sum((coalitions.value([name]) for name in coalitions.firms), Fraction(0))
    whole = coalitions.value(coalitions.firms)
    if alone > whole:
        raise ValueError(
            "coalitions: requires all together to be worth at least what each firm is alone, got "
            f"{number(whole)} against {number(alone)}"
        )
    return _lexicographic(coalitions, "nucleolus", rational=True)


def prenucleolus_of(coalitions: Coalitions) -> Division:
    """Find the prenucleolus, exactly: the nucleolus among all divisions of the value of all.

    It exists even if all together are worth less than each alone, and is the nucleolus if it gives
    no firm less than it has alone (schmeidler1969, maschler1979).

    Parameters
    ----------
    coalitions : Coalitions
        Of at most 14 firms, or of any number that are alike.

    Returns
    -------
    Division

    Raises
    ------
    ValueError
        If there are more firms.

    Examples
    --------
    Together, two firms are worth less than alone; they share the loss:

    >>> from dilemma.collective import Coalitions
    >>> rivals = Coalitions(["a", "b"], {"a": 3, "b": 1, ("a", "b"): 2})
    >>> [str(share) for share in prenucleolus_of(rivals).shares]
    ['2', '0']
    """
    return _lexicographic(coalitions, "prenucleolus", rational=False)


def _lexicographic(coalitions: Coalitions, what: str, rational: bool) -> Division:
    n = len(coalitions.firms)
    if coalitions.sizes:
        method = "equal, for firms alike"
        point: tuple[Fraction, ...] = (coalitions.sizes[-1] / n,) * n
    else:
        method = "lexicographic linear programs, in rational arithmetic"
        point = _by_programs(_values(coalitions, what), n, rational)
    return Division(
        method=method,
        exact=True,
        complete=True,
        status=f"The {what} of {n} {'firm' if n == 1 else 'firms'}, exactly.",
        firms=coalitions.firms,
        shares=point,
        errors=(0.0,) * n,
    )


def _by_programs(values: Sequence[Fraction], n: int, rational: bool) -> tuple[Fraction, ...]:
    everybody = (1 << n) - 1
    settled = [(everybody, values[everybody])]
    point: tuple[Fraction, ...] = (values[everybody],)
    pending = _independent(range(1, everybody), [everybody], n)
    while pending:
        point, excess, tight = _stage(values, n, pending, settled, rational)
        for mask in tight:
            if _independent([mask], [one for one, _ in settled], n):
                settled.append((mask, values[mask] - excess))
        pending = _independent(pending, [one for one, _ in settled], n)
    return point


def _core_by_size(coalitions: Coalitions, values: tuple[Fraction, ...]) -> Core:
    r"""The core of n firms that are alike, from the values v(s) by size.

    The equal division is as good as any: the core is empty if and only if some v(s)/s > v(n)/n,
    and then the cyclic coalitions of s neighbours, with weights 1/s, are the proof. If one firm
    gets most or least, the others can be taken to get the same y, with s y ≥ v(s) and
    v(n) − (n − s) y ≥ v(s) for all s < n.
    """
    n = len(coalitions.firms)
    equal = values[n] / n
    point = (equal,) * n
    if n == 1:
        return _core(coalitions, point, Fraction(0), ((equal, equal),), ())
    excess = max(values[s] - s * equal for s in range(1, n))
    if excess > 0:
        size = max(range(1, n), key=lambda s: values[s] / s)
        around = coalitions.firms * 2
        balanced = tuple((around[k : k + size], Fraction(1, size)) for k in range(n))
        return _core(coalitions, point, excess, (), balanced)
    least = max(values[s] / s for s in range(1, n))
    most = min((values[n] - values[s]) / (n - s) for s in range(1, n))
    low, high = (values[n] - (n - 1) * y for y in (most, least))
    return _core(coalitions, point, excess, ((low, high),) * n, ())


def _values(coalitions: Coalitions, what: str) -> tuple[Fraction, ...]:
    from dilemma.collective.dividing.coalitions import MOST_SOLVED

    n = len(coalitions.firms)
    if n > MOST_SOLVED:
        raise ValueError(
            f"firms: requires at most {MOST_SOLVED} that differ for the {what}, got {n}"
        )
    return coalitions.values


def _stage(
    values: Sequence[Fraction],
    n: int,
    pending: Sequence[int],
    settled: Sequence[tuple[int, Fraction]],
    rational: bool,
) -> tuple[tuple[Fraction, ...], Fraction, list[int]]:
    """Minimize the largest open complaint: a division, that complaint, and who surely has it.

    ``settled`` holds coalitions with what they get; ``rational`` gives each firm what it has
    alone. Solved is the dual: weights of the open coalitions that add up to 1, and multipliers of
    any sign for the settled ones, whose shares cancel.
    """
    alone = [1 << k for k in range(n)] if rational else []
    columns = [*pending, *alone, *(mask for mask, _ in settled)]
    objective = [
        *(values[mask] for mask in pending),
        *(values[mask] for mask in alone),
        *(share for _, share in settled),
    ]
    first_free = len(pending) + len(alone)
    rows = _rows(columns, n)
    rows.append([_ONE] * len(pending) + [_ZERO] * (len(alone) + len(settled)))
    value, point, weights = _solved(
        objective, rows, [*([0] * n), 1], free=list(range(first_free, len(columns)))
    )
    tight = [mask for mask, weight in zip(pending, weights, strict=False) if weight > 0]
    return point[:n], value, tight


def _rows(masks: Sequence[int], n: int) -> list[list[Fraction]]:
    """For each firm, in which coalitions it is: as Fractions, which need not be read."""
    digits = (_ZERO, _ONE)
    return [[digits[mask >> k & 1] for mask in masks] for k in range(n)]


def _solved(
    objective: Sequence[Fraction],
    rows: Sequence[Sequence[Fraction]],
    right: Sequence[int],
    free: Sequence[int],
) -> tuple[Fraction, tuple[Fraction, ...], tuple[Fraction, ...]]:
    """The value of a program that is known to have one, its multipliers and its point."""
    found = linear_program(objective, equalities=rows, values=right, free=free)
    assert found.value is not None, found.outcome
    return found.value, found.equality_multipliers, found.point


def _independent(masks: Sequence[int], settled: Sequence[int], n: int) -> list[int]:
    """Those whose shares don't follow: what is orthogonal to all settled isn't always to them."""
    vectors, nullity = fmpz_mat([_members(mask, n) for mask in settled]).nullspace()
    if not nullity or not masks:
        return []
    products = (fmpz_mat([_members(mask, n) for mask in masks]) * vectors).tolist()
    return [mask for mask, row in zip(masks, products, strict=True) if any(row)]


def _members(mask: int, n: int) -> list[int]:
    return [mask >> k & 1 for k in range(n)]


def _core(
    coalitions: Coalitions,
    point: tuple[Fraction, ...],
    excess: Fraction,
    ranges: tuple[tuple[Fraction, Fraction], ...],
    balanced: tuple[tuple[tuple[str, ...], Fraction], ...],
) -> Core:
    empty = excess > 0
    if empty:
        status = (
            "The core is empty: every division leaves some coalition at least "
            f"{number(excess)} short."
        )
    elif all(low == high for low, high in ranges):
        status = "The core is one division."
    else:
        status = "The core is not empty: no coalition need be short of its value."
    return Core(
        method="linear programs over all coalitions, in rational arithmetic",
        exact=True,
        complete=True,
        status=status,
        firms=coalitions.firms,
        empty=empty,
        point=point,
        excess=excess,
        ranges=ranges,
        balanced=balanced,
    )
