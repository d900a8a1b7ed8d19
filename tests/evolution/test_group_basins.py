"""Basins in games in groups: published roots, closed forms, trajectories."""

from fractions import Fraction

import numpy as np
import pytest

from dilemma.evolution import (
    basins,
    best_response,
    brown_von_neumann_nash,
    flow,
    imitation,
    logit,
    replicator,
    smith,
)
from dilemma.evolution.rules import rule_name
from dilemma.game import Game, GroupGame

SHARPLY = [replicator, imitation, smith, brown_von_neumann_nash, best_response]


def stag_hunt(size, needed, factor):
    """Pacheco et al.: what hunters make is shared by all, if enough hunt."""

    def earn(strategy, group):
        return Fraction(factor * group[0] * (group[0] >= needed), size) - (strategy == 0)

    return GroupGame(size, ["hunt", "rest"], earn)


@pytest.mark.parametrize(
    ("terms", "roots"),
    [((5, 3, 4), (0.41212, 0.81551)), ((6, 5, 4), (0.62076, 0.97151)), ((5, 3, 8), (0.23513,)),
     ((6, 3, 4), ())],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("rule", SHARPLY, ids=rule_name)
def test_published_roots_part_the_basins(terms, roots, rule):
    found = basins(stag_hunt(*terms), rule)
    assert found.exact
    assert found.complete
    lengths = {one.words.split(" ")[0]: float(one.share) for one in found}
    assert sum(lengths.values()) == pytest.approx(1, abs=1e-15)
    assert lengths["rest"] == pytest.approx(roots[0] if roots else 1, abs=6e-6)
    assert len(found) == (2 if roots else 1)
    if len(roots) == 2:
        end = next(one for one in found if one.words.startswith("hunt"))
        assert float(end.attractor.shares[0][0]) == pytest.approx(roots[1], abs=6e-6)


def test_rational_lengths_are_fractions_and_trajectories_agree():
    # Whoever has the majority of others with it wins: by symmetry at one half; ends count twice.
    game = GroupGame(4, ["a", "b"], lambda i, group: (group[i] - 1) ** 3)
    found = basins(game)
    assert [one.share for one in found] == [Fraction(1, 2)] * 2
    ends = flow(game, replicator, [[0.51, 0.49], [0.49, 0.51]], [50]).share.values[:, 0, 0]
    assert ends == pytest.approx([1, 0], abs=1e-9)


def test_a_state_that_draws_in_from_one_side_only():
    # The advantage of the first is (1 − 2x)²: none at one half, and positive elsewhere.
    game = GroupGame(3, ["a", "b"], lambda i, group: (1, -1, 1)[group[0] - 1] if i == 0 else 0)
    found = basins(game)
    assert sorted(one.share for one in found) == [Fraction(1, 2), Fraction(1, 2)]
    assert {one.words for one in found} == {
        "a (1/2) and b (1/2) (rest point)", "a (rest point)"
    }  # fmt: skip
    flat = basins(GroupGame(3, ["a", "b"], lambda i, group: 0))
    assert [(one.share, one.kind) for one in flat] == [(1, "continuum")]


@pytest.mark.parametrize("rule", [replicator, smith], ids=rule_name)
def test_three_strategies_are_sampled_as_in_pairs(rule):
    game = Game.symmetric([[3, 0, 1], [2, 2, 0], [0, 1, "5/2"]], ["a", "b", "c"])
    pairs = basins(game, rule, starts=256)
    groups = basins(GroupGame.from_pairwise(game, 4), rule, starts=256)
    assert groups.to_dataset().share.values == pytest.approx(pairs.to_dataset().share.values)
    assert groups.reached.tolist() == pairs.reached.tolist()


def test_three_strategies_whose_payoffs_bend():
    # Each does better the more use it, in proportion to its own square.
    game = GroupGame(4, ["a", "b", "c"], lambda i, group: group[i] ** 2 * (i + 1))
    found = basins(game, starts=256)
    assert found.complete
    assert {one.words for one in found} == {f"{name} (rest point)" for name in "abc"}
    assert [one.words[0] for one in found] == ["c", "b", "a"]
    ends = flow(game, replicator, found.starts[0][:40], [60]).share.values[:, 0]
    for end, place in zip(ends, found.reached[:40], strict=True):
        assert found[place].words[0] == "abc"[int(np.argmax(end))]
        assert end.max() > 0.999
    even = GroupGame(4, ["a", "b", "c"], lambda i, group: -(group[i] ** 2))
    assert [one.share for one in basins(even, best_response, starts=32)] == [1]


def test_states_on_a_curve_that_was_not_followed_are_at_rest():
    """Two names for hunting: where four fifths hunt all states rest, however they call it."""

    def earn(strategy, group):
        hunters = group[0] + group[1]
        return Fraction(4 * hunters * (hunters >= 3), 5) - (strategy < 2)

    found = basins(GroupGame(5, ["hunt", "chase", "rest"], earn), starts=64)
    assert not found.rest.complete
    assert {one.kind for one in found} == {"at rest", "rest point"}
    assert found.complete


def test_rules_without_exact_roots_are_sampled():
    found = basins(stag_hunt(5, 3, 4), logit(50), starts=128)
    assert not found.exact
    assert found[1].share == pytest.approx(0.412, abs=0.02)
    assert found[0].standard_error > 0


def test_what_is_refused():
    game = stag_hunt(5, 3, 4)
    with pytest.raises(ValueError, match="populations: requires 1 for a GroupGame"):
        basins(game, populations=2)
    with pytest.raises(ValueError, match="starts: requires at least two"):
        basins(game, logit(1), starts=4)
    with pytest.raises(TypeError, match="game: requires"):
        basins([[1, 2], [3, 4]])
