"""The command `search`, and `analyze --library` that fills what it searches."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clips import write_smile
from vidsent.cli.main import BAD_INPUT, DONE, main
from vidsent.core.results import Analysis
from vidsent.library.library import Library

Build = Callable[..., Analysis]


@pytest.fixture
def kept(synthetic_analysis: Build, tmp_path: Path) -> str:
    """A kept library with one clip."""
    path = tmp_path / "kept.library"
    with Library(path) as library:
        library.add(synthetic_analysis())
    return str(path)


def test_words_and_an_emotion_are_found(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "wonderful", "--library", kept]) == DONE
    assert capsys.readouterr().out.startswith("holiday.mp4 0:0")
    assert main(["search", "--emotion", "sadness", "--library", kept, "--json"]) == DONE
    hits = json.loads(capsys.readouterr().out)
    assert hits[0]["label"] == "sadness" and hits[0]["probs"]["sadness"] > 0.5
    assert main(["search", "zebra", "--library", kept]) == DONE
    assert "Nothing found" in capsys.readouterr().out


def test_moments_like_one_are_found(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--like", "holiday.mp4@9", "--library", kept, "--limit", "2"]) == DONE
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], "Say what to look for"),
        (["--like", "other.mp4@1"], "It holds: holiday.mp4"),
        (["x", "--pictures"], "--image-text-model"),
    ],
)
def test_what_cannot_be_asked_is_told(
    kept: str, asked: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", *asked, "--library", kept]) == BAD_INPUT
    assert told in capsys.readouterr().err


def test_a_library_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.library"
    assert main(["search", "x", "--library", str(path)]) == BAD_INPUT
    assert "analyze CLIP --library" in capsys.readouterr().err and not path.exists()


def test_analysing_puts_the_clip_into_a_library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, path = write_smile(tmp_path / "smile.mp4"), tmp_path / "kept.library"
    for _ in range(2):  # the second takes the place of the first
        assert main(["analyze", str(clip), "--library", str(path), "--rate", "2"]) == DONE
    assert "kept as" in capsys.readouterr().err
    clip.unlink()
    with Library(path) as library:
        (card,) = library.clips()
        player = library.player(card.id)
        assert card.name == "smile.mp4" and player is not None and player.stat().st_size > 0
    text = tmp_path / "notes.txt"
    text.write_text("no library" * 1000)
    assert main(["analyze", str(player), "--library", str(text)]) == BAD_INPUT
