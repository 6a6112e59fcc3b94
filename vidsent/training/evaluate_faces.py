"""The command `evaluate faces`: the shipped detector beside the Haar cascade it replaced.

Both see the same pictures of the test split in one run. Only this module reads that split.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vidsent.analysis import analyze
from vidsent.core.options import Options
from vidsent.faces import detection
from vidsent.faces.detection import Detections, FaceDetector
from vidsent.training import contest, haar
from vidsent.training.clips_truth import COUNTS, RATE_HZ, Sightings, Watched, measure_clips, watch
from vidsent.training.contest import Contest, Finder, Row
from vidsent.training.detector import FLOOR, LEAST_SIDE
from vidsent.training.face_kinds import human, reference, united
from vidsent.training.face_measures import Found
from vidsent.training.face_speed import measure_speed
from vidsent.training.face_variants import changes
from vidsent.training.facedet import SAME_FACE, Photo, read_photos

log = logging.getLogger(__name__)

STRICT = 0.5  # IoU; the usual one of PASCAL VOC
FACE_SETS = ("mask", "mask2", "video", "portrait")
DRAWN_SETS = ("mask", "mask2", "video")  # where people drew boxes
VARIANTS_OF = 150  # portraits that are made harder
SPLIT = "facedet test split"
SEARCHED = "searched at the side that the pipeline chooses"
FREE = f"faces up to {LEAST_SIDE} px of the stored picture neither missed nor false"
BOTH = "truth: either labeller's boxes, in the reference's style"


def evaluate_faces(
    data: Path,
    *,
    device: str = "auto",
    clips: Path | None = None,
    counts: Path = COUNTS,
    limit: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Every measure of the shipped detector: {name: {value, low, high, n, protocol, baseline}}.

    `baseline` is what the cascade reaches, None without OpenCV 4; rows that do not compare have
    none. `clips` is a folder of real files, by default the one beside `data`, and `counts` the
    table of what they show; without them these rows are left out. `limit` keeps so many pictures
    of a kind, for a smoke run. Raises DataError when data is missing, ModelError when the weights
    are or the device is.
    """
    photos = read_photos(data, "test", limit)
    detector, cascade = FaceDetector.shared(), _cascade()
    log.info("looking at %d photographs", len(photos))
    held = Contest.hold(photos, _finder(detector), cascade)
    labelled = [photo for photo in photos if len(photo.boxes)]
    return {
        **_precisions(held),
        **_enlarged(photos, detector),
        **contest.recall_rows(held, f"{SPLIT}; {BOTH}; {SEARCHED}"),
        **_variants(photos, detector, cascade),
        **measure_speed(labelled[:limit], detector.detect, cascade),
        **_clips(clips or data.parent / "clips", counts, detector, cascade, device),
    }


def _cascade() -> Finder | None:
    if haar.available():
        log.info(haar.ABOUT)
        return haar.HaarDetector().detect
    log.info("no comparison with the Haar cascade: only OpenCV 4 has it")
    return None


def _finder(detector: FaceDetector, side: Callable[[int], int] = detection.search_side) -> Finder:
    """The detector at any score; `side` tells at what side to search from the longest one."""

    def find(image: np.ndarray) -> Found:
        found: Detections = detector.detect(image, side(max(image.shape[:2])), FLOOR)
        return Found(found.boxes, found.scores)

    return find


def _precisions(held: Contest) -> dict[str, Row]:
    """Average precision by set and by truth, and what the shipped threshold makes of it."""
    searched = f"{SEARCHED}; {FREE}"
    whole, style = f"{SPLIT}, all sets; {searched}; {BOTH}", f"; {searched}; {BOTH}"
    drawn, portraits = held.of(*DRAWN_SETS), held.of("portrait")
    rows = {
        "ap35": contest.precision_row(held, united, SAME_FACE, whole),
        "ap50": contest.precision_row(held, united, STRICT, whole),
    }
    for name in FACE_SETS:
        about, part = f"{SPLIT}, {name}{style}", held.of(name)
        rows[f"{name}_ap35"] = contest.precision_row(part, united, SAME_FACE, about)
        rows[f"{name}_ap50"] = contest.precision_row(part, united, STRICT, about)
    about = f"{SPLIT}, {', '.join(DRAWN_SETS)}; {searched}; truth: people's boxes alone"
    rows["human_ap35"] = contest.precision_row(drawn, human, SAME_FACE, about)
    about = f"{SPLIT}, all sets; {searched}; truth: the reference's boxes alone"
    rows["reference_ap35"] = contest.precision_row(held, reference, SAME_FACE, about)
    rows["portrait_recall"] = contest.shipped_recall_row(portraits, f"{SPLIT}, portrait{style}")
    rows["false_positives_per_image"] = contest.false_positives_row(
        held.of("background"), f"{SPLIT}, pictures without a face; {SEARCHED}"
    )
    return rows


def _enlarged(photos: list[Photo], detector: FaceDetector) -> dict[str, Row]:
    """Average precision on pictures enlarged to the longest side that is ever searched."""
    log.info("looking again, at %d px", detection.SIDE)
    held = Contest.hold(photos, _finder(detector, lambda _: detection.SIDE), None)
    about = f"enlarged to {detection.SIDE} px; {FREE}; {BOTH}"
    return {
        f"ap35_at_{detection.SIDE}px": contest.precision_row(
            held, united, SAME_FACE, f"{SPLIT}, all sets; {about}"
        ),
        f"portrait_ap35_at_{detection.SIDE}px": contest.precision_row(
            held.of("portrait"), united, SAME_FACE, f"{SPLIT}, portrait; {about}"
        ),
    }


def _variants(
    photos: list[Photo], detector: FaceDetector, cascade: Finder | None
) -> dict[str, Row]:
    """Recall on portraits that were made harder."""
    portraits = [photo for photo in photos if photo.set == "portrait"][:VARIANTS_OF]
    rows = {}
    for name, (change, how) in changes().items():
        log.info("portraits %s", how)
        held = Contest.hold([change(photo) for photo in portraits], _finder(detector), cascade)
        about = f"{SPLIT}, portraits {how}; {SEARCHED}; {BOTH}"
        rows[f"recall_{name}"] = contest.variant_row(held, about)
    return rows


def _clips(
    folder: Path, counts: Path, detector: FaceDetector, cascade: Finder | None, device: str
) -> dict[str, Row]:
    """Real clips: faces as the analysis tracks them, as the detector finds them, as the cascade."""
    if not folder.is_dir():
        log.info("no clips measured: there is no folder %s", folder)
        return {}

    def people(path: Path) -> Sightings:
        options = Options(rate_hz=RATE_HZ, device=device)
        return [track.t_s for track in analyze(path, options=options).tracks]

    def alone(image: np.ndarray) -> int:
        return len(detector.detect(image, detection.search_side(max(image.shape[:2]))).boxes)

    def watching(path: Path) -> Watched:
        count = None if cascade is None else lambda image: len(cascade(image).boxes)
        return watch(path, people, alone, count)

    return measure_clips(folder, counts, watching)
