"""Moderation over many random networks: means, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from dilemma.arrays.exact import fraction
from dilemma.arrays.threads import progress_bar
from dilemma.collective.aligning.answers import said
from dilemma.collective.aligning.moderating import Moderator, moderation
from dilemma.collective.aligning.networks import GoalNetwork
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped

# Random views and positions are multiples of this.
GRAIN = 20


@dataclass(frozen=True, kw_only=True, repr=False)
class ModerationSample(Solution):
    """How something moderates the effect of goal formation over a sample of networks.

    Attributes
    ----------
    measure, moderator : str
    interactions : tuple of float
        Of each network.
    effects : tuple of pairs of float
        What formation adds in each network, without and with the moderator.
    mean, error : float
        Of the interactions, and its standard error.
    interval : pair of float
        For the mean, by bootstrap.
    confidence : float
    shares : triple of float
        Of networks in which the interaction is below 0, 0, and above 0.
    share_errors : triple of float
        Their standard errors.
    effect_means, effect_errors : pairs of float
    unsettled : int
        Networks left out, since their views never settle.
    """

    measure: str
    moderator: str
    interactions: tuple[float, ...]
    effects: tuple[tuple[float, float], ...]
    mean: float
    error: float
    interval: tuple[float, float]
    confidence: float
    shares: tuple[float, float, float]
    share_errors: tuple[float, float, float]
    effect_means: tuple[float, float]
    effect_errors: tuple[float, float]
    unsettled: int

    def __str__(self) -> str:
        lines = [self.status]
        for k, name in enumerate(("without", "with")):
            lines.append(
                f"  formation adds, {name}: {self.effect_means[k]:.4g} "
                f"± {self.effect_errors[k]:.2g}"
            )
        low, high = self.interval
        lines.append(
            f"  interaction: {self.mean:.4g} ± {self.error:.2g}, "
            f"{100 * self.confidence:g} % interval {low:.4g} to {high:.4g}"
        )
        for name, share, error in zip(
            ("below 0", "0", "above 0"), self.shares, self.share_errors, strict=True
        ):
            lines.append(f"  {name} in {100 * share:.3g} % ± {100 * error:.2g} % of networks")
        return wrapped(lines)


def random_goal_network(
    size: int, seed: Any = None, *, density: Any = "1/2", **terms: Any
) -> GoalNetwork:
    """Draw a network: each pair tied with a probability, views and positions on twentieths.

    Parameters
    ----------
    size : int
    seed : int or what numpy.random.default_rng takes
    density : number in [0, 1]
        How likely each pair of firms is tied.
    **terms
        Of `GoalNetwork`; those given are not drawn.

    Examples
    --------
    >>> random_goal_network(3, seed=1).terms["views"]
    (Fraction(1, 20), Fraction(0, 1), Fraction(9, 10))
    """
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
        raise TypeError(f"size: requires a whole number of firms, got {size!r}")
    if size < 1:
        raise ValueError(f"size: requires at least 1 firm, got {size}")
    chance = fraction(density, "density")
    if not 0 <= chance <= 1:
        raise ValueError(f"density: requires a number in [0, 1], got {density}")
    draw = np.random.default_rng(seed)
    above = np.triu(draw.random((size, size)) < float(chance), 1)
    table = (above | above.T).astype(int)
    drawn = {
        name: [Fraction(int(one), GRAIN) for one in draw.integers(0, GRAIN + 1, size)]
        for name in ("views", "positions")
    }
    return GoalNetwork(table, **{**drawn, **terms})


def sampled_moderation(
    make: Callable[[np.random.Generator], GoalNetwork] | int,
    moderator: Moderator,
    levels: Sequence[Any] | None = None,
    *,
    formation: Sequence[Any] = (0, 1),
    measure: str = "value",
    samples: int = 200,
    confidence: Any = "0.95",
    seed: Any = None,
    progress: bool = False,
) -> ModerationSample:
    """Measure moderation over random networks.

    Parameters
    ----------
    make : function of a numpy.random.Generator, or int
        Draws a network; a number stands for `random_goal_network` of so many firms.
    moderator, levels, formation, measure
        As for `moderation`; a moderator that is a function is asked for each network.
    samples : int
        How many networks, at least 2.
    confidence : number between 0 and 1
        Of the interval, by 2,000 bootstrap samples.
    seed : int or what numpy.random.default_rng takes
    progress : bool
        Whether to show a bar.

    Returns
    -------
    ModerationSample
        Each network is solved exactly (up to 60 firms): errors are of sampling alone.

    Examples
    --------
    Domains that matter less, in networks of five firms:

    >>> found = sampled_moderation(5, "decay", (4, 0), samples=50, seed=1)
    >>> print(found)
    Decay from 4 to 0: the mean interaction over 50 networks is 0.0487302, above 0.
      formation adds, without: 0.1006 ± 0.03
      formation adds, with: 0.1493 ± 0.028
      interaction: 0.04873 ± 0.02, 95 % interval 0.01289 to 0.0894
      below 0 in 42 % ± 7 % of networks
      0 in 4 % ± 2.8 % of networks
      above 0 in 54 % ± 7 % of networks
    """
    if isinstance(samples, bool) or not isinstance(samples, (int, np.integer)):
        raise TypeError(f"samples: requires a whole number of at least 2, got {samples!r}")
    if samples < 2:
        raise ValueError(f"samples: requires a whole number of at least 2, got {samples}")
    level = float(fraction(confidence, "confidence"))
    if not 0 < level < 1:
        raise ValueError(f"confidence: requires a number between 0 and 1, got {confidence}")
    if isinstance(make, bool) or not (callable(make) or isinstance(make, (int, np.integer))):
        raise TypeError(
            f"make: requires a function that draws a network, or a number of firms, got {make!r}"
        )
    draw = make if callable(make) else partial(random_goal_network, int(make))
    if isinstance(moderator, GoalNetwork):
        raise TypeError(
            "moderator: requires a term or a function of each network, got one GoalNetwork"
        )
    generator = np.random.default_rng(seed)
    effects: list[tuple[float, float]] = []
    differences: list[float] = []
    unsettled = 0
    words = set()
    with progress_bar(int(samples), progress, "moderation", " networks") as bar:
        for _ in range(int(samples)):
            network = draw(generator)
            if not isinstance(network, GoalNetwork):
                raise TypeError(f"make: requires a GoalNetwork, got {type(network).__name__}")
            try:
                found = moderation(
                    network, moderator, levels, formation=formation, measure=measure
                )
            except ValueError as error:
                if not str(error).startswith("network: requires views that settle"):
                    raise
                unsettled += 1
            else:
                effects.append((float(found.effects[0]), float(found.effects[1])))
                differences.append(float(found.interaction))
                words.add(found.moderator)
            bar.update(1)
    if len(effects) < 2:
        raise ValueError(f"make: requires networks whose views settle, got {len(effects)} of them")
    both = np.array(effects)
    gaps = np.array(differences)
    n = len(gaps)
    means = np.random.default_rng(generator.integers(2**63)).choice(gaps, (2000, n)).mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    shares = [float(np.mean(gaps < 0)), float(np.mean(gaps == 0)), float(np.mean(gaps > 0))]
    spreads = [math.sqrt(p * (1 - p) / n) for p in shares]
    name = words.pop() if len(words) == 1 else "The moderator"
    if low > 0 or high < 0:
        what = f"is {said(float(gaps.mean()))}, {'above' if low > 0 else 'below'} 0"
    else:
        what = "cannot be told from 0"
    status = f"{name}: the mean interaction over {n:,} networks {what}."
    if unsettled:
        status += f" {unsettled:,} more were left out, whose views never settle."
    return ModerationSample(
        method="mixed second differences of networks drawn at random, and a bootstrap of them",
        exact=False,
        complete=not unsettled,
        status=status,
        measure=measure,
        moderator=name,
        interactions=tuple(map(float, gaps)),
        effects=tuple(effects),
        mean=float(gaps.mean()),
        error=float(gaps.std(ddof=1)) / math.sqrt(n),
        interval=(float(low), float(high)),
        confidence=level,
        shares=(shares[0], shares[1], shares[2]),
        share_errors=(spreads[0], spreads[1], spreads[2]),
        effect_means=(float(both[:, 0].mean()), float(both[:, 1].mean())),
        effect_errors=(
            float(both[:, 0].std(ddof=1)) / math.sqrt(n),
            float(both[:, 1].std(ddof=1)) / math.sqrt(n),
        ),
        unsettled=unsettled,
    )
