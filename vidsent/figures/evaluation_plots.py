"""Figures of training and measuring: history, confusion matrix, reliability diagram.

Transparent Plotly figures for readers of "en" or "zh", on a light or a dark ground. What they
draw comes from `evaluation_results`; this module computes nothing but shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.figures.timeline_figure import FONT, PALETTES

HEIGHT, TALL = 320, 430  # pixels
ACCENT = {False: "#2f5fa8", True: "#7fb0ef"}  # of what is measured
FULL = {False: "#2f5fa8", True: "#3b73bd"}  # a cell that holds all of its row; text on it is white
TONES = {  # of curves after the first: told apart by lightness and by dashes as well
    False: ("#2f5fa8", "#b35c00", "#0f7f76"),
    True: ("#7fb0ef", "#f0a95c", "#5fd0c6"),
}
DASHES = ("solid", "dash", "dot")
NOT_DRAWN = ("epoch", "seconds", "cpu_seconds", "learning_rate")

WORDS = {
    "confusion": ("What each emotion is taken for", "各种情绪被认作什么"),
    "said": ("the model's answer", "模型的回答"),
    "true": ("what most raters saw", "多数评分者所见"),
    "taken": (
        "{true}, taken for {said}: {count} of {of}",
        "{true}被认作{said}：{of} 张中 {count} 张",
    ),
    "reliability": (
        "Is confidence worth its word? (faces found in scenes)",
        "置信度是否可信（场景中找到的人脸）",
    ),
    "confidence": ("confidence", "置信度"),
    "accuracy": ("accuracy", "正确率"),
    "faces": ("faces", "人脸数"),
    "ideal": ("ideal", "理想"),
    "cnn": ("Training of the CNN", "CNN 的训练过程"),
    "temporal": ("Training of the GRU", "GRU 的训练过程"),
    "epoch": ("epoch", "轮次"),
    "loss": ("loss", "损失"),
    "train_loss": ("training", "训练"),
    "val_loss": ("validation", "验证"),
    "val_loss_tiles": ("validation, tiles", "验证，原图"),
    "val_loss_aligned": ("validation, aligned", "验证，对齐"),
    "val_accuracy": ("validation", "验证"),
    "val_accuracy_tiles": ("validation, tiles", "验证，原图"),
    "val_accuracy_aligned": ("validation, aligned", "验证，对齐"),
    "clip": ("emotion of a clip", "整段情绪"),
    "step": ("emotion of a moment", "瞬时情绪"),
    "affect": ("valence and arousal", "效价与唤醒度"),
}


def confusion_figure(
    counts: Sequence[Sequence[int]], language: str = "en", dark: bool = False
) -> go.Figure:
    """Counts (7, 7), rows the truth, coloured and labelled by their share of the row."""
    cells = np.asarray(counts, np.int64)
    totals = cells.sum(1, keepdims=True)
    shares = np.divide(cells, totals, out=np.zeros(cells.shape), where=totals > 0)
    names = [name(label, language) for label in LABELS]
    palette = PALETTES[dark]
    taken = _word("taken", language)
    hover = [
        [
            taken.format(
                true=true, said=said, count=int(cells[row, column]), of=int(totals[row, 0])
            )
            for column, said in enumerate(names)
        ]
        for row, true in enumerate(names)
    ]
    text = [
        [f"<b>{100 * share:.0f}</b><br>{count}" for share, count in zip(*both, strict=True)]
        for both in zip(shares, cells, strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=shares.tolist(),
            x=list(LABELS),
            y=list(LABELS),
            text=text,
            texttemplate="%{text}",
            textfont={"size": 10, "family": FONT},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            zmin=0,
            zmax=1,
            colorscale=[[0, palette["card"]], [1, FULL[dark]]],
            showscale=False,
            xgap=2,
            ygap=2,
        ),
        _layout("confusion", TALL, language, dark),
    )
    marks = [f'<span style="color:{COLORS[label]}">■</span>' for label in LABELS]
    across = [f"{mark} {each}" for mark, each in zip(marks, names, strict=True)]
    down = [f"{each} {mark}" for mark, each in zip(marks, names, strict=True)]
    axis = {"tickvals": list(LABELS), "showgrid": False, "automargin": True}
    figure.update_xaxes(**axis, ticktext=across, title=_axis_title("said", language, palette))
    figure.update_yaxes(
        **axis, ticktext=down, autorange="reversed", title=_axis_title("true", language, palette)
    )
    return figure


def reliability_figure(
    curve: Sequence[Mapping[str, float]], language: str = "en", dark: bool = False
) -> go.Figure:
    """Accuracy by confidence with intervals, beside the ideal, over the number of faces.

    `curve` holds bins as `training.metrics.reliability` gives them.
    """
    palette = PALETTES[dark]
    confidence, accuracy, low, high, count = (
        [point[key] for point in curve]
        for key in ("confidence", "accuracy", "low", "high", "count")
    )
    above = [top - middle for top, middle in zip(high, accuracy, strict=True)]
    below = [middle - bottom for bottom, middle in zip(low, accuracy, strict=True)]
    figure = go.Figure(layout=_layout("reliability", TALL, language, dark))
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name=_word("ideal", language),
        line={"color": palette["soft"], "dash": "dot", "width": 1},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=confidence,
        y=accuracy,
        mode="lines+markers",
        name=_word("accuracy", language),
        line={"color": ACCENT[dark], "width": 2},
        marker={"size": 7},
        error_y={"array": above, "arrayminus": below, "thickness": 1, "width": 3},
        customdata=list(zip(count, low, high, strict=True)),
        hovertemplate="%{x:.2f} → %{y:.2f} [%{customdata[1]:.2f}, %{customdata[2]:.2f}]"
        f"<br>%{{customdata[0]}} {_word('faces', language)}<extra></extra>",
    )
    figure.add_bar(
        x=confidence,
        y=count,
        yaxis="y2",
        name=_word("faces", language),
        marker={"color": palette["soft"], "opacity": 0.55},
        width=0.045,
        hovertemplate=f"%{{y}} {_word('faces', language)}<extra></extra>",
    )
    ruled = {"showgrid": True, "gridcolor": palette["line"], "zeroline": False}
    figure.update_layout(
        xaxis={"range": [0, 1], "title": _axis_title("confidence", language, palette)} | ruled,
        yaxis={"domain": [0.3, 1], "range": [0, 1.02], "dtick": 0.25} | ruled,
        yaxis2={"domain": [0, 0.2], "rangemode": "tozero", "nticks": 3, "automargin": True} | ruled,
    )
    figure.update_yaxes(title=_axis_title("accuracy", language, palette), selector=0)
    figure.update_xaxes(anchor="y2")
    return figure


def history_figure(
    history: Sequence[Mapping[str, float]], stage: str, language: str = "en", dark: bool = False
) -> go.Figure:
    """Losses of one stage of training by epoch, and below them what was measured meanwhile.

    `history` holds one row an epoch; columns whose name holds "accuracy" go to the lower part.
    """
    palette = PALETTES[dark]
    columns = [key for key in history[-1] if key not in NOT_DRAWN]
    upper = [key for key in columns if "accuracy" not in key]
    lower = [key for key in columns if "accuracy" in key]
    figure = go.Figure(layout=_layout(stage, HEIGHT, language, dark))
    titles = list(dict.fromkeys(_word(key, language) for key in columns if not _training(key)))
    for group, axis in ((upper, "y"), (lower, "y2")):
        for key in group:
            index = -1 if _training(key) else titles.index(_word(key, language))
            figure.add_trace(_curve(history, key, index, axis, language, dark))
    ruled = {"showgrid": True, "gridcolor": palette["line"], "zeroline": False, "nticks": 5}
    figure.update_layout(
        xaxis={
            "title": _axis_title("epoch", language, palette),
            "showgrid": False,
            "dtick": max(1, round(history[-1]["epoch"] / 8)),
            "anchor": "y2" if lower else "y",
        },
        yaxis={
            "domain": [0.55 if lower else 0, 1],
            "title": _axis_title("loss", language, palette),
        }
        | ruled,
    )
    if lower:
        title = _axis_title("accuracy", language, palette)
        figure.update_layout(yaxis2={"domain": [0, 0.44], "title": title} | ruled)
    return figure


def _curve(
    history: Sequence[Mapping[str, float]],
    key: str,
    index: int,
    axis: str,
    language: str,
    dark: bool,
) -> go.Scatter:
    """One column; `index` counts the curves that are not of training itself, which has -1."""
    points = [row for row in history if key in row]
    tone = PALETTES[dark]["soft"] if index < 0 else TONES[dark][index % len(TONES[dark])]
    title = _word(key, language)
    return go.Scatter(
        x=[row["epoch"] for row in points],
        y=[row[key] for row in points],
        yaxis=axis,
        name=title,
        legendgroup=title,
        showlegend=axis == "y",
        mode="lines+markers" if len(points) < 8 else "lines",
        line={"color": tone, "width": 2, "dash": DASHES[max(index, 0) % len(DASHES)]},
        hovertemplate=f"%{{x}}: %{{y:.3f}}<extra>{title}</extra>",
    )


def _training(column: str) -> bool:
    return column.startswith("train")


def _layout(title: str, height: int, language: str, dark: bool) -> dict[str, Any]:
    palette = PALETTES[dark]
    still = {"fixedrange": True, "ticks": "", "tickfont": {"color": palette["soft"], "size": 11}}
    return {
        "title": {
            "text": _word(title, language),
            "x": 0.01,
            "xref": "container",
            "xanchor": "left",
            "font": {"size": 14, "color": palette["ink"]},
        },
        "template": {},  # Plotly's own is large, and all of its colours are chosen below
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 44, "b": 8, "pad": 2},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": palette["ink"]},
        "hoverlabel": {
            "bgcolor": palette["card"],
            "bordercolor": palette["line"],
            "font": {"family": FONT, "color": palette["ink"], "size": 12},
        },
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xref": "container",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
        },
        "xaxis": {**still, "automargin": True},
        "yaxis": {**still, "automargin": True},
        "yaxis2": {**still, "automargin": True},
    }


def _axis_title(key: str, language: str, palette: Mapping[str, str]) -> dict[str, Any]:
    font = {"size": 11, "color": palette["soft"]}
    return {"text": _word(key, language), "font": font, "standoff": 6}


def _word(key: str, language: str) -> str:
    """A column or a title in words; a column of other code is named as it is."""
    known = WORDS.get(key)
    return key.replace("_", " ") if known is None else known[language.startswith("zh")]
