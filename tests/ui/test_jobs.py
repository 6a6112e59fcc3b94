"""Cancel stops the right work."""

from __future__ import annotations

import pytest

import vidsent
from vidsent.core.errors import Cancelled
from vidsent.core.progress import Step
from vidsent.ui.examples import FOLDER
from vidsent.ui.jobs import Jobs


def test_cancel_stops_the_work_of_its_own_session() -> None:
    jobs, told = Jobs(), []
    mine = jobs.start("me", lambda step: told.append(step.stage))
    theirs = jobs.start("them", lambda step: told.append(step.stage))
    mine(Step("faces", 0.1))
    jobs.stop("me")
    with pytest.raises(Cancelled):
        mine(Step("faces", 0.2))
    theirs(Step("words", 0.2))
    assert told == ["faces", "words"]


def test_a_new_job_stops_the_one_before_it() -> None:
    jobs = Jobs()
    first = jobs.start("me", lambda step: None)
    jobs.start("me", lambda step: None)(Step("open", 0.0))
    with pytest.raises(Cancelled):
        first(Step("open", 0.0))


def test_a_job_can_be_stopped_while_it_waits_for_its_place() -> None:
    jobs = Jobs()
    jobs.open("me")
    jobs.stop("me")
    with pytest.raises(Cancelled):
        jobs.start("me", lambda step: None, opened=True)(Step("open", 0.0))
    jobs.start("me", lambda step: None)(Step("open", 0.0))  # an example, picked afterwards


def test_an_analysis_can_be_cancelled_midway() -> None:
    jobs = Jobs()
    tell = jobs.start("me", lambda step: jobs.stop("me") if step.stage == "faces" else None)
    with pytest.raises(Cancelled):
        vidsent.analyze(FOLDER / "words.mp4", progress=tell)
