"""Where in a face the expression CNN saw an emotion: class activation maps from gradients.

The weight of a place is the activation there times its own positive gradient, LayerCAM (Jiang et
al. 2021), a Grad-CAM (Selvaraju et al. 2017) that keeps the gradients apart. It may be read early
in the network, where a crop still has 24 x 24 places; Grad-CAM proper needs the last maps, 6 x 6,
and covers half a face. When the hottest tenth of faces of affect_faces is hidden, 0.26 is left of
their label's probability, 0.50, against 0.41 where the last maps say what is hot.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vidsent.faces.expression import STAGES, ExpressionCNN, as_input

STEM = 3  # modules before the first stage: convolution, norm, ReLU
READ_AFTER = STEM + STAGES[0][1]  # modules of the trunk below the maps: the first stage, 24 x 24
FAINTEST = 1e-12  # below, a map is empty: nothing spoke for the class


def heat(cnn: ExpressionCNN, crops: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """How much each pixel of aligned crops spoke for a class: (N, 96, 96) float32 in [0, 1].

    crops (N, 96, 96) uint8, classes (N,) int places in `LABELS`; `cnn` in evaluation mode. The
    hottest pixel of a face is 1, unless nothing spoke for the class: then all are 0. As the
    reading of a face is the mean over it and its mirror image, so is its heat.
    """
    if not len(crops):
        return np.zeros(crops.shape, np.float32)
    device = cnn.classifier.weight.device
    faces = as_input(torch.from_numpy(crops).to(device))
    wanted = torch.from_numpy(np.asarray(classes, np.int64)).to(device)
    maps = _maps(cnn, faces, wanted) + _maps(cnn, faces.flip(-1), wanted).flip(-1)
    fine = F.interpolate(maps, size=faces.shape[-2:], mode="bilinear", align_corners=False)[:, 0]
    most = fine.amax((1, 2), keepdim=True)
    warm: np.ndarray = (
        torch.where(most > FAINTEST, fine / most.clamp(min=FAINTEST), 0).cpu().numpy()
    )
    return warm


def _maps(cnn: ExpressionCNN, faces: Tensor, classes: Tensor) -> Tensor:
    """LayerCAM (N, 1, h, w) of faces (N, 1, 96, 96) for the log-probability of their classes.

    The log-probability rather than the logit: what speaks for every class tells them not apart.
    """
    with torch.no_grad():
        seen = cnn.trunk[:READ_AFTER](cnn.standardised(faces))
    with torch.enable_grad():
        seen.requires_grad_()
        logits = cnn.classifier(cnn.trunk[READ_AFTER:](seen).mean(dim=(2, 3)))
        chosen = logits.log_softmax(1).gather(1, classes[:, None]).sum()
        (slope,) = torch.autograd.grad(chosen, seen)
    found: Tensor = (slope.relu() * seen.detach()).sum(1, keepdim=True)
    return found
