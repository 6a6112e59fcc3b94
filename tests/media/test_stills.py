"""One picture at a time, whatever the rate, the key frames and the damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.clips import grey_levels, write_clip, write_pictures
from vidsent.core.errors import Cancelled, ClipOpenError
from vidsent.media.stills import frame_at


def _level(clip: Path, t_s: float) -> float:
    frame = frame_at(clip, t_s)
    assert frame is not None
    return float(frame.image.mean())


def test_the_picture_of_a_time_whatever_the_rate(tmp_path: Path) -> None:
    times_s = np.cumsum([0.0, 0.04, 0.5, 0.04, 0.2, 0.9, 0.033, 0.3, 0.04, 0.04])
    levels = np.linspace(0, 255, len(times_s))
    clip = write_pictures(tmp_path / "vfr.mp4", grey_levels(len(times_s)), times_s)
    for place in (9, 0, 4, 7, 1):  # there and back
        frame = frame_at(clip, float(times_s[place]))
        assert frame is not None
        assert frame.t_s == pytest.approx(times_s[place], abs=2e-3)
        assert frame.image.mean() == pytest.approx(levels[place], abs=4)


def test_pictures_far_from_any_key_frame_are_found(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "long.mkv", seconds=40.0)  # x264 sets one every 250 pictures
    assert _level(clip, 38.0) > _level(clip, 24.9) > _level(clip, 3.0)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "flv"])
def test_containers_that_seek_badly_are_read_from_further_ahead(
    tmp_path: Path, ending: str
) -> None:
    times_s, levels = np.arange(120) / 25, np.linspace(0, 255, 120)
    clip = write_pictures(tmp_path / f"clip.{ending}", grey_levels(120), times_s)
    for place in (20, 60, 110, 3):
        frame = frame_at(clip, float(times_s[place]))
        assert frame is not None
        assert frame.image.mean() == pytest.approx(levels[place], abs=6)


def test_a_picture_that_stays_is_found_until_the_next_and_none_after_the_last(
    tmp_path: Path,
) -> None:
    times_s = np.array([0.0, 0.1, 5.0, 5.1])
    clip = write_pictures(tmp_path / "gap.mp4", grey_levels(4), times_s)
    staying = frame_at(clip, 2.0)
    assert staying is not None and staying.t_s == pytest.approx(0.1, abs=2e-3)
    assert frame_at(clip, 60.0) is None
    last = frame_at(clip, 5.15)  # a little after the last one
    assert last is not None and last.t_s == pytest.approx(5.1, abs=2e-3)


def test_it_can_be_stopped_and_a_missing_file_is_told(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        frame_at(write_clip(tmp_path / "clip.mp4"), 0.5, check_cancelled=stop)
    with pytest.raises(ClipOpenError):
        frame_at(tmp_path / "none.mp4", 0.5)
