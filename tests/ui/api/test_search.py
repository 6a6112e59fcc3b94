"""The public endpoint that searches what is no visitor's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gradio import Error

from vidsent.core.results import Analysis
from vidsent.library.library import Library
from vidsent.ui.api.search import search_endpoint
from vidsent.ui.media.examples import FOLDER, ExampleStore, load_examples

Build = Callable[..., Analysis]


def test_the_endpoint_searches_the_kept_library_or_else_the_examples(
    synthetic_analysis: Build,
) -> None:
    with Library() as library:
        library.add(synthetic_analysis(name="kept.mp4"))
        kept = search_endpoint(library, ExampleStore(()))
        (found, *_) = kept("wonderful", "", 3)
        assert found["clip"] == "kept.mp4" and found["why"][0] == "words"
        assert found["probs"].keys() >= {"happiness", "neutral"} and "picture" not in found
        assert len(kept("", "happiness", 1)) == 1
        with pytest.raises(Error, match="anger, disgust"):
            kept("", "joy", 1)
    examples = search_endpoint(None, ExampleStore(load_examples()))
    names = {each["clip"] for each in examples("我好难过", "", 10) + examples("sad", "", 10)}
    assert names <= {path.name for path in FOLDER.glob("*.mp4")} and names
