"""What each temporal model may know of a track: the GRU all, the LSTM a window, none one step."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vidsent.core.emotions import expected_valence_arousal
from vidsent.core.errors import DataError
from vidsent.faces.expression import CHUNK, TemporalModel
from vidsent.training.networks import temporal
from vidsent.training.options import TEMPORAL

WIDTH, WINDOW = 24, 5


def _model(name: str) -> TemporalModel:
    """A model whose correction matters."""
    torch.manual_seed(0)
    model = temporal.make(name, WIDTH, WINDOW).eval()
    for key, parameter in model.named_parameters():
        if key == "correction.weight":
            torch.nn.init.normal_(parameter)
    return model


def _track(steps: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(steps, WIDTH, generator=generator)
    return features, torch.randn(steps, 7, generator=generator)


@pytest.mark.parametrize("name", TEMPORAL)
def test_all_models_answer_alike(name: str) -> None:
    features, logits = _track(12)
    log_probs, affect = _model(name).along(features, logits)
    assert log_probs.shape == (12, 7) and affect.shape == (12, 2)
    torch.testing.assert_close(log_probs.exp().sum(1), torch.ones(12))
    assert float(affect.abs().max()) <= 1


@pytest.mark.parametrize(("name", "reach"), [("lstm", WINDOW - 1), ("none", 0)])
def test_how_far_a_step_is_heard(name: str, reach: int) -> None:
    features, logits = _track(16)
    other, others = features.clone(), logits.clone()
    other[6], others[6] = -features[6], -logits[6]
    model = _model(name)
    changed = model.along(features, logits)[0] - model.along(other, others)[0]
    heard = torch.nonzero(changed.abs().max(1).values > 1e-6).flatten()
    assert heard.tolist() == list(range(6, 7 + reach))


def test_each_window_is_read_from_an_empty_memory() -> None:
    features, logits = _track(9)
    model = _model("lstm")
    whole = model.along(features, logits)[0]
    for step in range(9):
        seen = slice(max(0, step - WINDOW + 1), step + 1)
        alone = model.along(features[seen], logits[seen])[0]
        torch.testing.assert_close(whole[step], alone[-1], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", ["lstm", "none"])
def test_a_long_track_is_read_as_if_at_once(name: str) -> None:
    features, logits = _track(CHUNK + 40)
    model = _model(name)
    with torch.inference_mode():
        at_once = model(features[None], logits[None], torch.tensor([CHUNK + 40]))[0][0]
    torch.testing.assert_close(model.along(features, logits)[0], at_once, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", TEMPORAL)
def test_padding_changes_nothing(name: str) -> None:
    features, logits = _track(7)
    longer = torch.cat([features, torch.full((4, WIDTH), 9.0)])[None]
    more = torch.cat([logits, torch.full((4, 7), 9.0)])[None]
    model = _model(name)
    with torch.inference_mode():
        padded = model(longer, more, torch.tensor([7]))[0][0, :7]
    torch.testing.assert_close(padded, model.along(features, logits)[0], atol=1e-5, rtol=1e-5)


def test_none_places_its_emotions_on_the_circumplex() -> None:
    log_probs, affect = _model("none").along(*_track(5))
    wanted = expected_valence_arousal(log_probs.exp().numpy())
    torch.testing.assert_close(affect, torch.from_numpy(wanted))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(DataError, match="gru, lstm, none"):
        temporal.make("transformer", WIDTH, WINDOW)
