"""What reading a face costs on a CPU, in float32 and in bfloat16, and whether they agree."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import FEATURES, as_input
from vidsent.faces.reader import ExpressionReader
from vidsent.training import metrics
from vidsent.training.metrics import Metric, bootstrap
from vidsent.training.timing import THREADS, TURNS, best_times, threads

BATCH = 16  # faces
BATCHES = 8
STEPS = 600  # of a track: a minute at the default rate
TRACKS = 4
COMPARED = 512  # tiles whose probabilities are compared

MEDIAN = (
    f"milliseconds, median over {{}}, best of {TURNS} turns; {THREADS} threads; "
    f"PyTorch {torch.__version__}"
)


def speed_rows(tiles: np.ndarray) -> dict[str, Metric]:
    """Milliseconds a face and a step of the shipped models, on face tiles (N, 48, 48) uint8.

    Whatever the device of the evaluation, the CPU is measured. bfloat16 is PyTorch's autocast.
    """
    reader = ExpressionReader("cpu")
    drawn = np.random.default_rng(0).integers(0, len(tiles), (BATCHES, BATCH))
    batches = [as_input(torch.from_numpy(tiles[rows])) for rows in drawn]
    with threads(), torch.inference_mode():
        exact, rounded = best_times(
            batches,
            [lambda crops: probs(reader, crops, False), lambda crops: probs(reader, crops, True)],
        )
        (steps,) = best_times(_tracks(), [lambda track: reader.gru.along(*track)])
    faces = MEDIAN.format(
        f"{BATCHES} batches of {BATCH} faces, each with its mirror image, channels last"
    )
    track = MEDIAN.format(f"{TRACKS} tracks of {STEPS} steps")
    return {
        "ms_per_face_fp32": bootstrap(_median, exact / BATCH, protocol=f"CNN, {faces}"),
        "ms_per_face_bf16": bootstrap(_median, rounded / BATCH, protocol=f"CNN, {faces}"),
        "ms_per_step_gru": bootstrap(_median, steps / STEPS, protocol=f"GRU, {track}"),
        **_agreement(reader, tiles[:COMPARED]),
    }


def probs(reader: ExpressionReader, crops: Tensor, half: bool) -> Tensor:
    """The CNN's probabilities (N, 7) of crops (N, 1, 48, 48) in [0, 1], mirror images included.

    `half` computes them in bfloat16 where autocast finds that safe.
    """
    return reader.cnn.read(crops, half)[1].softmax(1)


def _agreement(reader: ExpressionReader, tiles: np.ndarray) -> dict[str, Metric]:
    crops = as_input(torch.from_numpy(tiles))
    with torch.inference_mode():
        exact, rounded = (probs(reader, crops, half).numpy() for half in (False, True))
    largest = round(float(np.abs(exact - rounded).max()), 4)
    about = f"CNN in bfloat16 beside float32, {len(tiles)} FER+ test tiles"
    same = exact.argmax(1) == rounded.argmax(1)
    return {
        "bf16_largest_difference": Metric(
            largest,
            largest,
            largest,
            len(tiles),
            f"largest difference of a probability; {about}; a maximum has no interval",
        ),
        "bf16_same_answer": bootstrap(
            metrics.share_of, same, protocol=f"share of faces with the same answer; {about}"
        ),
    }


def _tracks() -> list[tuple[Tensor, Tensor]]:
    """Features and logits along made-up tracks; their values do not change the cost."""
    generator = torch.Generator().manual_seed(0)
    return [
        (
            torch.rand(STEPS, FEATURES, generator=generator),
            torch.randn(STEPS, NUM_LABELS, generator=generator),
        )
        for _ in range(TRACKS)
    ]


def _median(times: np.ndarray) -> float:
    return float(np.median(times))
