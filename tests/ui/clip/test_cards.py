"""The cards of a result: escaped, complete, and leading where they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.builders import spoken_lines
from vidsent.core.results import Analysis, Keyword, Line, Word
from vidsent.reports import templating
from vidsent.ui.clip.moments.moments import moments_html
from vidsent.ui.clip.people.people import people_html
from vidsent.ui.clip.verdict.verdict import notes_html, verdict_html
from vidsent.ui.clip.words.words import words_html
from vidsent.ui.shared.language import say

Build = Callable[..., Analysis]
EVIL = '<img src=x onerror="alert(1)">'


def test_cards_escape_what_strangers_wrote(synthetic_analysis: Build) -> None:
    word = Word(0, len(EVIL), EVIL, "fear", 1.0)
    line = Line(1.0, 2.0, f"{EVIL} said", probs=spoken_lines()[0].probs, words=(word,))
    analysis = replace(
        synthetic_analysis(name=f"{EVIL}.mp4", lines=(line,)),
        keywords=(Keyword(EVIL, "fear", 1.0, "en", (1.0,)),),
    )
    analysis = replace(
        analysis, tracks=tuple(replace(track, name=EVIL) for track in analysis.tracks)
    )
    for language in ("en", "zh"):
        page = "".join(
            fill(analysis, language)
            for fill in (verdict_html, moments_html, words_html, people_html, notes_html)
        )
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_what_can_be_clicked_leads_to_its_time(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    sought = re.findall(r'class="moment[^>]*data-seek="([\d.]+)"', moments_html(analysis, "en"))
    assert [float(each) for each in sought] == pytest.approx(
        [moment.t_s for moment in analysis.moments], abs=1e-3
    )
    chips = re.findall(r'class="chip"[^>]*data-seek="([\d.]+)"', words_html(analysis, "en"))
    assert [float(each) for each in chips] == [word.times_s[0] for word in analysis.keywords]


def test_a_row_offers_all_others_but_itself(synthetic_analysis: Build) -> None:
    (track,) = synthetic_analysis().tracks
    alone = people_html(synthetic_analysis(), "en")
    assert 'name="name"' in alone and "<select" not in alone
    assert say("as_found", "en") not in alone
    both = synthetic_analysis(tracks=(track, replace(track, id=4, seen=0.2, name="Ana")))
    first, second = re.findall(r"<select.*?</select>", people_html(both, "zh", True), re.DOTALL)
    options = re.compile(r'<option value="(\d*)">([^<]*)')
    nobody = ("", say("nobody", "zh"))
    assert options.findall(first) == [nobody, ("4", "Ana")]
    assert options.findall(second) == [nobody, (str(track.id), "人物 A")]
    assert say("as_found", "zh") in people_html(both, "zh", True)


def test_a_long_transcript_shows_its_emotional_lines(synthetic_analysis: Build) -> None:
    dull = tuple(Line(float(at), at + 0.5, f"line {at}") for at in range(1_000))
    shown = templating.shown_lines((*dull, replace(spoken_lines()[0], start_s=2_000.0)))
    assert len(shown) == templating.LINES
    assert shown[-1].words
    assert [line.start_s for line in shown] == sorted(line.start_s for line in shown)
    page = words_html(synthetic_analysis(lines=dull), "en")
    assert say("more_lines", "en", n=1_000 - templating.LINES) in page


def test_nothing_seen_has_words_for_it(synthetic_analysis: Build) -> None:
    empty = synthetic_analysis(tracks=(), lines=())
    assert say("no_people", "en") in people_html(empty, "en")
    assert say("no_words", "zh") in words_html(empty, "zh")
    assert say("no_moments", "en") in moments_html(empty, "en")


def test_a_transcript_with_marked_words_is_not_called_unfeeling(synthetic_analysis: Build) -> None:
    marked = replace(synthetic_analysis(), keywords=())
    assert say("no_feeling", "en") not in words_html(marked, "en")
    plain = synthetic_analysis(lines=(Line(1.0, 2.0, "The taxi comes at nine."),))
    assert say("no_feeling", "en") in words_html(plain, "en")


def test_a_comment_of_many_viewers_says_of_how_many(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    crowd = replace(analysis.lines[0], kind="danmaku", count=12)
    shown = words_html(replace(analysis, lines=(crowd, analysis.lines[1])), "en")
    assert shown.count("×") == 1 and "×12" in shown
