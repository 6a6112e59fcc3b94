"""A user's own clips: a table that is right trains a model, one that is wrong is told by line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.clips import write_clip
from tests.training import tiny
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.training.data import face_clips, own_clips
from vidsent.training.data.own_clips import check, load_clips, read_table
from vidsent.training.expression.train import train_expression
from vidsent.training.options import SystemOptions


def _folder(path: Path, rows: list[str], header: str = "file,person,label,split") -> Path:
    """A folder whose table has these rows; every file it names but `absent.mp4` is there."""
    path.mkdir(exist_ok=True)
    (path / "labels.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    for row in rows:
        if (name := row.split(",")[0]) and name != "absent.mp4":
            (path / name).touch()
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four persons with two clips of a face each; the fourth is kept for the test."""
    path = tmp_path_factory.mktemp("clips") / "own"
    tiny.java_sed(path, actors=4)
    rows = [
        f"{actor:02}-01-{take:02}_01.mp4,person {actor},{label},{'test' if actor == 4 else ''}"
        for actor in range(1, 5)
        for take, label in ((1, "anger"), (2, "Happiness"))
    ]
    return _folder(path, rows)


def test_clips_are_read_as_java_sed_is(folder: Path, tmp_path: Path) -> None:
    clips = load_clips(folder, tmp_path)
    assert [clip.group for clip in clips] == [f"person {k}" for k in (1, 1, 2, 2, 3, 3, 4, 4)]
    assert {LABELS[clip.label] for clip in clips} == {"anger", "happiness"}
    assert [clip.split for clip in clips] == ["train"] * 6 + ["test"] * 2
    assert {clip.crops.shape for clip in clips} == {(5, 96, 96)}  # a black image comes first


def test_clips_are_cut_anew_only_when_table_or_file_changed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_clips(folder, tmp_path)
    cut: list[Path] = []
    monkeypatch.setattr(own_clips, "longest_track", lambda path, *_, **__: cut.append(path))
    assert len(load_clips(folder, tmp_path)) == 8
    assert not cut
    (folder / "01-01-01_01.mp4").touch()
    with pytest.raises(DataError, match="No face"):
        load_clips(folder, tmp_path)
    assert len(cut) == 8


def test_a_few_clips_alone_train_a_gru_over_the_shipped_cnn(folder: Path, tmp_path: Path) -> None:
    system = SystemOptions(clips=folder, augment="none")
    train_expression(None, tmp_path, device="cpu", epochs=1, limit=4, system=system)
    record = json.loads((tmp_path / "temporal.json").read_text())
    assert set(record["own_uar"]) == set(record["own_test_uar"]) == {"cnn", "gru", "gru_alone"}
    assert record["own_uar"]["gru"]["n"] == 6  # persons 1 to 3, each left out once
    assert sorted({row["actor"] for row in record["own_clips"]}) == [
        "person 1",
        "person 2",
        "person 3",
    ]
    assert (
        "own clips, 2 acted emotions, leave 1 actor out in 3"
        in record["own_uar"]["gru"]["protocol"]
    )
    assert record["own_test_uar"]["gru"]["n"] == 2
    assert (tmp_path / "expression_gru.safetensors").exists()
    assert "own clips" in (tmp_path / "expression_gru.safetensors").read_bytes()[:2000].decode(
        "latin-1"
    )


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("b.mp4,Ann,hapiness,", "did you mean happiness"),
        ("b.mp4,Ann,hunger,", "anger"),
        ("b.mp4,Ann,xyz,", "choose of"),
        ("absent.mp4,Ann,anger,", "absent.mp4"),
        ("b.mp4,,anger,", "no person"),
        ("b.mp4,Ann,,", "no label"),
        (",Ann,anger,", "no file"),
        ("b.mp4,Ann,anger,dev", "train, test"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: str, told: str) -> None:
    folder = _folder(tmp_path / "own", ["a.mp4,Ann,anger,", row])
    with pytest.raises(DataError, match=f"Line 3 of .*{told}"):
        read_table(folder)


def test_a_table_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """With the mark that Excel puts first, columns in another order and no split."""
    folder = _folder(tmp_path / "own", ["Ann, anger ,é.mp4"], "person,label,file")
    (folder / "é.mp4").touch()
    table = folder / "labels.csv"
    table.write_bytes("﻿".encode() + table.read_bytes())
    assert read_table(folder) == [own_clips.Row("é.mp4", "Ann", "anger", "train")]


def test_a_missing_table_or_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.csv"):
        read_table(tmp_path)
    with pytest.raises(DataError, match="lacks the column person"):
        read_table(_folder(tmp_path / "own", ["a.mp4,anger"], "file,label"))
    (tmp_path / "own" / "labels.csv").write_bytes("file,person,label\nü".encode("utf-16"))
    with pytest.raises(DataError, match="UTF-8"):
        read_table(tmp_path / "own")


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "own", ["a.mp4,Ann,anger,"])
    with pytest.raises(DataError, match=r"a\.mp4, named in"):
        load_clips(folder, tmp_path / "cache")


def test_a_clip_without_a_face_is_left_out_and_named(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = (folder / "labels.csv").read_text().splitlines()[1:]
    own = _folder(tmp_path / "own", [*rows, "plain.mp4,person 9,fear,"])
    for file in folder.glob("*.mp4"):
        (own / file.name).write_bytes(file.read_bytes())
    write_clip(own / "plain.mp4")
    assert len(load_clips(own, tmp_path / "cache")) == 8
    assert "plain.mp4" in caplog.text


@pytest.mark.parametrize(
    ("people", "labels", "splits", "told"),
    [
        ("aabb", "0101", "    ", "2 persons"),
        ("abc", "000", "   ", "1 emotion"),
        ("abcd", "0101", "tt  ", "2 persons"),
        ("abca", "0101", "   t", "both splits"),
    ],
)
def test_clips_that_prove_nothing_are_refused(
    people: str, labels: str, splits: str, told: str
) -> None:
    blank = np.zeros((96, 96), np.uint8)
    clips = [
        face_clips.make_clip(
            "clip", person, "test" if split == "t" else "train", int(label), [blank]
        )
        for person, label, split in zip(people, labels, splits, strict=True)
    ]
    with pytest.raises(DataError, match=told):
        check(clips)
