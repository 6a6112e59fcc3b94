"""`vidsent batch`: analyse many clips. Its options, and what it tells when it ends."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vidsent.core.errors import DataError

if TYPE_CHECKING:
    from vidsent.batch import Summary

MOST_TOLD = 20  # failures that standard error names; the table names all


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `batch`, but for rate and device, which `analyze` has too."""
    parser.add_argument(
        "source",
        metavar="FOLDER|LIST",
        type=Path,
        help="a folder of clips with all below it; or a text file with one clip a line and, after "
        "a tab, its words; or a CSV table with the columns clip and subtitles",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="results and tables go there"
    )
    parser.add_argument(
        "--subtitles-beside",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="read the words that lie beside a clip, such as clip.srt or clip.en.srt (default)",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=count,
        help="clips that are analysed at once (default: one for each processor)",
    )
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="processes of this machine, or Ray Data (%(default)s)",
    )
    parser.add_argument(
        "--ray-address",
        metavar="ADDRESS",
        help="of a running Ray cluster; auto for the one that this machine belongs to "
        "(default: Ray is started here, for this run)",
    )
    parser.add_argument(
        "--library",
        metavar="FILE",
        type=Path,
        help="put the analysed clips into that library, too, where they can be searched",
    )
    parser.add_argument(
        "--json", action="store_true", help="print a summary as JSON and nothing else"
    )


def batch(arguments: argparse.Namespace) -> None:
    """Run it; raises VidsentError where nothing was found or every clip failed."""
    from vidsent.batch import Plan, run
    from vidsent.core.options import Options

    options = Options(
        rate_hz=arguments.rate,
        device=arguments.device,
        speech_model=arguments.speech_model,
        text_model=arguments.text_model,
    )
    plan = Plan(
        options=options,
        beside=arguments.subtitles_beside,
        engine=arguments.engine,
        workers=arguments.workers,
        ray_address=arguments.ray_address,
    )
    with contextlib.redirect_stdout(sys.stderr):
        summary = run(arguments.source, arguments.out, plan)
        if arguments.library is not None:
            _into_library(arguments.out, arguments.library)
    _tell(summary, arguments.json)
    if len(summary.failures) == summary.clips:
        raise DataError(
            f"None of the {summary.clips} clips could be analysed. {summary.verdicts} tells why."
        )


def _into_library(out: Path, file: Path) -> None:
    from vidsent.batch.library_import import import_batch
    from vidsent.library.library import Library

    with Library(file) as library:
        added = import_batch(library, out)
    print(f"{len(set(added))} clips are in the library {file}", file=sys.stderr)


def _tell(summary: Summary, as_json: bool) -> None:
    if as_json:
        counts = {
            "clips": summary.clips,
            "analysed": summary.analysed,
            "kept": summary.kept,
            "failed": [{"name": name, "error": error} for name, error in summary.failures],
            "verdicts": str(summary.verdicts),
            "moments": str(summary.moments),
        }
        print(json.dumps(counts, ensure_ascii=False))
    else:
        print(
            f"{summary.clips} clips: {summary.analysed} analysed, {summary.kept} done before, "
            f"{len(summary.failures)} failed\n{summary.verdicts}\n{summary.moments}"
        )
    for name, error in summary.failures[:MOST_TOLD]:
        print(f"failed: {name}: {error}", file=sys.stderr)
    if len(summary.failures) > MOST_TOLD:
        print(f"and {len(summary.failures) - MOST_TOLD} more, see the table", file=sys.stderr)


def count(text: str) -> int:
    """A number from 1 up, as an option of the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 up is needed, got {text!r}")
    return int(text)
