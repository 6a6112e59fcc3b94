"""The command `train language`: a bilingual BERT that reads the emotion of a line.

Vocabulary, masked-language training, emotions, calibration; then the weights as a folder that
`transformers` loads like any other model.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertForMaskedLM, BertForSequenceClassification

from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.calibration import log_sigmoid
from vidsent.core.emotions import NUM_LABELS
from vidsent.core.errors import DataError
from vidsent.language import text_model
from vidsent.language.word_table import shipped
from vidsent.training import runs
from vidsent.training.calibration import as_shares, fit_shares
from vidsent.training.data.texts import (
    RATED,
    SETS_EN,
    SETS_ZH,
    Texts,
    denials,
    read_plain,
    read_ratings,
    read_texts,
    statements,
)
from vidsent.training.language import bert_files, line_emotions, masked_lm
from vidsent.training.language.bert_files import initialise
from vidsent.training.language.cooccurrence import vectors
from vidsent.training.language.line_emotions import (
    DENIED,
    OUTPUTS,
    PLAIN,
    REFINEMENT,
    REFINEMENT_SHARE,
    REFINING,
    SCHEDULE,
    STATEMENTS,
    Examples,
    LinesOptions,
    drawn,
)
from vidsent.training.language.masked_lm import MaskedOptions
from vidsent.training.language.training_loop import encode
from vidsent.training.language.vocabulary import VocabularyOptions, build
from vidsent.training.runs import load_checkpoint, save_checkpoint

log = logging.getLogger(__name__)

FOLDER = "model"  # below the run folder: what ships
WIDTH = 384  # of the co-occurrence vectors
LEARNED = "masked_final.ckpt"
CALIBRATED_ON = {"en": ("goemotions_ekman", "xed_en"), "zh": ("smp2020_zh", "weibo8_zh")}


def train_language(
    data: Path,
    out: Path,
    *,
    start: Path | None = None,
    extra: Sequence[Path] = (),
    plain: Sequence[Path] = (),
    device: str = "auto",
    seed: int = 0,
    limit: int | None = None,
    ship: bool = False,
) -> None:
    """Train on the text sets under `data` and write the model into `out`/model.

    `start` is a folder with an English BERT (config.json, tokenizer.json, model.safetensors);
    `extra` are Chinese texts, a passage a line, for the masked training alone; `plain` are such of
    newspapers, which also show what is neutral. `limit` uses only so many texts of each set: a
    smoke run. Resumes what `out` holds. `ship` puts the model
    into assets/weights. Raises DataError when something is missing, or when `out` holds a run of
    other options; ModelError for a bad device.
    """
    if start is None:
        raise DataError("Name the folder of an English BERT to start from with --start.")
    chosen = devices.choose(device)
    masks, lines = MaskedOptions(seed=seed), LinesOptions(seed=seed)
    about = {
        "vocabulary": asdict(VocabularyOptions()),
        "masked": asdict(masks),
        "lines": asdict(lines),
        "data": {
            "start": start.name,
            "extra": [each.name for each in (*extra, *plain)],
            "limit": limit,
        },
    }
    runs.check(out, about)
    runs.begin(out, about)
    english = read_plain(data, (*SETS_EN, RATED))[:limit]
    weibo, more = read_plain(data, SETS_ZH)[:limit], passages([*extra, *plain])[:limit]
    tokenizer = _tokenizer(start, english, [*weibo, *more], out)
    splits = {name: read_texts(data, name) for name in SCHEDULE if name != RATED}
    cooccurrence = _cooccurrence(tokenizer, splits, more, out, limit)
    body = initialise(start, tokenizer, seed, cooccurrence)
    body = _masked(body, tokenizer, [*weibo, *half(more, seed)], english, out, masks, chosen)
    train = {
        name: line_emotions.labelled(name, head(each["train"], limit), tokenizer, lines)
        for name, each in splits.items()
    }
    train[RATED] = line_emotions.rated(read_ratings(data)["train"], tokenizer, lines)
    model = line_emotions.train_lines(classifier(body, lines), train, out, lines, chosen)
    refinement = _refinement(train, passages(plain), tokenizer, lines, limit)
    model = line_emotions.train_lines(model, refinement, out, lines, chosen, REFINING)
    calibration = calibrate(model, tokenizer, splits, lines, chosen)
    bert_files.export(model, tokenizer, calibration, out / FOLDER)
    log.info("written to %s", out / FOLDER)
    if ship:
        weights.register_folder(out / FOLDER, text_model.FOLDER)
        log.info("shipped")


def _refinement(
    train: Mapping[str, Examples],
    plain: Sequence[str],
    tokenizer: Tokenizer,
    options: LinesOptions,
    limit: int | None,
) -> dict[str, Examples]:
    """The sets of `REFINEMENT`: those of `train`, in part, plain statements and denied emotions."""
    made = {
        PLAIN: statements(plain, STATEMENTS, options.seed),
        DENIED: denials(shipped(), options.seed),
    }
    sets = {
        name: line_emotions.labelled(name, head(texts, limit), tokenizer, options)
        for name, texts in made.items()
    }
    for name in REFINEMENT:
        if name in train:
            sets[name] = drawn(train[name], REFINEMENT_SHARE.get(name, 1.0), options.seed)
    return {name: each for name, each in sets.items() if each.ids}


def passages(files: Sequence[Path]) -> list[str]:
    """The lines of plain text files that say something; raises DataError."""
    found: list[str] = []
    for file in files:
        try:
            found += [line.strip() for line in file.read_text("utf-8").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{file} is no text in UTF-8: {error}") from error
    return [line for line in found if line]


def half(texts: Sequence[str], seed: int) -> list[str]:
    """Half of the texts, drawn by chance: text from elsewhere must not outweigh our own."""
    return random.Random(seed).sample(texts, len(texts) // 2)


def head(texts: Texts, limit: int | None) -> Texts:
    """The first so many texts, or all."""
    return Texts(texts.texts[:limit], texts.labels[:limit])


def classifier(body: BertForMaskedLM, options: LinesOptions) -> BertForSequenceClassification:
    """A model for lines with the layers of `body` and a head that knows nothing yet."""
    config = body.config
    config.num_labels = len(OUTPUTS)
    config.id2label = dict(enumerate(OUTPUTS))
    config.label2id = {name: index for index, name in enumerate(OUTPUTS)}
    config.problem_type = "multi_label_classification"
    config.hidden_dropout_prob = options.dropout
    torch.manual_seed(options.seed)
    model = BertForSequenceClassification._from_config(config, attn_implementation="eager")
    model.bert.load_state_dict(body.bert.state_dict(), strict=False)  # it has no pooler
    return model


def calibrate(
    model: BertForSequenceClassification,
    tokenizer: Tokenizer,
    splits: Mapping[str, Mapping[str, Texts]],
    options: LinesOptions,
    device: torch.device,
) -> dict[str, dict[str, Any]]:
    """{language: {"scale", "bias" (7,)}} that turn outputs into shares, fitted on dev splits."""
    found = {}
    for language, names in CALIBRATED_ON.items():
        parts = [splits[name]["dev"] for name in names]
        texts = [text for part in parts for text in part.texts]
        outputs = line_emotions.predict(model, encode(tokenizer, texts, options.longest), device)
        labels = np.concatenate([part.labels for part in parts])
        scores = log_sigmoid(outputs[:, :NUM_LABELS])
        found[language] = fit_shares(scores, as_shares(labels)).to_dict()
    return found


def _tokenizer(start: Path, english: list[str], chinese: list[str], out: Path) -> Tokenizer:
    path = out / bert_files.TOKENIZER
    if not path.exists():
        log.info("learning the vocabulary from %d texts", len(english) + len(chinese))
        build(start, english, chinese, VocabularyOptions()).save(str(path), pretty=False)
    return Tokenizer.from_file(str(path))


def _cooccurrence(
    tokenizer: Tokenizer,
    splits: Mapping[str, Mapping[str, Texts]],
    extra: Sequence[str],
    out: Path,
    limit: int | None,
) -> np.ndarray:
    """What each piece stands beside in the training texts; kept in `out`."""
    if (path := out / "cooccurrence.npy").exists():
        kept: np.ndarray = np.load(path)
        return kept
    log.info("counting what stands beside what")
    parts = [head(each["train"], limit) for each in splits.values()]
    texts = [text for part in parts for text in part.texts] + list(extra[:limit])
    told = [np.flatnonzero(row) for part in parts for row in part.labels]
    told += [np.empty(0, np.int64)] * (len(texts) - len(told))
    ids = [
        np.array(e.ids, np.int64) for e in tokenizer.encode_batch(texts, add_special_tokens=False)
    ]
    found = vectors(ids, told, tokenizer.get_vocab_size(), WIDTH)
    np.save(path, found)
    return found


def _masked(
    model: BertForMaskedLM,
    tokenizer: Tokenizer,
    chinese: Sequence[str],
    english: Sequence[str],
    out: Path,
    options: MaskedOptions,
    device: torch.device,
) -> BertForMaskedLM:
    if (done := load_checkpoint(out / LEARNED)) is not None:
        model.load_state_dict(done)
        return model
    theirs, ours = (encode(tokenizer, texts, options.longest) for texts in (chinese, english))
    model = masked_lm.train_masked(model, theirs, ours, out, options, device)
    save_checkpoint(out / LEARNED, model.state_dict())
    return model
