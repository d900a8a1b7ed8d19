r"""An alliance consortium that is governed: postures of learning, and who pays for the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Strategy
from dilemma.alliance.terms import Domain, kind_of
from dilemma.collective.consortium.compositions import payoffs_by_composition
from dilemma.collective.consortium.model import Consortium
from dilemma.collective.governing.governed import Governed, changes, others_of, require_term
from dilemma.collective.governing.sanctioning import (
    Choice,
    burden,
    burdens,
    read_sanction,
    require_numbers,
    sanction_terms,
)
from dilemma.game import GroupGame, checking
from dilemma.writing.lines import wrapped

TERMS = sanction_terms(
    {
        "pool_fee": "1/10",
        "pool_fine": "1/5",
        "peer_cost": "1/10",
        "peer_fine": "1/5",
        "outside_income": "1/4",
    }
)
_DEFAULTS = {term.name: term.default for term in TERMS}
LONER = "loner"
SUFFIXES = {" + pool": "pool", " + peer": "peer"}


def opacity(posture: Strategy) -> Fraction:
    """Return how much more a firm receives than it shows: max(r − t, 0).

    >>> from dilemma.alliance import STRATEGIES
    >>> [str(opacity(one)) for one in STRATEGIES]
    ['0', '1', '0', '0', '0']
    """
    return max(posture.receptivity - posture.transparency, Fraction(0))


@dataclass(frozen=True, repr=False)
class Institution(Governed):
    r"""A consortium whose firms also choose a part in governing it.

    Parameters
    ----------
    consortium : Consortium
        Of firms alike; terms are numbers or sympy expressions.
    strategies : sequence of str, optional
        What a firm can choose: ``"competition"`` (a posture, and no part in governance),
        ``"collaboration + pool"`` (it pays into the pool), ``"collaboration + peer"`` (it
        sanctions others by itself) and ``"loner"`` (it stays outside); any postures of the
        consortium. Unless given: all postures without a part, the most committed one (largest
        r t) with each part, and the loner. Without a loner participation is compulsory.
    pool_fee, pool_fine : ≥ 0
        G, what a firm pays into the pool before play; B, what the pool takes from a fully opaque
        receiver for each *other* firm that pays.
    peer_cost, peer_fine : ≥ 0
        γ, what a peer pays to sanction a fully opaque receiver, and β, what that costs this one.
    second_order : in [0, 1], or bool
        s, how severely those are sanctioned who do not sanction, as a part of what a fully opaque
        receiver suffers.
    outside_income : ≥ 0
        σ, what a firm gets that stays outside, or that nobody joins.

    Raises
    ------
    TypeError, ValueError
        If an argument is outside its range.

    Notes
    -----
    A firm of receptivity r and transparency t is *opaque* by o = max(r − t, 0): it receives more
    than it shows. Competition is fully opaque (o = 1), the four other postures not at all. Firms
    who take part earn what the consortium of those who take part gives them, less the burden of
    governance (`dilemma.collective.governing.sanctioning`): with V firms of the pool and W peers
    among the others,

    .. math::

        u = u^{\text{consortium}} - G\,[\text{pool}] - B V \max(o, s\,[\text{not pool}])
            - \beta W o^{\text{peer}} - \gamma\,[\text{peer}] \sum_{j \ne i} o_j^{\text{peer}}.

    A threshold of the system-level goal stays as it is however many take part.

    matinheikki2017 and matinheikki2019 argue that a system-level goal is a collective good whose
    governance is one as well, the *second-order* problem: all gain from rules that keep partners
    open, and each gains most if others pay for them. The mapping is ours: opacity for the
    offence, and the pools, peers and loners of sigmund2010 (`PublicGoods`) for governance.

    Examples
    --------
    >>> from dilemma.collective import Consortium
    >>> pool = Institution(Consortium(4), second_order="1/2")
    >>> pool.strategies[4:]
    ('avoidance', 'collaboration + pool', 'collaboration + peer', 'loner')
    >>> pool.payoff("competition", {"competition": 1, "collaboration + pool": 3})
    Fraction(5, 16)
    """

    consortium: Consortium
    strategies: tuple[str, ...] = None  # type: ignore[assignment]
    pool_fee: Any = _DEFAULTS["pool_fee"]
    pool_fine: Any = _DEFAULTS["pool_fine"]
    peer_cost: Any = _DEFAULTS["peer_cost"]
    peer_fine: Any = _DEFAULTS["peer_fine"]
    second_order: Any = _DEFAULTS["second_order"]
    outside_income: Any = _DEFAULTS["outside_income"]

    def __post_init__(self) -> None:
        consortium = _consortium(self.consortium)
        if not consortium.alike:
            raise ValueError("consortium: requires firms alike, got firms of different terms")
        moving = [
            name
            for name, one in consortium.terms.items()
            if kind_of(one) not in ("number", "symbol")
        ]
        if moving:
            raise TypeError(
                "consortium: requires numbers or sympy expressions for all terms (sweep varies "
                f"them), got arrays for {', '.join(moving)}"
            )
        doubled = [term.name for term in TERMS if term.name in consortium.terms]
        if doubled:
            raise ValueError(
                "consortium: requires a model without terms of governance, got "
                f"{', '.join(doubled)} in {consortium.model.name!r}"
            )
        for one in consortium.strategies:
            if one.name == LONER or one.name.endswith(tuple(SUFFIXES)):
                raise ValueError(f"consortium: requires postures of other names, got {one.name!r}")
        given: Any = self.strategies
        own = checking.own_names(usual_choices(consortium) if given is None else given)
        for name in own:
            _choice(name, consortium.strategies)
        object.__setattr__(self, "strategies", own)
        for term in TERMS:
            object.__setattr__(self, term.name, read_sanction(term, getattr(self, term.name)))

    @property
    def size(self) -> int:
        """The number of firms, those outside included."""
        return self.consortium.size

    @property
    def terms(self) -> dict[str, Any]:
        """The terms of governance and of the consortium, by name."""
        own = {term.name: getattr(self, term.name) for term in TERMS}
        return {**own, **self.consortium.terms}

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term."""
        theirs = self.consortium.domains
        return {term.name: term.domain for term in TERMS} | {
            name: domain for name, domain in theirs.items() if "." not in name
        }

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What there is to choose: strategies with their roles and offences."""
        return tuple(_choice(name, self.consortium.strategies)[0] for name in self.strategies)

    @cached_property
    def _used(self) -> tuple[Strategy, ...]:
        """The postures that can be chosen, in any role."""
        every = {_choice(name, self.consortium.strategies)[1] for name in self.strategies}
        return tuple(one for k, one in enumerate(self.consortium.strategies) if k in every)

    @cached_property
    def _postures(self) -> tuple[int | None, ...]:
        """The place of each choice's posture among those used."""
        return tuple(
            None if name == LONER else _choice(name, self._used)[1] for name in self.strategies
        )

    def _among(self, firms: int) -> Consortium:
        """The consortium of those who take part."""
        return self.consortium.replace(size=firms, strategies=self._used)

    @cached_property
    def _known(self) -> dict[tuple[int, ...], NDArray[np.object_]]:
        """What postures earn among others, by these others' postures, as far as was asked."""
        return {}

    def replace(self, **terms: Any) -> Institution:
        """Return the institution with some terms changed, its own or the consortium's.

        ``size`` is the consortium's, ``strategies`` are the institution's.

        Raises
        ------
        TypeError
            If there is no such term.

        Examples
        --------
        >>> from dilemma.collective import Consortium
        >>> Institution(Consortium(4)).replace(trust=0.3, pool_fine=1).consortium.trust
        Fraction(3, 10)
        """
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        theirs = {name: value for name, value in terms.items() if name not in own}
        mine = {name: value for name, value in terms.items() if name in own}
        consortium = _consortium(mine.pop("consortium", self.consortium))
        others = [name for name in self.domains if name not in own]
        for name in theirs:
            if name not in ("size", "model", "extra", *others):
                known = ", ".join([*own, "size", *others])
                raise TypeError(f"{name}: requires a term among {known}")
        if theirs:
            consortium = consortium.replace(**theirs)
        changed = Institution(**{**own, **mine, "consortium": consortium})
        if consortium is self.consortium and changed.strategies == self.strategies:
            # What firms learn from each other does not depend on who pays for the rules.
            changed.__dict__["_known"] = self._known
        return changed

    def payoff(self, strategy: int | str, composition: Sequence[int] | Mapping[str, int]) -> Any:
        """Return what a firm gets in a group, itself included in the composition.

        Parameters
        ----------
        strategy : int or str
        composition : sequence of int, or mapping of str to int
            How many firms make each choice; those left out of a mapping nobody makes.

        Returns
        -------
        Fraction, or sympy expression

        Raises
        ------
        ValueError
            If the composition is none of such a group.
        """
        focal, group = self._read_group(strategy, composition)
        place = self._postures[focal]
        among = np.array(group) @ self._moves
        if place is None or among.sum() == 1:
            return self.outside_income
        among[place] -= 1
        key = tuple(among.tolist())
        if key not in self._known:
            self._known[key] = self._learning(among[None])[0]
        return self._known[key][place] - burden(focal, group, self.choices, self)

    @cached_property
    def _moves(self) -> NDArray[np.int64]:
        """Which choice has which of the postures used, as ones: (choices, postures)."""
        table = np.zeros((len(self.strategies), len(self._used)), dtype=np.int64)
        for k, place in enumerate(self._postures):
            if place is not None:
                table[k, place] = 1
        return table

    def _learning(self, among: NDArray[np.int64]) -> NDArray[np.object_]:
        """What each posture earns before governance, by those of the others who take part."""
        result = np.empty(among.shape, dtype=object)
        inside = among.sum(axis=1)
        for firms in np.unique(inside):
            rows = np.flatnonzero(inside == firms)
            group = self._among(int(firms) + 1)
            result[rows] = payoffs_by_composition(group, among[rows])
        return result

    def polynomial(
        self, strategy: int | str, composition: Sequence[int] | Mapping[str, int], term: str
    ) -> tuple[Fraction, ...]:
        """Return what a firm gets as a polynomial in one term of the consortium, exactly.

        Parameters
        ----------
        strategy, composition
            As for `payoff`.
        term : str
            Of the consortium, such as ``"trust"``.

        Returns
        -------
        tuple of Fraction
            Coefficients, constant first.

        Raises
        ------
        ValueError
            If there is no such term, or the payoff is no polynomial in it, as in a goal's
            threshold.

        Examples
        --------
        >>> from dilemma.collective import Consortium
        >>> all_pay = {"collaboration + pool": 3}
        >>> pool = Institution(Consortium(3))
        >>> [str(one) for one in pool.polynomial("collaboration + pool", all_pay, "trust")]
        ['2/5', '1/2']
        """
        require_term(self, term)
        require_numbers(self.terms, "polynomial")
        import sympy

        value = sympy.Symbol("term", real=True)
        found = sympy.sympify(self.replace(**{term: value}).payoff(strategy, composition))
        if not found.is_polynomial(value):
            raise ValueError(f"term: requires one in which payoffs are polynomials, got {term!r}")
        whole = sympy.Poly(found, value, domain=sympy.QQ)
        return tuple(Fraction(int(one.p), int(one.q)) for one in reversed(whole.all_coeffs()))

    def group_game(self) -> GroupGame:
        """Return the game of one consortium and its governance, exact.

        Raises
        ------
        TypeError
            If a term is no number.

        Examples
        --------
        >>> from dilemma.collective import Consortium
        >>> Institution(Consortium(3), ["competition", "collaboration + pool"]).group_game()
        <GroupGame: groups of 3, strategies competition, collaboration + pool>
        """
        require_numbers(self.terms, "group_game")
        others = others_of(self)
        result = np.full(others.shape, self.outside_income, dtype=object)
        among = others @ self._moves
        (there,) = np.nonzero(among.any(axis=1))
        if len(there):
            learned = self._learning(among[there])
            for k, place in enumerate(self._postures):
                if place is not None:
                    paid = burdens(k, others[there], self.choices, self)
                    result[there, k] = learned[:, place] - paid
        return GroupGame.from_others(self.size, self.strategies, result)

    def __repr__(self) -> str:
        changed = changes(self, TERMS)
        if self.strategies != usual_choices(self.consortium):
            changed.insert(0, repr(self.strategies))
        return f"Institution({', '.join([repr(self.consortium), *changed])})"

    def __str__(self) -> str:
        paid = ", ".join(
            f"{term.name.replace('_', ' ')} {getattr(self, term.name)}" for term in TERMS
        )
        return wrapped(
            [f"{self.consortium!r}", f"with {paid}", f"firms choose {', '.join(self.strategies)}"]
        )


def usual_choices(consortium: Consortium) -> tuple[str, ...]:
    """Return the choices that an institution has unless they are given.

    >>> usual_choices(Consortium(3))[5:]
    ('collaboration + pool', 'collaboration + peer', 'loner')
    """
    postures = consortium.strategies
    best = max(postures, key=lambda one: one.receptivity * one.transparency).name
    return (*(one.name for one in postures), *(best + end for end in SUFFIXES), LONER)


def _consortium(given: Any) -> Consortium:
    if not isinstance(given, Consortium):
        raise TypeError(f"consortium: requires a Consortium, got {type(given).__name__}")
    return given


def _choice(name: str, postures: Sequence[Strategy]) -> tuple[Choice, int | None]:
    """A choice by its name, and the place of its posture."""
    if name == LONER:
        return Choice(name, "outside", Fraction(0)), None
    role, posture = "free", name
    for ending, part in SUFFIXES.items():
        if name.endswith(ending):
            role, posture = part, name.removesuffix(ending)
    names = [one.name for one in postures]
    if posture not in names:
        raise ValueError(
            f"strategies: requires postures among {', '.join(names)}, alone or with "
            f"{' or '.join(map(repr, SUFFIXES))}, or {LONER!r}, got {name!r}"
        )
    place = names.index(posture)
    return Choice(name, role, opacity(postures[place])), place
