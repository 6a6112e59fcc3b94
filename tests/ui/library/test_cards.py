"""The cards of the Library tab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vidsent.core.results import Analysis
from vidsent.library.library import Library
from vidsent.ui.library.cards import hits_html

Build = Callable[..., Analysis]


def test_cards_escape_what_strangers_wrote(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    line = replace(analysis.lines[0], text='<img src=x onerror="alert(1)"> wonderful')
    with Library() as library:
        clip = replace(analysis.clip, name="<b>a.mp4")
        library.add(replace(analysis, clip=clip, lines=(line,), moments=()))
        html = hits_html([(True, hit) for hit in library.search("wonderful")], "t", "en")
    assert "<img src=x" not in html and "<b>a" not in html
    assert "<mark>wonderful</mark>" in html
