"""Language identification: English, Chinese, or another language that no model here reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vidsent.language.lexicon import ENGLISH
from vidsent.language.word_table import WordTable

OTHER = "other"
HAN_LETTERS = 3  # Latin letters that say as much as one Han character
FEW_WORDS = 12  # below this a text in Latin letters is taken for English
LATIN_SHARE = 0.2  # of the lines; below it they are cries and slang among another language
ENGLISH_SHARE = 0.3  # of the words that English text draws from grammar and from the table
KANA_SHARE = 0.6  # of the lines with Han or kana; above it they are Japanese; fansubs have half
KANA_LINES = 3  # at least, for that

# Characters of everyday Chinese that nobody writes in Japanese.
_CHINESE = re.compile("[你们們这這么麼吗嗎吧呢啊哪很您她给說说还還没讓让谁]")
_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3041-\u30fa]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:['’][a-z]+)*")


def identify_languages(texts: Sequence[str], table: WordTable) -> list[str]:
    """ "en", "zh" or "other" for each text; all of them together tell English and Chinese from
    languages in the same letters."""
    latin = OTHER if _is_foreign(texts, table) else "en"
    han = OTHER if _is_japanese(texts) else "zh"
    return [_language(text, latin, han) for text in texts]


def _language(text: str, latin: str, han: str) -> str:
    hans, kanas, letters = (len(each.findall(text)) for each in (_HAN, _KANA, _LATIN))
    if kanas > 1 and kanas * 4 >= hans:
        return OTHER
    if hans and hans * HAN_LETTERS >= letters:
        return "zh" if _CHINESE.search(text) and not kanas else han
    if letters or not any(character.isalpha() for character in text):
        return latin
    return OTHER


def _is_japanese(texts: Sequence[str]) -> bool:
    kana = sum(_KANA.search(text) is not None for text in texts)
    either = sum(_KANA.search(text) is not None or _HAN.search(text) is not None for text in texts)
    return kana >= KANA_LINES and kana > KANA_SHARE * either


def _is_foreign(texts: Sequence[str], table: WordTable) -> bool:
    """Whether the lines in Latin letters are many enough to tell, and not English."""
    latin = [text for text in texts if _LATIN.search(text) and not _HAN.search(text)]
    words = [word for text in latin for word in _LATIN_WORD.findall(text.lower())]
    known = sum(word in ENGLISH or word in table.weights for word in words)
    enough = len(words) >= FEW_WORDS and len(latin) >= LATIN_SHARE * len(texts)
    return enough and known < ENGLISH_SHARE * len(words)
