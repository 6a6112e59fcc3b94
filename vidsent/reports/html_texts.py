"""What the report says of its own, in English and Chinese."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title": ("How this clip feels", "片段情绪报告"),
    "verdict": ("Verdict", "结论"),
    "size": ("{width} × {height}", "{width} × {height}"),
    "face": ("faces", "人脸"),
    "subtitle": ("words", "文字"),
    "danmaku": ("danmaku", "弹幕"),
    "unseen": ("What was not seen", "未见部分"),
    "without": ("No {channel} for {share} of the clip", "{share} 的时长没有{channel}"),
    "never": ("No {channel} at all", "全片没有{channel}"),
    "nothing_skipped": ("Nothing of the file was left out", "文件内容没有遗漏"),
    "timeline": ("Timeline", "情绪时间线"),
    "timeline_label": (
        "Seven emotions over time, stacked; valence and arousal; lines that were said",
        "七种情绪随时间的堆叠变化、效价与唤醒度、台词",
    ),
    "moments": ("Key moments", "关键时刻"),
    "no_moments": ("No moment stands out.", "没有特别突出的时刻。"),
    "intensity": ("intensity {value}", "强度 {value}"),
    "people": ("People", "人物"),
    "seen": ("seen {share}, first at {time}", "出现 {share}，首次 {time}"),
    "unreadable": ("too small or blurred to read", "太小或太模糊，无法识别"),
    "no_people": ("No face was found.", "没有发现人脸。"),
    "more_people": (
        "{n} more were seen more briefly; JSON holds all.",
        "另有 {n} 人出现时间更短，见 JSON。",
    ),
    "words": ("Words", "文字"),
    "no_words": ("There were no words, so only faces were read.", "没有文字，因此只读取了人脸。"),
    "transcript": ("Lines", "台词"),
    "more_lines": ("{n} more lines are in the JSON file.", "其余 {n} 行见 JSON 文件。"),
    "notes": ("How to read this", "阅读说明"),
    "caution": (
        "Shows what faces and words express, not what anyone feels, and it can be wrong.",
        "显示的是面部与文字所表达的情绪，并非人的真实感受，可能有误。",
    ),
    "how": (
        "Each second is read from the faces in the picture and from what is said, where there is "
        "any; the timeline pools the two. Empty stretches mean that there was nothing to read. "
        "Confidence is how likely the named emotion is right, less what was not seen.",
        "每一刻的情绪取自画面中的人脸与台词（若有），时间线将二者合并；空白处表示没有可读取的内容。"
        "把握是所示情绪正确的可能性，并扣除未见部分。",
    ),
    "not_for": ("Not for", "不得用于"),
    "limits": ("Where it fails", "不足之处"),
    "models": ("Models", "模型"),
    "made": (
        "Made by vidsent {version} on the machine that analysed the clip.",
        "由 vidsent {version} 在分析该视频的机器上生成。",
    ),
}
