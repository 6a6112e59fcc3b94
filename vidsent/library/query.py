"""What a query asks for: words to look for, and an emotion to be felt there.

"angry talk about money" looks for money where anger is felt; 悲伤的告别 looks for 告别 where people
are sad. A word that names an emotion ranks by what was read and need not be said; one that only
shows it (tears, 笑) does both. This module knows no entries and no ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vidsent.core.emotions import BY_LABEL, LABELS, NUM_LABELS
from vidsent.language.lexicon import STOPWORDS, words
from vidsent.language.tokens import tokens
from vidsent.library.terms import Term, terms, within

LONGEST = 400  # characters of a query; the rest is not read
SHOWN_SHARE = 0.5  # of a word that shows an emotion, beside 1 for one that names it
STRONGER, WEAKER = 1.5, 0.7  # what an intensifier makes of the emotion's say

# Words that name an emotion, beside the names in `emotions`; and words that show it.
NAMED = {
    "anger": (
        "angry angrily furious furiously mad rage raging enraged irate outraged annoyed annoying "
        "irritated heated 生气 发怒 愤慨 恼火 暴怒 发火 气愤 怒火 愤怒地 火大 激愤"
    ),
    "disgust": (
        "disgusted disgusting gross repulsed revolted revolting sickened contempt contemptuous "
        "恶心 反感 嫌弃 鄙视 嫌恶 讨厌"
    ),
    "fear": (
        "afraid scared scary fearful frightened frightening terrified terrifying anxious anxiously "
        "worried nervous panic panicked horror horrified 害怕 惊恐 恐怖 担心 紧张 惊慌 恐慌 可怕"
    ),
    "happiness": (
        "happy happily joy joyful joyous glad cheerful delighted pleased excited elated merry "
        "高兴 开心 喜悦 欢乐 愉快 幸福 兴奋 欢快 喜庆"
    ),
    "sadness": (
        "sad sadly unhappy sorrow sorrowful grief grieving mournful depressed heartbroken tearful "
        "gloomy melancholy miserable 难过 伤心 哀伤 悲痛 忧伤 沮丧 悲哀 伤感 心碎 痛苦 忧郁 悲情"
    ),
    "surprise": (
        "surprised surprising astonished astonishing amazed amazing shocked shocking startled "
        "stunned 惊奇 惊喜 吃惊 震惊 意外 诧异 惊呆"
    ),
    "neutral": "calm calmly neutral unemotional emotionless 冷静 中性 淡定 平淡",
}
SHOWN = {
    "anger": "shout shouting yell yelling quarrel fight argument 吵架 争吵 骂 大骂 怒吼",
    "disgust": "vomit puke 呕吐",
    "fear": "scream screaming trembling 尖叫 发抖",
    "happiness": "laugh laughing laughter smile smiling fun funny 笑 大笑 微笑 欢笑 好笑 搞笑",
    "sadness": "cry crying tears weep weeping sob 哭 流泪 眼泪 哭泣 大哭",
    "surprise": "gasp wow unexpected 没想到 竟然 居然",
    "neutral": "",
}
MORE = words("very extremely really so super most totally 非常 很 极其 特别 十分 太 最")
LESS = words("slightly somewhat bit little mildly 有点 有些 稍微 略")
# Words that frame a wish and are not what it is about.
FRAME = words(
    """
    talk talks talking speak speaking speech scene scenes moment moments clip clips part bit
    video find show where when someone somebody people person conversation face faces emotion
    feeling mood 谈 谈论 谈话 说 说话 讲 场景 场面 时刻 瞬间 片段 镜头 画面 视频 地方 找 关于 有关
    情绪 心情 表情 感觉
    """
)


def _by_word(words: dict[str, str]) -> dict[str, int]:
    return {word: LABELS.index(label) for label, each in words.items() for word in each.split()}


_NAMED = _by_word(NAMED) | {
    name: LABELS.index(label) for label, each in BY_LABEL.items() for name in (label, each.zh)
}
_SHOWN = _by_word(SHOWN)


@dataclass(frozen=True)
class Query:
    """One query, understood.

    facet (7,) float32 in [-1, 1]: how much each emotion is wanted, or not wanted; all 0 for none.
    """

    text: str  # what is to be found by its meaning; "" where only an emotion is asked for
    forms: tuple[str, ...]  # terms to look for
    facet: np.ndarray
    strength: float = 1.0  # of the facet beside the words

    @property
    def looked_for(self) -> tuple[str, ...]:
        """The terms, and the words within long ones, as the index has them."""
        return tuple(dict.fromkeys(each for form in self.forms for each in (form, *within(form))))

    @property
    def feels(self) -> bool:
        """Whether an emotion is asked for."""
        return bool(self.facet.any())


def parse_query(query: str, label: str | None = None, plain: bool = False) -> Query:
    """Read a query; `label` asks for an emotion on top of what its words say.

    A `plain` one is nothing but words, those of emotion as any other.
    """
    query = query[:LONGEST]
    found = terms(query)
    denied = {token.start for token in tokens(query) if token.negated}
    facet, strength = np.zeros(NUM_LABELS, np.float32), 1.0
    rest: list[Term] = []
    for term in found:
        if plain:
            rest.append(term)
            continue
        sign = -1.0 if term.start in denied else 1.0
        if (index := _NAMED.get(term.form)) is not None:
            facet[index] = sign
            continue
        if (index := _SHOWN.get(term.form)) is not None and not facet[index]:
            facet[index] = sign * SHOWN_SHARE
        rest.append(term)
    if facet.any():
        strength = _strength(rest)
    if label is not None:
        facet[LABELS.index(label)] = 1.0
    content = _content(rest, bool(facet.any()))
    text = " ".join(query[a:b] for a, b in _runs(content, query))
    return Query(text, tuple(dict.fromkeys(term.form for term in content)), facet, strength)


def _strength(rest: list[Term]) -> float:
    forms = {term.form for term in rest}
    return STRONGER if forms & MORE else WEAKER if forms & LESS else 1.0


def _content(rest: list[Term], feels: bool) -> list[Term]:
    """The terms that say what a query is about; all of them where there is nothing else."""
    about = [term for term in rest if term.form not in STOPWORDS and term.form not in FRAME]
    if about or feels:
        return about
    return [term for term in rest if term.form not in STOPWORDS] or rest


def _runs(content: list[Term], query: str) -> list[tuple[int, int]]:
    """Where the query's own words stand, neighbours joined so that Chinese stays unbroken."""
    runs: list[tuple[int, int]] = []
    for term in content:
        if runs and not query[runs[-1][1] : term.start].strip():
            runs[-1] = (runs[-1][0], term.end)
        else:
            runs.append((term.start, term.end))
    return runs
