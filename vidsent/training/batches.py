"""Batches of sequences to train a temporal model on, drawn from what the CNN said of the clips.

Acted clips are played at random rates; stills become sequences too, steady or turning from
one to another, so that the model keeps what the CNN knows of single pictures and
follows a change at once. Every draw comes from the generator handed in.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from vidsent.core.emotions import NUM_LABELS
from vidsent.training.courses import Course, Example, Stills
from vidsent.training.sequences import NO_LABEL, RATE_HZ

LONGEST = 48  # steps of a training window
RATES_HZ = (5.0, 30.0)  # at which training plays an acted clip
STILL_STEPS = (1, 32)  # length of a sequence made of stills
SWITCHING = 0.5  # share of those that turn to another picture
FLICKERING = 0.5  # share of those whose picture is cut anew at every step
FADE_STEPS = 5  # a turn takes at most as long
UNKNOWN = torch.full((2,), float("nan"))  # valence and arousal of what has none


class Sample(NamedTuple):
    """One sequence of T steps with its targets; zeros and NaN stand for unknown."""

    course: Course
    frames: Tensor  # (T, 7) soft targets of single steps, all summing to 1, or 0 where unknown
    label: int  # of the whole sequence, or -1
    affect: Tensor  # (2,) valence and arousal of the whole sequence, or NaN


class Batch(NamedTuple):
    """B samples padded to the longest: what `Sample` holds, stacked, and the lengths (B,)."""

    features: Tensor
    logits: Tensor
    lengths: Tensor
    frames: Tensor
    labels: Tensor
    affect: Tensor

    def share(self) -> Tensor:
        """Weight of each step in the mean over its sequence, (B, T, 1); 0 where padded."""
        steps = torch.arange(self.frames.shape[1], device=self.lengths.device)
        lengths = self.lengths.unsqueeze(1)
        return ((steps < lengths) / lengths).unsqueeze(2)

    def to(self, device: torch.device) -> Batch:
        return Batch(*(tensor.to(device) for tensor in self))


def acted(examples: list[Example], count: int, generator: torch.Generator) -> list[Sample]:
    """Windows of acted clips, played at a random rate, each with the emotion of its clip."""
    samples = []
    for index in _integers(0, len(examples), count, generator):
        example = examples[index]
        low, high = RATES_HZ
        rate = low * (high / low) ** float(torch.rand((), generator=generator))
        course = _window(resample(_any(example, generator), RATE_HZ / rate), generator)
        samples.append(_sample(course, example))
    return samples


def rated(examples: list[Example], count: int, generator: torch.Generator) -> list[Sample]:
    """Whole clips, each with its valence and arousal."""
    chosen = _integers(0, len(examples), count, generator)
    return [_sample(_any(examples[index], generator), examples[index]) for index in chosen]


def rising(examples: list[Example], count: int, generator: torch.Generator) -> list[Sample]:
    """Clips that end at their peak: only the last step bears the emotion."""
    samples = []
    for index in _integers(0, len(examples), count, generator):
        course = _any(examples[index], generator)
        frames = torch.zeros(len(course.logits), NUM_LABELS)
        frames[-1, examples[index].clip.label] = 1.0
        samples.append(Sample(course, frames, NO_LABEL, UNKNOWN))
    return samples


def still(stills: Stills, count: int, generator: torch.Generator) -> list[Sample]:
    """Sequences of one picture, or of two with a turn between, each step with its own target."""
    samples = []
    for _ in range(count):
        steps = _integers(*STILL_STEPS, 1, generator)[0]
        first, second = _integers(0, len(stills.targets), 2, generator)
        blend = _turn(steps, generator)
        before, after = (_played(stills, index, steps, generator) for index in (first, second))
        course = Course(*(torch.lerp(a, b, blend) for a, b in zip(before, after, strict=True)))
        frames = torch.lerp(stills.targets[first], stills.targets[second], blend)
        samples.append(Sample(course, frames / steps, NO_LABEL, UNKNOWN))
    return samples


def collate(samples: list[Sample]) -> Batch:
    """Pad the samples to the longest; padded steps have no target."""

    def padded(tensors: list[Tensor]) -> Tensor:
        return pad_sequence(tensors, batch_first=True)

    return Batch(
        features=padded([sample.course.features for sample in samples]),
        logits=padded([sample.course.logits for sample in samples]),
        lengths=torch.tensor([len(sample.course.logits) for sample in samples]),
        frames=padded([sample.frames for sample in samples]),
        labels=torch.tensor([sample.label for sample in samples]),
        affect=torch.stack([sample.affect for sample in samples]),
    )


def resample(course: Course, step: float) -> Course:
    """The course read every `step` of its steps, between them by linear interpolation."""
    at = torch.arange(0, len(course.logits) - 1 + 1e-9, step, dtype=torch.float64)
    before, after = at.floor().long(), at.ceil().long()
    part = (at - before).float().unsqueeze(1)
    return Course(*(torch.lerp(each[before], each[after], part) for each in course))


def _sample(course: Course, example: Example) -> Sample:
    nothing = torch.zeros(len(course.logits), NUM_LABELS)
    return Sample(course, nothing, example.clip.label, torch.from_numpy(example.clip.affect))


def _any(example: Example, generator: torch.Generator) -> Course:
    versions = (example.plain, *example.augmented)
    return versions[_integers(0, len(versions), 1, generator)[0]]


def _window(course: Course, generator: torch.Generator) -> Course:
    """At most `LONGEST` steps of the course, from a random start."""
    spare = max(0, len(course.logits) - LONGEST)
    start = _integers(0, spare + 1, 1, generator)[0]
    return Course(*(each[start : start + LONGEST] for each in course))


def _turn(steps: int, generator: torch.Generator) -> Tensor:
    """How much of the second picture each step shows, (steps, 1): none, or rising from 0 to 1."""
    if float(torch.rand((), generator=generator)) >= SWITCHING:
        return torch.zeros(steps, 1)
    middle = steps * float(torch.rand((), generator=generator))
    fade = FADE_STEPS * float(torch.rand((), generator=generator)) + 1e-3
    return ((torch.arange(steps).unsqueeze(1) - middle) / fade).clamp(0, 1)


def _played(stills: Stills, index: int, steps: int, generator: torch.Generator) -> Course:
    """A picture held for `steps`: one version all along, or another at every step."""
    flickers = float(torch.rand((), generator=generator)) < FLICKERING
    drawn = _integers(0, len(stills.versions), steps if flickers else 1, generator)
    drawn = drawn if flickers else drawn * steps
    features = torch.stack([stills.versions[each].features[index] for each in drawn])
    return Course(features, torch.stack([stills.versions[each].logits[index] for each in drawn]))


def _integers(low: int, high: int, count: int, generator: torch.Generator) -> list[int]:
    if low == high:  # nothing to draw from, and so no sample
        return []
    drawn: list[int] = torch.randint(low, high, (count,), generator=generator).tolist()
    return drawn
