"""What the plain table says."""

from __future__ import annotations

EN = {
    "plain": "Moments and words as a plain table",
    "plain_time": "time",
    "plain_what": "what",
    "plain_emotion": "emotion",
    "plain_text": "text",
    "plain_peak": "height",
    "plain_turn": "turn",
    "plain_disagreement": "disagreement",
}

ZH = {
    "plain": "以表格查看关键时刻与文字",
    "plain_time": "时间",
    "plain_what": "内容",
    "plain_emotion": "情绪",
    "plain_text": "文字",
    "plain_peak": "顶点",
    "plain_turn": "转折",
    "plain_disagreement": "不一致",
}
