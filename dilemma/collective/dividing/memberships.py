r"""Whether a coalition lasts, where its firms are free to leave and others free to join."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from dilemma.arrays.exact import fraction
from dilemma.collective.dividing.answers import Membership, StableMemberships
from dilemma.collective.dividing.rules import divided, read_rule
from dilemma.game.display import listed

if TYPE_CHECKING:
    from dilemma.collective.dividing.coalitions import Coalitions

# Beyond so many firms that differ, going through all coalitions takes too long.
MOST_FIRMS = 12

Outside = Callable[[str, tuple[str, ...]], Fraction]


def membership_of(
    coalitions: Coalitions,
    members: Iterable[str],
    rule: str = "shapley",
    outside: Any = None,
) -> Membership:
    r"""Find who would gain by leaving a coalition, and who by joining it.

    A coalition S is *internally stable* if no member gets more outside S without itself than its
    share in S, and *externally stable* if nobody outside would get more as a member of S with
    itself than it gets outside S (aspremont1983, for cartels). Whoever is indifferent stays where
    it is. Where members must agree (*guarded*), only a firm by whose joining none of them loses
    can join.

    Parameters
    ----------
    coalitions : Coalitions
    members : iterable of str
        The coalition; at least one firm.
    rule : str
        How each coalition divides its value; see `dilemma.collective.dividing.rules.divided`.
    outside : number, mapping of names to numbers, or function (firm, members), optional
        What a firm gets that is not in the coalition: one number, one for each firm, or what
        depends on who is in the coalition, as where outsiders profit from a cartel. Unless given,
        what the firm is worth alone.

    Returns
    -------
    Membership

    Raises
    ------
    TypeError, ValueError
        If there is no such firm or rule, or the rule has no answer for a coalition that is asked
        about (such as the nucleolus of firms that are worth more alone).

    Examples
    --------
    Two firms can make 4 together, and a third, idle one shares in whatever it joins if shares are
    equal:

    >>> from dilemma.collective import Coalitions
    >>> game = Coalitions(["a", "b", "c"], lambda those: 4 * int({"a", "b"} <= those))
    >>> print(membership_of(game, ["a", "b"], "equal"))
    Nobody gains by leaving a and b; c gains by joining.
      a, a member with 2: loses 2 by leaving
      b, a member with 2: loses 2 by leaving
      c, outside: gains 4/3 by joining
    >>> membership_of(game, ["a", "b"], "shapley").stable
    True
    """
    read_rule(rule)
    own = coalitions.among(members).firms
    gets = read_outside(coalitions, outside)
    shares = divided(coalitions.among(own), rule).shares
    leaving = tuple(
        (name, gets(name, tuple(one for one in own if one != name)) - share)
        for name, share in zip(own, shares, strict=True)
    )
    joining, welcome = [], []
    for name in coalitions.firms:
        if name in own:
            continue
        found = divided(coalitions.among((*own, name)), rule)
        joining.append((name, found[name] - gets(name, own)))
        if all(found[one] >= share for one, share in zip(own, shares, strict=True)):
            welcome.append(name)
    leavers = [name for name, gain in leaving if gain > 0]
    joiners = [name for name, gain in joining if gain > 0]
    said = [
        f"{listed(leavers)} {_gain(leavers)} by leaving {listed(own)}" if leavers
        else f"Nobody gains by leaving {listed(own)}",
        f"{listed(joiners)} {_gain(joiners)} by joining" if joiners
        else "nobody gains by joining" if joining
        else "there is nobody else",
    ]  # fmt: skip
    return Membership(
        method="from the definition, in rational arithmetic",
        exact=True,
        complete=True,
        status=f"{said[0]}; {said[1]}.",
        firms=coalitions.firms,
        members=own,
        rule=rule,
        shares=tuple(shares),
        leaving=leaving,
        joining=tuple(joining),
        welcome=tuple(welcome),
        internal=not leavers,
        external=not joiners,
        guarded=not set(joiners) & set(welcome),
    )


def stable_memberships_of(
    coalitions: Coalitions, rule: str = "shapley", outside: Any = None
) -> StableMemberships:
    """Find all coalitions of two firms or more that nobody gains by leaving or by joining.

    Parameters
    ----------
    coalitions : Coalitions
        Of at most 12 firms; or of any number that are alike (`Coalitions.by_size`), whose
        coalitions are told apart by size only.
    rule, outside
        As for `membership_of`. A function for firms that are alike is asked of one coalition of
        each size, and should not tell them apart.

    Returns
    -------
    StableMemberships

    Raises
    ------
    ValueError
        If there are more firms, or the rule has no answer for some coalition.

    Examples
    --------
    A cartel of k among n firms leads the price p; outsiders sell p each, at a cost of half the
    square (aspremont1983's model, with a demand of n(1 − p)). A small cartel lasts:

    >>> from dilemma.collective import Coalitions
    >>> n = 5
    >>> def price(k):
    ...     return Fraction(2 * n**2, 4 * n**2 - k**2)
    >>> def profit(k):
    ...     return price(k) * Fraction(n, 2 * n + k) - Fraction(n, 2 * n + k) ** 2 / 2
    >>> cartel = Coalitions.by_size([k * profit(k) for k in range(1, n + 1)])
    >>> def fringe(firm, members):
    ...     return price(len(members)) ** 2 / 2
    >>> print(stable_memberships_of(cartel, outside=fringe))
    One size of coalitions is stable: 3 firms.
      any 2 firms: others gain by joining
      any 3 firms: stable
    """
    read_rule(rule)
    firms = coalitions.firms
    n = len(firms)
    by_size = coalitions.sizes is not None
    if not by_size and n > MOST_FIRMS:
        raise ValueError(f"firms: requires at most {MOST_FIRMS} that differ, got {n}")
    if by_size:
        candidates: Iterable[tuple[str, ...]] = (firms[:size] for size in range(2, n + 1))
    else:
        candidates = (those for size in range(2, n + 1) for those in combinations(firms, size))
    found = [membership_of(coalitions, those, rule, outside) for those in candidates]
    internal = tuple(one.members for one in found if one.internal)
    stable = tuple(one.members for one in found if one.stable)
    if by_size:
        count = (
            "One size of coalitions is"
            if len(stable) == 1
            else (f"{len(stable) or 'No'} sizes of coalitions are")
        )
        listing = f": {listed([str(len(one)) for one in stable])} firms" if stable else ""
    else:
        count = (
            "One coalition is"
            if len(stable) == 1
            else (f"{len(stable) or 'No'} coalitions of two firms or more are")
        )
        listing = f": {listed(stable[0])}" if len(stable) == 1 else ""
    return StableMemberships(
        method="all coalitions, in rational arithmetic",
        exact=True,
        complete=True,
        status=f"{count} stable{listing}.",
        firms=firms,
        rule=rule,
        memberships=stable,
        internal=internal,
        by_size=by_size,
    )


def read_outside(coalitions: Coalitions, outside: Any) -> Outside:
    """Read what firms get outside a coalition, as a function of the firm and the coalition.

    >>> from dilemma.collective import Coalitions
    >>> read_outside(Coalitions(2, len), {"firm 1": 1, "firm 2": "1/2"})("firm 2", ())
    Fraction(1, 2)
    """
    if outside is None:
        return lambda firm, members: coalitions.value([firm])
    if callable(outside):
        return lambda firm, members: fraction(outside(firm, members), f"outside of {firm}")
    if isinstance(outside, Mapping):
        if set(outside) != set(coalitions.firms):
            raise ValueError(
                f"outside: requires a number for each of {', '.join(coalitions.firms)}, "
                f"got {', '.join(map(str, outside))}"
            )
        each = {name: fraction(one, f"outside of {name}") for name, one in outside.items()}
        return lambda firm, members: each[firm]
    same = fraction(outside, "outside")
    return lambda firm, members: same


def _gain(names: list[str]) -> str:
    return "gains" if len(names) == 1 else "gain"
