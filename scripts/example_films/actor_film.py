"""The play that the synthetic actor performs: emotions by time, and the words said to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from scripts.example_films.actor import draw
from scripts.example_films.canvas import HEIGHT, WIDTH
from scripts.example_films.film import Both, Caption, Film, Segment
from scripts.example_films.muscles import Muscles, Pose
from scripts.example_films.sdf import blur, bump, grain, grid, inside, paint, rgb, smooth, to_bytes

CHANGE_S = 0.6  # from one expression to the next, half of it before the planted border
BLINK_S = 0.24
BLINKS_S = (1.3, 3.2, 6.9, 17.6, 19.4, 22.9, 26.9, 28.3, 30.6, 32.9, 35.9, 37.3)

EMOTIONS = {
    "neutral": Muscles(),
    "happiness": Muscles(smile=1.0, cheek=0.9, part=1.0),
    "surprise": Muscles(inner_brow=1.1, outer_brow=1.1, wide=1.1, jaw=1.0),
    "fear": Muscles(
        inner_brow=1.25, outer_brow=0.3, frown=0.9, wide=1.25, stretch=0.9, part=0.65, jaw=0.25
    ),
    "sadness": Muscles(inner_brow=1.1, frown=0.7, sulk=1.0, chin=0.9, lids=0.4),
    "anger": Muscles(frown=1.6, wide=0.8, squint=0.4, press=0.8, wrinkle=0.5, sulk=0.7, chin=0.6),
}
# How each is carried: nod down (+) or up (-) and forward lean, both small.
BEARING = {
    "neutral": (0.0, 0.0),
    "happiness": (-0.015, 0.02),
    "surprise": (-0.03, 0.0),
    "fear": (-0.015, 0.03),
    "sadness": (0.045, -0.045),
    "anger": (0.03, 0.0),
}


@dataclass(frozen=True)
class Act:
    """One emotion of the play, what is said to it and what those words carry."""

    start_s: float
    end_s: float
    face: str
    words: str
    text: Both


ACTS = (
    Act(
        0.0, 4.0, "neutral", "neutral", Both("There is a letter on the table.", "桌上放着一封信。")
    ),
    Act(
        4.0,
        8.5,
        "happiness",
        "happiness",
        Both("I got the job! I am so happy!", "我被录取了！我太开心了！"),
    ),
    Act(
        8.5,
        12.5,
        "surprise",
        "surprise",
        Both("Wow, what a surprise! It starts tomorrow?", "哇，真让人惊讶！明天就开始？"),
    ),
    Act(
        12.5,
        16.5,
        "fear",
        "fear",
        Both("I am scared. I am so afraid to fail.", "我好害怕，我怕自己做不好，好恐惧。"),
    ),
    Act(
        16.5,
        21.0,
        "sadness",
        "sadness",
        Both("I am so sad. I will miss you all.", "我好难过，我会想念大家的，好想哭。"),
    ),
    Act(
        21.0,
        25.5,
        "anger",
        "anger",
        Both(
            "How dare they lie about the pay! I am so angry!",
            "他们骗了我的工资，我好生气，太愤怒了！",
        ),
    ),
    Act(25.5, 29.0, "neutral", "neutral", Both("The taxi comes at nine.", "出租车九点到。")),
    Act(
        29.0,
        33.5,
        "happiness",
        "sadness",
        Both("I hate goodbyes. I am so sad, I could cry.", "我讨厌告别，心都碎了，好难过。"),
    ),
    Act(
        33.5,
        38.0,
        "happiness",
        "happiness",
        Both("Thank you! What a wonderful day!", "谢谢你们！今天真是太快乐了！"),
    ),
)
COMMENTS = (  # danmaku: what viewers might write over it
    (1.2, "first!"),
    (2.8, "好安静"),
    (5.0, "congratulations!!"),
    (5.6, "太棒了！"),
    (6.3, "哈哈哈好开心"),
    (7.1, "so happy for her"),
    (9.4, "wow what"),
    (9.9, "哇，没想到"),
    (10.8, "明天？？这么快"),
    (13.7, "scary"),
    (14.6, "我也怕"),
    (17.6, "this is so sad"),
    (18.2, "泪目"),
    (19.3, "别走呜呜呜"),
    (19.9, "I am crying"),
    (22.0, "太过分了！"),
    (22.6, "liars! so angry"),
    (23.7, "气死我了"),
    (26.8, "ok, a taxi"),
    (30.4, "she smiles but she is sad"),
    (31.3, "心疼"),
    (34.4, "love this ending"),
    (35.2, "好温暖，爱了"),
    (36.5, "祝你快乐！"),
)
LEAD_S, TAIL_S = 0.5, 0.4  # a caption comes after its expression and goes before it


def film() -> Film:
    """The play as a film."""
    return Film(
        name="actor",
        duration_s=ACTS[-1].end_s,
        image=image,
        captions=tuple(
            Caption(act.start_s + LEAD_S, act.end_s - TAIL_S, act.text, act.words) for act in ACTS
        ),
        languages=("en", "zh"),
        segments=tuple(
            Segment(
                act.start_s,
                act.end_s,
                act.face,
                act.words,
                "agreement" if act.face == act.words else "disagreement",
            )
            for act in ACTS
        ),
        title=Both("The letter", "一封信"),
        credit=Both(
            "A synthetic actor, drawn by this project's own script",
            "合成演员，由本项目的脚本绘制",
        ),
        comments=COMMENTS,
    )


def image(t_s: float) -> np.ndarray:
    """The play at t_s, (360, 640, 3) uint8 RGB."""
    return to_bytes(draw(muscles(t_s), pose(t_s), _room()) + grain(WIDTH, HEIGHT, seed=1))


def muscles(t_s: float) -> Muscles:
    """The actor's face at t_s: expressions flow into each other, breathe a little, and blink."""
    state = EMOTIONS[ACTS[0].face]
    for act in ACTS[1:]:
        share = float(smooth((t_s - act.start_s) / CHANGE_S + 0.5))
        state = state.towards(EMOTIONS[act.face], share)
    calm = EMOTIONS["neutral"]
    state = calm.towards(state, 0.97 + 0.03 * math.sin(2.3 * t_s))
    shut = max(math.exp(-(((t_s - at) / (BLINK_S / 2.5)) ** 2) * 2) for at in BLINKS_S)
    return replace(state, blink=shut)


def pose(t_s: float) -> Pose:
    """The head at t_s: it never quite rests, and is carried as the emotion asks."""
    pitch, roll = BEARING[ACTS[0].face]
    for act in ACTS[1:]:
        share = float(smooth((t_s - act.start_s) / (1.6 * CHANGE_S) + 0.5))
        to_pitch, to_roll = BEARING[act.face]
        pitch, roll = pitch + (to_pitch - pitch) * share, roll + (to_roll - roll) * share
    return Pose(
        shift=(5.0 * _drift(t_s, 0.61, 0.0) + 40 * roll, 2.5 * _drift(t_s, 0.83, 1.0) + 60 * pitch),
        roll=roll + 0.015 * _drift(t_s, 0.53, 2.0),
        yaw=0.055 * _drift(t_s, 0.47, 3.0),
        pitch=pitch + 0.012 * _drift(t_s, 0.71, 4.0),
        gaze=(
            0.012 * _drift(t_s, 0.9, 5.0),
            0.006 * _drift(t_s, 1.1, 6.0) + 0.4 * max(0, pitch - 0.03),
        ),
    )


def _drift(t_s: float, pace: float, phase: float) -> float:
    """A slow wander in [-1, 1] that does not visibly repeat."""
    return 0.6 * math.sin(pace * t_s + phase) + 0.4 * math.sin(1.73 * pace * t_s + 2.1 * phase)


@cache
def _room() -> np.ndarray:
    """A quiet room out of focus: a window on the left, a plant by the wall on the right."""
    columns, rows = grid(HEIGHT, WIDTH)
    u, v = columns / HEIGHT, rows / HEIGHT
    wall = rgb("#a9b3b0") + (rgb("#6d7f83") - rgb("#a9b3b0")) * smooth(0.2 + 0.45 * u)[..., None]
    paint(wall, rgb("#eef1ea"), _box(u, v, (0.05, 0.36), (0.06, 0.62)))
    for edges in ((0.195, 0.215, 0.06, 0.62), (0.05, 0.36, 0.30, 0.32)):
        paint(wall, rgb("#9aa5a3"), _box(u, v, edges[:2], edges[2:]))
    paint(wall, rgb("#8b7a68"), _box(u, v, (0.0, 2.0), (0.86, 1.1)))
    paint(wall, rgb("#b5714f"), _box(u, v, (1.49, 1.63), (0.72, 0.88)))
    for lean, reach in ((-0.13, 0.30), (-0.06, 0.40), (0.02, 0.44), (0.09, 0.36), (0.15, 0.26)):
        along = (0.74 - v) / reach
        spine = 1.56 + lean * np.clip(along, 0, 1) ** 1.4
        leaf = 0.028 * np.sin(np.pi * np.clip(along, 0, 1))
        paint(wall, rgb("#4d7357"), inside(np.abs(u - spine) - leaf, 0.01))
    soft = np.dstack([blur(wall[..., k], 9.0) for k in range(3)])
    paint(soft, rgb("#fff6e0"), 0.28 * bump(u, v, (0.2, 0.3), (0.35, 0.45)))
    return soft * (1 - 0.16 * bump(u, v, (1.78, 1.0), (0.6, 0.6)))[..., None]


def _box(
    u: np.ndarray, v: np.ndarray, across: tuple[float, ...], down: tuple[float, ...]
) -> np.ndarray:
    edges = (across[0] - u, u - across[1], down[0] - v, v - down[1])
    return inside(np.max(edges, axis=0), 0.01)
