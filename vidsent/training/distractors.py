"""What only looks like a face: skin, hair and features without their order, and letters.

A detector that never meets them takes a blob of the colour of skin for a face, and the round
letters of a title too.
"""

from __future__ import annotations

import cv2
import numpy as np

Rng = np.random.Generator

PARTS = 3  # rows and columns into which a face is cut before it is jumbled
JUMBLED = 0.6  # share of distractors that are jumbled; the others are blurred beyond recognition
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&?!@%"
LONGEST = 9  # letters of a word
HEIGHTS = (10.0, 120.0)  # pixels of a capital letter
BLANK = 0.2  # standard deviation of that blur, of the patch's side


def spoil(patch: np.ndarray, rng: Rng) -> np.ndarray:
    """A face (H, W, 3) uint8 made unrecognisable: its parts out of place, or all blurred."""
    return jumbled(patch, rng) if rng.random() < JUMBLED else blank(patch)


def jumbled(patch: np.ndarray, rng: Rng) -> np.ndarray:
    """The parts of the patch in another order, each turned by some quarter turns."""
    side = max(1, min(patch.shape[:2]) // PARTS)
    square = cv2.resize(patch, (PARTS * side, PARTS * side), interpolation=cv2.INTER_AREA)
    tiles = square.reshape(PARTS, side, PARTS, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    turned = [np.rot90(tiles[index], int(rng.integers(4))) for index in rng.permutation(len(tiles))]
    rows = [np.hstack(turned[row : row + PARTS]) for row in range(0, len(turned), PARTS)]
    return np.ascontiguousarray(np.vstack(rows))


def blank(patch: np.ndarray) -> np.ndarray:
    """The patch with light and colour but without features."""
    return cv2.GaussianBlur(patch, (0, 0), BLANK * min(patch.shape[:2]) + 1)


def ring(side: float, rng: Rng) -> np.ndarray:
    """Nested ovals in any colours, as in buttons, balls and letters: (H, W, 3) uint8."""
    height = max(6, round(side))
    width = max(6, round(height * rng.uniform(0.6, 1.1)))
    patch = np.empty((height, width, 3), np.uint8)
    patch[:] = rng.integers(0, 256, 3)
    for share in np.sort(rng.uniform(0.2, 0.95, int(rng.integers(1, 4))))[::-1]:
        axes = max(1, round(share * width / 2)), max(1, round(share * height / 2))
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        angles = (0, 360) if rng.random() < 0.7 else (0, 180)  # a half is a shade or a shine
        cv2.ellipse(patch, (width // 2, height // 2), axes, 0, *angles, color, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(patch, (0, 0), rng.uniform(0.1, 1.2))


def scatter(
    image: np.ndarray, patches: list[np.ndarray], taken: np.ndarray, rng: Rng
) -> np.ndarray:
    """Paste patches into `image`, in place, where no box of `taken` (N, 4) is.

    Boxes are left, top, right, bottom. Returns `taken` with the places now used; a patch that
    finds no free place at once is left out.
    """
    side = len(image)
    for patch in patches:
        height, width = patch.shape[:2]
        spot = _free(side, width, height, taken, rng)
        if spot is not None:
            x, y = spot[:2].astype(int)
            image[y : y + height, x : x + width] = patch
            taken = np.vstack([taken, spot])
    return taken


def write(image: np.ndarray, taken: np.ndarray, rng: Rng) -> None:
    """Write a word into `image`, in place, where no box of `taken` (N, 4) is."""
    count = int(rng.integers(1, LONGEST + 1))
    word = "".join(LETTERS[index] for index in rng.integers(0, len(LETTERS), count))
    font = int(rng.integers(0, 8)) | (cv2.FONT_ITALIC if rng.random() < 0.2 else 0)
    height = np.exp(rng.uniform(*np.log(HEIGHTS)))
    scale = height / 22  # Hershey's capitals are about 22 pixels high
    stroke = max(1, round(height * rng.uniform(0.04, 0.25)))
    edge = stroke + 2 * max(1, round(height * rng.uniform(0.02, 0.12)))
    (width, above), below = cv2.getTextSize(word, font, scale, edge)
    spot = _free(len(image), width + edge, above + below + edge, taken, rng)
    if spot is None:
        return
    corner = int(spot[0]) + edge // 2, int(spot[3]) - below - edge // 2
    line = cv2.LINE_AA
    if rng.random() < 0.6:
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        cv2.putText(image, word, corner, font, scale, color, edge, line)
    color = tuple(int(v) for v in rng.integers(0, 256, 3))
    cv2.putText(image, word, corner, font, scale, color, stroke, line)


def _free(side: int, width: int, height: int, taken: np.ndarray, rng: Rng) -> np.ndarray | None:
    """A place drawn at random, left, top, right, bottom, or None where a box of `taken` is."""
    if max(width, height) >= side:
        return None
    x, y = int(rng.integers(0, side - width)), int(rng.integers(0, side - height))
    spot = np.array([x, y, x + width, y + height], np.float32)
    meets = ((taken[:, :2] < spot[2:]) & (spot[:2] < taken[:, 2:])).all(1)
    return None if meets.any() else spot
