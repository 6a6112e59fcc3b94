"""`evaluate fusion`: what ships, on the pairs of test faces and test lines of `compare fusion`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from vidsent import fusion
from vidsent.reader import ExpressionReader
from vidsent.textmodel import TextModel
from vidsent.training import metrics
from vidsent.training.fusing import Fuse, Weighted, alone
from vidsent.training.metrics import bootstrap
from vidsent.training.pair_readings import read_pairs
from vidsent.training.pairs import CHANNELS, FACE, LINE, matched

SEED = 0
PROTOCOL = (
    "FER+ test tiles, each held for a second, with lines of the test splits of GoEmotions and "
    "SMP2020 that bear the same label; unweighted average recall of {} on the pairs that have "
    "both; pairs drawn again for the interval"
)


def shipped() -> Weighted:
    """The pool with its weights, as `fusion.fuse` uses it."""
    base = tuple(fusion.BASE_WEIGHT[name] for name in CHANNELS)
    return Weighted(base, fusion.QUALITY_POWER, fusion.POOL)


def evaluate_fusion(
    data: Path, text_model: str | None = None, *, device: str = "auto", limit: int | None = None
) -> dict[str, dict[str, Any]]:
    """UAR of the face, of the words and of both on the same test pairs.

    Arguments and errors as for `compare_fusion`.
    """
    reader, model = ExpressionReader.shared(device), TextModel.shared(text_model, device)
    test = read_pairs(data, "test", reader, model, SEED, limit)
    cases = matched(*test, np.random.default_rng(SEED))
    both = cases.where(np.flatnonzero(cases.seen[FACE] & cases.seen[LINE]))
    systems: dict[str, tuple[Fuse, str]] = {
        "face_uar": (alone(FACE), "the face alone"),
        "words_uar": (alone(LINE), "the line alone"),
        "fused_uar": (shipped(), "both, pooled"),
    }
    return {
        name: bootstrap(
            metrics.uar, both.truth, fuse(both).argmax(1), protocol=PROTOCOL.format(what)
        ).to_dict()
        for name, (fuse, what) in systems.items()
    }
