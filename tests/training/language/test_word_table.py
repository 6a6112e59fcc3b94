"""Training finds planted words, and only those."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import planted_texts
from tests.planted_texts import PLANTED
from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.language.line_reader import read_by_words
from vidsent.language.word_table import FILE, parse, shipped
from vidsent.training.language.word_selection import WordsOptions, forms_of, is_stop_word
from vidsent.training.language.word_table import RECORD_FILE, train_words

OPTIONS = WordsOptions(prior=200.0)  # the sets are a thousandth of the real ones


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_texts.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def out(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    train_words(data, folder, OPTIONS)
    return folder


def test_planted_words_and_no_other_enter_the_table(out: Path) -> None:
    table = parse((out / FILE).read_text())
    words = {word for label, row in PLANTED.items() for word in row if label != "neutral"}
    assert set(table.weights) == words
    for label, planted in PLANTED.items():
        for word in planted:
            if label != "neutral":
                assert LABELS[int(table.weights[word].argmax())] == label, word


def test_the_table_reads_lines_of_its_language(out: Path) -> None:
    table = parse((out / FILE).read_text())
    lines = [("I was lonely in town", "en"), ("我很孤单", "zh"), ("at the table", "en")]
    found = read_by_words(lines, table)
    english, chinese, plain = found.values()
    for reading in (english, chinese):
        assert reading.probs is not None
        assert LABELS[int(reading.probs.argmax())] == "sadness"
    assert plain.probs is None


def test_the_run_is_recorded_and_repeatable(data: Path, out: Path, tmp_path: Path) -> None:
    train_words(data, tmp_path, OPTIONS)
    assert (tmp_path / FILE).read_bytes() == (out / FILE).read_bytes()
    assert json.loads((out / RECORD_FILE).read_text())["options"]["prior"] > 0


def test_shipping_enters_the_checksum(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "assets", lambda: tmp_path / "assets")
    weights._manifest.cache_clear()
    try:
        train_words(data, tmp_path, OPTIONS, ship=True)
        assert weights.read_bytes(FILE) == (tmp_path / FILE).read_bytes()
    finally:
        weights._manifest.cache_clear()


def test_sets_that_tell_nothing_are_a_data_error(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too small"):
        train_words(data, tmp_path, WordsOptions(min_count=10_000))


def test_words_under_a_negation_are_not_learned() -> None:
    assert forms_of("not happy, so glad") == {"not", "so", "glad", "not happy", "so glad"}


@pytest.mark.parametrize("word", ["gay", "武汉", "women", "retarded", "very gay"])
def test_groups_places_and_slurs_are_no_emotion(word: str) -> None:
    assert is_stop_word(word)
    assert word not in shipped().weights


def test_no_name_address_or_group_is_in_the_shipped_table() -> None:
    assert not [word for word in shipped().weights if "@" in word or "http" in word]
    assert not [word for word in shipped().weights if is_stop_word(word)]
