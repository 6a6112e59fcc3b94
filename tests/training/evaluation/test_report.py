"""Tables of results are generated between their markers and nothing else is touched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vidsent.core.errors import DataError
from vidsent.training.evaluation.report import machine, write_results

DAY = date(2026, 1, 2)
METRICS = {
    "ece": {"value": 0.0312, "low": 0.02, "high": 0.041, "n": 3500, "protocol": "planted | test"}
}


def test_a_table_replaces_the_old_one_and_leaves_the_author_s_text(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    path.write_text(
        "# Mine\n\nbefore\n\n<!-- begin faces -->\nold\n<!-- end faces -->\n\nafter\n"
        "<!-- begin words -->\nkept\n<!-- end words -->\n"
    )
    write_results(path, "faces", METRICS, DAY, on="a slide rule")
    text = path.read_text()
    assert text.startswith("# Mine\n\nbefore\n\n<!-- begin faces -->\nAll rows: planted / test.\n")
    assert "<!-- begin words -->\nkept\n<!-- end words -->" in text
    assert "old" not in text
    assert "| ece | 0.031 | 0.020 to 0.041 | 3,500 |" in text
    assert "Measured on 2026-01-02, a slide rule.\n<!-- end faces -->" in text


def test_a_table_names_the_machine_that_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    write_results(path, "faces", METRICS, DAY)
    assert f"Measured on 2026-01-02, {machine()}." in path.read_text()
    assert "cores" in machine() and "bfloat16" in machine()


def test_writing_twice_is_writing_once(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    write_results(path, "faces", METRICS, DAY)
    once = path.read_text()
    write_results(path, "faces", METRICS, DAY)
    assert path.read_text() == once


def test_half_a_pair_of_markers_is_refused_and_the_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    path.write_text("text\n<!-- begin faces -->\n")
    with pytest.raises(DataError, match="end faces"):
        write_results(path, "faces", METRICS, DAY)
    assert path.read_text() == "text\n<!-- begin faces -->\n"


def test_a_confusion_matrix_follows_the_metrics(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    counts = [[10 * row + column for column in range(7)] for row in range(7)]
    write_results(path, "faces", METRICS, DAY, on="a slide rule", confusion=counts)
    lines = path.read_text().splitlines()
    assert "| sadness | 40 | 41 | 42 | 43 | 44 | 45 | 46 |" in lines
    header = lines.index(
        "| true, by answer | anger | disgust | fear | happiness | sadness | surprise | neutral |"
    )
    measured = lines.index("Measured on 2026-01-02, a slide rule.")
    assert measured > header > lines.index("<!-- begin faces -->")
    write_results(path, "faces", METRICS, DAY)
    assert "by answer" not in path.read_text()
