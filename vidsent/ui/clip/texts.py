"""What the Clip tab says beside its cards: its name, channels, and what became of a clip."""

from __future__ import annotations

EN = {
    "face": "Face",
    "subtitle": "Words",
    "danmaku": "Danmaku",
    "stopped": "Stopped",
    "stopped_text": "Nothing was kept. Choose a clip, or start again.",
    "failed": "Not analysed",
    "no_clip": "No clip yet. Choose a video or record one, then press Analyse.",
    "broken": "Something went wrong on our side, and the clip was not analysed. Try again; "
    "if it happens again, try another clip.",
    "clip_tab": "Clip",
}

ZH = {
    "face": "人脸",
    "subtitle": "文字",
    "danmaku": "弹幕",
    "stopped": "已停止",
    "stopped_text": "未保留任何内容。可以另选视频，或重新开始。",
    "failed": "未能分析",
    "no_clip": "还没有视频。请选择或录制一段，再点“开始分析”。",
    "broken": "我们这边出了问题，视频未能分析。请重试；若再次出现，请换一个视频。",
    "clip_tab": "视频",
}
