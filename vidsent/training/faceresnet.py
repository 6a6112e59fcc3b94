"""The trunk of dlib's face recogniser as an expression CNN: another place to begin from.

Its shape is that of `dlib_face_recognition_resnet_model_v1` (King 2017), a ResNet whose weights, in
the public domain, know three million faces; `training.recogniser` reads them. Its last stage,
which tells people apart, is left out, and it takes the grey crops of 48 pixels that `crops.align`
cuts, enlarged towards the scale at which it learned to see.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from vidsent.faces.expression import FEATURES, ExpressionNetwork

SIDE = 100  # pixels of the enlarged crop: every halving of 23, 11 and 5 places comes out even
STEM_CHANNELS = 32
STAGES = ((32, 3), (64, 4), (128, 3), (FEATURES, 3))  # (channels, blocks): sides 23, 11, 5 and 2


class RecogniserBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut without weights, as dlib has it.

    Where the block halves the side, its shortcut is the mean of 2x2 places; channels that are
    new begin at nought.
    """

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        padding = 0 if stride == 2 else 1
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, padding, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.halves = stride == 2
        self.new = channels_out - channels_in

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        beside = F.avg_pool2d(x, 2) if self.halves else x
        if self.new:
            beside = F.pad(beside, (0, 0, 0, 0, 0, self.new))
        return F.relu(y + beside, inplace=True)


class FaceResNet(ExpressionNetwork):
    """Grey face crops (B, 1, 48, 48) in [0, 1] to features (B, 256) and logits (B, 7)."""

    def __init__(self, dropout: float = 0.3) -> None:
        stem: list[nn.Module] = [
            nn.Upsample(size=(SIDE, SIDE), mode="bilinear"),
            nn.Conv2d(1, STEM_CHANNELS, 7, 2, bias=False),
            nn.BatchNorm2d(STEM_CHANNELS),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
        ]
        blocks: list[nn.Module] = []
        channels = STEM_CHANNELS
        for width, depth in STAGES:
            for block in range(depth):
                halves = block == 0 and width != STEM_CHANNELS
                blocks.append(RecogniserBlock(channels, width, stride=2 if halves else 1))
                channels = width
        super().__init__(nn.Sequential(*stem, *blocks), FEATURES, dropout)
