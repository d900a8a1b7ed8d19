r"""Which pattern is better along one parameter, and exactly where that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_poly

from dilemma.arrays.algebraic import Real, between, integer_polynomial, roots_in
from dilemma.arrays.exact import fraction
from dilemma.collective.searching.answers import FavouredPiece, PatternComparison, real
from dilemma.collective.searching.ecosystems import DOMAINS, Ecosystem
from dilemma.collective.searching.lives import (
    ORCHESTRATION,
    SEARCH,
    continuous_search,
    orchestration,
    require_numbers,
)
from dilemma.collective.searching.ratios import Ratio, ratio_of
from dilemma.collective.searching.steps import (
    Steps,
    Weights,
    keeping,
    searching,
    slack,
    weights_of,
)

CRITERIA = ("present value", "value", "survival", "turnover")
"""What patterns can be compared by; see `compare_patterns`."""

Build = Callable[[Ecosystem, Weights], Steps]


def compare_patterns(
    ecosystem: Ecosystem, parameter: str, over: Any = None, criterion: str = "present value"
) -> PatternComparison:
    r"""Find where collective orchestration is better than continuous search, and where worse.

    Parameters
    ----------
    ecosystem : Ecosystem
    parameter : str
        One of its terms that are numbers: ``"rise"``, ``"fall"``, ``"outside"`` (or
        ``"outside.2"``), ``"tracking"``, ``"tracking_cost"``, ``"search"``, ``"redesign"``,
        ``"redesign_cost"``, ``"turnover_cost"`` or ``"discount"``.
    over : pair of numbers, optional
        Where to look; the whole domain of a probability unless given.
    criterion : {"present value", "value", "survival", "turnover"}
        The expected discounted sum of value, its mean per period of life, the expected periods of
        life, or firms that join or leave per period of life (of which less is better): attributes
        of `Lifetime`.

    Returns
    -------
    PatternComparison
        Exact: crossings are rational or algebraic numbers.

    Raises
    ------
    TypeError, ValueError
        If there is no such term or criterion; if the range is no interval of the term's domain; if
        an ecosystem has more than 100 states; or if chance decides, once it has begun, whether it
        lasts for ever, or in which of several ways (study it with `dilemma.study.sweep` of
        `orchestration` and `continuous_search`).

    Notes
    -----
    Between values at which somebody begins to leave or to stay, who leaves and who joins is the
    same, and all probabilities and rewards are affine in the parameter. Then a criterion is a
    ratio of two determinants of at most degree n in it, n the number of states, which their exact
    values at n + 1 points determine. Crossings are roots of their cross product.

    Examples
    --------
    Two firms of three can do nearly as much as all. Who searches loses a firm when the value
    falls, and finds one when it rises, and lives longer; unless that is too dear:

    >>> from dilemma.collective import Coalitions
    >>> game = Coalitions.by_size([0, 5, 6])
    >>> ecosystem = Ecosystem(game, levels=("1/4", "1/2", 1), start_level=2, outside="6/5",
    ...                       redesign=0)
    >>> print(compare_patterns(ecosystem, "turnover_cost", (0, 40)))
    Continuous search is better by present value, along turnover_cost, at first;
        then collective orchestration from 44775/3097 on.
      turnover_cost from 0 to 44775/3097: continuous search (present value at
        44775/6194: orchestration 600/19, search ~36.7376)
      turnover_cost from 44775/3097 to 40: collective orchestration (present value
        at 168655/6194: orchestration 600/19, search ~22.465)
    """
    low, high = _range(ecosystem, parameter, over)
    if criterion not in CRITERIA:
        raise ValueError(f"criterion: requires one of {', '.join(CRITERIA)}, got {criterion!r}")
    sections = _sections(ecosystem, parameter, low, high, criterion)
    pieces: list[FavouredPiece] = []
    crossings: list[Real] = []
    for section in sections:
        difference = section.difference(criterion)
        roots: tuple[Real, ...] = ()
        if difference is not None and difference.degree() > 0:
            roots = roots_in(integer_polynomial(map(_fraction, difference.coeffs())),
                             section.low, section.high)  # fmt: skip
        crossings += roots
        for first, last in pairwise([section.low, *roots, section.high]):
            sample = between(first, last)
            orchestrated, searched = section.at(sample)
            pieces.append(
                FavouredPiece(
                    low=first,
                    high=last,
                    favoured=_favoured(orchestrated, searched, criterion == "turnover"),
                    sample=sample,
                    orchestration=orchestrated,
                    search=searched,
                    orchestration_formula=section.orchestration.formula,
                    search_formula=section.search.formula,
                )
            )
    return PatternComparison(
        method="ratios of determinants, interpolated exactly; their crossings isolated",
        exact=True,
        complete=True,
        status=_status(parameter, criterion, pieces),
        parameter=parameter,
        criterion=criterion,
        low=low,
        high=high,
        crossings=tuple(crossings),
        jumps=tuple(section.low for section in sections[1:]),
        pieces=tuple(pieces),
    )


@dataclass(frozen=True)
class _Section:
    """An open interval in which both criteria are ratios of polynomials."""

    low: Fraction
    high: Fraction
    orchestration: Ratio
    search: Ratio

    def difference(self, criterion: str) -> fmpq_poly | None:
        """A polynomial that vanishes where the two are equal; None if one is infinite."""
        if self.orchestration.infinite or self.search.infinite:
            return None
        return (
            self.orchestration.numerator * self.search.denominator
            - self.search.numerator * self.orchestration.denominator
        )

    def goes_on_in(
        self, following: _Section, ecosystem: Ecosystem, parameter: str, criterion: str
    ) -> bool:
        """Whether nothing changes where the following one begins, nor at that value itself."""
        if (self.orchestration, self.search) != (following.orchestration, following.search):
            return False
        there = ecosystem.replace(**{parameter: following.low})
        lives = (orchestration(there), continuous_search(there))
        name = criterion.replace(" ", "_")
        return self.at(following.low) == tuple(getattr(life, name) for life in lives)

    def at(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        return self.orchestration.at(value), self.search.at(value)


def _sections(
    ecosystem: Ecosystem, parameter: str, low: Fraction, high: Fraction, criterion: str
) -> list[_Section]:
    cuts = [low, *sorted(_jumps(ecosystem, parameter, low, high)), high]
    found: list[_Section] = []
    for first, last in pairwise(cuts):
        there = ecosystem.replace(**{parameter: (first + last) / 2})
        section = _Section(
            first,
            last,
            _ratio(there, keeping, parameter, criterion),
            _ratio(there, searching, parameter, criterion),
        )
        if found and found[-1].goes_on_in(section, ecosystem, parameter, criterion):
            section = _Section(found.pop().low, last, section.orchestration, section.search)
        found.append(section)
    return found


def _ratio(ecosystem: Ecosystem, build: Build, parameter: str, criterion: str) -> Ratio:
    own = weights_of(ecosystem)

    def at(point: fmpq) -> tuple[Steps, fmpq]:
        weights = {**own, parameter: point} if parameter in own else own
        return build(ecosystem, weights), weights["discount"]

    return ratio_of(at, criterion)


def _jumps(
    ecosystem: Ecosystem, parameter: str, low: Fraction, high: Fraction
) -> Iterable[Fraction]:
    """Where a decision may change: shares that equal what is outside."""
    cuts: set[Fraction] = set()
    if parameter not in ("tracking", "tracking_cost") and not parameter.startswith("outside"):
        return cuts
    ends = [ecosystem.replace(**{parameter: end}) for end in (low, high)]
    for level in zip(*map(slack, ends), strict=True):
        for first, last in zip(*level, strict=True):
            if first != last:
                cuts.add(low + (high - low) * first / (first - last))
    if parameter.startswith("outside"):
        coalitions = ecosystem.coalitions
        cuts.update(ecosystem.outside_options)
        if coalitions.sizes:
            each = [value / size for size, value in enumerate(coalitions.sizes) if size > 1]
        else:
            each = [
                value / mask.bit_count()
                for mask, value in enumerate(coalitions.values)
                if mask.bit_count() > 1
            ]
        cuts.update(level * share for level in ecosystem.levels for share in each)
    return {cut for cut in cuts if low < cut < high}


def _range(ecosystem: Any, parameter: str, over: Any) -> tuple[Fraction, Fraction]:
    require_numbers(ecosystem)
    numbers = [name for name in ecosystem.domains if name.partition(".")[0] in DOMAINS]
    if parameter not in numbers:
        raise ValueError(f"parameter: requires one of {', '.join(numbers)}, got {parameter!r}")
    domain = ecosystem.domains[parameter]
    if over is None:
        if domain.high is None:
            raise ValueError(f"over: requires a pair (low, high) for {parameter}, got none")
        most = domain.high
        if parameter in ("rise", "fall"):
            most = 1 - (ecosystem.fall if parameter == "rise" else ecosystem.rise)
        over = (domain.low, most)
    if not isinstance(over, (tuple, list)) or len(over) != 2:
        raise TypeError(f"over: requires a pair (low, high), got {over!r}")
    low, high = (fraction(one, "over") for one in over)
    if not (domain.low <= low < high and (domain.high is None or high <= domain.high)):
        raise ValueError(
            f"over: requires low < high, numbers {domain.words}, got {real(low)} and {real(high)}"
        )
    if parameter in ("rise", "fall"):
        other = ecosystem.fall if parameter == "rise" else ecosystem.rise
        if high + other > 1:
            raise ValueError(
                f"over: requires at most {real(1 - other)}, so that rise and fall sum to at most "
                f"1, got {real(high)}"
            )
    return low, high


def _favoured(
    orchestrated: Fraction | None, searched: Fraction | None, less_is_better: bool
) -> str:
    if orchestrated == searched:
        return "neither"
    more = orchestrated is None or (searched is not None and orchestrated > searched)
    return ORCHESTRATION if more != less_is_better else SEARCH


def _status(parameter: str, criterion: str, pieces: list[FavouredPiece]) -> str:
    kinds = {one.favoured for one in pieces}
    words = f"by {criterion}, along {parameter}"
    if len(kinds) == 1:
        only = kinds.pop()
        if only == "neither":
            return f"Neither pattern is better {words}."
        return f"{only.capitalize()} is better {words}, wherever they are compared."
    turns = [b for a, b in pairwise(pieces) if a.favoured != b.favoured]
    if len(turns) > 3:
        return f"Which pattern is better {words}, changes {len(turns)} times."
    said = ", ".join(f"{one.favoured} from {real(one.low)} on" for one in turns)
    return f"{pieces[0].favoured.capitalize()} is better {words}, at first; then {said}.".replace(
        "Neither is better", "Neither pattern is better"
    )


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
