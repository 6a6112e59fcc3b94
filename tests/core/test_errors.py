"""What a visitor can meet is told in both languages, and survives the way between processes."""

from __future__ import annotations

import ast
import pickle
from collections import Counter
from pathlib import Path

import pytest

import vidsent
from vidsent.core import errors
from vidsent.core.errors import ClipError, SubtitleError, VidsentError
from vidsent.core.options import Limits
from vidsent.lines.subtitles import read_subtitles

PACKAGE = Path(vidsent.__file__).parent
NOT_A_VISITORS = {"cli", "training", "ui"}  # packages; what the last raises is told to programs
MET = {  # errors of a visitor's own files
    name
    for name, each in vars(errors).items()
    if isinstance(each, type) and issubclass(each, (ClipError, SubtitleError))
}


def raised() -> list[tuple[str, ast.Call]]:
    """Every error of MET that a visitor may meet, with its place."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] in NOT_A_VISITORS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MET:
                found.append((f"{path.name}:{call.lineno}", call))
    return found


def test_every_error_about_a_file_has_its_chinese() -> None:
    found = raised()
    assert len(found) > 10
    assert [
        place for place, call in found if "zh" not in {each.arg for each in call.keywords}
    ] == []


@pytest.mark.parametrize(("content", "said"), [(b"", "空文件"), (b"no video" * 99, "MP4")])
def test_a_broken_clip_is_told_in_both_languages(tmp_path: Path, content: bytes, said: str) -> None:
    clip = tmp_path / "片段.mp4"
    clip.write_bytes(content)
    with pytest.raises(ClipError) as caught:
        vidsent.analyze(clip)
    assert said in caught.value.message("zh") and "片段.mp4" in caught.value.message("zh")
    assert caught.value.message("en") == str(caught.value) != caught.value.message("zh")


def test_words_that_are_none_are_told_in_both_languages(tmp_path: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_bytes(b"\0\1\2" * 40)
    with pytest.raises(SubtitleError) as caught:
        read_subtitles(words, Limits(), Counter())
    assert "没有带时间的文字" in caught.value.message("zh-CN")


def test_an_error_comes_back_whole_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(ClipError("Too long. Cut it.", zh="太长，请剪短。")))
    assert (type(error), error.message("en"), error.message("zh")) == (
        ClipError,
        "Too long. Cut it.",
        "太长，请剪短。",
    )
    assert VidsentError("only English").message("zh") == "only English"
