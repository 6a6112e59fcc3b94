"""The command `train`: which options there are, and which of them a model does not know.

Nothing heavy is imported until a training begins.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vidsent.core.errors import DataError
from vidsent.training.options import AUGMENT, BACKBONES, LEFT_OUT, TEMPORAL, SystemOptions

STEERING = ("seed", "epochs", "limit", "start", "device", "ship")  # of what is trained by steps


def add_options(parser: argparse.ArgumentParser, models: tuple[str, ...]) -> None:
    """Give `parser` every option of `train`; they are read by `train`."""
    parser.add_argument("model", metavar="MODEL", choices=models, help=" or ".join(models))
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="the data folder; needed but with --clips"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        required=True,
        help="checkpoints and records; resumes there",
    )
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    parser.add_argument("--epochs", type=from_one, help="instead of the usual number")
    parser.add_argument("--limit", type=from_one, help="use only so many images: a smoke run")
    parser.add_argument(
        "--start",
        metavar="PATH",
        type=Path,
        help="weights of the CNN to train further; the folder of an English BERT for language",
    )
    parser.add_argument(
        "--ship", action="store_true", help="put the weights into assets/weights when done"
    )
    parser.add_argument(
        "--texts",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help="language only: Chinese texts, a passage a line, to learn the language from",
    )
    parser.add_argument(
        "--plain",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help="language only: newspaper texts, likewise, that also show what is neutral",
    )
    _add_system(parser)
    _add_learning(parser)


def _add_system(parser: argparse.ArgumentParser) -> None:
    usual = SystemOptions()
    group = parser.add_argument_group(
        "expression only", argument_default=argparse.SUPPRESS, description="which system to train"
    )
    group.add_argument(
        "--backbone",
        choices=BACKBONES,
        metavar="NAME",
        help=f"{', '.join(BACKBONES)} ({usual.backbone})",
    )
    group.add_argument("--temporal", choices=TEMPORAL, help=f"over time ({usual.temporal})")
    group.add_argument(
        "--freeze", metavar="N", type=from_nought, help="do not train the first N blocks (0)"
    )
    group.add_argument(
        "--window", metavar="S", type=from_one, help=f"steps an LSTM sees ({usual.window})"
    )
    group.add_argument("--augment", choices=AUGMENT, help=f"of crops ({usual.augment})")
    group.add_argument(
        "--left-out", choices=LEFT_OUT[1:], help="do not learn from this corpus, to measure on it"
    )
    group.add_argument(
        "--keep-cnn", action="store_true", help="use the CNN of --start, or the shipped, as it is"
    )
    group.add_argument(
        "--clips",
        metavar="DIR",
        type=Path,
        help="your own clips with a labels.csv, in place of Java-SED; alone, or beside --data",
    )


def _add_learning(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "expression only, the CNN", argument_default=argparse.SUPPRESS, description="how it learns"
    )
    group.add_argument(
        "--patience",
        metavar="P",
        type=from_one,
        help="end the CNN's training after P epochs in which its average got no better (never)",
    )
    group.add_argument(
        "--learning-rate",
        metavar="R",
        type=float,
        help="highest of the CNN's training, when the usual does not suit",
    )
    group.add_argument(
        "--mixup",
        metavar="A",
        type=float,
        help="mix faces and labels in pairs, shares drawn of Beta(A, A) (0.2); 0 mixes none",
    )
    group.add_argument(
        "--anchor",
        metavar="FILE",
        type=Path,
        help="weights towards which the final ones are moved by a quarter",
    )


def train(arguments: argparse.Namespace) -> None:
    """Train what `add_options` read; raises VidsentError."""
    given = vars(arguments)
    chosen = {name: given[name] for name in SystemOptions.__dataclass_fields__ if name in given}
    if chosen and arguments.model != "expression":
        options = ", ".join(f"--{name.replace('_', '-')}" for name in chosen)
        raise DataError(f"Only `train expression` knows {options}: leave that out.")
    if arguments.data is None and "clips" not in chosen:
        raise DataError("Name the data folder with --data.")
    steering = {name: given[name] for name in STEERING}
    if arguments.model == "words":
        from vidsent.training.language.word_table import train_words

        train_words(arguments.data, arguments.out, ship=arguments.ship)
    elif arguments.model == "language":
        from vidsent.training.language.train import train_language

        steps = {name: value for name, value in steering.items() if name != "epochs"}
        train_language(
            arguments.data, arguments.out, extra=arguments.texts, plain=arguments.plain, **steps
        )
    elif arguments.model == "faces":
        from vidsent.training.detector.train import train_faces

        train_faces(arguments.data, arguments.out, **steering)
    else:
        from vidsent.training.expression.train import train_expression

        train_expression(arguments.data, arguments.out, **steering, system=SystemOptions(**chosen))


def from_one(text: str) -> int:
    """A whole number from 1 up, as argparse reads it."""
    return _whole(text, 1)


def from_nought(text: str) -> int:
    """A whole number from 0 up, as argparse reads it."""
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"a whole number from {least} up is needed, got {text!r}")
    return int(text)
