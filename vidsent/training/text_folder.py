"""What `train language` leaves behind: a folder that `transformers` loads like any other model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from vidsent.training.bilingual import POSITIONS
from vidsent.training.vocabulary import CLS, MASK, PAD, SEP, UNKNOWN

TOKENIZER = "tokenizer.json"
SHARD = "9MB"
TRAINED_ON = "GoEmotions, XED, CSMV comments, EmoBank; SMP2020-EWECT, weibo8"


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
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=POSITIONS,
        pad_token=PAD,
        unk_token=UNKNOWN,
        cls_token=CLS,
        sep_token=SEP,
        mask_token=MASK,
    )
    fast.save_pretrained(folder)
    # smaller: the library writes it for people to read
    text = json.loads((folder / TOKENIZER).read_text("utf-8"))
    (folder / TOKENIZER).write_text(
        json.dumps(text, ensure_ascii=False, separators=(",", ":")), "utf-8"
    )
