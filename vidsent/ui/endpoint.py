"""The one public endpoint: a clip in, the verdict and the curves out, as plain JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

import vidsent
from vidsent.errors import ClipOpenError, VidsentError

PICTURES = ("moments", "tracks")  # whose pictures are left out


def analyze_clip(video: dict[str, Any], subtitles: dict[str, Any] | None = None) -> dict[str, Any]:
    """Read the emotions of a video clip, second by second, from its faces and its subtitles.

    Args:
        video: the uploaded clip (mp4, mov, webm, mkv, ...), as gradio_client.handle_file sends it.
        subtitles: an uploaded .srt, .vtt or .ass file with what is said in the clip, or a file of
            danmaku; None takes the clip's own text track where it has one.

    Returns:
        The analysis as JSON: clip, verdict, timeline, moments, keywords, lines, tracks, skipped.
    """
    try:
        analysis = vidsent.analyze(_uploaded(video), _uploaded(subtitles) if subtitles else None)
    except VidsentError as error:
        raise gr.Error(str(error), print_exception=False) from error
    answer: dict[str, Any] = json.loads(analysis.to_json())
    for name in PICTURES:
        for each in answer[name]:
            each.pop("picture", None)
    return answer


def _uploaded(file: dict[str, Any]) -> Path:
    """The path of an uploaded file; a path that was merely named in the call is refused."""
    folder = Path(get_upload_folder()).resolve()
    path = Path(str(file.get("path", ""))).resolve() if isinstance(file, dict) else Path()
    if not path.is_relative_to(folder) or not path.is_file():
        raise ClipOpenError("No uploaded file was named. Upload the file first, then name it.")
    return path
