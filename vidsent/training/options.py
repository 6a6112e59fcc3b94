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
LABEL_SETS = ("ferplus", "fer2013")
CHOICES = {"backbone": BACKBONES, "temporal": TEMPORAL, "augment": AUGMENT, "labels": LABEL_SETS}
MAXIMA = {"mixup": 10.0, "sharpness": 1.0, "majority": 1.0}
# What has no meaning where no CNN is trained.
CNN_OPTIONS = ("freeze", "patience", "learning_rate", "mixup", "sharpness", "majority", "anchor")
MAX_WINDOW = 65  # steps; what is read before a stretch of a long track, and one


@dataclass(frozen=True)
class SystemOptions:
    """One system: its networks, what is frozen, its labels and its clips.

    backbone, temporal: one of `BACKBONES` and of `TEMPORAL`.
    freeze: the first so many blocks of the backbone are not trained.
    window: steps that the LSTM sees.
    augment: one of `AUGMENT`; of the CNN's crops and of the clips.
    patience: epochs without a better validation loss of the averaged CNN after which its
        training ends; None trains to the end.
    learning_rate: highest of the CNN's one-cycle schedule; None takes what usually suits.
    mixup: alpha of the Beta distribution by which faces and labels are mixed; 0 mixes none.
    sharpness: radius within which the worst weights give the CNN's gradient (sharpness-aware
        minimisation); 0 is plain descent.
    majority: share of the label with most votes in what is learned of a face, beside all votes.
    anchor: share of the initial weights in the final ones (WiSE-FT, Wortsman et al. 2022), which
        keeps what lighter augmentation would forget.
    teachers: files of CNNs trained here, whose answers the CNN learns beside the labels.
    labels: one of `LABEL_SETS`; FER+ votes, or FER2013's own single labels.
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
    mixup: float = 0.0
    sharpness: float = 0.0
    majority: float = 0.0
    anchor: float = 0.0
    teachers: tuple[Path, ...] = ()
    labels: str = "ferplus"
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
        for name, most in MAXIMA.items():
            if not 0 <= (given := getattr(self, name)) <= most:
                raise DataError(f"--{name} is 0 to {most:g}, got {given}.")
        if not 0 <= self.anchor < 1:
            raise DataError(f"--anchor is a share from 0 to less than 1, got {self.anchor}.")
        if self.keep_cnn and (trained := self._not_default(CNN_OPTIONS)):
            raise DataError(
                "No CNN is trained with --keep-cnn or without --data: leave out "
                f"{' and '.join(trained)}."
            )

    def unlike_shipped(self) -> list[str]:
        """What about this system the reader at run time could not load, as options."""
        return self._not_default(("backbone", "temporal", "labels", "clips"))

    def _not_default(self, names: tuple[str, ...]) -> list[str]:
        unlike = [name for name in names if getattr(self, name) != getattr(SystemOptions, name)]
        return [f"--{name.replace('_', '-')}" for name in unlike]
