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
from dilemma.repeated import Automaton, Policy, named_policies
from dilemma.survey.coding.cases import CaseSurvey
from dilemma.survey.designs.responding import equilibrium_choices, population_choices, softmax

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
RESPONSES = ("equilibrium", "population", "last period", "policies")


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedTruth:
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
    confusion: Floats
    missing: float
    policy: Integers | None
    policies: tuple[str, ...]
    seed: str

    def __repr__(self) -> str:
        cases, periods, _ = self.strategy.shape
        return f"<SimulatedTruth: {cases} cases, {periods} periods, response {self.response!r}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "moderators": dict(self.moderators)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, moderators=MappingProxyType(state["moderators"]))


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
    policies: Mapping[Any, Any] | None = None,
    suspicion: Any = 0,
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
        ``function(generator, cases)`` → values; or one value for each case. Other names are
        measured but change nothing.
    policies : mapping of policy to share, optional
        Instead of logit responses each firm follows a policy of the repeated/ room, drawn once for
        each firm with these shares. Names of `named_policies`, or `Policy` objects.
    suspicion : number in [0, 1]
        Probability that an act under a policy is one of the others, equally likely.
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
    wrong, error, gaps = (
        _share(value, name)
        for value, name in ((suspicion, "suspicion"), (noise, "noise"), (missing, "missing"))
    )
    mistakes = _confusion(confusion, error, m)
    drawn = _moderators(alliance, moderators or {}, cases, generator)
    first, second = _payoffs(alliance, drawn, cases)
    followed: Integers | None = None
    names: tuple[str, ...] = ()
    if policies is not None:
        response = "policies"
        chosen, names, shares = _policies(policies, game)
        followed = generator.choice(len(names), size=(cases, 2), p=shares)
        strategy = _follow_policies(chosen, followed, periods, wrong, generator)
    else:
        strategy = _respond(first, second, rate, response, periods, generator)
    seeded = "fresh entropy" if seed is None else repr(seed)
    for array in (strategy, mistakes, *drawn.values()):
        array.setflags(write=False)
    truth = SimulatedTruth(
        alliance, rate, response, strategy, MappingProxyType(drawn), mistakes, gaps, followed,
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


def _share(value: Any, name: str) -> float:
    share = fraction(value, name)
    if not 0 <= share <= 1:
        raise ValueError(f"{name}: requires a probability in [0, 1], got {value!r}")
    return to_float(share)


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


def _moderators(
    alliance: Alliance, given: Mapping[str, Any], cases: int, generator: np.random.Generator
) -> dict[str, Floats]:
    domains = alliance.domains
    drawn = {}
    for name, how in given.items():
        if callable(how):
            values = np.array(how(generator, cases), dtype=np.float64)
        elif isinstance(how, tuple) and len(how) == 2:
            low, high = (to_float(fraction(one, f"moderators[{name}]")) for one in how)
            if low > high:
                raise ValueError(f"moderators[{name}]: requires low ≤ high, got {low} and {high}")
            values = generator.uniform(low, high, size=cases)
        else:
            values = np.array(how, dtype=np.float64)
        if values.shape != (cases,):
            raise ValueError(
                f"moderators[{name}]: requires a pair (low, high), a function, or one value for "
                f"each of {cases} cases, got shape {values.shape}"
            )
        domain = domains.get(name)
        outside = ~np.isfinite(values) if domain is None else domain.outside(values)
        if np.any(outside):
            worst = values[outside][0]
            words = f"numbers {domain.words}" if domain else "finite numbers"
            raise ValueError(f"moderators[{name}]: requires {words}, got {worst}")
        drawn[name] = values
    return drawn


def _payoffs(alliance: Alliance, drawn: Mapping[str, Floats], cases: int) -> tuple[Floats, Floats]:
    terms = {name: values for name, values in drawn.items() if name in alliance.domains}
    model = alliance.replace(**terms) if terms else alliance
    payoffs = np.asarray(model.payoffs(), dtype=np.float64)
    m = len(alliance.strategies)
    whole = np.broadcast_to(payoffs, (cases, 2, m, m))
    return whole[:, 0].copy(), whole[:, 1].copy()


def _draw(chances: Floats, generator: np.random.Generator) -> Integers:
    """One strategy for each row of probabilities."""
    steps = chances.cumsum(axis=-1)
    drawn = generator.random(chances.shape[:-1])[..., None] * steps[..., -1:]
    return np.asarray((drawn >= steps[..., :-1]).sum(axis=-1), dtype=np.int64)


def _respond(
    first: Floats,
    second: Floats,
    rate: float,
    response: str,
    periods: int,
    generator: np.random.Generator,
) -> Integers:
    cases = len(first)
    turned = np.swapaxes(second, 1, 2)
    strategy = np.empty((cases, periods, 2), dtype=np.int64)
    if response == "equilibrium":
        rows, columns = equilibrium_choices(first, second, rate)
    else:
        x, y = population_choices(first, second, rate)
        rows, columns = softmax(rate * (first @ y)), softmax(rate * (turned @ x))
    each = np.arange(cases)
    for t in range(periods):
        if t and response == "last period":
            before = strategy[:, t - 1]
            rows = softmax(rate * first[each, :, before[:, 1]])
            columns = softmax(rate * turned[each, :, before[:, 0]])
        strategy[:, t, 0] = _draw(rows, generator)
        strategy[:, t, 1] = _draw(columns, generator)
    return strategy


def _policies(given: Any, game: Any) -> tuple[list[list[Policy]], tuple[str, ...], Floats]:
    if not isinstance(given, Mapping) or not given:
        raise TypeError(f"policies: requires a mapping of policies to shares, got {given!r}")
    known = [named_policies(game, player) for player in (0, 1)]
    chosen = []
    for one in given:
        if isinstance(one, Automaton):
            raise TypeError("policies: requires policies of one period's memory, got an Automaton")
        if isinstance(one, Policy):
            if one.strategies != game.strategies:
                raise ValueError(
                    f"policies: requires the alliance's strategies, {one.name!r} has others"
                )
            chosen.append([one, one])
        elif one in known[0]:
            chosen.append([known[0][one], known[1][one]])
        else:
            raise ValueError(f"policies: requires names among {', '.join(known[0])}, got {one!r}")
    shares = [_share(value, "policies") for value in given.values()]
    if abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"policies: requires shares that sum to 1, got {sum(shares):.6g}")
    names = tuple(one if isinstance(one, str) else one.name for one in given)
    return chosen, names, np.array(shares) / sum(shares)


def _follow_policies(
    chosen: list[list[Policy]],
    followed: Integers,
    periods: int,
    suspicion: float,
    generator: np.random.Generator,
) -> Integers:
    cases = len(followed)
    opening = np.array([[one.opening for one in both] for both in chosen], dtype=np.float64)
    replies = np.array([[one.replies for one in both] for both in chosen], dtype=np.float64)
    m = opening.shape[-1]
    strategy = np.empty((cases, periods, 2), dtype=np.int64)
    for t in range(periods):
        for side in (0, 1):
            mine = followed[:, side]
            if t == 0:
                chances = opening[mine, side]
            else:
                own, other = strategy[:, t - 1, side], strategy[:, t - 1, 1 - side]
                chances = replies[mine, side, own, other]
            if suspicion and m > 1:
                chances = (1 - suspicion) * chances + suspicion * (1 - chances) / (m - 1)
            strategy[:, t, side] = _draw(chances, generator)
    return strategy


def _coded(
    truth: SimulatedTruth,
    first: Floats,
    second: Floats,
    raters: int,
    generator: np.random.Generator,
) -> CaseSurvey:
    cases, periods, _ = truth.strategy.shape
    shape = (cases, periods, 2, raters)
    coded = _draw(
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
