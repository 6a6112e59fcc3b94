"""Who is who, put right by hand: a person gets a name, two rows are told to be one person.

Nothing is read again. What each track was found to show stays as it was, and so do the timeline
and the verdict, which weigh the faces that are there, whoever they belong to.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vidsent.core.errors import VidsentError
from vidsent.core.results import Analysis, FaceTrack
from vidsent.core.timecode import format_time

LONGEST_NAME = 40  # characters


def name_person(analysis: Analysis, track: int, name: str) -> Analysis:
    """The analysis with a name for the person of the track with that id; "" takes it back.

    Spaces are made single, what cannot be printed goes, and so does what is longer than 40
    characters. Raises VidsentError where there is no such track.
    """
    some = name[: 10 * LONGEST_NAME]  # of what may be a whole book
    printable = "".join(each if each.isprintable() else " " for each in some)
    named = replace(_track(analysis, track), name=" ".join(printable.split())[:LONGEST_NAME])
    return replace(analysis, tracks=_with(analysis, named))


def merge_tracks(analysis: Analysis, track: int, other: int) -> Analysis:
    """The analysis with both tracks as one person, who has the id of `track`, and its name if any.

    Raises VidsentError where there is no such track, where both are the same one, and where both
    are seen in one frame, as one person has one face.
    """
    one, two = _track(analysis, track), _track(analysis, other)
    if one is two:
        raise VidsentError(
            "A person cannot be joined with themselves. Choose another row.",
            "不能与自己合并，请选择另一个人物。",
        )
    together_s = np.intersect1d(one.t_s, two.t_s)
    if len(together_s):
        at = format_time(float(together_s[0]))
        raise VidsentError(
            f"Both faces are in the picture at {at}, so they are two people. Choose another row.",
            f"两张脸在 {at} 同时出现，不是同一个人，请选择另一个人物。",
        )
    joined = _joined(one, two)
    kept = tuple(each for each in _with(analysis, joined) if each is not two)
    return replace(analysis, tracks=kept)


def _joined(one: FaceTrack, two: FaceTrack) -> FaceTrack:
    """Both in order of time; the portrait is that of the one who was seen longer."""
    order = np.argsort(np.concatenate([one.t_s, two.t_s]), kind="stable")

    def both(field: str) -> np.ndarray:
        merged: np.ndarray = np.concatenate([getattr(one, field), getattr(two, field)])[order]
        return merged

    counts = len(one.t_s), len(two.t_s)
    longer, briefer = (one, two) if counts[0] >= counts[1] else (two, one)
    return FaceTrack(
        id=one.id,
        t_s=both("t_s"),
        boxes=both("boxes"),
        probs=both("probs"),
        valence=both("valence"),
        arousal=both("arousal"),
        quality=both("quality"),
        first_s=min(one.first_s, two.first_s),
        last_s=max(one.last_s, two.last_s),
        seen=min(1.0, one.seen + two.seen),
        size=float(np.average([one.size, two.size], weights=np.maximum(counts, 1))),
        picture=longer.picture or briefer.picture,
        name=one.name or two.name,
    )


def _track(analysis: Analysis, number: int) -> FaceTrack:
    found = next((track for track in analysis.tracks if track.id == number), None)
    if found is None:
        raise VidsentError(
            "There is no such person in this clip any more. Look at the rows once again.",
            "此视频中已没有这个人物，请重新查看列表。",
        )
    return found


def _with(analysis: Analysis, track: FaceTrack) -> tuple[FaceTrack, ...]:
    """The tracks, this one in the place of the one with its id."""
    return tuple(track if each.id == track.id else each for each in analysis.tracks)
