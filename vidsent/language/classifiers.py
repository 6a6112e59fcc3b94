"""Text classifiers as `text_model` asks for them: the one that ships, and any of transformers."""

from __future__ import annotations

import contextlib
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from vidsent.core.errors import ModelError
from vidsent.language import bert

LONGEST = 128  # tokens; the rest of a longer text is not read


class Classifier(ABC):
    """Texts to logits of K labels. `config` is what its config.json says."""

    labels: list[str]
    multi_label: bool  # labels of a text do not exclude each other
    config: dict[str, Any]
    longest: int  # tokens of a text that are read
    mask: str  # what stands for a word that is hidden

    def __init__(self, device: torch.device) -> None:
        self.device = device

    @property
    def width(self) -> int:
        """H, numbers of a hidden state."""
        return int(self.embeddings().shape[1])

    @abstractmethod
    def logits(self, texts: list[str]) -> Tensor:
        """(N, K) of N texts."""

    @abstractmethod
    def states(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """The last hidden states (N, T, H), and which of them are of the texts, (N, T)."""

    @abstractmethod
    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text's tokens, without special ones."""

    @abstractmethod
    def embeddings(self) -> Tensor:
        """Of each of V tokens, (V, H)."""

    @abstractmethod
    def vocabulary(self) -> Any:
        """What the tokenizer's file calls its vocabulary."""


class ShippedClassifier(Classifier):
    """The BERT in `folder` of the weights; raises ModelError where it is missing or altered."""

    def __init__(self, folder: str, device: torch.device) -> None:
        super().__init__(device)
        self._model, self._tokenizer, self.config = bert.load(folder)
        self._model.to(device)
        named = self.config["id2label"]
        self.labels = [named[str(index)] for index in range(len(named))]
        self.multi_label = self.config.get("problem_type") == "multi_label_classification"
        self.max_tokens = min(LONGEST, self.config["max_position_embeddings"])
        self.mask = "[MASK]"
        # a tokenizer is set up once: to do so while another thread uses it is not safe
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.no_padding()
        self._padding = Tokenizer.from_str(self._tokenizer.to_str())
        self._padding.enable_padding(pad_id=self.config["pad_token_id"])

    def logits(self, texts: list[str]) -> Tensor:
        logits: Tensor = self._model(self._encoded(texts))
        return logits

    def states(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        encoded = self._encoded(texts)
        return self._model.states(encoded), encoded.attention_mask

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [each.ids for each in encoded]

    def embeddings(self) -> Tensor:
        return self._model.words.weight

    def vocabulary(self) -> Any:
        return json.loads(self._tokenizer.to_str())["model"]["vocab"]

    def _encoded(self, texts: list[str]) -> bert.Encoded:
        encoded = self._padding.encode_batch(texts)
        token_ids = torch.tensor([each.ids for each in encoded])
        attention_mask = torch.tensor([each.attention_mask for each in encoded], dtype=torch.bool)
        return bert.Encoded(token_ids.to(self.device), attention_mask.to(self.device))


class TransformersClassifier(Classifier):
    """Any sequence classifier of transformers, by folder or hub name; raises ModelError."""

    def __init__(self, source: str, device: torch.device) -> None:
        super().__init__(device)
        self._tokenizer, self._model = _load(source)
        self._model.to(device).eval()
        config = self._model.config
        self.config = config.to_dict()
        self.labels = [str(config.id2label[index]) for index in range(config.num_labels)]
        self.multi_label = config.problem_type == "multi_label_classification"
        self.max_tokens = min(LONGEST, getattr(config, "max_position_embeddings", LONGEST))
        self.mask = self._tokenizer.mask_token or ""

    def logits(self, texts: list[str]) -> Tensor:
        logits: Tensor = self._model(**self._encoded(texts)).logits
        return logits

    def states(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        encoded = self._encoded(texts)
        states: Tensor = self._model.base_model(**encoded).last_hidden_state
        return states, encoded["attention_mask"]

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = self._tokenizer(
            list(texts), add_special_tokens=False, truncation=True, max_length=self.max_tokens
        )["input_ids"]
        return found

    def embeddings(self) -> Tensor:
        weight: Tensor = self._model.get_input_embeddings().weight
        return weight

    def vocabulary(self) -> Any:
        return json.loads(self._tokenizer.backend_tokenizer.to_str())["model"]["vocab"]

    def _encoded(self, texts: list[str]) -> Any:
        return self._tokenizer(
            texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        ).to(self.device)


def _load(source: str) -> tuple[Any, Any]:
    """Tokenizer and classifier of a folder or of the hub; raises ModelError."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(source)
            model = AutoModelForSequenceClassification.from_pretrained(source, dtype=torch.float32)
    except Exception as error:  # transformers lets whatever its parts raise through
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(
            f"The text model {source} cannot be loaded: {first} Name a folder with a text "
            "classifier of transformers, or one on the Hugging Face hub while online."
        ) from error
    return tokenizer, model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without progress bars and remarks, as this may run within a request."""
    from transformers.utils import logging as chatter

    level = chatter.get_verbosity()
    shown = chatter.is_progress_bar_enabled()
    chatter.set_verbosity(logging.ERROR)
    chatter.disable_progress_bar()
    try:
        yield
    finally:
        chatter.set_verbosity(level)
        if shown:
            chatter.enable_progress_bar()
