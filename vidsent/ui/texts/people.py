"""What the curve of a person says."""

from __future__ import annotations

EN = {
    "curve": "{person}: how strongly the face shows each emotion along the clip. Mostly {label}, "
    "seen from {first} to {last}",
    "curve_unread": "{person}, seen from {first} to {last}, could not be read",
    "curve_hint": "height: intensity · line: valence · click to go there",
}

ZH = {
    "curve": "{person}：整段视频中面部各种情绪的强度，以{label}为主，出现于 {first} 至 {last}",
    "curve_unread": "{person}，{first} 至 {last} 出现，无法识别",
    "curve_hint": "高度为强度 · 细线为效价 · 点击跳转",
}
