"""Figures hold what was measured, in both languages and on both grounds."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.figures.evaluation_plots import confusion_figure, history_figure, reliability_figure

SADNESS = LABELS.index("sadness")
CURVE = [
    {"count": 30, "confidence": 0.4, "accuracy": 0.3, "low": 0.2, "high": 0.45},
    {"count": 70, "confidence": 0.9, "accuracy": 0.95, "low": 0.9, "high": 1.0},
]
HISTORY = [
    {"epoch": 1, "train_loss": 1.6, "val_loss_tiles": 1.9, "val_accuracy_tiles": 0.3, "seconds": 9},
    {"epoch": 2, "train_loss": 1.2, "val_loss_tiles": 1.4, "val_accuracy_tiles": 0.6, "seconds": 9},
]


def _counts() -> np.ndarray:
    counts = np.diag([10, 0, 10, 10, 60, 10, 10])
    counts[SADNESS, NEUTRAL] = 20
    return counts


def test_the_matrix_is_coloured_by_shares_of_the_truth_and_tells_its_counts() -> None:
    figure = confusion_figure(_counts().tolist())
    (cells,) = figure.data
    assert cells.z[SADNESS][NEUTRAL] == 0.25
    assert cells.text[SADNESS][NEUTRAL] == "<b>25</b><br>20"
    assert cells.hovertext[SADNESS][NEUTRAL] == "sadness, taken for neutral: 20 of 80"
    assert sum(cells.z[LABELS.index("disgust")]) == 0  # a label without a face
    assert figure.layout.yaxis.autorange == "reversed"  # the first label on top


def test_reliability_shows_accuracy_counts_and_intervals_beside_the_ideal() -> None:
    ideal, curve, faces = reliability_figure(CURVE).data
    assert list(ideal.x) == list(ideal.y) == [0, 1]
    assert list(curve.x) == [0.4, 0.9] and list(curve.y) == [0.3, 0.95]
    assert list(curve.error_y.array) == pytest.approx([0.15, 0.05])
    assert list(curve.error_y.arrayminus) == pytest.approx([0.1, 0.05])
    assert list(faces.y) == [30, 70] and faces.yaxis == "y2"


def test_history_draws_every_column_once_and_gives_a_name_one_colour() -> None:
    figure = history_figure(HISTORY, "cnn")
    assert [(trace.name, trace.yaxis) for trace in figure.data] == [
        ("training", "y"),
        ("validation, tiles", "y"),
        ("validation, tiles", "y2"),
    ]
    assert list(figure.data[2].y) == [0.3, 0.6]
    assert figure.data[1].line.color == figure.data[2].line.color != figure.data[0].line.color
    assert [trace.showlegend for trace in figure.data] == [True, True, False]


def test_history_of_other_code_is_drawn_under_its_own_names() -> None:
    figure = history_figure([{"epoch": 1, "new_loss": 2.0}, {"epoch": 2, "odd": 1.0}], "other")
    assert figure.layout.title.text == "other"
    assert {trace.name for trace in figure.data} == {"odd"}


@pytest.mark.parametrize("dark", [False, True])
def test_titles_are_in_the_reader_s_language_and_the_ground_shows_through(dark: bool) -> None:
    figures = {
        language: [
            confusion_figure(_counts().tolist(), language, dark),
            reliability_figure(CURVE, language, dark),
            history_figure(HISTORY, "cnn", language, dark),
        ]
        for language in ("en", "zh")
    }
    for english, chinese in zip(figures["en"], figures["zh"], strict=True):
        assert english.layout.title.text.isascii()
        assert not chinese.layout.title.text.isascii()
        assert english.layout.paper_bgcolor == english.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert "悲伤" in figures["zh"][0].layout.yaxis.ticktext[SADNESS]


def test_light_and_dark_draw_the_same_in_other_colours() -> None:
    light, dark = (confusion_figure(_counts().tolist(), dark=each) for each in (False, True))
    assert light.data[0].z == dark.data[0].z
    assert _ink(light) != _ink(dark)


def _ink(figure: go.Figure) -> str:
    return str(figure.layout.font.color)
