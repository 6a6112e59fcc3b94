"""What `--temporal` chooses between: the GRU that ships, an LSTM on sliding windows, and none."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidsent.core.emotions import NUM_LABELS, VALENCE_AROUSAL
from vidsent.core.errors import DataError
from vidsent.faces.expression import Corrector, ExpressionGRU, TemporalModel
from vidsent.training.options import TEMPORAL

LSTM_HIDDEN = 128


class WindowLSTM(Corrector):
    """Each step is answered from the window of S steps that ends there; it knows no future.

    Every window is read from an empty memory, as a system does that keeps the last S faces.
    """

    name = "lstm"

    def __init__(self, width: int, window: int, dropout: float = 0.3) -> None:
        super().__init__(width, LSTM_HIDDEN, dropout)
        self.window = window
        self.lstm = nn.LSTM(width + NUM_LABELS, LSTM_HIDDEN, batch_first=True)

    def states(self, steps: Tensor, lengths: Tensor) -> Tensor:
        tracks, count, _ = steps.shape
        lengths = lengths.to(steps.device).unsqueeze(1)
        track, last = torch.nonzero(
            torch.arange(count, device=steps.device) < lengths, as_tuple=True
        )  # (M,) each: the real steps, at each of which a window ends
        first = (last - self.window + 1).clamp_min(0)
        within = torch.arange(self.window, device=steps.device)
        # subtle: a window cut short at the start is filled up behind its end, where the LSTM
        # comes by only after its answer was taken
        windows = steps[track.unsqueeze(1), (first.unsqueeze(1) + within).clamp_max(count - 1)]
        remembered = self.lstm(windows)[0]  # (M, S, hidden)
        answers = remembered[torch.arange(len(track), device=steps.device), last - first]
        return answers.new_zeros(tracks, count, LSTM_HIDDEN).index_put((track, last), answers)


class CnnAlone(TemporalModel):
    """Every step is what the CNN said of it; a clip's answer is then their average.

    Valence and arousal are where the emotions stand on the circumplex. Learns nothing.
    """

    name = "none"

    def forward(self, features: Tensor, logits: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        log_probs = F.log_softmax(logits / self.temperature, dim=-1)
        places = torch.from_numpy(VALENCE_AROUSAL).to(logits.device)
        return log_probs, log_probs.exp() @ places


def make(name: str, width: int, window: int) -> TemporalModel:
    """The model `name` of `options.TEMPORAL` for features of that width; raises DataError."""
    if name == ExpressionGRU.name:
        return ExpressionGRU(width=width)
    if name == WindowLSTM.name:
        return WindowLSTM(width, window)
    if name == CnnAlone.name:
        return CnnAlone()
    raise DataError(f"There is no temporal model {name!r}; choose of {', '.join(TEMPORAL)}.")
