"""What the card says that explains one moment."""

from __future__ import annotations

EN = {
    "why": "Why",
    "why_here": "Explain where the player is",
    "why_invitation": "Choose a key moment, or stop the clip anywhere and press the button: this "
    "card shows what the face and the words said there.",
    "why_busy": "Looking again …",
    "why_failed": "This time could not be explained. Try another, or analyse the clip again.",
    "why_face": "{who}, brought upright",
    "why_heat": "The same face; bright where it told of {label}",
    "why_toggle": "Heat",
    "why_alone": "this picture",
    "why_along": "along the clip",
    "why_shares": "Who had how much to say",
    "why_said": "What was said",
    "why_silent": "Nothing was said then.",
    "why_no_face": "No face was seen then.",
    "why_unread": "A face is there, but too small or blurred to read.",
    "why_no_picture": "The picture could not be read again.",
    "why_unweighed": "No word of it carries emotion.",
    "why_note": "Heat lies where the model looked for the emotion it named: hidden, it fades. It "
    "tells how the model decided, not what a person feels. The longer a word's bar, the more of "
    "its line's emotion is lost without it.",
}

ZH = {
    "why": "为什么",
    "why_here": "解释播放到的此刻",
    "why_invitation": "点选一个关键时刻，或在任意处暂停后按下按钮："
    "这里会显示当时人脸和文字说明了什么。",
    "why_busy": "正在重新查看……",
    "why_failed": "此刻无法解释。请换一处，或重新分析视频。",
    "why_face": "{who}，已转正",
    "why_heat": "同一张脸；越亮之处越能说明{label}",
    "why_toggle": "热力",
    "why_alone": "单看此帧",
    "why_along": "结合前后",
    "why_shares": "各来源所占分量",
    "why_said": "当时的话",
    "why_silent": "当时没有台词。",
    "why_no_face": "当时没有看到人脸。",
    "why_unread": "有人脸，但太小或太模糊，无法识别。",
    "why_no_picture": "画面无法再次读取。",
    "why_unweighed": "其中没有承载情绪的词语。",
    "why_note": "亮处是模型判断该情绪所依据的位置，遮住后该情绪会减弱。它说明模型如何判断，"
    "而非人的真实感受。词语的条越长，去掉它后这句话失去的情绪越多。",
}
