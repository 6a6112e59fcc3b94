"""What becomes of a CNN at the end of a round: anchored where it began, its answers weighed."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.training.tiny import fer_split
from vidsent.emotions import LABELS
from vidsent.expression import ExpressionCNN, as_input
from vidsent.training.cnn import Faces, anchor, weigh
from vidsent.training.fer import read_split


def test_what_is_answered_more_often_than_it_is_true_is_weighed_down(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 140)  # each label as often
    tiles = read_split(tmp_path, "val")
    torch.manual_seed(0)
    cnn = ExpressionCNN().eval()
    with torch.no_grad():
        cnn.classifier.bias[LABELS.index("happiness")] += 2
    faces = as_input(torch.from_numpy(tiles.images))
    before = cnn.read(faces)[1]
    added = weigh(cnn, Faces(tiles, tiles), torch.device("cpu"))
    after = cnn.read(faces)[1]
    assert min(added, key=lambda label: added[label]) == "happiness"
    assert torch.allclose(after - before, torch.tensor(list(added.values())), atol=1e-3)
    assert after.softmax(1).mean(0).tolist() == pytest.approx([1 / 7] * 7, abs=0.05)


def test_an_anchored_network_stands_between_where_it_began_and_where_it_came() -> None:
    torch.manual_seed(0)
    begun, come = ExpressionCNN(), ExpressionCNN()
    for buffer in come.buffers():
        buffer.add_(1)  # statistics of norms and their counts
    far = {name: value.clone() for name, value in come.state_dict().items()}
    anchor(come, begun, 0.25)
    for name, value in come.state_dict().items():
        if value.is_floating_point():
            between = 0.75 * far[name] + 0.25 * begun.state_dict()[name]
            assert torch.allclose(value, between, atol=1e-6), name
        else:
            assert torch.equal(value, far[name])
