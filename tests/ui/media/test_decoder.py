"""Uploads are opened in processes of their own, and visitors are told what became of them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import vidsent
from tests.clips import write_clip, write_long, write_smile
from tests.workers import PATIENCE_S, busiest, computed_s, workers
from vidsent.core.errors import ClipError, ClipOpenError
from vidsent.core.options import Options
from vidsent.core.progress import Step
from vidsent.media import stills, video
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.session.result import Result, new_folder, write_result


@pytest.fixture(scope="module", params=[True, False], ids=["apart", "here"])
def decoder(request: pytest.FixtureRequest) -> Iterator[Decoder]:
    made = Decoder(apart=request.param)
    yield made
    made.close()


def test_it_says_what_the_package_says(decoder: Decoder, tmp_path: Path) -> None:
    clip = str(write_smile(tmp_path / "smile.mkv"))
    assert decoder.probe(clip) == video.probe(clip)
    assert decoder.tracks(clip) == ()
    here, there = stills.frame_at(clip, 2.5), decoder.still(clip, 2.5)
    assert here is not None and there is not None
    assert (here.image == there.image).all() and (here.t_s, here.scale) == (there.t_s, there.scale)
    told = list[Step]()
    analysis, player = decoder.analyse(clip, None, Options(rate_hz=2), told.append, tmp_path)
    assert analysis.to_json() == vidsent.analyze(clip, options=Options(rate_hz=2)).to_json()
    assert player.suffix == ".mp4" and player.parent == tmp_path and player.exists()
    assert {step.stage for step in told} >= {"faces", "player"}
    shares = [step.share for step in told]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1


def test_a_broken_clip_is_refused_by_all(decoder: Decoder, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 100)
    calls: list[Callable[[], object]] = [
        lambda: decoder.probe(str(broken)),
        lambda: decoder.tracks(str(broken)),
        lambda: decoder.still(broken, 1.0),
        lambda: decoder.analyse(broken, None, Options()),
    ]
    for call in calls:
        with pytest.raises(ClipOpenError, match="convert it to MP4"):
            call()


def test_a_warm_process_says_at_once_what_a_file_is(decoder: Decoder, tmp_path: Path) -> None:
    clip = str(write_clip(tmp_path / "clip.mp4"))
    decoder.probe(clip)
    took_s = []
    for _ in range(20):
        begun_s = time.perf_counter()
        decoder.probe(clip)
        took_s.append(time.perf_counter() - begun_s)
    assert min(took_s) < 0.1


@pytest.fixture(scope="module")
def result(decoder: Decoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    """A result of twelve seconds, whose player is a copy."""
    folder = new_folder()
    clip = write_clip(tmp_path_factory.mktemp("result") / "clip.mkv", 12.0, 640, 480)
    analysis, player = decoder.analyse(clip, None, Options(rate_hz=1), folder=folder)
    made = write_result(analysis, player, folder, clip)
    yield made
    made.delete()


def annotating(decoder: Decoder, result: Result, path: Path) -> Generator[float, None, None]:
    return decoder.annotating(result.clip, result.analysis, result.json, path, "en")


def test_a_video_is_drawn(decoder: Decoder, result: Result) -> None:
    path, before = result.named(".annotated.mp4", "en"), workers()
    shares = list(annotating(decoder, result, path))
    assert shares == sorted(shares) and max(shares) > 0.5
    assert video.probe(path).duration_s == pytest.approx(12, abs=0.5)
    path.unlink()
    kept = {decoder.probing.pid, decoder.stills.pid, decoder.model.pid} if decoder.apart else set()
    assert workers() - before <= kept, "who drew has not ended"


@pytest.mark.parametrize("end", ["closed", "killed"])
def test_a_video_that_is_not_finished_leaves_nothing(
    decoder: Decoder, result: Result, end: str
) -> None:
    if end == "killed" and not decoder.apart:
        pytest.skip("there is no process to kill")
    path, before = result.named(".annotated.mp4", "en"), workers()
    shares = annotating(decoder, result, path)
    while next(shares) < 0.1:
        pass
    if end == "killed":
        (drawer,) = workers() - before
        os.kill(drawer, signal.SIGKILL)
        with pytest.raises(ClipError, match="SIGKILL"):
            list(shares)
    shares.close()
    assert not list(path.parent.iterdir()) and workers() == before


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that takes longer to analyse than to find out who does it."""
    return write_long(tmp_path_factory.mktemp("long") / "long.mp4", 360.0, 640, 480)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_the_server_outlives_its_decoder(
    site: str, long: Path, tmp_path: Path, how: signal.Signals
) -> None:
    client, told = Client(site, verbose=False), list[str]()
    used = {each: computed_s(each) for each in workers()}

    def ask() -> None:
        with pytest.raises(AppError) as error:
            client.predict(video=handle_file(long), api_name="/analyze_clip")
        told.append(str(error.value))

    visitor = threading.Thread(target=ask)
    visitor.start()
    victim = busiest(used)
    os.kill(victim, how)
    visitor.join(PATIENCE_S)
    assert "could not be decoded safely" in told[0] and how.name in told[0]
    assert victim not in workers() and not Path(f"/proc/{victim}").exists()
    clip = write_clip(tmp_path / "short.mp4")
    answer = client.predict(video=handle_file(clip), api_name="/analyze_clip")
    assert answer["clip"]["duration_s"] == pytest.approx(1.0, abs=0.1)
