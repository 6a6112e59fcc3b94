"""All clips and images that a temporal model learns from and is tested on, read from disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vidsent.training.data.face_clips import JAVA_SED, FaceClip, load_all
from vidsent.training.data.fer import FerSplit
from vidsent.training.data.own_clips import TEST, load_clips

OWN = "own clips"


@dataclass(frozen=True)
class Sources:
    """What there is; without a data folder that is a user's own clips alone.

    name, key: of the acted clips, for people and for records.
    acted: clips with one emotion each, by person; rising, rated, rated_val: CK+ and KERC 2020.
    tested: own clips that are kept for a last test.
    stills: training images of FER2013 as inference cuts them, or None.
    """

    name: str
    key: str
    acted: list[FaceClip]
    tested: list[FaceClip]
    rising: list[FaceClip]
    rated: list[FaceClip]
    rated_val: list[FaceClip]
    stills: FerSplit | None


def gather(
    data: Path | None,
    clips: Path | None,
    cache: Path,
    stills: FerSplit | None,
    limit: int | None = None,
) -> Sources:
    """Read the sets under `data` and one's own `clips`, which take the place of Java-SED.

    At least one of both is given. Cut faces are kept in the folder `cache`. Raises DataError
    when something is missing or malformed.
    """
    own = [] if clips is None else load_clips(clips, cache)
    sets = {} if data is None else load_all(data, cache, limit, with_java=clips is None)
    kerc = sets.get("kerc", [])
    sources = Sources(
        name=JAVA_SED,
        key="java_sed",
        acted=sets.get("java_sed", []),
        tested=[],
        rising=sets.get("ckplus", []),
        rated=[clip for clip in kerc if clip.split == "train"],
        rated_val=[clip for clip in kerc if clip.split == "val"],
        stills=stills,
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
