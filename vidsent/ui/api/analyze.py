"""The public endpoint `analyze_clip`: the paths of uploads in, the analysis out as JSON.

Parameters are text on purpose. Gradio's server for agents calls itself through gradio_client,
which uploads any local file that an object names: of an object {"path": "/etc/passwd"} it would
read that file. Text it leaves alone, and an object where text is declared it turns away.
"""

# no "from __future__ import annotations": Gradio reads the types of what is returned as they are

import json
from collections.abc import Callable
from typing import Any, TypedDict

import gradio as gr

from vidsent.core.errors import Cancelled, VidsentError
from vidsent.core.options import Options
from vidsent.core.progress import Step
from vidsent.ui.api.connection import connection
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.media.uploads import uploaded


class Answer(TypedDict):
    """What `Analysis.to_json` writes, without pictures."""

    schema: int
    clip: dict[str, Any]
    tracks: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    timeline: dict[str, Any]
    moments: list[dict[str, Any]]
    verdict: dict[str, Any]
    keywords: list[dict[str, Any]]
    skipped: dict[str, int]
    models: dict[str, str]
    cuts_s: list[float]


def analyze_endpoint(decoder: Decoder) -> Callable[..., Answer]:
    """The function behind /analyze_clip; clips are opened by `decoder`."""

    def analyze_clip(video: str, subtitles: str | None = None) -> Answer:
        """Read the emotions of a video clip, second by second, from its faces and its subtitles.

        Seven emotions (anger, disgust, fear, happiness, sadness, surprise, neutral), valence and
        arousal along the clip, a verdict, key moments and the words that carried the emotion.
        Upload the files to /gradio_api/upload first and name the paths that it answers; addresses
        and other paths are refused.

        Args:
            video: Path of the uploaded clip (mp4, mov, webm, mkv, ...), as the upload answered it.
            subtitles: Path of uploaded subtitles or danmaku, or null for the clip's own text track.

        Returns:
            The analysis as JSON: clip, verdict, timeline, moments, keywords, lines, tracks,
            skipped.
        """
        is_open = connection()

        def tell(step: Step) -> None:
            if not is_open():
                raise Cancelled("Nobody waits for the answer any more.")

        try:
            words = uploaded(subtitles) if subtitles else None
            analysis, _ = decoder.analyse(uploaded(video), words, Options(), tell)
        except VidsentError as error:
            raise gr.Error(str(error), print_exception=False) from error
        answer: Answer = json.loads(analysis.to_json())
        for each in (*answer["moments"], *answer["tracks"]):
            each.pop("picture", None)
        return answer

    return analyze_clip
