"""Recall on single actors, of planted predictions."""

from __future__ import annotations

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.training.expression.held_out import uar_by_actor


def _row(actor: str, label: str, said: str) -> dict[str, object]:
    probs = np.eye(7)[LABELS.index(said)].tolist()
    return {"actor": actor, "label": label, "gru": probs, "cnn": [0, 0, 0, 0, 0, 0, 1]}


def test_each_actor_has_the_recall_of_their_own_clips() -> None:
    clips = [
        _row("02", "anger", "anger"),
        _row("02", "anger", "fear"),
        _row("02", "fear", "fear"),
        _row("01", "neutral", "sadness"),
    ]
    rows = uar_by_actor(clips, "gru")
    assert {actor: (row.value, row.n) for actor, row in rows.items()} == {
        "01": (0.0, 1),
        "02": (0.75, 3),
    }
    assert uar_by_actor(clips, "cnn")["01"].value == 1.0
    assert "actor 02" in rows["02"].protocol and "GRU" in rows["02"].protocol
