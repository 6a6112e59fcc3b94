"""Files made for one visitor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vidsent.core.results import Analysis
from vidsent.timeline.identities import name_person
from vidsent.ui.session.result import new_folder, write_result

Build = Callable[..., Analysis]


def test_files_made_for_a_visitor_go_with_them(synthetic_analysis: Build, tmp_path: Path) -> None:
    one, other = (
        write_result(synthetic_analysis(), tmp_path / "a.mp4", new_folder()) for _ in range(2)
    )
    assert one.json.name == other.json.name and one.json != other.json
    read = Analysis.from_json(one.json.read_text("utf-8"))
    assert read.verdict.label == one.analysis.verdict.label
    one.delete()
    assert not one.folder.exists() and other.csv.exists()
    other.delete()


def test_files_with_words_in_them_are_made_once_in_each_language(
    synthetic_analysis: Build, tmp_path: Path
) -> None:
    result = write_result(synthetic_analysis(), tmp_path / "a.mp4", tmp_path)
    for written in (result.captions, result.report):
        english, chinese = written("en"), written("zh")
        assert english.name == chinese.name and "happiness" in english.read_text("utf-8")
        assert "快乐" in chinese.read_text("utf-8")
        assert written("zh").stat().st_mtime_ns == chinese.stat().st_mtime_ns


def test_files_tell_what_was_put_right_and_what_was_found_comes_back(
    synthetic_analysis: Build, tmp_path: Path
) -> None:
    result = write_result(synthetic_analysis(), tmp_path / "a.mp4", tmp_path)
    assert "Person A" in result.report("en").read_text("utf-8")
    once = result.corrected(name_person(result.analysis, 0, "Ana"))
    twice = once.corrected(name_person(once.analysis, 0, "Bo"))
    assert "Bo" in twice.report("en").read_text("utf-8")
    assert '"name": "Bo"' in twice.json.read_text("utf-8")
    assert twice.uncorrected is result.analysis
    assert twice.corrected(result.analysis).uncorrected is None
    assert "Bo" not in result.json.read_text("utf-8")
