"""Both languages of the page."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from vidsent.ui import render
from vidsent.ui.text import EN, ZH, spoken


def test_both_languages_say_the_same_things() -> None:
    assert EN.keys() == ZH.keys()
    for key in EN:
        blanks = [{field for _, field, *_ in Formatter().parse(each[key])} for each in (EN, ZH)]
        assert blanks[0] == blanks[1], key


def test_every_text_is_said_somewhere() -> None:
    ui = Path(render.__file__).parent
    source = "".join(
        path.read_text("utf-8") for path in [*ui.glob("*.py"), *ui.glob("templates/*.html")]
        if path.name != "text.py"
    )  # fmt: skip
    unsaid = [key for key in EN if f'"{key}"' not in source and f"'{key}'" not in source]
    assert [key for key in unsaid if not key.startswith("promise_")] == []


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
    assert spoken(header) == language
