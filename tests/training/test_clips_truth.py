"""Counts by looking against counts by machine, on clips whose faces were planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.clips import write_clip
from tests.conftest import ROOT
from vidsent.training.clips_truth import (
    COUNTS,
    Stretch,
    Watched,
    expected,
    measure_clips,
    present,
    read_counts,
    switch_error,
    watch,
)

TIMES = np.arange(0, 4, 0.1)
COMING = [Stretch(0.0, 1.0, 0), Stretch(1.0, 3.0, 2), Stretch(3.0, np.inf, 0)]
TABLE = "file,start_s,end_s,count,note\na.mp4,0,0.500,1,\na.mp4,0.5,,0,dark\nb.mp4,0,,1,absent\n"


def test_the_table_beside_these_tests_covers_each_clip_from_its_start_to_its_end() -> None:
    assert COUNTS == ROOT / "tests" / "face_counts.csv"
    for name, stretches in read_counts(COUNTS).items():
        ends = [each.end_s for each in stretches]
        assert [each.start_s for each in stretches] == [0.0, *ends[:-1]], name
        assert ends[-1] == np.inf


def test_a_picture_at_a_switch_shows_what_comes() -> None:
    times_s = np.array([0.0, 0.999, 1.0, 2.9, 3.0, 99.0])
    assert expected(COMING, times_s).tolist() == [0, 2, 2, 2, 0, 0]  # stamps have milliseconds
    assert expected([Stretch(1.0, 2.0, 1)], np.array([0.5])).tolist() == [-1]


def test_people_are_counted_where_they_were_sighted() -> None:
    first, second = TIMES[5:20].astype(np.float32), TIMES[10:30:2].astype(np.float32)
    counts = present(TIMES, [first, second])
    assert counts.sum() == len(first) + len(second)
    assert counts[10:14].tolist() == [2, 1, 2, 1]
    assert present(TIMES, []).tolist() == [0] * len(TIMES)


@pytest.mark.parametrize(("begin", "end", "error"), [(10, 30, 0.1), (12, 30, 0.2), (10, 36, 0.5)])
def test_the_switch_error_is_that_of_the_worse_end(begin: int, end: int, error: float) -> None:
    counts = np.zeros(len(TIMES), int)
    counts[begin:end] = 2
    assert switch_error(COMING, TIMES, counts) == pytest.approx(error)


def test_a_switch_that_is_not_there_has_no_error_and_one_that_is_missed_a_large_one() -> None:
    none = np.zeros(len(TIMES), int)
    assert np.isnan(switch_error([Stretch(0.0, np.inf, 1)], TIMES, none))
    assert np.isnan(switch_error([Stretch(0.0, np.inf, 0)], TIMES, none))
    assert switch_error(COMING, TIMES, none) == pytest.approx(TIMES[-1])


def test_a_clip_is_watched_in_three_ways(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", seconds=1.0)  # from black to white
    watched = watch(
        path,
        people=lambda _: [np.array([0.0, 0.1]), np.array([0.1])],
        alone=lambda image: int(image.mean() > 128),
        haar=lambda image: 7,
    )
    assert watched.times_s == pytest.approx(np.arange(10) / 10)
    assert watched.people.tolist() == [1, 2] + [0] * 8
    assert watched.alone.tolist() == [0] * 5 + [1] * 5
    assert watched.haar is not None and watched.haar.tolist() == [7] * 10


def test_rows_of_the_clips_that_are_there(tmp_path: Path) -> None:
    table, folder = tmp_path / "counts.csv", tmp_path / "clips" / "below"
    table.write_text(TABLE)
    folder.mkdir(parents=True)
    (folder / "a.mp4").touch()
    times_s, ones = np.arange(10) / 10, np.array([1] * 6 + [0] * 4)
    rows = measure_clips(tmp_path, table, lambda path: Watched(times_s, ones, 1 - ones, ones))
    assert set(rows) == {"clip a.mp4", "clip_alone a.mp4", "switch_s a.mp4"}
    assert rows["clip a.mp4"]["value"] == 0.9
    assert rows["clip a.mp4"]["n"] == 10
    assert rows["clip_alone a.mp4"]["value"] == pytest.approx(0.1)
    assert rows["clip_alone a.mp4"]["baseline"] == 0.9
    assert rows["switch_s a.mp4"]["value"] == 0.0


def test_without_the_table_nothing_is_measured(tmp_path: Path) -> None:
    def never(path: Path) -> Watched:
        raise AssertionError(path)

    assert measure_clips(tmp_path, tmp_path / "absent.csv", never) == {}
