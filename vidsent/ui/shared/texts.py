"""What the page's frame says."""

from __future__ import annotations

EN = {
    "tagline": "how a clip feels, second by second",
    "language": "Language",
}

ZH = {
    "tagline": "一秒一秒，看见片段的情绪",
    "language": "语言",
}
