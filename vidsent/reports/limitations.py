"""What an analysis must not be used for, and where the models fall short, in English and Chinese.

English sentences stand word for word in docs/MODEL_CARD.md, which is not installed with the
package; a test compares the two.
"""

from __future__ import annotations

Pair = tuple[str, str]  # English, Chinese

LIMITS: dict[str, tuple[Pair, ...]] = {
    "faces": (
        (
            "Faces on coins, dolls and posters are taken for faces",
            "硬币、玩偶与海报上的脸会被当作人脸",
        ),
        (
            "Tracks tell people apart by place, movement and the colours of hair, face and "
            "clothes, not by identity",
            "区分人物靠位置、运动以及头发、面部与衣着的颜色，而非身份",
        ),
    ),
    "expression": (
        (
            "On affect_faces test, mean recall by the tone of the cheeks (ITA angle, three bands) "
            "is 0.61 for light skin (1,132 faces), 0.57 for middle tones (815) and 0.55 for dark "
            "skin (923).",
            "在 affect_faces 测试集上，按脸颊色调（ITA 角，三档）的平均召回率："
            "浅肤色 0.61（1,132 张），中等 0.57（815 张），深肤色 0.55（923 张）。",
        ),
        ("Do not assume equal error.", "不要以为对所有人误差相同。"),
    ),
    "language": (
        (
            "Each line is read on its own: irony, and what only the lines before would tell, "
            "escape it.",
            "每行单独读取：反讽以及须看上文才懂的意思无法识别。",
        ),
        (
            "dialects, reclaimed words and in-group irony are read wrongly.",
            "方言、被重新接纳的词语与圈内反讽会被误读。",
        ),
    ),
}
NOT_FOR: tuple[Pair, ...] = (
    (
        "Judging, ranking, hiring, grading, monitoring, policing or diagnosing people",
        "评判、排名、招聘、打分、监控、执法或诊断他人",
    ),
    ("inferring what anyone feels or is", "推断任何人的感受或本质"),
    (
        "use at work or in education in the EU (AI Act, Article 5(1)(f))",
        "在欧盟用于职场或教育（《人工智能法》第 5 条第 1 款 (f) 项）",
    ),
    ("any decision about a person.", "任何关于个人的决定"),
)
REASON: Pair = (
    "Expressions are not feelings, and the labels are what raters saw in a picture.",
    "表情不等于感受，标签只是评分者在图片中所见。",
)
