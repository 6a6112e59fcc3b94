"""The captions of YouTube as its players load them: XML with milliseconds or seconds.

Three versions are about: `<text start="1.5" dur="2">` (srv1), `<text t="1500" d="2000">` (srv2)
and `<p t="1500" d="2000"><s>word</s></p>` (srv3). The JSON (json3) is read by `transcript_json`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

from vidsent.lines import markup
from vidsent.lines.cues import Cue, Said, ended
from vidsent.lines.transcript_json import number
from vidsent.lines.ttml import parsed

_ROOT = re.compile(r"<(?:timedtext|transcript)[\s>]")


def is_timedtext(head: str) -> bool:
    """Whether the beginning of an XML file is that of such captions."""
    return _ROOT.search(head) is not None


def read_timedtext(text: str, path: Path, skipped: Counter[str]) -> list[Cue]:
    """The cues; rows that only roll the screen are passed over. Raises SubtitleError."""
    said = []
    for element in parsed(text, path).iter():
        if element.tag not in ("text", "p") or element.get("a"):
            continue
        line = _said(element)
        if line is None:
            skipped["subtitle_lines_unreadable"] += 1
        else:
            said.append(line)
    return ended(said)


def _said(element: Any) -> Said | None:
    unit = 1.0 if element.get("t") is None else 1000.0
    start_s = number(element.get("t", element.get("start")))
    shown_s = number(element.get("d", element.get("dur")))
    if start_s is None:
        return None
    # subtle: YouTube escapes twice
    rows = markup.rows(html.unescape("".join(element.itertext())))
    end_s = None if shown_s is None else (start_s + shown_s) / unit
    return Said(start_s / unit, end_s, rows)
