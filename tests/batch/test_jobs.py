"""When a clip counts as the same, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import synthetic_analysis
from vidsent.batch.checkpoints import Checkpoints
from vidsent.batch.jobs import Job, KeyInputs, identify
from vidsent.batch.listing import Item
from vidsent.batch.worker import Outcome
from vidsent.core.errors import DataError
from vidsent.core.options import Options

MODELS = {"text": "0123abcd"}


def job_of(clip: Path, words: Path | None = None, keying: KeyInputs | None = None) -> Job:
    item = Item(clip.name, str(clip), str(words) if words else None)
    return identify(item, keying or KeyInputs.of(Options(), MODELS))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"pictures")
    return path


def test_content_makes_the_key_not_the_name(clip: Path) -> None:
    before = job_of(clip)
    assert job_of(clip.rename(clip.with_name("b.mov"))).key == before.key
    clip.write_bytes(b"Pictures")
    assert job_of(clip).key != before.key


def test_words_options_and_weights_make_the_key(clip: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.srt", tmp_path / "other.srt"
    one.write_text("yes")
    other.write_text("no")
    keys = {
        job_of(clip).key,
        job_of(clip, one).key,
        job_of(clip, other).key,
        job_of(clip, keying=KeyInputs.of(Options(rate_hz=5), MODELS)).key,
        job_of(clip, keying=KeyInputs.of(Options(text_model="mine"), MODELS)).key,
        job_of(clip, keying=KeyInputs.of(Options(), {"text": "4567cdef"})).key,
    }
    assert len(keys) == 6
    assert job_of(clip, keying=KeyInputs.of(Options(device="cpu"), MODELS)).key == job_of(clip).key


def test_a_job_notices_that_its_files_change(clip: Path) -> None:
    job = job_of(clip)
    assert not job.changed
    clip.write_bytes(b"more pictures")
    assert job.changed
    clip.unlink()
    assert job.changed
    with pytest.raises(OSError):
        job_of(clip)


def test_what_is_kept_comes_back(clip: Path, tmp_path: Path) -> None:
    kept, job, analysis = Checkpoints(tmp_path / "out"), job_of(clip), synthetic_analysis()
    kept.prepare()
    assert not kept.has(job.key)
    kept.put(job, Outcome(job.key, analysis.to_json()))
    assert kept.has(job.key)
    back, error = kept.analysis(job.key)
    assert back is not None and error is None
    assert back.to_json() == analysis.to_json()
    kept.put(job, Outcome(job.key, error="Nothing to see."))
    assert kept.analysis(job.key) == (None, "Nothing to see.")


def test_half_a_file_counts_as_none(clip: Path, tmp_path: Path) -> None:
    kept, job = Checkpoints(tmp_path / "out"), job_of(clip)
    kept.prepare()
    kept.put(job, Outcome(job.key, synthetic_analysis().to_json()))
    whole = kept.path(job.key).read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        kept.path(job.key).write_bytes(whole[:length])
        assert not kept.has(job.key)
    kept.path(job.key).write_bytes(b"{" + whole)
    with pytest.raises(DataError, match="Delete it"):
        kept.analysis(job.key)


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path)
    kept.prepare()
    (kept.folder / ".0123.partial").write_text("{")
    (kept.folder / "whole.json").write_text("{}\n")
    kept.prepare()
    assert [path.name for path in kept.folder.iterdir()] == ["whole.json"]


def test_names_that_are_no_utf_8_can_be_kept(clip: Path, tmp_path: Path) -> None:
    kept, job = Checkpoints(tmp_path / "out"), job_of(clip)
    kept.prepare()
    analysis = synthetic_analysis()
    odd = replace(analysis, clip=replace(analysis.clip, name="\udcff.mp4"))
    kept.put(job, Outcome(job.key, odd.to_json()))
    assert kept.analysis(job.key)[0] is not None
