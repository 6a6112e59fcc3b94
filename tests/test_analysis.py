"""The whole way from a file to an analysis, on real and on hopeless input."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from skimage import data

import vidsent
from tests.clips import write_clip, write_pictures
from tests.face_counts import RATE_HZ, expected, present, read_counts, switch_error
from vidsent.core.errors import Cancelled, ClipError, SubtitleError
from vidsent.core.options import Options
from vidsent.core.progress import STAGES, Step
from vidsent.media.video import frames

LONGEST_S = 60.0  # seconds that any of the awkward files may take, on a busy machine
LEAST_RIGHT = 0.95  # share of pictures with as many faces as counted by looking
LATEST_S = 0.3  # by which a face may be seen too early or too late


@pytest.fixture(scope="module")
def smiling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of NASA's smiling portrait, then one of black."""
    portrait = np.asarray(data.astronaut())
    pictures = [portrait] * 20 + [np.zeros_like(portrait)] * 10
    path = tmp_path_factory.mktemp("clip") / "smile.mp4"
    return write_pictures(path, pictures, np.arange(30) / 10)


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    path = tmp_path / "smile.srt"
    path.write_text(
        "1\n00:00:00,500 --> 00:00:01,500\nI am so happy today!\n\n"
        "2\n00:00:09,000 --> 00:00:10,000\nafter the end\n",
        encoding="utf-8",
    )
    return path


def test_a_smile_with_happy_words_is_happiness(smiling: Path, subtitles: Path) -> None:
    analysis = vidsent.analyze(smiling, subtitles)
    assert analysis.verdict.label == "happiness"
    assert analysis.verdict.polarity == "positive"
    face, words = analysis.timeline.channel("face"), analysis.timeline.channel("subtitle")
    assert face is not None
    assert face.coverage == pytest.approx(2 / 3, abs=0.08)
    assert words is not None
    assert 0.3 < words.coverage < 0.8
    assert analysis.cuts_s == pytest.approx([2.0], abs=0.11)  # to black
    (person,) = analysis.tracks
    assert person.seen == pytest.approx(2 / 3, abs=0.05)
    assert person.picture.startswith(b"\xff\xd8")
    assert [keyword.label for keyword in analysis.keywords][:1] == ["happiness"]
    assert analysis.skipped == {"lines_after_the_end": 1}
    (moment, *_) = analysis.moments
    assert moment.label == "happiness"
    assert moment.picture.startswith(b"\xff\xd8")
    assert vidsent.Analysis.from_json(analysis.to_json()).to_json() == analysis.to_json()


def test_a_person_on_a_picture_that_stays_is_one_person_all_the_time(tmp_path: Path) -> None:
    portrait = np.asarray(data.astronaut())
    times_s = [*np.arange(10) / 10, *(8 + np.arange(10) / 10)]
    clip = write_pictures(tmp_path / "stays.mp4", [portrait] * 20, times_s)
    subtitles = tmp_path / "stays.srt"
    subtitles.write_text("1\n00:00:04,000 --> 00:00:06,000\nI am so happy today!\n")
    analysis = vidsent.analyze(clip, subtitles)
    assert analysis.clip.duration_s == pytest.approx(9.0, abs=0.1)
    assert len(analysis.lines) == 1
    (person,) = analysis.tracks
    assert person.seen > 0.98
    face = analysis.timeline.channel("face")
    assert face is not None and face.coverage > 0.98
    assert analysis.skipped == {}


def test_boxes_are_in_pixels_of_the_upright_clip(smiling: Path) -> None:
    analysis = vidsent.analyze(smiling)
    x, y, width, height = analysis.tracks[0].boxes.mean(0)
    assert 0 < x < x + width < analysis.clip.width == 512
    assert 0 < y < y + height < analysis.clip.height == 512


def test_frames_of_a_subtitle_file_are_counted_at_the_rate_of_the_clip(
    smiling: Path, tmp_path: Path
) -> None:
    path = tmp_path / "smile.sub"
    path.write_text("{5}{15}I am so happy today!\n{16}{20}Yes\n", encoding="utf-8")
    first, second = vidsent.analyze(smiling, path).lines
    assert (first.start_s, first.end_s) == pytest.approx((0.5, 1.5), abs=0.05)  # ten a second
    assert second.start_s == pytest.approx(1.6, abs=0.05)


def test_no_face_and_no_words_is_a_calm_nothing(tmp_path: Path) -> None:
    analysis = vidsent.analyze(write_clip(tmp_path / "grey.mp4", seconds=2))
    assert analysis.verdict.label is None
    assert analysis.verdict.abstained == "nothing_seen"
    assert not analysis.moments
    assert not analysis.tracks
    assert not analysis.keywords


def test_progress_names_every_stage_in_order_and_never_goes_back(
    smiling: Path, subtitles: Path
) -> None:
    told: list[Step] = []
    vidsent.analyze(smiling, subtitles, progress=told.append)
    stages = list(dict.fromkeys(step.stage for step in told))
    assert stages == [stage for stage in STAGES if stage in stages]
    assert {"open", "words", "weighing", "faces", "expressions", "timeline"} == set(stages)
    shares = [step.share for step in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    pictures = [(step.done, step.total, step.unit) for step in told if step.stage == "faces"]
    assert [done for done, *_ in pictures] == sorted(done for done, *_ in pictures)
    assert pictures[-1][0] == 30
    assert all(done <= total <= 31 and unit == "pictures" for done, total, unit in pictures)


def test_a_callback_that_cancels_stops_the_work(smiling: Path) -> None:
    calls = 0

    def cancel(step: Step) -> None:
        nonlocal calls
        calls += 1
        if step.stage == "faces":
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        vidsent.analyze(smiling, progress=cancel)
    assert calls < 10


def test_unreadable_subtitles_are_told_before_the_clip_is_decoded(
    smiling: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.srt"
    broken.write_bytes(b"")
    stages: list[str] = []
    with pytest.raises(SubtitleError):
        vidsent.analyze(smiling, broken, progress=lambda step: stages.append(step.stage))
    assert "faces" not in stages


def awkward(shared: Path) -> list[Path]:
    return sorted((shared / "clips" / "awkward").iterdir())


def test_every_awkward_file_gives_a_result_or_one_sentence(shared: Path) -> None:
    for path in awkward(shared):
        started = time.monotonic()
        try:
            analysis = vidsent.analyze(path, options=Options(rate_hz=2))
        except ClipError as error:
            assert "\n" not in str(error)
            assert len(str(error)) < 250
        else:
            again = vidsent.Analysis.from_json(analysis.to_json())
            assert again.to_json() == analysis.to_json()
        assert time.monotonic() - started < LONGEST_S, path.name


@pytest.mark.parametrize("name", sorted(read_counts()))
def test_as_many_faces_are_followed_as_people_count(shared: Path, name: str) -> None:
    (path,) = (shared / "clips").rglob(name)
    times_s = np.array([frame.t_s for frame in frames(path, RATE_HZ)])
    tracks = vidsent.analyze(path).tracks
    found = present(times_s, [track.t_s for track in tracks])
    truth = expected(stretches := read_counts()[name], times_s - times_s[0])
    assert not tracks or truth.any()  # nobody is seen where there is nobody
    assert (found == truth).mean() >= LEAST_RIGHT
    error_s = switch_error(stretches, times_s - times_s[0], found)
    assert np.isnan(error_s) or error_s <= LATEST_S
