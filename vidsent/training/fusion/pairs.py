"""Faces with lines of the same emotion: what a fusion of channels learns from and is tested on.

No set shows people who feel something while they say it, with both labelled; so a face and a
line that bear the same label are put together. All that is done here is choosing who meets whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import NEUTRAL, NUM_LABELS

CHANNELS = ("face", "subtitle", "danmaku")  # the order of every array here
FACE, SUBTITLE, DANMAKU = range(3)
FACE_ONLY, SUBTITLE_ONLY = 0.2, 0.2  # shares of the pairs that lose the other one
COMMENTS = 5  # comments that speak together
OFF_TOPIC = 0.5  # share of them that are about anything
WITH_DANMAKU = 0.5  # share of the training pairs that have them
PLAIN = 0.1  # as many pairs as this share of the matched ones have a plain channel in addition


class Faces(NamedTuple):
    """N faces: probs (N, 7), features (N, F) or None, labels (N,) int, quality (N,) in [0, 1]."""

    probs: np.ndarray
    features: np.ndarray | None
    labels: np.ndarray
    quality: np.ndarray


class Lines(NamedTuple):
    """N lines: probs (N, 7), features (N, H), labels (N,) int."""

    probs: np.ndarray
    features: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Cases:
    """N moments of up to three channels, in the order of `CHANNELS`.

    truth (N,) int; probs (3, N, 7), of which that counts where seen (3, N) bool; quality (N,) of
    the face; features, one (N, width) a channel, zeros where it is not seen, or None.
    """

    truth: np.ndarray
    probs: np.ndarray
    seen: np.ndarray
    quality: np.ndarray
    features: tuple[np.ndarray, ...] | None

    def __len__(self) -> int:
        return len(self.truth)

    def where(self, chosen: np.ndarray) -> Cases:
        """Those of the cases that are chosen, bool (N,) or their indices."""
        features = self.features and tuple(each[chosen] for each in self.features)
        rows = self.probs[:, chosen], self.seen[:, chosen], self.quality[chosen]
        return Cases(self.truth[chosen], *rows, features)


def match(
    tiles: np.ndarray, languages: Sequence[np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A line of its label for each tile, as long as there are any: (tiles, lines), indices (N,).

    tiles (M,) labels; languages, the labels of the lines of each, which take turns until one has
    no more of a label. A line is known by its place in all languages together. Each tile and
    each line is chosen once.
    """
    starts = np.cumsum([0, *map(len, languages)])
    chosen: list[tuple[int, int]] = []
    for label in range(NUM_LABELS):
        faces = rng.permutation(np.flatnonzero(tiles == label))
        sources = [
            start + rng.permutation(np.flatnonzero(labels == label))
            for start, labels in zip(starts, languages, strict=False)
        ]
        turns = [line for turn in zip_longest(*sources) for line in turn if line is not None]
        chosen += zip(faces.tolist(), turns, strict=False)
    found = np.array(chosen, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def matched(
    faces: Faces, lines: Lines, rng: np.random.Generator, danmaku: float = 0.0, whole: bool = False
) -> Cases:
    """Face k with line k, whose labels are the same; channels are dropped unless `whole`.

    A share `danmaku` of the pairs has danmaku of other lines of that label as well.
    """
    count = len(faces.labels)
    draw = rng.random(count)
    seen = np.ones((len(CHANNELS), count), bool)
    if not whole:
        seen[SUBTITLE], seen[FACE] = draw >= FACE_ONLY, draw < 1 - SUBTITLE_ONLY
    seen[DANMAKU] = rng.random(count) < danmaku
    every = np.arange(count)
    return _cases(faces, lines, every, every, lines.labels, seen, _draw_comments(lines.labels, rng))


def plain(
    faces: Faces, lines: Lines, rng: np.random.Generator, channel: int, count: int | None = None
) -> Cases:
    """Felt faces with plain lines, or plain faces with felt lines where `channel` is the face.

    What is felt is the truth: most of what people say is plain to read, whatever they feel.
    As many as there are of both, but `count` at most.
    """
    felt_in, neutral_in = (faces, lines) if channel == SUBTITLE else (lines, faces)
    felt = rng.permutation(np.flatnonzero(felt_in.labels != NEUTRAL))
    neutral = rng.permutation(np.flatnonzero(neutral_in.labels == NEUTRAL))
    size = min(len(felt), len(neutral), len(felt) if count is None else count)
    felt, neutral = felt[:size], neutral[:size]
    who = (felt, neutral) if channel == SUBTITLE else (neutral, felt)
    seen = np.array([[True], [True], [False]]).repeat(len(felt), axis=1)
    return _cases(faces, lines, *who, felt_in.labels[felt], seen, np.zeros_like(felt)[:, None])


def joined(first: Cases, second: Cases) -> Cases:
    """The cases of both, all of which have features."""
    assert first.features is not None and second.features is not None
    return Cases(
        np.concatenate([first.truth, second.truth]),
        np.concatenate([first.probs, second.probs], axis=1),
        np.concatenate([first.seen, second.seen], axis=1),
        np.concatenate([first.quality, second.quality]),
        tuple(map(np.concatenate, zip(first.features, second.features, strict=True))),
    )


def _draw_comments(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each line the indices (N, 5) of others of its label, chatter among them."""
    comments = np.empty((len(labels), COMMENTS), np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        steps = rng.integers(1, max(2, len(members)), (len(members), COMMENTS))
        # subtle: steps along the members, so that no line is a comment on itself
        comments[members] = members[(np.arange(len(members))[:, None] + steps) % len(members)]
    anything = rng.integers(0, len(labels), comments.shape)
    return np.where(rng.random(comments.shape) < OFF_TOPIC, anything, comments)


def _cases(
    faces: Faces,
    lines: Lines,
    face: np.ndarray,
    line: np.ndarray,
    truth: np.ndarray,
    seen: np.ndarray,
    comments: np.ndarray,
) -> Cases:
    """Cases out of indices (N,) of faces and lines and (N, K) of comments, without unseen ones."""
    seen = seen & np.array([faces.quality[face] > 0, *np.ones((2, len(face)), bool)])
    probs = np.stack([faces.probs[face], lines.probs[line], lines.probs[comments].mean(1)])
    features = None
    if faces.features is not None:
        every = faces.features[face], lines.features[line], lines.features[comments].mean(1)
        features = tuple(each * here[:, None] for each, here in zip(every, seen, strict=True))
    cases = Cases(truth, probs, seen, faces.quality[face], features)
    return cases.where(np.flatnonzero(seen.any(0)))
