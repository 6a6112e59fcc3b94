"""The face detector's network: a small one-stage, anchor-free CNN with five landmarks.

Every cell of four grids says whether a face is centred near it, where its box lies and where
its eyes, nose and mouth corners are. The layout of the outputs and the score follow YuNet (Wu et
al. 2023); the assignment of faces to cells is SimOTA's (Ge et al. 2021), in `training.assign`.
This module knows tensors only: images and thresholds are the business of `detection`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

STRIDES = (8, 16, 32, 64)  # pixels per cell of each grid
MULTIPLE = STRIDES[-1]  # height and width of the input are multiples of this
LANDMARKS = 5  # right eye, left eye, nose, right and left mouth corner, as the person has them
OUTPUTS = 2 + 4 + 2 * LANDMARKS  # class, objectness, box, landmarks

STEM = (16, 32)  # channels at strides 2 and 4
WIDTHS = (48, 64, 64, 64)  # channels at strides 8 to 64
DEPTHS = (2, 2, 2, 1)  # residual convolutions at each of them
NECK = 48  # channels of the pyramid and of the head, which all levels share
PRIOR = 0.01  # probability that a cell holds a face before training (Lin et al. 2017)


class ConvBlock(nn.Module):
    """3x3 convolution, batch norm, ReLU; with a shortcut where the shape stays the same."""

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(channels_out)
        self.residual = stride == 1 and channels_in == channels_out

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        # In place: at full resolution a new tensor costs more than the convolution before it.
        return F.relu(y.add_(x) if self.residual else y, inplace=True)

    def fuse(self) -> None:
        """Fold the batch norm into the convolution; for inference only."""
        assert isinstance(self.norm, nn.BatchNorm2d)
        self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), nn.Identity()


class FaceCNN(nn.Module):
    """RGB images (B, 3, H, W) in [-1, 1], H and W multiples of 64, to raw cells (B, N, 16).

    N counts the cells of all grids, finest first, row by row; the functions `decode_*` read them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            ConvBlock(3, STEM[0], 2), ConvBlock(STEM[0], STEM[1], 2), ConvBlock(STEM[1], STEM[1])
        )
        self.stages = nn.ModuleList()
        channels = STEM[1]
        for width, depth in zip(WIDTHS, DEPTHS, strict=True):
            blocks = [ConvBlock(width, width) for _ in range(depth)]
            self.stages.append(nn.Sequential(ConvBlock(channels, width, 2), *blocks))
            channels = width
        self.lateral = nn.ModuleList([nn.Conv2d(width, NECK, 1) for width in WIDTHS])
        self.smooth = nn.ModuleList([ConvBlock(NECK, NECK) for _ in WIDTHS])
        self.head = nn.Sequential(ConvBlock(NECK, NECK), nn.Conv2d(NECK, OUTPUTS, 1))
        final = self.head[-1]
        assert isinstance(final, nn.Conv2d) and final.bias is not None
        nn.init.normal_(final.weight, std=0.01)
        nn.init.zeros_(final.bias)
        nn.init.constant_(final.bias[:2], -torch.tensor((1 - PRIOR) / PRIOR).log().item())

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)
        levels = []
        for stage, lateral in zip(self.stages, self.lateral, strict=True):
            x = stage(x)
            levels.append(lateral(x))
        for fine in range(len(levels) - 2, -1, -1):
            levels[fine] = levels[fine] + F.interpolate(levels[fine + 1], scale_factor=2.0)
        inner, final = self.head
        read = [
            final(inner(smooth(x)).to(final.weight.dtype))
            for smooth, x in zip(self.smooth, levels, strict=True)
        ]
        return torch.cat([grid.flatten(2).transpose(1, 2) for grid in read], dim=1)

    def fuse(self) -> FaceCNN:
        """This network with its batch norms folded in, a third faster; for inference only."""
        for module in self.eval().modules():
            if isinstance(module, ConvBlock):
                module.fuse()
        return self

    def to_bfloat16(self) -> FaceCNN:
        """This network in bfloat16, but for the last layer, so that answers stay fine-grained."""
        self.to(torch.bfloat16)
        self.head[-1].to(torch.float32)
        return self


def cells(height: int, width: int) -> Tensor:
    """The cells of an (H, W) image: (N, 3) float32 x, y of the centre and stride, in pixels."""
    grids = []
    for stride in STRIDES:
        y = (torch.arange(height // stride) + 0.5) * stride
        x = (torch.arange(width // stride) + 0.5) * stride
        rows, columns = torch.meshgrid(y, x, indexing="ij")
        sides = torch.full_like(rows, stride)
        grids.append(torch.stack([columns, rows, sides], dim=-1).reshape(-1, 3))
    return torch.cat(grids)


def decode_scores(raw: Tensor) -> Tensor:
    """Scores (..., N) of raw cells (..., N, 16): geometric mean of class and objectness."""
    return (raw[..., 0].sigmoid() * raw[..., 1].sigmoid()).sqrt()


def decode_boxes(raw: Tensor, cells: Tensor) -> Tensor:
    """Boxes (..., N, 4), left, top, right, bottom in pixels, of raw cells (..., N, 16).

    The centre is an offset in strides from the cell's, the sides as powers of e.
    """
    centre, stride = cells[:, :2], cells[:, 2:]
    middle = centre + raw[..., 2:4] * stride
    # A cell that saw nothing in training may answer anything; exp must stay finite.
    half = raw[..., 4:6].clamp(max=8).exp() * stride / 2
    return torch.cat([middle - half, middle + half], dim=-1)


def decode_landmarks(raw: Tensor, cells: Tensor) -> Tensor:
    """Landmarks (..., N, 5, 2), each by strides from the cell's centre."""
    offsets = raw[..., 6:].unflatten(-1, (LANDMARKS, 2))
    return cells[:, None, :2] + offsets * cells[:, None, 2:]
