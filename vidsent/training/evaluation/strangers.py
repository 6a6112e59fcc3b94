"""How the CNN reads the faces of affect_faces' test split: by emotion, size and tone of skin.

The tone is that of the image, not of the person: light and camera shift it as well. It tells
whether dark faces are read worse than light ones, and no more.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.training import metrics
from vidsent.training.data.affect_faces import AffectFaces
from vidsent.training.evaluation import class_report
from vidsent.training.metrics import Metric, bootstrap

ABOUT = "affect_faces test split, its seven labels; CNN alone"
CHEEKS = ((slice(52, 62), slice(26, 38)), (slice(52, 62), slice(58, 70)))  # of an aligned crop
# Individual typology angle in degrees (Chardon et al. 1991): above 41 very light and light, below
# 10 brown and dark; between them intermediate and tan.
TONES = {"light": (41.0, np.inf), "medium": (10.0, 41.0), "dark": (-np.inf, 10.0)}
GREYEST = 3.0  # mean colour difference of the cheeks from grey, below which an image has no colour
SIZES = (24, 40)  # pixels
BLUR = 4.0  # pixels, standard deviation; a twenty-fourth of the crop

Read = Callable[[np.ndarray], np.ndarray]  # grey faces (N, 96, 96) uint8 to probabilities (N, 7)


def stranger_rows(test: AffectFaces, read: Read) -> dict[str, Metric]:
    """UAR, calibration and recall of each emotion, and UAR of groups and of spoiled faces."""
    grey, truth = test.grey(), test.labels
    probs = read(grey)
    answers = probs.argmax(1)
    counts = metrics.confusion(truth, answers)
    bins = f"{ABOUT}; {metrics.BINS} equally wide bins of confidence"
    rows = {
        "affect_uar": bootstrap(metrics.uar, truth, answers, protocol=ABOUT),
        "affect_accuracy": bootstrap(metrics.accuracy, truth, answers, protocol=ABOUT),
        "affect_ece": bootstrap(metrics.ece, truth, probs, protocol=bins),
    }
    for name, faces, how in spoiled(grey):
        said = read(faces).argmax(1)
        rows[name] = bootstrap(metrics.uar, truth, said, protocol=f"{ABOUT}; {how}")
    return {
        **rows,
        **_tone_rows(test.images, truth, answers),
        **class_report.label_rows(counts, "affect", ABOUT),
    }


def spoiled(faces: np.ndarray) -> list[tuple[str, np.ndarray, str]]:
    """Name of the row, faces (N, 96, 96) uint8 made harder, and how."""
    found = [
        (f"affect_uar_{side}px", np.stack([_small(face, side) for face in faces]), f"at {side} px")
        for side in SIZES
    ]
    blurred = np.stack([cv2.GaussianBlur(face, (0, 0), BLUR) for face in faces])
    return [*found, ("affect_uar_blurred", blurred, f"blurred by a Gaussian of {BLUR:g} px")]


def tone(image: np.ndarray) -> float | None:
    """The individual typology angle of the cheeks of an aligned RGB face (96, 96, 3) uint8.

    In degrees, greater for lighter skin; None where the image has no colour.
    """
    cheeks = np.concatenate([image[part].reshape(-1, 3) for part in CHEEKS])
    lab = cv2.cvtColor(cheeks[None].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[0]
    lightness, a, b = np.median(lab, axis=0)
    if np.hypot(a, b) < GREYEST:
        return None
    return float(np.degrees(np.arctan2(lightness - 50, max(float(b), 1e-3))))


def _tone_rows(images: np.ndarray, truth: np.ndarray, answers: np.ndarray) -> dict[str, Metric]:
    tones = np.array([np.nan if (found := tone(image)) is None else found for image in images])
    rows = {}
    for name, (low, high) in TONES.items():
        inside = (tones >= low) & (tones < high)
        if len(set(truth[inside])) == len(LABELS):
            how = f"cheeks of a typology angle of {low:g} to {high:g} degrees"
            rows[f"affect_uar_{name}"] = bootstrap(
                metrics.uar, truth[inside], answers[inside], protocol=f"{ABOUT}; {how}"
            )
    return rows


def _small(face: np.ndarray, side: int) -> np.ndarray:
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_CUBIC)
