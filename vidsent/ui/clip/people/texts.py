"""What the curve of a person says."""

from __future__ import annotations

EN = {
    "people": "People",
    "seen": "seen {share}",
    "unreadable": "too small or blurred to read",
    "no_people": "No face was found.",
    "more_people": "{n} more, each seen more briefly, are in the downloads.",
    "curve": "{person}: how strongly the face shows each emotion along the clip. Mostly {label}, "
    "seen from {first} to {last}",
    "curve_unread": "{person}, seen from {first} to {last}, could not be read",
    "curve_hint": "height: intensity · line: valence · click to go there",
    "edit": "Edit",
    "edit_person": "{person}: name them, or join them with another row",
    "name": "Name",
    "same_as": "Same person as",
    "nobody": "nobody else",
    "save": "Save",
    "as_found": "As they were found",
}

ZH = {
    "people": "人物",
    "seen": "出现 {share}",
    "unreadable": "太小或太模糊，无法识别",
    "no_people": "没有发现人脸。",
    "more_people": "另有 {n} 人出现时间更短，见下载文件。",
    "curve": "{person}：整段视频中面部各种情绪的强度，以{label}为主，出现于 {first} 至 {last}",
    "curve_unread": "{person}，{first} 至 {last} 出现，无法识别",
    "curve_hint": "高度为强度 · 细线为效价 · 点击跳转",
    "edit": "编辑",
    "edit_person": "{person}：命名，或与另一行合并",
    "name": "姓名",
    "same_as": "与谁是同一人",
    "nobody": "无",
    "save": "保存",
    "as_found": "恢复识别结果",
}
