"""The text tracks of an uploaded clip, as a list to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import gradio as gr

from vidsent.core.errors import VidsentError
from vidsent.lines import text_tracks
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.shared.language import say

NONE = "none"
# English and Chinese names of languages that tracks are often in, by ISO 639-2 and 639-1
NAMES = {
    ("eng", "en"): ("English", "英语"),
    ("chi", "zho", "zh"): ("Chinese", "中文"),
    ("jpn", "ja"): ("Japanese", "日语"),
    ("kor", "ko"): ("Korean", "韩语"),
    ("fre", "fra", "fr"): ("French", "法语"),
    ("ger", "deu", "de"): ("German", "德语"),
    ("spa", "es"): ("Spanish", "西班牙语"),
    ("ita", "it"): ("Italian", "意大利语"),
    ("por", "pt"): ("Portuguese", "葡萄牙语"),
    ("rus", "ru"): ("Russian", "俄语"),
}


def list_tracks(clip: str | None, decoder: Decoder) -> tuple[text_tracks.Track, ...]:
    """The text tracks of a clip; none where it cannot be opened."""
    if clip is None:
        return ()
    try:
        return decoder.tracks(clip)
    except VidsentError:  # told when the clip is to be analysed
        return ()


def track_list(
    tracks: Sequence[text_tracks.Track], language: str, chosen: str | None = None
) -> dict[str, Any]:
    """An update of the list for a new clip with these tracks: hidden where it has none of text.

    The track that is `chosen` stays so where the clip has it; else it is the default one.
    """
    usual = text_tracks.choose(tracks, Counter())
    if usual is None:
        return gr.update(visible=False, value=None, choices=[])
    readable = [track for track in tracks if track.is_text]
    choices = [
        (_label(number, track, language), str(track.index))
        for number, track in enumerate(readable, start=1)
    ]
    choices.append((say("no_track", language), NONE))
    kept = chosen in [value for _, value in choices]
    value = chosen if kept else str(usual.index)
    return gr.update(visible=True, choices=choices, value=value, label=say("track", language))


def track_option(chosen: str | None) -> int | Literal["auto", "none"]:
    """What was chosen as `Options.track` has it."""
    if chosen is None:
        return "auto"
    return "none" if chosen == NONE else int(chosen)


def _label(number: int, track: text_tracks.Track, language: str) -> str:
    spoken = next((names for codes, names in NAMES.items() if track.language in codes), None)
    name = spoken[language == "zh"] if spoken else track.language
    return " · ".join(each for each in (str(number), name, track.title) if each)
