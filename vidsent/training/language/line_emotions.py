"""Stage two of `train language`: seven emotions, valence and arousal of a line, in one model.

The sets do not mean the same by their labels, so the loosely labelled ones come first and the two
that count, GoEmotions and SMP2020, stay to the end. A label that a set does not know is neither
right nor wrong in its texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F
from transformers import BertForSequenceClassification

from vidsent.core import device as devices
from vidsent.core.emotions import LABELS, NUM_LABELS, VALENCE_AROUSAL
from vidsent.training.data.texts import RATED, SETS_ZH, Rated, Texts
from vidsent.training.language.training_loop import (
    StageOptions,
    encode,
    pad,
    plan,
    start_run,
    train_stage,
)
from vidsent.training.language.vocabulary import PAD, SPECIAL

STAGE, REFINING = "lines", "refining"
AFFECT = ("valence", "arousal")
OUTPUTS = (*LABELS, *AFFECT)  # of the model, in this order
NAMED = 0.5  # share of the circumplex that the label of an unrated Chinese text gives it

# In which epochs, counted from 0, each set is read.
SCHEDULE = {
    "csmv_comments": (0,),
    "xed_en": (0,),
    "weibo8_zh": (0, 1),
    "goemotions_ekman": (0, 1, 2),
    "smp2020_zh": (0, 1, 2),
    RATED: (1, 2),
}
PLAIN, DENIED = "plain", "denied"  # see `data.texts`
# Then once more at a lower rate, with what the sets lack, and the set that is hardest in full.
REFINEMENT = dict.fromkeys(
    (PLAIN, DENIED, "weibo8_zh", "goemotions_ekman", "smp2020_zh", RATED), (0,)
)
REFINEMENT_SHARE = {"goemotions_ekman": 0.5, "weibo8_zh": 0.5}  # of the texts; of others all
STATEMENTS = 6_000
Schedule = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class LinesOptions(StageOptions):
    """How to learn the emotions of lines."""

    learning_rate: float = 1.5e-4
    refining_rate: float = 5e-5
    dropout: float = 0.1
    rating_weight: float = 8.0  # of squared errors, which are small, beside the cross-entropy
    named_weight: float = 0.5  # of them where the rating follows from the label


class Examples(NamedTuple):
    """N encoded texts; targets (N, 9) float32 and their weights in the loss, 0 where unknown."""

    ids: list[np.ndarray]
    targets: np.ndarray
    weights: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each text, (N,)."""
        return np.array([len(each) for each in self.ids])


def labelled(name: str, texts: Texts, tokenizer: Tokenizer, options: LinesOptions) -> Examples:
    """Examples of a labelled set; Chinese ones get a rating too, as no Chinese text is rated."""
    targets, weights = np.zeros((2, len(texts.texts), len(OUTPUTS)), np.float32)
    targets[:, :NUM_LABELS] = texts.labels
    weights[:, :NUM_LABELS] = texts.known / max(1, texts.known.sum())
    if name in (PLAIN, DENIED):  # what they do not say is absent
        weights[:, :NUM_LABELS] = 1 / NUM_LABELS
    if name in SETS_ZH:
        shares = texts.labels / texts.labels.sum(1, keepdims=True)
        targets[:, NUM_LABELS:] = NAMED * shares @ VALENCE_AROUSAL
        weights[:, NUM_LABELS:] = options.named_weight
    return Examples(encode(tokenizer, texts.texts, options.longest), targets, weights)


def rated(texts: Rated, tokenizer: Tokenizer, options: LinesOptions) -> Examples:
    """Examples of a set with ratings and no labels."""
    targets, weights = np.zeros((2, len(texts.texts), len(OUTPUTS)), np.float32)
    targets[:, NUM_LABELS:] = texts.ratings
    weights[:, NUM_LABELS:] = options.rating_weight
    return Examples(encode(tokenizer, texts.texts, options.longest), targets, weights)


def train_lines(
    model: BertForSequenceClassification,
    sets: Mapping[str, Examples],
    out: Path,
    options: LinesOptions,
    device: torch.device,
    stage: str = STAGE,
) -> BertForSequenceClassification:
    """Train on the sets of `SCHEDULE` in turn, or of `REFINEMENT` in that stage; resumes from
    `out`/<stage>.ckpt."""
    schedule: Schedule = SCHEDULE
    if stage == REFINING:
        schedule, options = REFINEMENT, replace(options, learning_rate=options.refining_rate)
    epochs = 1 + max(map(max, schedule.values()))
    read = [
        joined([each for name, each in sets.items() if epoch in schedule[name]])
        for epoch in range(epochs)
    ]
    steps = sum(-(-len(each.ids) // options.batch) for each in read)
    run = start_run(model, steps, device, options)

    def batches(epoch: int) -> list[np.ndarray]:
        return plan(read[epoch].lengths, options.batch, run.generator)

    def loss(epoch: int, chosen: np.ndarray) -> Tensor:
        examples = read[epoch]
        outputs = _outputs(model, [examples.ids[index] for index in chosen], device)
        targets, weights = (
            torch.from_numpy(each[chosen]).to(device)
            for each in (examples.targets, examples.weights)
        )
        return line_loss(outputs, targets, weights)

    return train_stage(run, stage, epochs, out, options, batches, loss)


def drawn(examples: Examples, share: float, seed: int) -> Examples:
    """A share of the examples, by chance."""
    count = round(share * len(examples.ids))
    kept = np.sort(np.random.default_rng(seed).permutation(len(examples.ids))[:count])
    ids = [examples.ids[index] for index in kept]
    return Examples(ids, examples.targets[kept], examples.weights[kept])


def joined(parts: Sequence[Examples]) -> Examples:
    """All of them as one."""
    return Examples(
        [ids for part in parts for ids in part.ids],
        np.concatenate([part.targets for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def _outputs(
    model: BertForSequenceClassification, rows: Sequence[np.ndarray], device: torch.device
) -> Tensor:
    """Outputs (B, 9) float32 of encoded texts."""
    ids, seen = pad(rows, SPECIAL.index(PAD))
    with devices.mixed_precision(device):
        outputs = model(input_ids=ids.to(device), attention_mask=seen.to(device)).logits
    return outputs.float()


def line_loss(outputs: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy of each emotion on its own and squared error of the ratings, weighted; mean
    over the texts. All (N, 9)."""
    emotions = F.binary_cross_entropy_with_logits(
        outputs[:, :NUM_LABELS], targets[:, :NUM_LABELS], reduction="none"
    )
    ratings = (outputs[:, NUM_LABELS:] - targets[:, NUM_LABELS:]) ** 2
    return (torch.cat([emotions, ratings], 1) * weights).sum(1).mean()


@torch.inference_mode()
def predict(
    model: BertForSequenceClassification,
    ids: Sequence[np.ndarray],
    device: torch.device,
    batch: int = 128,
) -> np.ndarray:
    """Outputs (N, 9) float32 for encoded texts, in their order."""
    order = np.argsort([len(each) for each in ids], kind="stable")
    found = np.empty((len(ids), len(OUTPUTS)), np.float32)
    model.eval()
    for first in range(0, len(order), batch):
        chosen = order[first : first + batch]
        found[chosen] = _outputs(model, [ids[index] for index in chosen], device).cpu().numpy()
    return found
