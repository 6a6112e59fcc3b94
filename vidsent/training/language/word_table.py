"""`train words`: the table of emotion words.

The table holds words and weights, no sentence of the texts. Everything was chosen on the dev
splits; `evaluate language` measures it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from vidsent.core import weights
from vidsent.core.calibration import Calibration
from vidsent.core.emotions import NEUTRAL, NUM_LABELS
from vidsent.core.errors import DataError
from vidsent.language.word_table import FILE, WordTable, dump, sums
from vidsent.training.calibration import as_shares, fit_shares
from vidsent.training.data.texts import SETS_EN, SETS_ZH, Texts, read_texts
from vidsent.training.language.word_selection import WordsOptions, choose, count, forms_of
from vidsent.training.runs import save_record

log = logging.getLogger(__name__)

RECORD_FILE = "words.json"
SETS = {"en": SETS_EN, "zh": SETS_ZH, "any": SETS_EN + SETS_ZH}


def train_words(
    data: Path, out: Path, options: WordsOptions | None = None, *, ship: bool = False
) -> WordTable:
    """Learn the table from the text sets under `data` and write it to `out`/words.tsv.

    `ship` puts it into assets/weights. Raises DataError when a set is missing or tells nothing.
    """
    options, started = options or WordsOptions(), time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    sets = {name: read_texts(data, name) for name in SETS["any"]}
    words, languages = _learn({name: sets[name]["train"] for name in sets}, options)
    bare = WordTable(words, {})
    calibrations = {
        language: calibrate(bare, [sets[name]["dev"] for name in SETS[language]], options)
        for language in ("en", "zh")
    }
    table = WordTable(words, calibrations)
    (out / FILE).write_text(dump(table, languages), encoding="utf-8")
    seconds = round(time.monotonic() - started, 1)
    save_record(out / RECORD_FILE, {"options": asdict(options), "seconds": seconds})
    if ship:
        weights.register(out / FILE)
        log.info("shipped %s", FILE)
    return table


def _learn(
    sets: Mapping[str, Texts], options: WordsOptions
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Weights (7,) and language of every word that the sets make evidence."""
    counts = {
        name: count(zip(map(forms_of, each.texts), each.labels, strict=True))
        for name, each in sets.items()
    }
    log.info("counted %d texts", sum(len(texts.texts) for texts in sets.values()))
    words: dict[str, np.ndarray] = {}
    languages: dict[str, str] = {}
    for language, names in SETS.items():
        chosen = choose([counts[name] for name in names], language, options)
        words |= chosen
        languages |= dict.fromkeys(chosen, language)
        log.info("%s: %d words", language, len(chosen))
    return words, languages


def calibrate(table: WordTable, texts: Sequence[Texts], options: WordsOptions) -> Calibration:
    """Fit scale and biases on texts that hold evidence, so that rare emotions get their chance."""
    rows = np.array([sums(table.evidence(text)) for each in texts for text in each.texts])
    labels = np.concatenate([each.labels for each in texts])
    seen = rows.any(1)
    if not labels[seen, :NEUTRAL].any():
        raise DataError("The text sets are too small: no word in them tells an emotion.")
    targets = as_shares(labels[seen])
    found = targets.sum(0)
    share = found ** (1 - options.balance)
    share *= (1 - options.neutral_share) / share[:NEUTRAL].sum()
    share[NEUTRAL] = options.neutral_share
    weight = np.divide(share, found, out=np.zeros(NUM_LABELS), where=found > 0)
    return fit_shares(rows[seen], targets * weight)
