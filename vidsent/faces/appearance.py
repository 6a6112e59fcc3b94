"""How a person looks around the face: what tells two people apart who cross, or one who returns.

Colours of hair, face and clothes, relative to how light the face is. It knows nothing of faces
as such: two people dressed and coloured alike look the same to it, and one who changes clothes
does not.
"""

from __future__ import annotations

import cv2
import numpy as np

# The region around a face box, in box sides: the hair above, the shoulders to both sides and
# the chest below; sampled on a grid of CELLS to a box side.
ABOVE, BELOW, ASIDE = 0.5, 1.25, 0.5
CELLS = 8
COLUMNS, ROWS = round((1 + 2 * ASIDE) * CELLS), round((1 + ABOVE + BELOW) * CELLS)

# Where hair, face and clothes lie in the region: centre and spread (x, y) in box sides from the
# box's left top corner, and what the part counts. Spread wide, so that a jittering box matters
# little.
PARTS = (
    ((0.5, -0.1), (0.45, 0.25), 0.3),  # hair
    ((0.5, 0.55), (0.30, 0.30), 0.3),  # face
    ((0.5, 1.75), (0.65, 0.35), 0.4),  # clothes
)
FACE = 1  # the part whose lightness all others are compared with
CHROMA_BINS, LIGHT_BINS = 9, 8
CHROMA_REACH = 0.4  # of a and b, in units of the face's lightness; skin lies near 0.2
LIGHT_REACH = 2.0  # of lightness in the same units
PART_LENGTH = CHROMA_BINS**2 + LIGHT_BINS
LENGTH = len(PARTS) * PART_LENGTH  # D, numbers of one description

# Between which Bhattacharyya coefficients `similarity` runs. In photographs of crowds two faces of
# one image have 0.81 in the median and above 0.96 in 1 % of pairs; one person in two images
# of a shot has 0.99 in the median and below 0.975 in 1 %.
STRANGERS, SAME = 0.8, 1.0


def describe(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Describe who is at `box` (x, y, width, height in pixels) of `image` (H, W, 3) uint8 RGB.

    Returns (LENGTH,) float32, for `similarity`. Parts beyond the image's edge are left out; a
    box wholly outside gives zeros. The light's strength drops out: in CIELAB, light k times as
    strong scales L + 16, a and b alike, by the cube root of k (down to where L is about 8).
    """
    lab, inside = _sampled(image, box)
    if not inside.any():
        return np.zeros(LENGTH, np.float32)
    lab = lab[inside]  # (P, 3)
    lab[:, 0] += 16
    weights = _WEIGHTS[:, inside]  # (parts, P)
    lab /= np.average(lab[:, 0], weights=weights[FACE])
    votes = np.concatenate([_chroma_votes(lab[:, 1:]), _light_votes(lab[:, 0])], axis=1)
    shares = weights @ votes  # (parts, PART_LENGTH), each row sums to 2 x coverage
    return np.sqrt(shares / 2).reshape(-1).astype(np.float32)


def similarity(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How alike descriptions (N, D) and (M, D) are: (N, M) float32, 0 for strangers, 1 for equals.

    The Bhattacharyya coefficient (A. Bhattacharyya, 1943) of the parts that both show, stretched
    to the range seen in practice; 0.5, which says nothing, where no part is seen in both.
    """
    first, second = (each.reshape(len(each), len(PARTS), PART_LENGTH) for each in (first, second))
    shared = np.einsum("npd,mpd->nmp", first, second)
    shown = np.linalg.norm(first, axis=2)[:, None] * np.linalg.norm(second, axis=2)[None]
    weight = np.array([part[2] for part in PARTS], np.float32)
    total = shown @ weight
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = (shared @ weight / total - STRANGERS) / (SAME - STRANGERS)
    return np.where(total > 1e-6, np.clip(alike, 0, 1), 0.5).astype(np.float32)


def _sampled(image: np.ndarray, box: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The region as CIELAB (ROWS, COLUMNS, 3) float32 and which cells lie inside the image."""
    height, width = image.shape[:2]
    cell = np.maximum(box[2:], 1) / CELLS
    corner = box[:2] - np.array([ASIDE, ABOVE]) * box[2:]
    low = np.clip(np.ceil(-corner / cell), 0, (COLUMNS, ROWS)).astype(int)
    high = np.clip(
        np.floor((np.array([width, height]) - corner) / cell), 0, (COLUMNS, ROWS)
    ).astype(int)
    lab = np.zeros((ROWS, COLUMNS, 3), np.float32)
    inside = np.zeros((ROWS, COLUMNS), bool)
    left, top = np.floor(corner + low * cell + 0.5).astype(int).clip(0)
    right, bottom = np.floor(corner + high * cell + 0.5).astype(int)
    piece = image[top:bottom, left:right]
    if (high > low).all() and piece.size:
        (columns, rows) = high - low
        small = cv2.resize(piece, (int(columns), int(rows)), interpolation=cv2.INTER_AREA)
        area = np.s_[low[1] : high[1], low[0] : high[0]]
        lab[area] = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
        inside[area] = True
    return lab, inside


def _chroma_votes(chroma: np.ndarray) -> np.ndarray:
    """Soft votes of P colours (a, b) for the cells of a square grid: (P, CHROMA_BINS ** 2)."""
    a, b = (_soft((chroma[:, k] / CHROMA_REACH + 1) / 2, CHROMA_BINS) for k in range(2))
    return (a[:, :, None] * b[:, None, :]).reshape(len(chroma), -1)


def _light_votes(light: np.ndarray) -> np.ndarray:
    return _soft(light / LIGHT_REACH, LIGHT_BINS)


def _soft(value: np.ndarray, bins: int) -> np.ndarray:
    """Votes (P, bins) of values (P,), 0 to 1, shared between the two nearest bins."""
    place = np.clip(value, 0, 1)[:, None] * (bins - 1)
    return np.maximum(1 - np.abs(place - np.arange(bins)), 0)


def _weights() -> np.ndarray:
    """What each cell of the region counts in each part: (parts, ROWS, COLUMNS), sums to 1."""
    x = (np.arange(COLUMNS) + 0.5) / CELLS - ASIDE
    y = (np.arange(ROWS) + 0.5) / CELLS - ABOVE
    weights = np.stack(
        [
            np.exp(-(((y - cy) / sy) ** 2) / 2)[:, None] * np.exp(-(((x - cx) / sx) ** 2) / 2)
            for (cx, cy), (sx, sy), _ in PARTS
        ]
    )
    return (weights / weights.sum((1, 2), keepdims=True)).astype(np.float32)


_WEIGHTS = _weights()
