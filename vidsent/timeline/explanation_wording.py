"""What `explanation.explain` found, in one to three plain sentences, English or Chinese."""

from __future__ import annotations

import numpy as np

from vidsent.core.emotions import LABELS, name
from vidsent.faces.regions import OUTSIDE
from vidsent.timeline.explanation import Explanation, FaceExplanation

CARRIES = 0.6  # share of a channel that carries a reading
WEIGHTY = 0.5  # of the heaviest word's weight with which another is named beside it
MOST_WORDS = 3

_CHANNELS = {
    "face": ("the face", "人脸"),
    "subtitle": ("the words", "文字"),
    "danmaku": ("the danmaku", "弹幕"),
}
PARTS = {
    "eyes": ("the eyes and brows", "眉眼"),
    "nose": ("the nose and cheeks", "鼻颊"),
    "mouth": ("the mouth", "嘴部"),
    "jaw": ("the jaw", "下颌"),
}


def sentences(why: Explanation, language: str = "en") -> list[str]:
    """The reading and what carried it, the part of the face that told, the words that did."""
    zh = language.startswith("zh")
    if why.label is None:
        return [_nothing(why, zh)]
    texts = [_carried(why, zh)]
    if why.faces:
        texts.append(_face(why.faces[0], len(why.faces) > 1, zh))
    words = _words(why, zh)
    return [*texts, words] if words else texts


def _nothing(why: Explanation, zh: bool) -> str:
    if why.unread:
        face = (
            "有人脸，但太小或太模糊" if zh else "a face is there, but too small or blurred to read"
        )
    else:
        face = "没有看到人脸" if zh else "no face was seen"
    if why.lines:
        said = "所说的话里读不出情绪" if zh else "what was said carries no emotion"
    else:
        said = "也没有台词" if zh else "nothing was said"
    return (
        f"此刻无法判断：{face}，{said}。" if zh else f"Nothing was read here: {face}, and {said}."
    )


def _carried(why: Explanation, zh: bool) -> str:
    """The label, and which channel it rests on; or that two of them disagree."""
    first, *rest = why.channels
    assert why.label is not None
    label, channel = _name(why.label, zh), _pick(_CHANNELS[first.channel], zh)
    head = f"{label} {why.probability:.0%}"
    if not rest:
        return f"{head}，只依据{channel}。" if zh else f"{_capital(head)}, from {channel} alone."
    other = rest[0]
    beside = _pick(_CHANNELS[other.channel], zh)
    if other.label != first.label:
        between = why.label not in (first.label, other.label)
        if zh:
            says = f"{channel}为{_name(first.label, zh)}，{beside}为{_name(other.label, zh)}"
            both = f"，{label}是两者都认为可能的" if between else ""
            return f"{head}：{says}，各占 {first.share:.0%} 与 {other.share:.0%}{both}。"
        says = (
            f"{channel} ({first.share:.0%}) {_verb(first.channel)} {first.label}, "
            f"{beside} ({other.share:.0%}) {_verb(other.channel)} {other.label}"
        )
        both = f", and {label} is what both hold likely" if between else ""
        return f"{_capital(head)}: {says}{both}."
    if first.share >= CARRIES:
        return (
            f"{head}，主要来自{channel}（{first.share:.0%}）。"
            if zh
            else f"{_capital(head)}, carried by {channel} ({first.share:.0%})."
        )
    return (
        f"{head}，{channel}与{beside}说法一致。"
        if zh
        else f"{_capital(head)}: {channel} and {beside} say the same."
    )


def _face(face: FaceExplanation, several: bool, zh: bool) -> str:
    """Where in the face the label showed, and whether one picture alone says the same."""
    if face.heat is None or face.before is None:
        return (
            "画面无法再次打开，因此没有热力图。"
            if zh
            else "The picture could not be read again, so there is no heat map."
        )
    if zh:
        where = "最大的那张脸上" if several else "脸上"
    else:
        where = "In the largest face" if several else "In the face"
    label = _name(face.label, zh)
    if face.parts == (OUTSIDE,):
        return (
            f"模型所依据的多在{'最大的那张脸' if several else '脸'}之外，此读数宜存疑。"
            if zh
            else f"{where}, what the model went by lies mostly outside it: doubt this reading."
        )
    if not face.parts:
        text = f"{where}没有哪一处特别突出" if zh else f"{where}, no single part stands out"
    elif zh:
        text = f"{where}，{'和'.join(PARTS[part][1] for part in face.parts)}最能说明{label}"
    else:
        text = (
            f"{where}, {' as well as '.join(PARTS[part][0] for part in face.parts)} told of {label}"
        )
    alone = LABELS[int(np.argmax(face.before))]
    if alone == face.label:
        return f"{text}。" if zh else f"{text}."
    if zh:
        return f"{text}；单看这一帧更像{_name(alone, zh)}，前后画面改变了判断。"
    return f"{text}; this picture alone looks more like {alone}, those around it decided."


def _words(why: Explanation, zh: bool) -> str:
    words = sorted((w for line in why.lines for w in line.words), key=lambda w: -w.weight)
    weighty = [word for word in words if word.weight >= WEIGHTY * words[0].weight][:MOST_WORDS]
    quoted = list(dict.fromkeys(f"“{word.text}”" for word in weighty))
    if not quoted:
        return ""
    if zh:
        return f"分量最重的词：{'、'.join(quoted)}。"
    listed = " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
    return f"Among the words, {listed} {'weigh' if len(quoted) > 1 else 'weighs'} most."


def _verb(channel: str) -> str:
    return "shows" if channel == "face" else "say"


def _name(label: str, zh: bool) -> str:
    return name(label, "zh" if zh else "en")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pick(pair: tuple[str, str], zh: bool) -> str:
    return pair[1] if zh else pair[0]
