"""The annotated video shows what was found where it was found, and keeps time and sound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from tests.builders import face_track, played, synthetic_analysis
from tests.clips import TICK, grey_levels, write_pictures
from vidsent.core.emotions import COLORS, name
from vidsent.core.errors import Cancelled, ClipOpenError
from vidsent.core.results import Analysis, FaceTrack
from vidsent.reports import text_images
from vidsent.reports.annotated_video import LONGEST_SIDE, annotate
from vidsent.reports.overlay import Overlay, rgb

WIDTH, HEIGHT = 320, 180
BOX = (100, 50, 80, 80)  # x, y, width, height of the planted face
GREY = 128


def happy_face(times_s: np.ndarray, box: np.ndarray | None = None) -> FaceTrack:
    """A face that is happy at `times_s`, in a box that stays or one row of `box` each."""
    count = len(times_s)
    boxes = np.tile(np.array(BOX, np.float32), (count, 1)) if box is None else box
    return replace(
        face_track(),
        t_s=times_s.astype(np.float32),
        boxes=boxes.astype(np.float32),
        probs=np.tile(played("happiness"), (count, 1)),
        valence=np.zeros(count, np.float32),
        arousal=np.zeros(count, np.float32),
        quality=np.ones(count, np.float32),
    )


def planted(duration_s: float = 2.0, tracks: tuple[FaceTrack, ...] | None = None) -> Analysis:
    """The analysis of a clip of 320 x 180 with one happy face."""
    tracks = (happy_face(np.arange(0, duration_s, 0.1)),) if tracks is None else tracks
    analysis = synthetic_analysis(tracks=tracks, lines=())
    clip = replace(analysis.clip, width=WIDTH, height=HEIGHT, duration_s=duration_s)
    return replace(analysis, clip=clip)


def greys(count: int, width: int = WIDTH, height: int = HEIGHT) -> list[np.ndarray]:
    return [np.full((height, width, 3), GREY, np.uint8)] * count


def grey_clip(path: Path, seconds: float = 2.0, **settings: int) -> Path:
    count = round(10 * seconds)
    return write_pictures(path, greys(count, **settings), np.arange(count) / 10)


def sounding(
    path: Path, codec: str, sound_s: float, start_s: float = 0.0, late_s: float = 0.0
) -> Path:
    """Two seconds of grey from `start_s` on, with a tone that begins `late_s` after that."""
    with av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("libx264", rate=10, options={"bf": "0"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = TICK
        sound = container.add_stream(codec, rate=48_000, layout="stereo")
        assert isinstance(sound, AudioStream)
        for place, picture in enumerate(greys(20)):
            frame = av.VideoFrame.from_ndarray(picture)
            frame.pts, frame.time_base = round((start_s + place / 10) / TICK), TICK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        tone = np.sin(np.arange(round(sound_s * 48_000)) * 2 * np.pi * 440 / 48_000)
        samples = np.repeat((9_000 * tone).astype(np.int16), 2)[None]
        for place in range(0, samples.shape[1] // 2, 1024):
            part = av.AudioFrame.from_ndarray(
                samples[:, 2 * place : 2 * place + 2048], "s16", "stereo"
            )
            part.rate, part.time_base = 48_000, Fraction(1, 48_000)
            part.pts = place + round((start_s + late_s) * 48_000)
            container.mux(sound.encode(part))
        container.mux(sound.encode(None))
    return path


def pictures(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [
            (float(frame.time or 0), frame.to_ndarray(format="rgb24"))
            for frame in container.decode(video=0)
        ]


def heard(path: Path) -> tuple[str, float, float]:
    """Codec of the sound, and where it is first and last louder than silence, in seconds."""
    with av.open(str(path)) as container:
        loud = [
            float(frame.time or 0)
            for frame in container.decode(audio=0)
            if np.abs(frame.to_ndarray().astype(float)).max() > 0.05
        ]
        return container.streams.audio[0].codec_context.name, loud[0], loud[-1]


def colored(image: np.ndarray, label: str, tolerance: int = 45) -> np.ndarray:
    """Where (H, W) the picture has about the colour of an emotion; chroma is coarse."""
    away = np.abs(image.astype(int) - np.array(rgb(COLORS[label]))).max(axis=-1)
    found: np.ndarray = away < tolerance
    return found


def test_the_box_lies_around_the_face_in_its_colour(tmp_path: Path) -> None:
    annotate(grey_clip(tmp_path / "a.mp4"), planted(), tmp_path / "b.mp4")
    (_, image), *_ = pictures(tmp_path / "b.mp4")
    left, top, width, height = BOX
    there = colored(image, "happiness")
    for side in (
        there[top + 10 : top + height - 10, left - 2 : left + 3],
        there[top + 10 : top + height - 10, left + width - 2 : left + width + 3],
    ):
        assert side.any(axis=1).mean() > 0.9
    assert there[top + height - 2 : top + height + 3, left : left + width].any(axis=0).mean() > 0.9
    inside = image[top + 8 : top + height - 8, left + 8 : left + width - 8]
    assert np.abs(inside.astype(int) - GREY).max() < 12  # the face itself is left alone


def label_width(named: str) -> int:
    """Columns of the chip above a face with that name, in the colour of what it feels."""
    (face,) = planted().tracks
    image = greys(1)[0].copy()
    Overlay(planted(tracks=(replace(face, name=named),)), (HEIGHT, WIDTH)).draw(image, 0.5)
    above = colored(image[: BOX[1] - 3], "happiness", tolerance=8)
    return int(above.any(axis=0).sum())


def test_a_person_who_was_named_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = label_width("")
    assert label_width("Ana") > nobody + 15
    monkeypatch.setattr(text_images, "CHINESE", ("no such font.ttf",))
    for unwritten in ("安娜", "René"):  # boxes in place of the name would tell nothing
        assert label_width(unwritten) == nobody


def test_the_strip_has_the_course_and_the_playhead_moves(tmp_path: Path) -> None:
    analysis = synthetic_analysis()
    clip = replace(analysis.clip, width=WIDTH, height=HEIGHT)
    shown = [greys(1)[0].copy() for _ in range(2)]
    overlay = Overlay(replace(analysis, clip=clip, tracks=()), (HEIGHT, WIDTH))
    for image, t_s in zip(shown, (8.0, 24.0), strict=True):
        overlay.draw(image, t_s)
    row = shown[0][-2]
    for t_s, label in ((9.5, "happiness"), (16.0, "sadness"), (22.0, "surprise")):
        assert tuple(row[round(t_s / 32 * WIDTH)]) == rgb(COLORS[label])
    heads = [int(np.flatnonzero((image[-2] == 255).all(axis=-1)).mean()) for image in shown]
    assert heads == pytest.approx([8 / 32 * WIDTH, 24 / 32 * WIDTH], abs=3)


def test_boxes_move_between_sightings_and_go_after_the_last() -> None:
    ends = np.array([[0, 50, 40, 40], [200, 50, 40, 40]])
    track = happy_face(np.array([0.0, 0.5]), ends)
    overlay = Overlay(planted(tracks=(track,)), (HEIGHT, WIDTH))

    def left(t_s: float) -> int | None:
        image = greys(1)[0].copy()
        overlay.draw(image, t_s)
        row = colored(image, "happiness", 5)[70]  # beside the label
        return int(np.flatnonzero(row)[0]) if row.any() else None

    found = left(0.25)
    assert found is not None and found == pytest.approx(100, abs=3)
    assert left(0.7) is not None
    assert left(0.8) is None


def test_pictures_keep_their_times_and_stand_upright(tmp_path: Path) -> None:
    times_s = [0.0, 0.1, 0.15, 0.6, 1.4, 1.45]
    clip = write_pictures(tmp_path / "a.mp4", grey_levels(6), times_s, rotation=90)
    analysis = planted(1.5)
    upright = replace(analysis, clip=replace(analysis.clip, width=120, height=160))
    annotate(clip, upright, tmp_path / "b.mp4")
    found = pictures(tmp_path / "b.mp4")
    drawn_s = np.array([t_s for t_s, _ in found])
    assert all(np.abs(drawn_s - t_s).min() < 0.005 for t_s in times_s)
    staying = [0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3]  # drawn on as time passes
    assert len(found) == len(times_s) + len(staying)
    assert found[0][1].shape == (160, 120, 3)


@pytest.mark.parametrize(("width", "height"), [(161, 91), (64, 33), (20, 20)])
def test_odd_and_tiny_sizes(tmp_path: Path, width: int, height: int) -> None:
    clip = tmp_path / "a.mkv"
    with av.open(str(clip), "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(greys(1, width, height)[0])))
        container.mux(stream.encode(None))
    annotate(clip, planted(), tmp_path / "b.mp4")
    assert pictures(tmp_path / "b.mp4")[0][1].shape == (
        height + height % 2,
        width + width % 2,
        3,
    )


def test_large_pictures_are_scaled_down(tmp_path: Path) -> None:
    clip = grey_clip(tmp_path / "a.mp4", 0.2, width=1920, height=1080)
    annotate(clip, planted(), tmp_path / "b.mp4")
    assert pictures(tmp_path / "b.mp4")[0][1].shape == (720, LONGEST_SIDE, 3)


def test_without_faces_sound_or_anything_there_is_a_video_all_the_same(tmp_path: Path) -> None:
    nothing = synthetic_analysis(tracks=(), lines=())
    annotate(grey_clip(tmp_path / "a.mp4"), nothing, tmp_path / "b.mp4")
    with av.open(str(tmp_path / "b.mp4")) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert not container.streams.audio
    data = (tmp_path / "b.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # it plays before it is loaded


@pytest.mark.parametrize("codec", ["aac", "libmp3lame"])
def test_sound_that_mp4_takes_is_copied(tmp_path: Path, codec: str) -> None:
    clip = sounding(tmp_path / "a.mp4", codec, sound_s=2.0)
    annotate(clip, planted(), tmp_path / "b.mp4")
    sizes = []
    for path in (clip, tmp_path / "b.mp4"):
        with av.open(str(path)) as container:
            sizes.append([packet.size for packet in container.demux(audio=0) if packet.size])
    assert sizes[0] == sizes[1]
    assert heard(tmp_path / "b.mp4")[1:] == pytest.approx(heard(clip)[1:], abs=0.03)


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le", "libopus"])
def test_sound_longer_than_the_pictures_stays_whole(tmp_path: Path, codec: str) -> None:
    clip = sounding(tmp_path / "a.mkv", codec, sound_s=3.5)
    annotate(clip, planted(), tmp_path / "b.mp4")
    name_, first_s, last_s = heard(tmp_path / "b.mp4")
    assert name_ == "aac"
    assert (first_s, last_s) == pytest.approx((0.0, 3.5), abs=0.1)


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le"])
@pytest.mark.parametrize(("start_s", "late_s"), [(5.0, 0.0), (0.0, 1.0), (3.0, 1.0)])
def test_sound_and_pictures_begin_where_they_did(
    tmp_path: Path, codec: str, start_s: float, late_s: float
) -> None:
    """A first time stamp above zero moves both alike; a pause before the sound stays one."""
    clip = sounding(tmp_path / "a.mkv", codec, 2.0, start_s, late_s)
    annotate(clip, planted(), tmp_path / "b.mp4")
    assert pictures(tmp_path / "b.mp4")[0][0] == pytest.approx(0.0, abs=0.03)
    assert heard(tmp_path / "b.mp4")[1] == pytest.approx(late_s, abs=0.06)


@pytest.mark.parametrize("after_s", [0.0, 1.0, 2.5])
def test_cancelled_work_leaves_no_file(tmp_path: Path, after_s: float) -> None:
    """At the first picture, midway, and while the rest of the sound is written."""
    clip = sounding(tmp_path / "a.mkv", "pcm_s16le", sound_s=3.5)

    def stop(t_s: float) -> None:
        if t_s >= after_s:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        annotate(clip, planted(), tmp_path / "out" / "b.mp4", tick=stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_clip_that_is_gone_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ClipOpenError):
        annotate(tmp_path / "gone.mp4", planted(), tmp_path / "out" / "b.mp4")
    assert list((tmp_path / "out").iterdir()) == []


def test_labels_are_english_where_no_font_draws_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_images, "CHINESE", ("no such font.ttf",))
    clip = grey_clip(tmp_path / "a.mp4", 0.2)
    assert annotate(clip, planted(), tmp_path / "b.mp4", "zh") == "en"
    letters = text_images.LabelRenderer(14, "zh")
    assert letters.language == "en"
    colors, alpha = letters.chip(name("fear", letters.language), "#7e5aa8", "#ffffff")
    assert alpha.max() == 1 and np.ptp(colors) > 100  # something is written
