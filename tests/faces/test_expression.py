"""The models' promises, whatever their weights: a blank crop, padding, length, past and future."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from vidsent.faces.expression import (
    CHUNK,
    CROP_SIZE,
    FEATURES,
    OVERLAP,
    Baseline,
    ExpressionCNN,
    ExpressionGRU,
    as_input,
    oval,
)


@pytest.fixture
def gru() -> ExpressionGRU:
    """A GRU with random weights whose correction and state matter."""
    torch.manual_seed(0)
    model = ExpressionGRU()
    torch.nn.init.normal_(model.correction.weight)
    return model.eval()


def _track(steps: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.rand(steps, FEATURES, generator=generator),
        torch.randn(steps, 7, generator=generator),
    )


def test_folded_norms_change_no_answer() -> None:
    torch.manual_seed(0)
    cnn = ExpressionCNN().train()
    crops = torch.rand(64, 1, CROP_SIZE, CROP_SIZE)
    cnn(crops)  # so that the norms have seen something
    before = cnn.eval().read(crops, half=False)
    cnn.fuse()
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in cnn.modules())
    for old, new in zip(before, cnn.read(crops, half=False), strict=True):
        torch.testing.assert_close(old, new, rtol=1e-3, atol=1e-4)


def test_cnn_reads_any_crop_and_light_cancels() -> None:
    torch.manual_seed(0)
    cnn = ExpressionCNN().eval()
    face = torch.randint(60, 120, (1, CROP_SIZE, CROP_SIZE), dtype=torch.uint8)
    crops = as_input(torch.cat([face, face * 2, torch.zeros_like(face)]))
    with torch.inference_mode():
        logits = cnn(crops)
    assert logits.shape == (3, 7)
    assert torch.isfinite(logits).all()
    torch.testing.assert_close(logits[0], logits[1], atol=0.02, rtol=0)


def test_what_is_outside_the_oval_is_not_read() -> None:
    torch.manual_seed(0)
    cnn, crops = ExpressionCNN().eval(), torch.rand(2, 1, CROP_SIZE, CROP_SIZE)
    inside = oval()
    assert 0.45 < inside.mean() < 0.55
    torch.testing.assert_close(inside, inside.flip(-1))
    with torch.inference_mode():
        torch.testing.assert_close(cnn(crops), cnn(crops * inside))
    read = cnn.standardised(crops)[:, 0]
    assert not read[:, inside == 0].any()
    torch.testing.assert_close(read[:, inside == 1].mean(1), torch.zeros(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(read[:, inside == 1].std(1), torch.ones(2), atol=1e-2, rtol=0)


def test_a_face_and_its_mirror_image_are_read_alike() -> None:
    torch.manual_seed(0)
    cnn, crops = ExpressionCNN().eval(), torch.rand(4, 1, CROP_SIZE, CROP_SIZE)
    for seen, mirrored in zip(
        cnn.read(crops, half=False), cnn.read(crops.flip(-1), half=False), strict=True
    ):
        torch.testing.assert_close(seen, mirrored, atol=1e-5, rtol=1e-4)
    features, logits = cnn.read(crops, half=False)
    with torch.inference_mode():
        both = torch.stack([cnn.features(crops), cnn.features(crops.flip(-1))])
        torch.testing.assert_close(features, both.mean(0), atol=1e-5, rtol=1e-4)
        assert not torch.allclose(both[0], both[1], atol=1e-3)
        torch.testing.assert_close(logits, cnn.classifier(features))


def test_half_precision_rounds_and_no_more() -> None:
    torch.manual_seed(0)
    cnn, crops = ExpressionCNN().eval(), torch.rand(4, 1, CROP_SIZE, CROP_SIZE)
    exact, rounded = (cnn.read(crops, half=half)[0] for half in (False, True))
    assert rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(exact, rounded, atol=0.05 * float(exact.std()), rtol=0.05)


def test_untrained_gru_says_what_the_cnn_says() -> None:
    features, logits = _track(20)
    log_probs, affect = ExpressionGRU().eval().along(features, logits)
    torch.testing.assert_close(log_probs, logits.log_softmax(1))
    assert affect.shape == (20, 2)
    assert float(affect.abs().max()) <= 1


def test_padding_changes_nothing(gru: ExpressionGRU) -> None:
    tracks = [_track(steps, seed=steps) for steps in (3, 9, 1)]
    padded = [pad_sequence(list(each), batch_first=True) for each in zip(*tracks, strict=True)]
    with torch.inference_mode():
        log_probs, affect = gru(*padded, torch.tensor([3, 9, 1]))
    for row, (features, logits) in enumerate(tracks):
        alone = gru.along(features, logits)
        torch.testing.assert_close(log_probs[row, : len(logits)], alone[0])
        torch.testing.assert_close(affect[row, : len(logits)], alone[1])


def test_every_step_hears_of_the_past_and_of_the_future(gru: ExpressionGRU) -> None:
    features, logits = _track(9)
    said = gru.along(features, logits)[0][4]
    for changed in (3, 5):
        other = features.clone()
        other[changed] = 0
        assert not torch.allclose(gru.along(other, logits)[0][4], said, atol=1e-4)


def test_the_baseline_counts_the_more_the_longer_a_person_was_seen(gru: ExpressionGRU) -> None:
    features, logits = _track(9)
    torch.nn.init.normal_(gru.personal)
    usual = torch.randn(features.shape[1], generator=torch.Generator().manual_seed(1))
    unknown = gru.along(features, logits)[0]
    far = [
        float((gru.along(features, logits, Baseline(usual, s))[0] - unknown).abs().mean())
        for s in (0.0, 5.0, 500.0)
    ]
    assert far[0] < 1e-6 < far[1] < far[2]


def test_a_face_that_never_changes_is_read_as_ever_however_long_it_was_seen(
    gru: ExpressionGRU,
) -> None:
    torch.nn.init.normal_(gru.personal)
    features, logits = _track(1)
    held, said = features.expand(40, -1), logits.expand(40, -1)
    known = gru.along(held, said, Baseline(held.mean(0), 600.0))[0]
    torch.testing.assert_close(known, gru.along(held, said)[0], atol=1e-3, rtol=0)


def test_temperature_changes_confidence_and_no_label(gru: ExpressionGRU) -> None:
    features, logits = _track(40)
    sharp = gru.along(features, logits)[0]
    gru.temperature.fill_(2.0)
    flat = gru.along(features, logits)[0]
    assert torch.equal(sharp.argmax(1), flat.argmax(1))
    assert float(flat.max(1).values.mean()) < float(sharp.max(1).values.mean())


def test_long_tracks_are_read_in_stretches_that_agree_with_one_reading(
    gru: ExpressionGRU,
) -> None:
    steps = 2 * CHUNK + 77
    features, logits = _track(steps)
    longest = []
    hook = gru.register_forward_pre_hook(lambda _, given: longest.append(given[0].shape[1]))
    in_stretches = gru.along(features, logits)
    hook.remove()
    assert len(longest) == 3
    assert max(longest) <= CHUNK + 2 * OVERLAP
    with torch.inference_mode():
        at_once = gru(features[None], logits[None], torch.tensor([steps]))
    for piecewise, whole in zip(in_stretches, at_once, strict=True):
        torch.testing.assert_close(piecewise, whole[0], atol=1e-4, rtol=0)


@pytest.mark.cuda
def test_cuda_answers_as_the_cpu_does(gru: ExpressionGRU) -> None:
    torch.manual_seed(0)
    cnn = ExpressionCNN().eval()
    crops = as_input(torch.randint(0, 255, (32, CROP_SIZE, CROP_SIZE), dtype=torch.uint8))
    answers = []
    for device in ("cpu", "cuda"):
        cnn.to(device)
        gru.to(device)
        with torch.inference_mode():
            features = cnn.features(crops.to(device))
            log_probs, affect = gru.along(features, cnn.classifier(features))
        answers.append((log_probs.exp().cpu(), affect.cpu()))
    torch.testing.assert_close(answers[0][0], answers[1][0], atol=2e-3, rtol=0)
    torch.testing.assert_close(answers[0][1], answers[1][1], atol=2e-3, rtol=0)
