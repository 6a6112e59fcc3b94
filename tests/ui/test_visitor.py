"""What is held for one visitor, and the endpoint that searches what is no visitor's."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gradio import Error

from vidsent.core.errors import LibraryError, VidsentError
from vidsent.core.results import Analysis
from vidsent.library.library import Library
from vidsent.timeline.identities import name_person
from vidsent.ui.endpoint_search import search_endpoint
from vidsent.ui.examples import FOLDER, Shelf, load_examples
from vidsent.ui.library_view import hits_html
from vidsent.ui.shown import Shown, new_folder, show
from vidsent.ui.visitor import MOST, Visitor

Build = Callable[..., Analysis]


@pytest.fixture
def result(synthetic_analysis: Build, tmp_path: Path) -> Callable[[int], Shown]:
    """Makes the result of an upload; each number another clip."""

    def make(number: int) -> Shown:
        folder = new_folder()
        player = folder / "upload.mp4"
        player.write_bytes(b"%d" % number)
        return show(synthetic_analysis(name=f"{number}.mp4"), player, folder)

    return make


def test_a_clip_plays_after_its_upload_is_gone(result: Callable[[int], Shown]) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.remember(shown)
    shown.forget()
    (card,) = visitor.library.clips()
    player = visitor.library.player(card.id)
    assert player is not None and player.read_bytes() == b"1" and player != shown.player
    visitor.leave()
    assert not player.exists() and not player.parent.exists()
    with pytest.raises(VidsentError):
        visitor.library.clips()


def test_only_the_last_clips_are_held(result: Callable[[int], Shown]) -> None:
    visitor = Visitor()
    for number in range(MOST + 2):
        visitor.remember(result(number))
    cards = visitor.library.clips()
    assert [card.name for card in cards] == [f"{MOST + 1 - each}.mp4" for each in range(MOST)]
    players = [visitor.library.player(card.id) for card in cards]
    assert players[0] is not None and len(list(players[0].parent.iterdir())) == MOST
    visitor.remove(cards[0].id)
    assert not players[0].exists()
    with pytest.raises(LibraryError):
        visitor.remove(cards[0].id)
    visitor.leave()


def test_what_is_shown_once_more_is_not_put_in_again(result: Callable[[int], Shown]) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.remember(shown)
    (card,) = visitor.library.clips()
    visitor.replayed = visitor.library.analysis(card.id)
    visitor.remember(replace(shown, analysis=visitor.replayed))
    assert visitor.library.clips() == [card]
    visitor.leave()


def test_the_same_clip_again_takes_the_place_of_the_one_before(
    result: Callable[[int], Shown],
) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.remember(shown)
    visitor.remember(shown.corrected(name_person(shown.analysis, 0, "Ana")))
    (card,) = visitor.library.clips()
    assert visitor.library.analysis(card.id).tracks[0].name == "Ana"
    player = visitor.library.player(card.id)
    assert player is not None and list(player.parent.iterdir()) == [player]
    visitor.leave()


def test_what_is_brought_back_as_it_was_found_is_so_in_the_library_too(
    result: Callable[[int], Shown],
) -> None:
    visitor, shown = Visitor(), result(1)
    visitor.remember(shown)
    (card,) = visitor.library.clips()
    visitor.replayed = visitor.library.analysis(card.id)
    played = replace(shown, analysis=visitor.replayed)
    visitor.remember(played)
    named = played.corrected(name_person(played.analysis, 0, "Ana"))
    visitor.remember(named)
    visitor.remember(named.corrected(played.analysis))
    assert visitor.library.analysis(card.id).tracks[0].name == ""
    visitor.leave()


def test_a_visitor_whom_gradio_drops_leaves_nothing(result: Callable[[int], Shown]) -> None:
    visitor = Visitor()
    visitor.remember(result(1))
    player = visitor.library.player(visitor.library.clips()[0].id)
    assert player is not None
    del visitor
    gc.collect()
    assert not player.parent.exists()


def test_two_visitors_find_only_their_own(result: Callable[[int], Shown]) -> None:
    one, other = Visitor(), Visitor()
    one.remember(result(1))
    assert one.library.search("wonderful") and other.library.search("wonderful") == []
    one.leave()
    other.leave()


def test_cards_escape_what_strangers_wrote(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    line = replace(analysis.lines[0], text='<img src=x onerror="alert(1)"> wonderful')
    with Library() as library:
        clip = replace(analysis.clip, name="<b>a.mp4")
        library.add(replace(analysis, clip=clip, lines=(line,), moments=()))
        html = hits_html([(True, hit) for hit in library.search("wonderful")], "t", "en")
    assert "<img src=x" not in html and "<b>a" not in html
    assert "<mark>wonderful</mark>" in html


def test_the_endpoint_searches_the_kept_library_or_else_the_examples(
    synthetic_analysis: Build,
) -> None:
    with Library() as library:
        library.add(synthetic_analysis(name="kept.mp4"))
        kept = search_endpoint(library, Shelf(()))
        (found, *_) = kept("wonderful", "", 3)
        assert found["clip"] == "kept.mp4" and found["why"][0] == "words"
        assert found["probs"].keys() >= {"happiness", "neutral"} and "picture" not in found
        assert len(kept("", "happiness", 1)) == 1
        with pytest.raises(Error, match="anger, disgust"):
            kept("", "joy", 1)
    examples = search_endpoint(None, Shelf(load_examples()))
    names = {each["clip"] for each in examples("我好难过", "", 10) + examples("sad", "", 10)}
    assert names <= {path.name for path in FOLDER.glob("*.mp4")} and names
