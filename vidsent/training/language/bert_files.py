"""The bilingual BERT before and after its training.

Before, it has the layers of an English one, and rows for our pieces; after, it is a folder that
`transformers` loads like any other model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
)

from vidsent.core.errors import DataError
from vidsent.training.language.cooccurrence import map_onto_rows
from vidsent.training.language.vocabulary import PAD, SPECIAL, embeddings
from vidsent.training.runs import read_weights

POSITIONS = 128  # tokens of the longest text
WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
POSITION_EMBEDDINGS = "embeddings.position_embeddings.weight"
TOKENIZER = "tokenizer.json"
SHARD = "9MB"
TRAINED_ON = "GoEmotions, XED, CSMV comments, EmoBank; SMP2020-EWECT, weibo8"


def initialise(
    start: Path, tokenizer: Tokenizer, seed: int, cooccurrence: np.ndarray | None = None
) -> BertForMaskedLM:
    """A model for the pieces of `tokenizer`, out of the BERT in the folder `start`.

    Pieces that it knows keep their rows. The others get theirs from `cooccurrence` (V, K), vectors
    of what each piece is seen with; without, random ones.

    Without dropout: it sees each text a few times only. Attention is written out, because the
    backward pass of the fused one is ten times slower on a CPU. Raises DataError when `start`
    holds no BERT.
    """
    tensors, config = read_bert(start)
    first = Tokenizer.from_file(str(start / "tokenizer.json"))
    rows, known = embeddings(tokenizer, first, tensors[WORD_EMBEDDINGS].numpy(), seed)
    if cooccurrence is not None:
        guessed = map_onto_rows(cooccurrence, known, rows)
        new = ~known & (np.abs(cooccurrence).sum(1) > 0)
        rows[new] = guessed[new]
    tensors[WORD_EMBEDDINGS] = torch.from_numpy(rows)
    tensors[POSITION_EMBEDDINGS] = tensors[POSITION_EMBEDDINGS][:POSITIONS]
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


def export(
    model: BertForSequenceClassification,
    tokenizer: Tokenizer,
    calibration: dict[str, dict[str, Any]],
    folder: Path,
) -> None:
    """Write a folder that AutoModelForSequenceClassification and AutoTokenizer read.

    Weights are float16, and the rows of the vocabulary float8, so that no file of them is 10 MB.
    """
    small = model.cpu().half()
    rows = small.bert.embeddings.word_embeddings
    rows.weight.data = rows.weight.data.to(torch.float8_e4m3fn)
    small.config.hidden_dropout_prob = 0.1  # what fine-tuning it further would want
    small.config.calibration = calibration
    small.config.trained_on = TRAINED_ON
    small.save_pretrained(folder, max_shard_size=SHARD)
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    special = dict(zip(names, SPECIAL, strict=True))
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=POSITIONS, **special
    )
    fast.save_pretrained(folder)
    # smaller: the library writes it for people to read
    text = json.loads((folder / TOKENIZER).read_text("utf-8"))
    small_text = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    (folder / TOKENIZER).write_text(small_text, "utf-8")
