"""Measure, print, and write down: `python -m benchmarks speed --write docs/RESULTS.md`."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

from vidsent.training.evaluation.report import write_results

NAMES = ("speed", "memory", "peer", "load")


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--write", metavar="FILE", type=Path, help="put the table there as well")
    parser.add_argument("--device", default="cpu", help="of `speed`: cpu, or cuda")
    parser.add_argument("--data", metavar="DIR", type=Path, help="of `peer`: holds fer2013/")
    parser.add_argument("--peer", metavar="PYTHON", type=Path, help="of `peer`: has `fer`")
    parser.add_argument("--minutes", type=int, nargs="+", help="of `memory`: lengths of clips")
    arguments = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{arguments.name}")
    given: dict[str, dict[str, Any]] = {
        "speed": {"device": arguments.device},
        "memory": {"minutes": arguments.minutes} if arguments.minutes else {},
        "peer": {"data": arguments.data, "python": arguments.peer},
    }
    metrics = {
        name: metric.to_dict()
        for name, metric in module.measure(**given.get(arguments.name, {})).items()
    }
    print(json.dumps(metrics, indent=2))
    if arguments.write is not None:
        table = arguments.name if arguments.device == "cpu" else f"{arguments.name}-cuda"
        write_results(arguments.write, f"benchmark-{table}", metrics)


if __name__ == "__main__":
    main()
