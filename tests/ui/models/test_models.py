"""The Models tab: planted results, missing ones, other weights, both languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.reports import evaluation_results, limitations
from vidsent.reports.evaluation_results import EvaluationResult
from vidsent.training import metrics
from vidsent.training.evaluation import class_report
from vidsent.ui.models import descriptions
from vidsent.ui.models.cards import models_html
from vidsent.ui.shared.language import say

NAMES = {"Java", "Emotions", "Bank", "weibo", "affect", "faces"}  # of data, in any language
ROW = {"value": 0.835, "low": 0.823, "high": 0.846, "n": 3518, "protocol": "planted <b> protocol"}


def _planted(model: str) -> EvaluationResult:
    counts = np.diag([80, 20, 50, 95, 60, 88, 87])
    counts[LABELS.index("disgust"), LABELS.index("anger")] = 80
    probs = np.random.default_rng(0).dirichlet(np.full(7, 0.2), 300)
    rows = {name: ROW for name in (*descriptions.NUMBERS[model], *descriptions.WEAK[model])}
    rows["ferplus_accuracy_tiles"] = ROW
    rows["ferplus_accuracy_masked"] = {**ROW, "value": 0.617}
    tables = {
        "confusion": counts.tolist(),
        "report": class_report.report(counts),
        "reliability": metrics.reliability(probs.argmax(1), probs),
    }
    actors = {f"java_sed_uar_actor_0{k}": {**ROW, "value": 0.1 * k} for k in (3, 6)}
    return evaluation_results.result_of(model, rows | actors, tables)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of no results in the place of the shipped ones."""
    monkeypatch.setattr(evaluation_results, "path", lambda model: tmp_path / f"{model}.json")
    return tmp_path


def _figures(page: str) -> list[dict[str, dict[str, object]]]:
    found = re.findall(r"<pre hidden>(.*?)</pre>", page, re.DOTALL)
    return [json.loads(each) for each in found]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_results_the_tab_names_the_command_that_makes_them(
    results: Path, language: str
) -> None:
    page = models_html(language)
    for model in evaluation_results.MODELS:
        assert f"python -m vidsent evaluate {model} --data DIR --keep" in page
        assert descriptions.TITLES[model][language == "zh"] in page
    assert page.count(say("not_measured", language)) == 3
    assert all(set(each) == {"light", "dark"} for each in _figures(page))  # of the training


def test_results_are_shown_with_interval_protocol_figures_and_failures(results: Path) -> None:
    for model in evaluation_results.MODELS:
        evaluation_results.save(_planted(model))
    page = models_html("en")
    assert say("not_measured", "en") not in page and say("measured_others", "en") not in page
    assert page.count("0.835</b>") == sum(map(len, descriptions.NUMBERS.values()))
    assert "0.823–0.846" in page and "n = 3,518" in page
    assert "planted &lt;b&gt; protocol" in page and "planted <b>" not in page
    assert "Disgust: 20% are recognised, most often taken for anger." in page
    assert "as by a mask: right on 62%." in page
    assert "15 % of the brightness" not in page  # as good as usual
    assert "recall from 30% to 60% over 2 actors" in page
    titles = [each["light"]["layout"]["title"]["text"] for each in _figures(page)]  # type: ignore[index]
    assert "What each emotion is taken for" in titles
    assert "Is confidence worth its word? (faces found in scenes)" in titles
    assert "Training of the CNN" in titles


def test_numbers_of_other_weights_are_called_so(results: Path) -> None:
    evaluation_results.save(replace(_planted("faces"), versions={"face_detector.safetensors": "0"}))
    assert models_html("en").count(say("measured_others", "en")) == 1


def test_chinese_readers_get_chinese(results: Path) -> None:
    evaluation_results.save(_planted("expression"))
    page = models_html("zh")
    assert "厌恶：认出 20%，最常被认作愤怒。" in page
    told = re.sub(r"<(pre|details|code).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert set(re.findall(r"[A-Za-z][a-z]{3,}", told)) <= NAMES


def test_limits_are_those_of_the_model_card() -> None:
    card = " ".join((ROOT / "docs" / "MODEL_CARD.md").read_text("utf-8").split())
    assert "; ".join(english for english, _ in limitations.NOT_FOR) in card
    assert limitations.REASON[0] in card
    for limits in limitations.LIMITS.values():
        for english, _ in limits:
            assert english in card


def test_every_model_and_file_has_its_words() -> None:
    for words in (descriptions.TITLES, descriptions.DOES, descriptions.NUMBERS, descriptions.WEAK):
        assert set(words) == set(evaluation_results.MODELS)
    assert set(descriptions.FILES) == {
        name for files in evaluation_results.FILES.values() for name in files
    }
    origins = {weights.info(name).metadata.get("trained_on") for name in descriptions.FILES}
    assert origins - {None} <= descriptions.TRAINED_ON_ZH.keys()
    assert set(evaluation_results.histories()) >= {"cnn", "temporal"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_model_is_held_against_its_own_baseline(results: Path, language: str) -> None:
    zh = language == "zh"
    named = [each[zh] for each in descriptions.BASELINES.values()]
    planted = {"expression": "affect_ece", "faces": "ap35", "language": "goemotions_macro_f1"}
    for model, metric in planted.items():
        row = {**ROW, "baseline": 0.567} if model in descriptions.BASELINES else ROW
        evaluation_results.save(evaluation_results.result_of(model, {metric: row}, {}))
    told = re.findall(r"<small>n = 3,518(?: · (.*?) 0\.567)?</small>", models_html(language))
    assert sorted(told) == sorted(["", *named])
