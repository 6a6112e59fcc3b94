"""The ranking: meaning, the other language, emotion beside words, and moments that look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.small_clip import image_text_model
from vidsent.core.errors import ModelError
from vidsent.core.results import Analysis
from vidsent.library.library import Library
from vidsent.training.evaluation.search import (
    FILE,
    Planted,
    evaluate_search,
    plant,
    recall,
    reciprocal_rank,
)

Build = Callable[..., Analysis]


@pytest.fixture(scope="module")
def planted() -> Iterator[Planted]:
    """The half of the planted questions that everything was chosen on."""
    found = plant("dev")
    yield found
    found.library.close()


def first(library: Library, query: str, label: str | None = None) -> str:
    return library.search(query, label)[0].text


def test_what_is_meant_is_found_in_other_words(planted: Planted) -> None:
    hit = planted.library.search("housing costs went up")[0]
    assert hit.text.startswith("The landlord raised the rent") and hit.why == ("meaning",)
    assert hit.marks == ()


def test_a_question_finds_lines_in_the_other_language(planted: Planted) -> None:
    assert "救护车" in first(planted.library, "ambulance")
    hit = planted.library.search("楼上星期天早上钻孔")[0]
    assert hit.text.startswith("The people upstairs") and "translation" in hit.why
    assert "upstairs" in [hit.text[start:end] for start, end in hit.marks]


def test_an_emotion_decides_between_lines_on_one_topic(planted: Planted) -> None:
    assert "没有来" in first(planted.library, "悲伤的婚礼")
    by_words = {first(planted.library, "wedding", label) for label in ("happiness", "sadness")}
    assert len(by_words) == 2


def test_one_place_of_a_clip_is_one_hit(planted: Planted) -> None:
    hits = planted.library.search("", "anger", limit=50)
    places = [(hit.clip_id, hit.t_s) for hit in hits]
    assert all(
        one[0] != other[0] or abs(one[1] - other[1]) >= 3
        for index, one in enumerate(places)
        for other in places[:index]
    )


def test_what_nothing_speaks_for_is_not_found(planted: Planted) -> None:
    for query in ("zebra", "philosophy", "…?!", "钢琴"):
        assert not any("words" in hit.why for hit in planted.library.search(query))
    assert planted.library.search("…?!") == []


def test_the_halves_of_the_planted_set_share_no_sentence() -> None:
    rows = [row.split("\t") for row in FILE.read_text("utf-8").splitlines() if row[:1] != "#"]
    halves = [{row[-1] for row in rows if row[1] == half} for half in ("dev", "test")]
    assert not halves[0] & halves[1]
    assert sum(row[:2] == ["query", "test"] for row in rows) >= 60


def test_together_is_better_than_any_part_alone(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidsent.training.evaluation.search.plant", lambda half: planted)
    monkeypatch.setattr(planted.library, "close", lambda: None)  # others still ask it
    found = evaluate_search("dev").metrics
    for part in ("words", "vectors", "emotion"):
        assert found["fused_mrr"]["value"] > found[f"{part}_mrr"]["value"] + 0.1
    assert found["fused_recall_at_5_emotion"]["value"] > 0.9


def test_recall_and_rank_count_what_is_right() -> None:
    assert recall([True, False, True, False, False, True], answers=3) == pytest.approx(2 / 3)
    assert recall([True] * 5, answers=9) == 1
    assert reciprocal_rank([False, False, True]) == pytest.approx(1 / 3)
    assert reciprocal_rank([]) == 0


def scene(colour: tuple[int, int, int], seed: int) -> bytes:
    """A JPEG of a coloured sky over dark ground, with some noise."""
    noise = np.random.default_rng(seed).integers(0, 25, (90, 160, 3))
    picture = np.full((90, 160, 3), colour) + noise
    picture[60:] = noise[60:]
    return cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8))[1].tobytes()


@pytest.fixture
def two_looks(synthetic_analysis: Build) -> tuple[Analysis, Analysis]:
    """Two clips whose moments are red and blue in turn."""
    analysis = synthetic_analysis()
    found = []
    for clip in range(2):
        moments = tuple(
            replace(
                each, picture=scene((30, 30, 200) if index % 2 else (200, 30, 30), clip + index)
            )
            for index, each in enumerate(analysis.moments)
        )
        found.append(
            replace(analysis, clip=replace(analysis.clip, name=f"{clip}.mp4"), moments=moments)
        )
    return found[0], found[1]


def test_moments_that_look_alike_come_first(two_looks: tuple[Analysis, Analysis]) -> None:
    with Library() as library:
        one, other = (library.add(each) for each in two_looks)
        moments = two_looks[0].moments
        for index, moment in enumerate(moments):
            hit = library.like(one, moment.t_s)[0]  # the same moment of the other clip
            assert (hit.clip_id, hit.t_s) == (other, moment.t_s)
            assert "picture" in hit.why
            assert (moment.t_s, one) not in [
                (each.t_s, each.clip_id) for each in library.like(one, moment.t_s)
            ]
            assert index % 2 == [each.t_s for each in moments].index(hit.t_s) % 2


def test_pictures_are_searched_by_words_with_a_model_that_is_named(
    two_looks: tuple[Analysis, Analysis], tmp_path: Path
) -> None:
    with Library() as library:
        library.add(two_looks[0])
        with pytest.raises(ModelError, match="--image-text-model"):
            library.pictured("a red sky")
    named = image_text_model(tmp_path / "clip")
    with Library(image_text_model=str(named)) as library:
        library.add(two_looks[0])
        hits = library.pictured("a red sky")
        assert hits and all(hit.why == ("picture",) and hit.picture for hit in hits)
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True) and all(-1 <= each <= 1 for each in scores)
    with (
        Library(image_text_model=str(tmp_path / "nothing")) as library,
        pytest.raises(ModelError, match="cannot be loaded"),
    ):
        library.pictured("a red sky")
