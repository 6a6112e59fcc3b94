"""Files made for one visitor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vidsent.results import Analysis
from vidsent.ui.shown import new_folder, show

Build = Callable[..., Analysis]


def test_files_made_for_a_visitor_go_with_them(synthetic_analysis: Build, tmp_path: Path) -> None:
    one, other = (show(synthetic_analysis(), tmp_path / "a.mp4", new_folder()) for _ in range(2))
    assert one.json.name == other.json.name and one.json != other.json
    read = Analysis.from_json(one.json.read_text("utf-8"))
    assert read.verdict.label == one.analysis.verdict.label
    one.forget()
    assert not one.folder.exists() and other.csv.exists()
    other.forget()
