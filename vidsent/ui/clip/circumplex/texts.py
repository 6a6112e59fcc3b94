"""What the plane of valence and arousal says."""

from __future__ import annotations

EN = {
    "plane": "Valence and arousal",
    "plane_both": "All",
    "plane_hint": "Right is pleasant, up is excited. Each small dot is a moment of the clip in the "
    "colour of its emotion; click one to go there.",
    "plane_label": "Where the clip lies between unpleasant and pleasant, from left to right, and "
    "between calm and excited, from below to above. The table beside it says it in numbers.",
}

ZH = {
    "plane": "效价与唤醒度",
    "plane_both": "综合",
    "plane_hint": "越靠右越愉快，越靠上越激动。每个小点是视频中的一刻，颜色为当时的情绪；"
    "点击即可跳转。",
    "plane_label": "片段所处的位置：由左到右为不愉快到愉快，由下到上为平静到激动。"
    "旁边的表格给出数值。",
}
