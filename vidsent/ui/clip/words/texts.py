"""What stands about the transcript."""

from __future__ import annotations

EN = {
    "words": "Words",
    "no_words": "No words were found, so only faces were read. Add a subtitle file, or have the "
    "speech recognised: start the page with “vidsent serve --speech-model openai/whisper-tiny”.",
    "no_feeling": "No word of the subtitles carries emotion.",
    "more_lines": "{n} more lines are in the downloads.",
}

ZH = {
    "words": "文字",
    "no_words": "没有文字，因此只读取了人脸。可添加字幕文件，或启用语音识别："
    "用 “vidsent serve --speech-model openai/whisper-tiny” 启动页面。",
    "no_feeling": "字幕中没有承载情绪的词语。",
    "more_lines": "其余 {n} 行见下载文件。",
}
