"""How well a CNN reads strangers: unweighted recall on every corpus, and the mean of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from vidsent.core import device as devices
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training import metrics
from vidsent.training.data.corpora import JAVA_SED, Validation
from vidsent.training.data.face_clips import FaceClip

BATCH = 128
EVERY = 4  # frames of a clip, one of which is read
MEAN = "mean"


def recall_by_corpus(
    cnn: ExpressionNetwork, validation: Validation, device: torch.device
) -> dict[str, float]:
    """UAR of each corpus, of Java-SED over whole clips, and their mean."""
    found = {}
    for corpus in validation.corpora:
        answers = predict(cnn, corpus.images, device).argmax(1).numpy()
        found[corpus.name] = metrics.uar(corpus.labels, answers)
    if validation.clips:
        labels = np.array([clip.label for clip in validation.clips])
        found[JAVA_SED] = metrics.uar(labels, clip_probs(cnn, validation.clips, device).argmax(1))
    found[MEAN] = float(np.mean(list(found.values())))
    return {name: round(value, 4) for name, value in found.items()}


@torch.inference_mode()
def predict(cnn: ExpressionNetwork, images: np.ndarray, device: torch.device) -> Tensor:
    """Logits (N, 7) on the CPU of grey faces (N, 96, 96) uint8, their mirror images unread."""
    cnn.eval()
    found = []
    for batch in torch.from_numpy(images).split(BATCH):
        with devices.mixed_precision(device):
            found.append(cnn(as_input(batch).to(device)).float().cpu())
    return torch.cat(found)


def clip_probs(
    cnn: ExpressionNetwork, clips: Sequence[FaceClip], device: torch.device
) -> np.ndarray:
    """Mean probabilities (N, 7) over each clip by the CNN alone."""
    thinned = [clip.crops[::EVERY] for clip in clips]
    probs = predict(cnn, np.concatenate(thinned), device).softmax(1)
    lengths = [len(each) for each in thinned]
    return np.stack([part.mean(0).numpy() for part in probs.split(lengths)])
