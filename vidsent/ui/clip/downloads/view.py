"""The buttons that give the files of a result."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from vidsent.ui.shared.language import I18N, say
from vidsent.ui.shared.templates import render


@dataclass(frozen=True)
class DownloadButtons:
    """The heading with its note, the buttons, and a hidden one that fetches the report."""

    title: gr.HTML
    json: gr.DownloadButton
    csv: gr.DownloadButton
    vtt: gr.DownloadButton
    report: gr.Button
    annotate: gr.Button
    stop: gr.Button
    annotated: gr.DownloadButton
    report_file: gr.DownloadButton


def build_downloads() -> DownloadButtons:
    """The buttons inside the current block."""
    title = gr.HTML(title_html("en"), apply_default_css=False, elem_id="keep-title")
    with gr.Row(elem_id="downloads"):
        json, csv, vtt = (
            gr.DownloadButton(str(I18N(key)), size="sm", elem_id=key, interactive=False)
            for key in ("json", "csv", "vtt")
        )
        report = gr.Button(I18N("report"), size="sm", elem_id="report", interactive=False)
        annotate = gr.Button(I18N("annotate"), size="sm", elem_id="annotate", interactive=False)
        stop = gr.Button(I18N("annotate_stop"), size="sm", elem_id="annotate_stop", visible=False)
        annotated = gr.DownloadButton(
            str(I18N("annotated")), size="sm", elem_id="annotated", visible=False
        )
    report_file = gr.DownloadButton(visible=False)
    return DownloadButtons(title, json, csv, vtt, report, annotate, stop, annotated, report_file)


def title_html(language: str, note: str = "") -> str:
    """The heading; `note` is the key of a sentence about the annotated video, or ""."""
    told = say(note, language) if note else ""
    return render("clip/downloads/downloads.html", language, note=told)
