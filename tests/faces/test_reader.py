"""The shipped expression models, as they run."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import data

from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.core.errors import ModelError
from vidsent.faces.alignment import align
from vidsent.faces.detection import FaceDetector
from vidsent.faces.expression import CHUNK, FEATURES, OVERLAP
from vidsent.faces.reader import ExpressionReader

CUDA_TOLERANCE = 2e-3  # largest difference of a probability between CPU and CUDA


@pytest.fixture(scope="module")
def reader() -> ExpressionReader:
    return ExpressionReader.shared("cpu")


@pytest.fixture(scope="module")
def smile() -> np.ndarray:
    """The face of NASA's smiling portrait of Eileen Collins, (96, 96) uint8."""
    portrait = np.asarray(data.astronaut())
    return align(portrait, FaceDetector.shared().detect(portrait).landmarks[0])


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (count, 96, 96), dtype=np.uint8)


@pytest.mark.parametrize(("count", "seen_s"), [(1, 0.0), (5, 0.5), (30, 3.0), (30, 600.0)])
def test_an_obvious_smile_is_happiness_however_long(
    reader: ExpressionReader, smile: np.ndarray, count: int, seen_s: float
) -> None:
    reading = reader.read(reader.embed(np.stack([smile] * count)), seen_s)
    assert reading.probs.shape == (count, NUM_LABELS)
    assert {LABELS[index] for index in reading.probs.argmax(1)} == {"happiness"}
    assert reading.valence.min() > 0


def test_readings_are_probabilities_and_bounded_affect(reader: ExpressionReader) -> None:
    reading = reader.read(reader.embed(noise(20)), 2.0)
    np.testing.assert_allclose(reading.probs.sum(1), 1, atol=1e-5)
    assert np.abs(reading.valence).max() <= 1
    assert np.abs(reading.arousal).max() <= 1


def test_a_face_reads_the_same_in_any_batch(reader: ExpressionReader) -> None:
    crops = noise(9)
    together = reader.embed(crops)
    np.testing.assert_allclose(reader.embed(crops[4:5])[0], together[4], atol=1e-3)


def test_a_blank_crop_is_read_without_nonsense(reader: ExpressionReader) -> None:
    embedded = reader.embed(np.zeros((1, 96, 96), np.uint8))
    assert np.isfinite(embedded).all()


def test_a_long_track_is_read_in_stretches_that_agree(reader: ExpressionReader) -> None:
    count = 2 * CHUNK
    embedded = np.tile(reader.embed(noise(8)), (count // 8, 1)).astype(np.float32)
    reading = reader.read(embedded, 0.0)
    assert len(reading.probs) == count
    with torch.inference_mode():
        steps = torch.from_numpy(embedded)[None]
        whole, _ = reader.gru(steps[..., :FEATURES], steps[..., FEATURES:], torch.tensor([count]))
    inner = slice(OVERLAP, count - OVERLAP)
    np.testing.assert_allclose(reading.probs[inner], whole[0].exp().numpy()[inner], atol=0.02)


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ModelError, match="auto, cpu or cuda"):
        ExpressionReader("abacus")


@pytest.mark.cuda
def test_cuda_agrees_with_the_cpu(reader: ExpressionReader, smile: np.ndarray) -> None:
    there = ExpressionReader.shared("cuda")
    crops = np.concatenate([noise(15), smile[None]])
    here_probs = reader.read(reader.embed(crops), 1.0).probs
    np.testing.assert_allclose(
        there.read(there.embed(crops), 1.0).probs, here_probs, atol=CUDA_TOLERANCE
    )
