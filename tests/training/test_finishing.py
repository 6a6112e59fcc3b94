"""What becomes of a CNN at the end of a round: anchored where it began, its answers weighed."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.training.tiny import fer_split
from vidsent.core.emotions import LABELS
from vidsent.faces.expression import ExpressionCNN, as_input
from vidsent.training.aligned import Faces
from vidsent.training.fer import read_split
from vidsent.training.finishing import anchor, weigh


def test_what_is_answered_more_often_than_it_is_true_is_weighed_down(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 42)  # each label as often
    tiles = read_split(tmp_path, "val")
    torch.manual_seed(0)
    cnn = ExpressionCNN().eval()
    faces = as_input(torch.from_numpy(tiles.images))
    features = cnn.read(faces)[0].clone()  # a tensor outside inference mode
    leads = torch.eye(len(LABELS))[tiles.majority()] * torch.rand(len(faces), 1)  # by 0 to 1
    with torch.no_grad():
        cnn.classifier.weight.copy_(torch.linalg.pinv(features.double()).mm(leads.double()).T)
        cnn.classifier.bias.zero_()
        cnn.classifier.bias[LABELS.index("happiness")] = 0.5
    before = cnn.classifier(features)
    added = weigh(cnn, Faces(tiles, tiles), torch.device("cpu"))
    after = cnn.classifier(features)
    assert torch.allclose(after - before, torch.tensor(list(added.values())), atol=1e-3)
    said = [int((each.argmax(1) == LABELS.index("happiness")).sum()) for each in (before, after)]
    assert said[0] > 15 and said[1] == pytest.approx(6, abs=3)


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
