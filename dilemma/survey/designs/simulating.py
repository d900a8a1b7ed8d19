"""Synthetic surveys: cases drawn from the model that is estimated, with raters who err."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.alliance import Alliance
from dilemma.alliance.evaluation import kind_of_terms
from dilemma.arrays.exact import fraction, to_float
from dilemma.game.repeating import ERRORS
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.designs.conditions import case_payoffs, checked_slopes, drawn_moderators
from dilemma.survey.designs.conducts import (
    draw,
    policy_mixture,
    policy_play,
    probability,
    responses,
)
from dilemma.writing.pages import Displayed

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
RESPONSES = ("equilibrium", "population", "last period", "policies")


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedTruth(Displayed):
    """What a simulated survey was drawn from.

    Attributes
    ----------
    alliance : Alliance
        Terms that no moderator changed.
    rationality : float
    response : str
        What firms responded to: "equilibrium", "population", "last period" or "policies".
    strategy : numpy.ndarray of int, shape (cases, periods, 2)
        What the firms did, before raters coded it.
    moderators : mapping of str to numpy.ndarray, shape (cases,)
    effects : mapping of str to mapping of str to float
        Slopes of terms in moderators.
    confusion : numpy.ndarray, shape (m, m)
        Probability that a rater codes [true strategy, as another].
    missing : float
        Probability that a code is missing.
    policy : numpy.ndarray of int, shape (cases, 2), or None
        Index in `policies` of what each firm followed.
    policies : tuple of str
    seed : str
    """

    alliance: Alliance
    rationality: float
    response: str
    strategy: Integers
    moderators: Mapping[str, Floats]
    effects: Mapping[str, Mapping[str, float]]
    confusion: Floats
    missing: float
    policy: Integers | None
    policies: tuple[str, ...]
    seed: str

    def __repr__(self) -> str:
        cases, periods, _ = self.strategy.shape
        return f"<SimulatedTruth: {cases} cases, {periods} periods, response {self.response!r}>"

    def __getstate__(self) -> dict[str, Any]:
        plain = {name: dict(slopes) for name, slopes in self.effects.items()}
        return {**self.__dict__, "moderators": dict(self.moderators), "effects": plain}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(
            state,
            moderators=MappingProxyType(state["moderators"]),
            effects=_unchangeable(state["effects"]),
        )


def _unchangeable(effects: Mapping[str, Mapping[str, float]]) -> Mapping[str, Any]:
    return MappingProxyType(
        {name: MappingProxyType(dict(slopes)) for name, slopes in effects.items()}
    )


def simulate_survey(
    alliance: Alliance,
    cases: int,
    periods: int = 1,
    raters: int = 1,
    seed: Any = None,
    *,
    rationality: Any = 4,
    response: str = "equilibrium",
    moderators: Mapping[str, Any] | None = None,
    effects: Mapping[str, Mapping[str, Any]] | None = None,
    policies: Mapping[Any, Any] | None = None,
    suspicion: Any = 0,
    error: str = "execution",
    noise: Any = 0,
    confusion: Any = None,
    missing: Any = 0,
) -> CaseSurvey:
    r"""Draw a survey of cases from the model that `fit_logit` estimates.

    Each case is an alliance whose terms are those given, changed by its moderators. Both firms
    choose a strategy in every period, by logit quantal response

    .. math:: P(s_i = k) \propto e^{\lambda \, u_i(k, q)}

    to a distribution q of the partner's strategies; raters then code what they see.

    Parameters
    ----------
    alliance : Alliance
        Of numbers.
    cases, periods, raters : int
    seed : anything that `numpy.random.default_rng` takes
    rationality : number
        λ ≥ 0, in the inverse unit of the payoffs.
    response : "equilibrium", "population" or "last period"
        What q is. "equilibrium": the partner's choices in the logit equilibrium of the case's
        own game, on the branch from uniform play; periods are independent draws. "population":
        the choices of all firms in the partner's role; each firm knows how partners behave at
        large, and its own case's terms. "last period": the partner's strategy one period ago, and
        in the first period the population's; this is a survey with dynamics.
    moderators : mapping of str to (low, high), function or sequence
        Terms that vary between cases (``trust``, ``stakes.row``): uniform between two numbers; or
        ``function(generator, cases)`` → values; or one value for each case. A moderator with the
        name of a term is its value in each case, unless the term has effects; one with another
        name changes what it has effects on, and otherwise nothing.
    effects : mapping of str to mapping of str to number, optional
        For a term, its slopes in moderators, on the scale of its domain, as `fit_logit` estimates
        them: logit for [0, 1], logarithm for positive terms (`dilemma.survey.fitting.scales`).
        ``{"trust": {"ties": 0.5}}`` means logit τ = logit of the alliance's trust + 0.5 ties.
    policies : mapping of policy to share, optional
        Instead of logit responses each firm follows a policy of the repeated/ room, drawn once for
        each firm with these shares. Names of `named_policies`, or `Policy` objects.
    suspicion : number in [0, 1]
        Probability that an act under a policy goes wrong: that it is one of the others, equally
        likely, or is read as one of them by the partner.
    error : "execution" or "perception"
        Which of the two.
    noise : number in [0, 1]
        Probability that a rater codes one of the other strategies, equally likely.
    confusion : array_like, shape (m, m), optional
        Instead of noise: the probability that a rater codes [a true strategy, as another]; rows
        sum to 1.
    missing : number in [0, 1]
        Probability that a code (each of receptivity and transparency) is missing, independently of
        everything.

    Returns
    -------
    CaseSurvey
        Its codes are the points of the strategies that were coded; its outcome is the payoff that
        the firm had, by the model; `truth` has what it was drawn from. The firms are "row" and
        "column", whose roles they have.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or outside its domain.
    RuntimeError
        If the population's distribution could not be followed from uniform play.

    Notes
    -----
    **The process is the model.** An estimate from such a survey can be wrong by chance only. It
    says how many cases a question needs if the model is right, and nothing about whether it is.

    Examples
    --------
    >>> survey = simulate_survey(
    ...     Alliance(), cases=200, periods=2, raters=2, seed=1,
    ...     moderators={"trust": (0.4, 1)}, noise=0.1,
    ... )
    >>> len(survey), survey.truth.strategy.shape
    (1600, (200, 2, 2))
    """
    generator = np.random.default_rng(seed)
    game = _game_of(alliance)
    sizes = {"cases": cases, "periods": periods, "raters": raters}
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{name}: requires an integer of at least 1, got {size!r}")
    rate = to_float(fraction(rationality, "rationality"))
    if rate < 0:
        raise ValueError(f"rationality: requires a number ≥ 0, got {rationality!r}")
    if response not in RESPONSES[:-1]:
        known = ", ".join(map(repr, RESPONSES[:-1]))
        raise ValueError(f"response: requires one of {known}, got {response!r}")
    m = len(alliance.strategies)
    if error not in ERRORS:
        raise ValueError(f"error: requires one of {', '.join(map(repr, ERRORS))}, got {error!r}")
    wrong, blur, gaps = (
        probability(value, name)
        for value, name in ((suspicion, "suspicion"), (noise, "noise"), (missing, "missing"))
    )
    mistakes = _confusion(confusion, blur, m)
    drawn = drawn_moderators(alliance, moderators or {}, cases, generator)
    slopes = checked_slopes(alliance, effects or {}, drawn)
    first, second = case_payoffs(alliance, drawn, slopes, cases)
    followed: Integers | None = None
    names: tuple[str, ...] = ()
    if policies is not None:
        response = "policies"
        chosen, names, shares = policy_mixture(policies, game)
        followed = generator.choice(len(names), size=(cases, 2), p=shares)
        strategy = policy_play(chosen, followed, periods, wrong, error, generator)
    else:
        strategy = responses(first, second, rate, response, periods, generator)
    seeded = "fresh entropy" if seed is None else repr(seed)
    for array in (strategy, mistakes, *drawn.values()):
        array.setflags(write=False)
    truth = SimulatedTruth(
        alliance, rate, response, strategy, MappingProxyType(drawn), _unchangeable(slopes),
        mistakes, gaps, followed,
        names, seeded if len(seeded) < 200 else type(seed).__name__,
    )  # fmt: skip
    return _coded(truth, first, second, raters, generator)


def _game_of(alliance: Any) -> Any:
    if not isinstance(alliance, Alliance):
        raise TypeError(f"alliance: requires an Alliance, got {type(alliance).__name__}")
    if kind_of_terms(alliance.terms) != "number":
        raise TypeError(
            "alliance: requires numbers for all terms; what varies between cases is a moderator"
        )
    return alliance.game()


def _confusion(given: Any, noise: float, m: int) -> Floats:
    if given is None:
        off = noise / (m - 1) if m > 1 else 0.0
        matrix = np.full((m, m), off)
        np.fill_diagonal(matrix, 1.0 - noise if m > 1 else 1.0)
        return matrix
    if noise:
        raise ValueError("confusion: requires noise=0 beside it (it says everything about noise)")
    matrix = np.array(given, dtype=np.float64)
    if matrix.shape != (m, m):
        raise ValueError(f"confusion: requires shape {(m, m)}, got {matrix.shape}")
    if not np.all(matrix >= 0) or np.abs(matrix.sum(axis=1) - 1).max() > 1e-9:
        raise ValueError("confusion: requires rows of probabilities that sum to 1")
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def _coded(
    truth: SimulatedTruth,
    first: Floats,
    second: Floats,
    raters: int,
    generator: np.random.Generator,
) -> CaseSurvey:
    cases, periods, _ = truth.strategy.shape
    shape = (cases, periods, 2, raters)
    coded = draw(
        np.broadcast_to(
            truth.confusion[truth.strategy][:, :, :, None], (*shape, len(truth.confusion))
        ),
        generator,
    )
    points = np.array(
        [[float(one.receptivity), float(one.transparency)] for one in truth.alliance.strategies]
    )
    codes = points[coded]
    codes[generator.random(codes.shape) < truth.missing] = np.nan
    case, period, side, rater = (one.reshape(-1) for one in np.indices(shape))
    width = len(str(cases))
    each = np.arange(cases)[:, None]
    own, other = truth.strategy[..., 0], truth.strategy[..., 1]
    outcome = np.stack([first[each, own, other], second[each, own, other]], axis=-1)
    names = np.array([f"case {k + 1:0{width}d}" for k in range(cases)], dtype=object)
    who = np.array([f"rater {k + 1}" for k in range(raters)] if raters > 1 else [""], dtype=object)
    return CaseSurvey(
        case=names[case],
        period=period + 1,
        firm=np.array(["row", "column"], dtype=object)[side],
        receptivity=codes[..., 0].reshape(-1),
        transparency=codes[..., 1].reshape(-1),
        rater=who[rater],
        outcome=np.broadcast_to(outcome[..., None], shape).reshape(-1),
        side=side,
        rows=np.arange(1, case.size + 1),
        moderators={name: values[case] for name, values in truth.moderators.items()},
        spans=dict.fromkeys(truth.moderators, "case"),
        source="simulated survey",
        truth=truth,
    )
