"""Examples: all there, and analysed once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vidsent
from tests.clips import write_clip
from vidsent.analysis import model_versions
from vidsent.core.errors import Cancelled
from vidsent.core.progress import Step
from vidsent.core.results import Analysis
from vidsent.ui.media.examples import Example, ExampleStore, load_examples, shipped_path


def test_every_example_has_what_the_page_shows_of_it() -> None:
    examples = load_examples()
    assert len(examples) >= 3
    for example in examples:
        assert example.clip.is_file() and example.poster.startswith(b"\xff\xd8")
        assert all(path.is_file() for path in example.subtitles.values())
        assert example.title.keys() == example.credit.keys() == {"en", "zh"}


def test_shipped_analyses_are_what_the_shipped_models_say() -> None:
    examples = load_examples()
    for example in examples:
        for language in example.subtitles:
            shipped = Analysis.from_json(shipped_path(example.clip, language).read_text("utf-8"))
            assert shipped.models == model_versions()
    example = examples[-1]
    shipped = Analysis.from_json(shipped_path(example.clip, "en").read_text("utf-8"))
    fresh = vidsent.analyze(example.clip, example.subtitles["en"])
    assert shipped.verdict.label == fresh.verdict.label
    assert [each.label for each in shipped.moments] == [each.label for each in fresh.moments]
    assert shipped.lines[0].text == fresh.lines[0].text
    np.testing.assert_allclose(shipped.timeline.probs, fresh.timeline.probs, atol=0.02)


@pytest.fixture
def examples(tmp_path: Path) -> ExampleStore:
    """One short example with a line in each language."""
    said = {"en": "I am so happy", "zh": "我好难过"}
    for language, text in said.items():
        cue = f"1\n00:00:00,200 --> 00:00:00,800\n{text}\n"
        (tmp_path / f"{language}.srt").write_text(cue, encoding="utf-8")
    clip = write_clip(tmp_path / "clip.mp4")
    subtitles = {language: tmp_path / f"{language}.srt" for language in said}
    return ExampleStore([Example(clip, subtitles, title={}, credit={}, poster=b"")])


def test_an_example_is_analysed_once_in_each_language(examples: ExampleStore) -> None:
    told: list[str] = []
    first = examples.analysis(0, "en", lambda step: told.append(step.stage))
    assert told and [line.text for line in first.lines] == ["I am so happy"]
    told.clear()
    assert examples.analysis(0, "en", lambda step: told.append(step.stage)) is first
    assert told == []
    assert [line.text for line in examples.analysis(0, "zh").lines] == ["我好难过"]


def test_examples_are_analysed_in_the_background(examples: ExampleStore) -> None:
    examples.warm().join()
    told: list[str] = []
    examples.analysis(0, "zh", lambda step: told.append(step.stage))
    assert told == []


def test_a_cancelled_example_is_analysed_when_it_is_asked_for_again(examples: ExampleStore) -> None:
    def stop(step: Step) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        examples.analysis(0, "en", stop)
    assert examples.analysis(0, "en").lines
