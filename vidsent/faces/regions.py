"""Name the part of an aligned face where something lies: eyes, nose, mouth or jaw.

`alignment.align` brings the landmarks of every face to the same places, so the parts are rows of
the crop, parted midway between the eyes, the nose, the mouth and the chin.
"""

from __future__ import annotations

import numpy as np

from vidsent.faces.alignment import INNER, TEMPLATE
from vidsent.faces.expression import CROP_SIZE

PARTS = ("eyes", "nose", "mouth", "jaw")  # eyes with brows, nose with cheeks
OUTSIDE = "outside"  # hair, neck, background

# A convention, as the detector knows no chin: it lies below the mouth by this share of the way
# from eyes to mouth, about as in grown-up faces.
CHIN = 0.7
COUNTED = 192  # hottest pixels of each part that count, as the parts are not of one size
CLEAR = 1.25  # times the mean of all parts that the hottest must have to stand out
AS_HOT = 0.8  # of the hottest part's heat with which a second one is named too
MOST_NAMED = 2


def masks() -> dict[str, np.ndarray]:
    """Which pixels (96, 96) bool of an aligned crop belong to each of PARTS; they never overlap."""
    eyes, nose, mouth = TEMPLATE[:2, 1].mean(), TEMPLATE[2, 1], TEMPLATE[3:, 1].mean()
    chin = mouth + CHIN * (mouth - eyes)
    edges = [
        float(INNER[0].start),
        (eyes + nose) / 2,
        (nose + mouth) / 2,
        (mouth + chin) / 2,
        chin,
    ]
    rows, columns = np.mgrid[:CROP_SIZE, :CROP_SIZE]
    across = (columns >= INNER[1].start) & (columns < INNER[1].stop)
    bands = zip(PARTS, edges[:-1], edges[1:], strict=True)
    return {part: across & (rows >= top) & (rows < bottom) for part, top, bottom in bands}


def hottest(heat: np.ndarray) -> tuple[str, ...]:
    """The parts of an aligned face where `heat` (96, 96) >= 0 is, the hottest first: one or two.

    (OUTSIDE,) where the rest of the crop is hotter on the whole than the face; empty where no part
    stands out.
    """
    found = masks()
    face = np.any(list(found.values()), axis=0)
    if heat[~face].mean() > heat[face].mean():
        return (OUTSIDE,)
    hot = {part: float(np.sort(heat[mask])[-COUNTED:].mean()) for part, mask in found.items()}
    ranked = sorted(PARTS, key=lambda part: -hot[part])
    if hot[ranked[0]] <= CLEAR * np.mean(list(hot.values())):
        return ()
    return tuple(part for part in ranked if hot[part] >= AS_HOT * hot[ranked[0]])[:MOST_NAMED]
