"""Examples: all there, and analysed once."""

from __future__ import annotations

from vidsent.ui.examples import Shelf, load_examples


def test_every_example_has_what_the_page_shows_of_it() -> None:
    examples = load_examples()
    assert len(examples) >= 3
    for example in examples:
        assert example.clip.is_file() and example.poster.startswith(b"\xff\xd8")
        assert all(path.is_file() for path in example.subtitles.values())
        assert example.title.keys() == example.credit.keys() == {"en", "zh"}


def test_an_example_is_analysed_once_in_each_language() -> None:
    shelf = Shelf([each for each in load_examples() if each.clip.stem == "words"])
    told: list[str] = []
    first = shelf.analysis(0, "en", lambda stage, done: told.append(stage))
    assert told
    told.clear()
    assert shelf.analysis(0, "en", lambda stage, done: told.append(stage)) is first
    assert told == []
    chinese = shelf.analysis(0, "zh")
    assert {line.language for line in chinese.lines} == {"zh"}
