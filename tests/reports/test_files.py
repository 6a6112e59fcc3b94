"""The files about an analysis say what it says, and nothing that came with a clip breaks them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import hostile_analysis, played, spoken_lines, synthetic_analysis
from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis, Line, Word
from vidsent.lines.danmaku import SHOWN_S
from vidsent.reports import files
from vidsent.timeline.fusion import grid, line_channel


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="ascii") as file:
        return list(csv.DictReader(file))


def numbers(table: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([float(row[column] or "nan") for row in table])


def test_json_reads_back(tmp_path: Path) -> None:
    analysis = synthetic_analysis()
    files.write_json(analysis, tmp_path / "a.json")
    assert (
        Analysis.from_json((tmp_path / "a.json").read_text("utf-8")).to_json() == analysis.to_json()
    )


def test_csv_holds_the_timeline(tmp_path: Path) -> None:
    analysis = synthetic_analysis()
    timeline = analysis.timeline
    files.write_csv(analysis, tmp_path / "a.csv")
    table = rows(tmp_path / "a.csv")
    np.testing.assert_allclose(numbers(table, "t_s"), timeline.t_s, atol=1e-4)
    for index, label in enumerate(LABELS):
        np.testing.assert_allclose(numbers(table, label), timeline.probs[:, index], atol=1e-4)
    for column in ("valence", "arousal", "intensity", "disagreement"):
        np.testing.assert_allclose(numbers(table, column), getattr(timeline, column), atol=1e-4)


def test_csv_tells_the_channels_apart(tmp_path: Path) -> None:
    files.write_csv(synthetic_analysis(), tmp_path / "a.csv")
    by_time = {round(float(row["t_s"])): row for row in rows(tmp_path / "a.csv")}
    assert by_time[30]["face_label"] == "anger"
    assert by_time[30]["subtitle_label"] == "happiness"
    assert by_time[25]["face_label"] == by_time[25]["label"] == ""
    assert float(by_time[25]["face_weight"]) == 0


def test_csv_counts_the_danmaku_of_each_second(tmp_path: Path) -> None:
    (line, *_) = spoken_lines()
    comment = replace(line, kind="danmaku", start_s=10.0, end_s=10.0 + SHOWN_S, count=6)
    crowd = line_channel(grid(32.0, 10), [comment], "danmaku")
    analysis = synthetic_analysis(lines=(comment,))
    timeline = replace(analysis.timeline, channels=(*analysis.timeline.channels, crowd))
    files.write_csv(replace(analysis, timeline=timeline), tmp_path / "a.csv")
    per_s = numbers(rows(tmp_path / "a.csv"), "danmaku_per_s")
    assert per_s.max() == pytest.approx(6)
    assert per_s.sum() / 10 == pytest.approx(6, rel=0.1)
    files.write_csv(synthetic_analysis(), tmp_path / "none.csv")
    assert "danmaku_per_s" not in rows(tmp_path / "none.csv")[0]


def test_csv_holds_nothing_that_came_with_the_clip(tmp_path: Path) -> None:
    files.write_csv(hostile_analysis(), tmp_path / "hostile.csv")
    files.write_csv(synthetic_analysis(), tmp_path / "usual.csv")
    assert (tmp_path / "hostile.csv").read_bytes() == (tmp_path / "usual.csv").read_bytes()


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        files.write_json(synthetic_analysis(), tmp_path / "taken")
    assert [path.name for path in tmp_path.rglob("*")] == ["taken"]


def test_a_name_that_is_not_utf8_is_written(tmp_path: Path) -> None:
    analysis = synthetic_analysis(name="a\udcff.mp4")
    files.write_json(analysis, tmp_path / "a.json")
    assert Analysis.from_json((tmp_path / "a.json").read_text("utf-8")).clip.name == "a?.mp4"


@pytest.mark.parametrize(
    ("clip", "stem"),
    [
        ("holiday.mp4", "holiday"),
        ("-video-with-dash-.mp4", "video-with-dash"),
        ("愤怒 的 人.mov", "愤怒 的 人"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.mp4", "C_temp_a"),
        ("..", "clip"),
        ("", "clip"),
    ],
)
def test_stems_of_clip_names(clip: str, stem: str) -> None:
    assert files.file_stem(clip) == stem


@given(st.text(max_size=300))
def test_any_clip_name_gives_a_stem_that_can_be_a_file(clip: str) -> None:
    stem = files.file_stem(clip)
    assert 0 < len(stem.encode()) <= files.LONGEST_STEM
    assert stem[0] not in ".-"
    assert not set(stem) & set('/\\:*?"<>|\0')


@given(
    st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4)
)
def test_pieces_of_a_line_add_up_to_it(text: str, spans: list[tuple[int, int]]) -> None:
    words = tuple(Word(min(span), max(span), "", "fear", 0.5) for span in spans)
    line = Line(0, 1, text, probs=played("fear"), words=words)
    assert "".join(piece for piece, _ in files.pieces(line)) == text
