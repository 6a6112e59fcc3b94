"""What a visitor is told while they wait: the stage with its count, and the time left."""

from __future__ import annotations

import time

import gradio as gr

from vidsent.core.progress import Progress, RemainingTime, Step
from vidsent.ui.shared.language import say

TOLD_EVERY_S = 0.25  # reports in between reach nobody's eye
ROUNDED_TO_S = 5
SOON_S = 3.0  # less is not worth telling
MINUTES_FROM_S = 90.0


def reporter(progress: gr.Progress, language: str) -> Progress:
    """Tells steps to Gradio's progress in the visitor's language, no more often than is seen."""
    remaining = RemainingTime()
    stage, last_s = "", 0.0

    def report(step: Step) -> None:
        nonlocal stage, last_s
        left_s, now_s = remaining.after(step.share), time.monotonic()
        if step.stage != stage or now_s - last_s >= TOLD_EVERY_S:
            stage, last_s = step.stage, now_s
            progress(step.share, desc=sentence(step, left_s, language))

    return report


def sentence(step: Step, left_s: float | None, language: str) -> str:
    """Such as "Finding faces: 120 of 380 pictures · about 20 s left"."""
    told = say(f"doing_{step.stage}", language)
    if step.total:
        done, total = f"{step.done:,}", f"{step.total:,}"
        told = say(f"of_{step.unit}", language, stage=told, done=done, total=total)
    return f"{told} · {time_left(left_s, language)}" if left_s and left_s >= SOON_S else told


def time_left(left_s: float, language: str) -> str:
    """The time left, no more exact than it is known."""
    if left_s >= MINUTES_FROM_S:
        return say("minutes_left", language, n=max(2, round(left_s / 60)))
    steps = max(1, round(left_s / ROUNDED_TO_S))
    return say("seconds_left", language, n=steps * ROUNDED_TO_S)
