"""Tokens lie where they say they lie, and know what negates them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from vidsent.language.tokens import normal, tokens


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


def negated(text: str) -> list[str]:
    return [token.form for token in tokens(text) if token.negated]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I’m SOOOO happy", ["i'm", "soo", "happy"]),
        ("我很难过", ["我", "很", "难过"]),
        ("哈哈哈哈哈哈", ["哈哈哈", "哈哈哈"]),
        ("hahahaha", ["haha"]),
        ("2333333 6666", ["233", "666"]),
        ("[怒] 走", ["[怒]", "走"]),
        ("so sad 😢 :( <3", ["so", "sad", "😢", ":(", "<3"]),
        ("see https://example.org/love @happy_user [NAME]", ["see"]),
        ("éclair déjà", ["éclair", "déjà"]),
        ("1928, 42 %", []),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am not happy", ["happy"]),
        ("she never really loved him", ["really", "loved", "him"]),
        ("not here, happy", ["here"]),  # a comma ends it
        ("no, happy", []),
        ("can't wait to see you", []),
        ("not only good", []),
        ("don't you love it", []),
        ("couldn't be happier", []),
        ("not a gangster😂", ["a", "gangster"]),
        ("我不开心", ["开心"]),
        ("没有那么开心", ["那么", "开心"]),
        ("别生气", ["生气"]),  # one word in jieba's dictionary
        ("不得不走", []),
    ],
)
def test_negation(text: str, expected: list[str]) -> None:
    assert negated(text) == expected


def test_a_pause_parts_phrases() -> None:
    assert [token.joins for token in tokens("shut up, please")] == [False, True, False]


def test_normal_spelling_of_a_phrase() -> None:
    assert normal("Shut UP") == "shut up"
    assert normal("哈哈哈哈") == "哈哈哈"


@given(st.text(alphabet=st.sampled_from("not happy可爱不开心[怒]😂2336:)<3'’,.!\n@a"), max_size=80))
def test_offsets_slice_back_to_the_token(text: str) -> None:
    found = tokens(text)
    assert all(normal(text[token.start : token.end]) == token.form for token in found)
    ends = [0, *(token.end for token in found)]
    assert all(token.start >= end for token, end in zip(found, ends, strict=False))


def test_jieba_is_silent_and_leaves_no_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "from vidsent.language.tokens import tokens; tokens('我很难过')",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert not list(tmp_path.iterdir())
