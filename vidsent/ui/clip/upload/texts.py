"""What the card says in which a clip and its subtitles are chosen."""

from __future__ import annotations

from vidsent.core.options import MEGABYTE, Limits

LIMITS = Limits()
_SIZE = f"{LIMITS.clip_bytes // MEGABYTE}\u00a0MB"  # not on two rows
_MINUTES = f"{LIMITS.duration_s / 60:.0f}"
_PIXELS = f"{LIMITS.width} × {LIMITS.height}"
_STREAMS = LIMITS.streams
_TEXT = f"{LIMITS.text_bytes // MEGABYTE}\u00a0MB"
_LINES, _TEN_THOUSANDS = f"{LIMITS.lines:,}", f"{LIMITS.lines // 10_000}"

EN = {
    "clip": "Clip",
    "clip_hint": f"mp4, mov, webm, mkv … up to {_SIZE}, {_MINUTES} min, {_PIXELS}, "
    f"{_STREAMS} streams",
    "drop_clip": "Drop a video, or choose one",
    "subtitles": "Subtitles or danmaku (optional)",
    "drop_subtitles": "Drop a file, or choose one",
    "subtitles_hint": f"srt, vtt, ass, xml … up to {_TEXT}, {_LINES} lines",
    "track": "Or the clip's own subtitles",
    "no_track": "none of them",
    "no_preview": "Your browser cannot play this file. It may be analysed all the same.",
    "expired": "This clip was deleted, as promised: it was here for an hour. Choose it again.",
    "analyse": "Analyse",
    "cancel": "Cancel",
    "try_one": "Try one",
    "privacy_title": "Yours, and soon gone",
    "privacy": "Clips and results are deleted within the hour. "
    "Faces are read, never recognised. Nothing is sent anywhere else.",
    "caution": "Shows what faces and words express, not what anyone feels, and it can be wrong. "
    "Not for judging people at work, in school or before the law.",
}

ZH = {
    "clip": "视频",
    "clip_hint": f"mp4、mov、webm、mkv 等 · 至多 {_SIZE}、{_MINUTES} 分钟、{_PIXELS}、"
    f"{_STREAMS} 条音视频流",
    "drop_clip": "拖入视频，或点击选择",
    "subtitles": "字幕或弹幕（可选）",
    "drop_subtitles": "拖入文件，或点击选择",
    "subtitles_hint": f"srt、vtt、ass、xml 等 · 至多 {_TEXT}、{_TEN_THOUSANDS} 万行",
    "track": "或使用视频内嵌的字幕",
    "no_track": "不使用",
    "no_preview": "浏览器无法播放此文件，但也许仍可分析。",
    "expired": "视频已保留一小时，现已按承诺删除。请重新选择。",
    "analyse": "开始分析",
    "cancel": "取消",
    "try_one": "试试示例",
    "privacy_title": "属于你，很快清除",
    "privacy": "视频与结果在一小时内删除。只读取表情，从不识别身份，也不会发送到别处。",
    "caution": "显示的是面部与文字所表达的情绪，并非人的真实感受，可能有误。"
    "不得用于在职场、学校或司法中评判他人。",
}
