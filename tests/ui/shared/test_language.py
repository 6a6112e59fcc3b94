"""Both languages of the page."""

from __future__ import annotations

from string import Formatter

import pytest

from vidsent.core.options import Limits
from vidsent.core.progress import STAGES
from vidsent.ui.live import texts as live
from vidsent.ui.shared import FOLDER
from vidsent.ui.shared.language import EN, ZH, accepted, say, text_modules


def test_both_languages_say_the_same_things() -> None:
    assert EN.keys() == ZH.keys()
    for key in EN:
        blanks = [{field for _, field, *_ in Formatter().parse(each[key])} for each in (EN, ZH)]
        assert blanks[0] == blanks[1], key


def test_no_two_folders_say_the_same_key() -> None:
    assert len(EN) == sum(len(module.EN) for module in text_modules())


def test_every_text_is_used() -> None:
    modules = [path for path in FOLDER.rglob("*.py") if path.name != "texts.py"]
    sources = [*modules, *FOLDER.rglob("*.html")]
    source = "".join(path.read_text("utf-8") for path in sources)
    built = {f"promise_{area}" for area in ("player", "timeline", "moments", "words", "people")}
    built |= {f"lane_{lane}" for lane in ("affect", "channels", "shots", "subtitle", "danmaku")}
    built |= {
        "compare_share",
        "compare_seconds",
        *live.EN,
    }  # tests/ui/live/test_live.py asks of those
    built |= {f"plain_{kind}" for kind in ("peak", "turn", "disagreement")}
    built |= {f"doing_{stage}" for stage in (*STAGES, "player")}
    built |= {key for key in EN if key.startswith("of_")}
    built |= {f"why_{each}" for each in ("words", "translation", "meaning", "emotion", "picture")}
    named = {key for key in EN if f'"{key}"' in source or f"'{key}'" in source}
    assert EN.keys() - named - built - {"face", "subtitle", "danmaku"} == set()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("en;q=0.5, zh-TW;q=0.9", "zh"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("zh;q=much", "en"),
    ],
)
def test_the_browser_chooses_the_language(header: str | None, language: str) -> None:
    assert accepted(header) == language


def test_every_bound_is_told_before_the_upload() -> None:
    limits = Limits()
    clip = ("200\u00a0MB", f"{limits.duration_s / 60:.0f} ", "4096 × 2304", f"{limits.streams} ")
    words = {"en": ("10\u00a0MB", f"{limits.lines:,} lines"), "zh": ("10\u00a0MB", "20 万行")}
    for language in ("en", "zh"):
        assert all(bound in say("clip_hint", language) for bound in clip)
        assert all(bound in say("subtitles_hint", language) for bound in words[language])
