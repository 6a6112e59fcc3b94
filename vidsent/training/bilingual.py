"""The bilingual BERT before its training: the layers of an English one, and rows for our pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM

from vidsent.core.errors import DataError
from vidsent.training.cooccurrence import mapped
from vidsent.training.record import read_weights
from vidsent.training.vocabulary import PAD, SPECIAL, embeddings

POSITIONS = 128  # tokens of the longest text
WORDS = "embeddings.word_embeddings.weight"
PLACES = "embeddings.position_embeddings.weight"


def begin(
    start: Path, tokenizer: Tokenizer, seed: int, seen_with: np.ndarray | None = None
) -> BertForMaskedLM:
    """A model for the pieces of `tokenizer`, out of the BERT in the folder `start`.

    Pieces that it knows keep their rows. The others get theirs from `seen_with` (V, K), vectors
    of what each piece is seen with; without, random ones.

    Without dropout: it sees each text a few times only. Attention is written out, because the
    backward pass of the fused one is ten times slower on a CPU. Raises DataError when `start`
    holds no BERT.
    """
    tensors, config = read_bert(start)
    first = Tokenizer.from_file(str(start / "tokenizer.json"))
    rows, known = embeddings(tokenizer, first, tensors[WORDS].numpy(), seed)
    if seen_with is not None:
        guessed = mapped(seen_with, known, rows)
        new = ~known & (np.abs(seen_with).sum(1) > 0)
        rows[new] = guessed[new]
    tensors[WORDS] = torch.from_numpy(rows)
    tensors[PLACES] = tensors[PLACES][:POSITIONS]
    config.vocab_size, config.max_position_embeddings = len(rows), POSITIONS
    config.pad_token_id = SPECIAL.index(PAD)
    config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
    torch.manual_seed(seed)
    model = BertForMaskedLM._from_config(config, attn_implementation="eager")
    wanted = dict(model.bert.named_parameters())
    kept = {name: tensor for name, tensor in tensors.items() if name in wanted}
    if missing := wanted.keys() - kept.keys():
        raise DataError(f"{start} holds no whole BERT: {len(missing)} tensors are missing.")
    model.bert.load_state_dict(kept, strict=False)
    model.tie_weights()
    return model


def read_bert(start: Path) -> tuple[dict[str, torch.Tensor], BertConfig]:
    """Tensors and configuration of the BERT in a folder; raises DataError."""
    try:
        config = BertConfig.from_pretrained(start)
        tensors = read_weights(start / "model.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise DataError(f"{start} holds no BERT to start from: {error}") from error
    return {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}, config
