"""What becomes of a CNN at the end of its training: norms settled, anchored, answers weighed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from vidsent.core.emotions import LABELS
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training import backbones
from vidsent.training.aligned import Faces
from vidsent.training.calibration import fit_biases
from vidsent.training.cnn_options import CnnOptions
from vidsent.training.face_batches import face_batches

EVALUATION_BATCH = 256


def settle(
    model: ExpressionNetwork,
    images: Tensor,
    targets: Tensor,
    options: CnnOptions,
    device: torch.device,
) -> ExpressionNetwork:
    """The averaged `model` in evaluation mode, its batch norms measured again.

    subtle: the averaged weights give other activations than any model along the way gave, so
    the statistics that were averaged with them do not fit (Izmailov et al. 2018, section 3.2).
    """
    generator = torch.Generator().manual_seed(options.seed)
    unmixed = replace(options, mixup=0.0)
    crops = (crops for crops, _ in face_batches(images, targets, unmixed, generator))
    backbones.remeasure_norms(model, crops, options.freeze, device)
    return model.eval()


def anchor(model: nn.Module, begun: nn.Module, share: float) -> None:
    """Move weights and statistics of norms by `share` of the way to those of `begun`, in place.

    Wortsman et al. 2022, "Robust fine-tuning of zero-shot models". Half of the way kept what a
    light round gained on plain faces and gave back half of what it forgot of hidden ones.
    """
    before = begun.state_dict()
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            value.lerp_(before[name].to(value), share)


def weigh(model: ExpressionNetwork, val: Faces, device: torch.device) -> dict[str, float]:
    """Make labels as likely as they are common; returns what was added to each one's logit.

    Training draws rare labels more often, and learns votes where a label is asked for.
    """
    labels = np.concatenate([val.tiles.majority(), val.aligned.majority()])
    images = np.concatenate([val.tiles.images, val.aligned.images])
    batches = torch.from_numpy(images[labels >= 0]).split(EVALUATION_BATCH)
    logits = torch.cat([model.read(as_input(batch).to(device))[1].cpu() for batch in batches])
    biases = fit_biases(logits, torch.from_numpy(labels[labels >= 0]))
    with torch.no_grad():
        model.classifier.bias.add_(biases.to(model.classifier.bias))
    return {label: round(float(bias), 4) for label, bias in zip(LABELS, biases, strict=True)}
