"""The most used pictures, compared with images that were looked at by eye.

Shapes, colours and places are compared, not letters: how a font is drawn differs between versions
of FreeType and matplotlib, and how wide it is would move everything else. So texts and legends are
hidden (other tests read them), and the Axes has a fixed place.

The tolerance is a root mean square difference of 2 in 255 over the picture, by matplotlib's own
`compare_images`. Rounding of edges to pixels, which may change with matplotlib, stays below 1. A
single strategy with another colour is 3 and more, as a test here shows.

After a change that was meant, look at the new pictures, written by

    python tests/show/test_baselines.py
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray
from matplotlib.legend import Legend
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

from dilemma import plot
from dilemma.alliance import STRATEGIES, Alliance
from dilemma.equilibria import logit_path, nash, nash_map
from dilemma.evolution import Population, flow, replicator, rest_points
from dilemma.game import Game
from dilemma.repeated import payoff_set
from dilemma.show.pictures import theme
from dilemma.study import axis, one_at_a_time, regions, sweep, thresholds

FOLDER = Path(__file__).parent / "baselines"
TOLERANCE = 2.0


def labelled(name, values):
    return xarray.DataArray(values, dims=name, coords={name: values})


def indices():
    """Indices as `sensitivity` lays them out, made up: estimates may change with SALib."""
    first, total = np.array([0.5, 0.2, -0.02]), np.array([0.6, 0.35, 0.04])
    own = ("output", "term")
    return xarray.Dataset(
        {
            "first_order": (own, first[None]),
            "first_order_interval": (
                (*own, "bound"),
                np.stack([first - 0.1, first + 0.1], -1)[None],
            ),
            "total": (own, total[None]),
            "total_interval": ((*own, "bound"), np.stack([total - 0.2, total + 0.2], -1)[None]),
        },
        {"output": ["welfare"], "term": list("abc"), "bound": ["low", "high"]},
        {"dilemma": "sensitivity"},
    )


def made_up(a, b, c):
    return a + 3 * b * (1 + c)


HUNT = Game.symmetric([[4, 0], [3, 2]], ["stag", "hare"])
CYCLE = Game.symmetric([[0, -1, 2], [1, 0, -1], [-1, 1, 0]], ["rock", "paper", "scissors"])
THREE = {"a": (0, 1), "b": (0, 1), "c": (0, 1)}
PICTURES = {
    "bimatrix": lambda: Alliance(trust="3/4"),
    "outcomes": lambda: Alliance().outcomes(),
    "regime_map": lambda: nash_map(
        Alliance(
            trust=labelled("trust", np.linspace(0, 1, 21)),
            stakes=labelled("stakes", np.linspace(0.5, 8, 16)),
        ),
        keep="regimes",
        progress=False,
    ),
    "thresholds": lambda: thresholds(Alliance(strategies=STRATEGIES[:3]), "trust"),
    "regions": lambda: regions(
        Alliance(strategies=STRATEGIES[:2]), "trust", "stakes", ((0, 1), ("1/2", 4))
    ),
    "equilibria": lambda: nash(Alliance(trust="3/4").game()),
    "heat_map": lambda: sweep(
        Alliance(), "joint_learning", trust=axis(0, 1, 11), stakes=axis(1, 8, 8), progress=False
    ),
    "logit_path": lambda: logit_path(Alliance(trust="3/4").game()),
    "sobol": indices,
    "line_portrait": lambda: rest_points(HUNT),
    "triangle": lambda: rest_points(CYCLE),
    "invasions": lambda: Population(Alliance(trust="3/4").game(), 20, 1).invasion_graph(),
    "payoff_set": lambda: payoff_set(Alliance(trust="3/4").game(), "2/3"),
    "trajectory": lambda: flow(
        Alliance(trust="3/4").game(), replicator, [0.3, 0.1, 0.2, 0.2, 0.2], np.linspace(0, 60, 40)
    ),
    "tornado": lambda: one_at_a_time(made_up, float, base={"a": 0, "b": 0.5, "c": 1}, **THREE),
}


def drawn(name, path):
    """Draw a picture without letters in a fixed place, and store it."""
    figure = plt.figure(figsize=(4, 3), dpi=100)
    ax = plot(PICTURES[name](), figure.add_axes((0.1, 0.1, 0.7, 0.8)))
    # Labels are placed when they are drawn; what places them is not.
    figure.canvas.draw()
    for artist in figure.findobj(lambda one: isinstance(one, (Text, Legend))):
        # Arrows between things are annotations without words.
        artist.set_visible(artist.get_gid() == "arrow")
    ax.figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name, tmp_path):
    drawn(name, tmp_path / "now.png")
    assert compare_images(FOLDER / f"{name}.png", tmp_path / "now.png", TOLERANCE) is None


@pytest.mark.parametrize("name", ["outcomes", "regime_map", "thresholds", "equilibria"])
def test_a_changed_colour_is_seen(name, tmp_path, monkeypatch):
    monkeypatch.setitem(theme.COLOURS, "collaboration", "#c4732b")
    drawn(name, tmp_path / "now.png")
    expected = FOLDER / f"{name}.png"
    found = compare_images(expected, tmp_path / "now.png", TOLERANCE, in_decorator=True)
    assert found is not None
    assert found["rms"] > 1.5 * TOLERANCE


def test_the_baselines_are_small_and_all_in_use():
    files = sorted(FOLDER.iterdir())
    assert [one.name for one in files] == sorted(f"{name}.png" for name in PICTURES)
    assert sum(one.stat().st_size for one in files) < 250_000


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in PICTURES:
        drawn(each, FOLDER / f"{each}.png")
