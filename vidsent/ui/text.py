"""Every sentence of the page that does not come from an analysis, in English and Chinese."""

from __future__ import annotations

import gradio as gr

from vidsent.options import MEGABYTE, Limits

LIMITS = Limits()
_SIZE = f"{LIMITS.clip_bytes // MEGABYTE} MB"
_MINUTES = f"{LIMITS.duration_s / 60:.0f}"

EN = {
    "tagline": "how a clip feels, second by second",
    "language": "Language",
    "clip": "Clip",
    "clip_hint": f"mp4, mov, webm, mkv … up to {_SIZE}, {_MINUTES} min",
    "drop_clip": "Drop a video, or choose one",
    "subtitles": "Subtitles or danmaku (optional)",
    "drop_subtitles": "Drop a file, or choose one",
    "subtitles_hint": "srt, vtt, ass, xml, json, txt",
    "track": "Or the clip's own subtitles",
    "no_track": "none of them",
    "no_preview": "Your browser cannot play this file. It may be analysed all the same.",
    "analyse": "Analyse",
    "cancel": "Cancel",
    "try_one": "Try one",
    "privacy_title": "Yours, and soon gone",
    "privacy": "Clips and results are deleted within the hour. "
    "Faces are read, never recognised. Nothing is sent anywhere else.",
    "caution": "Shows what faces and words express, not what anyone feels, and it can be wrong. "
    "Not for judging people at work, in school or before the law.",
    "welcome": "See how a clip feels",
    "welcome_text": "Choose a clip, or try one of the examples. Its emotions are read from the "
    "faces and, with a subtitle file, from the words.",
    "promise_player": "Your clip, with what is felt, shown and said as it plays",
    "promise_timeline": "Seven emotions over time, with valence, arousal and the lines that were "
    "said. Click anywhere to jump there",
    "promise_moments": "Key moments with their pictures",
    "promise_words": "The words that carried the emotion",
    "promise_people": "One row for each person",
    "verdict": "Verdict",
    "now": "Now",
    "timeline": "Timeline",
    "timeline_label": "Timeline. Arrow keys move the player by a second, page keys by ten, "
    "n and p to the next and previous moment, space plays",
    "timeline_hint": "click or drag to seek · ← → n p with the keyboard",
    "moments": "Key moments",
    "no_moments": "No moment stands out.",
    "words": "Words",
    "no_words": "No words were found, so only faces were read. Add a subtitle file, or have the "
    "speech recognised: start the page with “vidsent serve --speech-model openai/whisper-tiny”.",
    "no_feeling": "No word of the subtitles carries emotion.",
    "more_lines": "{n} more lines are in the downloads.",
    "people": "People",
    "person": "Person {id}",
    "seen": "seen {share}",
    "unreadable": "too small or blurred to read",
    "no_people": "No face was found.",
    "more_people": "{n} more, each seen more briefly, are in the downloads.",
    "skipped": "Left out",
    "nothing_skipped": "Nothing was left out.",
    "downloads": "Downloads",
    "models": "Models",
    "json": "JSON, everything",
    "csv": "CSV, per second",
    "face": "Face",
    "subtitle": "Words",
    "danmaku": "Danmaku",
    "unseen": "not seen",
    "unsaid": "nothing said",
    "open": "Opening the clip",
    "faces": "Finding faces",
    "expressions": "Reading expressions",
    "words_stage": "Reading the words",
    "timeline_stage": "Drawing the timeline",
    "player_stage": "Preparing the player",
    "stopped": "Stopped",
    "stopped_text": "Nothing was kept. Choose a clip, or start again.",
    "failed": "Not analysed",
    "no_clip": "No clip yet. Choose a video or record one, then press Analyse.",
    "broken": "Something went wrong on our side, and the clip was not analysed. Try again; "
    "if it happens again, try another clip.",
    "clip_tab": "Clip",
    "models_title": "Three small models, trained by us, run on this machine",
    "models_text": "Every number below was printed by one command, on data that what was "
    "measured had not learned from, with its 95 % interval. How each was measured stands under "
    "“All numbers”.",
    "not_for": "Not for",
    "size": "size",
    "parameters": "parameters",
    "trained_on": "trained on",
    "weights_missing": "not installed",
    "not_measured": "No measured numbers are here yet. This command makes them:",
    "measured_others": "These numbers are of other weights than those installed. Measure again:",
    "measured_on": "Measured on {day}",
    "baseline": "Haar cascade {value}",
    "fails": "Where it fails",
    "all_numbers": "All {n} numbers",
    "as_printed": "As printed by",
    "metric": "metric",
    "value": "value",
    "interval": "95 % interval",
    "protocol": "protocol",
}

ZH = {
    "tagline": "一秒一秒，看见片段的情绪",
    "language": "语言",
    "clip": "视频",
    "clip_hint": f"mp4、mov、webm、mkv 等 · 至多 {_SIZE}、{_MINUTES} 分钟",
    "drop_clip": "拖入视频，或点击选择",
    "subtitles": "字幕或弹幕（可选）",
    "drop_subtitles": "拖入文件，或点击选择",
    "subtitles_hint": "srt、vtt、ass、xml、json、txt",
    "track": "或使用视频内嵌的字幕",
    "no_track": "不使用",
    "no_preview": "浏览器无法播放此文件，但也许仍可分析。",
    "analyse": "开始分析",
    "cancel": "取消",
    "try_one": "试试示例",
    "privacy_title": "属于你，很快清除",
    "privacy": "视频与结果在一小时内删除。只读取表情，从不识别身份，也不会发送到别处。",
    "caution": "显示的是面部与文字所表达的情绪，并非人的真实感受，可能有误。"
    "不得用于在职场、学校或司法中评判他人。",
    "welcome": "看见片段的情绪",
    "welcome_text": "选择一个视频，或点一个示例。情绪取自画面中的人脸；若附上字幕，也取自文字。",
    "promise_player": "你的视频，以及播放到此刻的情绪、表情与台词",
    "promise_timeline": "七种情绪随时间的变化，以及效价、唤醒度与台词。点击任意处即可跳转",
    "promise_moments": "带画面的关键时刻",
    "promise_words": "承载情绪的词语",
    "promise_people": "每个人物一行",
    "verdict": "结论",
    "now": "此刻",
    "timeline": "时间线",
    "timeline_label": "时间线。方向键移动一秒，翻页键移动十秒，"
    "n 与 p 跳到下一个、上一个时刻，空格播放",
    "timeline_hint": "点击或拖动跳转 · 键盘 ← → n p",
    "moments": "关键时刻",
    "no_moments": "没有特别突出的时刻。",
    "words": "文字",
    "no_words": "没有文字，因此只读取了人脸。可添加字幕文件，或启用语音识别："
    "用 “vidsent serve --speech-model openai/whisper-tiny” 启动页面。",
    "no_feeling": "字幕中没有承载情绪的词语。",
    "more_lines": "其余 {n} 行见下载文件。",
    "people": "人物",
    "person": "人物 {id}",
    "seen": "出现 {share}",
    "unreadable": "太小或太模糊，无法识别",
    "no_people": "没有发现人脸。",
    "more_people": "另有 {n} 人出现时间更短，见下载文件。",
    "skipped": "未计入",
    "nothing_skipped": "没有遗漏。",
    "downloads": "下载",
    "models": "模型",
    "json": "JSON 全部结果",
    "csv": "CSV 逐时数据",
    "face": "人脸",
    "subtitle": "文字",
    "danmaku": "弹幕",
    "unseen": "未出现",
    "unsaid": "无台词",
    "open": "打开视频",
    "faces": "寻找人脸",
    "expressions": "读取表情",
    "words_stage": "读取文字",
    "timeline_stage": "绘制时间线",
    "player_stage": "准备播放",
    "stopped": "已停止",
    "stopped_text": "未保留任何内容。可以另选视频，或重新开始。",
    "failed": "未能分析",
    "no_clip": "还没有视频。请选择或录制一段，再点“开始分析”。",
    "broken": "我们这边出了问题，视频未能分析。请重试；若再次出现，请换一个视频。",
    "clip_tab": "视频",
    "models_title": "三个小模型，由我们训练，在本机运行",
    "models_text": "以下每个数字都由一条命令得出，被测模型未在所用数据上训练，并附 95% 区间。"
    "测量方法见“全部数字”。",
    "not_for": "不得用于",
    "size": "大小",
    "parameters": "参数",
    "trained_on": "训练数据",
    "weights_missing": "未安装",
    "not_measured": "这里还没有测量结果。用此命令生成：",
    "measured_others": "这些数字属于另一版权重，与已安装的不同。请重新测量：",
    "measured_on": "测量于 {day}",
    "baseline": "Haar 级联 {value}",
    "fails": "不足之处",
    "all_numbers": "全部 {n} 个数字",
    "as_printed": "以下为命令输出的原文（英文）：",
    "metric": "指标",
    "value": "数值",
    "interval": "95% 区间",
    "protocol": "测量方法",
}

TEXTS = {"en": EN, "zh": ZH}
LANGUAGES = (("EN", "en"), ("中文", "zh"))
# Gradio asks for the browser's exact locale first, and knows no plain "zh"
I18N = gr.I18n(**{"en": EN, "zh": ZH, "zh-CN": ZH, "zh-TW": ZH})


def say(key: str, language: str, **values: object) -> str:
    """The sentence `key` for readers of `language`, which is "en" or "zh"."""
    return TEXTS[language][key].format(**values)


def spoken(accept_language: str | None) -> str:
    """The language of the page for a browser that sends this Accept-Language header."""
    best = max([*(accept_language or "").split(","), "en;q=0"], key=_quality)
    return "zh" if best.strip().lower().startswith("zh") else "en"


def _quality(preference: str) -> float:
    """The weight of one preference such as "zh-CN;q=0.8"."""
    _, _, weight = preference.partition(";q=")
    try:
        return float(weight) if weight else 1.0
    except ValueError:  # as good as not wanted
        return -1.0
