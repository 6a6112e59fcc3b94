"""The library: clips come and go, are found by their words, and a file keeps them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vidsent.core.errors import LibraryError
from vidsent.core.results import Analysis
from vidsent.library.library import Library

Build = Callable[..., Analysis]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A file that stands for a clip; a library never opens it."""
    path = tmp_path / "a clip.mp4"
    path.write_bytes(b"pictures")
    return path


def test_a_clip_comes_back_as_it_was_put_in(synthetic_analysis: Build, clip: Path) -> None:
    analysis = synthetic_analysis()
    with Library() as library:
        clip_id = library.add(analysis, clip)
        assert [(card.id, card.name) for card in library.clips()] == [(clip_id, "holiday.mp4")]
        assert library.analysis(clip_id).to_json() == analysis.to_json()
        assert library.player(clip_id) == clip


def test_the_same_clip_again_takes_the_place_of_the_first(
    synthetic_analysis: Build, clip: Path
) -> None:
    with Library() as library:
        first = library.add(synthetic_analysis(), clip)
        assert library.add(synthetic_analysis(lines=()), clip) == first
        assert len(library.clips()) == 1
        assert library.analysis(first).lines == ()
        assert library.search("wonderful") == []


def test_a_removed_clip_is_found_no_more(synthetic_analysis: Build) -> None:
    with Library() as library:
        clip_id = library.add(synthetic_analysis())
        assert library.search("wonderful")
        library.remove(clip_id)
        assert library.clips() == [] and library.search("wonderful") == []
        for ask in (library.remove, library.analysis):
            with pytest.raises(LibraryError, match="no clip"):
                ask(clip_id)
        assert library.player(clip_id) is None


def test_words_are_found_in_english_and_chinese_and_marked(synthetic_analysis: Build) -> None:
    with Library() as library:
        library.add(synthetic_analysis())
        for query, t_s, word in (("Wonderful DAYS", 7.0, "wonderful"), ("走了", 13.0, "走")):
            hit = library.search(query)[0]
            assert hit.t_s == pytest.approx(t_s, abs=2.0) and "words" in hit.why
            assert word in [hit.text[start:end] for start, end in hit.marks]


def test_an_emotion_is_found_where_it_was_felt(synthetic_analysis: Build) -> None:
    with Library() as library:
        library.add(synthetic_analysis())
        for query, label in (("sad", None), ("悲伤的", None), ("", "sadness")):
            hit = library.search(query, label)[0]
            assert hit.label == "sadness" and 12 <= hit.t_s <= 18 and hit.why == ("emotion",)
            assert hit.picture.startswith(b"\xff\xd8")
        with pytest.raises(ValueError, match="one of anger"):
            library.search("", "joy")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.one_of(st.text(), st.text("\"*()^:-+{}NEAR ANDOT'\x00;happy难过")))
def test_no_query_is_an_error(full: Library, query: str) -> None:
    for hit in full.search(query):
        assert hit.why and all(0 <= start < end <= len(hit.text) for start, end in hit.marks)


@pytest.fixture(scope="module")
def full() -> Library:
    """A library with one clip."""
    from tests.builders import synthetic_analysis

    library = Library()
    library.add(synthetic_analysis())
    return library


def test_two_threads_may_write_and_search(synthetic_analysis: Build) -> None:
    analyses = [synthetic_analysis(name=f"{number}.mp4") for number in range(12)]
    with Library() as library, ThreadPoolExecutor(4) as pool:
        found = [pool.submit(library.search, "wonderful") for _ in range(12)]
        ids = list(pool.map(library.add, analyses))
        assert all(hit.text.startswith("What a") for each in found for hit in each.result())
        assert {card.id for card in library.clips()} == set(ids) and len(set(ids)) == 12
        list(pool.map(library.remove, ids))
        assert library.search("wonderful") == []


def test_a_kept_library_is_there_when_it_is_opened_again(
    synthetic_analysis: Build, clip: Path, tmp_path: Path
) -> None:
    path = tmp_path / "kept.library"
    with Library(path) as library:
        clip_id = library.add(synthetic_analysis(), clip)
    clip.unlink()  # the library has its own copy
    with Library(path) as library:
        player = library.player(clip_id)
        assert player is not None and player.read_bytes() == b"pictures"
        assert player.parent == tmp_path / "kept.library.clips" and clip.stem not in player.name
        np.testing.assert_array_equal(library.search("wonderful")[0].probs.shape, (7,))
        player.unlink()
        assert library.player(clip_id) is None and library.search("wonderful")
        library.remove(clip_id)


def test_a_file_that_is_no_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, other, newer = (tmp_path / name for name in ("notes.txt", "other.db", "newer.db"))
    text.write_text("no database, but long enough to be read as one" * 100)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()
    Library(newer).close()
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for path, told in ((text, "Name another"), (other, "no library"), (newer, "Update vidsent")):
        before = path.read_bytes()
        with pytest.raises(LibraryError, match=told):
            Library(path)
        assert path.read_bytes() == before
    with pytest.raises(LibraryError, match="Name another"):
        Library(tmp_path / "nowhere" / "kept.library")
