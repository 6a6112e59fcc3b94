"""Two languages in one cue, as fansubs have them."""

from __future__ import annotations

from collections import Counter

import pytest

from vidsent.lines.bilingual import without_foreign_rows
from vidsent.lines.cues import Cue


def read(*cues: list[str]) -> tuple[list[list[str]], dict[str, int]]:
    skipped: Counter[str] = Counter()
    found = without_foreign_rows([Cue(n, n + 1, rows) for n, rows in enumerate(cues)], skipped)
    return [cue.rows for cue in found], dict(skipped)


@pytest.mark.parametrize("turned", [False, True], ids=["Chinese above", "Japanese above"])
def test_the_chinese_rows_are_read_and_the_japanese_ones_counted(turned: bool) -> None:
    pairs = [
        ["我好开心，终于见到你了！", "会えて嬉しい！"],
        ["平匡先生", "平匡さん"],
        ["她走了，我哭了一整晚。", "彼女が去って、一晩中泣いた。"],
    ]
    rows, skipped = read(*(pair[::-1] if turned else pair for pair in pairs))
    assert rows == [[pair[0]] for pair in pairs]
    assert skipped == {"subtitle_rows_foreign": 3}


@pytest.mark.parametrize(
    "pair", [["我好开心", "너무 행복해"], ["I am happy", "Я счастлив"], ["Hello", "สวัสดี"]]
)
def test_other_letters_beside_a_language_that_is_read(pair: list[str]) -> None:
    assert read(pair, pair) == ([pair[:1], pair[:1]], {"subtitle_rows_foreign": 2})


@pytest.mark.parametrize(
    "cues",
    [
        [["大丈夫？", "はい、大丈夫です"], ["嬉しい", "本当に？うん"], ["そうか", "はい"],
         ["いいえ", "それは違う"], ["待って", "お願い"]],
        [["我好开心", "终于见到你"], ["快乐の一天"]],
        [["我好开心", "I am happy"], ["你走吧", "Go away"]],
        [["かわいい"], ["好き"]],
        [[]],
    ],
    ids=["Japanese", "Chinese", "Chinese and English", "single rows", "empty"],
)  # fmt: skip
def test_other_files_stay_as_they_are(cues: list[list[str]]) -> None:
    rows, skipped = read(*cues)
    assert rows == cues and not skipped
