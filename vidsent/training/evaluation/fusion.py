"""The command `compare fusion`: systems that join face and words, side by side on the same pairs.

Every system is fitted here, on training pairs, in seconds; what is fitted of the pool and of
disagreement is what `fusion` and `moments` ship as constants.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
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
from vidsent.training import metrics
from vidsent.training.evaluation.report import interval, markdown
from vidsent.training.fusion import pairs
from vidsent.training.fusion.pairs import CHANNELS, DANMAKU, FACE, SUBTITLE, Cases, Faces, Lines
from vidsent.training.fusion.readings import SHRUNK, clip_faces, read_pairs
from vidsent.training.fusion.systems import (
    CHANCE,
    FusionModel,
    Weighted,
    fit_attention,
    fit_concatenation,
    fit_disagreement,
    fit_pool,
    mean_of_channels,
    single_channel,
)
from vidsent.training.metrics import bootstrap

log = logging.getLogger(__name__)

POOL = "log-opinion pool, calibrated"
CONCATENATION, ATTENTION = "features side by side, linear", "attention over channels"
SINGLE = {"face alone": FACE, "line alone": SUBTITLE, "danmaku alone": DANMAKU}
SEED = 0
BY_HAND = Weighted((1.0, 0.7, 0.4))  # what shipped before anything was fitted
PROTOCOL = (
    "Pairs: a face and a line of one label. Trained on FER+ validation tiles with lines of the "
    "dev splits of GoEmotions and SMP2020 that bear one label, tested on test tiles with lines of "
    "the test splits; no tile and no text is in both, and each tile and each text is in one "
    "matched pair (danmaku are the mean of "
    f"{pairs.COMMENTS} other lines, each of them of the label, or with "
    f"chance {pairs.OFF_TOPIC:g} any). Tiles are read as inference reads a face held for a second; "
    f"{SHRUNK:.0%} of them are shrunk to 16 to 47 pixels, so that quality can tell. "
    f"{pairs.FACE_ONLY:.0%} of the pairs show the face only, {pairs.SUBTITLE_ONLY:.0%} the line "
    "only, the same ones for all systems. The training pairs hold, beside the matched ones, "
    f"{pairs.PLAIN:.0%} as many with one plain channel, whose truth is what the other feels, and "
    f"danmaku in {pairs.WITH_DANMAKU:.0%}. Clips: the GRU's answers on Java-SED clips whose actors "
    "were left out of its training, read from the record of the training run, which keeps no "
    "features, so that systems of features are left out. Accuracy on the pairs with face and line, "
    "the same ones for every system, 95 % interval, pairs drawn again, and calibration error. "
    "Channels disagree from where the divergence of what they feel, times the chance that both "
    f"feel anything, passes that of {1 - CHANCE:.0%} of matched training pairs."
)


class Comparison(NamedTuple):
    """Rows of systems, and what was fitted under the names that it ships as."""

    systems: list[dict[str, Any]]
    fitted: dict[str, Any]

    def table(self) -> str:
        """All of it in Markdown."""
        constants = [[name, json.dumps(value)] for name, value in self.fitted.items()]
        return "\n\n".join([by_pairs(self.systems), markdown(("fitted", "value"), constants)])


def compare_fusion(
    data: Path, text_model: str | None = None, *, device: str = "auto", limit: int | None = None
) -> tuple[Comparison, str]:
    """Fit and test all systems, and how the numbers were taken.

    `text_model` is a folder or a name on the hub, None the one that ships; `limit` uses only so
    many pairs of each split. Raises DataError when data is missing, ModelError for the models.
    """
    reader, model = ExpressionReader.shared(device), TextModel.shared(text_model, device)
    log.info("reading the pairs")
    train, test = (
        read_pairs(data, split, reader, model, SEED, limit) for split in ("train", "test")
    )
    log.info("fitting")
    rng = np.random.default_rng(SEED)
    systems, pool = fit_systems(train, rng)
    least = fit_disagreement(train, rng)
    rng = np.random.default_rng(SEED)  # what is tested does not hang on what was fitted
    rows = [
        row
        for name, cases in test_cases(test, rng).items()
        for row in system_rows(name, cases, systems)
    ]
    found = fitted(pool, least)
    warn_of_others(found)
    return Comparison(rows, found), PROTOCOL


def fit_systems(
    train: tuple[Faces, Lines], rng: np.random.Generator
) -> tuple[dict[str, FusionModel], Weighted]:
    """Every system by its name, fitted on pairs of `train`; and the pool among them."""
    count = round(len(train[1].labels) * pairs.PLAIN / 2)
    cases = pairs.matched(*train, rng, danmaku=pairs.WITH_DANMAKU)
    for channel in (SUBTITLE, FACE):
        cases = pairs.joined(cases, pairs.plain(*train, rng, channel, count))
    pool = fit_pool(cases)
    systems: dict[str, FusionModel] = {
        **{name: single_channel(channel) for name, channel in SINGLE.items()},
        "mean of probabilities": mean_of_channels,
        "log-opinion pool, equal": Weighted(quality_power=0.0),
        "log-opinion pool, weights by hand": BY_HAND,
        POOL: pool,
        CONCATENATION: fit_concatenation(cases, SEED),
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
        "tiles, lines and danmaku": pairs.matched(faces, lines, rng, danmaku=1.0),
        "clips and lines": pairs.matched(of_clips, of_lines, rng),
        "felt tiles, plain lines": pairs.plain(faces, lines, rng, SUBTITLE),
        "plain tiles, felt lines": pairs.plain(faces, lines, rng, FACE),
    }


def system_rows(
    kind: str, cases: Cases, systems: Mapping[str, FusionModel]
) -> list[dict[str, Any]]:
    """A row for each system that can answer these cases, of those with face and line."""
    both = cases.where(cases.seen[FACE] & cases.seen[SUBTITLE])
    rows = []
    for name, system in systems.items():
        if _can(name, both):
            probs = system(both)
            of = partial(bootstrap, protocol=f"{kind}: {name}")
            accuracy = of(metrics.accuracy, both.truth, probs.argmax(1)).to_dict()
            ece = of(metrics.ece, both.truth, probs).to_dict()
            rows.append({"pairs": kind, "system": name, "accuracy": accuracy, "ece": ece})
    return rows


def by_pairs(rows: Sequence[Mapping[str, Any]]) -> str:
    """`system_rows` as Markdown: a row a system, a column a kind of pairs."""
    found = {
        (row["system"], row["pairs"]): f"{interval(row['accuracy'])}; ECE {row['ece']['value']:.3f}"
        for row in rows
    }
    kinds = {row["pairs"]: row["accuracy"]["n"] for row in rows}
    systems = dict.fromkeys(row["system"] for row in rows)
    cells = [[system, *(found.get((system, kind), "-") for kind in kinds)] for system in systems]
    return markdown(["system", *(f"{kind}, n {n:,}" for kind, n in kinds.items())], cells)


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


def _can(name: str, cases: Cases) -> bool:
    """Whether a system has what it needs in these cases."""
    if name in SINGLE:
        return bool(cases.seen[SINGLE[name]].any())
    return cases.features is not None or name not in (CONCATENATION, ATTENTION)
