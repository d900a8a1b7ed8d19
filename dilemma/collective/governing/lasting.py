"""What institutions come to in the long run: who pays, who complies, and what all earn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dilemma.collective.governing.governed import Governed, require_governed
from dilemma.game import checking
from dilemma.game.display import listed
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed

if TYPE_CHECKING:
    from dilemma.evolution import LongRun

# Smaller shares are left out of what is printed.
SHOWN = 0.005
# Payoffs nearer to 0 are printed as that.
NOTHING = 5e-7
METHOD = "long-run laws of rare mutations; payoffs of groups of one strategy"


@dataclass(frozen=True)
class GovernedLongRun(Displayed):
    """The long run of one institution; or one of several, between which the start decides.

    Attributes
    ----------
    institution : str
    class_number, classes : int
        Which of how many classes of states that are never left; 1 of 1 unless selection is
        infinite.
    shares : tuple of float
        Of time, or of players, for each strategy of the comparison; 0 for those that the
        institution does not know.
    exact_shares : tuple of Fraction, or None
        The same where they are known exactly.
    funding : float
        The share of players who fund a pool or sanction as peers.
    complying : float
        The share of those who take part and don't offend.
    payoff : float
        What players earn on average.
    """

    institution: str
    class_number: int
    classes: int
    shares: tuple[float, ...]
    exact_shares: tuple[Fraction, ...] | None
    funding: float
    complying: float
    payoff: float

    @property
    def earned(self) -> str:
        """The payoff as it is printed, to three digits."""
        return f"{self.payoff:.3g}" if abs(self.payoff) >= NOTHING else "0"

    @property
    def title(self) -> str:
        """The institution's name, and which class of states."""
        if self.classes == 1:
            return self.institution
        return f"{self.institution} ({self.class_number} of {self.classes})"


@dataclass(frozen=True, kw_only=True, repr=False)
class InstitutionComparison(Solution):
    """The long run of several institutions, side by side.

    Attributes
    ----------
    strategies : tuple of str
        All strategies of any of them.
    roles : tuple of str
        Their parts in governance: "free", "pool", "peer" or "outside".
    size : int
        Of the populations.
    selection : Fraction or float
    runs : tuple of GovernedLongRun
        One for each institution and class of states that last.
    method, exact, complete, status
        As in every answer of the library.
    """

    strategies: tuple[str, ...]
    roles: tuple[str, ...]
    size: int
    selection: Any
    runs: tuple[GovernedLongRun, ...]

    def __str__(self) -> str:
        lines = [self.status]
        for run in self.runs:
            order = sorted(range(len(run.shares)), key=lambda k: -run.shares[k])
            parts = [
                f"{self.strategies[k]} {_percent(run.shares[k])}"
                for k in order
                if run.shares[k] >= SHOWN
            ]
            lines += [
                f"  {run.title}: {', '.join(parts)}",
                f"    {_percent(run.funding)} fund the rules, {_percent(run.complying)} comply; "
                f"players earn {run.earned}",
            ]
        return wrapped(lines)


def compare_institutions(
    institutions: Mapping[str, Governed], size: int, selection: Any
) -> InstitutionComparison:
    """Compare what institutions come to in the long run, mutations being rare.

    Parameters
    ----------
    institutions : mapping of str to Institution or PublicGoods
        By the names they are to have.
    size : int
        Of each population, at least that of a group.
    selection : number of at least 0, or infinity
        As for `dilemma.evolution.Population`.

    Returns
    -------
    InstitutionComparison
        Exact if selection is infinite.

    Raises
    ------
    TypeError, ValueError
        If there are no institutions, or one is none, or if a name has different roles in them.

    Examples
    --------
    Efficiency is traded for stability (sigmund2010):

    >>> import math
    >>> from dilemma.collective import PublicGoods
    >>> goods = PublicGoods()
    >>> print(compare_institutions(
    ...     {"first order": goods, "second order": goods.replace(second_order=1)}, 100, math.inf))
    The long run of 2 institutions, in populations of 100 with rare mutations and
        unbounded selection.
      first order: peer punisher 94.7 %, contributor 1.86 %, defector 1.86 %, loner
        1.24 %
        95 % fund the rules, 96.9 % comply; players earn 1.95
      second order: pool punisher 100 %
        100 % fund the rules, 100 % comply; players earn 1.3
    """
    if not isinstance(institutions, Mapping):
        raise TypeError(
            "institutions: requires a mapping of names to institutions, got "
            f"{type(institutions).__name__}"
        )
    if not institutions:
        raise ValueError("institutions: requires at least one, got none")
    size = checking.count(size, "size", 2, "players")
    roles: dict[str, str] = {}
    for name, model in institutions.items():
        if not isinstance(name, str):
            raise TypeError(f"institutions: requires names (str), got {name!r}")
        require_governed(model, f"institutions[{name!r}]")
        for one in model.choices:
            if roles.setdefault(one.name, one.role) != one.role:
                raise ValueError(
                    f"institutions: requires one role for {one.name!r}, got "
                    f"{roles[one.name]!r} and {one.role!r}"
                )
    names = tuple(roles)
    laws = {
        name: model.population(size, selection).stationary_distribution()
        for name, model in institutions.items()
    }
    runs = tuple(
        run for name, law in laws.items() for run in _runs(name, institutions[name], law, names)
    )
    first = next(iter(laws.values())).population.selection
    strength = "unbounded selection" if first == float("inf") else f"selection {first}"
    number = len(institutions)
    doubtful = [name for name, law in laws.items() if not law.complete]
    return InstitutionComparison(
        method=METHOD,
        exact=all(law.exact for law in laws.values()),
        complete=all(law.complete for law in laws.values()),
        status=(
            f"The long run of {number} institution{'s' * (number > 1)}, in populations of {size} "
            f"with rare mutations and {strength}."
            + (f" Doubtful: {listed(doubtful)}, where rounding may decide." if doubtful else "")
        ),
        strategies=names,
        roles=tuple(roles.values()),
        size=size,
        selection=first,
        runs=runs,
    )


def _runs(
    name: str, model: Governed, law: LongRun, strategies: tuple[str, ...]
) -> list[GovernedLongRun]:
    """The long runs of one institution: one for each class of states that last."""
    found = []
    for place, one in enumerate(law.classes):
        own = dict(zip(model.strategies, map(float, one.probabilities), strict=True))
        exact = None
        if one.exact_probabilities is not None:
            known = dict(zip(model.strategies, one.exact_probabilities, strict=True))
            exact = tuple(known.get(strategy, Fraction(0)) for strategy in strategies)
        found.append(
            GovernedLongRun(
                institution=name,
                class_number=place + 1,
                classes=len(law.classes),
                shares=tuple(own.get(strategy, 0.0) for strategy in strategies),
                exact_shares=exact,
                funding=sum(
                    own[choice.name] for choice in model.choices if choice.role in ("pool", "peer")
                ),
                complying=sum(
                    own[choice.name]
                    for choice in model.choices
                    if choice.role != "outside" and not choice.offence
                ),
                payoff=sum(
                    own[choice.name] * float(model.payoff(k, _all_alike(model, k)))
                    for k, choice in enumerate(model.choices)
                ),
            )
        )
    return found


def _all_alike(model: Governed, choice: int) -> list[int]:
    return [model.size if k == choice else 0 for k in range(len(model.strategies))]


def funding_share(model: Governed, size: int = 100, selection: Any = 10) -> float:
    """Return the long-run share of those who fund the rules, mutations being rare: a number.

    Parameters
    ----------
    model : Institution or PublicGoods
    size, selection
        As for `compare_institutions`.

    Raises
    ------
    ValueError
        If selection is infinite and the start decides between several classes of states; or if it
        is so strong that rounding decides.

    Examples
    --------
    >>> from dilemma.collective import PublicGoods
    >>> round(funding_share(PublicGoods(second_order=1)), 6)
    1.0
    """
    return _only(model, size, selection).funding


def compliance_share(model: Governed, size: int = 100, selection: Any = 10) -> float:
    """Return the long-run share of those who take part and don't offend: a number.

    Parameters
    ----------
    model, size, selection
        As for `funding_share`.

    Examples
    --------
    >>> from dilemma.collective import PublicGoods
    >>> round(compliance_share(PublicGoods(second_order=1).compulsory()), 6)
    0.0
    """
    return _only(model, size, selection).complying


def long_run_payoff(model: Governed, size: int = 100, selection: Any = 10) -> float:
    """Return what players earn on average in the long run, mutations being rare: a number.

    Parameters
    ----------
    model, size, selection
        As for `funding_share`.

    Examples
    --------
    >>> from dilemma.collective import PublicGoods
    >>> round(long_run_payoff(PublicGoods(second_order=1)), 6)
    1.3
    """
    return _only(model, size, selection).payoff


def _only(model: Governed, size: int, selection: Any) -> GovernedLongRun:
    require_governed(model, "model")
    found = compare_institutions({"institution": model}, size, selection)
    if not found.complete:
        raise ValueError(
            "selection: requires a weaker one, or infinity, where rounding decides who lasts, "
            f"got {selection!r}; see compare_institutions"
        )
    runs = found.runs
    if len(runs) > 1:
        raise ValueError(
            "selection: requires a finite number where several classes of states last, got "
            f"infinity with {len(runs)} classes; see compare_institutions"
        )
    return runs[0]


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
