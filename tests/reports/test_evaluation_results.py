"""Kept results come back as they were, and know whose they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vidsent.core import weights
from vidsent.reports.evaluation_results import MODELS, load, path, result_of, save

ROW = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "protocol": "planted, 见文"}


@pytest.mark.parametrize("model", MODELS)
def test_what_is_kept_is_loaded(model: str, empty_assets: Path) -> None:
    found = result_of(model, {"ece": ROW}, {"confusion": [[1, 2], [3, 4]]})
    assert save(found) == path(model) == empty_assets / "results" / f"{model}.json"
    assert load(model) == found
    assert [each.name for each in path(model).parent.iterdir()] == [f"{model}.json"]


def test_other_weights_make_results_old(empty_assets: Path) -> None:
    table = empty_assets / "words.tsv"
    table.write_text("one")
    weights.register(table)
    found = result_of("language", {})
    assert found.current
    table.write_text("two")
    weights.register(table)
    assert not found.current
    assert not replace(found, versions={}).current


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"model": "faces", "mood": 1}'])
def test_what_cannot_be_read_counts_as_none(content: str | None, empty_assets: Path) -> None:
    if content is not None:
        path("faces").parent.mkdir()
        path("faces").write_text(content)
    assert load("faces") is None
