"""Read faces at run time: the shipped CNN and GRU behind two calls, `embed` and `read`."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch
from torch import nn

from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.emotions import NUM_LABELS, expected_valence_arousal
from vidsent.core.errors import ModelError
from vidsent.core.once import once
from vidsent.faces.expression import (
    FEATURES,
    Baseline,
    ExpressionCNN,
    ExpressionGRU,
    FaceReading,
    as_input,
)

CNN_FILE = "expression_cnn.safetensors"
GRU_FILE = "expression_gru.safetensors"
WIDTHS = [FEATURES, NUM_LABELS]  # of what `embed` gives

# Valence and arousal are the mean of what the GRU learned and of where the emotions stand on
# Russell's circumplex. The film faces it learned from hold arousal and stress for nearly one
# thing (their ratings correlate by 0.76), so that alone it finds a broad smile sleepy.
LEARNED_SHARE = 0.5

Model = TypeVar("Model", bound=nn.Module)


class ExpressionReader:
    """The expression models on one device; inference only, safe to share between threads."""

    def __init__(self, device: str = "auto") -> None:
        self.device = devices.choose(device)
        self.cnn = _load(ExpressionCNN(), CNN_FILE, self.device)
        self.cnn.fuse()
        self.cnn.to(memory_format=torch.channels_last)  # convolves faster on a CPU
        self.gru = _load(ExpressionGRU(), GRU_FILE, self.device)

    @staticmethod
    def shared(device: str = "auto") -> ExpressionReader:
        """The one reader of this process for `device`, loaded on first use."""
        return _shared(device)

    @torch.inference_mode()
    def embed(self, crops: np.ndarray) -> np.ndarray:
        """Crops (N, 96, 96) uint8 -> features and logits side by side (N, 256 + 7) float32."""
        read = self.cnn.read(as_input(torch.from_numpy(crops).to(self.device)))
        return torch.cat(read, dim=1).cpu().numpy()

    @torch.inference_mode()
    def read(
        self, embedded: np.ndarray, seen_s: float, usual: np.ndarray | None = None
    ) -> FaceReading:
        """One track in order of time, (T, 256 + 7) as `embed` gave it -> T readings.

        The person was seen for `seen_s` seconds and is their own baseline: `usual` (256 + 7,) is
        the mean of all that was seen of them, by default of the track.
        """
        features, logits = torch.from_numpy(embedded).to(self.device).split(WIDTHS, dim=1)
        mean = features.mean(0)
        if usual is not None:
            mean = torch.from_numpy(usual).to(self.device)[: WIDTHS[0]]
        baseline = Baseline(mean, seen_s)
        log_probs, affect = self.gru.along(features, logits, baseline)
        probs = log_probs.exp().cpu().numpy()
        learned = affect.cpu().numpy()
        named = expected_valence_arousal(probs)
        valence, arousal = (LEARNED_SHARE * learned + (1 - LEARNED_SHARE) * named).T
        return FaceReading(probs, valence, arousal)


def _load(model: Model, name: str, device: torch.device) -> Model:
    """`model` with the shipped weights `name`, for inference on `device`."""
    try:
        model.load_state_dict(weights.load_tensors(name).tensors)
    except RuntimeError as error:
        raise ModelError(f"The weights {name} do not fit this version of vidsent.") from error
    return model.to(device).eval()


@once  # a cache on `shared` itself would take a default and the same value given for two
def _shared(device: str) -> ExpressionReader:
    return ExpressionReader(device)
