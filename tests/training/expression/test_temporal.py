"""The GRU's training: it learns order, keeps what it must, resumes, and never sees test actors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.cnn_outputs import counting, example, two_stills
from vidsent.core.errors import DataError
from vidsent.faces.expression import FEATURES, ExpressionGRU
from vidsent.training import metrics
from vidsent.training.expression import held_out, sequence_batches
from vidsent.training.expression.clip_features import Example, TrainingSet
from vidsent.training.expression.sequence_batches import Batch
from vidsent.training.expression.temporal import TemporalOptions, concordance, fit, losses
from vidsent.training.networks.features import CnnOutputs, read_stills

QUICK = TemporalOptions(epochs=2, steps=4, acted=4, still=4, rising=2, rated=4)
CPU = torch.device("cpu")


def _ordered(group: str, seed: int) -> list[Example]:
    """Clips of 12 steps that show two looks; which of them comes first makes the label."""
    generator = torch.Generator().manual_seed(seed)
    looks = torch.zeros(2, FEATURES)
    looks[0, :128], looks[1, 128:] = 1.0, 1.0
    examples = []
    for label in (0, 2):
        order = [0] * 6 + [1] * 6 if label == 0 else [1] * 6 + [0] * 6
        noise = 0.3 * torch.rand(12, FEATURES, generator=generator)
        features = looks[order] + noise - noise.mean(0)  # no average tells the orders apart
        examples.append(example(CnnOutputs(features, torch.zeros(12, 7)), label, group=group))
    return examples


def _material(actors: int = 4) -> TrainingSet:
    rated = [
        example(counting(1 + k), affect=(k / 10, -k / 10), group=f"film {k}") for k in range(6)
    ]
    return TrainingSet(
        acted=[each for k in range(actors) for each in _ordered(f"{k + 1:02}", seed=k)],
        rising=[example(counting(3), label=1)],
        rated=rated,
        stills=two_stills(),
    )


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_order_is_learned_that_no_average_can_tell_and_stills_stay_right(
    tmp_path: Path, name: str
) -> None:
    options = TemporalOptions(
        epochs=3, steps=15, acted=12, still=6, rising=2, rated=4, model=name, window=8
    )
    gru, history = fit(_material(), options, CPU, tmp_path / "fit.ckpt")
    unseen = [each for k in range(5) for each in _ordered("unseen", seed=100 + k)]
    read = held_out.read_clips(gru, unseen)
    truth = np.array([each.clip.label for each in unseen])
    assert (np.array([row["cnn"] for row in read]).std(1) < 1e-6).all()
    answers = np.array([row[name] for row in read])
    assert metrics.accuracy(truth, np.where(answers[:, 0] > answers[:, 2], 0, 2)) == 1.0
    assert history[-1]["clip"] < history[0]["clip"]
    held = read_stills(gru, two_stills().versions[0])
    assert held.argmax(1).tolist() == [0, 1]


def test_without_a_temporal_model_a_clip_is_what_the_cnn_averages(tmp_path: Path) -> None:
    model, history = fit(_material(), replace(QUICK, model="none"), CPU, tmp_path / "none.ckpt")
    logits = torch.randn(20, 7, generator=torch.Generator().manual_seed(0))
    clip = example(CnnOutputs(torch.zeros(20, FEATURES), logits), label=0)
    (row,) = held_out.read_clips(model, [clip])
    assert row["none"] == row["none_alone"] == row["cnn"]
    assert history == [] and not list(tmp_path.iterdir())


def test_clips_alone_are_enough_to_learn_from(tmp_path: Path) -> None:
    alone = TrainingSet(acted=_material().acted, rising=[], rated=[], stills=None)
    _, history = fit(alone, replace(QUICK, epochs=4), CPU, tmp_path / "alone.ckpt")
    assert history[-1]["clip"] < history[0]["clip"]
    assert all(row["step"] == row["affect"] == 0 for row in history)


def test_a_fit_that_was_cut_short_resumes_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    material = _material()
    whole, _ = fit(material, QUICK, CPU, tmp_path / "whole.ckpt")
    left, draw = [1] * 6, sequence_batches.draw

    def failing(*arguments: Any) -> Batch:
        """Batches run out, as on a machine that is switched off."""
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return draw(*arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(sequence_batches, "draw", failing)
        fit(material, QUICK, CPU, tmp_path / "cut.ckpt")
    torch.rand(7)
    resumed, history = fit(material, QUICK, CPU, tmp_path / "cut.ckpt")
    assert [row["epoch"] for row in history] == [1, 2]
    wanted = whole.state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in resumed.state_dict().items())


def test_a_class_that_nobody_acts_gets_no_gradient_from_acted_clips() -> None:
    gru = ExpressionGRU().eval()
    material = _material()
    samples = sequence_batches.acted(material.acted, 6, torch.Generator().manual_seed(0))
    parts = losses(
        gru, sequence_batches.collate([*samples, *_others(material)]), material.labels_acted()
    )
    parts["clip"].backward()
    assert gru.correction.bias.grad is not None
    gradient = gru.correction.bias.grad
    assert material.labels_acted().tolist() == [True, False, True, False, False, False, False]
    assert gradient[material.labels_acted()].abs().min() > 1e-4
    torch.testing.assert_close(gradient[1], torch.tensor(0.0), atol=1e-6, rtol=0)


def test_padded_steps_cost_nothing() -> None:
    gru, material = ExpressionGRU().eval(), _material()
    batch = sequence_batches.collate(_others(material))
    longer = batch._replace(
        features=torch.nn.functional.pad(batch.features, (0, 0, 0, 5), value=9.0),
        logits=torch.nn.functional.pad(batch.logits, (0, 0, 0, 5), value=9.0),
        steps=torch.nn.functional.pad(batch.steps, (0, 0, 0, 5)),
    )
    few, many = (losses(gru, each, material.labels_acted()) for each in (batch, longer))
    torch.testing.assert_close(few["step"], many["step"])
    torch.testing.assert_close(few["affect"], many["affect"])


def test_actors_left_out_are_left_out() -> None:
    material = _material(actors=5)
    pairs = held_out.actor_folds(each.clip.group for each in material.acted)
    assert pairs == [("01", "02"), ("03", "04"), ("05",)]
    for actors in pairs:
        kept = {each.clip.group for each in material.without(actors).acted}
        assert kept == {"01", "02", "03", "04", "05"} - set(actors)


@pytest.mark.parametrize(
    ("actors", "folds"), [(3, [1, 1, 1]), (4, [2, 2]), (7, [2, 2, 2, 1]), (31, [4] * 7 + [3])]
)
def test_any_number_of_actors_is_left_out_once(actors: int, folds: list[int]) -> None:
    clips = [example(counting(2), group=f"{k:02}") for k in range(actors)]
    pairs = held_out.actor_folds(each.clip.group for each in clips)
    assert [len(pair) for pair in pairs] == folds
    assert sorted(actor for pair in pairs for actor in pair) == [f"{k:02}" for k in range(actors)]


def test_two_actors_are_too_few() -> None:
    with pytest.raises(DataError, match="at least 3"):
        held_out.actor_folds(("01", "02"))


def test_concordance_is_the_measure_that_is_reported() -> None:
    truth, predicted = torch.rand(30, 2), torch.rand(30, 2)
    wanted = [metrics.ccc(truth[:, k].numpy(), predicted[:, k].numpy()) for k in range(2)]
    assert concordance(truth, predicted).tolist() == pytest.approx(wanted, abs=1e-5)


def test_recognition_says_how_far_folds_lie_apart() -> None:
    right, wrong = [1.0, *[0.0] * 6], [0.0, 1.0, *[0.0] * 5]
    rows = [
        {
            "fold": fold,
            "actor": str(fold),
            "label": "anger",
            "gru": right if fold == 0 or k < 5 else wrong,
        }
        for fold in range(2)
        for k in range(10)
    ]
    metric = held_out.clip_uar(rows, "gru")
    assert metric.value == 0.75
    assert metric.n == 20
    assert "single folds 0.500 to 1.000" in metric.protocol


def _others(material: TrainingSet) -> list[sequence_batches.Sample]:
    assert material.stills is not None
    generator = torch.Generator().manual_seed(0)
    return [
        *sequence_batches.rated(material.rated, 4, generator),
        *sequence_batches.still(material.stills, 4, generator),
    ]
