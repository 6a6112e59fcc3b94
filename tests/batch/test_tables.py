"""The tables say what the analyses say."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.builders import synthetic_analysis
from vidsent.batch import tables
from vidsent.batch.ray_engine import need_ray
from vidsent.core.emotions import LABELS
from vidsent.core.errors import VidsentError


def test_a_row_of_verdicts_says_what_was_found() -> None:
    analysis = synthetic_analysis()
    row = tables.verdict_row(analysis)
    assert row["label"] == analysis.verdict.label
    assert row["people"] == 1
    shares = [row[label] for label in LABELS]
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert row["valence"] == pytest.approx(np.nanmean(analysis.timeline.valence))
    face = analysis.timeline.channel("face")
    assert face is not None and row["coverage_face"] == face.coverage
    assert set(row) <= set(tables.VERDICT_COLUMNS)


def test_a_clip_in_which_nothing_was_seen_has_no_means() -> None:
    row = tables.verdict_row(synthetic_analysis(tracks=(), lines=()))
    assert row["label"] is None and row["abstained"] == "nothing_seen"
    assert not {"valence", *LABELS} & set(row)


def test_rows_come_back_from_the_file(tmp_path: Path) -> None:
    analysis, path = synthetic_analysis(), tmp_path / tables.MOMENTS
    rows = [tables.moment_row(each) for each in analysis.moments]
    assert rows and set(rows[0]) <= set(tables.MOMENT_COLUMNS)
    with tables.Table(path, tables.MOMENT_COLUMNS) as table:
        for row in rows * 600:  # more than are written together
            table.add(row)
    back = tables.read_rows(path)
    assert len(back) == 600 * len(rows)
    for row, moment in zip(back, analysis.moments, strict=False):
        assert row["t_s"] == pytest.approx(moment.t_s)
        assert (row["label"], row["kind"]) == (moment.label, moment.kind)
        assert (row["why_en"], row["why_zh"]) == (moment.why["en"], moment.why["zh"])
        assert row["share_face"] == pytest.approx(moment.shares.get("face"))
        assert row["sha256"] is None


def test_other_programs_read_the_tables(tmp_path: Path) -> None:
    import pandas

    path = tmp_path / tables.VERDICTS
    with tables.Table(path, tables.VERDICT_COLUMNS) as table:
        table.add({"name": "\udcff.mp4", **tables.verdict_row(synthetic_analysis())})
    frame = pandas.read_parquet(path)
    assert list(frame.columns) == list(tables.VERDICT_COLUMNS)
    assert frame.name[0] == "?.mp4" and frame.happiness.dtype == np.float32


def test_a_table_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / tables.MOMENTS
    with tables.Table(path, tables.MOMENT_COLUMNS) as table:
        table.add({"label": "anger"})
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt), tables.Table(path, tables.MOMENT_COLUMNS) as table:
        table.add({"label": "fear"})
        raise KeyboardInterrupt
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(("module", "need"), [("pyarrow", tables.need_pyarrow), ("ray", need_ray)])
def test_a_missing_package_is_named(
    module: str, need: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(VidsentError, match="pip install"):
        need()  # type: ignore[operator]
