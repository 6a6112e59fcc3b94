"""TTML and its relatives (DFXP, IMSC, EBU-TT): lines whose times may stand on any element.

Times are clocks, frames, ticks or numbers with a unit, and count from the start of what they
stand in, unless that would put lines after its end: some writers count all of them from the start
of the film. Styles are not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from vidsent.core.errors import SubtitleError
from vidsent.lines import clock, markup, xml_text
from vidsent.lines.cues import Cue, Said, ended

DEEPEST = 40  # elements inside each other that are looked into
FRAME_RATE = 30.0  # what TTML has where a file states none
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}

_OFFSET = re.compile(r"(\d{1,15}(?:[.,]\d{1,9})?)(h|ms|m|s|f|t)?")
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?tt[\s>]")
_UNSAID = ("metadata", "desc", "title", "agent", "name", "set")
_RUBY = ("text", "textContainer", "delimiter")  # how a word is read, beside the word


class Span(NamedTuple):
    """When an element is shown, in seconds; no end where none is stated."""

    start_s: float
    end_s: float | None
    timed: bool  # whether it or what it stands in states a time at all


@dataclass
class _Reading:
    """The lines of one document, read in one of the two ways to count."""

    frame_rate: float
    tick_rate: float
    absolute: bool
    skipped: Counter[str]
    readings: frozenset[str] = frozenset()  # names of styles that say how a word is read
    overruns: int = 0  # elements that start after the end of what they stand in

    def lines(self, element: Any, within: Span, deep: int = 0) -> Iterator[Said]:
        """The lines in an element that is shown `within` a span."""
        own = self.span(element, within)
        name = _local(element.tag)
        if own is None or deep > DEEPEST:
            self.skipped["subtitle_lines_unreadable"] += 1
        elif name == "p":
            yield from self._line(element, own)
        elif name not in _UNSAID:
            sequence = _attribute(element, "timeContainer") == "seq"
            for child in element:
                at_s = own.start_s
                for line in self.lines(child, own, deep + 1):
                    at_s = max(at_s, line.end_s or line.start_s)
                    yield line
                if sequence:
                    own = own._replace(start_s=at_s)

    def span(self, element: Any, within: Span) -> Span | None:
        """When an element is shown; None where its time is none."""
        stated = {name: _attribute(element, name) for name in ("begin", "end", "dur")}
        found = {name: self.seconds(value) for name, value in stated.items() if value is not None}
        if any(value is None for value in found.values()):
            return None
        times = {name: value for name, value in found.items() if value is not None}
        base_s = 0.0 if self.absolute else within.start_s
        start_s = base_s + times["begin"] if "begin" in times else within.start_s
        ends = [base_s + times["end"]] if "end" in times else []
        ends += [start_s + times["dur"]] if "dur" in times else []
        if within.end_s is not None and times and start_s >= within.end_s:
            self.overruns += 1
        end_s = min(ends) if ends else within.end_s
        return Span(start_s, end_s, within.timed or bool(times))

    def seconds(self, value: str) -> float | None:
        """ "00:00:01.500", "00:00:01:12", "36f", "10000000t", "1.5s", "1.5" -> seconds."""
        match = _OFFSET.fullmatch(value.strip())
        if match is None:
            return clock.seconds(value, self.frame_rate)
        number = float(match[1].replace(",", "."))
        if match[2] == "f":
            return number / self.frame_rate
        return number / self.tick_rate if match[2] == "t" else number * UNITS.get(match[2], 1.0)

    def _line(self, element: Any, own: Span) -> Iterator[Said]:
        """The line of a paragraph; where only parts of it have times, those."""
        if own.timed:
            yield Said(own.start_s, own.end_s, markup.rows(self._text(element)))
            return
        for part in element:
            span = self.span(part, own)
            if span is not None and span.timed:
                yield Said(span.start_s, span.end_s, markup.rows(self._text(part)))
            elif self._text(part).strip():
                self.skipped["subtitle_lines_unreadable"] += 1
        if (element.text or "").strip():
            self.skipped["subtitle_lines_unreadable"] += 1

    def _text(self, element: Any, deep: int = 0) -> str:
        """What an element shows, its line breaks as such; white space in the file is a blank."""
        if deep > DEEPEST or _local(element.tag) in _UNSAID:
            return ""
        if _local(element.tag) == "br":
            return "\n"
        styles = (_attribute(element, "style") or "").split()
        if _attribute(element, "ruby") in _RUBY or not self.readings.isdisjoint(styles):
            return ""
        parts = [_blank(element.text)]
        for child in element:
            parts += [self._text(child, deep + 1), _blank(child.tail)]
        return "".join(parts)


def is_ttml(head: str) -> bool:
    """Whether the beginning of an XML file is that of TTML."""
    return _ROOT.search(head) is not None


def read_ttml(text: str, path: Path, skipped: Counter[str]) -> list[Cue]:
    """The cues of a document; `skipped` gains lines without a time. Raises SubtitleError."""
    root = parsed(text, path)
    body = next((each for each in root.iter() if _local(each.tag) == "body"), None)
    if body is None:
        return []
    relative = _reading(root, body, absolute=False)
    said, reading = relative
    if reading.overruns:
        other = _reading(root, body, absolute=True)
        said, reading = other if other[1].overruns < reading.overruns else relative
    skipped.update(reading.skipped)
    return ended(said)


def parsed(text: str, path: Path) -> Any:
    """The root of an XML file that may be carelessly written; raises SubtitleError."""
    try:
        return fromstring(xml_text.mended(text), forbid_dtd=True)
    except DefusedXmlException as error:
        raise SubtitleError(
            f"{path.name} defines XML entities, which is refused. Save it as .srt.",
            zh=f"{path.name} 定义了 XML 实体，已拒绝。请另存为 .srt。",
        ) from error
    except (SyntaxError, ValueError) as error:
        raise SubtitleError(
            f"{path.name} is XML that is damaged or cut short ({error}). Download it again.",
            zh=f"{path.name} 是已损坏或不完整的 XML。请重新下载。",
        ) from error


def _reading(root: Any, body: Any, absolute: bool) -> tuple[list[Said], _Reading]:
    frame_rate = _number(_attribute(root, "frameRate"), FRAME_RATE)
    stated = (_attribute(root, "frameRateMultiplier") or "").replace(":", " ").split()
    if len(stated) == 2:  # "1000 1001"
        frame_rate *= _number(stated[0], 1.0) / _number(stated[1], 1.0)
    ticks = frame_rate if _attribute(root, "frameRate") else 1.0
    tick_rate = _number(_attribute(root, "tickRate"), ticks)
    readings = frozenset(
        _attribute(style, "id") or ""
        for style in root.iter()
        if _local(style.tag) == "style" and _attribute(style, "ruby") in _RUBY
    )
    reading = _Reading(frame_rate, tick_rate, absolute, Counter(), readings)
    return list(reading.lines(body, Span(0.0, None, timed=False))), reading


def _number(stated: str | None, otherwise: float) -> float:
    stated = (stated or "").strip()
    digits = stated.replace(".", "", 1).isdecimal() and stated.isascii() and len(stated) < 15
    return float(stated) if digits and float(stated) > 0 else otherwise


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # a comment's tag is a function


def _attribute(element: Any, name: str) -> str | None:
    """An attribute in whatever namespace."""
    return next((value for key, value in element.items() if _local(key) == name), None)


def _blank(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
