"""What the timeline and the card of a selected span say."""

from __future__ import annotations

EN = {
    "timeline": "Timeline",
    "timeline_label": "Timeline. Left and right go from moment to moment, with shift or up "
    "and down by a second, page keys by ten; space plays; i and o mark a span; plus, minus "
    "and 0 zoom",
    "timeline_hint": "click or drag to seek · shift and drag for a span · ← → moments",
    "timeline_keys": "← → moments · ↑ ↓ 1 s · space play · i o span · + − 0 zoom · Esc clear",
    "lane_affect": "Valence, arousal",
    "lane_channels": "Disagreement",
    "lane_shots": "Shots",
    "lane_subtitle": "Subtitles",
    "lane_danmaku": "Danmaku",
    "select_span": "Select a span",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "span": "Selected",
    "seconds": "{n} s",
    "span_moments": "key moments: {n}",
    "span_play": "Play it",
    "span_zoom": "Zoom to it",
    "span_clear": "Clear",
}

ZH = {
    "timeline": "时间线",
    "timeline_label": "时间线。左右键在关键时刻间跳转，按住 Shift 或用上下键移动一秒，"
    "翻页键移动十秒；空格播放；i 与 o 标记片段；加号、减号与 0 缩放",
    "timeline_hint": "点击或拖动跳转 · 按住 Shift 拖动选取片段 · ← → 关键时刻",
    "timeline_keys": "← → 关键时刻 · ↑ ↓ 1 秒 · 空格播放 · i o 片段 · + − 0 缩放 · Esc 清除",
    "lane_affect": "效价与唤醒度",
    "lane_channels": "不一致",
    "lane_shots": "镜头",
    "lane_subtitle": "字幕",
    "lane_danmaku": "弹幕",
    "select_span": "选取片段",
    "zoom_in": "放大",
    "zoom_out": "缩小",
    "span": "所选片段",
    "seconds": "{n} 秒",
    "span_moments": "关键时刻：{n}",
    "span_play": "播放",
    "span_zoom": "放大查看",
    "span_clear": "清除",
}
