"""What a person reads in a line, the reader reads too; what says nothing stays unread."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.core.emotions import LABELS
from vidsent.core.options import Limits
from vidsent.core.results import Line
from vidsent.language.keywords import keywords
from vidsent.language.line_reader import LineReader
from vidsent.lines.subtitles import read_subtitles

READER = LineReader()


def read(*texts: str, kind: str = "subtitle") -> list[Line]:
    return READER.read([Line(float(t), t + 1.0, text, kind) for t, text in enumerate(texts)])


def label(line: Line) -> str | None:
    return None if line.probs is None else LABELS[int(np.argmax(line.probs))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am so happy", "happiness"),
        ("Thank you, this is wonderful!", "happiness"),
        ("I hate you!", "anger"),
        ("Shut up, you idiot", "anger"),
        ("That is disgusting", "disgust"),
        ("I'm so scared", "fear"),
        ("I'm so sorry for your loss", "sadness"),
        ("Wow, I can't believe it", "surprise"),
        ("我好开心啊", "happiness"),
        ("气死我了", "anger"),
        ("太恶心了", "disgust"),
        ("好恐怖，我很害怕", "fear"),
        ("我很难过", "sadness"),
        ("居然是你，不可思议", "surprise"),
        ("[怒]", "anger"),
        ("😢", "sadness"),
        ("哈哈哈哈哈哈", "happiness"),
        ("我很難過，傷心極了", "sadness"),
    ],
)
def test_planted_emotions(text: str, expected: str) -> None:
    (line,) = read(text)
    assert label(line) == expected
    assert line.words
    assert line.valence * {"happiness": 1, "surprise": 0}.get(expected, -1) >= 0


@pytest.mark.parametrize(
    ("text", "word", "not_this"),
    [
        ("I am not happy", "happy", "happiness"),
        ("I never loved him", "loved", "happiness"),
        ("我不高兴", "高兴", "happiness"),
        ("Don't be afraid", "afraid", "fear"),
        ("别生气了", "生气", "anger"),
        ("一点都不害怕", "害怕", "fear"),
    ],
)
def test_a_negated_word_does_not_speak_for_its_emotion(text: str, word: str, not_this: str) -> None:
    (line,) = read(text)
    found = [each for each in line.words if each.text == word]
    assert all(each.negated and each.label != not_this for each in found)
    assert label(line) != not_this
    assert not keywords([line])


def test_negated_happiness_is_unpleasant() -> None:
    plain, negated = read("I am happy", "I am not happy")
    assert negated.valence < 0 < plain.valence


@pytest.mark.parametrize("text", ["", "1928", "...", "--"])
def test_a_line_without_a_word_has_no_probabilities(text: str) -> None:
    (line,) = read(text)
    assert line.probs is None and line.words == ()
    assert line.valence == line.arousal == 0


@pytest.mark.parametrize("text", ["The train leaves at five.", "火车五点开。", "会议改到下午三点"])
def test_a_plain_line_is_neutral(text: str) -> None:
    (line,) = read(text)
    assert label(line) == "neutral" and not keywords([line])


def test_languages_of_lines() -> None:
    lines = read("I am happy", "我很开心", "我很开心 so happy", "Это хорошо", "かわいいね", "😂")
    assert [line.language for line in lines] == ["en", "zh", "zh", "other", "other", "en"]


def test_chinese_lines_beside_as_many_japanese_ones_are_read() -> None:
    pairs = [
        "我好开心",
        "嬉しいです",
        "平匡先生",
        "平匡さん",
        "她走了",
        "彼女が去った",
        "救命",
        "助けて",
    ]
    found = [line.language for line in read(*pairs)]
    assert found == ["zh", "other"] * 4


def test_han_lines_among_japanese_ones_are_japanese_unless_only_chinese_writes_so() -> None:
    said = ["嬉しいです", "そうですか", "待ってください", "怖いよ", "大丈夫", "你好吗"]
    assert [line.language for line in read(*said)] == ["other"] * 5 + ["zh"]


def test_the_crowds_rarest_comments_are_read_by_the_word_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vidsent.language.line_reader.MOST_READ", 2)
    often = Line(0.0, 1.0, "the train leaves at five", "danmaku", count=9)
    rare = [Line(1.0, 2.0, text, "danmaku") for text in ("so happy", "the bus leaves at six")]
    spoken = Line(2.0, 3.0, "the plane leaves at seven", "subtitle")
    lines = READER.read([often, *rare, spoken])
    assert [line.probs is not None for line in lines] == [True, True, False, True]
    assert label(lines[1]) == "happiness"


def test_a_word_weighs_what_is_lost_without_it() -> None:
    (line,) = read("What a wonderful table")
    assert [word.text for word in line.words][:1] == ["wonderful"]
    assert max(line.words, key=lambda word: word.weight).text == "wonderful"


def test_spanish_is_not_read_as_english() -> None:
    lines = read("No me dejes solo", "Es un día terrible para todos", "La red es con un pan 😂")
    assert {line.language for line in lines} == {"other"}
    assert [word.text for line in lines for word in line.words] == ["😂"]


def test_english_cries_among_chinese_comments_are_read() -> None:
    lines = read("Cute! awesome amazing wow love omg lol yes haha nice so good", *["好听的歌"] * 9)
    assert label(lines[0]) == "happiness"


@given(st.text(alphabet=st.sampled_from("happy sad不难过开心[怒]😂!,. \nlove"), max_size=60))
def test_words_slice_back_and_probabilities_are_ones(text: str) -> None:
    (line,) = read(text)
    for word in line.words:
        assert text[word.start : word.end] == word.text
        assert word.label in LABELS and 0 <= word.weight <= 1
    starts = [word.start for word in line.words]
    assert starts == sorted(starts)
    if line.probs is None:
        assert not line.words
    if line.probs is not None:
        assert line.probs.shape == (7,) and line.probs.dtype == np.float32
        assert line.probs.sum() == pytest.approx(1, abs=1e-5)
        assert -1 <= line.valence <= 1 and -1 <= line.arousal <= 1


def test_everything_else_of_a_line_is_kept() -> None:
    line = Line(3.5, 4.5, "so happy", kind="danmaku")
    (found,) = READER.read([line])
    assert (found.start_s, found.end_s, found.text, found.kind) == (3.5, 4.5, "so happy", "danmaku")


def test_keywords_are_the_emotion_and_every_time_it_was_said() -> None:
    lines = read("I love it", "the table of the house", "so scary", "Love, loooove it", "我很难过")
    found = keywords(lines)
    assert {(each.text, each.label) for each in found} >= {
        ("love", "happiness"),
        ("scary", "fear"),
        ("难过", "sadness"),
    }
    assert next(each for each in found if each.text == "love").times_s[:2] == (0.0, 3.0)
    assert found[0].weight == 1.0
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)
    assert len(keywords(lines, limit=2)) == 2
    assert keywords([]) == ()


@pytest.mark.parametrize("name", ["netflix_chicas_del_cable.vtt", "windows-1252.srt"])
def test_shared_films_in_other_languages_give_no_keyword(shared: Path, name: str) -> None:
    lines = read_subtitles(shared / "clips" / "subtitles" / name, Limits(), Counter())
    assert keywords(READER.read(lines)) == ()


def test_shared_danmaku_of_a_cheerful_dance(shared: Path) -> None:
    path = shared / "clips" / "subtitles" / "danmaku01.xml"
    lines = READER.read(read_subtitles(path, Limits(), Counter()))
    found = keywords(lines)
    assert found[0].label == "happiness"
    assert {"快乐", "可爱"} <= {each.text for each in found}
    pleasant = [line.valence for line in lines if line.probs is not None]
    assert np.mean(pleasant) > 0
