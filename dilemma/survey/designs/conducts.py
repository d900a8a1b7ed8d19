"""What simulated firms do: logit responses, and policies of repeated play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import fraction, to_float
from dilemma.repeated import Automaton, Policy, named_policies
from dilemma.survey.designs.branch import softmax
from dilemma.survey.designs.responding import equilibrium_choices, population_choices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def probability(value: Any, name: str) -> float:
    """A number in [0, 1], as a float."""
    share = fraction(value, name)
    if not 0 <= share <= 1:
        raise ValueError(f"{name}: requires a probability in [0, 1], got {value!r}")
    return to_float(share)


def draw(chances: Floats, generator: np.random.Generator) -> Integers:
    """One strategy for each row of probabilities."""
    steps = chances.cumsum(axis=-1)
    drawn = generator.random(chances.shape[:-1])[..., None] * steps[..., -1:]
    return np.asarray((drawn >= steps[..., :-1]).sum(axis=-1), dtype=np.int64)


def responses(
    first: Floats,
    second: Floats,
    rate: float,
    response: str,
    periods: int,
    generator: np.random.Generator,
) -> Integers:
    """What firms do in each period, by logit response; shape (cases, periods, 2)."""
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
        strategy[:, t, 0] = draw(rows, generator)
        strategy[:, t, 1] = draw(columns, generator)
    return strategy


def policy_mixture(given: Any, game: Any) -> tuple[list[list[Policy]], tuple[str, ...], Floats]:
    """Each policy for the row firm and for the column firm; names, and shares."""
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
    shares = [probability(value, "policies") for value in given.values()]
    if abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"policies: requires shares that sum to 1, got {sum(shares):.6g}")
    names = tuple(one if isinstance(one, str) else one.name for one in given)
    return chosen, names, np.array(shares) / sum(shares)


def policy_play(
    chosen: list[list[Policy]],
    followed: Integers,
    periods: int,
    suspicion: float,
    error: str,
    generator: np.random.Generator,
) -> Integers:
    """What firms do in each period under the policies that they follow.

    With errors of execution an act is another one; with errors of perception a firm reads another
    one than its partner's last. Each of the others is equally likely.
    """
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
                if error == "perception" and suspicion and m > 1:
                    other = draw(_mistaken(np.eye(m)[other], suspicion), generator)
                chances = replies[mine, side, own, other]
            if error == "execution" and suspicion and m > 1:
                chances = _mistaken(chances, suspicion)
            strategy[:, t, side] = draw(chances, generator)
    return strategy


def _mistaken(chances: Floats, wrong: float) -> Floats:
    """The law of what comes of acts with these chances if each goes wrong so often."""
    return np.asarray((1 - wrong) * chances + wrong * (1 - chances) / (chances.shape[-1] - 1))
