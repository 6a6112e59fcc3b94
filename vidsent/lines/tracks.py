"""The subtitle tracks of a clip as its container describes them, and which one is most useful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from vidsent.core.errors import SubtitleError

READABLE = frozenset(
    ("en", "eng", "zh", "chi", "zho", "cmn", "yue", "chs", "cht")
)  # English and Chinese
FEW = 0.2  # of the lines of the longest track; a track of fewer has signs, whatever it is called

# English words that other languages in Latin letters do not have, and the share of them that a
# text needs; subtitles in English have a fifth or more.
ENGLISH = frozenset(
    (
        "the",
        "you",
        "and",
        "is",
        "it",
        "of",
        "that",
        "what",
        "this",
        "have",
        "are",
        "was",
        "with",
        "for",
        "not",
        "my",
        "your",
        "i'm",
        "don't",
        "it's",
        "we",
        "he",
        "she",
        "they",
        "be",
        "do",
        "know",
        "here",
        "there",
    )
)
ENGLISH_SHARE = 0.1
FEW_WORDS = 6  # fewer tell no language

_FORCED = re.compile(r"forced|signs|songs|karaoke|强制|特效|招牌|歌词", re.IGNORECASE)
_ABOUT = re.compile(r"comment(ary|aries)|解说|评论|descri", re.IGNORECASE)
_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3041-\u30fa\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class Track:
    """One subtitle track of a clip."""

    index: int  # of the stream in its container, as ffprobe counts them
    language: str  # as the container states it, mostly ISO 639; "" where it does not
    title: str
    codec: str  # FFmpeg's name, such as "mov_text" or "hdmv_pgs_subtitle"
    is_text: bool  # False for pictures of text, and for what cannot be read
    default: bool  # marked as the one to show
    forced: bool = False  # marked as signs and foreign speech alone
    about: bool = False  # marked as somebody's remarks or descriptions
    lines: int = field(default=0, compare=False)  # 0 where they were not counted
    sample: str = field(default="", compare=False, repr=False)  # of the text, as it was found

    def __str__(self) -> str:
        known = [each for each in (self.language, self.title, self.codec) if each]
        return f"{self.index} ({', '.join(known)})"


def choose(tracks: Sequence[Track], skipped: Counter[str]) -> Track | None:
    """The text track that says most to a reader of English and Chinese; None where there is none.

    Asked in this order: is it in English or Chinese, all that is said or signs alone, what is said
    or about it, marked as default, how many lines, the first.
    """
    readable = [track for track in tracks if track.is_text]
    if tracks and not readable:
        unknown = sum(track.codec == "unknown" for track in tracks)
        skipped.update({"text_tracks_unknown": unknown} if unknown else {})
        pictures = len(tracks) - unknown
        skipped.update({"text_tracks_are_pictures": pictures} if pictures else {})
    most = max((track.lines for track in readable if _strangeness(track) < 2), default=0)
    return min(
        readable,
        key=lambda track: (
            _strangeness(track),
            track.forced or _FORCED.search(track.title) is not None or track.lines < FEW * most,
            track.about or _ABOUT.search(track.title) is not None,
            not track.default,
            -track.lines,
            track.index,
        ),
        default=None,
    )


def find(tracks: Sequence[Track], index: int) -> Track:
    """The text track that is stream `index`; raises SubtitleError where there is none."""
    track = next((track for track in tracks if track.index == index), None)
    readable = ", ".join(str(track) for track in tracks if track.is_text)
    advice = f"Choose from {readable}." if readable else "Give a subtitle file instead."
    zh = f"可选：{readable}。" if readable else "请改用字幕文件。"
    if track is None:
        raise SubtitleError(
            f"Stream {index} of the clip is no text track. {advice}",
            zh=f"视频的第 {index} 条流不是文字轨。{zh}",
        )
    if not track.is_text and track.codec == "unknown":
        raise SubtitleError(
            f"Track {track} is in a form that cannot be read. {advice}",
            zh=f"字幕轨 {track} 的格式无法读取。{zh}",
        )
    if not track.is_text:
        raise SubtitleError(
            f"Track {track} holds pictures of text, not text, and cannot be read. {advice}",
            zh=f"字幕轨 {track} 是图形而非文字，无法读取。{zh}",
        )
    return track


def _strangeness(track: Track) -> int:
    """0 for English and Chinese, 1 for what says nothing of it, 2 for other languages."""
    if track.language:
        code = re.split(r"[-_]", track.language.lower())[0]
        return 0 if code in READABLE else 2
    words = [word.lower().replace("’", "'") for word in _WORD.findall(track.sample)]
    if len(_KANA.findall(track.sample)) > len(_HAN.findall(track.sample)) / 4:
        return 2
    if len(_HAN.findall(track.sample)) >= FEW_WORDS:
        return 0
    if len(words) < FEW_WORDS:
        return 1
    return 0 if sum(word in ENGLISH for word in words) >= ENGLISH_SHARE * len(words) else 2
