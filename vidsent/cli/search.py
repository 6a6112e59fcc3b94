"""The command `search`: moments of a kept library, by words, by emotion or like another moment."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidsent.core.emotions import LABELS
from vidsent.core.errors import LibraryError, VidsentError

if TYPE_CHECKING:
    from vidsent.core.results import Analysis
    from vidsent.library.library import Library
    from vidsent.library.search import Hit

LINE_CHARACTERS = 72


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the options of `search`."""
    parser.add_argument(
        "query", metavar="QUERY", nargs="?", default="", help="words in English or Chinese"
    )
    parser.add_argument(
        "--library",
        metavar="FILE",
        type=Path,
        required=True,
        help="the library to search, as `analyze --library` keeps it",
    )
    parser.add_argument("--emotion", metavar="LABEL", choices=LABELS, help=", ".join(LABELS))
    parser.add_argument(
        "--like",
        metavar="CLIP@T",
        type=_place,
        help="moments like the one at T seconds of a clip, named by its id or its file's name",
    )
    parser.add_argument(
        "--pictures", action="store_true", help="look for the words in the pictures of key moments"
    )
    add_image_text_model(parser)
    parser.add_argument("--limit", metavar="N", type=_count, default=10, help="(%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def add_image_text_model(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the option that names a model for searching pictures by words."""
    parser.add_argument(
        "--image-text-model",
        metavar="NAME_OR_DIR",
        help="transformers model, such as CLIP, for searching pictures by words",
    )


def add_library(parser: argparse.ArgumentParser, help_: str) -> None:
    """Give `parser` the option that names a kept library."""
    parser.add_argument("--library", metavar="FILE", type=Path, help=help_)


def opened(path: Path | None) -> Library | None:
    """The kept library at `path`, so that a wrong file is told before the work, not after it."""
    if path is None:
        return None
    from vidsent.library.library import Library

    return Library(path)


def put_in(library: Library, analysis: Analysis, clip: Path) -> None:
    """Add an analysed clip to a library, in a form that browsers play, and close the library."""
    from vidsent.core.options import Limits
    from vidsent.media.transcoding import playable

    with library, tempfile.TemporaryDirectory() as folder:
        player = playable(clip, Path(folder), Limits(), lambda t_s: None)
        clip_id = library.add(analysis, player)
    print(f"kept as {clip_id} in {library.path}", file=sys.stderr)


def search(arguments: argparse.Namespace) -> None:
    """Search a kept library and print what was found."""
    from vidsent.library.library import Library

    if not arguments.library.is_file():
        raise LibraryError(
            f"There is no library {arguments.library}. Make one with "
            f"vidsent analyze CLIP --library {arguments.library}."
        )
    with Library(arguments.library, arguments.image_text_model) as library:
        hits = _found(library, arguments)
    if arguments.json:
        print(json.dumps([_plain(hit) for hit in hits], ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(_row, hits)) or "Nothing found.")


def _found(library: Library, arguments: argparse.Namespace) -> list[Hit]:
    if arguments.like is not None:
        name, t_s = arguments.like
        return library.like(_clip_id(library, name), t_s, arguments.limit)
    if not arguments.query and arguments.emotion is None:
        raise VidsentError("Say what to look for: words, --emotion LABEL or --like CLIP@T.")
    if arguments.pictures:
        return library.pictured(arguments.query, arguments.limit)
    return library.search(arguments.query, arguments.emotion, arguments.limit)


def _clip_id(library: Library, name: str) -> str:
    """The id of the clip that is named by its id or its file's name; raises LibraryError."""
    found = [card.id for card in library.clips() if name in (card.id, card.name)]
    if not found:
        names = ", ".join(card.name for card in library.clips()[:6]) or "none"
        raise LibraryError(f"The library holds no clip {name}. It holds: {names}.")
    return found[0]


def _plain(hit: Hit) -> dict[str, Any]:
    """A hit as JSON, without its picture; probabilities by label."""
    fields = {key: value for key, value in asdict(hit).items() if key != "picture"}
    probs = (None if share != share else round(float(share), 4) for share in hit.probs)
    return fields | {"probs": dict(zip(LABELS, probs, strict=True))}


def _row(hit: Hit) -> str:
    from vidsent.core.timecode import format_time

    text = hit.text if len(hit.text) <= LINE_CHARACTERS else f"{hit.text[: LINE_CHARACTERS - 1]}…"
    return f"{hit.clip_name} {format_time(hit.t_s)}  {hit.label:9}  {'+'.join(hit.why):18}  {text}"


def _place(text: str) -> tuple[str, float]:
    name, _, seconds = text.rpartition("@")
    try:
        t_s = float(seconds)
    except ValueError:
        t_s = -1.0
    if not name or not t_s >= 0:
        raise argparse.ArgumentTypeError(
            f"a moment is CLIP@SECONDS, such as clip.mp4@12.5, got {text!r}"
        )
    return name, t_s


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"the limit lies in 1..1000, got {text!r}")
    return int(text)
