"""People put right by hand: named, and two rows joined into one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.builders import HOSTILE, face_track
from vidsent.core.errors import VidsentError
from vidsent.core.results import Analysis, FaceTrack
from vidsent.timeline.identities import LONGEST_NAME, merge_tracks, name_person

Build = Callable[..., Analysis]
PART_S = 12.0  # where the face is cut into two tracks


def part(track: FaceTrack, keep: np.ndarray, number: int) -> FaceTrack:
    """Those sightings of `track` alone."""
    fields = ("t_s", "boxes", "probs", "valence", "arousal", "quality")
    arrays = {field: getattr(track, field)[keep] for field in fields}
    return replace(
        track,
        id=number,
        first_s=float(arrays["t_s"][0]),
        last_s=float(arrays["t_s"][-1]),
        seen=track.seen * float(keep.mean()),
        **arrays,
    )


@pytest.fixture
def halves(synthetic_analysis: Build) -> Analysis:
    """One face that was taken for two people: track 0 until `PART_S`, then track 3."""
    track = face_track()
    early = track.t_s < PART_S
    return synthetic_analysis(tracks=(part(track, early, 0), part(track, ~early, 3)))


def test_a_name_is_kept_in_the_result_and_taken_back_by_none(halves: Analysis) -> None:
    named = name_person(halves, 3, "  Ana\n  de Armas\t")
    assert [track.name for track in named.tracks] == ["", "Ana de Armas"]
    assert [track.name for track in Analysis.from_json(named.to_json()).tracks][1] == "Ana de Armas"
    assert name_person(named, 3, " ").tracks[1].name == ""
    assert halves.tracks[1].name == ""


def test_a_name_has_an_end_and_nothing_that_cannot_be_printed(halves: Analysis) -> None:
    assert len(name_person(halves, 0, 10 * HOSTILE).tracks[0].name) == LONGEST_NAME
    assert name_person(halves, 0, "小\u202e明\x00").tracks[0].name == "小 明"


@pytest.mark.parametrize(("track", "other"), [(0, 3), (3, 0)])
def test_two_rows_of_one_person_are_one_again(halves: Analysis, track: int, other: int) -> None:
    whole = face_track()
    (joined,) = merge_tracks(halves, track, other).tracks
    assert joined.id == track
    for field in ("t_s", "boxes", "probs", "valence", "arousal", "quality"):
        np.testing.assert_array_equal(getattr(joined, field), getattr(whole, field))
    assert (joined.first_s, joined.last_s) == (whole.first_s, whole.last_s)
    assert joined.seen == pytest.approx(whole.seen) and joined.size == whole.size
    assert joined.picture == whole.picture


def test_of_two_names_the_first_stays_and_of_one_that_one(halves: Analysis) -> None:
    one = name_person(halves, 3, "Ana")
    assert merge_tracks(one, 0, 3).tracks[0].name == "Ana"
    assert merge_tracks(name_person(one, 0, "Bo"), 0, 3).tracks[0].name == "Bo"


def test_what_was_read_of_the_clip_stays(halves: Analysis) -> None:
    joined = merge_tracks(name_person(halves, 0, "Ana"), 0, 3)
    assert replace(joined, tracks=halves.tracks) == halves


def test_two_who_are_seen_together_are_two(synthetic_analysis: Build) -> None:
    track = face_track()
    late = part(track, track.t_s >= PART_S, 1)
    analysis = synthetic_analysis(tracks=(track, late))
    with pytest.raises(VidsentError, match="in the picture at 0:12") as caught:
        merge_tracks(analysis, 0, 1)
    assert "0:12" in caught.value.message("zh")


def test_who_is_not_there_is_not_put_right(halves: Analysis) -> None:
    for wrong in (lambda: name_person(halves, 1, "Ana"), lambda: merge_tracks(halves, 0, 1)):
        with pytest.raises(VidsentError, match="no such person"):
            wrong()
    with pytest.raises(VidsentError, match="with themselves"):
        merge_tracks(halves, 3, 3)
