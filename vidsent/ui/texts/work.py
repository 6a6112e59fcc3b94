"""What the page says while it works: stages, counts, the time left, the place in the queue."""

from __future__ import annotations

EN = {
    "doing_open": "Opening the clip",
    "doing_listening": "Listening",
    "doing_words": "Reading the words",
    "doing_weighing": "Weighing the words",
    "doing_comments": "Skimming the rarer comments",
    "doing_faces": "Finding faces",
    "doing_expressions": "Reading expressions",
    "doing_timeline": "Drawing the timeline",
    "doing_player": "Preparing the player",
    "of_seconds": "{stage}: {done} of {total} seconds",
    "of_lines": "{stage}: {done} of {total} lines",
    "of_words": "{stage}: {done} of {total} words",
    "of_comments": "{stage}: {done} of {total} comments",
    "of_pictures": "{stage}: {done} of {total} pictures",
    "of_people": "{stage}: {done} of {total} people",
    "seconds_left": "about {n} s left",
    "minutes_left": "about {n} min left",
    "place": "Place {n} in line. It starts by itself",
}

ZH = {
    "doing_open": "打开视频",
    "doing_listening": "聆听语音",
    "doing_words": "读取文字",
    "doing_weighing": "衡量词语",
    "doing_comments": "浏览其余弹幕",
    "doing_faces": "寻找人脸",
    "doing_expressions": "读取表情",
    "doing_timeline": "绘制时间线",
    "doing_player": "准备播放",
    "of_seconds": "{stage}：{done} / {total} 秒",
    "of_lines": "{stage}：{done} / {total} 行",
    "of_words": "{stage}：{done} / {total} 个词",
    "of_comments": "{stage}：{done} / {total} 条弹幕",
    "of_pictures": "{stage}：{done} / {total} 帧",
    "of_people": "{stage}：{done} / {total} 人",
    "seconds_left": "约剩 {n} 秒",
    "minutes_left": "约剩 {n} 分钟",
    "place": "排在第 {n} 位，轮到时自动开始",
}
