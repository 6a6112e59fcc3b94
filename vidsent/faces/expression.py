"""Facial expression: a CNN over one face crop and a GRU along one person's track.

Crops are grey, 96 by 96, as `alignment.align` cuts them, and of each an oval is read. The CNN
says what one image shows; the GRU corrects it with what came before and after, and reads valence
and arousal.
This module does not find faces and does not train.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from vidsent.core.device import supports_bfloat16
from vidsent.core.emotions import NEUTRAL, NUM_LABELS

CROP_SIZE = 96  # pixels; twice the size of FER2013's faces
# The part of a crop that is read: an oval, so that neither hair and background nor the black
# ground on which some data sets show their faces can be learned. Of affect_faces' training faces,
# cut out along their outline, 0.4 % of the oval is ground, and of one in seventeen more than 2 %.
OVAL_CENTRE = (47.5, 48.0)  # x, y in pixels of a crop
OVAL_AXES = (34.0, 43.0)  # half its width and half its height
FEATURES = 256  # numbers per face that the CNN hands to the GRU
STEM_CHANNELS = 32
STEM_KERNEL = 6  # pixels; with a stride of 2 it sees what 3 pixels of half the resolution hold
STAGES = ((64, 2), (128, 4), (256, 3))  # (channels, blocks); each halves the side: 24, 12, 6
HIDDEN = 96  # GRU state per direction
CHUNK = 512  # steps that the GRU reads at once
OVERLAP = 64  # steps read before and after a stretch, so that its ends have a past and a future
EPSILON = 1e-3  # of the standard deviation, so that a blank crop stays finite
FAMILIAR_S = 20.0  # seconds of a person after which a change of their face counts for half
CHANGE = 3.0  # weight of a change beside the GRU, which is too sure of people it never saw
FELT = [index for index in range(NUM_LABELS) if index != NEUTRAL]
STEADY = 11  # steps, about a second by default, over which a change is averaged


class FaceReading(NamedTuple):
    """What the models read along one track of T faces."""

    probs: np.ndarray  # (T, 7) float32, rows sum to 1
    valence: np.ndarray  # (T,) float32 in [-1, 1]
    arousal: np.ndarray  # (T,) float32 in [-1, 1]


class Baseline(NamedTuple):
    """What a person's face looks like on the whole, so that a change of it can be told.

    features: (width,) the CNN's, mean over all that was seen of the person.
    seen_s: how long that was, in seconds.
    """

    features: Tensor
    seen_s: float

    def trust(self) -> float:
        """How far it is to be trusted: from 0 for a face never seen before towards 1."""
        return self.seen_s / (self.seen_s + FAMILIAR_S)


def as_input(crops: Tensor) -> Tensor:
    """Grey crops (N, 96, 96) uint8 as the CNN takes them: (N, 1, 96, 96) float32 in [0, 1]."""
    return crops.unsqueeze(1).float() / 255


def oval(side: int = CROP_SIZE) -> Tensor:
    """Which pixels of a crop are read: (side, side) float32, 1 inside the oval and 0 outside."""
    scale = side / CROP_SIZE
    at = (torch.arange(side) + 0.5) / scale - 0.5  # pixels are centred on whole numbers
    (x, y), (width, height) = OVAL_CENTRE, OVAL_AXES
    across, down = ((at - x) / width).square(), ((at - y) / height).square()
    return (down[:, None] + across <= 1).float()


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2016, basic block)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False),
                nn.BatchNorm2d(channels_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x), inplace=True)


class ExpressionNetwork(nn.Module):
    """Grey face crops (B, 1, 96, 96) in [0, 1] to features (B, width) and logits (B, 7).

    `trunk` turns standardised crops into maps (B, width, H, W); their means are the features.
    """

    oval: Tensor  # (96, 96) float32

    def __init__(self, trunk: nn.Sequential, width: int, dropout: float = 0.3) -> None:
        super().__init__()
        self.width = width
        self.trunk = trunk
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, NUM_LABELS)
        self.register_buffer("oval", oval(), persistent=False)

    def fuse(self) -> None:
        """Fold the batch norms into the convolutions, a fifth faster; for inference only."""
        for module in self.eval().modules():
            for (left, conv), (right, norm) in pairwise(list(module.named_children())):
                if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                    setattr(module, left, fuse_conv_bn_eval(conv, norm))
                    setattr(module, right, nn.Identity())

    def features(self, crops: Tensor) -> Tensor:
        """(B, 1, 96, 96) in [0, 1] -> (B, width)."""
        return self.trunk(self.standardised(crops)).mean(dim=(2, 3))

    def standardised(self, crops: Tensor) -> Tensor:
        """Crops (B, 1, 96, 96), 0 outside the oval and of mean 0 and spread 1 inside, so that
        light cancels."""
        share = self.oval / self.oval.sum()
        mean = (crops * share).sum(dim=(1, 2, 3), keepdim=True)
        centred = (crops - mean) * self.oval
        spread = (centred.square() * share).sum(dim=(1, 2, 3), keepdim=True).sqrt()
        return centred / (spread + EPSILON)

    def forward(self, crops: Tensor) -> Tensor:
        return self.classifier(self.dropout(self.features(crops)))

    @torch.inference_mode()
    def read(self, crops: Tensor, half: bool | None = None) -> tuple[Tensor, Tensor]:
        """Features (B, width) and logits (B, 7) float32 of faces, in evaluation mode.

        Each is the mean over a face and its mirror image, which shows the same emotion. `half`
        computes in bfloat16; None does where that is faster.
        """
        half = supports_bfloat16(crops.device) if half is None else half
        with torch.autocast(crops.device.type, dtype=torch.bfloat16, enabled=half):
            seen = self.features(torch.cat([crops, crops.flip(-1)]))
        features = seen.float().view(2, len(crops), -1).mean(0)
        return features, self.classifier(features)


class ExpressionCNN(ExpressionNetwork):
    """The network that ships: small, residual, with features (B, 256)."""

    def __init__(self, dropout: float = 0.3) -> None:
        blocks: list[nn.Module] = [
            nn.Conv2d(1, STEM_CHANNELS, STEM_KERNEL, 2, STEM_KERNEL // 2 - 1, bias=False),
            nn.BatchNorm2d(STEM_CHANNELS),
            nn.ReLU(inplace=True),
        ]
        channels = STEM_CHANNELS
        for width, depth in STAGES:
            for block in range(depth):
                blocks.append(ResidualBlock(channels, width, stride=2 if block == 0 else 1))
                channels = width
        super().__init__(nn.Sequential(*blocks), FEATURES, dropout)


class TemporalModel(nn.Module, ABC):
    """Reads one face along its track: what every temporal model takes and gives."""

    name: str  # as `train expression --temporal` and the records call it
    overlap = OVERLAP
    temperature: Tensor  # of the probabilities, set by calibration

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("temperature", torch.ones(()))

    @abstractmethod
    def forward(self, features: Tensor, logits: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Read B tracks, padded at the end to T steps, of which `lengths` (B,) int64 are real.

        features (B, T, width) and logits (B, T, 7) come from the CNN. Returns log-probabilities
        (B, T, 7) and valence and arousal (B, T, 2) in [-1, 1]; padded steps mean nothing.
        """

    def evidence(self, features: Tensor, baseline: Baseline) -> Tensor:
        """What the change of features (T, width) from the person's own says, (T, 7) log-odds."""
        return features.new_zeros(len(features), NUM_LABELS)

    @torch.inference_mode()
    def along(
        self, features: Tensor, logits: Tensor, baseline: Baseline | None = None
    ) -> tuple[Tensor, Tensor]:
        """One track of any length T: log-probabilities (T, 7), valence and arousal (T, 2).

        Without a baseline nothing is known of the person but what a face looks like. Memory is
        bounded: the track is read in stretches that overlap by enough to agree.
        """
        probs, affect = [], []
        for start in range(0, len(features), CHUNK):
            first = max(0, start - self.overlap)
            last = min(len(features), start + CHUNK + self.overlap)
            seen = slice(start - first, min(start + CHUNK, len(features)) - first)
            length = torch.tensor([last - first])
            read = self(features[None, first:last], logits[None, first:last], length)
            probs.append(read[0][0, seen])
            affect.append(read[1][0, seen])
        log_probs = torch.cat(probs)
        if baseline is not None:
            # subtle: an emotion that is plain to see needs no knowledge of the person
            unsure = 1 - log_probs.exp()[:, FELT].max(1, keepdim=True).values
            log_probs = (log_probs + unsure * self.evidence(features, baseline)).log_softmax(1)
        return log_probs, torch.cat(affect)


class Corrector(TemporalModel):
    """Corrects what the CNN said of each face by the course of the whole track.

    Its probabilities are the CNN's times a learned correction, at a calibrated temperature: a
    class that acted clips never show stays the CNN's to call, and a still face stays as it was.
    Of a person who was seen for long, it asks as well how the face differs from their baseline,
    as some people look angry or sad at rest; a face that never changes says nothing there.
    """

    personal: Tensor  # (7, width), the evidence in a change of the features; 0 knows none

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.correction = nn.Linear(hidden, NUM_LABELS)
        self.affect = nn.Linear(hidden + NUM_LABELS, 2)
        self.register_buffer("personal", torch.zeros(NUM_LABELS, width))
        nn.init.zeros_(self.correction.weight)
        nn.init.zeros_(self.correction.bias)

    @abstractmethod
    def states(self, steps: Tensor, lengths: Tensor) -> Tensor:
        """What is remembered at each step: (B, T, width + 7) to (B, T, hidden)."""

    def forward(self, features: Tensor, logits: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        cnn = F.log_softmax(logits, dim=-1)
        steps = self.dropout(torch.cat([self.norm(features), cnn.exp()], dim=-1))
        states = self.dropout(self.states(steps, lengths))
        log_probs = F.log_softmax((cnn + self.correction(states)) / self.temperature, dim=-1)
        affect = self.affect(torch.cat([states, log_probs.exp()], dim=-1)).tanh()
        return log_probs, affect

    def evidence(self, features: Tensor, baseline: Baseline) -> Tensor:
        # subtle: the difference itself would be as large as all features of a long clip
        change = features @ self.personal.T - self.personal @ baseline.features
        steady = F.avg_pool1d(change.T, STEADY, 1, STEADY // 2, count_include_pad=False).T
        return CHANGE * baseline.trust() * steady


class ExpressionGRU(Corrector):
    """The temporal model that ships: a GRU that knows the past and the future of each step."""

    name = "gru"

    def __init__(self, dropout: float = 0.3, width: int = FEATURES) -> None:
        gru = nn.GRU(width + NUM_LABELS, HIDDEN, batch_first=True, bidirectional=True)
        super().__init__(width, 2 * HIDDEN, dropout)
        self.gru = gru

    def states(self, steps: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(steps, lengths.cpu(), batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(
            self.gru(packed)[0], batch_first=True, total_length=steps.shape[1]
        )[0]
