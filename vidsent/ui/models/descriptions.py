"""What the Models tab says of each model, in English and Chinese.

Its limits and what it is not for are told in `cautions`; whatever is a number comes from
`measured`.
"""

from __future__ import annotations

from vidsent.reports.limitations import Pair

TITLES: dict[str, Pair] = {
    "faces": ("Face detector", "人脸检测"),
    "expression": ("Expression", "表情识别"),
    "language": ("Emotion of lines", "字句情绪"),
}
DOES: dict[str, Pair] = {
    "faces": (
        "A small one-stage CNN that finds the faces of a picture, each with five landmarks.",
        "单阶段小型 CNN：找出画面中的人脸及其五个关键点。",
    ),
    "expression": (
        "A CNN reads one face; a GRU reads the same face over time, corrects it, and adds valence "
        "and arousal.",
        "CNN 读取单张人脸；GRU 沿时间读取同一张脸，加以修正，并给出效价与唤醒度。",
    ),
    "language": (
        "A small BERT reads a line of English or Chinese; a table of words and phrases helps to "
        "say which of them carry the emotion, and reads the rarest comments of a crowd.",
        "小型 BERT 读取中文或英文字句；词语与短语表协助指出承载情绪的词语，并读取最少见的弹幕。",
    ),
}
FILES: dict[str, Pair] = {
    "face_detector.safetensors": ("detector", "检测器"),
    "expression_cnn.safetensors": ("CNN", "CNN"),
    "expression_gru.safetensors": ("GRU", "GRU"),
    "text": ("BERT", "BERT"),
    "words.tsv": ("word table", "词表"),
}
WORDS_TRAINED_ON = "GoEmotions, XED, CSMV comments; SMP2020-EWECT, weibo8"  # has no metadata
TRAINED_ON_ZH = {  # what the weights say of themselves; others stay English
    "photographs and video frames with human and YuNet boxes": (
        "照片与视频画面，人脸框由人工及 YuNet 标注"
    ),
    "affect_faces, FER2013 faces with the vote distributions of FER+, CK+": (
        "affect_faces、带 FER+ 投票分布的 FER2013 人脸、CK+"
    ),
    "Java-SED video, KERC 2020, CK+, and faces of affect_faces and FER+": (
        "Java-SED 视频、KERC 2020、CK+，以及 affect_faces 与 FER+ 的人脸"
    ),
    "GoEmotions, XED, CSMV comments, EmoBank; SMP2020-EWECT, weibo8": (
        "GoEmotions、XED、CSMV 评论、EmoBank；SMP2020-EWECT、weibo8"
    ),
    WORDS_TRAINED_ON: "GoEmotions、XED、CSMV 评论；SMP2020-EWECT、weibo8",
}

BASELINES: dict[str, Pair] = {  # what is measured beside a model, on the same data
    "faces": ("Haar cascade", "Haar 级联"),
    "language": ("TF-IDF, logistic regression", "TF-IDF 逻辑回归"),
}
NUMBERS: dict[str, dict[str, Pair]] = {  # the handful that is shown first, by metric
    "faces": {
        "ap35": ("average precision, all pictures", "平均精度，全部图片"),
        "portrait_recall": ("of the faces in portraits are found", "人像照片中人脸的检出率"),
        "track_recall_portrait": (
            "of them are followed when shown as video",
            "以视频播放时被跟踪的比例",
        ),
        "recall_tilt_30": (
            "found with the picture turned by 30 degrees",
            "画面旋转 30 度时的检出率",
        ),
        "false_tracks_per_minute": (
            "false faces in a minute of video without any",
            "无人脸视频中每分钟的误检人脸数",
        ),
        "ms_640x360": ("ms for a picture of 640 × 360", "毫秒处理一张 640 × 360 图片"),
    },
    "expression": {
        "affect_uar": (
            "recall on strangers' faces, mean over the seven emotions, CNN alone",
            "陌生人脸上七种情绪召回率的平均，仅 CNN",
        ),
        "ferplus_uar": ("the same on FER+", "同上，FER+ 数据集"),
        "ferplus_accuracy": (
            "right on FER+, most of which is neutral or happy",
            "FER+ 上的正确率（多为中性或高兴）",
        ),
        "java_sed_uar": (
            "recall on acted clips of people never seen before, all their clips known",
            "对陌生演员表演片段的召回率（其全部片段已知）",
        ),
        "kerc_ccc_valence": ("agreement on valence in film (CCC)", "电影片段效价一致性（CCC）"),
        "kerc_ccc_arousal": ("agreement on arousal in film (CCC)", "电影片段唤醒度一致性（CCC）"),
        "affect_ece": ("calibration error on strangers' faces", "陌生人脸上的校准误差"),
        "ckplus_intensity_rises": (
            "of rising expressions are read as rising",
            "渐强表情中强度不下降的比例",
        ),
        "ms_per_face_fp32": ("ms to read a face and its mirror image", "毫秒读取一张人脸及其镜像"),
    },
    "language": {
        "goemotions_macro_f1": ("macro-F1, English comments", "宏平均 F1，英文评论"),
        "smp2020_macro_f1": ("macro-F1, Chinese posts", "宏平均 F1，中文微博"),
        "emobank_ccc_valence": ("agreement on valence (CCC)", "效价一致性（CCC）"),
        "seconds_1000_lines": ("seconds for 1,000 lines", "秒读取 1,000 行"),
    },
}

WEAK: dict[str, dict[str, Pair]] = {  # where it fails, with the number that says so
    "faces": {
        "recall_profile": (
            "Faces in profile: {value} are found.",
            "侧脸：检出 {value}。",
        ),
        "recall_16_24px": (
            "Faces of 16 to 24 pixels: {value} are found.",
            "16 至 24 像素的人脸：检出 {value}。",
        ),
        "recall_masked": ("Masked faces: {value} are found.", "戴口罩的人脸：检出 {value}。"),
        "recall_tilt_90": (
            "Portraits turned by 90 degrees: {value} are found.",
            "旋转 90 度的人像：检出 {value}。",
        ),
    },
    "expression": {
        "ferplus_accuracy_masked": (
            "Lower part covered, as by a mask: right on {value}.",
            "下半脸被遮（如戴口罩）：正确 {value}。",
        ),
        "ferplus_accuracy_small_20px": (
            "Shrunk to 20 pixels: right on {value}.",
            "缩小到 20 像素：正确 {value}。",
        ),
        "ferplus_accuracy_turned_30": (
            "Turned by 30 degrees and not set upright: right on {value}.",
            "旋转 30 度且未扶正：正确 {value}。",
        ),
        "ferplus_accuracy_blurred": ("Blurred: right on {value}.", "模糊：正确 {value}。"),
        "ferplus_accuracy_jpeg_10": (
            "Heavily compressed: right on {value}.",
            "重度压缩：正确 {value}。",
        ),
        "ferplus_accuracy_dark": (
            "At 15 % of the brightness: right on {value}.",
            "亮度降至 15%：正确 {value}。",
        ),
        "ferplus_accuracy_24_40px": (
            "Faces of 24 to 40 pixels in a scene, those not found included: right on {value}.",
            "场景中 24 至 40 像素的人脸（含未检出）：正确 {value}。",
        ),
    },
    "language": {},
}
MISTAKEN: Pair = (
    "{label}: {value} are recognised, most often taken for {other}.",
    "{label}：认出 {value}，最常被认作{other}。",
)
ACTORS: Pair = (
    "People differ: recall from {low} to {high} over {n} actors it never saw.",
    "因人而异：{n} 位陌生演员的召回率从 {low} 到 {high}。",
)
