"""How the expression CNN is trained: from nothing, from weights of ours, or from a recogniser."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from vidsent.faces.expression import ExpressionNetwork
from vidsent.training import backbones
from vidsent.training.options import FACE_MOBILENET, SMALL_RESNET, Bench

SPANS = 5  # times that the average's memory, 1 / (1 - decay) steps, fits into a run at least
WITHOUT_NORMS = 1 / 12  # of the learning rate; plain VGG has no batch norms to bear more


@dataclass(frozen=True)
class CnnOptions:
    """How to train the CNN; the defaults begin from nothing."""

    epochs: int = 36
    batch: int = 128
    optimizer: str = "sgd"  # with Nesterov momentum, or "adamw"
    learning_rate: float = 0.12  # peak of the one-cycle schedule
    head: float = 1.0  # the learning rate of the classifier by that of the trunk
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

    def optimizer_of(self, model: ExpressionNetwork) -> tuple[torch.optim.Optimizer, list[float]]:
        """An optimizer of what is not frozen, and the highest rates of trunk and classifier."""
        rates = [self.learning_rate, self.head * self.learning_rate]
        groups: list[dict[str, Any]] = [
            {"params": [each for each in part.parameters() if each.requires_grad], "lr": rate}
            for part, rate in zip((model.trunk, model.classifier), rates, strict=True)
        ]
        if self.optimizer == "adamw":
            return torch.optim.AdamW(groups, weight_decay=self.weight_decay), rates
        sgd = torch.optim.SGD(
            groups, momentum=self.momentum, weight_decay=self.weight_decay, nesterov=True
        )
        return sgd, rates


def fine_tuning(start: Path) -> CnnOptions:
    """Options to train weights further that already know faces."""
    return CnnOptions(epochs=24, learning_rate=0.08, start=str(start))


def as_recogniser(start: Path) -> CnnOptions:
    """Options for dlib's weights, which know faces: a high rate would undo that in one epoch.

    After 60 steps each, 1,200 validation faces were read right with 0.688 so, 0.697 at 1e-4 and
    a head of 30, which is low for whole epochs, and 0.603 with SGD at 0.04.
    """
    return CnnOptions(
        epochs=9,
        optimizer="adamw",
        learning_rate=3e-4,
        head=10.0,
        weight_decay=0.05,
        ema_decay=0.995,
        start=str(start),
    )


def as_mobile(start: Path) -> CnnOptions:
    """Options for HSE's weights, whose norms are folded: nothing holds a step that is too long.

    After 120 steps of 64 faces at 3e-4, 1,200 validation faces were read right with 0.719 when
    its first four blocks were frozen and 0.675 when not; at 1e-3 it forgot all.
    """
    return replace(
        as_recogniser(start),
        epochs=8,
        batch=64,
        learning_rate=2e-4,
        head=5.0,
        ema_decay=0.997,
    )


def options_for(bench: Bench, start: Path | None) -> CnnOptions:
    """The usual options for the network of `bench`, which begins with `start` if with any."""
    if start is not None and bench.backbone == FACE_MOBILENET:
        usual = as_mobile(start)  # its norms stay folded, however far it was trained
    elif backbones.recognises(start):
        usual = as_recogniser(start)
    else:
        usual = CnnOptions() if start is None else fine_tuning(start)
    if bench.labels == "fer2013":  # published figures count tiles as they are, each face alike
        usual = replace(usual, aligned=0.0, balance=0.0)
    rate = bench.learning_rate
    if rate is None:
        rate = usual.learning_rate * (WITHOUT_NORMS if bench.backbone == "vgg16" else 1.0)
    return replace(
        usual,
        learning_rate=rate,
        mixup=bench.mixup,
        sharpness=bench.sharpness,
        majority=bench.majority,
        anchor=bench.anchor,
        backbone=bench.backbone,
        freeze=bench.freeze,
        augment=bench.augment,
        patience=bench.patience,
        teachers=tuple(str(teacher) for teacher in bench.teachers),
    )
