"""Which words are evidence of emotion: the choice behind the word table.

A word enters when its log-odds (`log_odds`) are clear and two sets of texts, made by different
people, agree on them: what one set alone says is often its topic. Emoji and emotes are no topic
and pool every set of both languages. Grammar words, names and slurs of groups and places
(`excluded`), @names, addresses and rare words stay out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vidsent.core.emotions import NEUTRAL
from vidsent.language.lexicon import PARTICLES, STOPWORDS
from vidsent.language.tokens import tokens
from vidsent.training.excluded import excluded
from vidsent.training.log_odds import Counts, LogOdds, pool


@dataclass(frozen=True)
class WordsOptions:
    """How to build the table; the defaults made the shipped one."""

    prior: float = 20_000.0  # words that the background counts for
    least_count: int = 8  # texts that a word occurs in
    least_z: float = 3.0  # of the pooled log-odds
    least_z_phrase: float = 4.0  # of a phrase: there are so many that chance makes some clear
    least_z_alone: float = 5.0  # where a single set can speak
    agreement_z: float = 1.0  # of each of two sets
    plain_ratio: float = -0.1  # of neutral texts, at most: others would be topics
    least_ratio: float = 0.9  # of the strongest emotion; weaker words tell little
    least_strength: float = 6.0  # ratio times z: a weak word must be surer than a strong one
    phrase_gain: float = 0.5  # by which a phrase must beat its stronger word
    neutral_share: float = 0.25  # of lines with an emotion word that mean it plainly
    balance: float = 0.4  # emotions weigh as share ** (1 - balance): 1 is all alike, 0 as they come


def forms_of(text: str) -> set[str]:
    """Words and phrases of two words of a text; words under a negation are left out."""
    line = tokens(text)
    forms = {token.form for token in line if not token.negated}
    return forms | {
        f"{first.form} {second.form}"
        for first, second in pairwise(line)
        if second.joins and not first.negated
    }


def choose(counts: Sequence[Counts], language: str, options: WordsOptions) -> dict[str, np.ndarray]:
    """The words of one language ("any" for symbols) that the sets make evidence, with weights."""
    total = sum((each.total for each in counts[1:]), counts[0].total)
    forms = sorted(
        form
        for form, number in total.items()
        if number >= options.least_count and _language(form) == language and _allowed(form)
    )
    if not forms:
        return {}
    odds = pool(counts, forms, options.prior)
    speaking = _speaking(counts, forms, language == "any", options.least_count)
    rows = _clear(odds, speaking, language == "en", options)
    rows[:, NEUTRAL] = np.minimum(rows[:, NEUTRAL], 0)  # no word makes a line plain
    kept = _telling(rows, odds, options)
    known = {form: row for form, row, keep in zip(forms, rows, kept, strict=True) if keep}
    sure = dict(zip(forms, abs(odds.z).max(1) >= options.least_z_phrase, strict=True))
    return {
        form: row
        for form, row in known.items()
        if " " not in form or (sure[form] and _gains(form, known, options.phrase_gain))
    }


def _speaking(
    counts: Sequence[Counts], forms: Sequence[str], symbols: bool, least: int
) -> np.ndarray:
    """How many sets could speak of each form and label (V, 7).

    A set speaks of the labels it has. A symbol may be the habit of one set, and is then asked of
    that set alone; a word that one set alone knows is its topic.
    """
    labels = np.array([[bool(label) for label in each.by_label] for each in counts])
    known = np.array(
        [[not symbols or each.total[form] >= least for form in forms] for each in counts]
    )
    return np.einsum("cv,cl->vl", known.astype(int), labels.astype(int))


def _clear(odds: LogOdds, speaking: np.ndarray, trusted: bool, options: WordsOptions) -> np.ndarray:
    """Log-odds (V, 7) that are clear, and agreed on where several sets speak; else 0.

    `trusted` believes the first set alone: GoEmotions had three readers or more for each text.
    """
    same_sign = odds.own_z * np.sign(odds.z)
    agreed = (same_sign >= options.agreement_z).sum(0) >= 2
    alone = (speaking == 1) & (abs(odds.z) >= options.least_z_alone)
    if trusted:
        alone |= same_sign[0] >= options.least_z_alone
    return np.where((agreed & (abs(odds.z) >= options.least_z)) | alone, odds.ratio, 0)


def _telling(rows: np.ndarray, odds: LogOdds, options: WordsOptions) -> np.ndarray:
    """Which forms (V,) bool tell an emotion: not weakly, not by chance, not as plain texts do."""
    emotions = rows[:, :NEUTRAL]
    strong = emotions.max(1, initial=0) >= options.least_ratio
    sure = (emotions * odds.z[:, :NEUTRAL]).max(1, initial=0) >= options.least_strength
    moved = odds.ratio[:, NEUTRAL] <= options.plain_ratio
    return strong & sure & moved


def _language(form: str) -> str:
    if not form.replace(" ", "").replace("'", "").isalpha():
        return "any"
    return "en" if form.isascii() else "zh"


def _allowed(form: str) -> bool:
    """Not grammar, no name of a group; in a phrase one of the two may be a particle."""
    parts = form.split(" ")
    grammar = [part for part in parts if part in STOPWORDS]
    if len(parts) == 2 and len(grammar) < 2:
        grammar = [part for part in grammar if part not in PARTICLES]
    return not grammar and not excluded(form)


def _gains(form: str, known: Mapping[str, np.ndarray], least: float) -> bool:
    """Whether a phrase says more than its words do."""
    row = known[form]
    label = int(row[:NEUTRAL].argmax())
    parts = [known[part][label] for part in form.split(" ") if part in known]
    return bool(row[label] >= max(parts, default=0.0) + least)
