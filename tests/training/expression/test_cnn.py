"""Stage one of the training: it resumes, stops early, leaves a corpus out, and is calibrated."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.training.power_cut import power_cut
from vidsent.faces.expression import ExpressionCNN
from vidsent.training.data.corpora import AFFECT, CKPLUS, FERPLUS, Corpus, Validation, one_hot
from vidsent.training.expression import sampling
from vidsent.training.expression.cnn import exhausted, interpolate, train_cnn
from vidsent.training.expression.cnn_options import CnnOptions
from vidsent.training.runs import load_record

CPU = torch.device("cpu")


def _corpus(name: str) -> Corpus:
    noise = np.random.default_rng(len(name)).integers(0, 255, (14, 96, 96)).astype(np.uint8)
    return Corpus(name, noise, one_hot(np.arange(14) % 7))


TRAIN = [_corpus(name) for name in (AFFECT, FERPLUS, CKPLUS)]
VAL = Validation(TRAIN, [])


def _train(out: Path, **options: Any) -> dict[str, Tensor]:
    """The weights of a CNN trained for as long as the options say."""
    chosen = CnnOptions(**{"epochs": 3, "steps": 1, "batch": 4, **options})
    return train_cnn(TRAIN, VAL, out, chosen, CPU).state_dict()


def test_a_run_that_was_cut_short_resumes_to_the_same_weights(tmp_path: Path) -> None:
    wanted = _train(tmp_path / "whole")
    with power_cut("cnn {'epoch': 2"):
        _train(tmp_path / "cut")
    resumed = _train(tmp_path / "cut")
    assert all(torch.equal(resumed[name], value) for name, value in wanted.items())
    record = load_record(tmp_path / "cut" / "cnn.json")
    assert set(record["averaged"]) == {"epoch", "mean", AFFECT, FERPLUS, CKPLUS}
    assert record["calibration"]["scale"] > 0


def test_a_corpus_that_is_left_out_is_not_learned_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[str] = []
    weigh = sampling._weights

    def noting(corpus: Corpus) -> Tensor:
        learned.append(corpus.name)
        return weigh(corpus)

    monkeypatch.setattr(sampling, "_weights", noting)
    _train(tmp_path, epochs=1, left_out=FERPLUS, augment="none")
    assert set(learned) == {AFFECT, CKPLUS}
    assert FERPLUS in load_record(tmp_path / "cnn.json")["averaged"]


def test_patience_ends_the_training_and_keeps_its_best(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        _train(tmp_path, epochs=12, patience=1, backbone="mobilenet_v3_small", augment="none")
    means = [row["mean"] for row in load_record(tmp_path / "cnn.json")["history"]]
    assert len(means) < 12 and max(means) == max(means[:-1])
    assert "stops early" in caplog.text
    assert exhausted([{"mean": 0.5}, {"mean": 0.4}], 1) and not exhausted([{"mean": 0.5}], 1)
    assert not exhausted([], 1) and not exhausted([{"mean": 0.5}, {"mean": 0.4}], None)


def test_an_anchored_network_stands_between_where_it_came_and_its_anchor() -> None:
    torch.manual_seed(0)
    anchor, come = ExpressionCNN(), ExpressionCNN()
    far = {name: value.clone() for name, value in come.state_dict().items()}
    interpolate(come, anchor, 0.25)
    for name, value in come.state_dict().items():
        if value.is_floating_point():
            between = 0.75 * far[name] + 0.25 * anchor.state_dict()[name]
            torch.testing.assert_close(value, between)
