"""The detector's training on photographs in miniature: it ends, resumes, learns and exports."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from skimage.data import astronaut

from tests.training import photos, tiny
from tests.training.power_cut import power_cut
from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.faces.detection import FILE, FaceDetector
from vidsent.faces.detector_network import FaceCNN, cells
from vidsent.training.data.face_photos import read_photos
from vidsent.training.detector import train
from vidsent.training.detector.loss import loss
from vidsent.training.detector.pseudo_labels import SIDE, hard_negatives, pseudo_label_tiles
from vidsent.training.detector.scenes import Scenes
from vidsent.training.detector.train import DetectorOptions, _draw, train_faces


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    tiny.facedet(folder / "facedet")
    tiny.fer_split(folder / "fer2013", "train", 10)
    tiny.show_faces(folder / "fer2013" / "train.png")
    return folder


@pytest.fixture(autouse=True)
def _small_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "CANVASES", ((128, 1.0),))


def _train(data: Path, out: Path) -> None:
    train_faces(data, out, device="cpu", epochs=2, limit=1)


def test_a_run_that_was_cut_short_resumes_to_the_same_weights(data: Path, tmp_path: Path) -> None:
    _train(data, tmp_path / "whole")
    with power_cut("faces {'epoch': 2"):  # before its checkpoint is written
        _train(data, tmp_path / "cut")
    _train(data, tmp_path / "cut")
    wanted = load_file(tmp_path / "whole" / FILE)
    resumed = load_file(tmp_path / "cut" / FILE)
    assert all(torch.equal(resumed[key], tensor) for key, tensor in wanted.items())
    assert (tmp_path / "whole" / FILE).stat().st_size < 2_000_000
    with safe_open(tmp_path / "whole" / FILE, framework="pt") as file:
        about = file.metadata()
    assert json.loads(about["options"])["epochs"] == 2
    record = json.loads((tmp_path / "whole" / "faces.json").read_text())
    assert [row["epoch"] for row in record["history"]] == [1, 2]
    assert 0 <= record["history"][-1]["val_ap35"] <= 1


def test_a_second_round_goes_on_from_the_first(data: Path, tmp_path: Path) -> None:
    first = weights.assets() / "weights" / FILE
    train_faces(data, tmp_path, device="cpu", epochs=1, limit=1, start=first)
    before, after = load_file(first), load_file(tmp_path / FILE)
    apart = [(before[k].float() - after[k].float()).abs().max() for k in before if "conv" in k]
    assert max(apart) < 0.05, "a second round begins where the first ended"
    with pytest.raises(DataError, match="nowhere"):
        train_faces(data, tmp_path, device="cpu", start=tmp_path / "nowhere")


def test_tiles_are_labelled_where_their_face_is(data: Path) -> None:
    labelled = pseudo_label_tiles(data, FaceDetector.shared(), 5)
    assert len(labelled) == 5
    for photo in labelled:
        (x, y, width, height), points = photo.boxes[0], photo.landmarks[0]
        assert photo.image.shape == (SIDE, SIDE, 3)
        assert width > SIDE / 4
        assert ((points > [x, y]) & (points < [x + width, y + height])).all()


def test_images_taken_for_faces_are_told_from_others() -> None:
    face = photos.made(
        np.asarray(astronaut()), np.zeros((0, 4), np.float32), np.zeros((0, 5, 2)), "mask/0.jpg"
    )
    detector = FaceDetector.shared()
    assert hard_negatives([face, photos.empty()], detector) == [face]


def test_the_network_learns_one_batch_by_heart(data: Path) -> None:
    torch.manual_seed(0)
    options = DetectorOptions(batch=4)
    images, labels = _draw(Scenes(read_photos(data, "train")), options, (0, 0, 0))
    network, grid = FaceCNN(), cells(*images.shape[2:])
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    losses = []
    for _ in range(15):
        total, _ = loss(network(images), grid, labels)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        losses.append(float(total.detach()))
    assert losses[-1] < 0.6 * losses[0]


def test_missing_data_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"images\.zip"):
        train_faces(tmp_path, tmp_path / "run", device="cpu")
