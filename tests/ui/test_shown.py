"""Files made for one visitor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vidsent.core.results import Analysis
from vidsent.timeline.identities import name_person
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


def test_files_with_words_in_them_are_made_once_in_each_language(
    synthetic_analysis: Build, tmp_path: Path
) -> None:
    shown = show(synthetic_analysis(), tmp_path / "a.mp4", tmp_path)
    for written in (shown.captions, shown.report):
        english, chinese = written("en"), written("zh")
        assert english.name == chinese.name and "happiness" in english.read_text("utf-8")
        assert "快乐" in chinese.read_text("utf-8")
        assert written("zh").stat().st_mtime_ns == chinese.stat().st_mtime_ns


def test_files_tell_what_was_put_right_and_what_was_found_comes_back(
    synthetic_analysis: Build, tmp_path: Path
) -> None:
    shown = show(synthetic_analysis(), tmp_path / "a.mp4", tmp_path)
    assert "Person A" in shown.report("en").read_text("utf-8")
    once = shown.corrected(name_person(shown.analysis, 0, "Ana"))
    twice = once.corrected(name_person(once.analysis, 0, "Bo"))
    assert "Bo" in twice.report("en").read_text("utf-8")
    assert '"name": "Bo"' in twice.json.read_text("utf-8")
    assert twice.found is shown.analysis
    assert twice.corrected(shown.analysis).found is None
    assert "Bo" not in shown.json.read_text("utf-8")
