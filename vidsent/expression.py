"""Facial expression: a CNN over one face crop and a GRU along one person's track.

Crops are grey, 48 by 48, as `faces.crop` cuts them. The CNN says what one picture shows;
the GRU corrects it with what came before and after, and reads valence and arousal.
This module does not find faces and does not train.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from vidsent.emotions import NUM_LABELS

CROP_SIZE = 48  # pixels; the native size of FER2013, on which the CNN is trained
FEATURES = 256  # numbers per face that the CNN hands to the GRU
STEM_CHANNELS = 32  # at full resolution, where a residual block would cost half of all time
STAGES = ((64, 2), (128, 4), (256, 3))  # (channels, blocks); each halves the side: 24, 12, 6
HIDDEN = 96  # GRU state per direction
STRETCH = 512  # steps that the GRU reads at once
OVERLAP = 64  # steps read before and after a stretch, so that its ends have a past and a future
EPSILON = 1e-3  # of the standard deviation, so that a blank crop stays finite


class FaceReading(NamedTuple):
    """What the models read along one track of T faces."""

    probs: np.ndarray  # (T, 7) float32, rows sum to 1
    valence: np.ndarray  # (T,) float32 in [-1, 1]
    arousal: np.ndarray  # (T,) float32 in [-1, 1]


def as_input(crops: Tensor) -> Tensor:
    """Grey crops (N, 48, 48) uint8 as the CNN takes them: (N, 1, 48, 48) float32 in [0, 1]."""
    return crops.unsqueeze(1).float() / 255


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
    """Grey face crops (B, 1, 48, 48) in [0, 1] to features (B, width) and logits (B, 7).

    `trunk` turns standardised crops into maps (B, width, H, W); their means are the features.
    """

    def __init__(self, trunk: nn.Sequential, width: int, dropout: float = 0.3) -> None:
        super().__init__()
        self.width = width
        self.trunk = trunk
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, NUM_LABELS)

    def features(self, crops: Tensor) -> Tensor:
        """(B, 1, 48, 48) in [0, 1] -> (B, width); each crop is standardised, so light cancels."""
        mean = crops.mean(dim=(1, 2, 3), keepdim=True)
        std = crops.std(dim=(1, 2, 3), keepdim=True)
        x = (crops - mean) / (std + EPSILON)
        return self.trunk(x).mean(dim=(2, 3))

    def forward(self, crops: Tensor) -> Tensor:
        return self.classifier(self.dropout(self.features(crops)))


class ExpressionCNN(ExpressionNetwork):
    """The network that ships: small, residual, with features (B, 256)."""

    def __init__(self, dropout: float = 0.3) -> None:
        blocks: list[nn.Module] = [
            nn.Conv2d(1, STEM_CHANNELS, 3, 1, 1, bias=False),
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

    @torch.inference_mode()
    def along(self, features: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """One track of any length T: log-probabilities (T, 7), valence and arousal (T, 2).

        Memory is bounded: the track is read in stretches that overlap by enough to agree.
        """
        probs, affect = [], []
        for start in range(0, len(features), STRETCH):
            first = max(0, start - self.overlap)
            last = min(len(features), start + STRETCH + self.overlap)
            seen = slice(start - first, min(start + STRETCH, len(features)) - first)
            length = torch.tensor([last - first])
            read = self(features[None, first:last], logits[None, first:last], length)
            probs.append(read[0][0, seen])
            affect.append(read[1][0, seen])
        return torch.cat(probs), torch.cat(affect)


class Corrector(TemporalModel):
    """Corrects what the CNN said of each face by the course of the whole track.

    Its probabilities are the CNN's times a learned correction, at a calibrated temperature: a
    class that acted clips never show stays the CNN's to call, and a still face stays as it was.
    """

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.correction = nn.Linear(hidden, NUM_LABELS)
        self.affect = nn.Linear(hidden + NUM_LABELS, 2)
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
