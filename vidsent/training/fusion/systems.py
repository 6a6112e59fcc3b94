"""Systems that make one opinion of face, subtitle and danmaku, fitted on pairs in seconds.

They share one interface: a `FusionModel` takes cases and gives probabilities (N, 7). Those that
look at features get a channel's log-probabilities beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from torch import Tensor, nn
from torch.nn import functional as F

from vidsent.core.emotions import NUM_LABELS
from vidsent.timeline.pool import FLOOR, Pool
from vidsent.training.fusion.pairs import CHANNELS, FACE, Cases

EQUAL = Pool()

FusionModel = Callable[[Cases], np.ndarray]

STRENGTHS = (0.001, 0.01, 0.1)  # of a linear head's C, among which folds choose
FOLDS = 3
ITERATIONS = 200
# What is fitted of the pool, and between which bounds: logarithms of the weights of subtitle and
# danmaku beside a face of quality 1, the power of the quality, and then the pool's own numbers,
# the last of which is how much of what was known beforehand is taken out. That a felt opinion
# counts more is decided, not fitted: in films far more of what is said is plain than in the pairs.
BOUNDS = ((-3, 3), (-3, 3), (0, 6), (0, 8), (0.5, 8), (0, 1.5), (0, 0.9), (0, 1.5))
START = (0.0, 0.0, 1.0, 0.0, 0.5, 0.5, 0.1, 0.5)
FITTED = ("sure", "felt", "joint", "plain")
RIDGE = 1e-4  # on the distance from `START`: what the pairs do not tell stays there


@dataclass(frozen=True)
class Weighted:
    """The opinion pool with its weights: of each channel, and the power of the face's quality."""

    base: tuple[float, ...] = (1.0,) * len(CHANNELS)
    quality_power: float = 1.0
    pool: Pool = EQUAL

    def __call__(self, cases: Cases) -> np.ndarray:
        """Probabilities (N, 7) of cases."""
        return self.pool.probs(cases.probs, self.weight(cases))

    def weight(self, cases: Cases) -> np.ndarray:
        """(3, N), 0 where a channel is not seen."""
        weight = np.array(self.base)[:, None] * cases.seen
        weight[FACE] *= cases.quality**self.quality_power
        return weight


def single_channel(channel: int) -> FusionModel:
    """One channel alone; NaN where it is not seen."""
    return lambda cases: np.where(cases.seen[channel][:, None], cases.probs[channel], np.nan)


def mean_of_channels(cases: Cases) -> np.ndarray:
    """The mean of the probabilities of the channels that are seen."""
    sums = np.where(cases.seen[..., None], cases.probs, 0).sum(0)
    return sums / cases.seen.sum(0)[:, None]


def fit_pool(cases: Cases) -> Weighted:
    """The weighted pool that makes the truth of `cases` most likely; rounded, as it ships."""
    several = cases.where(cases.seen.sum(0) > 1)  # the others are left as they are
    counts = np.bincount(several.truth, minlength=NUM_LABELS) + 1.0
    at = np.arange(len(several)), several.truth

    def cost(values: np.ndarray) -> float:
        likely = np.log(np.maximum(_weighted(values, counts)(several)[at], FLOOR / NUM_LABELS))
        return -float(likely.mean()) + RIDGE * float(((values - START) ** 2).sum())

    return _rounded(_weighted(minimize(cost, START, method="L-BFGS-B", bounds=BOUNDS).x, counts))


def _weighted(values: np.ndarray, counts: np.ndarray) -> Weighted:
    *logs, power, sure, felt, joint, plain, known = values.tolist()
    prior = counts**known / (counts**known).sum()
    return Weighted(
        (1.0, *np.exp(logs).tolist()), power, Pool(sure, felt, joint, plain, tuple(prior.tolist()))
    )


def _rounded(fitted: Weighted) -> Weighted:
    numbers = {name: round(getattr(fitted.pool, name), 2) for name in FITTED}
    prior = tuple(round(share, 3) for share in fitted.pool.prior)
    base = tuple(round(each, 2) for each in fitted.base)
    return Weighted(base, round(fitted.quality_power, 2), Pool(**numbers, prior=prior))


def fit_concatenation(cases: Cases, seed: int = 0) -> FusionModel:
    """A multinomial logistic regression on all features side by side, zeros where one is missing
    and a flag for it; folds of the cases choose how much it is held back."""
    inputs = Inputs(cases)
    rows = inputs(cases)
    folds = list(KFold(FOLDS, shuffle=True, random_state=seed).split(rows))

    def loss(strength: float) -> float:
        return sum(
            _log_loss(_logistic(rows[learn], cases.truth[learn], strength)(rows[held]), truth)
            for learn, held in folds
            for truth in [cases.truth[held]]
        )

    head = _logistic(rows, cases.truth, min(STRENGTHS, key=loss))
    return lambda others: head(inputs(others))


class Inputs:
    """Features and log-probabilities of each channel, standardised by where it is seen."""

    def __init__(self, cases: Cases) -> None:
        parts = [part[seen] for part, seen in zip(_parts(cases), cases.seen, strict=True)]
        self._scaling = [(part.mean(0), part.std(0) + 1e-6) for part in parts]

    def channels(self, cases: Cases) -> list[np.ndarray]:
        """One (N, width) float32 a channel, zeros where it is not seen."""
        return [
            np.where(seen[:, None], (part - middle) / spread, 0).astype(np.float32)
            for part, seen, (middle, spread) in zip(
                _parts(cases), cases.seen, self._scaling, strict=True
            )
        ]

    def __call__(self, cases: Cases) -> np.ndarray:
        """All of them side by side, and a flag for each channel that is seen."""
        return np.column_stack([*self.channels(cases), cases.seen.T.astype(np.float32)])


def _parts(cases: Cases) -> list[np.ndarray]:
    assert cases.features is not None, "a head needs features"
    logs = np.log(np.maximum(cases.probs, FLOOR))
    return [np.column_stack(each) for each in zip(cases.features, logs, strict=True)]


def _logistic(
    rows: np.ndarray, truth: np.ndarray, strength: float
) -> Callable[[np.ndarray], np.ndarray]:
    model = LogisticRegression(C=strength, max_iter=ITERATIONS).fit(rows, truth)

    def probs(others: np.ndarray) -> np.ndarray:
        found = np.zeros((len(others), NUM_LABELS))
        found[:, model.classes_] = model.predict_proba(others)
        return found

    return probs


def _log_loss(probs: np.ndarray, truth: np.ndarray) -> float:
    return -float(np.log(np.maximum(probs[np.arange(len(truth)), truth], FLOOR)).sum())


@dataclass(frozen=True)
class AttentionOptions:
    """How the attention learns; AdamW, one cycle of the learning rate."""

    width: int = 48  # to which every channel is projected
    dropout: float = 0.5
    epochs: int = 40
    batch: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    seed: int = 0


class Attention(nn.Module):
    """A learned query decides which of the channels present is listened to.

    Features of C channels, one (N, width) each, and which are seen (N, C), to logits (N, 7).
    """

    def __init__(self, widths: Sequence[int], options: AttentionOptions) -> None:
        super().__init__()
        self.project = nn.ModuleList(nn.Linear(width, options.width) for width in widths)
        self.query = nn.Parameter(torch.zeros(options.width))
        self.dropout = nn.Dropout(options.dropout)
        self.head = nn.Linear(options.width, NUM_LABELS)

    def forward(self, channels: Sequence[Tensor], seen: Tensor) -> Tensor:
        keys = torch.stack(
            [
                torch.tanh(project(self.dropout(each)))
                for project, each in zip(self.project, channels, strict=True)
            ],
            dim=1,
        )  # (N, C, width)
        scores = (keys @ self.query).masked_fill(~seen, float("-inf"))
        return self.head((scores.softmax(1).unsqueeze(2) * keys).sum(1))


def fit_attention(cases: Cases, options: AttentionOptions | None = None) -> FusionModel:
    """Attention trained on `cases`, which all have features and a channel."""
    options = options or AttentionOptions()
    torch.manual_seed(options.seed)
    inputs = Inputs(cases)
    channels, seen = _tensors(inputs, cases)
    truth = torch.from_numpy(cases.truth)
    model = Attention([each.shape[1] for each in channels], options)
    optimizer = torch.optim.AdamW(
        model.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    steps = options.epochs * -(-len(cases) // options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=steps
    )
    for _ in range(options.epochs):
        for chosen in torch.randperm(len(cases)).split(options.batch):
            logits = model([each[chosen] for each in channels], seen[chosen])
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(logits, truth[chosen]).backward()
            optimizer.step()
            schedule.step()
    model.eval()

    def probs(others: Cases) -> np.ndarray:
        with torch.inference_mode():
            return model(*_tensors(inputs, others)).softmax(1).numpy()

    return probs


def _tensors(inputs: Inputs, cases: Cases) -> tuple[list[Tensor], Tensor]:
    channels = [torch.from_numpy(each) for each in inputs.channels(cases)]
    return channels, torch.from_numpy(cases.seen.T.copy())
