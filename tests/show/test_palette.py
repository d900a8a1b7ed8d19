"""The five colours stay apart for colour-blind readers, and stand out from white.

Full dichromacy is simulated in linear RGB by the matrices of machado2009 (severity 1), distances
are those of CIELAB with the white of D65.
"""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dilemma.show.pictures import theme

SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def seen(colour, sight):
    """A colour in CIELAB as it looks to a sight."""
    part = np.array(to_rgb(colour))
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(SIGHTS[sight] @ linear, 0, 1) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def least_distance(colours, sight):
    return min(
        np.linalg.norm(seen(a, sight) - seen(b, sight)) for a, b in combinations(colours, 2)
    )


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_five_colours_stay_apart(sight):
    assert least_distance(theme.COLOURS.values(), sight) >= 40


def test_the_simulation_knows_what_the_colour_blind_confuse():
    # Red and green, alike in lightness, are far apart to most and close to the red-green blind.
    pair = ("#b4563c", "#6a7d28")
    assert least_distance(pair, "normal") > 40
    assert least_distance(pair, "deuteranopia") < 15


def test_colours_that_carry_meaning_stand_out_from_white():
    meaning = [*theme.COLOURS.values(), *theme.OTHERS, theme.FRAME, theme.INK, theme.MUTED]
    assert min(theme.contrast(one, "white") for one in meaning) >= 3


def test_every_strategy_has_a_marker_of_its_own():
    assert len(set(theme.MARKERS.values())) == 5
    assert set(theme.MARKERS) == set(theme.COLOURS)


def test_the_look_leaves_alone_what_a_backend_sets():
    from matplotlib import rcParams

    before = {name: rcParams[name] for name in ("interactive", "axes.spines.top")}
    try:
        with theme.look():
            assert not rcParams["axes.spines.top"]
            rcParams["interactive"] = not before["interactive"]
        assert rcParams["axes.spines.top"] == before["axes.spines.top"]
        assert rcParams["interactive"] != before["interactive"]
    finally:
        rcParams.update(before)
