"""All clips and images that a temporal model learns from and is tested on, read from disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vidsent.training.data.corpora import Corpus
from vidsent.training.data.face_clips import JAVA_SED, FaceClip
from vidsent.training.data.own_clips import TEST, load_clips

OWN = "own clips"


@dataclass(frozen=True)
class Sources:
    """What there is; without a data folder that is a user's own clips alone.

    name, key: of the acted clips, for people and for records.
    acted: clips with one emotion each, by person; rising, rated, rated_val: CK+ and KERC 2020.
    tested: own clips that are kept for a last test.
    stills: training images of affect_faces and FER+, or none.
    """

    name: str
    key: str
    acted: list[FaceClip]
    tested: list[FaceClip]
    rising: list[FaceClip]
    rated: list[FaceClip]
    rated_val: list[FaceClip]
    stills: list[Corpus]


def gather(
    sets: Mapping[str, list[FaceClip]], clips: Path | None, cache: Path, stills: Sequence[Corpus]
) -> Sources:
    """The `sets` that `face_clips.load_all` read and one's own `clips` in place of Java-SED.

    At least one of both is given. Cut faces are kept in the folder `cache`. Raises DataError
    when something is missing or malformed.
    """
    own = [] if clips is None else load_clips(clips, cache)
    kerc = sets.get("kerc", [])
    sources = Sources(
        name=JAVA_SED,
        key="java_sed",
        acted=sets.get("java_sed", []),
        tested=[],
        rising=sets.get("ckplus", []),
        rated=[clip for clip in kerc if clip.split == "train"],
        rated_val=[clip for clip in kerc if clip.split == "val"],
        stills=list(stills),
    )
    if clips is None:
        return sources
    return replace(
        sources,
        name=OWN,
        key="own",
        acted=[clip for clip in own if clip.split != TEST],
        tested=[clip for clip in own if clip.split == TEST],
    )
