"""What the curve of a person says, and the plane of valence and arousal."""

from __future__ import annotations

EN = {
    "curve": "{person}: how strongly the face shows each emotion along the clip. Mostly {label}, "
    "seen from {first} to {last}",
    "curve_unread": "{person}, seen from {first} to {last}, could not be read",
    "curve_hint": "height: intensity · line: valence · click to go there",
    "plane": "Valence and arousal",
    "plane_both": "All",
    "plane_hint": "Right is pleasant, up is excited. Each small dot is a moment of the clip in the "
    "colour of its emotion; click one to go there.",
    "plane_label": "Where the clip lies between unpleasant and pleasant, from left to right, and "
    "between calm and excited, from below to above. The table beside it says it in numbers.",
}

ZH = {
    "curve": "{person}：整段视频中面部各种情绪的强度，以{label}为主，出现于 {first} 至 {last}",
    "curve_unread": "{person}，{first} 至 {last} 出现，无法识别",
    "curve_hint": "高度为强度 · 细线为效价 · 点击跳转",
    "plane": "效价与唤醒度",
    "plane_both": "综合",
    "plane_hint": "越靠右越愉快，越靠上越激动。每个小点是视频中的一刻，颜色为当时的情绪；"
    "点击即可跳转。",
    "plane_label": "片段所处的位置：由左到右为不愉快到愉快，由下到上为平静到激动。"
    "旁边的表格给出数值。",
}
