"""Broken files are read or refused with a VidsentError: never a crash, a hang or a bomb.

`pytest tests/test_hostile.py --mutations 5000 --seed 7` reads more of them, and others.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import av
import numpy as np
import pytest

from tests.clips import (
    Subtitled,
    add_tone,
    grey_levels,
    write_clip,
    write_pictures,
    write_subtitled,
)
from tests.hostile import corpus_in, survey
from tests.mutations import CHANGES, case

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"
SAID = ((0.2, 1.0, "Wonderful, I am so happy."), (1.2, 2.5, "{\\i1}我好难过。{\\i0}"))
VTT = "WEBVTT\n\nNOTE who\n\n1\n00:00.500 --> 00:02.000 line:0\n<v Ann>I am <b>furious</b>!\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname\n"
    "Style: Default,Arial\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, "
    "MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\an8}I am so happy!\\NReally.\n"
    "Dialogue: 0,0:00:04.00,0:00:05.50,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}\n"
)
TTML = (
    '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="00:00:01.000" '
    'end="00:00:02.500">How sad<br/>that is.</p></div></body></tt>'
)
SAMI = "<SAMI><BODY><SYNC Start=1000><P Class=EN>Oh no!</P><SYNC Start=2000><P>&nbsp;</BODY></SAMI>"
MICRODVD = "{25}{50}I am afraid.|Are you?\n{60}{90}{y:i}No.\n"
TRANSCRIPT = "A talk\n[00:01] Ann: Hello there.\n[00:04] Bob: 我好开心！\n[01:02:03.5] Bye.\n"
COMMENTS = [
    {"progress": 1500, "mode": 1, "content": "哈哈哈"},
    {"progress": 2500, "mode": 7, "content": '[0,0,"1-1",4.5,"hello",0,0]'},
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound files of every kind that people upload."""
    folder = tmp_path_factory.mktemp("corpus")
    for path in EXAMPLES.iterdir():
        if path.suffix in (".mp4", ".srt", ".xml"):
            shutil.copy(path, folder)
    levels, times_s = grey_levels(20), np.arange(20) / 10
    write_pictures(folder / "vp8.webm", levels, times_s, codec="libvpx")
    write_pictures(folder / "mpeg4.avi", levels, times_s, codec="mpeg4")
    write_pictures(folder / "turned.mov", levels, times_s, rotation=90)
    _write_gif(folder / "moving.gif")
    tone = add_tone(write_clip(folder / "silent.mp4"), folder / "tone.mp4", 1.0)
    shutil.copy(tone, folder / "tone.m4v")
    tracks = [Subtitled("ass", SAID), Subtitled("srt", SAID, language="chi")]
    write_subtitled(folder / "tracks.mkv", tracks)
    write_subtitled(folder / "tracks.mp4", [Subtitled("mov_text", SAID, default=True)])
    texts = {"a.vtt": VTT, "a.ass": ASS, "a.ttml": TTML, "a.smi": SAMI, "a.sub": MICRODVD}
    texts |= {"a.txt": TRANSCRIPT, "a.json": json.dumps(COMMENTS, ensure_ascii=False)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _write_gif(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 80, 60, "rgb8"
        for level in grey_levels(10, 80, 60):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(level, format="rgb24")))
        container.mux(stream.encode(None))


def test_a_number_gives_the_same_file_again(corpus: Path) -> None:
    sources = corpus_in(corpus)
    cases = [case(sources, 1, number) for number in range(200)]
    assert cases == [case(sources, 1, number) for number in range(200)]
    assert cases[0] != case(sources, 2, 0)
    told = " ".join(each.told for each in cases)
    assert all(change.__name__.strip("_") in told for change in CHANGES)
    assert all(source.name in told for source in sources)


def test_a_process_that_dies_is_told_from_one_that_reads(tmp_path: Path) -> None:
    outcomes, (fault,) = survey(tmp_path / "missing", 1, range(3, 4))  # dies of its corpus
    assert outcomes == {"fault": 1} and fault.number == 3 and "ended with 1" in fault.told


def test_broken_files_are_read_or_refused(corpus: Path, pytestconfig: pytest.Config) -> None:
    count, seed = pytestconfig.getoption("mutations"), pytestconfig.getoption("seed")
    outcomes, faults = survey(corpus, seed, range(count))
    told = "\n".join(f"{fault.number} ({fault.file}): {fault.told}" for fault in faults)
    assert not faults, f"of seed {seed}:\n{told}"
    assert outcomes.total() == count
    assert min(outcomes["read"], outcomes["refused"]) > count / 10, "the files tell too little"
