"""All eight orientations of a display matrix, as players show them, wherever frames are used."""

from __future__ import annotations

import gc
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from vidsent.core.options import Limits
from vidsent.media.encoding import encode
from vidsent.media.stills import frame_at
from vidsent.media.transcoding import playable
from vidsent.media.video import EVERY_FRAME, Decoding, frames

TURNS = (0, 90, 180, 270)  # counterclockwise
ORIENTATIONS = [(turn, mirrored) for turn in TURNS for mirrored in (False, True)]


def quarters() -> np.ndarray:
    """(120, 160, 3) uint8 whose quarters are black, dark, light and white: no two sides alike."""
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:60, 80:], picture[60:, :80], picture[60:, 80:] = 80, 160, 240
    return picture


def write_oriented(path: Path, turn: int, mirrored: bool, codec: str = "libx264") -> Path:
    """A second of `quarters`, to be turned and then mirrored left to right by players."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.set_display_rotation(turn, hflip=mirrored)
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def upright(turn: int, mirrored: bool) -> np.ndarray:
    """How players show it."""
    turned = np.rot90(quarters(), turn // 90)
    return turned[:, ::-1] if mirrored else turned


def assert_alike(image: np.ndarray, expected: np.ndarray) -> None:
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected).mean() < 6


@pytest.mark.parametrize(("turn", "mirrored"), ORIENTATIONS)
def test_every_orientation_is_shown_as_players_show_it(
    tmp_path: Path, turn: int, mirrored: bool
) -> None:
    clip = write_oriented(tmp_path / "clip.mp4", turn, mirrored)
    expected, report = upright(turn, mirrored), Decoding()
    for frame in frames(clip, 10, report=report):
        assert_alike(frame.image, expected)
    assert (report.width, report.height) == expected.shape[1::-1]
    still = frame_at(clip, 0.5)
    assert still is not None
    assert_alike(still.image, expected)


@pytest.mark.parametrize(("turn", "mirrored"), ORIENTATIONS)
def test_copies_agree(tmp_path: Path, turn: int, mirrored: bool) -> None:
    repacked = playable(
        write_oriented(tmp_path / "clip.mov", turn, mirrored), tmp_path, Limits(), lambda t_s: None
    )
    clip = write_oriented(tmp_path / "old.mp4", turn, mirrored, "mpeg4")
    encoded = playable(clip, tmp_path, Limits(), lambda t_s: None)
    drawn = tmp_path / "drawn.mp4"
    encode(frames(clip, EVERY_FRAME), clip, drawn, lambda t_s: None)
    for copy in (repacked, encoded, drawn):
        assert copy.suffix == ".mp4" and copy != clip
        assert_alike(next(frames(copy, 10)).image, upright(turn, mirrored))


def test_the_matrix_is_that_of_the_format(tmp_path: Path) -> None:
    clip = write_oriented(tmp_path / "clip.mp4", 0, mirrored=True)
    place = clip.read_bytes().index(b"tkhd") + 44  # ISO 14496-12: nine numbers, 16.16
    matrix = np.frombuffer(clip.read_bytes()[place : place + 36], ">i4")
    assert matrix[[0, 1, 3, 4]].tolist() == [-65536, 0, 0, 65536]  # x becomes -x


def test_a_front_camera_is_read_as_the_plain_clip(shared: Path) -> None:
    folder = shared / "clips/reports/11"
    plain, mirrored = (next(frames(folder / name, 10)) for name in ("plain.mp4", "mirrored.mp4"))
    assert_alike(mirrored.image[20:-20, 20:-20], plain.image[20:-20, 20:-20])


def test_no_decoder_is_left_to_the_garbage_collector(tmp_path: Path) -> None:
    clip = write_oriented(tmp_path / "clip.mp4", 90, mirrored=True)
    gc.collect()
    gc.disable()
    try:
        begun = thread_count()
        for _ in range(5):
            with closing(frames(clip, 5.0)) as shown:
                next(shown)
        assert thread_count() <= begun + 2
    finally:
        gc.enable()
        gc.collect()


def thread_count() -> int:
    """Threads of this process, those of FFmpeg included."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("Threads")))
