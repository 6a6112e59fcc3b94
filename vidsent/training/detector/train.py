"""The command `train faces`: the face detector, and weights that are fit to ship."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

import cv2
import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.faces.detection import FILE, FaceDetector, as_input
from vidsent.faces.detector_network import FaceCNN, cells
from vidsent.training.data.face_photos import MIN_SIDE, SAME_FACE, Photo, read_photos
from vidsent.training.detector.average_precision import average_precision, match
from vidsent.training.detector.loss import FaceTargets, loss
from vidsent.training.detector.pseudo_labels import pseudo_label_tiles
from vidsent.training.detector.scenes import Scenes
from vidsent.training.runs import (
    TrainingState,
    load_checkpoint,
    read_weights,
    save_checkpoint,
    save_record,
)

log = logging.getLogger(__name__)

Batch = tuple[Tensor, list[FaceTargets]]  # images (B, 3, H, W) and the faces of each

STAGE = "faces"
RECORD_FILE = "face_detector.json"
DATA = "photographs and video frames with human and YuNet boxes"
CANVASES = ((320, 0.5), (256, 0.12), (448, 0.2), (576, 0.18))  # side in pixels, share of batches
MAX_GRADIENT = 10.0  # norm
FLOOR = 0.05  # score below which answers do not matter to average precision


@dataclass(frozen=True)
class DetectorOptions:
    """How to train the detector; the defaults begin from nothing."""

    epochs: int = 50
    steps: int = 120  # batches that make an epoch
    batch: int = 32  # scenes of 320 pixels; larger canvases come in smaller batches
    learning_rate: float = 3e-3  # peak of the one-cycle schedule, AdamW
    weight_decay: float = 0.02
    ema_decay: float = 0.998
    validate_every: int = 5  # epochs
    seed: int = 0
    limit: int | None = None  # photographs of each kind: for smoke runs
    start: str = ""  # safetensors file of a first round; "" begins with none
    tiles: int = 1500  # of FER2013, labelled by that, that a second round adds

    def to_dict(self) -> dict[str, Any]:
        """As a record keeps them: files by their names, as their folders are nobody's business."""
        return {**asdict(self), "start": Path(self.start).name}


def train_faces(
    data: Path,
    out: Path,
    *,
    device: str = "auto",
    seed: int = 0,
    epochs: int | None = None,
    limit: int | None = None,
    start: Path | None = None,
    ship: bool = False,
) -> None:
    """Train the detector on `data`/facedet and export it into `out`; resumes what is there.

    `limit` cuts photographs and steps down for a smoke run. `start` is a file of weights of a
    first round, which labels tiles of `data`/fer2013 for the second. `ship` puts the weights into
    assets/weights. Raises DataError when data or `start` is missing or does not fit, ModelError
    for a bad device.
    """
    options = DetectorOptions()
    if start is not None:  # on what that detector finds, and what it mistakes
        options = replace(options, epochs=9, learning_rate=1e-3, validate_every=3, start=str(start))
    options = replace(
        options,
        seed=seed,
        limit=limit,
        epochs=epochs or options.epochs,
        steps=min(options.steps, limit or options.steps),
        tiles=min(options.tiles, limit or options.tiles),
    )
    file = export(out, fit(data, out, options, devices.choose(device)), options)
    if ship:
        weights.register(file)
        log.info("shipped %s", file.name)


def fit(data: Path, out: Path, options: DetectorOptions, device: torch.device) -> FaceCNN:
    """The averaged network after the last epoch; writes `faces.ckpt` and `faces.json`."""
    out.mkdir(parents=True, exist_ok=True)
    run = _start(options, device)
    photos, first = read_photos(data, "train", options.limit), None
    if options.start:
        first = FaceDetector(deepcopy(run.model).cpu())
        photos += pseudo_label_tiles(data, first, options.tiles)
    scenes, val = Scenes(photos, first), read_photos(data, "val", options.limit)
    run.restore(load_checkpoint(out / f"{STAGE}.ckpt"))
    for epoch in range(len(run.history), options.epochs):
        started = time.monotonic()
        batches = _batches(scenes, options, epoch)
        row = {"epoch": epoch + 1, **_epoch(run, batches, device)}
        if (epoch + 1) % options.validate_every == 0 or epoch + 1 == options.epochs:
            row["val_ap35"] = round(validate(run.averaged, val), 4)
        row["seconds"] = round(time.monotonic() - started, 1)
        run.history.append(row)
        log.info("faces %s", row)
        save_checkpoint(out / f"{STAGE}.ckpt", run.state())
        save_record(out / f"{STAGE}.json", {"options": options.to_dict(), "history": run.history})
    return run.averaged.eval()


def validate(network: FaceCNN, photos: list[Photo]) -> float:
    """Average precision at IoU 0.35 for faces above `MIN_SIDE` pixels."""
    detector = FaceDetector(deepcopy(network).cpu())
    matched = []
    for photo in photos:
        found = detector.detect(photo.image, threshold=FLOOR)
        judged = photo.boxes[:, 2:].max(1, initial=0) >= MIN_SIDE
        matched.append(match(found.boxes, found.scores, photo.boxes, judged, SAME_FACE))
    return average_precision(matched)


def export(out: Path, network: FaceCNN, options: DetectorOptions) -> Path:
    """Write the weights as float16 where that costs nothing; returns the file."""
    tensors = {
        name: (value.half() if value.dim() > 1 else value).contiguous().cpu()
        for name, value in network.state_dict().items()
    }
    about = {"model": "FaceCNN", "trained_on": DATA, "options": json.dumps(options.to_dict())}
    save_file(tensors, out / FILE, metadata=about)
    return out / FILE


def _start(options: DetectorOptions, device: torch.device) -> TrainingState[FaceCNN]:
    torch.manual_seed(options.seed)
    network = FaceCNN()
    if options.start:
        try:
            network.load_state_dict(read_weights(Path(options.start)))
        except RuntimeError as error:
            raise DataError(f"{options.start} holds weights of another network.") from error
    network = network.to(device).to(memory_format=torch.channels_last)
    decay = get_ema_multi_avg_fn(options.ema_decay)
    average = AveragedModel(network, multi_avg_fn=decay, use_buffers=True)
    rate, steps = options.learning_rate, options.epochs * options.steps
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=options.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.08)
    generator = torch.Generator().manual_seed(options.seed)
    return TrainingState(network, optimizer, schedule, generator, average)


def _epoch(
    run: TrainingState[FaceCNN], batches: Iterator[Batch], device: torch.device
) -> dict[str, float]:
    """One pass; returns the means of the terms of the loss."""
    run.model.train()
    found = []
    for images, labels in batches:
        images = images.to(device, memory_format=torch.channels_last)
        with devices.mixed_precision(device):
            raw = run.model(images)
        total, terms = loss(raw.float().cpu(), cells(*images.shape[2:]), labels)
        run.step(total, MAX_GRADIENT)
        found.append(terms)
    return {name: round(mean(each[name] for each in found), 4) for name in found[0]}


def _batches(scenes: Scenes, options: DetectorOptions, epoch: int) -> Iterator[Batch]:
    """Batches of scenes, drawn in another thread while the network learns from the last one."""
    seeds = [(options.seed, epoch, step) for step in range(options.steps)]
    cv2.setNumThreads(1)  # the network needs the other cores
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(_draw, scenes, options, seeds[0])
        for seed in [*seeds[1:], None]:
            batch = waiting.result()
            if seed is not None:
                waiting = pool.submit(_draw, scenes, options, seed)
            yield batch


def _draw(scenes: Scenes, options: DetectorOptions, seed: tuple[int, int, int]) -> Batch:
    rng = np.random.default_rng(seed)
    sides, shares = zip(*CANVASES, strict=True)
    side = int(rng.choice(sides, p=shares))
    count = max(2, round(options.batch * (sides[0] / side) ** 2))
    drawn = [scenes.draw(side, rng) for _ in range(count)]
    labels = [FaceTargets(*map(torch.from_numpy, scene[1:])) for scene in drawn]
    return as_input([scene.image for scene in drawn]), labels
