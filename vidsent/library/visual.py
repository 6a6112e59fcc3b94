"""Which moments of a library look alike, and, with a model that the user names, which show what
a text says.

Any model of transformers that puts images and texts into one space will do, such as CLIP. None
comes with vidsent, and none is fetched unless its name is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from vidsent.core.errors import ModelError
from vidsent.core.once import once
from vidsent.library import image_descriptors
from vidsent.library.store import Index, Store

ALIKE = "pictures:2"  # the name that vectors of `image_descriptors.features` are kept under
SUGGESTED = "openai/clip-vit-base-patch32"
ABSENT = (
    "Searching pictures by words needs an image-text model: name one with --image-text-model, "
    f"such as {SUGGESTED}."
)
BATCH = 16  # images


class VisualIndex:
    """Vectors of the images of one store."""

    def __init__(self, store: Store, model: str | None = None) -> None:
        self._store = store
        self._model = model

    def alike(self, this: int, index: Index) -> np.ndarray:
        """How much the image of each entry looks like that of entry `this`, (N,) in [0, 1].

        0 where either has no image. `this` is a row of the index.
        """
        vectors = self._vectors(ALIKE, index, _features)
        own = vectors.get(int(index.ids[this]))
        if own is None:
            return np.zeros(len(index.ids))
        found = [
            float(other @ own) if (other := vectors.get(int(each))) is not None else 0.0
            for each in index.ids
        ]
        return np.clip(found, 0, 1)

    def shows(self, text: str, index: Index) -> np.ndarray:
        """Cosine (N,) of each entry's image with a text, NaN without one; raises ModelError."""
        if self._model is None:
            raise ModelError(ABSENT)
        model = _load(self._model)
        vectors = self._vectors(f"image:{self._model}", index, model.pictures)
        wanted = model.text(text)
        return np.array(
            [
                float(other @ wanted) if (other := vectors.get(int(each))) is not None else np.nan
                for each in index.ids
            ]
        )

    def _vectors(
        self,
        name: str,
        index: Index,
        read: Callable[[Mapping[int, bytes]], Mapping[int, np.ndarray]],
    ) -> dict[int, np.ndarray]:
        """Vectors of the moments that have an image, made where they are missing."""
        moments = set(index.ids[index.kinds == "moment"].tolist())
        unread = moments.intersection(self._store.unread(name))
        if unread:
            found = read(self._store.pictures(sorted(unread)))
            nothing = np.zeros(0, np.float16)
            self._store.put_vectors(name, {each: found.get(each, nothing) for each in unread})
        known = self._store.vectors(name)
        return {each: row.astype(np.float32) for each, row in known.items() if len(row)}


def _features(jpegs: Mapping[int, bytes]) -> dict[int, np.ndarray]:
    found = {number: image_descriptors.features(jpeg) for number, jpeg in jpegs.items()}
    return {number: row for number, row in found.items() if row is not None}


class ImageText:
    """A model of transformers that puts images and texts into one space."""

    def __init__(self, model: Any, processor: Any) -> None:
        self._model = model
        self._processor = processor

    @torch.inference_mode()
    def pictures(self, jpegs: Mapping[int, bytes]) -> dict[int, np.ndarray]:
        """A vector (D,) float32 of length 1 for each image."""
        found: dict[int, np.ndarray] = {}
        numbers = list(jpegs)
        for first in range(0, len(numbers), BATCH):
            batch = numbers[first : first + BATCH]
            images = [_decoded(jpegs[each]) for each in batch]
            inputs = self._processor(images=images, return_tensors="pt")
            rows = _rows(self._model.get_image_features(**inputs))
            found.update(zip(batch, rows, strict=True))
        return found

    @torch.inference_mode()
    def text(self, text: str) -> np.ndarray:
        """The vector (D,) float32 of a text, of length 1."""
        inputs = self._processor(text=[text], return_tensors="pt", padding=True, truncation=True)
        return _rows(self._model.get_text_features(**inputs))[0]


def _decoded(jpeg: bytes) -> np.ndarray:
    """(H, W, 3) uint8 RGB; one black pixel where the image cannot be read."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return (
        np.zeros((1, 1, 3), np.uint8) if image is None else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    )


def _rows(answer: Any) -> np.ndarray:
    """Features (N, D) of length 1; newer models wrap them in an output of several fields."""
    rows = getattr(answer, "pooler_output", answer)
    return torch.nn.functional.normalize(rows.float(), dim=-1).cpu().numpy()


@once
def _load(name: str) -> ImageText:
    """The model `name`, a folder or one of the hub; raises ModelError."""
    from transformers import AutoModel, AutoProcessor

    try:
        model, processor = AutoModel.from_pretrained(name), AutoProcessor.from_pretrained(name)
    except Exception as error:  # transformers lets whatever its parts raise through
        raise ModelError(
            f"The image-text model {Path(name).name} cannot be loaded. Name a folder that holds "
            f"one, or while online one of the Hugging Face hub, such as {SUGGESTED}."
        ) from error
    if not hasattr(model, "get_image_features") or not hasattr(model, "get_text_features"):
        raise ModelError(
            f"{Path(name).name} does not put pictures and texts into one space. Name an "
            f"image-text model such as {SUGGESTED}."
        )
    return ImageText(model.eval(), processor)
