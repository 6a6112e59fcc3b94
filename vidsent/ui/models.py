"""The Models tab: what is loaded, how it was measured, where it fails, what it is not for.

Everything is made when the tab is opened: HTML from a template, with figures as JSON in it that
assets/ui/models.js draws. Numbers are those that `evaluate --keep` left in assets/results.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import gradio as gr
import plotly.graph_objects as go

from vidsent.core import weights
from vidsent.core.emotions import LABELS, name
from vidsent.core.errors import ModelError
from vidsent.figures.evaluation_plots import confusion_figure, history_figure, reliability_figure
from vidsent.reports import evaluation_results, limitations
from vidsent.reports.evaluation_results import FILES, EvaluationResult
from vidsent.ui import model_text
from vidsent.ui.render import panel
from vidsent.ui.static import PLOTLY, scripts

WEAKEST = 3  # labels that are named among the failures
USUAL = {"expression": "ferplus_accuracy_tiles"}  # what a condition is compared with, if anything
CLEARLY = 0.02  # worse than usual is worth a line
MEGABYTE = 1_000_000


class Models(gr.HTML):
    """Shows what `models_value` made; empty until the tab is opened."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            head=scripts(PLOTLY.name, "models.js"),
            js_on_load="vidsent.models.mount(element, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "HTML with figures as JSON"}


def models_value(language: str) -> str:
    """The whole tab as HTML for readers of `language`, "en" or "zh"."""
    zh = language.startswith("zh")
    return panel(
        "models",
        language,
        models=[_card(model, language) for model in evaluation_results.MODELS],
        not_for=[_started(pair[zh]) for pair in limitations.NOT_FOR],
        reason=limitations.REASON[zh],
    )


def _card(model: str, language: str) -> dict[str, Any]:
    """What the template tells of one model."""
    found, zh = evaluation_results.load(model), language.startswith("zh")
    return {
        "key": model,
        "title": model_text.TITLES[model][zh],
        "does": model_text.DOES[model][zh],
        "files": [_file(each, language) for each in FILES[model]],
        "command": f"python -m vidsent evaluate {model} --data DIR --keep",
        "found": found,
        "numbers": list(_numbers(model, found, language)),
        "figures": [_drawn(*each) for each in _figures(model, found, language)],
        "fails": list(_fails(model, found, language)),
    }


def _file(file: str, language: str) -> dict[str, Any]:
    """Name, version, size, parameters and origin of one file of weights."""
    title = model_text.FILES[file][language.startswith("zh")]
    try:
        facts = weights.info(file)
    except ModelError:
        return {"title": title, "name": file, "missing": True}
    trained_on = facts.metadata.get("trained_on") or model_text.WORDS_TRAINED_ON
    if language.startswith("zh"):
        trained_on = model_text.TRAINED_ON_ZH.get(trained_on, trained_on)
    return {
        "title": title,
        "name": file,
        "version": facts.version,
        "size": f"{facts.size / MEGABYTE:.2f} MB",
        "parameters": f"{facts.parameters / 1e6:.2f} M" if facts.parameters else "",
        "trained_on": trained_on,
    }


def _numbers(model: str, found: EvaluationResult | None, language: str) -> Iterator[dict[str, Any]]:
    """The handful of metrics that is shown large, each with what it means."""
    zh = language.startswith("zh")
    for metric, meaning in model_text.NUMBERS[model].items():
        row = found.metrics.get(metric) if found else None
        if row is None:
            continue
        shown = {"meaning": meaning[zh], "row": row, "name": metric}
        if row.get("baseline") is not None:
            shown["beside"] = model_text.BASELINES[model][zh], row["baseline"]
        yield shown


def _figures(
    model: str, found: EvaluationResult | None, language: str
) -> Iterator[tuple[go.Figure, go.Figure]]:
    """Figures in light and dark of what was measured, and of the training."""
    tables = found.tables if found else {}
    if "confusion" in tables:
        yield _both(confusion_figure, tables["confusion"], language=language)
    if tables.get("reliability"):
        yield _both(reliability_figure, tables["reliability"], language=language)
    if model == "expression":
        for stage, history in evaluation_results.histories().items():
            yield _both(history_figure, history, stage, language=language)


def _both(draw: Any, *data: Any, language: str) -> tuple[go.Figure, go.Figure]:
    light, dark = (draw(*data, language=language, dark=each) for each in (False, True))
    return light, dark


def _drawn(light: go.Figure, dark: go.Figure) -> dict[str, Any]:
    """A figure for the template: its JSON in light and dark, its height and what it is called."""
    both = {"light": light.to_plotly_json(), "dark": dark.to_plotly_json()}
    return {
        "both": both,
        "height": light.layout.height,
        "title": light.layout.title.text,
    }


def _fails(model: str, found: EvaluationResult | None, language: str) -> Iterator[str]:
    """Where a model fails: what was measured first, the worst foremost, then what was seen."""
    zh = language.startswith("zh")
    if found is not None:
        yield from _weak_labels(found, language)
        yield from _weak_conditions(found, zh)
        yield from _actors(found, zh)
    for limit in limitations.LIMITS[model]:
        yield _started(limit[zh]) + ("。" if zh else ".")


def _weak_conditions(found: EvaluationResult, zh: bool) -> Iterator[str]:
    """Under what conditions it is clearly worse than usual, the worst first."""
    usual = found.metrics.get(USUAL.get(found.model, ""), {}).get("value", math.inf)
    weak = [
        (found.metrics[metric]["value"], sentence[zh])
        for metric, sentence in model_text.WEAK[found.model].items()
        if metric in found.metrics and found.metrics[metric]["value"] < usual - CLEARLY
    ]
    for value, sentence in sorted(weak):
        yield sentence.format(value=f"{value:.0%}")


def _weak_labels(found: EvaluationResult, language: str) -> Iterator[str]:
    """The labels that are recognised least, and what they are taken for."""
    report = found.tables.get("report", {})
    known = [label for label in LABELS if (report.get(label) or {}).get("recall")]
    for label in sorted(known, key=lambda label: report[label]["recall"][0])[:WEAKEST]:
        if report[label]["taken_for"]:
            yield model_text.MISTAKEN[language.startswith("zh")].format(
                label=name(label, language).capitalize(),
                value=f"{report[label]['recall'][0]:.0%}",
                other=name(report[label]["taken_for"], language),
            )


def _started(text: str) -> str:
    """A sentence of the model card without its full stop, begun with a capital."""
    return text[0].upper() + text[1:].rstrip(".。")


def _actors(found: EvaluationResult, zh: bool) -> Iterator[str]:
    values = [row["value"] for key, row in found.metrics.items() if "_uar_actor_" in key]
    if values:
        low, high = min(values), max(values)
        yield model_text.ACTORS[zh].format(low=f"{low:.0%}", high=f"{high:.0%}", n=len(values))
