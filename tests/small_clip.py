"""A CLIP so small that a test can make it: random weights, real files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPProcessor,
    CLIPTextConfig,
    CLIPVisionConfig,
)

from tests.small_bert import _tokenizer, vocabulary

SIDE = 32  # pixels


def image_text_model(folder: Path) -> Path:
    """A folder with an image-text model, as one from a hub."""
    torch.manual_seed(0)
    size: dict[str, Any] = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    words = CLIPTextConfig(
        **size,
        num_attention_heads=4,
        vocab_size=len(vocabulary()),
        eos_token_id=vocabulary().index("[SEP]"),
    )
    pictures = CLIPVisionConfig(**size, num_attention_heads=4, image_size=SIDE, patch_size=8)
    config = CLIPConfig(
        text_config=words.to_dict(), vision_config=pictures.to_dict(), projection_dim=16
    )
    CLIPModel(config).eval().save_pretrained(folder)
    images = CLIPImageProcessor(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    )
    CLIPProcessor(image_processor=images, tokenizer=_tokenizer()).save_pretrained(folder)
    return folder
