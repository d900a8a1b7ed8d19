"""Branches of rest points: closed forms, exact rest points at samples, and flows."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dilemma import Alliance, Game, rest_points, thresholds
from dilemma.arrays.algebraic import between
from dilemma.evolution import flow, imitation, logit, replicator, replicator_mutator, smith
from dilemma.show import record, table
from dilemma.study import continuation


@pytest.fixture(scope="module")
def along_trust():
    return continuation(Alliance(), "trust", replicator)


@pytest.fixture(scope="module")
def logit_along_trust():
    return continuation(Alliance(), "trust", logit(20))


def hunt(a, b, c, d):
    return Game.symmetric([[a, b], [c, d]], ["stag", "hare"])


def fold_by_definition(slope, gap, guess):
    """x = 1/(1 + exp(−λ(slope x − gap))) and λ slope x(1 − x) = 1, by mpmath alone."""
    with mpmath.workdps(40):
        return [
            float(one)
            for one in mpmath.findroot(
                [
                    lambda x, rate: x - 1 / (1 + mpmath.exp(-rate * (slope * x - gap))),
                    lambda x, rate: rate * slope * x * (1 - x) - 1,
                ],
                guess,
            )
        ]


@pytest.mark.parametrize(
    ("payoffs", "guess"), [((4, 0, 3, 2), (0.85, 3.0)), ((6, 0, 4, 1), (0.15, 3.5))]
)
def test_the_fold_of_a_stag_hunt(payoffs, guess):
    a, b, c, d = payoffs
    found = continuation(hunt(*payoffs), "rationality", logit, over=(0, 8))
    slope, gap = a - c - b + d, d - b
    share, rate = fold_by_definition(slope, gap, guess)
    (fold,) = found.special
    assert fold.kind == "fold"
    assert fold.value == pytest.approx(rate, abs=1e-10)
    assert fold.state[0][0] == pytest.approx(share, abs=1e-8)
    born = [found.branches[k] for k in fold.branches]
    assert sorted(one.kinds[0][2] for one in born) == ["stable", "unstable"]
    assert [len(found.at(rate + way)) for way in (-1e-3, 1e-3)] == [1, 3]


@pytest.mark.parametrize(("win", "loss"), [(1, 2), (1, 3), (Fraction(1, 2), Fraction(7, 10))])
def test_the_hopf_point_of_rock_paper_scissors(win, loss):
    """The uniform state has the eigenvalues λ((b − a) ± i√3(a + b))/6 − 1."""
    game = Game.symmetric([[0, -loss, win], [win, 0, -loss], [-loss, win, 0]])
    where = 6 / float(loss - win)
    found = continuation(game, "rationality", logit, over=(0, Fraction(2 * where)))
    (hopf,) = found.special
    assert hopf.kind == "Hopf"
    assert hopf.value == pytest.approx(where, abs=1e-10 * where)
    assert hopf.frequency == pytest.approx(where * 3**0.5 * float(win + loss) / 6, rel=1e-9)
    assert hopf.criticality == "supercritical"
    # A stable cycle beyond it: orbits from near the centre stay away from it and from the edge.
    run = flow(game, logit(1.05 * where), [0.34, 0.33, 0.33], np.linspace(0, 400, 801))
    late = np.asarray(run["share"])[-100:]
    far = np.abs(late - 1 / 3).max(axis=-1)
    assert far.max() > 1e-2


@pytest.mark.parametrize("prize", [1, 3])
def test_the_pitchfork_of_pure_coordination(prize):
    found = continuation(Game.symmetric([[prize, 0], [0, prize]]), "rationality", logit, (0, 5))
    (pitchfork,) = found.special
    assert (pitchfork.kind, pitchfork.criticality) == ("pitchfork", "supercritical")
    assert pitchfork.value == pytest.approx(2 / prize, abs=1e-10)
    assert len(pitchfork.branches) == 3
    assert [len(found.at(value)) for value in (Fraction(1, 5), 4)] == [1, 3]


def test_a_payoff_moves_through_a_transcritical_point(polynomials):
    """Hawks leave when the prize is as large as the cost of injury: 4θ − 1 = 0."""
    cells = np.zeros((2, 2, 2, 2), dtype=int)
    cells[0, 0, 0], cells[0, 0, 1], cells[0, 1, 1] = (-1, 4), (0, 8), (0, 4)
    cells[1] = cells[0].transpose(1, 0, 2)
    found = continuation(polynomials(cells), "theta")
    (point,) = found.special
    assert (point.kind, point.value, found.exact, found.complete) == (
        "transcritical", Fraction(1, 4), True, True,
    )  # fmt: skip
    assert {found.branches[k].label for k in point.branches} == {"1", "1-2 mixture"}


def test_rock_paper_scissors_under_the_replicator_has_a_degenerate_hopf_point(polynomials):
    """With win 1 and loss 2θ: a spiral in, closed orbits at θ = 1/2, a spiral out."""
    cells = np.zeros((2, 3, 3, 2), dtype=int)
    for i in range(3):
        cells[0, i, (i + 2) % 3] = (1, 0)
        cells[0, i, (i + 1) % 3] = (0, -2)
    cells[1] = cells[0].transpose(1, 0, 2)
    found = continuation(polynomials(cells), "theta", over=(Fraction(1, 10), 1))
    hopf = next(one for one in found.special if one.kind == "Hopf")
    assert (hopf.value, hopf.criticality) == (Fraction(1, 2), "degenerate")
    assert "Hopf, degenerate (centre" in hopf.words
    assert hopf.frequency == pytest.approx(3**0.5 / 3, rel=1e-9)
    inner = next(k for k, one in enumerate(found.branches) if one.label == "1-2-3 mixture")
    kinds = {value: next(one.kind for one in found.at(value) if one.branch == inner)
             for value in ("1/4", "1/2", "3/4")}  # fmt: skip
    assert list(kinds.values()) == ["stable", "centre", "unstable"]


def same_rest_points(model, parameter, rule, found, value):
    """The branches at a value are the isolated rest points there, and of the same kinds."""
    exact = rest_points(model.replace(**{parameter: value}).game(), rule)
    here = sorted((one.shares, one.kind) for one in found.at(value))
    assert here == sorted((one.shares, one.kind) for one in exact)


def test_the_default_alliance_along_trust(along_trust):
    found = along_trust
    assert found.exact
    assert found.complete
    by_label = {one.label: one for one in found.branches}
    birth = next(one for one in found.special if one.value == Fraction(29, 45))
    assert birth.kind == "transcritical"
    assert birth.words.endswith("collaboration turns from saddle to stable")
    assert by_label["collaboration"].kinds[-1][2] == "stable"
    random = Random(7)
    ends = [found.over[0], *(one.value for one in found.special), found.over[1]]
    for low, high in pairwise(ends):
        for _ in range(2):
            middle = between(low, high)
            width = float(high) - float(low)
            value = Fraction(float(middle) + random.uniform(-0.4, 0.4) * width)
            value = value.limit_denominator(10**6)
            same_rest_points(Alliance(), "trust", replicator, found, value)


def test_logit_equilibria_along_trust_are_those_of_a_search(logit_along_trust):
    found = logit_along_trust
    (fold,) = found.special
    for value in (fold.value - 1e-3, fold.value + 1e-3, 0.3, 0.95):
        where = Fraction(value).limit_denominator(10**6)
        game = Alliance(trust=where).game()
        other = rest_points(game, logit(20), starts=300, seed=5)
        mine = found.at(where)
        assert len(mine) == len(other)
        for one in mine:
            near = [np.abs(np.subtract(one.shares[0], p.shares[0])).max() for p in other]
            assert min(near) < 1e-8
            assert other[int(np.argmin(near))].kind == one.kind


def test_stability_agrees_with_flows(logit_along_trust):
    found = logit_along_trust
    for value in (Fraction(1, 2), Fraction(9, 10)):
        game = Alliance(trust=value).game()
        for one in found.at(value):
            start = np.array(one.shares[0])
            start = 0.999 * start + 0.001 / len(start)
            run = flow(game, logit(20), start, [0.0, 200.0])
            gap = np.abs(np.asarray(run["share"])[-1] - one.shares[0]).max()
            assert (gap < 1e-6) == (one.kind == "stable")


def test_two_populations_pitchfork():
    game = Game.from_bimatrix([[1, 0], [0, 1]], [[2, 0], [0, 2]])
    found = continuation(game, "rationality", logit, (0, 4), populations=2)
    (pitchfork,) = found.special
    # λ²·1·2/4 = 1
    assert pitchfork.kind == "pitchfork"
    assert pitchfork.value == pytest.approx(2**0.5, abs=1e-10)


def test_two_populations_exactly():
    model = Alliance(stakes=(1, 2))
    found = continuation(model, "trust", replicator, over=("3/5", "7/10"))
    assert found.populations == 2
    assert found.exact
    for value in ("16/25", "13/20"):
        same_rest_points(model, "trust", replicator, found, Fraction(value))


def test_a_pitchfork_of_mutation():
    """At mutation μ the uniform state's eigenvalue has the sign of 3(1 − 2μ) − 2."""

    def factory(mutation):
        return replicator_mutator([[1 - mutation, mutation], [mutation, 1 - mutation]])

    game = Game.symmetric([[3, 1], [1, 3]])
    found = continuation(game, "mutation", factory, (0, Fraction(1, 2)), values=3, starts=20)
    (pitchfork,) = found.special
    assert (pitchfork.kind, pitchfork.criticality) == ("pitchfork", "supercritical")
    assert pitchfork.value == pytest.approx(1 / 6, abs=1e-10)
    assert [len(found.at(value)) for value in ("1/10", "2/5")] == [3, 1]


@pytest.mark.parametrize(("bend", "name"), [(-2.0, "supercritical"), (3.0, "subcritical")])
def test_first_lyapunov_coefficient_of_a_normal_form(bend, name):
    """In the plane of three shares, z' = (θ + 2i)z + bend z|z|²: cycles |z|² = −θ/bend."""
    plane = np.linalg.svd(np.ones((1, 3)))[2][1:]

    def factory(push):
        def rule(state, fitness):
            x, y = np.moveaxis((state - 1 / 3) @ plane.T, -1, 0)
            growth = float(push) + bend * (x * x + y * y)
            return np.stack([growth * x - 2 * y, growth * y + 2 * x], axis=-1) @ plane

        return rule

    game = Game.symmetric(np.eye(3).tolist())
    found = continuation(game, "push", factory, (-1, 2), values=2, starts=5)
    hopf = next(one for one in found.special if one.kind == "Hopf")
    assert hopf.value == pytest.approx(0, abs=1e-10)
    assert hopf.frequency == pytest.approx(2, abs=1e-9)
    assert hopf.criticality == name


def test_a_whole_edge_rests_at_one_value(polynomials):
    cells = np.zeros((2, 2, 2, 2), dtype=int)
    cells[:, 0, 0] = cells[:, 1, 1] = (-1, 2)
    found = continuation(polynomials(cells), "theta")
    (point,) = found.special
    assert (point.value, point.criticality) == (Fraction(1, 2), "degenerate")
    assert len(point.branches) == 3
    (edge,) = found.continua
    assert edge.low == edge.high == Fraction(1, 2)
    assert [one.kind for one in found.at("1/2")] == ["undecided"] * 3


@given(
    numbers=st.lists(st.integers(-3, 3), min_size=18, max_size=18),
    cut=st.fractions(0, 1, max_denominator=1000),
    rule=st.sampled_from([replicator, imitation]),
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_families(polynomials, numbers, cut, rule):
    cells = np.array([numbers] * 2).reshape(2, 3, 3, 2)
    cells[1] = cells[0].transpose(1, 0, 2)
    found = continuation(polynomials(cells), "theta", rule)
    # At these values themselves rest points may be part of continua.
    assume(0 < cut < 1 and cut not in [one.value for one in found.special])
    assume(all(not one.low == one.high == cut for one in found.continua))
    same_rest_points(polynomials(cells), "theta", rule, found, cut)


def test_the_collaborative_thresholds_are_special(along_trust):
    """Where mutual collaboration becomes strict, and compromise: as `thresholds` has them."""
    exact = thresholds(Alliance(), "trust")
    values = {one.value for one in along_trust.special}
    strict = [one.value for one in exact.critical if "mutual" in one.words.partition(";")[0]]
    assert strict
    assert set(strict) <= values


def test_strategies_that_are_alike_make_continua(polynomials):
    cells = np.zeros((2, 3, 3, 2), dtype=int)
    cells[0, :2, :2] = (1, 1)
    cells[0, 2, 2] = (2, 0)
    cells[1] = cells[0].transpose(1, 0, 2)
    found = continuation(polynomials(cells), "theta")
    assert found.continua
    assert [one.label for one in found.branches] == ["3"]
    smooth = continuation(polynomials(cells), "theta", logit(3))
    assert smooth.branches


def test_a_rule_of_a_users_own_is_followed():
    def own(state, fitness):
        return state * (fitness - (state * fitness).sum(axis=-1, keepdims=True))

    exact = continuation(Alliance(), "trust", replicator, over=("3/5", "7/10"))
    found = continuation(Alliance(), "trust", own, over=("3/5", "7/10"), values=2, starts=30)
    values = [one.value for one in found.special if one.kind == "transcritical"]
    assert any(abs(one - 29 / 45) < 1e-9 for one in values)
    for value in ("31/50", "33/50"):
        mine = sorted(tuple(np.round(one.shares[0], 7)) for one in found.at(value))
        theirs = sorted(
            tuple(np.round(np.array(one.shares[0], float), 7)) for one in exact.at(value)
        )
        assert mine == theirs


def test_what_is_shown():
    found = continuation(hunt(4, 0, 3, 2), "rationality", logit, (0, 6))
    assert max(map(len, str(found).splitlines())) <= 80
    assert table(found) == str(found)
    assert record(found)["special"][0]["kind"] == "fold"
    data = found.to_dataset()
    assert data.attrs["dilemma"] == "continuation"
    assert data.sizes["strategy"] == 2
    for one in found.branches:
        assert one.values.shape == one.stable.shape == one.states.shape[:1]
        with pytest.raises(ValueError, match="read-only"):
            one.values[0] = 1


def test_one_strategy():
    found = continuation(Game.symmetric([[1]]), "rationality", logit, (0, 3))
    assert len(found.branches) == 1
    assert not found.special


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: continuation(hunt(4, 0, 3, 2), "rationality", logit), "over: requires"),
        (lambda: continuation(hunt(4, 0, 3, 2), "trust", replicator), "parameter: requires"),
        (lambda: continuation(Alliance(), "trust", smith), "corners"),
        (lambda: continuation(Alliance(), "trust", logit), r"logit\(rationality\)"),
        (lambda: continuation(Alliance(), "trusty"), "parameter: requires"),
        (lambda: continuation(Alliance(), "trust", values=1), "values: requires"),
        (lambda: continuation(Alliance(), "trust", 3), "rule: requires"),
        (lambda: continuation(3, "trust"), "model: requires"),
        (lambda: continuation(None, "rationality", logit, (0, 1)), "model: requires"),
        (lambda: continuation(hunt(4, 0, 3, 2), "rationality", logit, (2, 1)), "over: requires"),
        (lambda: continuation(hunt(4, 0, 3, 2), "rationality", logit, (-1, 1)), "rationality"),
        (
            lambda: continuation(Alliance(stakes=(1, 2)), "trust", populations=1),
            "populations=2",
        ),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_a_value_outside():
    found = continuation(hunt(4, 0, 3, 2), "rationality", logit, (0, 2))
    with pytest.raises(ValueError, match="value: requires"):
        found.at(3)
