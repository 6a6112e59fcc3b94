"""Batches of sequences to train a temporal model on, drawn from what the CNN said of the clips.

Acted clips are played at random rates; stills become sequences too, steady or turning from
one to another, so that the model keeps what the CNN knows of single images and
follows a change at once. Every draw comes from the generator handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from vidsent.core.emotions import NUM_LABELS
from vidsent.training.data.face_clips import NO_LABEL, RATE_HZ
from vidsent.training.expression.clip_features import Example, Stills, TrainingSet
from vidsent.training.networks.features import CnnOutputs

MAX_STEPS = 48  # of a training window
RATES_HZ = (5.0, 30.0)  # at which training plays an acted clip
STILL_STEPS = (1, 32)  # length of a sequence made of stills
SWITCHING = 0.5  # share of those that turn to another image
FLICKERING = 0.5  # share of those whose image is cut anew at every step
FADE_STEPS = 5  # a turn takes at most as long
UNKNOWN = torch.full((2,), float("nan"))  # valence and arousal of what has none


class Sample(NamedTuple):
    """One sequence of T steps with its targets; zeros and NaN stand for unknown."""

    outputs: CnnOutputs
    steps: Tensor  # (T, 7) soft targets of single steps, all summing to 1, or 0 where unknown
    label: int  # of the whole sequence, or -1
    affect: Tensor  # (2,) valence and arousal of the whole sequence, or NaN


class Batch(NamedTuple):
    """B samples padded to the longest: what `Sample` holds, stacked, and the lengths (B,)."""

    features: Tensor
    logits: Tensor
    lengths: Tensor
    steps: Tensor
    labels: Tensor
    affect: Tensor

    def share(self) -> Tensor:
        """Weight of each step in the mean over its sequence, (B, T, 1); 0 where padded."""
        steps = torch.arange(self.steps.shape[1], device=self.lengths.device)
        lengths = self.lengths.unsqueeze(1)
        return ((steps < lengths) / lengths).unsqueeze(2)

    def to(self, device: torch.device) -> Batch:
        return Batch(*(tensor.to(device) for tensor in self))


def draw(data: TrainingSet, counts: Mapping[str, int], generator: torch.Generator) -> Batch:
    """One batch of every kind of sequence that there is: so many acted, rising, rated, still."""
    samples = [
        *acted(data.acted, counts["acted"], generator),
        *rising(data.rising, counts["rising"], generator),
        *rated(data.rated, counts["rated"], generator),
    ]
    if data.stills is not None:
        samples += still(data.stills, counts["still"], generator)
    return collate(samples)


def acted(examples: list[Example], count: int, generator: torch.Generator) -> list[Sample]:
    """Windows of acted clips, played at a random rate, each with the emotion of its clip."""
    samples = []
    for index in _integers(0, len(examples), count, generator):
        example = examples[index]
        low, high = RATES_HZ
        rate = low * (high / low) ** _uniform(generator)
        played = resample(_any_version(example, generator), RATE_HZ / rate)
        samples.append(_sample(_window(played, generator), example))
    return samples


def rated(examples: list[Example], count: int, generator: torch.Generator) -> list[Sample]:
    """Whole clips, each with its valence and arousal."""
    chosen = _integers(0, len(examples), count, generator)
    return [_sample(_any_version(examples[index], generator), examples[index]) for index in chosen]


def rising(examples: list[Example], count: int, generator: torch.Generator) -> list[Sample]:
    """Clips from onset to apex: only the last step bears the emotion."""
    samples = []
    for index in _integers(0, len(examples), count, generator):
        outputs = _any_version(examples[index], generator)
        steps = torch.zeros(len(outputs.logits), NUM_LABELS)
        steps[-1, examples[index].clip.label] = 1.0
        samples.append(Sample(outputs, steps, NO_LABEL, UNKNOWN))
    return samples


def still(stills: Stills, count: int, generator: torch.Generator) -> list[Sample]:
    """Sequences of one image, or of two with a turn between, each step with its own target."""
    samples = []
    for _ in range(count):
        steps = _integers(*STILL_STEPS, 1, generator)[0]
        first, second = _integers(0, len(stills.targets), 2, generator)
        blend = _transition(steps, generator)
        before, after = (_held(stills, index, steps, generator) for index in (first, second))
        outputs = CnnOutputs(*(torch.lerp(a, b, blend) for a, b in zip(before, after, strict=True)))
        targets = torch.lerp(stills.targets[first], stills.targets[second], blend)
        samples.append(Sample(outputs, targets / steps, NO_LABEL, UNKNOWN))
    return samples


def collate(samples: list[Sample]) -> Batch:
    """Pad the samples to the longest; padded steps have no target."""
    return Batch(
        features=pad_sequence([each.outputs.features for each in samples], batch_first=True),
        logits=pad_sequence([each.outputs.logits for each in samples], batch_first=True),
        lengths=torch.tensor([len(each.outputs.logits) for each in samples]),
        steps=pad_sequence([each.steps for each in samples], batch_first=True),
        labels=torch.tensor([each.label for each in samples]),
        affect=torch.stack([each.affect for each in samples]),
    )


def resample(outputs: CnnOutputs, step: float) -> CnnOutputs:
    """The outputs read every `step` of their steps, between them by linear interpolation."""
    at = torch.arange(0, len(outputs.logits) - 1 + 1e-9, step, dtype=torch.float64)
    before, after = at.floor().long(), at.ceil().long()
    part = (at - before).float().unsqueeze(1)
    return CnnOutputs(*(torch.lerp(each[before], each[after], part) for each in outputs))


def _sample(outputs: CnnOutputs, example: Example) -> Sample:
    nothing = torch.zeros(len(outputs.logits), NUM_LABELS)
    return Sample(outputs, nothing, example.clip.label, torch.from_numpy(example.clip.affect))


def _any_version(example: Example, generator: torch.Generator) -> CnnOutputs:
    versions = (example.plain, *example.augmented)
    return versions[_integers(0, len(versions), 1, generator)[0]]


def _window(outputs: CnnOutputs, generator: torch.Generator) -> CnnOutputs:
    """At most `MAX_STEPS` of the steps, from a random start."""
    spare = max(0, len(outputs.logits) - MAX_STEPS)
    start = _integers(0, spare + 1, 1, generator)[0]
    return outputs.select(slice(start, start + MAX_STEPS))


def _transition(steps: int, generator: torch.Generator) -> Tensor:
    """How much of the second image each step shows, (steps, 1): none, or rising from 0 to 1."""
    if _uniform(generator) >= SWITCHING:
        return torch.zeros(steps, 1)
    middle = steps * _uniform(generator)
    fade = FADE_STEPS * _uniform(generator) + 1e-3
    return ((torch.arange(steps).unsqueeze(1) - middle) / fade).clamp(0, 1)


def _held(stills: Stills, index: int, steps: int, generator: torch.Generator) -> CnnOutputs:
    """An image held for `steps`: one version all along, or another at every step."""
    flickers = _uniform(generator) < FLICKERING
    drawn = _integers(0, len(stills.versions), steps if flickers else 1, generator)
    versions = [stills.versions[each] for each in (drawn if flickers else drawn * steps)]
    return CnnOutputs(
        torch.stack([each.features[index] for each in versions]),
        torch.stack([each.logits[index] for each in versions]),
    )


def _uniform(generator: torch.Generator) -> float:
    return float(torch.rand((), generator=generator))


def _integers(low: int, high: int, count: int, generator: torch.Generator) -> list[int]:
    if low == high:  # nothing to draw from, and so no sample
        return []
    drawn: list[int] = torch.randint(low, high, (count,), generator=generator).tolist()
    return drawn
