"""Cancel stops the right work."""

from __future__ import annotations

import pytest

import vidsent
from vidsent.core.errors import Cancelled
from vidsent.core.progress import Step
from vidsent.ui.media.examples import FOLDER
from vidsent.ui.session.tasks import SessionTasks


def test_cancel_stops_the_work_of_its_own_session() -> None:
    tasks, told = SessionTasks(), []
    mine = tasks.start("me", lambda step: told.append(step.stage))
    theirs = tasks.start("them", lambda step: told.append(step.stage))
    mine(Step("faces", 0.1))
    tasks.cancel("me")
    with pytest.raises(Cancelled):
        mine(Step("faces", 0.2))
    theirs(Step("words", 0.2))
    assert told == ["faces", "words"]


def test_a_new_job_stops_the_one_before_it() -> None:
    tasks = SessionTasks()
    first = tasks.start("me", lambda step: None)
    tasks.start("me", lambda step: None)(Step("open", 0.0))
    with pytest.raises(Cancelled):
        first(Step("open", 0.0))


def test_a_job_can_be_stopped_while_it_waits_for_its_place() -> None:
    tasks = SessionTasks()
    tasks.enqueue("me")
    tasks.cancel("me")
    with pytest.raises(Cancelled):
        tasks.start("me", lambda step: None, queued=True)(Step("open", 0.0))
    tasks.start("me", lambda step: None)(Step("open", 0.0))  # an example, picked afterwards


def test_an_analysis_can_be_cancelled_midway() -> None:
    tasks = SessionTasks()
    tell = tasks.start("me", lambda step: tasks.cancel("me") if step.stage == "faces" else None)
    with pytest.raises(Cancelled):
        vidsent.analyze(FOLDER / "words.mp4", progress=tell)
