"""What is held for one visitor."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from vidsent.core.errors import LibraryError, VidsentError
from vidsent.core.results import Analysis
from vidsent.timeline.identities import name_person
from vidsent.ui.session.result import Result, new_folder, write_result
from vidsent.ui.session.visitor import MAX_CLIPS, Visitor

Build = Callable[..., Analysis]


@pytest.fixture
def result(synthetic_analysis: Build, tmp_path: Path) -> Callable[[int], Result]:
    """Makes the result of an upload; each number another clip."""

    def make(number: int) -> Result:
        folder = new_folder()
        player = folder / "upload.mp4"
        player.write_bytes(b"%d" % number)
        return write_result(synthetic_analysis(name=f"{number}.mp4"), player, folder)

    return make


def test_a_clip_plays_after_its_upload_is_gone(result: Callable[[int], Result]) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.add(shown)
    shown.delete()
    (card,) = visitor.library.clips()
    player = visitor.library.player(card.id)
    assert player is not None and player.read_bytes() == b"1" and player != shown.player
    visitor.leave()
    assert not player.exists() and not player.parent.exists()
    with pytest.raises(VidsentError):
        visitor.library.clips()


def test_only_the_last_clips_are_held(result: Callable[[int], Result]) -> None:
    visitor = Visitor()
    for number in range(MAX_CLIPS + 2):
        visitor.add(result(number))
    cards = visitor.library.clips()
    assert [card.name for card in cards] == [
        f"{MAX_CLIPS + 1 - each}.mp4" for each in range(MAX_CLIPS)
    ]
    players = [visitor.library.player(card.id) for card in cards]
    assert players[0] is not None and len(list(players[0].parent.iterdir())) == MAX_CLIPS
    visitor.remove(cards[0].id)
    assert not players[0].exists()
    with pytest.raises(LibraryError):
        visitor.remove(cards[0].id)
    visitor.leave()


def test_what_is_shown_once_more_is_not_put_in_again(result: Callable[[int], Result]) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.add(shown)
    (card,) = visitor.library.clips()
    visitor.replayed = visitor.library.analysis(card.id)
    visitor.add(replace(shown, analysis=visitor.replayed))
    assert visitor.library.clips() == [card]
    visitor.leave()


def test_the_same_clip_again_takes_the_place_of_the_one_before(
    result: Callable[[int], Result],
) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.add(shown)
    visitor.add(shown.corrected(name_person(shown.analysis, 0, "Ana")))
    (card,) = visitor.library.clips()
    assert visitor.library.analysis(card.id).tracks[0].name == "Ana"
    player = visitor.library.player(card.id)
    assert player is not None and list(player.parent.iterdir()) == [player]
    visitor.leave()


def test_what_is_brought_back_as_it_was_found_is_so_in_the_library_too(
    result: Callable[[int], Result],
) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.add(shown)
    (card,) = visitor.library.clips()
    visitor.replayed = visitor.library.analysis(card.id)
    played = replace(shown, analysis=visitor.replayed)
    visitor.add(played)
    named = played.corrected(name_person(played.analysis, 0, "Ana"))
    visitor.add(named)
    visitor.add(named.corrected(played.analysis))
    assert visitor.library.analysis(card.id).tracks[0].name == ""
    visitor.leave()


def test_a_visitor_whom_gradio_drops_leaves_nothing(result: Callable[[int], Result]) -> None:
    visitor = Visitor()
    visitor.add(result(1))
    player = visitor.library.player(visitor.library.clips()[0].id)
    assert player is not None
    del visitor
    gc.collect()
    assert not player.parent.exists()


def test_two_visitors_find_only_their_own(result: Callable[[int], Result]) -> None:
    one, other = Visitor(), Visitor()
    one.add(result(1))
    assert one.library.search("wonderful") and other.library.search("wonderful") == []
    one.leave()
    other.leave()
