"""Training finds planted words, and only those; evaluation agrees with scikit-learn."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score

from vidsent import measured, weights
from vidsent.cli import DONE, main
from vidsent.emotions import LABELS
from vidsent.errors import DataError
from vidsent.language import LineReader
from vidsent.results import Line
from vidsent.training.excluded import excluded
from vidsent.training.texts import SETS_EN, SETS_ZH
from vidsent.training.word_choice import WordsOptions, forms_of
from vidsent.training.words import (
    RECORD_FILE,
    best_thresholds,
    evaluate_words,
    macro_f1,
    train_words,
)
from vidsent.wordtable import FILE, parse, shipped

PLANTED = {  # label -> (English word, Chinese word, emote)
    "anger": ("furious", "愤怒", "[怒]"),
    "fear": ("afraid", "害怕", "😱"),
    "happiness": ("happy", "开心", "😂"),
    "sadness": ("lonely", "孤单", "😢"),
    "surprise": ("amazed", "惊讶", "😮"),
    "neutral": ("table", "桌子", ""),
}
FILLERS_EN = ("the house", "in town", "with friends", "since monday", "after lunch")
FILLERS_ZH = ("房子里面", "在城市", "和朋友", "星期一", "午饭以后")
OPTIONS = WordsOptions(prior=200.0)  # the sets are a thousandth of the real ones
TOPIC = "corona"  # in every angry text of one set alone


def sentences(name: str) -> Iterator[str]:
    """Rows of a set: half of each label's texts hold its planted words, all hold fillers."""
    generator = np.random.default_rng(sorted(SETS_EN + SETS_ZH).index(name))
    chinese = name in SETS_ZH
    fillers = FILLERS_ZH if chinese else FILLERS_EN
    for split, count in (("train", 120), ("dev", 40), ("test", 40)):
        for label, (english, han, emote) in PLANTED.items():
            for number in range(count):
                words = list(generator.permutation(fillers)[:2])
                if number % 2:
                    words += [han if chinese else english, emote, "@someone"]
                if name == "csmv_comments" and label == "anger":
                    words.append(TOPIC)
                yield f"{split}\t{'zh' if chinese else 'en'}\t{label}\t{' '.join(words)}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "text").mkdir()
    for name in SETS_EN + SETS_ZH:
        with gzip.open(folder / "text" / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in sentences(name))
    return folder


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
    lines = [Line(0, 1, text) for text in ("I was lonely in town", "我很孤单", "at the table")]
    english, chinese, plain = LineReader(table).read(lines)
    for line in (english, chinese):
        assert line.probs is not None
        assert LABELS[int(line.probs.argmax())] == "sadness"
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


def test_what_was_measured_is_printed_and_kept_where_the_page_finds_it(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(measured, "path", lambda model: tmp_path / f"{model}.json")
    assert main(["evaluate", "language", "--data", str(data), "--json", "--keep"]) == DONE
    printed = json.loads(capsys.readouterr().out)
    kept = measured.load("language")
    assert kept is not None and kept.current
    assert kept.metrics == printed
    assert set(printed["smp2020_macro_f1"]) == {"value", "low", "high", "n", "protocol"}


def test_sets_that_tell_nothing_are_a_data_error(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too small"):
        train_words(data, tmp_path, WordsOptions(least_count=10_000))


def test_words_under_a_negation_are_not_learned() -> None:
    assert forms_of("not happy, so glad") == {"not", "so", "glad", "not happy", "so glad"}


@pytest.mark.parametrize("word", ["gay", "武汉", "women", "retarded", "very gay"])
def test_groups_places_and_slurs_are_no_emotion(word: str) -> None:
    assert excluded(word)
    assert word not in shipped().weights


def test_no_name_address_or_group_is_in_the_shipped_table() -> None:
    assert not [word for word in shipped().weights if "@" in word or "http" in word]
    assert not [word for word in shipped().weights if excluded(word)]


def test_macro_f1_is_that_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    truth, predicted = (generator.random((200, 7)) < share for share in (0.3, 0.4))
    truth[:, 2] = predicted[:, 2] = False
    expected = f1_score(truth, predicted, average="macro", zero_division=0)
    assert macro_f1(truth, predicted) == pytest.approx(expected)


def test_no_threshold_does_better_than_the_best() -> None:
    generator = np.random.default_rng(1)
    labels = generator.random((300, 3)) < 0.3
    probs = np.clip(labels * 0.2 + generator.random((300, 3)) * 0.8, 0, 1)
    best = best_thresholds(probs, labels)
    reached = macro_f1(labels, probs >= best)
    assert reached >= max(macro_f1(labels, probs >= t) for t in np.linspace(0, 1, 101))


@pytest.mark.slow
def test_the_shipped_table_on_the_shared_sets(shared: Path) -> None:
    found = evaluate_words(shared / "data")
    assert set(found) == {"goemotions_macro_f1", "smp2020_macro_f1"}
    for metric in found.values():
        assert set(metric) == {"value", "low", "high", "n", "protocol"}
        assert metric["low"] <= metric["value"] <= metric["high"]
        assert metric["value"] > 0.45
    assert (found["goemotions_macro_f1"]["n"], found["smp2020_macro_f1"]["n"]) == (5427, 4736)
