"""What stands above and below a result: the welcome, the verdict, what was left out."""

from __future__ import annotations

EN = {
    "welcome": "See how a clip feels",
    "welcome_text": "Choose a clip, or try one of the examples. Its emotions are read from the "
    "faces and, with a subtitle file, from the words.",
    "verdict": "Verdict",
    "skipped": "Left out",
    "nothing_skipped": "Nothing was left out.",
}

ZH = {
    "welcome": "看见片段的情绪",
    "welcome_text": "选择一个视频，或点一个示例。情绪取自画面中的人脸；若附上字幕，也取自文字。",
    "verdict": "结论",
    "skipped": "未计入",
    "nothing_skipped": "没有遗漏。",
}
