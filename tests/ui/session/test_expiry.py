"""Files go within the hour, and not from under a page that shows them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import pytest
from gradio.route_utils import delete_files_created_by_app
from gradio.utils import get_upload_folder

from tests.clips import write_clip
from vidsent.core.results import Analysis
from vidsent.ui.media.examples import FOLDER
from vidsent.ui.page import CLEAN_AFTER_S, CLEAN_EVERY_S
from vidsent.ui.session.result import new_folder, write_result
from vidsent.ui.session.state import KEPT_S

AGE_S = 1  # stands for the hour
HOUR_S = 3600


@pytest.fixture
def upload() -> Path:
    """A clip that was uploaded longer ago than files may lie."""
    return write_clip(new_folder() / "clip.mp4")


def test_what_is_an_hour_old_goes_at_the_next_round(unlaunched: gr.Blocks) -> None:
    assert CLEAN_AFTER_S + CLEAN_EVERY_S <= HOUR_S and KEPT_S <= HOUR_S
    assert unlaunched.delete_cache == (CLEAN_EVERY_S, CLEAN_AFTER_S)


def test_the_clip_of_a_fresh_result_stays_and_an_old_upload_goes(
    upload: Path, synthetic_analysis: Callable[..., Analysis], unlaunched: gr.Blocks
) -> None:
    demo, other = unlaunched, write_clip(new_folder() / "other.mp4")
    files = {str(upload), str(other)}
    demo.temp_file_sets.append(files)
    time.sleep(AGE_S + 0.2)
    result = write_result(
        synthetic_analysis(), upload, new_folder()
    )  # a page shows it from here on
    files |= {str(result.json), str(result.csv)}
    delete_files_created_by_app(demo, AGE_S)
    assert upload.exists() and result.json.exists() and result.csv.exists()
    assert not other.exists()
    time.sleep(AGE_S + 0.2)
    delete_files_created_by_app(demo, AGE_S)
    assert not (upload.exists() or result.json.exists() or result.csv.exists())


def test_who_leaves_takes_copies_and_downloads_along(
    upload: Path, synthetic_analysis: Callable[..., Analysis]
) -> None:
    folder = new_folder()
    result = write_result(
        synthetic_analysis(), Path(shutil.copy(upload, folder / "copy.mp4")), folder
    )
    assert result.folder.is_relative_to(get_upload_folder())
    result.delete()
    assert not folder.exists()


def test_the_examples_own_files_are_left_alone(
    synthetic_analysis: Callable[..., Analysis],
) -> None:
    clip = FOLDER / "words.mp4"
    before = clip.stat().st_mtime_ns
    write_result(synthetic_analysis(), clip, new_folder())
    assert clip.stat().st_mtime_ns == before
