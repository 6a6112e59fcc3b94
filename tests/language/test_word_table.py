"""The table of words: phrases, negation, sums, and its own file format."""

from __future__ import annotations

import numpy as np
import pytest

from vidsent.core.calibration import Calibration
from vidsent.core.emotions import LABELS, NEUTRAL, NUM_LABELS
from vidsent.core.errors import ModelError
from vidsent.language.word_table import WordTable, dump, negate, parse, shipped, sums


def row(**weights: float) -> np.ndarray:
    return np.array([weights.get(label, 0.0) for label in LABELS])


TABLE = WordTable(
    {
        "happy": row(happiness=2.0, sadness=-1.0, neutral=-1.0),
        "shut up": row(anger=3.0),
        "shut": row(anger=1.0),
        "难过": row(sadness=2.5),
        "不 开心": row(sadness=1.5),
        "😂": row(happiness=1.0),
    },
    {
        "en": Calibration(0.9, np.linspace(-1, 1, NUM_LABELS)),
        "zh": Calibration(1.1, np.zeros(NUM_LABELS)),
    },
)


def test_a_phrase_replaces_its_words() -> None:
    text = "Shut up and be happy"
    assert [text[e.start : e.end] for e in TABLE.evidence(text)] == ["Shut up", "happy"]
    assert [e.form for e in TABLE.evidence("shut, up")] == ["shut"]
    assert [e.form for e in TABLE.evidence("我不开心")] == ["不 开心"]


def test_letters_may_be_left_out() -> None:
    assert [e.form for e in TABLE.evidence("happy 😂 难过", alphabetic=False)] == ["😂"]


def test_a_word_counts_once_and_many_words_count_less_than_their_sum() -> None:
    once, twice = (TABLE.evidence(text) for text in ("happy", "happy happy"))
    np.testing.assert_allclose(sums(once), sums(twice))
    both = sums(TABLE.evidence("happy 😂"))[LABELS.index("happiness")]
    assert 2.0 < both < 3.0
    assert not sums([]).any()


def test_negated_happiness_turns_to_sadness_and_negated_fear_to_neutral() -> None:
    turned = negate(TABLE.weights["happy"])
    assert turned[LABELS.index("happiness")] <= 0
    assert LABELS[int(turned.argmax())] == "sadness"
    assert int(negate(row(fear=3.0)).argmax()) == NEUTRAL


def test_probabilities_sum_to_one_and_follow_the_evidence() -> None:
    probs = TABLE.calibrations["zh"].probs(np.stack([row(anger=5.0), row()]))
    np.testing.assert_allclose(probs.sum(1), 1)
    assert int(probs[0].argmax()) == LABELS.index("anger")


def test_the_file_round_trips() -> None:
    languages = {"难过": "zh", "不 开心": "zh", "😂": "any"}
    text = dump(TABLE, {word: languages.get(word, "en") for word in TABLE.weights})
    again = parse(text)
    assert again.weights.keys() == TABLE.weights.keys()
    for word, weights in TABLE.weights.items():
        np.testing.assert_allclose(again.weights[word], weights, atol=0.005)
    for language, calibration in TABLE.calibrations.items():
        np.testing.assert_allclose(again.calibrations[language].bias, calibration.bias, atol=1e-4)
        assert again.calibrations[language].scale == pytest.approx(calibration.scale, abs=1e-4)


def test_another_file_is_refused() -> None:
    with pytest.raises(ModelError, match="columns"):
        parse("word\tweight\nhappy\t1\n")


def test_the_shipped_table_holds_words_and_no_sentence() -> None:
    table = shipped()
    assert set(table.calibrations) == {"en", "zh"}
    assert len(table.weights) > 500
    assert all(len(word.split()) <= 2 and len(word) <= 30 for word in table.weights)
    assert all(
        np.isfinite(weights).all() and weights[NEUTRAL] <= 0 for weights in table.weights.values()
    )
