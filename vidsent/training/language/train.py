"""The command `train language`: a bilingual BERT that reads the emotion of a line.

Vocabulary, masked-language training, emotions, calibration; then the weights as a folder that
`transformers` loads like any other model.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
from vidsent.training.data import texts as text_sets
from vidsent.training.data.texts import RATED, SETS_EN, SETS_ZH, Texts, read_plain, read_texts
from vidsent.training.language import bert_files, line_emotions, masked_lm
from vidsent.training.language.cooccurrence import vectors
from vidsent.training.language.line_emotions import OUTPUTS, Examples, LinesOptions
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
    smoke run. Resumes what `out` holds. `ship` puts the model into assets/weights. Raises
    DataError when something is missing, or when `out` holds a run of other options; ModelError
    for a bad device.
    """
    if start is None:
        raise DataError("Name the folder of an English BERT to start from with --start.")
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
    chosen = devices.choose(device)
    runs.check(out, about)
    runs.begin(out, about)
    english = read_plain(data, (*SETS_EN, RATED))[:limit]
    weibo, more = read_plain(data, SETS_ZH)[:limit], passages([*extra, *plain])[:limit]
    tokenizer = _tokenizer(start, english, [*weibo, *more], out)
    read = {name: read_texts(data, name) for name in line_emotions.SCHEDULE if name != RATED}
    splits = {name: {**each, "train": each["train"].first(limit)} for name, each in read.items()}
    run = Run(out, tokenizer, splits, lines, chosen, limit)
    body = bert_files.initialise(start, tokenizer, seed, run.cooccurrence(more))
    # half of the text from elsewhere, which must not outweigh our own
    some = random.Random(seed).sample(more, len(more) // 2)
    body = run.masked(body, [*weibo, *some], english, masks)
    train = {name: run.labelled(name, each["train"]) for name, each in splits.items()}
    train[RATED] = line_emotions.rated(text_sets.read_ratings(data)["train"], tokenizer, lines)
    model = line_emotions.train_lines(classifier(body, lines), train, out, lines, chosen)
    refinement = run.refinement(train, passages(plain))
    model = line_emotions.train_lines(model, refinement, out, lines, chosen, line_emotions.REFINING)
    bert_files.export(model, tokenizer, run.calibrate(model), out / FOLDER)
    log.info("written to %s", out / FOLDER)
    if ship:
        weights.register_folder(out / FOLDER, text_model.FOLDER)
        log.info("shipped")


@dataclass(frozen=True)
class Run:
    """What the steps of a training share: its folder, tokenizer and text sets by split."""

    out: Path
    tokenizer: Tokenizer
    splits: Mapping[str, Mapping[str, Texts]]
    options: LinesOptions
    device: torch.device
    limit: int | None

    def labelled(self, name: str, texts: Texts) -> Examples:
        """Examples of a labelled set."""
        return line_emotions.labelled(name, texts, self.tokenizer, self.options)

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Token numbers (L,) int32 of each text."""
        return encode(self.tokenizer, texts, self.options.longest)

    def cooccurrence(self, extra: Sequence[str]) -> np.ndarray:
        """What each piece stands beside in the training texts; kept in `out`."""
        if (path := self.out / "cooccurrence.npy").exists():
            kept: np.ndarray = np.load(path)
            return kept
        log.info("counting what stands beside what")
        parts = [each["train"] for each in self.splits.values()]
        texts = [text for part in parts for text in part.texts] + list(extra)
        told = [np.flatnonzero(row) for part in parts for row in part.labels]
        told += [np.empty(0, np.int64)] * (len(texts) - len(told))
        encoded = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = [np.array(each.ids, np.int64) for each in encoded]
        found = vectors(ids, told, self.tokenizer.get_vocab_size(), WIDTH)
        np.save(path, found)
        return found

    def masked(
        self,
        model: BertForMaskedLM,
        chinese: Sequence[str],
        english: Sequence[str],
        options: MaskedOptions,
    ) -> BertForMaskedLM:
        """The model after stage one; kept in `out`."""
        if (done := load_checkpoint(self.out / LEARNED)) is not None:
            model.load_state_dict(done)
            return model
        texts = self.encode(chinese), self.encode(english)
        model = masked_lm.train_masked(model, *texts, self.out, options, self.device)
        save_checkpoint(self.out / LEARNED, model.state_dict())
        return model

    def refinement(
        self, train: Mapping[str, Examples], plain: Sequence[str]
    ) -> dict[str, Examples]:
        """The sets of `REFINEMENT`: `train` in part, plain statements and denied emotions."""
        seed, shares = self.options.seed, line_emotions.REFINEMENT_SHARE
        made = {
            line_emotions.PLAIN: text_sets.statements(plain, line_emotions.STATEMENTS, seed),
            line_emotions.DENIED: text_sets.denials(shipped(), seed),
        }
        sets = {name: self.labelled(name, each.first(self.limit)) for name, each in made.items()}
        for name in line_emotions.REFINEMENT:
            if name in train:
                sets[name] = line_emotions.drawn(train[name], shares.get(name, 1.0), seed)
        return {name: each for name, each in sets.items() if each.ids}

    def calibrate(self, model: BertForSequenceClassification) -> dict[str, dict[str, Any]]:
        """{language: {"scale", "bias" (7,)}} that turn outputs into shares, fitted on dev."""
        found = {}
        for language, names in CALIBRATED_ON.items():
            parts = [self.splits[name]["dev"] for name in names]
            ids = self.encode([text for part in parts for text in part.texts])
            scores = log_sigmoid(line_emotions.predict(model, ids, self.device)[:, :NUM_LABELS])
            labels = np.concatenate([part.labels for part in parts])
            found[language] = fit_shares(scores, as_shares(labels)).to_dict()
        return found


def passages(files: Sequence[Path]) -> list[str]:
    """The lines of plain text files that say something; raises DataError."""
    found: list[str] = []
    for file in files:
        try:
            found += [line.strip() for line in file.read_text("utf-8").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{file} is no text in UTF-8: {error}") from error
    return [line for line in found if line]


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


def _tokenizer(start: Path, english: list[str], chinese: list[str], out: Path) -> Tokenizer:
    path = out / bert_files.TOKENIZER
    if not path.exists():
        log.info("learning the vocabulary from %d texts", len(english) + len(chinese))
        build(start, english, chinese, VocabularyOptions()).save(str(path), pretty=False)
    return Tokenizer.from_file(str(path))
