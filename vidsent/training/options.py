"""What `train expression` can be told to train, and on what; light enough for `--help`.

The defaults are what ships. Names of torchvision's networks are torchvision's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vidsent.core.errors import DataError

SMALL_RESNET = "small-resnet"  # our own, the one that ships
FACE_RESNET = "face-resnet"  # dlib's face recogniser
FACE_MOBILENET = "face-mobilenet"  # HSE's
BACKBONES = (
    SMALL_RESNET,
    FACE_RESNET,
    FACE_MOBILENET,
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
MOST_MIXED = 10.0  # alpha; beyond it each face is half of another
FURTHEST = 1.0  # radius; the authors tried up to half of that
# What has no meaning where no CNN is trained.
TRAINS = ("freeze", "patience", "learning_rate", "mixup", "sharpness", "majority", "anchor")
LONGEST_WINDOW = 65  # steps; what is read before a stretch of a long track, and one


@dataclass(frozen=True)
class Bench:
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
    anchor: share of the weights that the CNN began with in those that result (Wortsman et al.
        2022), which keeps what a round of lighter augmentation would forget.
    teachers: files of CNNs trained here, whose answers the CNN learns beside the labels.
    labels: one of `LABEL_SETS`; FER+ votes, or FER2013's own single labels.
    keep_cnn: use the CNN as `start` or the shipped weights give it, and train no CNN.
    clips: a folder of one's own clips that take the place of Java-SED, or None.
    fine_tune: epochs that the CNN is trained on the frames of acted clips, per fold and only to
        measure it; 0 leaves that out.
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
    fine_tune: int = 0

    def __post_init__(self) -> None:
        for name, allowed in (
            ("backbone", BACKBONES),
            ("temporal", TEMPORAL),
            ("augment", AUGMENT),
            ("labels", LABEL_SETS),
        ):
            if (given := getattr(self, name)) not in allowed:
                raise DataError(f"There is no {name} {given!r}; choose of {', '.join(allowed)}.")
        if not 2 <= self.window <= LONGEST_WINDOW:
            raise DataError(f"A window has 2 to {LONGEST_WINDOW} steps, got {self.window}.")
        if self.freeze < 0 or self.fine_tune < 0:
            raise DataError("--freeze and --fine-tune are numbers from 0 up.")
        if self.learning_rate is not None and not 0 < self.learning_rate <= 1:
            raise DataError(f"--learning-rate is above 0 and at most 1, got {self.learning_rate}.")
        for name, most in (("mixup", MOST_MIXED), ("sharpness", FURTHEST), ("majority", 1.0)):
            if not 0 <= (given := getattr(self, name)) <= most:
                raise DataError(f"--{name} is 0 to {most:g}, got {given}.")
        if not 0 <= self.anchor < 1:
            raise DataError(f"--anchor is a share from 0 to less than 1, got {self.anchor}.")
        if self.keep_cnn and (trained := self._unlike(TRAINS)):
            raise DataError(
                "No CNN is trained with --keep-cnn or without --data: leave out "
                f"{' and '.join(trained)}."
            )

    def unlike_shipped(self) -> list[str]:
        """What about this system the reader at run time could not load, as options."""
        return self._unlike(("backbone", "temporal", "labels", "clips"))

    def _unlike(self, names: tuple[str, ...]) -> list[str]:
        """Those of the fields that are not as they are by default, as options."""
        unlike = [name for name in names if getattr(self, name) != getattr(Bench, name)]
        return [f"--{name.replace('_', '-')}" for name in unlike]
