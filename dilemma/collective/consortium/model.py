"""The consortium: terms of n firms, and the games that they make."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import (
    INTERORGANIZATIONAL_LEARNING,
    STRATEGIES,
    Alliance,
    Domain,
    PayoffModel,
    Strategy,
    Term,
)
from dilemma.alliance.evaluation import batch_of, pick
from dilemma.alliance.fields import (
    alike,
    changes,
    domains_of,
    hash_of,
    read_extra,
    read_model,
    replaced,
)
from dilemma.alliance.strategies import checked_strategies
from dilemma.alliance.terms import read_term
from dilemma.arrays.exact import fractions
from dilemma.collective.consortium.compositions import payoffs_by_composition
from dilemma.collective.consortium.expectations import expectations
from dilemma.collective.consortium.learning import SharedLearning, learning_of
from dilemma.collective.consortium.lines import PayoffLine, ends_of, payoff_line
from dilemma.collective.consortium.members import as_alliance, smaller, two_firm_games
from dilemma.collective.consortium.profiles import payoff_of, payoffs_by_profile
from dilemma.collective.consortium.reading import (
    labelled,
    place_of,
    require_alike,
    require_numbers,
)
from dilemma.collective.consortium.terms import (
    CONSORTIUM_TERMS,
    MEMBERS,
    firm_numbers,
    require_balance,
)
from dilemma.game import Game, Games, GroupGame, StrategicGame, checking
from dilemma.game.groups import MOST_COMPOSITIONS, compositions
from dilemma.writing.pages import Displayed

# So many exact payoffs of profiles take some ten seconds; beyond, a slip is likelier than a wish.
MOST_PROFILE_PAYOFFS = 5_000_000

_DEFAULTS = {term.name: term.default for term in CONSORTIUM_TERMS}


@dataclass(frozen=True, eq=False)
class Consortium(Displayed):
    r"""n firms that learn from each other, on given terms, perhaps towards a common goal.

    Every firm learns from all others and teaches them all, at one receptivity r and transparency
    t. What firm i learns, and what the others learn from it, are means over them:

    .. math::

        f_i &= (1 + \pi)\, r_i a_i \frac{1}{n-1} \sum_{j \ne i} c_j (\ell + (1 - \ell) t_j),
        \qquad
        g_i = (1 + \pi) (\ell + (1 - \ell) t_i) c_i \frac{1}{n-1} \sum_{j \ne i} a_j r_j,

        u_i &= S_i \left[ f_i + \sigma (1 + \rho_i) f_i g_i + \eta \tau g_i
              + (1 - \tau)\, \omega_i (f_i - g_i) \right] - \kappa^r_i e(r_i) - \kappa^t_i e(t_i)
              + G \cdot \Big[ \sum_j r_j t_j \ge m \Big].

    The sums of f and of g over all firms are equal. The *system-level goal* pays each firm a bonus
    G once the group's commitment, in which each firm counts with r t, reaches a threshold m. Two
    firms without a goal are an `Alliance`, exactly.

    Parameters
    ----------
    size : int
        n, the number of firms, at least 2.
    trust, stakes, opportunism, synergy, relational_return, leakage, absorptive_capacity, \
communicative_capacity, receptivity_cost, transparency_cost, effort_convexity, prior_interaction
        The terms of an `Alliance`, with the same symbols, domains and defaults. Those that belong
        to each firm take one value, or a tuple or list of n.
    power : 0, or tuple of n numbers in [−1, 1] that sum to 0
        ρ, each firm's extra share of synergy.
    goal : ≥ 0
        G, what each firm gets once the goal is met.
    threshold : ≥ 0
        m, the commitment of the group (the firm itself included) that meets it; n is that of
        mutual collaboration.
    strategies : sequence of Strategy
        What the firms choose from; the five of larsson1998 unless given.
    model : PayoffModel
        One with a ``value``: see `dilemma.alliance.PayoffModel`. Firm i learns and teaches the
        means of the model's ``learning`` over the others.
    extra : mapping of str to term values
        Values of the terms that the model has beyond those above.

    Raises
    ------
    TypeError, ValueError
        If a term is outside its domain or of no kind that a term can have; if shares of power do
        not sum to 0; if the model values pairs only.

    Notes
    -----
    Terms are numbers, sympy expressions, NumPy arrays or DataArrays, as those of an alliance.
    Firms are numbered from 1, as in ``replace(**{"stakes.2": 3})``, and called "firm 1" to
    "firm n".

    matinheikki2017 finds in two networks that a *system-level goal*, formed together, raises
    what members commit and the value of the whole network. The formula is ours: the goal as a
    threshold public good (pacheco2009 studies such goods) on top of the learning dilemma of
    larsson1998.

    Examples
    --------
    >>> four = Consortium(4, trust="1/4", goal=1, threshold=3)
    >>> four.payoff(1, ["collaboration"] * 3 + ["competition"])
    Fraction(161, 160)
    >>> four.group_game().payoff("collaboration", [3, 1, 0, 0, 0])
    Fraction(161, 160)
    >>> from dilemma.alliance import Alliance
    >>> bool((Consortium(2, stakes=(1, 2)).payoffs() == Alliance(stakes=(1, 2)).payoffs()).all())
    True
    """

    size: int
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
    goal: Any = _DEFAULTS["goal"]
    threshold: Any = _DEFAULTS["threshold"]
    strategies: tuple[Strategy, ...] = STRATEGIES
    model: PayoffModel = INTERORGANIZATIONAL_LEARNING
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", checking.count(self.size, "size", 2, "firms"))
        firms = firm_numbers(self.size)
        for term in CONSORTIUM_TERMS:
            value = read_term(term, getattr(self, term.name), firms=firms)
            object.__setattr__(self, term.name, value)
        object.__setattr__(self, "strategies", checked_strategies(self.strategies))
        model = read_model(self.model)
        if model.value is None:
            raise TypeError(
                "model: requires a PayoffModel with a value (firm, learned, taught, terms), for "
                f"payoffs of pairs say nothing of {self.size} firms, got {model.name!r}"
            )
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "extra", read_extra(model, self.extra, firms))
        batch_of(self.terms)
        require_balance(self.power, self.size)

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name, the model's own included; a tuple where firms differ."""
        return {one.name: getattr(self, one.name) for one in CONSORTIUM_TERMS} | dict(self.extra)

    @property
    def descriptions(self) -> tuple[Term, ...]:
        """What the terms are, in their order."""
        return (*CONSORTIUM_TERMS, *self.model.terms)

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that `replace` moves, such as ``stakes`` and ``stakes.2``.

        Power is not among them: only all firms' shares together can change.
        """
        movable = [term for term in self.descriptions if term.name != "power"]
        return domains_of(movable, firm_numbers(self.size))

    @property
    def counts(self) -> dict[str, Domain]:
        """What is counted in whole numbers, and a sweep may move: ``size``, of firms alike."""
        return {"size": MEMBERS}

    @property
    def firms(self) -> tuple[str, ...]:
        """The firms' names, "firm 1" to "firm n"."""
        return tuple(f"firm {number}" for number in firm_numbers(self.size))

    @property
    def alike(self) -> bool:
        """Whether all firms have the same terms."""
        return not any(isinstance(value, tuple) for value in self.terms.values())

    def replace(self, **terms: Any) -> Consortium:
        """Return the consortium with some terms changed.

        Parameters
        ----------
        **terms
            Terms by name, also ``size`` (of firms alike), ``strategies``, ``model``, ``extra`` and
            the model's own terms. ``stakes`` changes all firms', and ``**{"stakes.2": value}``
            those of the second alone.

        Raises
        ------
        TypeError
            If there is no such term.

        Examples
        --------
        >>> Consortium(3).replace(trust=0.3, **{"stakes.2": 4}).stakes
        (Fraction(1, 1), Fraction(4, 1), Fraction(1, 1))
        """
        size = terms.get("size", self.size)
        firms = firm_numbers(checking.count(size, "size", 2, "firms"))
        return Consortium(**replaced(self, CONSORTIUM_TERMS, firms, terms))

    def payoffs(self) -> Any:
        """Return all firms' payoffs for every profile of strategies.

        Returns
        -------
        numpy.ndarray of Fraction or of sympy expressions, shape (n, m, …, m)
            Entry (i, s_1, …, s_n): what firm i + 1 gets. Where all terms are numbers: exact.
        numpy.ndarray of float64, shape (..., n, m, …, m)
            Where a term is a NumPy array.
        xarray.DataArray
            Where a term is one: with its dimensions, in the order of the terms, then ``player``
            and ``firm_1`` to ``firm_n``.

        Raises
        ------
        ValueError
            If n mⁿ exceeds five million. `group_payoffs` has the payoffs of firms alike, and
            `payoff` any one.

        Examples
        --------
        >>> Consortium(3).payoffs().shape
        (3, 5, 5, 5)
        """
        number = self.size * len(self.strategies) ** self.size
        if number > MOST_PROFILE_PAYOFFS:
            raise ValueError(
                f"size: requires at most {MOST_PROFILE_PAYOFFS:,} payoffs of firms in profiles, "
                f"got {number:,} for {self.size} firms and {len(self.strategies)} strategies "
                "(see group_payoffs for firms alike, and payoff for one)"
            )
        names = [f"firm_{number}" for number in firm_numbers(self.size)]
        return labelled(self, payoffs_by_profile(self), ("player", *names))

    def group_payoffs(self) -> Any:
        """Return what each strategy earns for each composition of the others, firms being alike.

        Returns
        -------
        numpy.ndarray of Fraction or of sympy expressions, shape (count, m)
            Entry (c, s): what an s-player gets when the n − 1 others are ``others[c]`` (in
            lexicographic order, as `GroupGame` has them). Where all terms are numbers: exact.
        numpy.ndarray of float64, shape (..., count, m)
            Where a term is a NumPy array.
        xarray.DataArray
            Where a term is one: with its dimensions, then ``others`` and ``strategy``; the
            coordinate ``composition`` counts the others.

        Raises
        ------
        ValueError
            If firms differ, or there are more than five million compositions.

        Notes
        -----
        A payoff depends on the others only through sums of what is learned from them and taught
        to them, and through the goal. Exact payoffs are found for each distinct triple once: 50
        firms of five strategies have 292,825 compositions of others, and about 25,000 triples.

        Examples
        --------
        >>> Consortium(10).group_payoffs().shape
        (715, 5)
        """
        require_alike(self, "group_payoffs")
        values = payoffs_by_composition(self, self.others)
        return labelled(self, values, ("others", "strategy"))

    @property
    def others(self) -> NDArray[np.int64]:
        """All compositions of the n − 1 others by strategy, shape (count, m), read-only."""
        count = math.comb(self.size + len(self.strategies) - 2, self.size - 1)
        if count > MOST_COMPOSITIONS:
            raise ValueError(
                f"size: requires at most {MOST_COMPOSITIONS:,} compositions of the others, got "
                f"{count:,} for {self.size} firms and {len(self.strategies)} strategies (see "
                "along and expected_payoffs for large groups)"
            )
        return compositions(self.size - 1, len(self.strategies))

    def group_game(self) -> GroupGame:
        """Return the game of n firms alike, exact, for what solves and evolves group games.

        Raises
        ------
        TypeError
            If a term is no number.
        ValueError
            If firms differ.

        Examples
        --------
        >>> game = Consortium(3, goal=1, threshold=2).group_game()
        >>> game.payoff("avoidance", [2, 0, 0, 0, 1])
        Fraction(79, 80)
        """
        require_numbers(self, "group_game")
        require_alike(self, "group_game")
        names = [one.name for one in self.strategies]
        return GroupGame.from_others(self.size, names, payoffs_by_composition(self, self.others))

    def game(self) -> StrategicGame:
        """Return the game of n firms in strategic form, exact, whether they are alike or differ.

        Raises
        ------
        TypeError
            If a term is no number.
        ValueError
            If n mⁿ exceeds five million: `group_game` has firms alike by composition.

        Examples
        --------
        >>> game = Consortium(3, stakes=(1, 2, 4)).game()
        >>> game
        <StrategicGame 5 x 5 x 5: firm 1, firm 2 and firm 3>
        >>> game.regret("avoidance")
        Fraction(1, 20)
        """
        require_numbers(self, "game")
        names = [one.name for one in self.strategies]
        return StrategicGame(self.payoffs(), [names] * self.size, self.firms)

    def games(self) -> Games:
        """Return the batch of two-firm games that array terms make, as `Alliance.games` does.

        Raises
        ------
        TypeError
            If a term is symbolic.
        ValueError
            If there are more than two firms.

        Examples
        --------
        >>> games = Consortium(2, trust=np.array([0.1, 0.3]), goal=1, threshold=2).games()
        >>> games.shape, games[1].exact_payoffs[0, 0, 0]
        ((2,), Fraction(33, 20))
        """
        return two_firm_games(self)

    def game_at(self, index: tuple[int, ...]) -> Game:
        """Return the exact game of two firms at one index of the batch.

        Examples
        --------
        >>> Consortium(2, trust=np.array([0.1, 0.2])).game_at((1,)).players
        ('firm 1', 'firm 2')
        """
        return self.at(index).game().to_game()

    def at(self, index: tuple[int, ...]) -> Consortium:
        """Return the consortium at one index of its batch, all its terms exact numbers.

        Examples
        --------
        >>> Consortium(5, trust=np.array([0.1, 0.2])).at((1,)).trust
        Fraction(1, 5)
        """
        chosen = pick(self.terms, index)
        extra = {name: chosen.pop(name) for name in self.extra}
        return self.replace(**chosen, extra=extra)

    def alliance(self) -> Alliance:
        """Return two firms without a goal as an alliance, the first as its row firm.

        Raises
        ------
        ValueError
            If there are more firms (see `among`), or a goal, which an alliance has not.

        Examples
        --------
        >>> Consortium(3, stakes=(1, 2, 3)).among([1, 3]).alliance()
        Alliance(stakes=(1, 3))
        """
        return as_alliance(self)

    def among(self, members: Iterable[int | str]) -> Consortium:
        """Return the consortium of some of the firms, on the same terms.

        Parameters
        ----------
        members : sequence of int or str
            At least 2 of the firms, by number from 1 on or by name. They are numbered anew, in the
            order in which they are given.

        Notes
        -----
        The goal and its threshold stay: fewer firms have to reach the same. Shares of power are
        taken less their mean among the members, so that they sum to 0 again.

        Examples
        --------
        >>> Consortium(4, stakes=(1, 2, 3, 4), power=(0, "1/2", "-1/2", 0)).among([2, 4])
        Consortium(2, stakes=(2, 4), power=('1/4', '-1/4'))
        """
        return smaller(self, [place_of(self, one) for one in list(members)])

    def learning(self, group: Any) -> SharedLearning:
        """Return what the firms of a group learn and teach, in all, and how it is divided.

        Parameters
        ----------
        group : sequence of m int, mapping of str to int, sequence of n str, or str
            How many of firms alike play each strategy, or which by name. Or what each of the n
            firms plays, by name; or the one strategy of all.

        Examples
        --------
        >>> print(Consortium(5).learning({"collaboration": 4, "competition": 1}))
        Together 5 firms learn 41/10.
          collaboration x 4: learns 31/40, 31/164 of it all each; teaches 1
          competition   x 1: learns 1, 10/41 of it all; teaches 1/10
        """
        return learning_of(self, group, lambda value: labelled(self, value, ()))

    def along(
        self, strategy: int | str | None = None, rest: int | str | None = None
    ) -> PayoffLine:
        """Return what each strategy earns as ever more of the others play one: exact.

        Parameters
        ----------
        strategy, rest : int or str, optional
            What k of the n − 1 others play, for all k, and what the rest do; by index or name. If
            left out, the most committed strategy, which has the largest r t, and avoidance (or the
            least committed): the first of several.

        Raises
        ------
        TypeError
            If a term is no number.
        ValueError
            If firms differ.

        Examples
        --------
        >>> line = Consortium(5, trust="1/4", goal=1, threshold=4).along()
        >>> print(line)
        Best replies when so many of 4 others play collaboration and the rest avoidance:
          0: avoidance
          1 to 2: competition
          3: collaboration
          4: competition
        >>> line.payoffs[3, 0] - line.payoffs[3, 1], line.met[3, 0], line.met[3, 1]
        (Fraction(373, 800), np.True_, np.False_)
        """
        require_numbers(self, "along")
        require_alike(self, "along")
        names = tuple(one.name for one in self.strategies)
        most, least = ends_of(self.strategies)
        (first,) = checking.chosen([most if strategy is None else strategy], names, "strategy")
        (second,) = checking.chosen([least if rest is None else rest], names, "rest")
        return payoff_line(self, first, second)

    def expected_payoffs(self, x: Sequence[Any] | str) -> tuple[Fraction, ...]:
        r"""Return what each strategy earns when all other firms, alike, play a mixture: exact.

        Parameters
        ----------
        x : sequence of m numbers, or str
            The weights of the strategies, or the name of the only one. A float means the decimal
            that prints it.

        Raises
        ------
        TypeError
            If a term is no number.
        ValueError
            If firms differ, or x has the wrong length, a negative entry or the wrong sum.

        Notes
        -----
        The same as `GroupGame.expected_payoffs` of the `group_game`. Where payoffs are bilinear in
        what is learned and taught, as in all models of `dilemma.alliance`, it takes time
        proportional to m², and with a goal to the degree of a polynomial, and no compositions are
        listed: n may be in the thousands. Without a goal these payoffs are quadratic in x for
        every n.

        Examples
        --------
        >>> crowd = Consortium(1000, trust="3/4", goal=2, threshold=400)
        >>> [round(float(value), 4) for value in crowd.expected_payoffs(["2/5", "3/5", 0, 0, 0])]
        [1.0187, 1.0914, 1.1304, 0.6909, 1.0222]
        """
        require_numbers(self, "expected_payoffs")
        require_alike(self, "expected_payoffs")
        names = tuple(one.name for one in self.strategies)
        values = x if isinstance(x, str) else fractions(list(x), "x").tolist()
        return expectations(self, checking.mixed(values, names, "x", False).tolist())

    def payoff(self, firm: int | str, profile: Iterable[str | int]) -> Any:
        """Return what one firm earns when each plays what a profile says.

        Parameters
        ----------
        firm : int or str
            From 1 to n, or a name such as "firm 2".
        profile : sequence of n strategies
            By name or index.

        Returns
        -------
        Fraction, sympy expression, or array over the batch

        Examples
        --------
        >>> uneven = Consortium(40, stakes=[1] * 39 + [10])
        >>> uneven.payoff(40, ["collaboration"] * 39 + ["competition"])
        Fraction(109, 8)
        """
        place = place_of(self, firm)
        names = tuple(one.name for one in self.strategies)
        chosen = []
        given = [profile] if isinstance(profile, (str, int)) else list(profile)
        if len(given) != self.size:
            raise ValueError(
                f"profile: requires {self.size} strategies, one of each firm, got {len(given)}"
            )
        for one in given:
            chosen += checking.chosen([one], names, "profile")
        found = payoff_of(self, place, tuple(self.strategies[s] for s in chosen))
        return labelled(self, found, ())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Consortium):
            return NotImplemented
        return self.size == other.size and alike(self, other)

    def __hash__(self) -> int:
        return hash((self.size, hash_of(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        values = [getattr(self, one.name) for one in fields(self)]
        return Consortium, (*values[:-1], dict(values[-1]))

    def __repr__(self) -> str:
        return f"Consortium({', '.join([str(self.size), *changes(self, _DEFAULTS)])})"
