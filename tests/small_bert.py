"""A BERT so small that a test can make it: random weights, a real tokenizer, real files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("happy", "sad", "lonely", "house", "town", "friends", "monday", "lunch", "table", "in")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789!?.,[]'"
POSITIONS = 128


def vocabulary() -> list[str]:
    """Special tokens, a few words, and letters alone and within words."""
    return [*SPECIAL, *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS)]


def english(folder: Path) -> Path:
    """A folder with an English BERT, as one that training starts from."""
    torch.manual_seed(0)
    BertModel(_config()).save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def classifier(folder: Path, labels: Sequence[str], **settings: Any) -> Path:
    """A folder with a text classifier of these labels, as one from a hub."""
    torch.manual_seed(0)
    config = _config(num_labels=len(labels), id2label=dict(enumerate(labels)), **settings)
    BertForSequenceClassification(config).save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def _config(**settings: Any) -> BertConfig:
    return BertConfig(
        vocab_size=len(vocabulary()),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=POSITIONS,
        **settings,
    )


def _tokenizer() -> PreTrainedTokenizerFast:
    numbers = {token: index for index, token in enumerate(vocabulary())}
    inner = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer()
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [(token, numbers[token]) for token in ("[CLS]", "[SEP]")]
    inner.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        model_max_length=POSITIONS,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
