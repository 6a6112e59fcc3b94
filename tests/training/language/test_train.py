"""`train language` from a tiny English BERT: what it writes loads, and it goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from tests import planted_texts, small_bert
from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.language import text_model
from vidsent.language.text_model import TextModel
from vidsent.training.language.bert_files import TOKENIZER, WORD_EMBEDDINGS, initialise, read_bert
from vidsent.training.language.line_emotions import OUTPUTS, line_loss
from vidsent.training.language.masked_lm import mask
from vidsent.training.language.train import FOLDER, train_language
from vidsent.training.language.training_loop import LENGTH_MULTIPLE, pad, plan
from vidsent.training.language.vocabulary import MASK, SPECIAL, VocabularyOptions, build

LIMIT = 12
SHARD = 10_000_000  # bytes that no file may reach


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_texts.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_bert.english(tmp_path_factory.mktemp("english"))


@pytest.fixture(scope="module")
def out(data: Path, start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    texts = folder / "news.txt"
    texts.write_text("火车五点开。\n\n今天下雨了。\n", "utf-8")
    train_language(data, folder, start=start, extra=[texts], limit=LIMIT)
    return folder


def test_what_is_written_loads_and_reads(out: Path) -> None:
    model = TextModel(str(out / FOLDER))
    probs, affect = model.read(["so happy", "我很孤单", ""], ["en", "zh", "en"])
    assert probs.shape == (3, 7) and probs.sum(1) == pytest.approx(1, abs=1e-5)
    assert affect.shape == (3, 2) and np.abs(affect).max() <= 1
    told = json.loads((out / FOLDER / "config.json").read_text())
    assert set(told["calibration"]) == {"en", "zh"}
    assert tuple(told["id2label"].values()) == OUTPUTS
    assert all(file.stat().st_size < SHARD for file in (out / FOLDER).iterdir())


def test_a_finished_run_is_not_trained_again(data: Path, start: Path, out: Path) -> None:
    before = {file.name: file.read_bytes() for file in (out / FOLDER).iterdir()}
    history = (out / "lines.json").read_bytes()
    train_language(data, out, start=start, extra=[out / "news.txt"], limit=LIMIT)
    assert {file.name: file.read_bytes() for file in (out / FOLDER).iterdir()} == before
    assert (out / "lines.json").read_bytes() == history
    with pytest.raises(DataError, match="other options"):
        train_language(data, out, start=start, limit=LIMIT)


def test_shipping_enters_every_file(out: Path, empty_assets: Path) -> None:
    weights.register_folder(out / FOLDER, text_model.FOLDER)
    assert {Path(name).name for name in weights.files_of(text_model.FOLDER)} == {
        file.name for file in (out / FOLDER).iterdir()
    }
    facts = weights.info(text_model.FOLDER)
    assert facts.parameters > 0 and "SMP2020" in facts.metadata["trained_on"]
    assert facts.version == weights.version(text_model.FOLDER) != ""
    TextModel()


@pytest.mark.parametrize("file", [TOKENIZER, "config.json", "model.safetensors"])
def test_what_is_no_bert_to_start_from_is_said(
    file: str, start: Path, data: Path, tmp_path: Path
) -> None:
    for each in start.iterdir():
        if each.name != file:
            (tmp_path / each.name).write_bytes(each.read_bytes())
    with pytest.raises(DataError, match=r"BERT|weights"):
        train_language(data, tmp_path / "run", start=tmp_path, limit=2)


def test_without_a_bert_or_texts_nothing_begins(data: Path, start: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--start"):
        train_language(data, tmp_path)
    with pytest.raises(DataError, match="UTF-8"):
        train_language(data, tmp_path, start=start, extra=[tmp_path / "absent.txt"], limit=2)


def test_pieces_of_both_languages(start: Path) -> None:
    chinese = ["我很开心[泪]", "你很开心[泪]", "大家都很开心[泪] 😂"] * 20
    english = ["so happy in town 😂", "sad house"] * 20
    options = VocabularyOptions(chinese=40)
    tokenizer = build(start, english, chinese, options)
    encoded = tokenizer.encode("HAPPY 我很开心[泪]😂 in", add_special_tokens=False)
    assert "▁happy" in encoded.tokens and "[泪]" in encoded.tokens and "😂" in encoded.tokens
    assert "[UNK]" not in encoded.tokens
    spelled = "".join("HAPPY 我很开心[泪]😂 in"[a:b] for a, b in encoded.offsets)
    assert spelled.replace(" ", "") == "HAPPY我很开心[泪]😂in"
    model = initialise(start, tokenizer, 0)
    rows, _ = read_bert(start)
    first = Tokenizer.from_file(str(start / TOKENIZER))
    mine = model.bert.embeddings.word_embeddings.weight.detach()
    kept = mine[tokenizer.token_to_id("▁happy")]
    assert torch.equal(kept, rows[WORD_EMBEDDINGS][first.token_to_id("happy")])
    assert model.config.vocab_size == tokenizer.get_vocab_size() == len(mine)


def test_a_whole_bert_is_needed(start: Path, tmp_path: Path) -> None:
    tokenizer = build(start, ["so happy"], ["很开心"] * 9, VocabularyOptions(chinese=9))
    small = BertModel.from_pretrained(start, num_hidden_layers=1)
    small.config.num_hidden_layers = 2
    small.save_pretrained(tmp_path)
    (tmp_path / TOKENIZER).write_bytes((start / TOKENIZER).read_bytes())
    with pytest.raises(DataError, match="missing"):
        initialise(tmp_path, tokenizer, 0)


def test_what_is_masked() -> None:
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(len(SPECIAL), 900, (200, 50), generator=generator)
    ids[:, 0], ids[:, -1] = SPECIAL.index("[CLS]"), SPECIAL.index("[PAD]")
    shown, hidden = mask(ids, 900, 0.15, generator)
    assert not hidden[:, 0].any() and not hidden[:, -1].any()
    assert hidden.float().mean() == pytest.approx(0.15 * 48 / 50, abs=0.01)
    assert torch.equal(shown[~hidden], ids[~hidden])
    masked = shown[hidden] == SPECIAL.index(MASK)
    assert masked.float().mean() == pytest.approx(0.8, abs=0.03)
    assert (shown[hidden] == ids[hidden]).float().mean() == pytest.approx(0.1, abs=0.03)


def test_batches_hold_every_text_once_and_are_of_one_length() -> None:
    lengths = np.random.default_rng(0).integers(3, 90, 1_000)
    batches = plan(lengths, 16, torch.Generator().manual_seed(0))
    assert sorted(np.concatenate(batches)) == list(range(1_000))
    spread = np.mean([np.ptp(lengths[batch]) for batch in batches])
    assert spread < 0.1 * np.ptp(lengths)
    ids, seen = pad([np.arange(5, 5 + n, dtype=np.int32) for n in (3, 9)], 0)
    assert ids.shape == (2, 2 * LENGTH_MULTIPLE) and seen.sum(1).tolist() == [3, 9]
    assert not ids[seen == 0].any()


def test_what_a_set_does_not_know_is_neither_right_nor_wrong() -> None:
    outputs = torch.zeros(2, len(OUTPUTS), requires_grad=True)
    weight = torch.zeros(2, len(OUTPUTS))
    weight[0, 3] = weight[1, 8] = 1.0
    line_loss(outputs, torch.ones(2, len(OUTPUTS)), weight).backward()
    assert outputs.grad is not None
    moved = outputs.grad != 0
    assert moved.nonzero().tolist() == [[0, 3], [1, 8]]
