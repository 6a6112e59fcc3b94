"""Which words are evidence of emotion: the choice behind the word table.

A word enters when its log-odds (`log_odds`) are clear and two sets of texts, made by different
people, agree on them: what one set alone says is often its topic. Emoji and emotes are no topic
and pool every set of both languages. Grammar, stop words, @names, addresses and rare words stay
out.

Log-odds ratios have a Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words", section
3.3.2): what all texts of the set say together, so that a rare word needs more than luck. Sets of
texts are pooled by inverse variance, each against its own background, so that no word is rewarded
for being typical of a set. A text counts a word once, however often it says it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import NEUTRAL, NUM_LABELS
from vidsent.language.lexicon import PARTICLES, STOPWORDS
from vidsent.language.tokens import tokens

# Stop words: names of groups and places. Comments on the net speak of groups in anger, and a table
# learned from them would call a line angry for naming one. Slurs against groups are left out for
# the same reason; plain swear words are not: they are what anger sounds like.
_GROUPS = """
    gay gays lesbian lesbians queer trans transgender straight homosexual homosexuals bisexual
    black blacks white whites asian asians african africans jew jews jewish muslim muslims islam
    islamic christian christians catholic catholics hindu hindus arab arabs mexican mexicans
    indian indians chinese japanese korean koreans russian russians american americans british
    english irish french german germans italian spanish polish dutch canadian turks iraqi syrian
    iranian israeli palestinian ukrainian immigrant immigrants refugees women woman men man girls
    boys females males female male feminist feminists liberals conservatives democrats republicans
    autistic disabled fat obese 同性恋 基佬 娘炮 人妖 黑人 白人 黑鬼 鬼子 小日本 日本人 韩国人 棒子
    美国人 中国人 河南人 武汉人 湖北人 上海人 北京人 女人 男人 女生 男生 女孩 男孩 女孩子 男孩子
    农民 农民工 民工 回族 藏族 穆斯林 胖子 残疾人
"""
_PLACES = """
    afghanistan africa america britain china england europe france germany india iran iraq ireland
    israel italy japan korea libya mexico russia spain syria turkey ukraine wisconsin 中国 日本 韩国
    朝鲜 美国 英国 法国 德国 俄罗斯 印度 伊朗 越南 台湾 香港 武汉 湖北 河南 云南 广东 四川
"""
_SLURS = (
    r"n+[i1]+g+(er|a|ah|uh)?s?|f+a+g+(g?ot)?s?|dykes?|trann(y|ies)|shemales?|k[iy]kes?|sp[ie]cs?|"
    r"chinks?|gooks?|japs?|coons?|wetbacks?|ragheads?|towelheads?|pak[iy]s?|gyps(y|ies)|"
    r"retard(s|ed)?|mongoloids?|whores?|sluts?|hoes?|cunts?|支那.*|死gay|婊子?"
)
_NAMES = frozenset((_GROUPS + _PLACES).split())
_SLUR = re.compile(_SLURS)


@dataclass(frozen=True)
class WordsOptions:
    """How to build the table; the defaults made the shipped one."""

    prior: float = 20_000.0  # words that the background counts for
    min_count: int = 8  # texts that a word occurs in
    min_z: float = 3.0  # of the pooled log-odds
    min_z_phrase: float = 4.0  # of a phrase: there are so many that chance makes some clear
    min_z_alone: float = 5.0  # where a single set can speak
    agreement_z: float = 1.0  # of each of two sets
    plain_ratio: float = -0.1  # of neutral texts, at most: others would be topics
    min_ratio: float = 0.9  # of the strongest emotion; weaker words tell little
    min_strength: float = 6.0  # ratio times z: a weak word must be surer than a strong one
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
        if number >= options.min_count and _language(form) == language and _allowed(form)
    )
    if not forms:
        return {}
    odds = pool(counts, forms, options.prior)
    speaking = _speaking(counts, forms, language == "any", options.min_count)
    rows = _clear(odds, speaking, language == "en", options)
    rows[:, NEUTRAL] = np.minimum(rows[:, NEUTRAL], 0)  # no word makes a line plain
    kept = np.flatnonzero(_telling(rows, odds, options))
    known = {forms[index]: rows[index] for index in kept}
    sure = abs(odds.z[kept]).max(1, initial=0) >= options.min_z_phrase
    return {
        form: row
        for (form, row), clear in zip(known.items(), sure, strict=True)
        if " " not in form or (clear and _gains(form, known, options.phrase_gain))
    }


def _speaking(
    counts: Sequence[Counts], forms: Sequence[str], symbols: bool, least: int
) -> np.ndarray:
    """How many sets could speak of each form and label (V, 7).

    A set speaks of the labels it has. A symbol may be the habit of one set, and is then asked of
    that set alone; a word that one set alone knows is its topic.
    """
    labels = np.array([[bool(label) for label in each.by_label] for each in counts], int)
    often = [[not symbols or each.total[form] >= least for form in forms] for each in counts]
    return np.array(often, int).T @ labels


def _clear(odds: LogOdds, speaking: np.ndarray, trusted: bool, options: WordsOptions) -> np.ndarray:
    """Log-odds (V, 7) that are clear, and agreed on where several sets speak; else 0.

    `trusted` believes the first set alone: GoEmotions had three readers or more for each text.
    """
    same_sign = odds.own_z * np.sign(odds.z)
    agreed = (same_sign >= options.agreement_z).sum(0) >= 2
    alone = (speaking == 1) & (abs(odds.z) >= options.min_z_alone)
    if trusted:
        alone |= same_sign[0] >= options.min_z_alone
    return np.where((agreed & (abs(odds.z) >= options.min_z)) | alone, odds.ratio, 0)


def _telling(rows: np.ndarray, odds: LogOdds, options: WordsOptions) -> np.ndarray:
    """Which forms (V,) bool tell an emotion: not weakly, not by chance, not as plain texts do."""
    emotions = rows[:, :NEUTRAL]
    strong = emotions.max(1, initial=0) >= options.min_ratio
    sure = (emotions * odds.z[:, :NEUTRAL]).max(1, initial=0) >= options.min_strength
    return strong & sure & (odds.ratio[:, NEUTRAL] <= options.plain_ratio)


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
    return not grammar and not is_stop_word(form)


def _gains(form: str, known: Mapping[str, np.ndarray], least: float) -> bool:
    """Whether a phrase says more than its words do."""
    row = known[form]
    label = int(row[:NEUTRAL].argmax())
    parts = [known[part][label] for part in form.split(" ") if part in known]
    return bool(row[label] >= max(parts, default=0.0) + least)


class Counts(NamedTuple):
    """In how many texts of a set each form occurs: in all, and in those of each label."""

    total: Counter[str]
    by_label: tuple[Counter[str], ...]


class LogOdds(NamedTuple):
    """Pooled over C sets for V forms: ratio and z (V, 7) float64; own_z (C, V, 7) of each set."""

    ratio: np.ndarray
    z: np.ndarray
    own_z: np.ndarray


def count(documents: Iterable[tuple[set[str], np.ndarray]]) -> Counts:
    """Count the forms of documents, each given with its labels (7,) bool."""
    counts = Counts(Counter(), tuple(Counter() for _ in range(NUM_LABELS)))
    for forms, labels in documents:
        counts.total.update(forms)
        for label in np.flatnonzero(labels):
            counts.by_label[label].update(forms)
    return counts


def log_odds(counts: Counts, forms: Sequence[str], prior: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratios (V, 7) and their variances; the variance of a label not in the set is inf.

    `prior` is the number of words that the background counts for.
    """
    size = sum(counts.total.values())
    total = np.array([counts.total[form] for form in forms], np.float64)[:, None]
    inside = np.array([[label[form] for label in counts.by_label] for form in forms], np.float64)
    words = np.array([sum(label.values()) for label in counts.by_label], np.float64)
    background = prior * total / size
    with np.errstate(divide="ignore", invalid="ignore"):  # forms and labels not in this set
        here, elsewhere = inside + background, total - inside + background
        ratio = np.log(here / (words + prior - here))
        ratio -= np.log(elsewhere / (size - words + prior - elsewhere))
        variance = 1 / here + 1 / elsewhere
    unknown = (total == 0) | (words == 0)
    return np.where(unknown, 0, ratio), np.where(unknown, np.inf, variance)


def pool(sets: Sequence[Counts], forms: Sequence[str], prior: float) -> LogOdds:
    """Pool the log-odds of several sets by inverse variance."""
    found = [log_odds(counts, forms, prior) for counts in sets]
    precision = sum(1 / variance for _, variance in found)
    weighted = sum(ratio / variance for ratio, variance in found)
    known = np.maximum(precision, 1e-12)
    own_z = np.array([ratio / np.sqrt(variance) for ratio, variance in found])
    return LogOdds(weighted / known, weighted / np.sqrt(known), own_z)


def is_stop_word(form: str) -> bool:
    """Whether a word, or a word of a phrase, names a place or a group of people, or insults one."""
    return any(word in _NAMES or _SLUR.fullmatch(word) for word in form.split(" "))
