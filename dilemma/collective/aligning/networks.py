r"""Firms in a network, their views of a system-level goal, and what these come to.

matinheikki2017 (and, of the same programme, matinheikki2019) claims that the collective formation
of a system-level goal raises the resources that the firms of a network commit, and by these the
value that the network creates; that network architects and the similarity of the firms' domains
moderate it. It is a study of cases and prints no formulas. The mapping here is ours: goals form as
views do in friedkin1990, influence falls with the distance of domains, firms commit the more the
closer their view is to the goal, and tied firms that both commit create value together.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dilemma.alliance.terms import Domain
from dilemma.collective.aligning.changing import PER_FIRM, changed_terms, network_in_words
from dilemma.collective.aligning.computing import (
    MOST_EXACT,
    influence_table,
    valued_network,
    weight_table,
    with_standing,
)
from dilemma.collective.aligning.graphs import Tie, read_graph
from dilemma.collective.aligning.solving import Kind
from dilemma.collective.aligning.terms import BY_NAME, GOAL_TERMS, is_symbolic, read_terms
from dilemma.collective.aligning.tied import TiedFirms
from dilemma.collective.aligning.values import Valued
from dilemma.game.display import listed

if TYPE_CHECKING:
    from dilemma.collective.aligning.answers import GoalPath, Goals

# What is not a term.
GIVEN = ("firms", "ties", "directed", "architects", "standing", "built")


@dataclass(frozen=True, eq=False, init=False)
class GoalNetwork(TiedFirms):
    r"""Firms that form a common goal by listening to each other.

    Views settle where :math:`x^* = \Phi W x^* + (I - \Phi) x(0)`, with
    :math:`\Phi = \varphi\,\mathrm{diag}(\lambda)` and weights
    :math:`w_{ij} \propto a_{ij} / (1 + \beta |d_i - d_j|)` that add up to 1 over whom firm i
    listens to. Alignment :math:`a_i = 1 - |x^*_i - g|` makes for commitment
    :math:`c_i = \max(0, a_i^k - m)`, and commitment for value, that of each firm by itself and
    that of each pair of tied firms, :math:`V = \sum_i v c_i + \sigma \sum_{i<j} a_{ij} c_i c_j`.

    Parameters
    ----------
    graph : networkx graph, int, or square table of weights
        Who listens to whom: entry (i, j), or the edge from i to j of a directed graph, is how much
        firm i listens to firm j. An undirected edge counts both ways; ``weight`` of an edge is 1
        unless given, and parallel edges add up. A number stands for so many firms, each tied to
        all others. A firm tied to nobody listens to itself. Between two firms whose ties differ
        by direction, value counts their mean weight.
    views : in [0, 1], one for each firm
        x(0), where the firms begin: from 0, against the goal, to 1, for it, say. Rows of numbers
        for a goal of several dimensions; alignment is then the mean over these.
    positions : in [0, 1], one for each firm
        d, the firms' places among domains (industries, professions, technologies).
    susceptibility : in [0, 1], one or one for each firm
        λ, the weight of what a firm hears, against the view that it began with.
    formation : in [0, 1]
        φ, how far the goal is formed together: it multiplies each λ. At 0 nobody listens.
    decay : ≥ 0
        β, how fast influence falls with the distance of domains. As only the product with
        distances counts, domains that are twice as similar and half the decay are the same.
    own_weight : ≥ 0
        s, a tie of each firm to its own present view. Without it, distance changes to whom a firm
        listens, and not how much; with it, distant firms are heard less altogether.
    goal : in [0, 1], one for each dimension, or "mean"
        g; "mean" is the mean of the views where they settle: a goal that only the process makes.
    exponent : int
        k, from 1 to 50: how steeply commitment rises with alignment.
    threshold : in [0, 1)
        m, what :math:`a_i^k` must exceed for anything to be committed.
    own_value, synergy : ≥ 0
        v, the value of a firm's commitment by itself, and σ, that of two tied firms' together.

    Attributes
    ----------
    firms : tuple of str
        Names: those of the graph's nodes, or numbers from 1.
    ties : tuple of (listener, heard, weight)
        By the places of the firms.
    directed : bool
    architects : tuple of int
        Firms that act as network architects, by their places; see `with_architect`.
    standing : tuple of (int, tuple of numbers or None)
        Those of them that hold on to a view (None: to the goal), whatever their own terms say.
    built : tuple of (int, int)
        Ties that an architect has built.

    Raises
    ------
    TypeError, ValueError
        If a term is outside its domain or there are not as many as firms; the message names it.

    Notes
    -----
    Terms are numbers (a float means the decimal that prints it), or sympy expressions: then views,
    commitment and value are ratios of polynomials (with absolute values where the goal lies
    between the views, or there is a threshold). Numbers are solved in rational arithmetic up to
    60 firms, and beyond that in sparse floating point with a bound of the error.

    References
    ----------
    friedkin1990, degroot1974, matinheikki2017, matinheikki2019 in ``references.bib``.

    Examples
    --------
    Two firms that listen to each other, one for the goal and one against it:

    >>> pair = GoalNetwork(2, [0, 1], susceptibility=1/2)
    >>> print(pair.goals())
    Views settle in rational arithmetic; value 11/9, total commitment 1.
      1: view 0 -> 1/3, commitment 1/3
      2: view 1 -> 2/3, commitment 2/3
    >>> pair.replace(formation=0).value()
    Fraction(1, 1)
    """

    firms: tuple[str, ...]
    ties: tuple[Tie, ...]
    directed: bool
    views: tuple[tuple[Any, ...], ...]
    positions: tuple[Any, ...]
    susceptibility: tuple[Any, ...]
    formation: Any
    decay: Any
    own_weight: Any
    goal: Any
    exponent: int
    threshold: Any
    own_value: Any
    synergy: Any
    architects: tuple[int, ...]
    standing: tuple[tuple[int, tuple[Any, ...] | None], ...]
    built: tuple[tuple[int, int], ...]

    def __init__(
        self,
        graph: Any,
        views: Any,
        *,
        positions: Any = BY_NAME["positions"].default,
        susceptibility: Any = BY_NAME["susceptibility"].default,
        formation: Any = BY_NAME["formation"].default,
        decay: Any = BY_NAME["decay"].default,
        own_weight: Any = BY_NAME["own_weight"].default,
        goal: Any = BY_NAME["goal"].default,
        exponent: Any = 1,
        threshold: Any = BY_NAME["threshold"].default,
        own_value: Any = BY_NAME["own_value"].default,
        synergy: Any = BY_NAME["synergy"].default,
    ) -> None:
        firms, ties, directed = read_graph(graph)
        given = {
            "views": views,
            "positions": positions,
            "susceptibility": susceptibility,
            "formation": formation,
            "decay": decay,
            "own_weight": own_weight,
            "goal": goal,
            "exponent": exponent,
            "threshold": threshold,
            "own_value": own_value,
            "synergy": synergy,
        }
        self._set(firms=firms, ties=ties, directed=directed, architects=(), standing=(), built=())
        self._set(**read_terms(given, len(firms)))

    def _set(self, **values: Any) -> None:
        """Give the fields their values, once, before anybody sees them."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def dimensions(self) -> int:
        """How many dimensions the goal has."""
        return len(self.views[0])

    @property
    def terms(self) -> dict[str, Any]:
        """All terms by name; of firms that are alike one value, otherwise one for each."""
        found = {term.name: getattr(self, term.name) for term in GOAL_TERMS}
        for name in PER_FIRM:
            values = found[name]
            if name == "views" and self.dimensions == 1:
                values = tuple(one for (one,) in values)
            alike = all(one == values[0] for one in values)
            found[name] = values[0] if alike and not isinstance(values[0], tuple) else values
        return found

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each term that `replace` takes as one number.

        ``susceptibility`` moves all firms', ``susceptibility.1`` that of the first alone. Views of
        a goal of several dimensions have none.
        """
        found = {}
        for term in GOAL_TERMS:
            if term.name == "views" and self.dimensions > 1:
                continue
            if term.name == "goal" and isinstance(self.goal, (str, tuple)):
                continue
            found[term.name] = term.domain
            if term.per_firm:
                found |= {f"{term.name}.{k}": term.domain for k in range(1, self.size + 1)}
        return found

    def replace(self, **terms: Any) -> GoalNetwork:
        """Return the network with some terms changed.

        Parameters
        ----------
        **terms
            As in the constructor, ``graph`` among them; and ``**{"views.2": 1}``: one firm's.
            Architects hold on to their views in another graph too; the ties that they built are
            those of the old one.

        Raises
        ------
        TypeError, ValueError
            If there is no such term or firm, a value is outside its domain, or another graph has
            not as many firms as one with architects.

        Examples
        --------
        >>> GoalNetwork(3, [0, 0, 1]).replace(**{"views.2": 1}, decay=0.5).terms["views"]
        (Fraction(0, 1), Fraction(1, 1), Fraction(1, 1))
        """
        new = changed_terms(self.firms_terms(), terms, self.size)
        if "graph" in new:
            other = GoalNetwork(new.pop("graph"), **new)
            if self.architects and other.size != self.size:
                raise ValueError(
                    f"graph: requires {self.size} firms, as many as where there are architects, "
                    f"got {other.size}"
                )
            other._set(architects=self.architects, standing=self.standing)
            return other
        made = object.__new__(GoalNetwork)
        made._set(**read_terms(new, self.size))
        made._set(**{name: getattr(self, name) for name in GIVEN})
        return made

    @property
    def kind(self) -> Kind:
        """The kind of number that answers are in: "number", "symbol" or "float"."""
        if any(map(is_symbolic, self.firms_terms().values())):
            return "symbol"
        return "number" if self.size <= MOST_EXACT else "float"

    @property
    def beginnings(self) -> tuple[tuple[Any, ...], ...]:
        """Each firm's first view: its own, or what it stands for as an architect.

        >>> GoalNetwork(2, 0).with_architect("stubborn", 0).beginnings
        ((Fraction(1, 1),), (Fraction(0, 1),))
        """
        return tuple(map(tuple, with_standing(self, self.firms_terms())["views"]))

    def firms_terms(self) -> dict[str, Any]:
        """All terms by name, those of the firms one by one.

        >>> GoalNetwork(2, 0).firms_terms()["susceptibility"]
        (Fraction(1, 2), Fraction(1, 2))
        """
        return {term.name: getattr(self, term.name) for term in GOAL_TERMS}

    @cached_property
    def _result(self) -> Valued:
        return valued_network(self)

    def goals(self) -> Goals:
        """Return where views settle, and the alignment, commitment and value that follow.

        Raises
        ------
        TypeError
            If a term is symbolic: `views_at_rest`, `commitment` and `value` take such.

        Examples
        --------
        >>> circle = GoalNetwork([[0, 1], [1, 0]], [0, 1], susceptibility=1)
        >>> circle.goals().converges
        False
        """
        from dilemma.collective.aligning.answers import goals_of

        return goals_of(self)

    def views_at_rest(self) -> tuple[tuple[Any, ...] | None, ...]:
        """Return each firm's settled view, a number for each dimension; None if it never settles.

        Examples
        --------
        >>> import sympy
        >>> GoalNetwork(2, [0, 1], susceptibility=sympy.Symbol("x")).views_at_rest()[0]
        (x/(x + 1),)
        """
        return tuple(None if one is None else tuple(one) for one in self._result.views)

    def alignment(self) -> Any:
        """Return the firms' mean alignment: a Fraction, float or sympy expression.

        >>> GoalNetwork(2, [0, 1]).alignment()
        Fraction(1, 2)
        """
        found = self._settled()
        return sum(found.alignment) / self.size

    def commitment(self) -> Any:
        """Return what all firms commit: a Fraction, float or sympy expression.

        >>> GoalNetwork(2, [0, 1], exponent=2).commitment()
        Fraction(5, 9)
        """
        return sum(self._settled().commitment)

    def value(self) -> Any:
        """Return the value of the network: a Fraction, float or sympy expression.

        Raises
        ------
        ValueError
            If some views never settle.

        Examples
        --------
        >>> GoalNetwork(2, [0, 1], susceptibility=1, own_weight=1).value()
        Fraction(5, 4)
        """
        return self._settled().total

    def _settled(self) -> Valued:
        found = self._result
        if found.total is None:
            group = found.restless[0]
            names = listed([self.firms[k] for k in group.firms[:5]])
            raise ValueError(
                "network: requires views that settle, got a group of firms that listen to nobody "
                f"else and go round with period {group.period}: {names}; lower susceptibility "
                "or formation, or give own_weight"
            )
        return found

    def weights(self) -> Any:
        """Return how much each firm listens to each, rows that add up to 1.

        Returns
        -------
        numpy.ndarray of Fraction or sympy expressions, or sparse array of floats (over 60 firms)

        Examples
        --------
        >>> GoalNetwork(3, 0, positions=[0, 0, 1]).weights()[0].tolist()
        [Fraction(0, 1), Fraction(2, 3), Fraction(1, 3)]
        """
        return weight_table(self)

    def influence(self) -> Any:
        r"""Return how much of each firm's settled view comes from each firm's beginning.

        :math:`(I - \Phi W)^{-1} (I - \Phi)`, rows that add up to 1 (friedkin1990).

        Returns
        -------
        numpy.ndarray of shape (n, n)
            Fractions, sympy expressions, or floats (over 60 firms, and at most 2,000).

        Raises
        ------
        ValueError
            If there are more firms, or views do not settle whatever they are.

        Examples
        --------
        >>> GoalNetwork(2, [0, 1]).influence()[0].tolist()
        [Fraction(2, 3), Fraction(1, 3)]
        """
        return influence_table(self)

    def path(self, rounds: int) -> GoalPath:
        """Return the views round by round.

        Parameters
        ----------
        rounds : int
            At least 0.

        Examples
        --------
        >>> GoalNetwork(2, [0, 1]).path(2).views[-1]
        ((Fraction(1, 4),), (Fraction(3, 4),))
        """
        from dilemma.collective.aligning.answers import path_of

        return path_of(self, rounds)

    def with_architect(self, kind: str, firm: Any = None, **options: Any) -> GoalNetwork:
        """Return the network as an architect makes it.

        See `dilemma.collective.architect`, whose ``network`` this is.

        Parameters
        ----------
        kind : {"stubborn", "central", "ties"}
        firm : int or str, optional
        **options
            As for `dilemma.collective.architect`.

        Examples
        --------
        >>> GoalNetwork(3, 0).with_architect("stubborn", 0).value()
        Fraction(22, 9)
        """
        from dilemma.collective.aligning.architects import architect

        return architect(self, kind, firm, **options).network

    def _key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GoalNetwork):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<GoalNetwork of {self.size} firms and {len(self.pairs)} ties>"

    def __str__(self) -> str:
        return network_in_words(self)
