r"""What every coalition of a consortium's firms could develop as a consortium of its own."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.evaluation import mutual_terms
from dilemma.collective.consortium.evaluation import exact_learning, firm_of
from dilemma.collective.consortium.members import power_among
from dilemma.collective.consortium.model import MOST_PROFILE_PAYOFFS
from dilemma.collective.dividing.coalitions import Coalitions

if TYPE_CHECKING:
    from dilemma.collective.consortium.model import Consortium

PLAYS = ("best profile", "collaboration", "best equilibrium", "worst equilibrium")
"""What the members of a coalition are taken to play; see `coalitions_of`."""


def coalitions_of(consortium: Consortium, play: str = "best profile") -> Coalitions:
    r"""Value each coalition at the sum of its firms' payoffs in a consortium of their own.

    Members learn from each other only; firms outside avoid, and are worth nothing to them. A firm
    alone has nobody to learn from, avoids, and is worth 0.

    Parameters
    ----------
    consortium : Consortium
        All its terms numbers. Firms may differ.
    play : {"best profile", "collaboration", "best equilibrium", "worst equilibrium"}
        What the members play.

        - "best profile": whatever makes the sum of their payoffs the greatest: what they could
          develop if they were bound to it (the value of neumann1944, since outsiders cannot
          change it);
        - "collaboration": all of them collaborate, be that good for them or not;
        - "best equilibrium", "worst equilibrium": the pure Nash equilibrium with the greatest, or
          the least, sum of payoffs: what they develop if nobody is bound.

    Returns
    -------
    Coalitions
        Of firms that are alike, by size (`Coalitions.by_size`). A value is computed when it is
        first asked for.

    Raises
    ------
    TypeError, ValueError
        If `play` is none of these, a term is no number, or there is no collaboration among the
        strategies; if firms differ and their profiles are too many to list; when a value is asked
        for, if the coalition has no pure equilibrium.

    Notes
    -----
    For m strategies, firms that are alike have one value a size, over the compositions of s firms;
    of firms that differ, each coalition has m^s profiles (but one, for "collaboration"): up to 8
    firms of five strategies take a minute or so, and "collaboration" goes on to 20 firms.

    The mapping is ours: oskam2021 describes how actors of an ecosystem search for a division of
    value that satisfies all of them, and has no characteristic function.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> game = coalitions_of(Consortium(4, trust="9/10", goal=1, threshold=3))
    >>> [str(game.value(game.firms[:size])) for size in range(1, 5)]
    ['0', '19/10', '117/20', '39/5']
    """
    if play not in PLAYS:
        raise ValueError(f"play: requires one of {', '.join(PLAYS)}, got {play!r}")
    if not callable(getattr(consortium, "among", None)):
        raise TypeError(f"consortium: requires a Consortium, got {type(consortium).__name__}")
    names = [one.name for one in consortium.strategies]
    if play == "collaboration" and play not in names:
        raise ValueError(
            f"play: requires collaboration among the strategies, got {', '.join(names)}"
        )
    if not all(map(_is_number, consortium.terms.values())):
        raise TypeError("consortium: requires numbers for all terms")
    firms = consortium.firms
    if consortium.alike:
        sizes = [
            _value_alike(consortium.among(firms[:size]), play) if size > 1 else Fraction(0)
            for size in range(1, len(firms) + 1)
        ]
        return Coalitions.by_size(sizes, firms)
    if play == "collaboration":
        return Coalitions(firms, _collaborating(consortium))
    profiles = len(firms) * len(names) ** len(firms)
    if profiles > MOST_PROFILE_PAYOFFS:
        raise ValueError(
            f"consortium: requires at most {MOST_PROFILE_PAYOFFS:,} payoffs of firms in profiles "
            f"where firms differ, got {profiles:,}; play='collaboration' needs one profile"
        )
    known: dict[frozenset[str], Fraction] = {}

    def worth(members: frozenset[str]) -> Fraction:
        if len(members) < 2:
            return Fraction(0)
        if members not in known:
            own = [name for name in firms if name in members]
            known[members] = _value(consortium.among(own), play)
        return known[members]

    return Coalitions(firms, worth)


def _collaborating(consortium: Consortium) -> Callable[[frozenset[str]], Fraction]:
    """The values of mutual collaboration: what each firm learns from each is the same in all."""
    firms, n = consortium.firms, consortium.size
    own = next(one for one in consortium.strategies if one.name == "collaboration")
    place = consortium.strategies.index(own)
    mutual = mutual_terms(consortium.terms, consortium.descriptions)
    each = [
        firm_of(consortium, consortium.terms, k, own.receptivity, own.transparency)
        for k in range(n)
    ]
    learned: list[list[Any]] = [
        [exact_learning(consortium, i, j)[place, place] if i != j else 0 for j in range(n)]
        for i in range(n)
    ]
    power = consortium.power if isinstance(consortium.power, tuple) else (Fraction(0),) * n
    commitment = own.receptivity * own.transparency
    value: Any = consortium.model.value

    def worth(members: frozenset[str]) -> Fraction:
        inside = [k for k, name in enumerate(firms) if name in members]
        size = len(inside)
        if size < 2:
            return Fraction(0)
        total = Fraction(0)
        for i, own_power in zip(inside, power_among([power[k] for k in inside]), strict=True):
            firm = SimpleNamespace(**{**vars(each[i]), "power": own_power})
            gets = sum(learned[i][j] for j in inside) / Fraction(size - 1)
            gives = sum(learned[j][i] for j in inside) / Fraction(size - 1)
            total += Fraction(value(firm, gets, gives, mutual))
        if size * commitment >= consortium.threshold:
            total += size * consortium.goal
        return total

    return worth


def _value(consortium: Any, play: str) -> Fraction:
    if consortium.alike:
        return _value_alike(consortium, play)
    payoffs: NDArray[Any] = consortium.payoffs()
    totals = payoffs.sum(axis=0)
    if play == "best profile":
        return _rational(totals.max())
    settled = np.ones(totals.shape, dtype=bool)
    for firm, own in enumerate(payoffs):
        settled &= (own == own.max(axis=firm, keepdims=True)).astype(bool)
    return _extreme(totals[settled], play, consortium)


def _value_alike(consortium: Any, play: str) -> Fraction:
    """The same for firms alike: by how many of them play each strategy."""
    if play == "collaboration":
        profile = ["collaboration"] * consortium.size
        return _rational(consortium.payoff(1, profile)) * int(consortium.size)
    game = consortium.group_game()
    own = game.exact_payoffs
    place = {tuple(row): k for k, row in enumerate(game.others.tolist())}
    best = own.max(axis=1)
    totals, settled = [], []
    for group in game.compositions.tolist():
        total, stays = Fraction(0), True
        for strategy, count in enumerate(group):
            if count:
                group[strategy] -= 1
                among = place[tuple(group)]
                group[strategy] += 1
                total += count * own[among, strategy]
                stays &= own[among, strategy] == best[among]
        totals.append(total)
        if stays:
            settled.append(total)
    return max(totals) if play == "best profile" else _extreme(settled, play, consortium)


def _extreme(totals: Any, play: str, consortium: Any) -> Fraction:
    if not len(totals):
        raise ValueError(
            f"play: requires a pure equilibrium of every coalition for {play!r}, and "
            f"{consortium!r} has none"
        )
    return _rational(max(totals) if play == "best equilibrium" else min(totals))


def _is_number(value: Any) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(one, Fraction) for one in parts)


def _rational(value: Any) -> Fraction:
    return Fraction(value.item() if isinstance(value, np.ndarray) else value)
