"""What the Models tab tells: what is loaded, how it was measured, where it fails.

Numbers are those that `evaluate --keep` left in assets/results.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from vidsent.core import weights
from vidsent.core.emotions import LABELS, name
from vidsent.core.errors import ModelError
from vidsent.figures.evaluation_plots import confusion_figure, history_figure, reliability_figure
from vidsent.reports import evaluation_results, limitations
from vidsent.reports.evaluation_results import FILES, EvaluationResult
from vidsent.ui.models import descriptions
from vidsent.ui.shared.templates import render

WEAKEST = 3  # labels that are named among the failures
USUAL = {"expression": "ferplus_accuracy_tiles"}  # what a condition is compared with, if anything
CLEARLY = 0.02  # worse than usual is worth a line
MEGABYTE = 1_000_000


def models_html(language: str) -> str:
    """The whole tab as HTML for readers of `language`, "en" or "zh"."""
    zh = language.startswith("zh")
    return render(
        "models/models.html",
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
        "title": descriptions.TITLES[model][zh],
        "does": descriptions.DOES[model][zh],
        "files": [_file(each, language) for each in FILES[model]],
        "command": f"python -m vidsent evaluate {model} --data DIR --keep",
        "found": found,
        "numbers": list(_numbers(model, found, language)),
        "figures": [_drawn(*each) for each in _figures(model, found, language)],
        "fails": list(_fails(model, found, language)),
    }


def _file(file: str, language: str) -> dict[str, Any]:
    """Name, version, size, parameters and origin of one file of weights."""
    title = descriptions.FILES[file][language.startswith("zh")]
    try:
        facts = weights.info(file)
    except ModelError:
        return {"title": title, "name": file, "missing": True}
    trained_on = facts.metadata.get("trained_on") or descriptions.WORDS_TRAINED_ON
    if language.startswith("zh"):
        trained_on = descriptions.TRAINED_ON_ZH.get(trained_on, trained_on)
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
    for metric, meaning in descriptions.NUMBERS[model].items():
        row = found.metrics.get(metric) if found else None
        if row is None:
            continue
        number = {"meaning": meaning[zh], "row": row, "name": metric}
        if row.get("baseline") is not None:
            number["beside"] = descriptions.BASELINES[model][zh], row["baseline"]
        yield number


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
        for metric, sentence in descriptions.WEAK[found.model].items()
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
            yield descriptions.MISTAKEN[language.startswith("zh")].format(
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
        yield descriptions.ACTORS[zh].format(low=f"{low:.0%}", high=f"{high:.0%}", n=len(values))
