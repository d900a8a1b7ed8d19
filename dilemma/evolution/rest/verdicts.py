r"""Does a rest point attract, repel, or both? Decided exactly wherever a test is known.

**Imitative rules.** At a rest point x with support S the Jacobian is block triangular. The
*internal* block, on the tangent space of the face, is :math:`z_i \mapsto c\, x_i ((Az)_i -
x^T A z)`; each absent strategy j adds its *transversal* eigenvalue, a positive multiple of
:math:`(Ax)_j - x^T A x`, what it would gain (hofbauer1998). For `replicator` c = 1 and the
multiple is 1; for `adjusted_replicator` both are 1 over the mean payoff; for `imitation` c = 1/2
and the transversal eigenvalue is tanh of half the gain. So the three have the same rest points and
the same signs. With two populations the internal block maps each population's tangent space into
the other's, and its eigenvalues come in pairs ±.

Signs are those of rational numbers and of roots of a rational polynomial
(`dilemma.arrays.spectra`). A positive real part decides against stability, and negative ones
everywhere for it. Where neither is the case:

- an evolutionarily stable strategy attracts (taylor1978, hofbauer1979), exactly decided by
  copositivity; for `imitation` this step is left out, being proved for eigenvalues only;
- one best reply j that is not used, all else being stable: along the direction u in which shares
  in S adjust to j, its growth is :math:`((Au)_j - (Au)_S)\varepsilon`, not 0 unless x lies on a
  continuum, and its sign decides (center manifold);
- purely imaginary eigenvalues inside a face of three strategies, or of a game that is rescaled
  zero-sum there, mean a centre: a constant of motion surrounds it (hofbauer1998);
- a neutrally stable strategy keeps orbits nearby (weibull1995), whether or not it draws them in;
- with two populations only strict equilibria attract (ritzberger1995).

**Innovative rules** are only piecewise smooth at equilibria, and eigenvalues would be false. A
*regular* evolutionarily stable strategy (no absent strategy earns as much) attracts under all of
them (sandholm2010local), the only equilibrium of a contractive game attracts everything
(hofbauer2009), and with two strategies the sign of one difference decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from dilemma.arrays.spectra import Spectrum, spectrum
from dilemma.evolution.rest import forms
from dilemma.evolution.rest.arenas import Arena, Matrix, State

# The families of rules: what is proved of one holds for all rules of it.
IMITATIVE = ("replicator", "adjusted_replicator", "imitation")
INNOVATIVE = ("best_response", "brown_von_neumann_nash", "smith")


@dataclass(frozen=True)
class Verdict:
    """What is known of a rest point.

    Attributes
    ----------
    kind : str
        ``"stable"``, ``"saddle"``, ``"unstable"``, ``"centre"`` or ``"undecided"``.
    because : str
        Why, in words.
    internal : tuple of complex
        The eigenvalues within the face; empty for innovative rules.
    transversal : tuple of float
        Those of the absent strategies, in order; empty for innovative rules.
    gains : tuple of Fraction
        What each absent strategy would earn more than those in use, in order.
    """

    kind: str
    because: str
    internal: tuple[complex, ...]
    transversal: tuple[float, ...]
    gains: tuple[Fraction, ...]


def gains(place: Arena, state: State) -> dict[tuple[int, int], Fraction]:
    """What each absent strategy (population, strategy) earns more than those in use."""
    found = {}
    for population, shares in enumerate(state):
        earned = place.earned(state, population)
        value = next(earned[i] for i, weight in enumerate(shares) if weight)
        for j, weight in enumerate(shares):
            if not weight:
                found[population, j] = earned[j] - value
    return found


def imitative_verdict(
    place: Arena, state: State, names: Sequence[str], dimension: int = 0
) -> Verdict:
    """Judge a rest point of imitative rules; `dimension` is that of the continuum it is in.

    `names` are those of the rules, one for each population.
    """
    scale = [_scale(place, state, p, name) for p, name in enumerate(names)]
    inside = spectrum(internal_block(place, state, scale), place.populations + dimension)
    gain = gains(place, state)
    transversal = tuple(
        math.tanh(float(value) / 2) if names[p] == "imitation" else float(value * scale[p])
        for (p, _), value in gain.items()
    )
    kind, because = _imitative_kind(place, state, names, inside, gain, dimension)
    return Verdict(kind, because, inside.values, transversal, tuple(gain.values()))


def _scale(place: Arena, state: State, population: int, name: str) -> Fraction:
    """By what the internal block of a rule differs from that of the replicator."""
    if name == "replicator":
        return Fraction(1)
    if name == "imitation":
        return Fraction(1, 2)
    earned = place.earned(state, population)
    mean = next(v for v, weight in zip(earned, state[population], strict=True) if weight)
    if mean <= 0:
        raise ValueError(
            "game: requires positive mean fitness for adjusted_replicator (add a constant to all "
            f"payoffs), got {mean} at a rest point"
        )
    return 1 / mean


def internal_block(place: Arena, state: State, scale: Sequence[Fraction]) -> Matrix:
    """The Jacobian on the strategies in use, exactly; its image is the tangent space."""
    used = [(p, i) for p, shares in enumerate(state) for i, weight in enumerate(shares) if weight]
    means = []
    for p, shares in enumerate(state):
        table = place.exact[p]
        rows = [(i, weight) for i, weight in enumerate(shares) if weight]
        means.append(
            [
                sum((weight * table[i][j] for i, weight in rows), Fraction(0))
                for j in range(len(table[0]))
            ]
        )
    return [
        [
            scale[p] * state[p][i] * (place.exact[p][i][j] - means[p][j])
            if q == place.met(p)
            else Fraction(0)
            for q, j in used
        ]
        for p, i in used
    ]


def _imitative_kind(
    place: Arena,
    state: State,
    names: Sequence[str],
    inside: Spectrum,
    gain: dict[tuple[int, int], Fraction],
    dimension: int,
) -> tuple[str, str]:
    invaders = [key for key, value in gain.items() if value > 0]
    ties = [key for key, value in gain.items() if value == 0]
    positive = inside.positive + len(invaders)
    negative = inside.negative + len(gain) - len(invaders) - len(ties)
    neutral = inside.zero + inside.imaginary + len(ties)
    if positive:
        because = _against(place, invaders, inside)
        return ("saddle" if negative else "unstable"), because
    if not neutral:
        other = " other" if dimension else ""
        return "stable", f"all{other} eigenvalues have negative real parts"
    if dimension:
        return "undecided", "eigenvalues besides those along the continuum have real part 0"
    if place.populations == 2:
        return _two_population_kind(place, state, names, inside, ties)
    return _one_population_kind(place, state, names[0], inside, ties, negative)


def _against(place: Arena, invaders: list[tuple[int, int]], inside: Spectrum) -> str:
    reasons = []
    if invaders:
        names = [place.names[p][j] for p, j in invaders]
        if place.populations == 2:
            who = [place.game.players[p] for p, _ in invaders]
            names = [f"{name} ({player})" for name, player in zip(names, who, strict=True)]
        verb = "invades" if len(names) == 1 else "invade"
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        reasons.append(f"{listed} {verb}")
    if inside.positive:
        reasons.append("the mixture of those in use does not hold together")
    return "; ".join(reasons)


def _two_population_kind(
    place: Arena,
    state: State,
    names: Sequence[str],
    inside: Spectrum,
    ties: list[tuple[int, int]],
) -> tuple[str, str]:
    supports = [[i for i, weight in enumerate(shares) if weight] for shares in state]
    replicators = set(names) == {"replicator"}
    if replicators and not ties and not inside.zero:
        A = [[place.exact[0][i][j] for j in supports[1]] for i in supports[0]]
        B = [[place.exact[1][j][i] for i in supports[0]] for j in supports[1]]
        if forms.rescaling(A, B) is not None:
            return "centre", "a constant of motion surrounds it (a rescaled zero-sum game)"
    if replicators:
        return "undecided", "it does not attract, since it is no strict equilibrium"
    return "undecided", "eigenvalues with real part 0 decide nothing"


def _one_population_kind(
    place: Arena,
    state: State,
    rule: str,
    inside: Spectrum,
    ties: list[tuple[int, int]],
    negative: int,
) -> tuple[str, str]:
    support = [i for i, weight in enumerate(state[0]) if weight]
    if not inside.imaginary:
        bends = {j: _growth(place, state, support, j) for _, j in ties}
        bad = [place.names[0][j] for j, value in bends.items() if value > 0]
        if bad:
            kind = "saddle" if negative else "unstable"
            return kind, f"{bad[0]} earns as much here, and more once it spreads"
        if len(ties) == 1:
            name = place.names[0][ties[0][1]]
            return "stable", f"{name} earns as much here, and less once it spreads"
    if rule == "imitation":
        return "undecided", "eigenvalues with real part 0 decide nothing"
    sign = forms.stability_sign(place, state)
    if sign > 0:
        return "stable", "it is evolutionarily stable"
    if inside.imaginary and not ties:
        if len(support) == 3:
            return "centre", "orbits circle it in its face of three strategies"
        if not inside.negative and forms.is_rescaled_zero_sum(place.exact[0], support):
            return "centre", "a constant of motion surrounds it (a rescaled zero-sum game)"
    if sign == 0:
        return "undecided", "neutrally stable: orbits nearby stay nearby, drawn in or not"
    return "undecided", "eigenvalues with real part 0 decide nothing"


def _growth(place: Arena, state: State, support: list[int], j: int) -> Fraction:
    """How fast a tied strategy's advantage grows with its share, the others having adjusted.

    Solves (Au)_i = w for i in S, Σu = 0, u_j = 1, and returns (Au)_j − w.
    """
    A = place.exact[0]
    size = len(support)
    rows = [[*(A[i][k] for k in support), Fraction(-1)] for i in support]
    rows.append([Fraction(1)] * size + [Fraction(0)])
    ends = [-A[i][j] for i in support] + [Fraction(-1)]
    matrix = fmpq_mat(size + 1, size + 1, [_flint(v) for row in rows for v in row])
    solution = matrix.solve(fmpq_mat(size + 1, 1, [_flint(v) for v in ends])).entries()
    u = [Fraction(int(value.p), int(value.q)) for value in solution]
    earned = sum((A[j][k] * share for k, share in zip(support, u, strict=False)), A[j][j])
    return earned - u[-1]


def _flint(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def innovative_verdict(place: Arena, state: State, alone: bool) -> Verdict:
    """Judge a Nash equilibrium under a rule that rests exactly at those.

    Parameters
    ----------
    place : Arena
    state : tuple of mixtures
    alone : bool
        Whether it is the only equilibrium (symmetric equilibrium, of one population).
    """
    gain = gains(place, state)
    regular = all(value < 0 for value in gain.values())
    pure = all(max(shares) == 1 for shares in state)
    if place.populations == 1:
        kind, because = _innovative_in_one(place, state, regular, alone)
    elif regular and pure:
        kind, because = "stable", "it is a strict equilibrium"
    elif alone and forms.is_zero_sum(*place.exact):
        kind, because = "stable", "the only equilibrium of a zero-sum game"
    elif place.sizes == (2, 2) and not pure and regular and forms.rescaling(*place.exact) is None:
        kind, because = "saddle", "the mixture of two strict equilibria's strategies"
    else:
        kind, because = "undecided", "the rule has corners there, and no known test applies"
    return Verdict(kind, because, (), (), tuple(gain.values()))


def _innovative_in_one(place: Arena, state: State, regular: bool, alone: bool) -> tuple[str, str]:
    if regular and forms.stability_sign(place, state) > 0:
        return "stable", "it is evolutionarily stable, and no absent strategy earns as much"
    if alone and forms.is_contractive(place.exact[0]):
        return "stable", "the only equilibrium of a contractive game"
    if place.sizes == (2,):
        # What the first strategy earns more than the second is a line in the first one's share.
        A = place.exact[0]
        slope = A[0][0] - A[1][0] - A[0][1] + A[1][1]
        if slope > 0:
            return "unstable", "whichever strategy is more common than here earns more"
        if slope < 0:
            return "stable", "whichever strategy is more common than here earns less"
    return "undecided", "the rule has corners there, and no known test applies"
