"""The card of the clip, the examples below it, and what a visitor should know beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from vidsent.ui.media.examples import Example
from vidsent.ui.shared.language import I18N
from vidsent.ui.shared.templates import render

TEXT_TYPES = [  # of files that `lines.formats` reads
    ".srt", ".vtt", ".ass", ".ssa", ".sub", ".smi", ".sami", ".ttml", ".dfxp", ".sbv", ".lrc",
    ".txt", ".csv", ".tsv", ".xml", ".srv1", ".srv2", ".srv3", ".json", ".json3", ".jsonl", ".bcc",
    ".pb", ".so",
]  # fmt: skip
PICK = """
element.addEventListener('click', (event) => {
  const example = event.target.closest('[data-index]');
  if (example) trigger('pick', { index: Number(example.dataset.index) });
});
"""


@dataclass(frozen=True)
class UploadCard:
    """The components at the left of the Clip tab."""

    clip: gr.Video
    subtitles: gr.File
    track: gr.Dropdown
    analyse: gr.Button
    cancel: gr.Button
    examples: gr.HTML
    aside: gr.HTML


def build_upload(examples: Sequence[Example]) -> UploadCard:
    """The card inside the current column."""
    with gr.Column(elem_classes="card", elem_id="input"):
        clip = gr.Video(label=I18N("clip"), sources=["upload", "webcam"], elem_id="clip")
        subtitles = gr.File(label=I18N("subtitles"), file_types=TEXT_TYPES, elem_id="subtitles")
        track = gr.Dropdown([], label=I18N("track"), visible=False, elem_id="track")
        analyse = gr.Button(I18N("analyse"), variant="primary", elem_id="analyse")
        cancel = gr.Button(I18N("cancel"), variant="stop", visible=False, elem_id="cancel")
    offered = gr.HTML(
        examples_html(examples, "en"),
        js_on_load=PICK,
        apply_default_css=False,
        elem_id="examples",
        elem_classes="card",
        visible=bool(examples),
    )
    aside = gr.HTML(aside_html("en"), apply_default_css=False, elem_id="aside")
    return UploadCard(clip, subtitles, track, analyse, cancel, offered, aside)


def examples_html(examples: Sequence[Example], language: str) -> str:
    """A button with a picture for each example; its script triggers `pick` with {index}."""
    return render("clip/upload/examples.html", language, examples=examples)


def aside_html(language: str) -> str:
    """What becomes of a clip, and what the answers are not for."""
    return render("clip/upload/aside.html", language)
