"""The clips we ship: every browser plays them, and the script that made them tells the truth."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pysubs2
import pytest

from scripts import make_examples
from scripts.example_films import actor_film, landscape_film, portrait_film
from scripts.example_films.film import RATE, SIZE, Film
from tests.conftest import ROOT
from vidsent.core.emotions import LABELS

FOLDER = ROOT / "assets" / "examples"
FILMS = {
    film.name: film for film in (actor_film.film(), portrait_film.film(), landscape_film.film())
}
EXAMPLES = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))
MOST_BYTES = 2_000_000
GREYS = 4.0  # mean difference that compression may leave, of 255

each_film = pytest.mark.parametrize("film", FILMS.values(), ids=FILMS.keys())


def truth_of(film: Film) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((FOLDER / f"{film.name}.truth.json").read_text("utf-8"))
    return truth


def pictures(film: Film, times_s: list[float]) -> list[np.ndarray]:
    """The shipped clip's pictures at `times_s`, which must be times of its pictures."""
    wanted = [round(t_s * RATE) for t_s in times_s]
    with av.open(str(FOLDER / f"{film.name}.mp4")) as container:
        decoded = enumerate(container.decode(video=0))
        return [frame.to_ndarray(format="rgb24") for number, frame in decoded if number in wanted]


@each_film
def test_clip_plays_everywhere(film: Film) -> None:
    path = FOLDER / f"{film.name}.mp4"
    assert path.stat().st_size < MOST_BYTES
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == SIZE
        assert stream.average_rate == RATE
        assert (container.duration or 0) / av.time_base == pytest.approx(film.duration_s, abs=0.05)
        assert 12 <= film.duration_s <= 40


@each_film
def test_clip_starts_before_it_is_loaded(film: Film) -> None:
    data = (FOLDER / f"{film.name}.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@each_film
def test_script_draws_the_shipped_pictures(film: Film) -> None:
    times_s = [0.0, round(film.duration_s / 3), film.duration_s - 1]
    shipped = pictures(film, times_s)
    assert len(shipped) == len(times_s)
    for t_s, picture in zip(times_s, shipped, strict=True):
        difference = np.abs(picture.astype(float) - film.image(t_s)).mean()
        assert difference < GREYS, f"at {t_s} s"


@each_film
def test_script_writes_the_shipped_texts(film: Film, tmp_path: Path) -> None:
    make_examples.write_texts(film, tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert f"{film.name}.truth.json" in written
    for name in written:
        assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_script_writes_the_shipped_list(tmp_path: Path) -> None:
    make_examples.write_list(list(FILMS.values()), tmp_path / "examples.json")
    assert json.loads((tmp_path / "examples.json").read_text("utf-8")) == EXAMPLES


def test_list_names_files_that_exist() -> None:
    assert len(EXAMPLES) >= 3
    for example in EXAMPLES:
        assert set(example) == {"clip", "subtitles", "title", "credit"}
        for name in [example["clip"], *(example["subtitles"] or {}).values()]:
            assert (FOLDER / name).is_file(), name
        for text in (example["title"], example["credit"]):
            assert text["en"] and text["zh"]


@each_film
def test_captions_lie_within_the_clip_and_do_not_overlap(film: Film) -> None:
    for language in film.languages:
        lines = list(pysubs2.load(str(FOLDER / f"{film.name}.{language}.srt"), encoding="utf-8"))
        assert len(lines) == len(film.captions)
        assert all(line.start < line.end <= film.duration_s * 1000 for line in lines)
        assert all(before.end <= after.start for before, after in pairwise(lines))
        assert all(line.plaintext.strip() for line in lines)


@each_film
def test_truth_is_in_order_and_uses_our_labels(film: Film) -> None:
    segments = truth_of(film)["segments"]
    assert all(s["start_s"] < s["end_s"] <= film.duration_s for s in segments)
    assert all(a["end_s"] <= b["start_s"] for a, b in pairwise(segments))
    for segment in segments:
        assert {segment["face"], segment["words"]} <= {*LABELS, None}
        assert (segment["face"] is None) == (segment["kind"] in ("words", "none"))


def test_truth_of_the_actor_covers_the_clip() -> None:
    film = FILMS["actor"]
    segments = truth_of(film)["segments"]
    assert segments[0]["start_s"] == 0 and segments[-1]["end_s"] == film.duration_s
    assert all(a["end_s"] == b["start_s"] for a, b in pairwise(segments))
    differing = [s for s in segments if s["face"] != s["words"]]
    assert [s["kind"] for s in differing] == ["disagreement"]


def test_actor_holds_each_expression_in_the_middle_of_its_act() -> None:
    for act in actor_film.ACTS:
        middle = actor_film.muscles((act.start_s + act.end_s) / 2)
        for name in ("smile", "frown", "jaw", "sulk"):
            planted = getattr(actor_film.EMOTIONS[act.face], name)
            assert getattr(middle, name) == pytest.approx(planted, abs=0.1 * max(planted, 0.1))
