"""Terms of an alliance and rationality from a survey's choices: maximum likelihood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dilemma.alliance import Alliance
from dilemma.alliance.evaluation import kind_of_terms
from dilemma.arrays.exact import fraction, to_float
from dilemma.game.checking import count
from dilemma.game.display import listed
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.fitting.answers import LogitFit
from dilemma.survey.fitting.beliefs import RESPONSES, beliefs_of, one_of
from dilemma.survey.fitting.choices import grouped
from dilemma.survey.fitting.coded_choices import choices_of
from dilemma.survey.fitting.estimating import Estimation, estimate, require_identified
from dilemma.survey.fitting.likelihood import DEFAULTS, LogitLikelihood
from dilemma.survey.fitting.payoff_slopes import AlliancePayoffs
from dilemma.survey.fitting.scales import RATIONALITY, checked_free, free_terms
from dilemma.survey.fitting.starting import bounds, nested_models, starting_points

PARTNERS = ("population", "cells")
ERRORS = ("information", "cases")
_PROBES = 3


def fit_logit(
    survey: CaseSurvey,
    alliance: Alliance,
    free: Any = ("trust", RATIONALITY),
    *,
    response: str = "observed",
    partners: str = "population",
    rationality: Any = None,
    moderators: Mapping[str, Any] | None = None,
    measured: Sequence[str] | None = None,
    confusion: Any = None,
    errors: str = "cases",
    ties: str = "missing",
    starts: int = 4,
    seed: Any = 0,
) -> LogitFit:
    r"""Estimate an alliance's terms and rationality from coded choices by maximum likelihood.

    A firm chooses strategy i with a probability (mcfadden1974, mckelvey1995)

    .. math:: P(i) = \frac{e^{\lambda\, u(i, q)}}{\sum_k e^{\lambda\, u(k, q)}}, \qquad
              u(i, q) = \sum_j q_j A_{ij}

    where A are its payoffs in its own case, and q is what it expects of its partner:

    - ``response="observed"``: the observed frequencies of the partner's role, in the whole sample
      (``partners="population"``) or in the cases with the same moderators (``"cells"``). Two steps
      (hotz1993, bajari2010): frequencies, then the likelihood given them. Consistent if firms know
      these frequencies. They are estimates themselves: ``errors="cases"`` counts their errors, as
      does `bootstrap_fit`; ``"information"`` takes them as known, and so is too sure.
    - ``response="equilibrium"``: the logit equilibrium of the case's own game at the same
      parameters, on the principal branch, as `dilemma.equilibria.logit_equilibrium` gives it. If
      that branch turns, the likelihood may jump where it does.

    If the alliance treats both firms alike, they are one population: which one is the row firm is
    then an accident of the file.

    Parameters
    ----------
    survey : CaseSurvey
        One rating of each firm (`CaseSurvey.consensus`), unless ``confusion`` is given. Each case,
        period and firm with a strategy is a choice; those without one are counted as missing.
    alliance : Alliance
        Of numbers: the terms that are neither free nor measured; its strategies classify codes.
    free : sequence of str
        What to estimate: ``"rationality"`` and terms, such as ``"trust"`` and ``"stakes.row"``.
    response, partners : str
        See above.
    rationality : number, optional
        Its value if it is not free.
    moderators : mapping of str to str or sequence of str, optional
        For a free term, the survey's moderators in which it is linear on the scale of its domain:
        logit for [0, 1], logarithm for positive terms, inverse hyperbolic tangent for power
        (`dilemma.survey.fitting.scales`). A term of each firm takes that firm's value, a mutual
        one the mean of both.
    measured : sequence of str, optional
        Terms whose values are the survey's own, case by case. Left out: all moderators of the
        survey that are terms, are not free and moderate nothing.
    confusion : array_like, number or "raters", optional
        The probability that a rater codes [a true strategy, as another]; a number ε means that
        each wrong code has ε/(m − 1); "raters": estimated from the ratings (`rater_confusion`).
        The likelihood then sums over what the true strategy could be; frequencies are corrected
        likewise. What was done last is taken as coded.
    errors : "cases" or "information"
        Standard errors (and widths of intervals) from sums of scores over cases, which allow for
        dependence within a case and for estimated frequencies; or from the observed information.
    ties : str
        As in `classify`.
    starts : int
        How many starts: the alliance's own terms with rationality 1 over the largest difference of
        payoffs, and others drawn within the domains. From all of them, rationality is also fitted
        alone, with the alliance's own terms, and all but the slopes of moderators: the highest of
        these fits are further starts, so that no fit is lower than those within it.
    seed : anything that `numpy.random.default_rng` takes
        For those.

    Returns
    -------
    LogitFit
        ``intervals`` and ``tests`` (of "no interaction" and "no dynamics") are worked out when
        they are first asked for.

    Raises
    ------
    TypeError, ValueError
        If a name is unknown, the survey holds no choice, or the parameters can't be told apart:
        payoffs count only in proportion to rationality, so rationality cannot be free together
        with stakes and both costs. The error names the direction.

    Notes
    -----
    The tests are of plain likelihood ratios, whatever ``errors`` says. Choices are counted by
    cells, so that a case costs nothing if another one has the same moderators: time O(cells ×
    parameters × m²) an iteration. Where every choice is a best reply, the likelihood rises for
    ever with rationality: the estimate is infinite, and ``status`` says so.

    References
    ----------
    mcfadden1974, mckelvey1995, hotz1993, bajari2010 in ``references.bib``.

    Examples
    --------
    >>> from dilemma.survey import simulate_survey
    >>> survey = simulate_survey(Alliance(trust=0.8), cases=400, seed=1)
    >>> fit = fit_logit(survey, Alliance(), free=("trust", "rationality"))
    >>> [round(value, 2) for value in fit.estimates.values()]
    [0.73, 4.02]
    """
    if not isinstance(survey, CaseSurvey):
        raise TypeError(f"survey: requires a CaseSurvey, got {type(survey).__name__}")
    if not isinstance(alliance, Alliance):
        raise TypeError(f"alliance: requires an Alliance, got {type(alliance).__name__}")
    if kind_of_terms(alliance.terms) != "number":
        raise TypeError("alliance: requires numbers for all terms; free ones are named in free")
    one_of(response, RESPONSES, "response")
    one_of(partners, PARTNERS, "partners")
    one_of(errors, ERRORS, "errors")
    tried = count(starts, "starts", 1, "starts")
    domains = alliance.domains
    names = checked_free(free, domains)
    rate = _rationality(rationality, names)
    moderated = _moderators(moderators, names, survey)
    own = _measured(measured, names, moderated, domains, survey)
    columns = list(dict.fromkeys([*own, *(one for many in moderated.values() for one in many)]))
    choices, notes = choices_of(survey, alliance.strategies, columns, confusion, ties)
    terms = free_terms(names, moderated, choices.moderators, domains, choices.cells)
    model = AlliancePayoffs(
        alliance, terms, {name: choices.moderators[name] for name in own}, choices.cells
    )
    full = np.array([0.0] * model.coefficients + [rate, *DEFAULTS[1:]])
    order = [k for term in terms for k in range(term.coefficients.start, term.coefficients.stop)]
    labels = [one for term in terms for one in term.names]
    if RATIONALITY in names:
        order.append(model.coefficients)
        labels.append(RATIONALITY)
    generator = np.random.default_rng(seed)
    points = starting_points(
        terms, alliance, model, RATIONALITY in names, generator, tried + _PROBES
    )
    low, high, unbounded = bounds(terms, domains, choices, RATIONALITY in names)
    pooled = all(
        np.array_equal(row, column)
        for point in points[-_PROBES:]
        for (row, _), (column, _) in (model.payoffs(point[: model.coefficients]),)
    )
    beliefs = beliefs_of(choices, response, partners, pooled, notes)
    likelihood = LogitLikelihood(
        model, beliefs, (grouped(choices, 0, past=False), grouped(choices, 1, past=False)), full,
        np.array(order, dtype=np.int64),
    )  # fmt: skip
    strategies = tuple(one.name for one in alliance.strategies)
    whose = {"population": "all cases", "cells": "cases with the same moderators"}[partners]
    method = (
        "maximum likelihood of logit responses to the observed shares of "
        f"{'all firms' if pooled else 'the partner role'} in {whose}"
        if response == "observed"
        else "maximum likelihood of logit equilibria on the principal branch"
    )
    estimation = Estimation(
        likelihood=likelihood,
        choices=choices,
        names=tuple(labels),
        low=low,
        high=high,
        unbounded=unbounded,
        starts=tuple(points[:tried]),
        probes=tuple(points[tried:]),
        nested=nested_models(terms, labels),
        strategies=(strategies, strategies),
        pooled=pooled,
        response=response,
        method=f"{method}, by scoring from {tried} start{'s' * (tried > 1)}",
        notes=tuple(notes),
    )
    require_identified(estimation)
    return estimate(estimation, errors)


def _rationality(value: Any, names: Sequence[str]) -> float:
    if RATIONALITY in names:
        if value is not None:
            raise ValueError(
                "rationality: requires no value where it is free (starts are drawn), "
                f"got {value!r}"
            )
        return 1.0
    if value is None:
        raise ValueError("rationality: requires a value, since it is not free, got none")
    rate = to_float(fraction(value, "rationality"))
    if rate <= 0:
        raise ValueError(f"rationality: requires a number > 0 where it is fixed, got {value!r}")
    return rate


def _moderators(
    given: Mapping[str, Any] | None, free: Sequence[str], survey: CaseSurvey
) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, many in (given or {}).items():
        if name not in free or name == RATIONALITY:
            raise ValueError(f"moderators: requires free terms as keys, got {name!r}")
        own = (many,) if isinstance(many, str) else tuple(many)
        for one in own:
            if one not in survey.moderators:
                known = listed(list(survey.moderators)) if survey.moderators else "none"
                raise ValueError(
                    f"moderators[{name}]: requires moderators of the survey ({known}), got {one!r}"
                )
        if len(set(own)) < len(own):
            raise ValueError(f"moderators[{name}]: requires each moderator once, got {own}")
        if own:
            found[name] = own
    return found


def _measured(
    given: Sequence[str] | None,
    free: Sequence[str],
    moderated: Mapping[str, Sequence[str]],
    domains: Mapping[str, Any],
    survey: CaseSurvey,
) -> list[str]:
    used = {one for many in moderated.values() for one in many}
    whole = {name.partition(".")[0] for name in free}
    if given is None:
        return [
            name
            for name in survey.moderators
            if name in domains and name.partition(".")[0] not in whole and name not in used
        ]
    chosen = [given] if isinstance(given, str) else list(given)
    for name in chosen:
        if name not in survey.moderators or name not in domains:
            raise ValueError(
                f"measured: requires terms that the survey has as moderators, got {name!r}"
            )
        if name in free:
            raise ValueError(f"measured: requires terms that are not free, got {name!r}")
    return chosen
