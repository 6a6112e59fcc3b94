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
PASSED_ON = (  # from the options of the system
    "mixup",
    "sharpness",
    "majority",
    "anchor",
    "backbone",
    "freeze",
    "augment",
    "patience",
)


@dataclass(frozen=True)
class CnnOptions:
    """How to train the CNN by SGD with Nesterov momentum; the defaults begin from nothing."""

    epochs: int = 36
    batch: int = 128
    learning_rate: float = 0.12  # peak of the one-cycle schedule
    momentum: float = 0.9
    weight_decay: float = 5e-4
    mixup: float = 0.0  # alpha of the Beta distribution (Zhang et al. 2018); 0 mixes nothing
    sharpness: float = 0.0  # radius of sharpness-aware minimisation; 0 is plain descent
    majority: float = 0.0  # share of the label with most votes in the votes that are learned
    anchor: float = 0.0  # share of the weights of `start` in those that result
    balance: float = 0.25  # rare classes are drawn as (1 / share) ** balance; 0 is as they come
    aligned: float = 0.7  # share of crops that come as inference cuts them, not as tiles
    ema_decay: float = 0.999
    seed: int = 0
    limit: int | None = None  # use only the first images: for smoke runs
    teachers: tuple[str, ...] = ()  # files of CNNs whose answers are learned as well
    start: str = ""  # file whose weights are trained further; "" begins with none
    backbone: str = SMALL_RESNET
    freeze: int = 0  # blocks of the trunk that keep their weights
    augment: str = "full"
    patience: int | None = None  # epochs without a better loss of the averaged model, aligned crops

    def to_dict(self) -> dict[str, Any]:
        """As a record keeps them: files by their names, as their folders are nobody's business."""
        return {
            **asdict(self),
            "start": Path(self.start).name,
            "teachers": [Path(teacher).name for teacher in self.teachers],
        }

    def decay_over(self, steps: int) -> float:
        """Decay of the averaged weights in a run of so many steps: `ema_decay`, or less.

        At 0.999 an average of 223 steps, one epoch, would be four fifths of what it began with;
        so bounded, e ** -SPANS of that is left.
        """
        return min(self.ema_decay, max(0.0, 1 - SPANS / steps))

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
        usual = CnnOptions(epochs=24, learning_rate=0.08, start=str(start))
    if system.labels == "fer2013":  # published figures count tiles as they are, each face alike
        usual = replace(usual, aligned=0.0, balance=0.0)
    rate = system.learning_rate
    if rate is None:
        rate = usual.learning_rate * (WITHOUT_NORMS if system.backbone == "vgg16" else 1.0)
    passed_on: dict[str, Any] = {name: getattr(system, name) for name in PASSED_ON}
    teachers = tuple(str(teacher) for teacher in system.teachers)
    return replace(usual, learning_rate=rate, teachers=teachers, **passed_on)
