"""The moments and the lines as a table, whose rows move the player.

It needs none of the page's own scripts: a row that is selected goes to the server, which sets the
player's position. So it works where those scripts are blocked, and reads well aloud.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np

from vidsent.core.emotions import LABELS, name
from vidsent.core.results import Analysis, Line
from vidsent.core.timecode import format_time
from vidsent.reports.templating import shown_lines
from vidsent.ui.session.result import Result
from vidsent.ui.session.state import Session
from vidsent.ui.shared.events import PRIVATE
from vidsent.ui.shared.language import I18N, say

COLUMNS = ("plain_time", "plain_what", "plain_emotion", "plain_text")
WIDTHS: list[str | int] = ["8%", "16%", "14%", "62%"]
Row = tuple[float, list[str]]  # seconds, and what stands in the columns


class TableView:
    """The table, made inside the current block and closed at first."""

    def __init__(self) -> None:
        with gr.Accordion(I18N("plain"), open=False, elem_id="plain") as self.frame:
            self.table = gr.Dataframe(
                headers=_headers("en"),
                column_widths=WIDTHS,
                interactive=False,
                wrap=True,
                type="array",
                max_height=360,
                buttons=[],
                show_label=False,
                label=I18N("plain"),
                elem_id="plain-table",
            )

    def wire(self, session: Session, player: gr.Video) -> None:
        """Let the table follow the result, and the player the table."""
        asked, outputs = [session.result, session.language], [self.frame, self.table]
        for changed in (session.result.change, session.language.change):
            changed(self.fill, asked, outputs, queue=False, **PRIVATE)
        self.table.select(self.seek, [session.result], [player], queue=False, **PRIVATE)

    def fill(self, result: Result | None, language: str | None) -> tuple[Any, Any]:
        """The result's rows, in order of time."""
        language = language or "en"
        found = rows(result.analysis, language) if result else []
        value = {"headers": _headers(language), "data": [row for _, row in found]}
        return gr.update(label=say("plain", language)), gr.update(value=value)

    def seek(self, result: Result | None, event: gr.SelectData) -> dict[str, Any]:
        """The player at the time of the row that was selected."""
        if result is None:
            return gr.skip()
        t_s, _ = rows(result.analysis, "en")[event.index[0]]
        return gr.update(playback_position=t_s)


def rows(analysis: Analysis, language: str) -> list[Row]:
    """Moments and lines in order of time; of very many lines those that tell most."""
    moments = [
        (
            moment.t_s,
            [
                format_time(moment.t_s),
                say(f"plain_{moment.kind}", language),
                name(moment.label, language),
                moment.why.get(language, ""),
            ],
        )
        for moment in analysis.moments
    ]
    lines = [(line.start_s, _line(line, language)) for line in shown_lines(analysis.lines)]
    return sorted([*moments, *lines], key=lambda row: row[0])


def _line(line: Line, language: str) -> list[str]:
    felt = "" if line.probs is None else name(LABELS[int(np.argmax(line.probs))], language)
    text = " ".join(line.text.split())
    return [format_time(line.start_s), say(line.kind, language), felt, text]


def _headers(language: str) -> list[str]:
    return [say(column, language) for column in COLUMNS]
