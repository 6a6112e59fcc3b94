"""The emotions' colours can be told apart by everyone, and text can be read on each of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from vidsent.core.emotions import COLORS
from vidsent.figures.contrast import LEAST, contrast, ink_on

# What is seen without one of the three kinds of cones: matrices of linear RGB, severity 1
# (Machado, Oliveira and Fernandes 2009, table 1).
SEEN_WITH = {
    "all cones": np.eye(3),
    "no L cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no M cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no S cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
LEAST_APART = 12.0  # CIEDE2000; about 2 can just be seen side by side, 10 tells patches apart
GROUNDS = {"light": "#ffffff", "dark": "#171c27"}  # the page's cards
LIGHTEST = {"happiness", "neutral"}  # gold and grey are light by nature; on white they have edges


def _rgb(color: str) -> np.ndarray:
    return np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def _seen(colors: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """sRGB colours (N, 3) in [0, 1] as somebody with such cones sees them."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ matrix.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("cones", SEEN_WITH)
def test_every_two_colours_are_told_apart(cones: str) -> None:
    colors = np.array([_rgb(color) for color in COLORS.values()])
    lab = rgb2lab(_seen(colors, SEEN_WITH[cones])[None])[0]
    apart = {
        pair: float(deltaE_ciede2000(lab[pair[0]], lab[pair[1]]))
        for pair in combinations(range(len(lab)), 2)
    }
    labels = list(COLORS)
    closest = min(apart, key=lambda pair: apart[pair])
    assert apart[closest] >= LEAST_APART, [labels[place] for place in closest]


def test_red_and_green_of_one_lightness_are_confused_where_they_should_be() -> None:
    red_green = np.array([_rgb("#c8372d"), _rgb("#6b8e23")])
    lab = {cones: rgb2lab(_seen(red_green, seen)[None])[0] for cones, seen in SEEN_WITH.items()}
    assert deltaE_ciede2000(*lab["all cones"]) > 40
    assert deltaE_ciede2000(*lab["no M cones"]) < 5


@pytest.mark.parametrize("label", COLORS)
def test_text_can_be_read_on_a_colour(label: str) -> None:
    assert contrast(ink_on(COLORS[label]), COLORS[label]) >= LEAST


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_colour_stands_out_from_the_card(ground: str) -> None:
    for label, color in COLORS.items():
        least = 1.7 if ground == "light" and label in LIGHTEST else 2.9
        assert contrast(color, GROUNDS[ground]) >= least, label


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
