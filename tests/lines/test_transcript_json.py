"""Transcripts in the JSON of programs that listen, and of sites."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from vidsent.lines.transcript_json import read_transcript_json

TEXTS = ("Hello there", "Bye now")


def two(make: Any) -> list[Any]:
    return [make(0.5, 2.0, TEXTS[0]), make(2.5, 4.0, TEXTS[1])]


def whisper(start: float, end: float, text: str) -> dict[str, Any]:
    return {"id": 0, "start": start, "end": end, "text": f" {text}", "tokens": [1, 2]}


def whisper_cpp(start: float, end: float, text: str) -> dict[str, Any]:
    offsets = {"from": int(start * 1000), "to": int(end * 1000)}
    return {"timestamps": {"from": "00:00:00,000"}, "offsets": offsets, "text": f" {text}"}


def milliseconds(start: float, end: float, text: str) -> dict[str, Any]:
    return {"start": int(start * 1000), "end": int(end * 1000), "text": text}


def youtube(start: float, end: float, text: str) -> dict[str, Any]:
    pieces = [{"utf8": piece} for piece in (text[:3], text[3:])]
    return {"tStartMs": start * 1000, "dDurationMs": (end - start) * 1000, "segs": pieces}


@pytest.mark.parametrize(
    "value",
    [
        {"text": "all", "segments": two(whisper), "language": "en"},
        {"segments": two(whisper), "word_segments": [{"word": "Hello", "start": 0.5, "end": 1.0}]},
        two(whisper),  # faster-whisper
        {"result": {"language": "en"}, "transcription": two(whisper_cpp)},
        {"chunks": two(lambda start, end, text: {"timestamp": [start, end], "text": text})},
        {"body": two(lambda start, end, text: {"from": start, "to": end, "content": text})},
        two(lambda start, end, text: {"start": start, "duration": end - start, "text": text}),
        {"utterances": two(milliseconds), "words": []},
        {"segments": two(lambda start, end, text: {
            "startTime": start, "endTime": end, "body": text
        })},
        two(lambda start, end, text: {
            "start": f"00:00:0{start}", "end": f"00:00:0{end}", "text": text
        }),
        {"wireMagic": "pb3", "events": [{"tStartMs": 0, "id": 1}, *two(youtube), {
            "tStartMs": 4000, "aAppend": 1, "segs": [{"utf8": "\n"}]
        }]},
    ],
    ids=["whisper", "whisperX", "list", "whisper.cpp", "transformers", "BCC", "duration",
         "milliseconds", "podcast", "clocks", "json3"],
)  # fmt: skip
def test_every_form_gives_the_same_lines(value: Any) -> None:
    skipped: Counter[str] = Counter()
    cues = read_transcript_json(value, skipped)
    assert cues is not None and not skipped
    assert [tuple(cue[:3]) for cue in cues] == [
        (0.5, 2.0, ["Hello there"]),
        (2.5, 4.0, ["Bye now"]),
    ]


def test_words_alone_are_joined_to_lines() -> None:
    words = [
        {"word": word, "start": start, "end": start + 0.3}
        for word, start in (("Hello", 0.5), ("there.", 0.8), ("Bye", 1.2), ("now", 5.0))
    ]
    cues = read_transcript_json({"words": words}, Counter())
    assert cues is not None
    assert [cue.rows for cue in cues] == [["Hello there."], ["Bye"], ["now"]]


@pytest.mark.parametrize(
    "value",
    [
        [{"result": [{"word": "hi", "start": 0.5, "end": 0.8, "conf": 1.0}], "text": "hi"},
         {"result": [{"word": "bye", "start": 2.5, "end": 2.8, "conf": 1.0}], "text": "bye"}],
        {"results": {"channels": [{"alternatives": [{"transcript": "hi bye", "words": [
            {"word": "x", "punctuated_word": "hi", "start": 0.5, "end": 0.8},
            {"word": "x", "punctuated_word": "bye", "start": 2.5, "end": 2.8},
        ]}]}]}},
        {"results": [{"alternatives": [{"transcript": "hi", "words": [
            {"word": "hi", "startTime": "0.500s", "endTime": "0.800s"}]}]},
            {"alternatives": [{"transcript": "bye", "words": [
                {"word": "bye", "startTime": "2.500s", "endTime": "2.800s"}]}]}]},
        [{"key": "x", "text": "hi bye", "sentence_info": [
            {"start": 500, "end": 800, "text": "hi"},
            {"start": 2500, "end": 2800, "text": "bye"},
        ]}],
    ],
    ids=["vosk", "deepgram", "google", "funasr"],
)  # fmt: skip
def test_services_keep_their_words_deep_inside(value: Any) -> None:
    cues = read_transcript_json(value, Counter())
    assert cues is not None
    assert [(cue.start_s, cue.end_s, cue.rows) for cue in cues] == [
        (0.5, 0.8, ["hi"]),
        (2.5, 2.8, ["bye"]),
    ]


def test_a_last_end_may_be_missing_and_broken_entries_are_counted() -> None:
    skipped: Counter[str] = Counter()
    value = {"chunks": [{"timestamp": [0.5, None], "text": "Hi"}, {"timestamp": "x"}, 3, None]}
    cues = read_transcript_json(value, skipped)
    assert cues is not None and [cue.rows for cue in cues] == [["Hi"]]
    assert skipped == {"subtitle_lines_unreadable": 3}


@pytest.mark.parametrize(
    "value",
    [None, 3, "x", [], {}, {"segments": []}, {"answer": [42]}, [[1, 2]], {"segments": {"start": 1}},
     [{"start": 1e999, "text": "x"}], [{"start": True, "text": "x"}], [{"text": "x"}]],
)  # fmt: skip
def test_other_values_are_none(value: Any) -> None:
    assert read_transcript_json(value, Counter()) is None
