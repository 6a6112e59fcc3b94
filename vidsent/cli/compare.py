"""The command `compare clips A B`: two clips, or what `analyze --out` wrote of them."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vidsent.core.errors import ClipOpenError, VidsentError

if TYPE_CHECKING:
    from vidsent.core.results import Analysis


def compare_clips(arguments: argparse.Namespace) -> None:
    """Print how two clips differ, in words or as JSON."""
    from vidsent.timeline.compare import compare
    from vidsent.timeline.compare_wording import SIDES, headline, sentences

    if len(arguments.clips) != 2:
        raise VidsentError("Name two clips, or the JSON files that `analyze --out` wrote of them.")
    first, second = (_analysed(path, arguments.device) for path in arguments.clips)
    found = compare(first, second, arguments.axis)
    if arguments.json:
        comparison = {"text": [headline(found), *sentences(found)], **found.to_dict()}
        print(json.dumps(comparison, indent=1, ensure_ascii=False))
        return
    for key, side in zip(SIDES, found.sides, strict=True):
        print(f"{key}  {side.name}")
    print()
    for line in (headline(found, arguments.language), *sentences(found, arguments.language)):
        print(line)


def _analysed(path: Path, device: str) -> Analysis:
    """The analysis that a JSON file holds, or that a clip gives."""
    from vidsent import Options, analyze
    from vidsent.core.results import Analysis

    if path.suffix.lower() != ".json":
        with contextlib.redirect_stdout(sys.stderr):
            return analyze(path, options=Options(device=device))
    try:
        return Analysis.from_json(path.read_text("utf-8"))
    except OSError as error:
        raise ClipOpenError(f"Cannot read {path}: {error.strerror}. Check the name.") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ClipOpenError(
            f"{path.name} is no analysis of this version. Make it again with "
            "`vidsent analyze CLIP --out DIR`."
        ) from error
