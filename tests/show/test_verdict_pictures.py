"""Verdicts as a table: each with its claim, its kind, and what tells."""

import pytest

from dilemma import plot
from dilemma.alliance import STRATEGIES
from dilemma.propositions import Claim, examine, term


@pytest.fixture(scope="module")
def verdicts():
    claims = [
        Claim(term("trust") >= 0, over=["trust"]),
        Claim(term("trust") >= term("stakes"), over=["trust", "stakes"]),
    ]
    return [examine(one) for one in claims]


def test_each_verdict_has_a_row(verdicts, assert_nothing_clipped):
    ax = plot(verdicts)
    words = [one.get_text() for one in ax.texts]
    assert [words[1], words[4]] == [one.kind for one in verdicts]
    for one, text in zip(verdicts, words[::3], strict=True):
        assert text.replace("\n", " ").startswith(one.claim.words)
    marks = [line.get_marker() for line in ax.lines if line.get_gid()]
    assert len(set(marks)) == len({one.kind for one in verdicts})
    failing = [one for one in verdicts if one.counterexample is not None]
    assert failing
    for one in failing:
        told = " ".join(words).replace("\n", " ")
        assert f"fails at {one.counterexample.words}" in told
    assert_nothing_clipped(ax.figure)


def test_one_verdict_is_a_row_too(verdicts, assert_nothing_clipped):
    assert_nothing_clipped(plot(verdicts[0]).figure)


def test_other_lists_are_refused():
    with pytest.raises(TypeError, match="verdicts: requires answers of examine, got Strategy"):
        plot(STRATEGIES)
    with pytest.raises(ValueError, match="verdicts: requires at least one"):
        plot([])
