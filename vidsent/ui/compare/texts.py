"""What the Compare tab says."""

from __future__ import annotations

EN = {
    "compare_tab": "Compare",
    "compare_axis": "Lay over each other by",
    "compare_share": "share of the clip",
    "compare_seconds": "time in seconds",
    "compare_hint": "Two cuts of one advertisement, two takes of one scene: choose two clips. Your "
    "own are here once they were analysed.",
    "compare_title": "A against B",
    "compare_play": "Play both",
    "compare_pause": "Pause",
    "compare_label": "A and B over each other. Arrow keys move both players by a hundredth of the "
    "axis, page keys by a tenth, space plays",
    "compare_how": "click to seek both · dotted where they part",
    "compare_careful": "It tells what faces and words express in each clip, not which is better.",
    "compare_gone": "This clip is gone. Choose another one, or analyse it again.",
    "compare_none": "No clip to compare yet. Analyse two in the Clip tab.",
}

ZH = {
    "compare_tab": "对比",
    "compare_axis": "对齐方式",
    "compare_share": "按片段比例",
    "compare_seconds": "按秒",
    "compare_hint": "同一广告的两个剪辑，或同一场戏的两条：请选择两个视频。"
    "你分析过的视频也在这里。",
    "compare_title": "A 与 B",
    "compare_play": "同时播放",
    "compare_pause": "暂停",
    "compare_label": "A 与 B 叠放在同一坐标上。方向键使两个播放器移动百分之一，翻页键移动十分之一，"
    "空格播放",
    "compare_how": "点击同时跳转 · 虚线为分歧之处",
    "compare_careful": "这里显示两个视频中面部与文字所表达的情绪，并不说明哪个更好。",
    "compare_gone": "这个视频已不在。请另选一个，或重新分析。",
    "compare_none": "还没有可对比的视频。请先在“视频”页分析两个。",
}
