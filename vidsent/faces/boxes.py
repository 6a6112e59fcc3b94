"""Boxes of faces and how far they overlap.

`torchvision.ops.box_iou` gives the same numbers; but for the few boxes of a frame it takes four
times as long, and importing torchvision as long as importing torch.
"""

from __future__ import annotations

import numpy as np


def iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes (N, 4) and (M, 4), x, y, width, height; (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(
        first[:, None, :2] + first[:, None, 2:], second[None, :, :2] + second[None, :, 2:]
    )
    shared = np.clip(high - low, 0, None).prod(-1)
    areas = first[:, 2:].prod(-1)[:, None] + second[:, 2:].prod(-1)[None, :]
    return shared / np.maximum(areas - shared, np.finfo(np.float32).eps)
