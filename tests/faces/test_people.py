"""People of a clip: followed, read where they can be read, and counted where not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import closing
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from vidsent.core.emotions import LABELS
from vidsent.core.options import Limits
from vidsent.core.results import FaceTrack
from vidsent.faces.detection import SIDE, THRESHOLD, Detections, FaceDetector
from vidsent.faces.people import People
from vidsent.faces.prefetch import detected_frames
from vidsent.faces.reader import ExpressionReader
from vidsent.media.video import Decoding, Frame, frames


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """NASA's public-domain portrait of Eileen Collins, (512, 512, 3) uint8."""
    return np.asarray(data.astronaut())


def watch(pictures: list[np.ndarray], scale: float = 1.0) -> tuple[tuple[FaceTrack, ...], Counter]:  # type: ignore[type-arg]
    return followed(FaceDetector.shared(), pictures, scale)


def followed(
    detector: FaceDetector, pictures: list[np.ndarray], scale: float = 1.0
) -> tuple[tuple[FaceTrack, ...], Counter]:  # type: ignore[type-arg]
    skipped: Counter[str] = Counter()
    with closing(People(ExpressionReader.shared("cpu"))) as people:
        for detected in detected_frames(
            lambda alive: shown(pictures, scale), detector, lambda: None
        ):
            people.add(detected)
        return people.tracks(skipped), skipped


def shown(pictures: list[np.ndarray], scale: float) -> Generator[Frame, None, None]:
    for index, picture in enumerate(pictures):
        yield Frame(index / 10, picture, scale)


def moved(picture: np.ndarray, steps: int) -> list[np.ndarray]:
    """The picture sliding sideways, so that no two are the same."""
    return [np.roll(picture, 4 * step, axis=1) for step in range(steps)]


def test_a_smiling_person_is_one_happy_track(portrait: np.ndarray) -> None:
    (track,), skipped = watch(moved(portrait, 8), scale=2.0)
    assert set(skipped) <= {"faces_doubtful"}  # a helmet or a rocket
    assert len(track.t_s) == 8
    assert (track.first_s, track.last_s) == pytest.approx((0, 0.7))
    assert track.seen == 1
    assert track.size == pytest.approx(np.sqrt(track.boxes[:, 2:].prod(1)).mean(), rel=1e-3)
    assert track.quality.min() > 0.8
    assert {LABELS[index] for index in track.probs.argmax(1)} == {"happiness"}
    x, y, width, height = track.boxes[0]  # in pixels of the full-size picture
    assert x < 2 * 222 < x + width
    assert y < 2 * 130 < y + height


class Certain(FaceDetector):
    """Sure of whatever it finds, however weak: faces that are too blurred are rarely that."""

    def detect(
        self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
    ) -> Detections:
        found = super().detect(image, side, threshold)
        return found._replace(scores=np.ones_like(found.scores))


def test_a_blurred_face_is_followed_and_counted_but_not_read(portrait: np.ndarray) -> None:
    blurred = cv2.GaussianBlur(portrait, (0, 0), 10)
    tracks, skipped = followed(Certain(), [blurred] * 6)
    assert len(tracks) >= 1
    assert skipped["faces_unreadable"] == len(tracks)
    for track in tracks:
        assert len(track.t_s) == 6
        assert track.quality.max() == 0
        assert np.isnan(track.probs).all()
        assert np.isnan(track.valence).all()


def test_a_face_counts_less_while_it_is_blurred(portrait: np.ndarray) -> None:
    pictures = moved(portrait, 12)
    pictures[4:8] = [cv2.GaussianBlur(picture, (0, 0), 8) for picture in pictures[4:8]]
    (track,), _ = watch(pictures)
    blurred = (track.t_s > 0.35) & (track.t_s < 0.75)
    assert blurred.any()
    assert track.quality[blurred].max() < track.quality[~blurred].min()
    assert np.isfinite(track.probs).all(1).tolist() == track.readable.tolist()


def test_four_faces_in_a_dark_audience_are_four_people(shared: Path) -> None:
    clip = shared / "clips" / "reports" / "16" / "audience.mp4"
    detector = FaceDetector.shared()
    with closing(People(ExpressionReader.shared("cpu"))) as people:
        source = partial(frames, clip, 10.0, Limits(), Decoding())
        for detected in detected_frames(source, detector, lambda: None):
            people.add(detected)
        assert len(people.tracks(Counter())) == 4


def test_a_still_picture_is_searched_once(
    portrait: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []
    detect = FaceDetector.detect

    def counting(self: FaceDetector, *arguments: object) -> object:
        searched.append(1)
        return detect(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(FaceDetector, "detect", counting)
    noisy = [portrait ^ np.uint8(step % 2) for step in range(6)]  # the last bit flickers
    (track,), _ = watch(noisy)
    assert len(searched) == 1
    assert len(track.t_s) == 6


def test_the_thumbnail_is_the_clearest_face(portrait: np.ndarray) -> None:
    pictures = moved(portrait, 8)
    pictures[:4] = [cv2.GaussianBlur(picture, (0, 0), 5) for picture in pictures[:4]]
    (track,), _ = watch(pictures)
    thumbnail = cv2.imdecode(np.frombuffer(track.picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert thumbnail is not None
    assert cv2.Laplacian(thumbnail, cv2.CV_64F).var() > 100


def test_nobody_is_nobody() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (5, 240, 320, 3), dtype=np.uint8)
    assert watch([*noise]) == ((), Counter())
