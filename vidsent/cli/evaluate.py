"""The commands `evaluate` and `compare`: what they can be asked, and how they print what was found.

Nothing heavy is imported until something is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidsent.cli.train import from_one
from vidsent.core.errors import VidsentError

if TYPE_CHECKING:
    from vidsent.reports.evaluation_results import EvaluationResult

MODELS = ("expression", "faces", "language")
EVALUATED = (*MODELS, "search")
COMPARED = ("expression", "fusion", "clips")


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the options of `evaluate`."""
    _add_model(parser, EVALUATED)
    _add_printing(parser)
    parser.add_argument(
        "--keep",
        action="store_true",
        help="put what was measured into assets/results, where the page finds it",
    )


def add_compare(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the options of `compare`."""
    parser.add_argument("model", metavar="WHAT", choices=COMPARED, help=" or ".join(COMPARED))
    parser.add_argument(
        "clips", metavar="CLIP", nargs="*", type=Path, help="clips: two videos, or their JSON files"
    )
    parser.add_argument("--data", metavar="DIR", type=Path, help="systems: the data folder")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="expression: a folder of run folders"
    )
    parser.add_argument(
        "--leave-out",
        action="store_true",
        help="expression: what CNNs that did not learn from a corpus get on it",
    )
    parser.add_argument(
        "--axis", choices=("share", "seconds"), default="share", help="clips: (%(default)s)"
    )
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="clips: of the text")
    parser.add_argument(
        "--text-model", metavar="DIR", help="fusion: in place of the text model that ships"
    )
    parser.add_argument(
        "--limit", metavar="N", type=from_one, help="fusion: only so many pairs; a trial"
    )
    _add_printing(parser)


def _add_model(parser: argparse.ArgumentParser, models: tuple[str, ...]) -> None:
    parser.add_argument("model", metavar="MODEL", choices=models, help=" or ".join(models))
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        required="search" not in models,
        help="the data folder; search needs none" if "search" in models else "the data folder",
    )


def _add_printing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument(
        "--write", metavar="FILE", type=Path, help="put the table into this Markdown file as well"
    )


def evaluate(arguments: argparse.Namespace) -> None:
    """Measure a shipped model and print what was found."""
    with contextlib.redirect_stdout(sys.stderr):
        found = _measure(arguments)
    metrics = found.metrics
    if arguments.keep:
        from vidsent.reports.evaluation_results import save

        print(f"kept in {save(found)}", file=sys.stderr)
    if arguments.write is not None:
        from vidsent.training.evaluation.report import write_results

        write_results(
            arguments.write, arguments.model, metrics, confusion=found.tables.get("confusion")
        )
    if arguments.json:
        print(json.dumps(metrics, indent=1, ensure_ascii=False))
    else:
        width = max(map(len, metrics), default=0)
        for name, metric in metrics.items():
            print(metric_row(name.ljust(width), metric))
        if "confusion" in found.tables:
            from vidsent.training.evaluation.report import confusion_table

            print(f"\n{confusion_table(found.tables['confusion'])}")


def compare(arguments: argparse.Namespace) -> None:
    """Compare systems and print the table, or two clips and print how they differ."""
    if arguments.model == "clips":
        from vidsent.cli.compare import compare_clips

        return compare_clips(arguments)
    if arguments.clips or arguments.data is None:
        raise VidsentError(f"Name the folder with the data of {arguments.model} with --data alone.")
    from vidsent.training.evaluation.report import write_table

    measure = _compare_fusion if arguments.model == "fusion" else _compare_expression
    with contextlib.redirect_stdout(sys.stderr):
        name, found, table, note = measure(arguments)
    if arguments.write is not None:
        write_table(arguments.write, name, table, note)
    print(
        json.dumps(found, indent=1, ensure_ascii=False) if arguments.json else f"{table}\n\n{note}"
    )


def _compare_expression(arguments: argparse.Namespace) -> tuple[str, Any, str, str]:
    """Name of the table, what was found for JSON, the table and the note below it."""
    from vidsent.training.evaluation import left_out, systems
    from vidsent.training.evaluation.report import markdown

    if arguments.out is None:
        raise VidsentError("Name the folder that holds the runs to compare with --out.")
    if arguments.leave_out:
        told = left_out.compare_left_out(arguments.data, arguments.out, device=arguments.device)
        table = markdown(left_out.COLUMNS, [left_out.cells(row) for row in told])
        return left_out.TABLE, told, table, left_out.NOTE
    rows, note = systems.compare_expression(arguments.data, arguments.out, device=arguments.device)
    cells: Sequence[Sequence[str]] = [systems.cells(row) for row in rows]
    if arguments.write is not None:
        cells = systems.with_earlier(arguments.write, cells)
    return systems.TABLE, rows, markdown(systems.COLUMNS, cells), note


def _compare_fusion(arguments: argparse.Namespace) -> tuple[str, Any, str, str]:
    from vidsent.training.evaluation.fusion import compare_fusion

    found, note = compare_fusion(
        arguments.data, arguments.text_model, device=arguments.device, limit=arguments.limit
    )
    return "fusion", found._asdict(), found.table(), note


def _measure(arguments: argparse.Namespace) -> EvaluationResult:
    from vidsent.reports.evaluation_results import result_of

    if arguments.model == "search":
        from vidsent.training.evaluation.search import evaluate_search

        return evaluate_search()
    if arguments.data is None:
        raise VidsentError(f"Name the folder with the data of {arguments.model} with --data.")
    if arguments.model == "expression":
        from vidsent.training.evaluation.expression import evaluate_expression

        return evaluate_expression(arguments.data, device=arguments.device)
    if arguments.model == "faces":
        from vidsent.training.evaluation.faces import evaluate_faces

        return result_of("faces", evaluate_faces(arguments.data))
    from vidsent.training.evaluation.language import evaluate_language

    return evaluate_language(arguments.data, device=arguments.device)


def metric_row(name: str, metric: dict[str, Any]) -> str:
    """One metric as a line of text."""
    interval = f"[{metric['low']:.4f}, {metric['high']:.4f}]"
    parts = [f"{name} {metric['value']:.4f} {interval}", f"n={metric['n']}", metric["protocol"]]
    if "baseline" in metric:
        baseline = metric["baseline"]
        parts.insert(1, f"baseline {'-' if baseline is None else format(baseline, '.4f')}")
    return "  ".join(parts)
