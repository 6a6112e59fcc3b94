"""What the frozen networks give for crops of faces: the input of temporal models and of fusion."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from vidsent.faces.expression import ExpressionNetwork, TemporalModel

BATCH = 256
TEST_RATE_HZ = 10.0  # the default of `Options.rate_hz`


class CnnOutputs(NamedTuple):
    """What the CNN gave for T faces: features (T, width) and logits (T, 7), float32."""

    features: Tensor
    logits: Tensor

    def select(self, steps: Tensor | slice) -> CnnOutputs:
        """The outputs at some of the steps."""
        return CnnOutputs(self.features[steps], self.logits[steps])


def encode(cnn: ExpressionNetwork, crops: Tensor, device: torch.device) -> CnnOutputs:
    """Features and logits of crops (N, 1, 96, 96) in [0, 1], as they come on the CPU."""
    parts = [cnn.read(batch.to(device)) for batch in crops.split(BATCH)]
    features, logits = (torch.cat(part).cpu().clone() for part in zip(*parts, strict=True))
    return CnnOutputs(features, logits)


def read_stills(model: TemporalModel, outputs: CnnOutputs) -> Tensor:
    """Log-probabilities (N, 7) of N still images, each held for one second; on the CPU."""
    device = model.temperature.device
    held = (len(outputs.logits), round(TEST_RATE_HZ), -1)
    with torch.inference_mode():
        log_probs, _ = model(
            outputs.features.to(device).unsqueeze(1).expand(held),
            outputs.logits.to(device).unsqueeze(1).expand(held),
            torch.full(held[:1], held[1]),
        )
    return log_probs.mean(1).log_softmax(1).cpu()
