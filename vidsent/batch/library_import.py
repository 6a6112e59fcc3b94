"""Put the clips of a finished batch into a library, where they can be searched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vidsent.batch import tables
from vidsent.batch.checkpoints import Checkpoints
from vidsent.library.library import Library


def import_batch(library: Library, out: Path) -> list[str]:
    """Add every clip of the batch in `out` that was analysed; returns their ids in the library.

    A clip whose file is still there is shown by it: a kept library copies it. Raises
    VidsentError where there is no batch, or where one of its results is damaged.
    """
    checkpoints, added = Checkpoints(out), []
    for row in tables.read_rows(out / tables.VERDICTS):
        if row["error"] is not None:
            continue
        analysis, _ = checkpoints.analysis(row["key"])
        if analysis is None:
            continue
        # subtle: copies of one clip share a result, which has the name of the first
        named = replace(analysis, clip=replace(analysis.clip, name=Path(row["name"]).name))
        clip = Path(row["path"])
        added.append(library.add(named, clip if clip.is_file() else None))
    return added
