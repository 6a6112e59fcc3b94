"""Measured numbers reach the documents without a hand in between."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vidsent.errors import DataError
from vidsent.training.report import write_results

METRICS = {"accuracy": {"value": 0.8349, "low": 0.8, "high": 0.86, "n": 3518, "protocol": "a | b"}}
DAY = date(2026, 11, 21)


def test_the_table_is_replaced_and_the_text_around_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    path.write_text("before\n<!-- begin faces -->\nold\n<!-- end faces -->\nafter\n")
    for _ in range(2):
        write_results(path, "faces", METRICS, DAY)
    text = path.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert text.count("| accuracy | 0.835 | 0.800 to 0.860 | 3,518 | a / b |") == 1
    assert "2026-11-21" in text


def test_a_new_file_and_a_second_table_are_begun(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    write_results(path, "faces", METRICS, DAY)
    write_results(path, "words", METRICS, DAY)
    text = path.read_text()
    assert text.index("<!-- end faces -->") < text.index("<!-- begin words -->")


def test_a_lost_marker_is_told(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    path.write_text("<!-- begin faces -->\n")
    with pytest.raises(DataError, match="end faces"):
        write_results(path, "faces", METRICS, DAY)
    assert path.read_text() == "<!-- begin faces -->\n"
