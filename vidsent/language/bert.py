"""BERT with a head that classifies a text (Devlin et al. 2019), made of PyTorch's own layers.

It computes what transformers' `BertForSequenceClassification` does, from the same files. To import
that takes several times as long as to read a clip's lines, so it is left to models that a caller
names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from vidsent.core import weights

CONFIG, TOKENIZER = "config.json", "tokenizer.json"


class Encoded(NamedTuple):
    """Token ids (B, T) int64, padded, and which are of the text, (B, T) bool."""

    token_ids: Tensor
    attention_mask: Tensor


class Bert(nn.Module):
    """Encoded texts to logits (B, K); `config` is the content of transformers' config.json."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        width, eps = config["hidden_size"], config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], width)
        self.places = nn.Embedding(config["max_position_embeddings"], width)
        self.norm = nn.LayerNorm(width, eps)
        layer = nn.TransformerEncoderLayer(
            width,
            config["num_attention_heads"],
            config["intermediate_size"],
            dropout=0.0,
            activation=config["hidden_act"],
            layer_norm_eps=eps,
            batch_first=True,
        )
        # nested tensors would give shorter rows back where a batch has spare padding
        self.encoder = nn.TransformerEncoder(
            layer, config["num_hidden_layers"], enable_nested_tensor=False
        )
        self.pooler = nn.Linear(width, width)
        self.classifier = nn.Linear(width, len(config["id2label"]))

    def states(self, encoded: Encoded) -> Tensor:
        """The last hidden states (B, T, width)."""
        places = torch.arange(encoded.token_ids.shape[1], device=encoded.token_ids.device)
        embedded = self.norm(self.words(encoded.token_ids) + self.places(places))
        hidden: Tensor = self.encoder(embedded, src_key_padding_mask=~encoded.attention_mask)
        return hidden

    def forward(self, encoded: Encoded) -> Tensor:
        first = self.states(encoded)[:, 0]
        return self.classifier(self.pooler(first).tanh())


def load(folder: str) -> tuple[Bert, Tokenizer, dict[str, Any]]:
    """The model that ships in `folder` of the weights, its tokenizer and its config.json.

    In evaluation mode, on the CPU, in float32. Raises ModelError where a file is missing or
    altered.
    """
    names = weights.files_of(folder)
    config = json.loads(weights.read_bytes(f"{folder}/{CONFIG}"))
    tensors: dict[str, Tensor] = {}
    for name in names:
        if name.endswith(weights.TENSORS):
            tensors |= weights.load_tensors(name).tensors
        else:
            weights.read_bytes(name)  # checks it
    tokenizer = Tokenizer.from_str(weights.read_bytes(f"{folder}/{TOKENIZER}").decode())
    # Trap: on the device "meta" nothing would be drawn in vain, but that loads PyTorch's compiler.
    model = Bert(config)
    model.load_state_dict(_renamed(tensors, config["num_hidden_layers"]))
    return model.eval(), tokenizer, config


def _renamed(tensors: Mapping[str, Tensor], layers: int) -> dict[str, Tensor]:
    """transformers' weights under the names that PyTorch's layers have for them."""
    embeddings, norm = "bert.embeddings", "bert.embeddings.LayerNorm"
    renamed = {
        "words.weight": tensors[f"{embeddings}.word_embeddings.weight"],
        # every text is the first and only one of its row, so the kind of text is a constant
        "places.weight": tensors[f"{embeddings}.position_embeddings.weight"]
        + tensors[f"{embeddings}.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        renamed |= {
            f"norm.{kind}": tensors[f"{norm}.{kind}"],
            f"pooler.{kind}": tensors[f"bert.pooler.dense.{kind}"],
            f"classifier.{kind}": tensors[f"classifier.{kind}"],
        }
        for layer in range(layers):
            theirs, ours = f"bert.encoder.layer.{layer}", f"encoder.layers.{layer}"
            attention = f"{theirs}.attention"
            projections = [
                tensors[f"{attention}.self.{of}.{kind}"] for of in ("query", "key", "value")
            ]
            renamed |= {
                f"{ours}.self_attn.in_proj_{kind}": torch.cat(projections),
                f"{ours}.self_attn.out_proj.{kind}": tensors[f"{attention}.output.dense.{kind}"],
                f"{ours}.norm1.{kind}": tensors[f"{attention}.output.LayerNorm.{kind}"],
                f"{ours}.linear1.{kind}": tensors[f"{theirs}.intermediate.dense.{kind}"],
                f"{ours}.linear2.{kind}": tensors[f"{theirs}.output.dense.{kind}"],
                f"{ours}.norm2.{kind}": tensors[f"{theirs}.output.LayerNorm.{kind}"],
            }
    return renamed
