"""Heat lies where it matters: hiding it costs the label, hiding the rest does not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from scipy.special import softmax

from vidsent.core.emotions import LABELS
from vidsent.faces import alignment, gradcam, regions
from vidsent.faces.detection import WEAKEST, FaceDetector, search_side
from vidsent.faces.expression import FEATURES, ExpressionCNN
from vidsent.faces.reader import ExpressionReader
from vidsent.media import video
from vidsent.ui.media.examples import FOLDER

HIDDEN = 0.2  # share of a crop that is hidden
ACTED = {"happiness": (5.0, 8.0), "surprise": (9.5, 12.0), "fear": (13.5, 16.0)}


@pytest.fixture(scope="module")
def reader() -> ExpressionReader:
    return ExpressionReader.shared("cpu")


@pytest.fixture(scope="module")
def acted() -> dict[str, np.ndarray]:
    """Aligned crops (N, 96, 96) of the drawn actor while an emotion is played."""
    return {label: _faces(FOLDER / "actor.mp4", *when) for label, when in ACTED.items()}


def _faces(clip: Path, start_s: float, end_s: float) -> np.ndarray:
    found = []
    for frame in video.frames(clip, 2.0):
        if frame.t_s > end_s:
            break
        if frame.t_s >= start_s:
            side = search_side(max(frame.image.shape[:2]))
            faces = FaceDetector.shared().detect(frame.image, side, WEAKEST)
            found.append(alignment.align(frame.image, faces.landmarks[0]))
    return np.stack(found)


def _probabilities(reader: ExpressionReader, faces: np.ndarray, label: str) -> np.ndarray:
    shares: np.ndarray = softmax(reader.embed(faces)[:, FEATURES:], axis=1)[:, LABELS.index(label)]
    return shares


def _hide(face: np.ndarray, which: np.ndarray) -> np.ndarray:
    """`face` with the pixels `which` blurred beyond recognition, with no new edges."""
    return np.where(which, cv2.GaussianBlur(face, (0, 0), 6), face)


@pytest.mark.parametrize("label", ACTED)
def test_hiding_the_hottest_places_costs_the_label_and_the_coldest_do_not(
    reader: ExpressionReader, acted: dict[str, np.ndarray], label: str
) -> None:
    faces = acted[label]
    heats = gradcam.heat(reader.cnn, faces, np.full(len(faces), LABELS.index(label)))
    assert heats.shape == faces.shape and heats.dtype == np.float32
    hot = [heat > np.quantile(heat, 1 - HIDDEN) for heat in heats]
    cold = [heat <= np.quantile(heat, HIDDEN) for heat in heats]
    before = _probabilities(reader, faces, label)
    lost_hot, lost_cold = (
        before
        - _probabilities(
            reader, np.stack([_hide(f, w) for f, w in zip(faces, places, strict=True)]), label
        )
        for places in (hot, cold)
    )
    assert np.all(lost_hot > lost_cold)
    assert lost_hot.mean() > 0.15 > 0.05 > lost_cold.mean()


def test_a_smile_is_seen_in_mouth_and_eyes(
    reader: ExpressionReader, acted: dict[str, np.ndarray]
) -> None:
    faces = acted["happiness"]
    for heat in gradcam.heat(reader.cnn, faces, np.full(len(faces), LABELS.index("happiness"))):
        assert heat.max() == pytest.approx(1) and heat.min() >= 0
        assert regions.hottest(heat)[0] in ("mouth", "eyes")


def test_another_class_is_seen_elsewhere(
    reader: ExpressionReader, acted: dict[str, np.ndarray]
) -> None:
    face = acted["fear"][:1].repeat(2, 0)
    fear, joy = gradcam.heat(
        reader.cnn, face, np.array([LABELS.index("fear"), LABELS.index("happiness")])
    )
    assert np.abs(fear - joy).max() > 0.3


def test_a_mirrored_face_has_mirrored_heat_whatever_else_is_in_the_batch(
    reader: ExpressionReader, acted: dict[str, np.ndarray]
) -> None:
    face = acted["surprise"][0]
    places = np.array([LABELS.index("surprise"), LABELS.index("surprise")])
    one, mirrored = gradcam.heat(reader.cnn, np.stack([face, face[:, ::-1]]), places)
    np.testing.assert_allclose(one, mirrored[:, ::-1], atol=1e-3)
    np.testing.assert_allclose(one, gradcam.heat(reader.cnn, face[None], places[:1])[0], atol=1e-3)


def test_no_face_no_heat_and_weights_keep_no_gradient(reader: ExpressionReader) -> None:
    nothing = gradcam.heat(reader.cnn, np.zeros((0, 96, 96), np.uint8), np.zeros(0, int))
    assert nothing.shape == (0, 96, 96)
    assert all(weight.grad is None for weight in reader.cnn.parameters())


def test_a_class_that_nothing_speaks_for_is_cold_everywhere() -> None:
    cnn = ExpressionCNN().eval()
    torch.nn.init.zeros_(cnn.classifier.weight)
    faces = np.random.default_rng(0).integers(0, 255, (2, 96, 96)).astype(np.uint8)
    assert not gradcam.heat(cnn, faces, np.array([0, 3])).any()
