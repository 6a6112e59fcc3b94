"""An exponential moving average of a network's weights that short runs can use as well."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def decay_at(count: int, decay: float) -> float:
    """How much of the average stays when it has seen `count` models: `decay` in the long run.

    Until it has seen many it forgets faster, or the weights that training began with would be
    most of it: of 223 steps at 0.999, four fifths. `(1 + n) / (10 + n)` is TensorFlow's
    (`tf.train.ExponentialMovingAverage`, `num_updates`).
    """
    return min(decay, (1 + count) / (10 + count))


def averaged(model: nn.Module, decay: float, *, use_buffers: bool = False) -> AveragedModel:
    """An average that begins as `model`; `update_parameters` adds a step to it."""

    def update(averages: Any, current: Any, count: Tensor | int) -> None:
        get_ema_multi_avg_fn(decay_at(int(count), decay))(averages, current, count)

    return AveragedModel(model, multi_avg_fn=update, use_buffers=use_buffers)
