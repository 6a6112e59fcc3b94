"""What a comparison says, in English and Chinese sentences. The clips are called A and B."""

from __future__ import annotations

from vidsent.core.emotions import LABELS, name
from vidsent.core.timecode import format_time
from vidsent.timeline.compare import (
    CLEAR_AFFECT,
    CLEAR_INTENSITY,
    CLEAR_SHARE,
    Comparison,
    Divergence,
)
from vidsent.timeline.verdict import LEAST_COVERAGE

SIDES = ("A", "B")
MOST = 3  # emotions that are named
LITTLE = 0.5  # overlap below which the sentences say that much was not compared


def headline(found: Comparison, language: str = "en") -> str:
    """The difference in one line, e.g. "B shows more happiness, less sadness"."""
    zh = language.startswith("zh")
    if not found.comparable:
        which = [
            key
            for key, side in zip(SIDES, found.sides, strict=True)
            if side.coverage < LEAST_COVERAGE
        ]
        if zh:
            return f"无法比较：{'与'.join(which)} 可见内容太少"
        return f"No comparison: too little was seen of {' and '.join(which)}"
    differing = found.differing()[:2]
    if not differing:
        points = f"{CLEAR_SHARE:.0%}".rstrip("%")
        if zh:
            return f"大体相同：没有一种情绪相差 {points} 个百分点以上"
        return f"Much the same: no emotion differs by {points} points or more"
    parts = [_more(label, found.gap(label), zh) for label in differing]
    return f"B 的{'，'.join(parts)}" if zh else f"B shows {', '.join(parts)}"


def sentences(found: Comparison, language: str = "en") -> list[str]:
    """What differs, where most, and what was not compared."""
    return [*overall(found, language), *parting(found, language), coverage(found, language)]


def overall(found: Comparison, language: str = "en") -> list[str]:
    """What differs between the clips as a whole; nothing where too little was seen."""
    if not found.comparable:
        return []
    shares = [_share(found, label, language) for label in found.differing()[:MOST]]
    texts = [*shares, _feeling(found, language.startswith("zh"))]
    if not found.moments:
        zh = language.startswith("zh")
        texts.append("没有任何一处明显不同。" if zh else "At no point do they differ clearly.")
    return texts


def parting(found: Comparison, language: str = "en") -> list[str]:
    """One sentence for each of the comparison's moments."""
    return [_where(found, each, language) for each in found.moments]


def coverage(found: Comparison, language: str = "en") -> str:
    """How much of both was seen, and so compared."""
    zh = language.startswith("zh")
    first, second = (f"{side.coverage:.0%}" for side in found.sides)
    both = f"{found.overlap:.0%}"
    if zh:
        text = f"A 可见 {first}，B 可见 {second}；两者同时可见 {both}，其余未比较。"
        return text + ("因此结论要谨慎看待。" if found.overlap < LITTLE else "")
    text = f"Seen: {first} of A, {second} of B; both at once on {both} of the axis."
    return text + (
        " The rest is not compared, so take this with care." if found.overlap < LITTLE else ""
    )


def place(found: Comparison, at: float, language: str = "en") -> str:
    """A place of the axis in words: "62 %" or "0:23"."""
    return format_time(at) if found.axis == "seconds" else f"{100 * at:.0f} %"


def _more(label: str, gap: float, zh: bool) -> str:
    if zh:
        return f"{name(label, 'zh')}更{'多' if gap > 0 else '少'}"
    return f"{'more' if gap > 0 else 'less'} {name(label)}"


def _share(found: Comparison, label: str, language: str) -> str:
    first, second = (100 * float(side.shares[LABELS.index(label)]) for side in found.sides)
    if language.startswith("zh"):
        return f"{name(label, 'zh')}：A 平均 {first:.0f}%，B 平均 {second:.0f}%。"
    return f"{name(label).capitalize()}: {first:.0f} % of A on average, {second:.0f} % of B."


def _feeling(found: Comparison, zh: bool) -> str:
    """How valence, arousal and intensity differ, where clearly."""
    limits = {
        "valence": (CLEAR_AFFECT, ("more pleasant", "more unpleasant"), ("更愉快", "更不愉快")),
        "arousal": (CLEAR_AFFECT, ("more aroused", "calmer"), ("更激动", "更平缓")),
        "intensity": (CLEAR_INTENSITY, ("stronger", "weaker"), ("更强烈", "更微弱")),
    }
    parts = []
    for key, (least, english, chinese) in limits.items():
        gap = found.gap(key)
        if abs(gap) >= least:
            parts.append(f"{(chinese if zh else english)[gap < 0]} ({gap:+.2f})")
    if not parts:
        return (
            "效价、唤醒度与强度大体相同。"
            if zh
            else "Valence, arousal and intensity are much the same."
        )
    return f"总体上 B {'、'.join(parts)}。" if zh else f"On the whole B is {', '.join(parts)}."


def _where(found: Comparison, each: Divergence, language: str) -> str:
    labels = [name(label, language) for label in each.labels]
    times = [format_time(t_s) for t_s in each.times_s]
    at = place(found, each.at, language)
    if language.startswith("zh"):
        return f"在 {at} 处相差明显：A {labels[0]}（{times[0]}），B {labels[1]}（{times[1]}）。"
    return f"They part at {at}: A {labels[0]} ({times[0]}), B {labels[1]} ({times[1]})."
