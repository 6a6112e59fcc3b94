"""Systems that make one opinion of face, subtitle and danmaku, fitted on pairs in seconds.

They share one interface: a `FusionModel` takes cases and gives probabilities (N, 7). Those that
look at features get a channel's log-probabilities beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn
from torch.nn import functional as F

from vidsent.core.emotions import NUM_LABELS
from vidsent.timeline import pool
from vidsent.timeline.pool import FLOOR, Pool
from vidsent.training.fusion.pairs import CHANNELS, FACE, Cases, Faces, Lines, matched
from vidsent.training.runs import TrainingState

EQUAL = Pool()

FusionModel = Callable[[Cases], np.ndarray]

STRENGTHS = (0.001, 0.01, 0.1)  # of a linear head's C, among which folds choose
FOLDS = 3
ITERATIONS = 200
WIDTH = 48  # of the attention, to which every channel is projected
EPOCHS, BATCH, RATE = 40, 256, 3e-3  # of its training: AdamW, one cycle of the learning rate
# What is fitted of the pool, and between which bounds: logarithms of the weights of subtitle and
# danmaku beside a face of quality 1, the power of the quality, and then the pool's own numbers,
# the last of which is how much of what was known beforehand is taken out. That a felt opinion
# counts more is decided, not fitted: in films far more of what is said is plain than in the pairs.
BOUNDS = ((-3, 3), (-3, 3), (0, 6), (0, 8), (0.5, 8), (0, 1.5), (0, 0.9), (0, 1.5))
START = (0.0, 0.0, 1.0, 0.0, 0.5, 0.5, 0.1, 0.5)
FITTED = ("sure", "felt", "joint", "plain")
CHANCE = 0.05  # share of the pairs that feel the same and yet seem to contradict
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
    fitted = Pool(sure, felt, joint, plain, tuple(prior.tolist()))
    return Weighted((1.0, *np.exp(logs).tolist()), power, fitted)


def _rounded(fitted: Weighted) -> Weighted:
    numbers = {name: round(getattr(fitted.pool, name), 2) for name in FITTED}
    prior = tuple(round(share, 3) for share in fitted.pool.prior)
    base = tuple(round(each, 2) for each in fitted.base)
    return Weighted(base, round(fitted.quality_power, 2), Pool(**numbers, prior=prior))


def fit_disagreement(
    train: tuple[Faces, Lines], rng: np.random.Generator
) -> dict[tuple[str, str], float]:
    """From where on two channels, in the order of the alphabet, contradict each other more than
    all but a share of `CHANCE` of the pairs that feel the same."""
    cases = matched(*train, rng, danmaku=1.0, whole=True)
    return {
        between: round(float(np.quantile(contradiction(cases, between), 1 - CHANCE)), 2)
        for between in combinations(sorted(CHANNELS), 2)
    }


def contradiction(cases: Cases, between: tuple[str, str]) -> np.ndarray:
    """How far the two channels contradict each other, (N,), of cases in which both are seen."""
    first, second = (CHANNELS.index(name) for name in between)
    seen = cases.seen[first] & cases.seen[second]
    return pool.contradiction(cases.probs[first, seen], cases.probs[second, seen])


def fit_concatenation(cases: Cases, seed: int = 0) -> FusionModel:
    """A multinomial logistic regression on all features side by side, zeros where one is missing
    and a flag for it; folds of the cases choose how much it is held back."""
    inputs = Inputs(cases)
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    head = LogisticRegression(max_iter=ITERATIONS)
    search = GridSearchCV(head, {"C": STRENGTHS}, scoring=_likelihood, cv=folds)
    search.fit(inputs(cases), cases.truth)
    return lambda others: _probs(search, inputs(others))


def _probs(model: LogisticRegression | GridSearchCV, rows: np.ndarray) -> np.ndarray:
    found = np.zeros((len(rows), NUM_LABELS))
    found[:, model.classes_] = model.predict_proba(rows)
    return found


def _likelihood(model: LogisticRegression, rows: np.ndarray, truth: np.ndarray) -> float:
    """Mean log-likelihood of the truth, of which a fold may hold labels that the others lack."""
    right = _probs(model, rows)[np.arange(len(truth)), truth]
    return float(np.log(np.maximum(right, FLOOR)).mean())


class Inputs:
    """Features and log-probabilities of each channel, standardised by where it is seen."""

    def __init__(self, cases: Cases) -> None:
        pairs = list(zip(_parts(cases), cases.seen, strict=True))
        self._scalers = [StandardScaler().fit(part[seen]) for part, seen in pairs]

    def channels(self, cases: Cases) -> list[np.ndarray]:
        """One (N, width) float32 a channel, zeros where it is not seen."""
        three = zip(self._scalers, _parts(cases), cases.seen, strict=True)
        return [
            np.where(seen[:, None], scaler.transform(part), 0).astype(np.float32)
            for scaler, part, seen in three
        ]

    def __call__(self, cases: Cases) -> np.ndarray:
        """All of them side by side, and a flag for each channel that is seen."""
        return np.column_stack([*self.channels(cases), cases.seen.T.astype(np.float32)])


def _parts(cases: Cases) -> list[np.ndarray]:
    assert cases.features is not None, "a head needs features"
    logs = np.log(np.maximum(cases.probs, FLOOR))
    return [np.column_stack(each) for each in zip(cases.features, logs, strict=True)]


class Attention(nn.Module):
    """A learned query decides which of the channels present is listened to.

    Features of C channels, one (N, width) each, and which are seen (N, C), to logits (N, 7).
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.project = nn.ModuleList(nn.Linear(width, WIDTH) for width in widths)
        self.query = nn.Parameter(torch.zeros(WIDTH))
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(WIDTH, NUM_LABELS)

    def forward(self, channels: Sequence[Tensor], seen: Tensor) -> Tensor:
        pairs = zip(self.project, channels, strict=True)
        keys = torch.stack([torch.tanh(project(self.dropout(each))) for project, each in pairs], 1)
        scores = (keys @ self.query).masked_fill(~seen, float("-inf"))  # keys (N, C, width)
        return self.head((scores.softmax(1).unsqueeze(2) * keys).sum(1))


def fit_attention(cases: Cases, epochs: int = EPOCHS) -> FusionModel:
    """Attention trained on `cases`, which all have features and a channel."""
    torch.manual_seed(0)
    inputs = Inputs(cases)
    channels, seen = _tensors(inputs, cases)
    truth = torch.from_numpy(cases.truth)
    model = Attention([each.shape[1] for each in channels])
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.05)
    steps = epochs * -(-len(cases) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    run = TrainingState(model, optimizer, schedule, torch.default_generator)
    for _ in range(epochs):
        for chosen in torch.randperm(len(cases)).split(BATCH):
            logits = model([each[chosen] for each in channels], seen[chosen])
            run.step(F.cross_entropy(logits, truth[chosen]))
    model.eval()

    def probs(others: Cases) -> np.ndarray:
        with torch.inference_mode():
            return model(*_tensors(inputs, others)).softmax(1).numpy()

    return probs


def _tensors(inputs: Inputs, cases: Cases) -> tuple[list[Tensor], Tensor]:
    channels = [torch.from_numpy(each) for each in inputs.channels(cases)]
    return channels, torch.from_numpy(cases.seen.T.copy())
