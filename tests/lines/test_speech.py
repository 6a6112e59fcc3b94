"""Speech recognition with a tiny Whisper and a tiny CTC model that know nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import vidsent
from tests.clips import write_clip, write_sound
from vidsent.core.errors import ModelError
from vidsent.core.options import Options
from vidsent.lines import speech

RATE_HZ = 16_000
TONE_HZ = 440.0


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Whisper of one narrow layer with random weights, which babbles letters."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperProcessor,
        WhisperTokenizer,
    )

    folder = tmp_path_factory.mktemp("whisper")
    letters = sorted(ByteLevel.alphabet())
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|translate|>"]
    special += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>"]
    ids = {token: index for index, token in enumerate([*letters, *special])}
    tokenizer = WhisperTokenizer(
        vocab={letter: ids[letter] for letter in letters} | {special[0]: ids[special[0]]},
        merges=[],
        additional_special_tokens=special[1:],
    )
    config = WhisperConfig(
        vocab_size=len(ids) + 1501,  # times from 0 to 30 s in steps of 20 ms
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        eos_token_id=ids["<|endoftext|>"],
        bos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
    )
    torch.manual_seed(0)
    model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        decoder_start_token_id=ids["<|startoftranscript|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
        max_length=40,
        is_multilingual=True,
        lang_to_id={token: ids[token] for token in ("<|en|>", "<|zh|>")},
        task_to_id={task: ids[f"<|{task}|>"] for task in ("translate", "transcribe")},
        no_timestamps_token_id=ids["<|notimestamps|>"],
        max_initial_timestamp_index=50,
    )
    model.save_pretrained(folder)
    WhisperProcessor(WhisperFeatureExtractor(), tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def wav2vec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CTC model of one narrow layer with random weights."""
    from transformers import (
        Wav2Vec2Config,
        Wav2Vec2CTCTokenizer,
        Wav2Vec2FeatureExtractor,
        Wav2Vec2ForCTC,
        Wav2Vec2Processor,
    )

    folder = tmp_path_factory.mktemp("wav2vec")
    vocabulary = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "|": 4, "A": 5, "B": 6, "C": 7}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    config = Wav2Vec2Config(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(8, 8, 8, 8, 8, 8, 8),
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        pad_token_id=0,
    )
    torch.manual_seed(1)
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    tokenizer = Wav2Vec2CTCTokenizer(str(folder / "vocab.json"))
    Wav2Vec2Processor(Wav2Vec2FeatureExtractor(), tokenizer).save_pretrained(folder)
    return folder


def tone(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A steady tone (N,) float32 at half of full scale."""
    t_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * TONE_HZ * t_s)).astype(np.float32)


def test_sound_is_mono_at_the_rate_asked_for_and_begins_with_the_clip(tmp_path: Path) -> None:
    clip = write_sound(tmp_path / "late.mkv", tone(2, 44_100), 44_100, late_s=1.0)
    sound = np.concatenate(list(speech.audio_blocks(clip, RATE_HZ)))
    assert sound.dtype == np.float32 and sound.ndim == 1
    assert len(sound) == pytest.approx(3 * RATE_HZ, abs=0.05 * RATE_HZ)
    assert np.abs(sound[: round(0.95 * RATE_HZ)]).max() < 0.01
    spectrum = np.abs(np.fft.rfft(sound[-RATE_HZ:]))
    assert abs(spectrum.argmax() - TONE_HZ) <= 1
    assert np.abs(sound[-RATE_HZ:]).max() == pytest.approx(0.5, abs=0.05)


def test_sound_is_cut_where_it_is_quiet_and_nothing_is_lost() -> None:
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 0.3, 70 * 1000).astype(np.float32)  # 1,000 samples a second
    sound[25_000:25_400] = 0
    pieces = [sound[place : place + 777] for place in range(0, len(sound), 777)]
    cut = list(speech.chunks(pieces, 1000))
    np.testing.assert_array_equal(np.concatenate([chunk for _, chunk in cut]), sound)
    assert max(len(chunk) for _, chunk in cut) <= speech.CHUNK_S * 1000
    assert 25.0 <= cut[1][0] <= 25.4
    np.testing.assert_allclose(
        np.cumsum([0, *(len(chunk) / 1000 for _, chunk in cut)])[:-1], [s for s, _ in cut]
    )


def test_silence_is_not_listened_to(whisper: Path, tmp_path: Path) -> None:
    silent = write_sound(tmp_path / "silent.mkv", np.zeros(RATE_HZ, np.float32), RATE_HZ)
    assert speech.transcribe(silent, Options(speech_model=str(whisper))) == []


@pytest.mark.parametrize("kind", ["whisper", "wav2vec"])
def test_what_a_model_hears_lies_within_the_clip(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    options = Options(speech_model=str(request.getfixturevalue(kind)), device="cpu")
    clip = write_sound(tmp_path / "long.mkv", tone(40), RATE_HZ)
    told: list[float] = []
    lines = speech.transcribe(clip, options, told.append)
    assert lines
    assert all(0 <= line.start_s < line.end_s <= 41 for line in lines)
    assert [line.start_s for line in lines] == sorted(line.start_s for line in lines)
    assert max(line.start_s for line in lines) > 21  # the second chunk has its own time
    assert told == sorted(told) and len(told) == 2


def test_a_real_clip_goes_through(whisper: Path, shared: Path) -> None:
    path = shared / "clips" / "faces" / "single_face.mp4"
    options = Options(speech_model=str(whisper), device="cpu")
    lines = speech.transcribe(path, options)
    assert lines
    assert all(0 <= line.start_s < line.end_s < 4 and line.kind == "subtitle" for line in lines)


def test_speech_is_listened_to_where_there_are_no_words(whisper: Path, tmp_path: Path) -> None:
    clip = write_sound(tmp_path / "tone.mkv", tone(2), RATE_HZ)
    analysis = vidsent.analyze(clip, options=Options(speech_model=str(whisper), device="cpu"))
    assert analysis.lines
    assert analysis.models["speech"] == whisper.name
    mute = write_clip(tmp_path / "mute.mp4")
    analysis = vidsent.analyze(mute, options=Options(speech_model=str(whisper), device="cpu"))
    assert analysis.lines == () and "speech" not in analysis.models


def test_words_that_are_there_are_not_listened_for(tmp_path: Path) -> None:
    clip = write_sound(tmp_path / "tone.mkv", tone(1), RATE_HZ)
    said = tmp_path / "said.srt"
    said.write_text("1\n00:00:00,100 --> 00:00:00,900\nI am happy\n")
    analysis = vidsent.analyze(clip, said, Options(speech_model="./absent"))
    assert [line.text for line in analysis.lines] == ["I am happy"]


@pytest.mark.parametrize("name", ["./absent", "/no/such/folder", "someone/no-such-model"])
def test_a_model_that_is_not_there_gives_one_sentence(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    clip = write_sound(tmp_path / "tone.mkv", tone(1), RATE_HZ)
    with pytest.raises(ModelError, match=r"speech model.*\.") as caught:
        vidsent.analyze(clip, options=Options(speech_model=name, device="cpu"))
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_gives_one_sentence(tmp_path: Path) -> None:
    clip = write_sound(tmp_path / "tone.mkv", tone(1), RATE_HZ)
    with pytest.raises(ModelError, match="could not be loaded"):
        speech.transcribe(clip, Options(speech_model=str(tmp_path), device="cpu"))


def test_without_transformers_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    clip = write_sound(tmp_path / "tone.mkv", tone(1), RATE_HZ)
    with pytest.raises(ModelError, match="pip install transformers"):
        speech.transcribe(clip, Options(speech_model="someone/model", device="cpu"))
