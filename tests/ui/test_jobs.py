"""Cancel stops the right work."""

from __future__ import annotations

import pytest

import vidsent
from vidsent.errors import Cancelled
from vidsent.ui.examples import FOLDER
from vidsent.ui.jobs import Jobs


def test_cancel_stops_the_work_of_its_own_session() -> None:
    jobs, told = Jobs(), []
    mine = jobs.start("me", lambda stage, done: told.append(stage))
    theirs = jobs.start("them", lambda stage, done: told.append(stage))
    mine("faces", 0.1)
    jobs.stop("me")
    with pytest.raises(Cancelled):
        mine("faces", 0.2)
    theirs("words", 0.2)
    assert told == ["faces", "words"]


def test_a_new_job_stops_the_one_before_it() -> None:
    jobs = Jobs()
    first = jobs.start("me", lambda stage, done: None)
    jobs.start("me", lambda stage, done: None)("open", 0.0)
    with pytest.raises(Cancelled):
        first("open", 0.0)


def test_a_job_can_be_stopped_while_it_waits_for_its_place() -> None:
    jobs = Jobs()
    jobs.open("me")
    jobs.stop("me")
    with pytest.raises(Cancelled):
        jobs.start("me", lambda stage, done: None, opened=True)("open", 0.0)
    jobs.start("me", lambda stage, done: None)("open", 0.0)  # an example, picked afterwards


def test_an_analysis_can_be_cancelled_midway() -> None:
    jobs = Jobs()
    tell = jobs.start("me", lambda stage, done: jobs.stop("me") if stage == "faces" else None)
    with pytest.raises(Cancelled):
        vidsent.analyze(FOLDER / "words.mp4", progress=tell)
