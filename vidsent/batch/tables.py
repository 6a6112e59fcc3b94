"""The Parquet tables of a batch: `verdicts`, one row a clip, and `moments`, one row a moment.

Made anew from the kept results, row by row, so that memory does not grow with the batch. What is
not known, such as the label of a clip that abstains, is null.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vidsent.batch.checkpoints import PARTIAL
from vidsent.core.emotions import LABELS
from vidsent.core.errors import VidsentError
from vidsent.core.results import Analysis, Moment

if TYPE_CHECKING:
    import pyarrow

VERDICTS, MOMENTS = "verdicts.parquet", "moments.parquet"
CHANNELS = ("face", "subtitle", "danmaku")
MODELS = ("face_detector", "expression_cnn", "expression_gru", "words", "text", "speech")
GROUP = 1000  # rows written together
COMMON = {"key": "string", "sha256": "string"}
VERDICT_COLUMNS = {
    "name": "string",
    "path": "string",
    "subtitles": "string",
    **COMMON,
    "duration_s": "double",
    **dict.fromkeys(("label", "polarity", "mood", "abstained"), "string"),
    **dict.fromkeys(("intensity", "confidence", "valence", "arousal", "coverage"), "float"),
    **{f"coverage_{name}": "float" for name in CHANNELS},
    **dict.fromkeys(LABELS, "float"),
    "people": "int32",
    **{f"model_{name}": "string" for name in MODELS},
    "error": "string",
}
MOMENT_COLUMNS = {
    **COMMON,
    "t_s": "double",
    **dict.fromkeys(("label", "kind"), "string"),
    "intensity": "float",
    **dict.fromkeys(("why_en", "why_zh"), "string"),
    **{f"share_{name}": "float" for name in CHANNELS},
    "keywords": "strings",
}

Row = dict[str, Any]


def need_pyarrow() -> None:
    """Raise VidsentError where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise VidsentError(
            "Tables in Parquet need pyarrow, which is not installed: pip install 'vidsent[batch]', "
            "or pip install pyarrow."
        ) from error


def verdict_row(analysis: Analysis) -> Row:
    """What the table of verdicts says of an analysis, but for the clip's name and keys."""
    verdict, timeline = analysis.verdict, analysis.timeline
    seen = ~np.isnan(timeline.probs[:, 0])
    row: Row = {
        "duration_s": analysis.clip.duration_s,
        "label": verdict.label,
        "polarity": verdict.polarity,
        "mood": verdict.mood,
        "abstained": verdict.abstained,
        "intensity": verdict.intensity,
        "confidence": verdict.confidence,
        "coverage": verdict.coverage,
        "people": len(analysis.tracks),
    }
    row |= {f"coverage_{each.name}": each.coverage for each in timeline.channels}
    row |= {f"model_{name}": analysis.models.get(name) for name in MODELS}
    if seen.any():
        row["valence"] = float(timeline.valence[seen].mean())
        row["arousal"] = float(timeline.arousal[seen].mean())
        row |= dict(zip(LABELS, timeline.probs[seen].mean(0).tolist(), strict=True))
    return row


def moment_row(moment: Moment) -> Row:
    """What the table of moments says of one, but for the clip's keys."""
    return {
        "t_s": moment.t_s,
        "label": moment.label,
        "kind": moment.kind,
        "intensity": moment.intensity,
        "why_en": moment.why.get("en"),
        "why_zh": moment.why.get("zh"),
        **{f"share_{name}": moment.shares.get(name) for name in CHANNELS},
        "keywords": [keyword.text for keyword in moment.keywords],
    }


class Table:
    """A Parquet file that takes rows and appears under its name, whole, when it is closed."""

    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        import pyarrow
        import pyarrow.parquet

        kinds = {"strings": pyarrow.list_(pyarrow.string())}
        fields = [
            (name, kinds.get(kind) or pyarrow.type_for_alias(kind))
            for name, kind in columns.items()
        ]
        self._schema: pyarrow.Schema = pyarrow.schema(fields)
        self._path = path
        self._partial = path.with_name(f".{secrets.token_hex(8)}{PARTIAL}")
        self._writer = pyarrow.parquet.ParquetWriter(self._partial, self._schema)
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Add a row; columns that it does not name are null."""
        self._rows.append({name: _plain(row.get(name)) for name in self._schema.names})
        if len(self._rows) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        self._writer.write_table(pyarrow.Table.from_pylist(self._rows, self._schema))
        self._rows.clear()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._flush()
            self._writer.close()
            if kind is None:
                os.replace(self._partial, self._path)
        finally:
            self._partial.unlink(missing_ok=True)


def read_rows(path: Path) -> list[Row]:
    """All rows of a table as plain values; raises VidsentError where it cannot be read."""
    need_pyarrow()
    import pyarrow
    import pyarrow.parquet

    try:
        rows: list[Row] = pyarrow.parquet.read_table(path).to_pylist()
    except (OSError, pyarrow.ArrowException) as error:
        raise VidsentError(
            f"There is no table {path} that can be read. Run `vidsent batch` first."
        ) from error
    return rows


def _plain(value: Any) -> Any:
    """Text that Parquet can hold: a file's name may be no UTF-8."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def clear_partials(out: Path) -> None:
    """Remove tables that a killed run left unfinished."""
    for left in out.glob(f".*{PARTIAL}"):
        left.unlink(missing_ok=True)
