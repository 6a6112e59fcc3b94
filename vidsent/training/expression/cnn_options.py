"""How the expression CNN is trained: from random weights, or from given ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from vidsent.training.options import SMALL_RESNET, SystemOptions

SPANS = 5  # times that the average's memory, 1 / (1 - decay) steps, fits into a run at least
WITHOUT_NORMS = 1 / 12  # of the learning rate; plain VGG has no batch norms to bear more
PASSED_ON = ("mixup", "backbone", "freeze", "augment", "patience", "left_out")


@dataclass(frozen=True)
class CnnOptions:
    """How to train the CNN by SGD with Nesterov momentum; the defaults begin from nothing."""

    epochs: int = 24
    steps: int = 300  # batches an epoch
    batch: int = 64
    learning_rate: float = 0.08  # peak of the one-cycle schedule
    momentum: float = 0.9
    weight_decay: float = 5e-4
    mixup: float = 0.2  # alpha of the Beta distribution (Zhang et al. 2018); 0 mixes nothing
    smoothing: float = 0.1  # share of a target that goes to all labels alike
    ema_decay: float = 0.998
    left_out: str = ""  # a corpus that is not learned from
    seed: int = 0
    limit: int | None = None  # use only so many images of each corpus: for smoke runs
    start: str = ""  # file whose weights are trained further; "" begins with none
    anchor: str = ""  # file of weights towards which the final ones are moved; "" is none
    backbone: str = SMALL_RESNET
    freeze: int = 0  # blocks of the trunk that keep their weights
    augment: str = "full"
    patience: int | None = None  # epochs without a better mean recall of the averaged model

    def to_dict(self) -> dict[str, Any]:
        """As a record keeps them: files by their names, as their folders are nobody's business."""
        return {**asdict(self), **{k: Path(getattr(self, k)).name for k in ("start", "anchor")}}

    def decay(self) -> float:
        """Decay of the averaged weights in this run: `ema_decay`, or less in a short one, so
        that e ** -SPANS of what the average began with is left."""
        return min(self.ema_decay, max(0.0, 1 - SPANS / (self.epochs * self.steps)))

    def optimizer_of(self, model: nn.Module) -> torch.optim.Optimizer:
        """An optimizer of what is not frozen."""
        return torch.optim.SGD(
            [each for each in model.parameters() if each.requires_grad],
            self.learning_rate,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            nesterov=True,
        )


def options_for(system: SystemOptions, start: Path | None) -> CnnOptions:
    """The usual options for the network of `system`, which begins with `start` if with any."""
    usual = CnnOptions()
    if start is not None:  # weights that already know faces
        usual = CnnOptions(epochs=8, learning_rate=0.04, start=str(start))
    rate = system.learning_rate
    if rate is None:
        rate = usual.learning_rate * (WITHOUT_NORMS if system.backbone == "vgg16" else 1.0)
    passed_on: dict[str, Any] = {name: getattr(system, name) for name in PASSED_ON}
    anchor = str(system.anchor) if system.anchor else ""
    return replace(usual, learning_rate=rate, anchor=anchor, **passed_on)
