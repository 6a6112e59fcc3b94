"""What `train expression` can be told to train, and on what; light enough for `--help`.

The defaults are what ships. Names of torchvision's networks are torchvision's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vidsent.core.errors import DataError

SMALL_RESNET = "small-resnet"  # our own, the one that ships
BACKBONES = (
    SMALL_RESNET,
    "resnet18",
    "resnet34",
    "resnet50",
    "vgg16",
    "vgg16_bn",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "efficientnet_b0",
)
TEMPORAL = ("gru", "lstm", "none")
AUGMENT = ("none", "light", "moderate", "full")
LEFT_OUT = ("", "affect_faces", "fer_plus", "ck_plus")  # of `data.corpora`; "" leaves none out
CHOICES = {"backbone": BACKBONES, "temporal": TEMPORAL, "augment": AUGMENT, "left_out": LEFT_OUT}
MOST_MIXUP = 10.0
# What has no meaning where no CNN is trained.
CNN_OPTIONS = ("freeze", "patience", "learning_rate", "mixup", "left_out", "anchor")
MAX_WINDOW = 65  # steps; what is read before a stretch of a long track, and one


@dataclass(frozen=True)
class SystemOptions:
    """One system: its networks, what is frozen, and what it learns from.

    backbone, temporal: one of `BACKBONES` and of `TEMPORAL`.
    freeze: the first so many blocks of the backbone are not trained.
    window: steps that the LSTM sees.
    augment: one of `AUGMENT`; of the CNN's crops and of the clips.
    patience: epochs without a better mean recall of the averaged CNN after which its training
        ends; None trains to the end.
    learning_rate: highest of the CNN's one-cycle schedule; None takes what usually suits.
    mixup: alpha of the Beta distribution by which faces and labels are mixed; 0 mixes none.
    anchor: a file of weights towards which the final ones are moved (WiSE-FT, Wortsman et al.
        2022), such as those that the first round began with, or None.
    left_out: a corpus that the CNN does not learn from, to be measured on it; one of `LEFT_OUT`.
    keep_cnn: use the CNN as `start` or the shipped weights give it, and train no CNN.
    clips: a folder of one's own clips that take the place of Java-SED, or None.
    """

    backbone: str = SMALL_RESNET
    temporal: str = "gru"
    freeze: int = 0
    window: int = 10
    augment: str = "full"
    patience: int | None = None
    learning_rate: float | None = None
    mixup: float = 0.2
    left_out: str = ""
    anchor: Path | None = None
    keep_cnn: bool = False
    clips: Path | None = None

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if (given := getattr(self, name)) not in allowed:
                raise DataError(f"There is no {name} {given!r}; choose of {', '.join(allowed)}.")
        if not 2 <= self.window <= MAX_WINDOW:
            raise DataError(f"A window has 2 to {MAX_WINDOW} steps, got {self.window}.")
        if self.freeze < 0:
            raise DataError(f"--freeze is a number from 0 up, got {self.freeze}.")
        if self.learning_rate is not None and not 0 < self.learning_rate <= 1:
            raise DataError(f"--learning-rate is above 0 and at most 1, got {self.learning_rate}.")
        if not 0 <= self.mixup <= MOST_MIXUP:
            raise DataError(f"--mixup is 0 to {MOST_MIXUP:g}, got {self.mixup}.")
        if self.keep_cnn and (trained := self._not_default(CNN_OPTIONS)):
            raise DataError(
                "No CNN is trained with --keep-cnn or without --data: leave out "
                f"{' and '.join(trained)}."
            )

    def unlike_shipped(self) -> list[str]:
        """What about this system the reader at run time could not load, as options."""
        return self._not_default(("backbone", "temporal", "left_out", "clips"))

    def _not_default(self, names: tuple[str, ...]) -> list[str]:
        unlike = [name for name in names if getattr(self, name) != getattr(SystemOptions, name)]
        return [f"--{name.replace('_', '-')}" for name in unlike]
