r"""The public good that is governed by pools or by peers, in voluntary or compulsory groups.

The model of sigmund2010. It is the validation case of `Institution`, which puts the same sanctions
on an alliance consortium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance.terms import Domain, Term
from dilemma.collective.governing.governed import Governed, changes, others_of
from dilemma.collective.governing.sanctioning import (
    Choice,
    burden,
    burdens,
    read_sanction,
    require_numbers,
    sanction_terms,
)
from dilemma.game import GroupGame, checking

_POSITIVE = Domain(Fraction(0), None, low_open=True)
TERMS = (
    Term("multiplier", "r", _POSITIVE, Fraction(3), False, "what a contribution grows by"),
    Term("contribution", "c", _POSITIVE, Fraction(1), False, "what a contribution costs"),
    *sanction_terms(
        {
            "pool_fee": "7/10",
            "pool_fine": "7/10",
            "peer_cost": "7/10",
            "peer_fine": "7/10",
            "outside_income": "1",
        }
    ),
)
_DEFAULTS = {term.name: term.default for term in TERMS}

PLAYERS = (
    Choice("contributor", "free", Fraction(0)),
    Choice("defector", "free", Fraction(1)),
    Choice("loner", "outside", Fraction(0)),
    Choice("pool punisher", "pool", Fraction(0)),
    Choice("peer punisher", "peer", Fraction(0)),
)
NAMES = tuple(one.name for one in PLAYERS)


@dataclass(frozen=True, repr=False)
class PublicGoods(Governed):
    r"""A public good among N, with loners, pool punishers and peer punishers (sigmund2010).

    Parameters
    ----------
    size : int
        N, how many are drawn into a group, at least 2.
    strategies : sequence of str
        Any of ``"contributor"`` (X), ``"defector"`` (Y), ``"loner"`` (Z), ``"pool punisher"`` (V)
        and ``"peer punisher"`` (W); all of them unless given. Without loners participation is
        compulsory.
    multiplier : > 0
        r.
    contribution : > 0
        c.
    pool_fee, pool_fine : ≥ 0
        G, what a pool punisher pays before play; B, the fine for each pool punisher in the group.
    peer_cost, peer_fine : ≥ 0
        γ, what a peer punisher pays for each one whom it punishes, and β, what that costs this
        one.
    second_order : in [0, 1], or bool
        s, how severely those who contribute and do not punish are punished, as a part of the fine
        for defectors: 0 (False) not at all, 1 (True) as severely, which are the two cases of the
        article.
    outside_income : ≥ 0
        σ, a loner's; also that of one who is alone in taking part.

    Raises
    ------
    TypeError, ValueError
        If an argument is outside its range.

    Notes
    -----
    Terms are numbers or sympy expressions. All who take part (S of the N) may contribute c; it is
    multiplied by r, and goes in equal parts to the S − 1 *other* ones. With numbers X, Y, V, W in
    the group, K = X + V + W contributors,
    and D = 1 if Y > 0 and 0 otherwise, if S ≥ 2,

    .. math::

        P_X &= \tfrac{rc(K-1)}{S-1} - c - s\,(B V + D \beta W) \\
        P_Y &= \tfrac{rcK}{S-1} - B V - \beta W \\
        P_V &= \tfrac{rc(K-1)}{S-1} - c - G - s\, D \beta W \\
        P_W &= \tfrac{rc(K-1)}{S-1} - c - \gamma\,(Y + s\, D\,(X + V)) - s B V,

    and :math:`P = \sigma` if S = 1, and for loners. Worked out from the definitions of the
    article.
    Conventions that the answers depend on: one who is alone pays no fee; pool punishers punish, by
    the second order, peer punishers too, since they paid nothing into the pool (otherwise peer
    punishers would replace them, as they do without a second order); peer punishers punish, by the
    second order, all who do not (pool punishers too), but only where somebody defects, since
    elsewhere nobody's failure to punish is seen.

    References
    ----------
    sigmund2010 in ``references.bib``.

    Examples
    --------
    In the limit of rare mutations and strong imitation, pool punishers are undone by contributors
    who do not punish,

    >>> import math
    >>> game = PublicGoods(strategies=["contributor", "defector", "loner", "pool punisher"])
    >>> law = game.population(100, math.inf).stationary_distribution()
    >>> [str(share) for share in law.exact_probabilities]
    ['2/7', '2/7', '2/7', '1/7']

    unless these are punished as well:

    >>> law = game.replace(second_order=1).population(100, math.inf).stationary_distribution()
    >>> [str(share) for share in law.exact_probabilities]
    ['0', '0', '0', '1']
    """

    size: int = 5
    strategies: tuple[str, ...] = NAMES
    multiplier: Any = _DEFAULTS["multiplier"]
    contribution: Any = _DEFAULTS["contribution"]
    pool_fee: Any = _DEFAULTS["pool_fee"]
    pool_fine: Any = _DEFAULTS["pool_fine"]
    peer_cost: Any = _DEFAULTS["peer_cost"]
    peer_fine: Any = _DEFAULTS["peer_fine"]
    second_order: Any = _DEFAULTS["second_order"]
    outside_income: Any = _DEFAULTS["outside_income"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", checking.count(self.size, "size", 2, "players"))
        names = checking.own_names(self.strategies)
        for name in names:
            if name not in NAMES:
                raise ValueError(f"strategies: requires some of {', '.join(NAMES)}, got {name!r}")
        object.__setattr__(self, "strategies", names)
        for term in TERMS:
            object.__setattr__(self, term.name, read_sanction(term, getattr(self, term.name)))

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name."""
        return {term.name: getattr(self, term.name) for term in TERMS}

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term."""
        return {term.name: term.domain for term in TERMS}

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What there is to choose: strategies with their roles and offences."""
        return tuple(PLAYERS[NAMES.index(name)] for name in self.strategies)

    def replace(self, **terms: Any) -> PublicGoods:
        """Return the game with some of its terms, its size or its strategies changed.

        Raises
        ------
        TypeError
            If there is no such term.

        Examples
        --------
        >>> PublicGoods().replace(pool_fine=0.5).pool_fine
        Fraction(1, 2)
        """
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in terms:
            if name not in own:
                raise TypeError(f"{name}: requires a term among {', '.join(own)}")
        return PublicGoods(**{**own, **terms})

    def payoff(self, strategy: int | str, composition: Sequence[int] | Mapping[str, int]) -> Any:
        """Return what a player gets in a group, itself included in the composition.

        Parameters
        ----------
        strategy : int or str
        composition : sequence of int, or mapping of str to int
            How many of the N play each of the strategies; those left out of a mapping nobody
            plays.

        Returns
        -------
        Fraction, or sympy expression

        Examples
        --------
        A pool punisher among four contributors pays the contribution and the fee:

        >>> PublicGoods().payoff("pool punisher", {"contributor": 4, "pool punisher": 1})
        Fraction(13, 10)
        """
        focal, group = self._read_group(strategy, composition)
        choices = self.choices
        own = choices[focal]
        inside = sum(n for n, one in zip(group, choices, strict=True) if one.role != "outside")
        if own.role == "outside" or inside == 1:
            return self.outside_income
        offending = sum(n for n, one in zip(group, choices, strict=True) if one.offence)
        gives = int(not own.offence)
        received = Fraction(inside - offending - gives, inside - 1) * self.multiplier
        return (received - gives) * self.contribution - burden(focal, group, choices, self)

    def _earned(self, focal: int, others: NDArray[np.int64]) -> NDArray[np.object_]:
        """What a player earns among others, by their composition: shape (count,)."""
        choices = self.choices
        result = np.full(len(others), self.outside_income, dtype=object)
        inside = others @ np.array([one.role != "outside" for one in choices], dtype=np.int64)
        if choices[focal].role == "outside" or not inside.any():
            return result
        there = np.flatnonzero(inside)
        giving = others @ np.array(
            [one.role != "outside" and not one.offence for one in choices], dtype=np.int64
        )
        cost = self.contribution * (not choices[focal].offence)
        gain = self.multiplier * self.contribution
        each: NDArray[Any] = np.empty((self.size, self.size), dtype=object)
        for given, others_inside in np.ndindex(each.shape):
            each[given, others_inside] = gain * given / max(others_inside, 1) - cost
        result[there] = each[giving[there], inside[there]] - burdens(
            focal, others[there], choices, self
        )
        return result

    def group_game(self) -> GroupGame:
        """Return the game of one group, exact.

        Raises
        ------
        TypeError
            If a term is no number.

        Examples
        --------
        >>> PublicGoods().group_game()
        <GroupGame: groups of 5, strategies contributor, defector, loner, pool punisher, peer \
punisher>
        """
        require_numbers(self.terms, "group_game")
        others = others_of(self)
        columns = [self._earned(k, others) for k in range(len(self.strategies))]
        return GroupGame.from_others(self.size, self.strategies, np.stack(columns, axis=1))

    def __repr__(self) -> str:
        changed = [str(self.size)]
        if self.strategies != NAMES:
            changed.append(repr(self.strategies))
        changed += changes(self, TERMS)
        return f"PublicGoods({', '.join(changed)})"
