"""The command: serve the page, analyse a clip or many, train and evaluate the models.

Results go to standard output, everything else to standard error. Exit status: 0 done, 2 bad
input or usage, 130 stopped by Ctrl-C. Each command imports what it needs when it runs, so
that `--help` is quick and training stays out of the way of analysing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vidsent.cli import batch, evaluate, output_files, search, train
from vidsent.core.errors import VidsentError
from vidsent.core.version import __version__

DONE, BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 0, 2, 130, 141  # the last two: 128 + the signal
TRAINED = (*evaluate.MODELS, "words")
WIDEST = 110  # columns of the terminal that the timeline uses at most


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; bad usage raises SystemExit(2)."""
    arguments = _parser().parse_args(_as_paths(sys.argv[1:] if argv is None else argv))
    logging.basicConfig(level=arguments.log_level, format="%(message)s", stream=sys.stderr)
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever the locale: JSON is UTF-8
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        arguments.run(arguments)
        sys.stdout.flush()
    except VidsentError as error:
        print(f"vidsent: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("\nvidsent: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # the reader, such as `head`, has gone; Python would complain again when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return DONE


def _as_paths(argv: Sequence[str]) -> list[str]:
    """Arguments with `-clip.mp4` as `./-clip.mp4`, where such a file is there: not an option."""
    return [
        f"./{each}" if each.startswith("-") and "." in each and os.path.isfile(each) else each
        for each in argv
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vidsent", description="How the emotion of a video moves, in faces and in words."
    )
    parser.add_argument("--version", action="version", version=f"vidsent {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serve(commands)
    _add_analyze(commands)
    _add_batch(commands)
    _add_search(commands)
    _add_train(commands)
    _add_evaluate(commands)
    _add_compare(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], None], help_: str, log_level: int
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(run=run, log_level=log_level)
    return parser


def _add_serve(commands: Any) -> None:
    parser = _command(commands, "serve", _serve, "serve the page", logging.WARNING)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (%(default)s)")
    parser.add_argument("--port", type=_port, default=7860, help="port to serve on (%(default)s)")
    parser.add_argument(
        "--speech-model",
        metavar="NAME_OR_DIR",
        help="transformers model that listens where a clip has no words",
    )
    parser.add_argument(
        "--in-process",
        action="store_true",
        help="decode uploads in the server itself: less memory, but one of them may end it",
    )
    parser.add_argument(
        "--waiting",
        type=batch.count,
        default=20,
        metavar="N",
        help="visitors who may stand in line; more are told that it is full (%(default)s)",
    )
    search.add_library(parser, "a kept library, which all visitors may search and add to")
    search.add_image_text_model(parser)


def _add_analyze(commands: Any) -> None:
    parser = _command(
        commands, "analyze", _analyze, "print a clip's verdict and timeline", logging.WARNING
    )
    parser.add_argument("clip", metavar="CLIP", type=Path, help="a video file")
    parser.add_argument(
        "--subtitles",
        metavar="FILE",
        type=Path,
        help="subtitles (srt, vtt, ass, ttml, sbv, lrc, sub, smi), a transcript (txt, csv, tsv, "
        "json) or danmaku (xml, ass, json, pb)",
    )
    parser.add_argument(
        "--track",
        metavar="N|none",
        type=_track,
        default="auto",
        help="text track of the clip to read where no file is given, by its stream's number "
        "(default: the one that says most in English or Chinese)",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="write JSON, CSV, captions and a report there"
    )
    parser.add_argument(
        "--annotate", action="store_true", help="write the clip with faces and emotions drawn, too"
    )
    search.add_library(parser, "put the clip into this library as well, for `search`")
    parser.add_argument(
        "--json", action="store_true", help="print the whole analysis as JSON and nothing else"
    )
    parser.add_argument(
        "--language", choices=("en", "zh"), default="en", help="of what is printed and written"
    )
    _add_how(parser)


def _add_batch(commands: Any) -> None:
    parser = _command(
        commands, "batch", batch.batch, "analyse many clips into tables", logging.WARNING
    )
    batch.add_options(parser)
    _add_how(parser)


def _add_how(parser: argparse.ArgumentParser) -> None:
    """How clips are analysed, be it one or many."""
    parser.add_argument(
        "--rate",
        metavar="HZ",
        type=_rate,
        default=10.0,
        help="analysed frames a second (%(default)s)",
    )
    parser.add_argument(
        "--speech-model",
        metavar="NAME_OR_DIR",
        help="transformers model that listens where the clip has no words",
    )
    parser.add_argument(
        "--text-model",
        metavar="NAME",
        help="a text classifier of transformers in place of ours: a folder, or a name on the hub",
    )
    _add_device(parser)


def _add_search(commands: Any) -> None:
    help_ = "find moments in a library of analysed clips"
    search.add_options(_command(commands, "search", search.search, help_, logging.WARNING))


def _add_train(commands: Any) -> None:
    parser = _command(commands, "train", train.train, "train a model", logging.INFO)
    train.add_options(parser, TRAINED)
    _add_device(parser)


def _add_evaluate(commands: Any) -> None:
    parser = _command(
        commands, "evaluate", evaluate.evaluate, "measure a shipped model", logging.INFO
    )
    evaluate.add_evaluate(parser)
    _add_device(parser)


def _add_compare(commands: Any) -> None:
    parser = _command(
        commands,
        "compare",
        evaluate.compare,
        "compare trained systems, or two clips",
        logging.INFO,
    )
    evaluate.add_compare(parser)
    _add_device(parser)


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:1 (%(default)s)")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port lies in 1..65535, got {text!r}")
    return int(text)


def _rate(text: str) -> float:
    from vidsent.core.options import Options

    try:
        return Options(rate_hz=float(text)).rate_hz
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _track(text: str) -> int | str:
    if text in ("auto", "none") or text.isdecimal():
        return int(text) if text.isdecimal() else text
    raise argparse.ArgumentTypeError(f"a track is a stream's number, auto or none, got {text!r}")


def _serve(arguments: argparse.Namespace) -> None:
    from vidsent.ui.server import serve

    serve(
        arguments.host,
        arguments.port,
        arguments.speech_model,
        arguments.library,
        arguments.image_text_model,
        arguments.in_process,
        arguments.waiting,
    )


def _analyze(arguments: argparse.Namespace) -> None:
    from vidsent import Options, analyze
    from vidsent.cli.progress import ProgressLine

    if arguments.out is not None:
        output_files.make_folder(arguments.out)  # before the work, not after it
    elif arguments.annotate:
        raise VidsentError("--annotate needs a folder to write to. Name one with --out.")
    options = Options(
        rate_hz=arguments.rate,
        device=arguments.device,
        track=arguments.track,
        speech_model=arguments.speech_model,
        text_model=arguments.text_model,
    )
    library = search.opened(arguments.library)
    # a library that prints must not end up in the JSON
    with contextlib.redirect_stdout(sys.stderr), ProgressLine(sys.stderr) as progress:
        analysis = analyze(arguments.clip, arguments.subtitles, options, progress)
        if library is not None:
            search.put_in(library, analysis, arguments.clip)
    if arguments.out is not None:
        output_files.write(analysis, arguments.out, arguments.language)
        if arguments.annotate:
            with ProgressLine(sys.stderr) as progress:
                output_files.annotate(
                    arguments.clip, analysis, arguments.out, arguments.language, progress
                )
    if arguments.json:
        print(analysis.to_json())
    else:
        from vidsent.reports.terminal import render

        width = min(shutil.get_terminal_size().columns, WIDEST)
        color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        print(render(analysis, arguments.language, width, color))
