"""What an analysis says, in English and Chinese sentences. Shared by page, command and report."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from vidsent.core.emotions import LABELS, name
from vidsent.core.results import Analysis, Line, Timeline
from vidsent.timeline.moments import Candidate
from vidsent.timeline.verdict import dominant

LANGUAGES = ("en", "zh")
NEAR_S = 0.5  # a line this close to a moment is quoted with it
QUOTED = 60  # characters of a line that is quoted

_POLARITY = {
    "positive": ("positive", "积极"),
    "neutral": ("neutral", "中性"),
    "negative": ("negative", "消极"),
}
_MOOD = {
    "sad": ("sad", "悲伤"),
    "frightening": ("frightening", "恐怖"),
    "comic": ("cheerful", "欢乐"),
    "tense": ("tense", "紧张"),
    "calm": ("calm", "平静"),
    "mixed": ("mixed", "复杂"),
}
_CONFIDENCE = ((0.65, ("good", "较高")), (0.45, ("fair", "中等")), (0.0, ("low", "较低")))
_CHANNELS = {
    "face": ("face", "人脸"),
    "subtitle": ("words", "字幕"),
    "danmaku": ("danmaku", "弹幕"),
}
_ABSTAINED = {
    "nothing_seen": (
        "Nothing to read here: no face and no words",
        "没有可分析的内容：未发现人脸或文字",
    ),
    "low_coverage": ("No verdict: too little was seen", "无法判断：可见内容太少"),
    "low_confidence": ("No verdict: nothing stands out", "无法判断：没有明显的情绪"),
}
_SKIPPED = {  # every reason under which something is counted as left out
    "undecodable_packets": ("damaged parts of the video: {n}", "损坏的视频数据：{n} 处"),
    "corrupt_frames": ("damaged pictures: {n}", "损坏的画面：{n} 帧"),
    "frames_out_of_order": ("pictures with broken time stamps: {n}", "时间戳有误的画面：{n} 帧"),
    "frames_too_large": ("pictures that were too large: {n}", "过大的画面：{n} 帧"),
    "rest_undecodable": ("the rest of the video could not be decoded", "视频的其余部分无法解码"),
    "beyond_duration_limit": ("what lies beyond the longest accepted length", "超出最长时限的部分"),
    "clock_jumps_mended": (
        "places where the clock of the clip starts anew or jumps, mended: {n}",
        "视频时钟重新开始或跳变、已修正：{n} 处",
    ),
    "ends_early": ("the file ends before the length it states", "文件在其标称时长之前结束"),
    "faces_too_brief": ("faces seen too briefly to read: {n}", "出现时间太短的人脸：{n} 张"),
    "faces_doubtful": (
        "what may be a face or not: {n}",
        "无法确定是否为人脸：{n} 处",
    ),
    "faces_unreadable": (
        "faces too small or blurred to read: {n}",
        "太小或太模糊而无法识别的人脸：{n} 张",
    ),
    "lines_after_the_end": (
        "lines that start after the clip ends: {n}",
        "视频结束之后的文字：{n} 行",
    ),
    "lines_over_the_limit": ("lines beyond the accepted number: {n}", "超出数量上限的文字：{n} 行"),
    "lines_cut": ("long lines cut short: {n}", "过长而被截短的文字：{n} 行"),
    "subtitle_lines_without_text": ("subtitles without text: {n}", "没有文字的字幕：{n} 条"),
    "subtitle_lines_never_shown": (
        "subtitles that are not meant to be shown: {n}",
        "并非供显示的字幕：{n} 条",
    ),
    "subtitle_lines_overlapping": (
        "subtitles ended where the next one starts: {n}",
        "因与下一条重叠而提前结束的字幕：{n} 条",
    ),
    "subtitle_lines_mended": ("subtitles whose times were mended: {n}", "已修正时间的字幕：{n} 条"),
    "subtitle_lines_repeated": ("subtitles that repeat the one before: {n}", "重复的字幕：{n} 条"),
    "subtitle_lines_unreadable": (
        "subtitles that could not be read: {n}",
        "无法读取的字幕：{n} 条",
    ),
    "subtitle_lines_before_the_start": (
        "subtitles before the clip starts: {n}",
        "视频开始之前的字幕：{n} 条",
    ),
    "subtitle_signs": (
        "signs, effects and karaoke that are not dialogue: {n}",
        "屏幕字、特效与卡拉 OK（并非对白）：{n} 条",
    ),
    "subtitle_rows_foreign": (
        "rows in another language beside those that were read: {n}",
        "与所读文字并列的其他语言的行：{n} 行",
    ),
    "danmaku_without_text": ("danmaku without text: {n}", "没有文字的弹幕：{n} 条"),
    "danmaku_unreadable": ("danmaku that could not be read: {n}", "无法读取的弹幕：{n} 条"),
    "danmaku_spam": (
        "danmaku that say the same thing too often: {n}",
        "同一内容刷屏的弹幕：{n} 条",
    ),
    "text_tracks_are_pictures": (
        "subtitle tracks that are pictures, not text: {n}",
        "图形字幕轨（并非文本）：{n} 条",
    ),
    "text_tracks_unknown": (
        "subtitle tracks in a form that cannot be read: {n}",
        "格式无法读取的字幕轨：{n} 条",
    ),
    "text_tracks_without_lines": (
        "the clip's own subtitles hold no line that could be read",
        "视频内嵌的字幕中没有可读取的文字",
    ),
    "danmaku_file_cut_short": ("the danmaku file is cut short", "弹幕文件不完整"),
}


def headline(analysis: Analysis, language: str = "en") -> str:
    """The verdict in a few words, with how it moved, e.g. "Happiness, after sadness"."""
    verdict = analysis.verdict
    if verdict.label is None:
        return _pick(_ABSTAINED[verdict.abstained or "nothing_seen"], language)
    overall = name(verdict.label, language)
    course = [name(label, language) for label in _course(analysis.timeline)]
    text = _moves(course, language.startswith("zh"))
    if overall not in course:
        text = f"{overall}：{text}" if language.startswith("zh") else f"{overall} overall: {text}"
    return text[0].upper() + text[1:]


def facts(analysis: Analysis, language: str = "en") -> list[tuple[str, str]]:
    """The measured side of the verdict as (name, value) pairs, coverage and confidence included."""
    verdict, zh = analysis.verdict, language.startswith("zh")
    seen = (" · ".join(_coverages(analysis, language))) or ("无" if zh else "nothing")
    rows = [("所见" if zh else "seen", seen)]
    if verdict.label is None or verdict.polarity is None or verdict.mood is None:
        return rows
    level = next(words for least, words in _CONFIDENCE if verdict.confidence >= least)
    return [
        ("强度" if zh else "intensity", f"{verdict.intensity:.2f}"),
        (
            "倾向" if zh else "polarity",
            f"{_pick(_POLARITY[verdict.polarity], language)} {verdict.valence:+.2f}",
        ),
        ("氛围" if zh else "mood", _pick(_MOOD[verdict.mood], language)),
        *rows,
        ("把握" if zh else "confidence", f"{_pick(level, language)} {verdict.confidence:.2f}"),
    ]


def channel_name(channel: str, language: str) -> str:
    """What a channel is called in a sentence."""
    return _pick(_CHANNELS[channel], language)


def disagreement(between: tuple[str, str], language: str) -> str:
    """Which two channels disagree, in the order in which they are always named."""
    first, second = (_pick(_CHANNELS[each], language) for each in _CHANNELS if each in between)
    if language == "zh":
        return f"{first}与{second}不一致"
    return f"{first.capitalize()} and {second} disagree"


def skipped(analysis: Analysis, language: str = "en") -> list[str]:
    """One phrase for each thing that was left out; empty when nothing was."""
    phrases = []
    for reason, count in analysis.skipped.items():
        known = _SKIPPED.get(reason)
        text = _pick(known, language) if known else f"{reason.replace('_', ' ')}: {{n}}"
        phrases.append(text.format(n=count))
    return phrases


def moment_why(found: Candidate, timeline: Timeline, lines: Sequence[Line]) -> dict[str, str]:
    """Why a moment is one, in every language: its kind, the face then, the words then."""
    return {language: _moment_why(found, timeline, lines, language) for language in LANGUAGES}


def _moment_why(found: Candidate, timeline: Timeline, lines: Sequence[Line], language: str) -> str:
    zh = language == "zh"
    label = name(found.label, language)
    if found.kind == "turn" and found.before is not None:
        before = name(found.before, language)
        opening = f"由{before}转为{label}" if zh else f"Turns from {before} to {label}"
    elif found.kind == "disagreement":
        opening = disagreement(found.between or ("face", "subtitle"), language)
    else:
        opening = f"{label}达到顶点" if zh else f"{label.capitalize()} at its height"
    parts = [opening]
    index = int(np.abs(timeline.t_s - found.t_s).argmin())
    for channel in timeline.channels:
        if not np.isnan(channel.probs[index, 0]):
            strongest = dominant(channel.probs[index])
            share = channel.probs[index, LABELS.index(strongest)]
            what = _pick(_CHANNELS[channel.name], language)
            parts.append(f"{what}{'：' if zh else ': '}{name(strongest, language)} {share:.0%}")
    said = next(
        (line for line in lines if line.start_s - NEAR_S <= found.t_s <= line.end_s + NEAR_S), None
    )
    if said is not None:
        quote = said.text if len(said.text) <= QUOTED else said.text[: QUOTED - 1] + "…"
        parts.append(f"“{quote}”")
    return (" · ").join(parts)


def _course(timeline: Timeline) -> list[str]:
    """What the thirds of what was seen are named after, repeats left out: one to three labels."""
    seen = timeline.probs[~np.isnan(timeline.probs[:, 0])]
    parts = np.array_split(seen, 3) if len(seen) >= 3 else [seen]
    return [label for label, _ in groupby(dominant(part.mean(0)) for part in parts)]


def _moves(course: Sequence[str], zh: bool) -> str:
    """One to three names as a course of time."""
    first, last = course[0], course[-1]
    if len(course) == 1:
        return first
    if len(course) == 2:
        return f"由{first}转为{last}" if zh else f"{first}, turning to {last}"
    middle = course[1]
    if first == last:
        return f"{first}，中段{middle}" if zh else f"{first}, with {middle} in the middle"
    return f"先{first}，再{middle}，后{last}" if zh else f"{first}, then {middle}, then {last}"


def _coverages(analysis: Analysis, language: str) -> list[str]:
    return [
        f"{_pick(_CHANNELS[channel.name], language)} {channel.coverage:.0%}"
        for channel in analysis.timeline.channels
    ]


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language.startswith("zh") else pair[0]
