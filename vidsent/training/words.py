"""`train language`: the table of emotion words, and how well it tells emotions.

A word enters the table when its log-odds (`log_odds`) are clear and two sets of texts, made by
different people, agree on them: what one set alone says is often its topic. Emoji and emotes are
no topic and pool every set of both languages. Grammar words, names and slurs of groups
(`excluded`), @names, addresses and rare words stay out; no sentence leaves the texts.

Everything was chosen on the dev splits; only `evaluate_words` reads a test split.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from vidsent import weights
from vidsent.emotions import LABELS, NEUTRAL, NUM_LABELS
from vidsent.stopwords import PARTICLES, STOPWORDS
from vidsent.tokens import tokens
from vidsent.training.excluded import excluded
from vidsent.training.log_odds import Counts, LogOdds, count, pool
from vidsent.training.metrics import Metric, bootstrap
from vidsent.training.record import save_record
from vidsent.training.texts import SETS_EN, SETS_ZH, Texts, read_texts
from vidsent.wordtable import FILE, Calibration, WordTable, dump, shipped, sums

log = logging.getLogger(__name__)

RECORD_FILE = "words.json"
SETS = {"en": SETS_EN, "zh": SETS_ZH, "any": SETS_EN + SETS_ZH}


@dataclass(frozen=True)
class WordsOptions:
    """How to build the table; the defaults made the shipped one."""

    prior: float = 20_000.0  # words that the background counts for
    least_count: int = 8  # texts that a word occurs in
    least_z: float = 4.0  # of the pooled log-odds: hundreds of thousands are looked at
    least_z_alone: float = 5.0  # where a single set can speak
    agreement_z: float = 1.0  # of each of two sets
    plain_ratio: float = -0.1  # of neutral texts, at most: others would be topics
    least_ratio: float = 0.9  # of the strongest emotion; weaker words tell little
    phrase_gain: float = 0.5  # by which a phrase must beat its stronger word
    neutral_share: float = 0.3  # of lines with an emotion word that mean it plainly
    balance: float = 0.5  # emotions weigh as share ** (1 - balance): 1 is all alike, 0 as they come


def train_words(
    data: Path, out: Path, options: WordsOptions | None = None, *, ship: bool = False
) -> WordTable:
    """Learn the table from the text sets under `data` and write it to `out`/words.tsv.

    `ship` puts it into assets/weights. Raises DataError when a set is missing.
    """
    options, started = options or WordsOptions(), time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    sets = {name: read_texts(data, name) for name in SETS["any"]}
    counts = {name: count(_documents(sets[name]["train"])) for name in sets}
    log.info("counted %d texts", sum(len(each["train"].texts) for each in sets.values()))
    found: dict[str, np.ndarray] = {}
    languages: dict[str, str] = {}
    for language, names in SETS.items():
        chosen = choose([counts[name] for name in names], language, options)
        found |= chosen
        languages |= dict.fromkeys(chosen, language)
        log.info("%s: %d words", language, len(chosen))
    bare = WordTable(found, {})
    table = WordTable(
        found,
        {
            language: calibrate(bare, [sets[name]["dev"] for name in SETS[language]], options)
            for language in ("en", "zh")
        },
    )
    (out / FILE).write_text(dump(table, languages), encoding="utf-8")
    seconds = round(time.monotonic() - started, 1)
    save_record(out / RECORD_FILE, {"options": asdict(options), "seconds": seconds})
    if ship:
        weights.register(out / FILE)
        log.info("shipped %s", FILE)
    return table


def _documents(texts: Texts) -> Iterator[tuple[set[str], np.ndarray]]:
    """Forms and labels of each text."""
    for text, labels in zip(texts.texts, texts.labels, strict=True):
        yield forms_of(text), labels


def forms_of(text: str) -> set[str]:
    """Words and phrases of two words of a text; words under a negation are left out."""
    line = tokens(text)
    forms = {token.form for token in line if not token.negated}
    pairs = zip(line, line[1:], strict=False)
    return forms | {f"{a.form} {b.form}" for a, b in pairs if b.joins and not a.negated}


def choose(counts: Sequence[Counts], language: str, options: WordsOptions) -> dict[str, np.ndarray]:
    """The words of one language ("any" for symbols) that the sets make evidence, with weights."""
    total = sum((each.total for each in counts[1:]), counts[0].total)
    forms = sorted(
        form
        for form, number in total.items()
        if number >= options.least_count and _language(form) == language and _allowed(form)
    )
    odds = pool(counts, forms, options.prior)
    speaking = _speaking(counts, forms, language == "any", options.least_count)
    rows = _clear(odds, speaking, language == "en", options)
    rows[:, NEUTRAL] = np.minimum(rows[:, NEUTRAL], 0)  # no word makes a line plain
    strong = rows[:, :NEUTRAL].max(1, initial=0) >= options.least_ratio
    strong &= odds.ratio[:, NEUTRAL] <= options.plain_ratio
    known = {form: row for form, row, kept in zip(forms, rows, strong, strict=True) if kept}
    return {form: row for form, row in known.items() if _gains(form, known, options.phrase_gain)}


def _speaking(
    counts: Sequence[Counts], forms: Sequence[str], symbols: bool, least: int
) -> np.ndarray:
    """How many sets could speak of each form and label (V, 7).

    A set speaks of the labels it has. A symbol may be the habit of one set, and is then asked of
    that set alone; a word that one set alone knows is its topic.
    """
    labels = np.array([[bool(label) for label in each.by_label] for each in counts])
    known = np.array([[not symbols or each.total[form] >= least for form in forms] for each in counts])
    return np.einsum("cv,cl->vl", known.astype(int), labels.astype(int))


def _clear(odds: LogOdds, speaking: np.ndarray, trusted: bool, options: WordsOptions) -> np.ndarray:
    """Log-odds (V, 7) that are clear, and agreed on where several sets speak; else 0."""
    same_sign = odds.own_z * np.sign(odds.z)
    agreed = (same_sign >= options.agreement_z).sum(0) >= 2
    alone = (speaking == 1) & (abs(odds.z) >= options.least_z_alone)
    if trusted:
        alone |= same_sign[0] >= options.least_z_alone
    return np.where((agreed & (abs(odds.z) >= options.least_z)) | alone, odds.ratio, 0)


def _language(form: str) -> str:
    if not form.replace(" ", "").replace("'", "").isalpha():
        return "any"
    return "en" if form.isascii() else "zh"


def _allowed(form: str) -> bool:
    """Not grammar, nobody's name; a phrase may have a particle."""
    parts = form.split(" ")
    grammar = [part in STOPWORDS for part in parts]
    particle = [part in PARTICLES for part in parts]
    if len(parts) == 2:
        grammar = [
            is_grammar and not is_particle
            for is_grammar, is_particle in zip(grammar, particle, strict=True)
        ]
        return not any(grammar) and not all(particle) and not excluded(form)
    return not any(grammar) and not excluded(form)


def _gains(form: str, known: Mapping[str, np.ndarray], least: float) -> bool:
    """Whether a phrase says more than its words do; a word always does."""
    if " " not in form:
        return True
    row = known[form]
    label = int(row[:NEUTRAL].argmax())
    parts = [known[part][label] for part in form.split(" ") if part in known]
    return bool(row[label] >= max(parts, default=0.0) + least)


def calibrate(table: WordTable, texts: Sequence[Texts], options: WordsOptions) -> Calibration:
    """Fit scale and biases on texts that hold evidence, so that rare emotions get their chance."""
    rows, labels = _sums(table, texts)
    targets = labels / labels.sum(1, keepdims=True)
    found = targets.sum(0)
    share = found ** (1 - options.balance)
    share *= (1 - options.neutral_share) / share[:NEUTRAL].sum()
    share[NEUTRAL] = options.neutral_share
    return _fit(rows, targets * share / found)


def _sums(table: WordTable, texts: Sequence[Texts]) -> tuple[np.ndarray, np.ndarray]:
    """Summed weights (N, 7) and labels (N, 7) of the texts that hold evidence."""
    rows, labels = [], []
    for each in texts:
        for text, marks in zip(each.texts, each.labels, strict=True):
            if evidence := table.evidence(text):
                rows.append(sums(evidence))
                labels.append(marks)
    return np.array(rows), np.array(labels, np.float64)


def _fit(rows: np.ndarray, targets: np.ndarray) -> Calibration:
    """The calibration that makes weighted `targets` (N, 7) most likely given sums (N, 7)."""

    def cost(values: np.ndarray) -> float:
        return -float((targets * log_softmax(values[0] * rows + values[1:], axis=1)).sum())

    total = targets.sum()
    best = minimize(
        lambda values: cost(values) / total, np.append(0.5, np.zeros(NUM_LABELS)), method="L-BFGS-B"
    )
    bias = best.x[1:] - best.x[1:].mean()
    return Calibration(round(float(best.x[0]), 4), np.round(bias, 4))
