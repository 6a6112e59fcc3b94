"""The report opens anywhere, says what was found, and nothing that came with a clip breaks it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tests.builders import (
    HOSTILE,
    hostile_analysis,
    played,
    spoken_lines,
    synthetic_analysis,
)
from vidsent.core.emotions import LABELS, name
from vidsent.core.results import Analysis, Line, Word
from vidsent.figures.timeline_svg import WIDTH, timeline_svg
from vidsent.media.thumbnails import jpeg
from vidsent.reports import limitations
from vidsent.reports.html_report import write_report
from vidsent.reports.html_texts import WORDS
from vidsent.timeline import wording
from vidsent.timeline.fusion import face_channel, fuse, grid, line_channel

MOST_BYTES = 5_000_000


class Page(HTMLParser):
    """What a browser finds in a report: its elements with attributes, and its visible text."""

    def __init__(self, analysis: Analysis, path: Path, language: str = "en") -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.headings: list[str] = []
        write_report(analysis, path, language)
        self.feed(path.read_text("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] not in ("script", "style"):
            self.text += data
            if self.elements[-1][0] in ("h2", "h3") and data.strip():
                self.headings.append(data)

    def count(self, tag: str) -> int:
        return sum(element == tag for element, _ in self.elements)


def long_analysis() -> Analysis:
    """Half an hour in which every second is said at length, with pictures full of detail."""
    detail = np.random.default_rng(0).integers(0, 255, (180, 320, 3)).astype(np.uint8)
    duration_s = 1800.0
    lines = tuple(
        Line(at, at + 0.9, "很长的一行字。" * 60, probs=played(LABELS[at % 7]), words=word)
        for at in range(1800)
        for word in [tuple(Word(k, k + 2, "很长", "anger", 0.5) for k in range(0, 400, 7))]
    )
    base = synthetic_analysis(lines=lines[:3])
    t_s = grid(duration_s, 10)
    channels = [face_channel(t_s, base.tracks), line_channel(t_s, lines, "subtitle")]
    tracks = [replace(base.tracks[0], id=k, picture=jpeg(detail, 96)) for k in range(60)]
    return replace(
        base,
        clip=replace(base.clip, duration_s=duration_s),
        timeline=fuse(t_s, channels),
        lines=lines,
        tracks=tuple(tracks),
        moments=tuple(replace(each, picture=jpeg(detail)) for each in base.moments * 2)[:8],
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_tells_what_was_found(tmp_path: Path, language: str) -> None:
    analysis = synthetic_analysis(skipped={"undecodable_packets": 3})
    page = Page(analysis, tmp_path / "a.html", language)
    assert (page.elements[0][1]["lang"] or "").startswith(language)
    assert page.count("figure") == len(analysis.moments) > 0
    assert page.count("mark") == len(analysis.keywords) > 0
    told = [wording.headline(analysis, language), wording.skipped(analysis, language)[0]]
    told += [value for pair in wording.facts(analysis, language) for value in pair]
    told += [line.text for line in analysis.lines]
    told += [moment.why[language] for moment in analysis.moments]
    told += [f"{model}" for model in analysis.models.values()]
    told += [name("happiness", language), limitations.REASON[language == "zh"]]
    for text in told:
        assert text in page.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_parts_stand_in_the_order_of_the_page(tmp_path: Path, language: str) -> None:
    page = Page(synthetic_analysis(), tmp_path / "a.html", language)
    parts = ("unseen", "timeline", "moments", "people", "words", "notes", "not_for", "limits")
    assert page.headings == [WORDS[part][language == "zh"] for part in (*parts, "models")]


def test_it_asks_nothing_of_anyone(tmp_path: Path) -> None:
    page = Page(synthetic_analysis(), tmp_path / "a.html")
    assert page.count("link") == page.count("iframe") == page.count("script") == 0
    pictures = [attributes["src"] or "" for tag, attributes in page.elements if tag == "img"]
    assert pictures and all(picture.startswith("data:image/jpeg;base64,") for picture in pictures)
    assert "url(" not in (tmp_path / "a.html").read_text("utf-8")


def test_every_text_is_escaped(tmp_path: Path) -> None:
    usual = Page(synthetic_analysis(), tmp_path / "usual.html")
    hostile = Page(hostile_analysis(), tmp_path / "hostile.html")
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in usual.elements]
    assert not [attributes for _, attributes in hostile.elements if "onerror" in attributes]
    lines, moments = hostile_analysis().lines, hostile_analysis().moments
    assert hostile.text.count(HOSTILE) >= 2 + len(lines) + len(moments)  # 2: title and heading


def test_a_clip_in_which_nothing_was_seen(tmp_path: Path) -> None:
    analysis = synthetic_analysis(tracks=(), lines=(), skipped={"undecodable_packets": 3})
    page = Page(analysis, tmp_path / "a.html")
    assert "Nothing to read here" in page.text
    assert "No faces at all" in page.text and "No words at all" in page.text
    assert page.count("figure") == page.count("table") == 0


def test_a_long_clip_stays_small(tmp_path: Path) -> None:
    page = Page(long_analysis(), tmp_path / "a.html", "zh")
    assert (tmp_path / "a.html").stat().st_size < MOST_BYTES
    assert WORDS["more_lines"][1].format(n=1500) in page.text
    assert WORDS["more_people"][1].format(n=44) in page.text


def test_the_timeline_is_drawn_where_things_happen() -> None:
    analysis = synthetic_analysis()
    still = timeline_svg(analysis)
    assert [band[0] for band in still.bands] == list(LABELS)
    assert len(still.markers) == len(analysis.moments)
    for marker, moment in zip(still.markers, analysis.moments, strict=True):
        assert marker["x"] == pytest.approx(12 + (WIDTH - 24) * moment.t_s / 32, abs=0.1)
    said = still.bars[-len(analysis.lines) :]  # what each channel says is drawn before them
    for bar, line in zip(said, spoken_lines(), strict=True):
        assert bar["width"] == pytest.approx((WIDTH - 24) * (line.end_s - line.start_s) / 32, abs=1)
        assert line.text in bar["title"]
    assert len([path for path, *_ in still.curves if path.count("M") > 1]) > 0  # the gap is one
