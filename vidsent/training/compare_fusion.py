"""The command `compare fusion`: systems that join face and words, side by side on the same pairs.

Every system is fitted here, on training pairs, in seconds; what is fitted of the pool and of
disagreement is what `fusion` and `moments` ship as constants.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from vidsent.core import weights
from vidsent.faces.reader import ExpressionReader
from vidsent.language.text_model import TextModel
from vidsent.reports.evaluation_results import EXPRESSION_RECORD
from vidsent.timeline import fusion, moments
from vidsent.training import contradicting, metrics, pairs
from vidsent.training.attending import fit_attention
from vidsent.training.fusing import Fuse, Weighted, alone, fit_linear, fit_pool, mean
from vidsent.training.metrics import bootstrap
from vidsent.training.pair_readings import SHRUNK, clip_faces, read_pairs
from vidsent.training.pairs import CHANNELS, CROWD, FACE, LINE, Cases, Faces, Lines
from vidsent.training.report import interval, markdown

log = logging.getLogger(__name__)

POOL = "log-opinion pool, calibrated"
LINEAR, ATTENTION = "features side by side, linear", "attention over channels"
SINGLE = {"face alone": FACE, "line alone": LINE, "danmaku alone": CROWD}
SEED = 0
BY_HAND = Weighted((1.0, 0.7, 0.4))  # what shipped before anything was fitted
COLUMNS = (
    "pairs",
    "system",
    "n",
    "accuracy",
    "macro-F1",
    "ECE",
    "n, face and line",
    "accuracy",
    "macro-F1",
    "ECE",
    "ahead of the better channel",
    "ahead of the pool",
)
PROTOCOL = (
    "Pairs: a face and a line of one label. Trained on FER+ validation tiles with lines of the "
    "dev splits of GoEmotions and SMP2020 that bear one label, tested on test tiles with lines of "
    "the test splits; no tile and no text is in both, and each tile and each text is in one "
    "matched pair (a crowd of "
    f"danmaku is the mean of {pairs.CROWD_SIZE} other lines, each of them of the label, or with "
    f"chance {pairs.CHATTER:g} any). Tiles are read as inference reads a face held for a second; "
    f"{SHRUNK:.0%} of them are shrunk to 16 to 47 pixels, so that quality can tell. "
    f"{pairs.FACE_ONLY:.0%} of the pairs show the face only, {pairs.LINE_ONLY:.0%} the line only, "
    "the same ones for all systems. The training pairs hold, beside the matched ones, "
    f"{pairs.PLAIN:.0%} as many with one plain channel, whose truth is what the other feels, and "
    f"crowds in {pairs.CROWDED:.0%}. Clips: the GRU's answers on Java-SED clips whose actors were "
    "left out of its training, read from the record of the training run, which keeps no features, "
    "so that systems of features are left out. Single channels count where they are there; the "
    "right half counts the pairs with face and line only, the same ones for every system. In "
    "brackets 95 % intervals, pairs drawn again. Ahead: difference of accuracy on these pairs."
)


class Comparison(NamedTuple):
    """Rows of systems and of disagreement, and what was fitted under the names that it ships as."""

    systems: list[dict[str, Any]]
    disagreement: list[dict[str, Any]]
    fitted: dict[str, Any]

    def table(self) -> str:
        """All of it in Markdown."""
        constants = [[name, json.dumps(value)] for name, value in self.fitted.items()]
        parts = (
            (COLUMNS, [cells(row) for row in self.systems]),
            (contradicting.COLUMNS, [contradicting.cells(row) for row in self.disagreement]),
            (("fitted", "value"), constants),
        )
        return "\n\n".join(markdown(columns, rows) for columns, rows in parts)


def compare_fusion(
    data: Path, text_model: str | None = None, *, device: str = "auto", limit: int | None = None
) -> tuple[Comparison, str]:
    """Fit and test all systems, and how the numbers were taken.

    `text_model` is a folder or a name on the hub, None the one that ships; `limit` uses only so
    many pairs of each split. Raises DataError when data is missing, ModelError for the models.
    """
    reader, model = ExpressionReader.shared(device), TextModel.shared(text_model, device)
    log.info("reading the training pairs")
    train = read_pairs(data, "train", reader, model, SEED, limit)
    log.info("reading the test pairs")
    test = read_pairs(data, "test", reader, model, SEED, limit)
    log.info("fitting")
    rng = np.random.default_rng(SEED)
    systems, pool = fit_systems(train, rng)
    least = contradicting.thresholds(train, rng)
    rng = np.random.default_rng(SEED)  # what is tested does not hang on what was fitted
    rows = [
        row
        for name, cases in test_cases(test, rng).items()
        for row in system_rows(name, cases, systems)
    ]
    found = fitted(pool, least)
    warn_of_others(found)
    marked = contradicting.disagreement_rows(least, test, rng)
    return Comparison(rows, marked, found), f"{PROTOCOL} {contradicting.PROTOCOL}"


def fit_systems(
    train: tuple[Faces, Lines], rng: np.random.Generator
) -> tuple[dict[str, Fuse], Weighted]:
    """Every system by its name, fitted on pairs of `train`; and the pool among them."""
    count = round(len(train[1].labels) * pairs.PLAIN / 2)
    cases = pairs.matched(*train, rng, crowded=pairs.CROWDED)
    for channel in (LINE, FACE):
        cases = pairs.joined(cases, pairs.plain(*train, rng, channel, count))
    pool = fit_pool(cases)
    systems: dict[str, Fuse] = {name: alone(channel) for name, channel in SINGLE.items()}
    systems |= {
        "mean of probabilities": mean,
        "log-opinion pool, equal": Weighted(quality_power=0.0),
        "log-opinion pool, weights by hand": BY_HAND,
        POOL: pool,
        LINEAR: fit_linear(cases, SEED),
        ATTENTION: fit_attention(cases),
    }
    return systems, pool


def test_cases(test: tuple[Faces, Lines], rng: np.random.Generator) -> dict[str, Cases]:
    """What the systems are tested on, by name."""
    faces, lines = test
    record = json.loads(weights.read_bytes(EXPRESSION_RECORD))
    clips = clip_faces(record["temporal"]["java_sed_clips"])
    first, second = pairs.match(clips.labels, [lines.labels], rng)
    of_clips = Faces(clips.probs[first], None, clips.labels[first], clips.quality[first])
    of_lines = Lines(*(each[second] for each in lines))
    return {
        "tiles and lines": pairs.matched(faces, lines, rng),
        "tiles, lines and danmaku": pairs.matched(faces, lines, rng, crowded=1.0),
        "clips and lines": pairs.matched(of_clips, of_lines, rng),
        "felt tiles, plain lines": pairs.plain(faces, lines, rng, LINE),
        "plain tiles, felt lines": pairs.plain(faces, lines, rng, FACE),
    }


def system_rows(kind: str, cases: Cases, systems: Mapping[str, Fuse]) -> list[dict[str, Any]]:
    """A row for each system that can answer these cases: all of them, and those with face and
    line, which tell how far it is ahead of the better single channel and of the pool."""
    answers = {system: fuse(cases) for system, fuse in systems.items() if _can(system, cases)}
    both = cases.seen[FACE] & cases.seen[LINE]
    right = {system: (probs.argmax(1) == cases.truth)[both] for system, probs in answers.items()}
    singles = [name for name, channel in SINGLE.items() if cases.seen[channel, both].all()]
    better = max(singles, key=lambda name: float(right[name].mean()))
    rows = []
    for system, probs in answers.items():
        answered = ~np.isnan(probs[:, 0])
        row: dict[str, Any] = {"pairs": kind, "system": system}
        for part, counted in (("any", answered), ("both", answered & both)):
            row[part] = _measures(cases.truth[counted], probs[counted], f"{kind}: {system}")
        if system not in SINGLE:
            row["ahead_of_channel"] = _ahead(right[system], right[better])
            row["ahead_of_pool"] = None if system == POOL else _ahead(right[system], right[POOL])
        rows.append(row)
    return rows


def cells(row: Mapping[str, Any]) -> list[str]:
    """One row of `system_rows` as the table shows it, in the order of `COLUMNS`."""
    shown = [row["pairs"], row["system"]]
    for part in ("any", "both"):
        found = row[part]
        shown.append(f"{found['accuracy']['n']:,}")
        shown += [interval(found["accuracy"]), interval(found["macro_f1"])]
        shown.append(f"{found['ece']['value']:.3f}")
    ahead = (row.get(name) for name in ("ahead_of_channel", "ahead_of_pool"))
    return [*shown, *("-" if each is None else interval(each) for each in ahead)]


def shipped() -> Weighted:
    """The pool with its weights, as `fusion.fuse` uses it."""
    base = tuple(fusion.BASE_WEIGHT[name] for name in CHANNELS)
    return Weighted(base, fusion.QUALITY_POWER, fusion.POOL)


def fitted(pool: Weighted, least: Mapping[tuple[str, str], float]) -> dict[str, Any]:
    """What `fusion` and `moments` have as constants of these names, in plain types."""
    return {
        "BASE_WEIGHT": dict(zip(CHANNELS, pool.base, strict=True)),
        "QUALITY_POWER": pool.quality_power,
        "POOL": {**asdict(pool.pool), "prior": list(pool.pool.prior)},
        "LEAST_DISAGREEMENT": {" ".join(between): bar for between, bar in least.items()},
    }


def warn_of_others(found: Mapping[str, Any]) -> None:
    """Log which constants ship with other values than those that were fitted."""
    for name, value in fitted(shipped(), moments.LEAST_DISAGREEMENT).items():
        if value != found[name]:
            log.warning("%s ships as %s, and was fitted as %s", name, value, found[name])


def _can(system: str, cases: Cases) -> bool:
    """Whether a system has what it needs in these cases."""
    if system in SINGLE:
        return bool(cases.seen[SINGLE[system]].any())
    return cases.features is not None or system not in (LINEAR, ATTENTION)


def _measures(truth: np.ndarray, probs: np.ndarray, protocol: str) -> dict[str, Any]:
    answers = probs.argmax(1)
    of = partial(bootstrap, protocol=protocol)
    return {
        "accuracy": of(metrics.accuracy, truth, answers).to_dict(),
        "macro_f1": of(metrics.macro_f1, truth, answers).to_dict(),
        "ece": of(metrics.ece, truth, probs).to_dict(),
    }


def _ahead(mine: np.ndarray, others: np.ndarray) -> dict[str, Any]:
    """By how much more of the cases one is right than the other; both (N,) bool."""
    gap = bootstrap(_gap, mine, others, protocol="difference of accuracy on the same pairs")
    return gap.to_dict()


def _gap(mine: np.ndarray, others: np.ndarray) -> float:
    return float(mine.mean() - others.mean())
