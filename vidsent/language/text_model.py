"""A BERT that reads the emotion of a line: the one that ships, or any that the caller names.

Any sequence classifier of `transformers` will do whose labels name emotions; what it calls joy or
anger is found by name. This module knows neither times nor subtitles.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch

from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.calibration import Calibration, log_sigmoid
from vidsent.core.emotions import LABELS, NUM_LABELS, expected_valence_arousal
from vidsent.core.errors import ModelError
from vidsent.core.once import once
from vidsent.core.progress import CountCallback
from vidsent.language.classifiers import Classifier, ShippedClassifier, TransformersClassifier

FOLDER = "text"  # below assets/weights
BATCH = 64  # texts
LEARNED_SHARE = 0.5  # of valence and arousal; the rest follows from the emotions, as with faces
LEAST = 1e-6  # probability


# What other models call our seven, after the grouping of GoEmotions (Demszky et al. 2020).
NAMES = {
    "anger": "anger angry annoyance disapproval rage hate 愤怒 生气 怒",
    "disgust": "disgust disgusted 厌恶",
    "fear": "fear scared nervousness afraid fearful 恐惧 害怕 惧",
    "happiness": (
        "happiness happy joy love amusement approval excitement gratitude optimism relief pride "
        "admiration desire caring 快乐 高兴 开心 喜悦 喜欢 乐"
    ),
    "sadness": "sadness sad disappointment embarrassment grief remorse 悲伤 难过 伤心 哀",
    "surprise": "surprise surprised realization confusion curiosity 惊讶 惊奇 惊",
    "neutral": "neutral none 平静 中性 无情绪",
}
_EMOTION_OF = {name: label for label, names in NAMES.items() for name in names.split()}


class TextReadings(NamedTuple):
    """What was read in N texts: probs (N, 7), valence and arousal (N, 2) in [-1, 1], float32."""

    probs: np.ndarray
    affect: np.ndarray


class TextModel:
    """A text classifier on one device; inference only, safe to share between threads.

    `source` is a folder or the name of a model on the hub; None is the one that ships. Raises
    ModelError when it cannot be loaded or names none of our emotions.
    """

    def __init__(self, source: str | None = None, device: str = "auto") -> None:
        self.device = devices.choose(device)
        self._classifier: Classifier = (
            ShippedClassifier(FOLDER, self.device)
            if source is None
            else TransformersClassifier(source, self.device)
        )
        names = self._classifier.labels
        self._emotions = _emotions(names)
        if not self._emotions.any():
            raise ModelError(
                f"The text model {source} tells {', '.join(names[:6])}, none of which is an "
                "emotion that vidsent knows. Name another one."
            )
        self._affect = [names.index(each) for each in ("valence", "arousal") if each in names]
        calibrations = self._classifier.config.get("calibration") or {}
        self._calibrations = {
            name: Calibration.from_dict(each) for name, each in calibrations.items()
        }

    @property
    def gap(self) -> str:
        """What to write in a text where a word is hidden."""
        return f" {self._classifier.mask} "

    @property
    def width(self) -> int:
        """Numbers in a vector of `embed` or `bags`."""
        return self._classifier.width

    @staticmethod
    def shared(source: str | None = None, device: str = "auto") -> TextModel:
        """The one model of this process for `source` and `device`, loaded on first use."""
        return _shared(source, device)

    def read(
        self,
        texts: Sequence[str],
        languages: Sequence[str],
        on_progress: CountCallback | None = None,
    ) -> TextReadings:
        """Emotion of each text, given its language ("en", "zh"); rows of probs sum to 1.

        `on_progress` gets how many were read; what it raises ends the reading.
        """
        outputs = self._run(texts, hidden=False, on_progress=on_progress)
        scores = self._scores(outputs)
        probs = np.empty((len(texts), NUM_LABELS), np.float32)
        for language in set(languages):
            chosen = np.array([each == language for each in languages])
            calibration = self._calibrations.get(language, _PLAIN)
            probs[chosen] = calibration.probs(scores[chosen])
        affect = expected_valence_arousal(probs)
        if len(self._affect) == 2:
            learned = np.clip(outputs[:, self._affect], -1, 1)
            affect = LEARNED_SHARE * learned + (1 - LEARNED_SHARE) * affect
        return TextReadings(probs, affect.astype(np.float32))

    def outputs(self, texts: Sequence[str]) -> np.ndarray:
        """What the classifier itself says, (N, K) float32; for evaluation."""
        return self._run(texts, hidden=False)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Features (N, H) float32: the last hidden states, averaged over each text's tokens."""
        return self._run(texts, hidden=True)

    def bags(self, texts: Sequence[str]) -> np.ndarray:
        """What texts are about, (N, H) float32 of length 1: embeddings of their tokens, summed.

        The layers above turn to emotion as they are trained to; the embeddings still hold topics.
        A token weighs the square of its information, so that rare ones count. 0 for a text
        without any token.
        """
        encoded = self._classifier.token_ids(texts)
        rows, information = self._token_embeddings
        found = np.zeros((len(texts), rows.shape[1]), np.float32)
        for index, token_ids in enumerate(encoded):
            found[index] = information[token_ids] ** 2 @ rows[token_ids]
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), LEAST)

    @cached_property
    def _token_embeddings(self) -> tuple[np.ndarray, np.ndarray]:
        """Embedding (V, H) of each token, less what all of its script share, and -log P (V,).

        Where the tokenizer did not count its tokens, they are all alike.
        """
        rows = self._classifier.embeddings().detach().float().cpu().numpy().copy()
        known = self._classifier.vocabulary()
        counted = [-score for _, score in known] if isinstance(known, list) else [1.0]
        information = np.full(len(rows), max(counted), np.float32)  # and of tokens added later
        information[: len(counted)] = counted
        han = np.zeros(len(rows), bool)
        han[: len(known)] = [
            any(
                "\u3400" <= each <= "\u9fff"
                for each in (piece if isinstance(piece, str) else piece[0])
            )
            for piece in known
        ]
        weights = np.exp(-information) * information**2
        for script in (han, ~han):
            if script.any():
                rows[script] -= np.average(rows[script], axis=0, weights=weights[script])
        return rows, information

    def _scores(self, outputs: np.ndarray) -> np.ndarray:
        """Log-probabilities (N, 7) of our emotions, not yet shares of one whole."""
        if self._classifier.multi_label:
            logs = log_sigmoid(outputs)
        else:
            logs = outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True)
        return np.log(np.maximum(np.exp(logs) @ self._emotions, LEAST))

    @torch.inference_mode()
    def _run(
        self, texts: Sequence[str], hidden: bool, on_progress: CountCallback | None = None
    ) -> np.ndarray:
        """Outputs or averaged hidden states, in the order of `texts`; equal texts run once."""
        once = list(dict.fromkeys(texts))
        once.sort(key=len)  # texts of one length share a batch, as padding is work for nothing
        found: dict[str, np.ndarray] = {}
        for first in range(0, len(once), BATCH):
            if on_progress is not None:
                on_progress(first, len(once))
            batch = once[first : first + BATCH]
            found.update(zip(batch, self._batch(batch, hidden), strict=True))
        width = self.width if hidden else len(self._classifier.labels)
        return np.array([found[text] for text in texts], np.float32).reshape(-1, width)

    def _batch(self, texts: list[str], hidden: bool) -> np.ndarray:
        with self._precision():
            if not hidden:
                return self._classifier.logits(texts).float().cpu().numpy()
            states, attention_mask = self._classifier.states(texts)
        attention_mask = attention_mask.unsqueeze(-1)
        return ((states.float() * attention_mask).sum(1) / attention_mask.sum(1)).cpu().numpy()

    def _precision(self) -> contextlib.AbstractContextManager[Any]:
        if devices.supports_bfloat16(self.device):
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return contextlib.nullcontext()


_PLAIN = Calibration(1.0, np.zeros(NUM_LABELS))


def _emotions(names: Sequence[str]) -> np.ndarray:
    """Which of the model's labels speaks for which of ours, (K, 7) of 0 and 1."""
    found = np.zeros((len(names), NUM_LABELS))
    for index, name in enumerate(names):
        if (label := _EMOTION_OF.get(name.strip().lower())) is not None:
            found[index, LABELS.index(label)] = 1
    return found


def version() -> str:
    """A short name for the model that ships."""
    return weights.version(FOLDER)


@once  # a cache on `shared` itself would take a default and the same value given for two
def _shared(source: str | None, device: str) -> TextModel:
    return TextModel(source, device)
