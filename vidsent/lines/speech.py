"""What is said in a clip without words, by a speech recognition model that the caller names.

Any model that transformers' `automatic-speech-recognition` pipeline loads will do: Whisper,
which knows when each sentence was said, or a CTC model such as wav2vec2, which knows it of each
word. No such model comes with vidsent, and none is fetched unless its name is given.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer

from vidsent.core import device as devices
from vidsent.core.errors import ModelError
from vidsent.core.once import once
from vidsent.core.options import Limits, Options
from vidsent.core.progress import TimeCallback
from vidsent.core.results import Line
from vidsent.lines import markup
from vidsent.lines.cues import Cue
from vidsent.lines.subtitles import lines_of
from vidsent.media.clock import Clock
from vidsent.media.container import open_container, sound_stream
from vidsent.media.soundtrack import audio_frames

CHUNK_S = 28.0  # of sound at a time; Whisper hears 30 at most
SEARCHED_S = 6.0  # at the end of a chunk, for a quiet place to cut
QUIET_S = 0.1  # length of such a place
SILENCE = 1e-3  # root mean square of full scale below which nobody speaks (-60 dB)
LOST_S = 0.5  # a longer gap in the sound is kept as silence
PAUSE_S = 0.6  # between two words of different lines
LINE_CHARACTERS = 80  # at which a line of words ends all the same
SUGGESTED = "openai/whisper-tiny"


def transcribe(
    path: str | Path, options: Options, on_progress: TimeCallback | None = None
) -> list[Line]:
    """The lines that `options.speech_model` hears in a clip, in order of time.

    Raises ModelError when the model cannot be loaded; sound that is missing or damaged gives
    fewer lines.
    """
    model = _load(str(options.speech_model), options.device)
    rate_hz = int(model.feature_extractor.sampling_rate)
    cues: list[Cue] = []
    for start_s, sound in chunks(audio_blocks(path, rate_hz, options.limits), rate_hz):
        if on_progress is not None:
            on_progress(start_s)
        if np.sqrt(np.mean(sound**2)) >= SILENCE:
            cues += _recognised(model, sound, rate_hz, start_s)
    return lines_of(cues, options.limits, Counter())


def audio_blocks(
    path: str | Path, rate_hz: int, limits: Limits | None = None
) -> Iterator[np.ndarray]:
    """The first sound track from the clip's start on, as pieces (N,) float32 mono in [-1, 1].

    What is missing or damaged in between is silence; damage at the end is the end.
    """
    limits = limits or Limits()
    most = round(limits.duration_s * rate_hz)
    given = 0
    with open_container(Path(path), limits) as container:
        for t_s, piece in _pieces(container, rate_hz):
            lost = min(round(t_s * rate_hz), most) - given
            if lost > LOST_S * rate_hz:
                yield np.zeros(lost, np.float32)
                given += lost
            yield piece[: most - given]
            given += len(piece)
            if given >= most:
                return


def chunks(pieces: Iterable[np.ndarray], rate_hz: int) -> Iterator[tuple[float, np.ndarray]]:
    """Start in seconds and sound (N,) of at most CHUNK_S, cut where it is quiet."""
    start, held, size = 0, list[np.ndarray](), 0
    longest = round(CHUNK_S * rate_hz)
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        while size >= longest:
            joined = np.concatenate(held)
            cut = _quietest(joined[:longest], rate_hz)
            yield start / rate_hz, joined[:cut]
            start, held, size = start + cut, [joined[cut:]], size - cut
    if size:
        yield start / rate_hz, np.concatenate(held)


def _quietest(sound: np.ndarray, rate_hz: int) -> int:
    """The middle of the quietest place near the end, as an index."""
    width = round(QUIET_S * rate_hz)
    first = len(sound) - round(SEARCHED_S * rate_hz)
    count = (len(sound) - first) // width
    places = sound[first : first + count * width].reshape(count, width)
    return first + int(np.square(places).mean(1).argmin()) * width + width // 2


def _pieces(container: InputContainer, rate_hz: int) -> Iterator[tuple[float, np.ndarray]]:
    """Decoded sound with the seconds since the container's start that it begins at."""
    stream = sound_stream(container)
    if stream is None:
        return
    start_s = (container.start_time or 0) / av.time_base
    resampler = av.AudioResampler("flt", "mono", rate_hz)
    t_s = 0.0
    try:
        for frame in audio_frames(Clock(container).packets(stream)):
            t_s = frame.time - start_s if frame.time is not None else t_s
            try:
                resampled = resampler.resample(frame)
            except ValueError:  # the sound changes its form midway
                resampler = av.AudioResampler("flt", "mono", rate_hz)
                resampled = resampler.resample(frame)
            yield t_s, _samples(resampled)
        yield t_s, _samples(resampler.resample(None))
    except (av.FFmpegError, ValueError):
        return


def _samples(frames: list[AudioFrame]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *(each.to_ndarray()[0] for each in frames)])


@once
def _load(name: str, device: str) -> Any:
    """The pipeline of the model called `name`, on a device; raises ModelError."""
    chosen = devices.choose(device)
    try:
        from transformers import pipeline
    except ImportError as error:
        raise ModelError(
            "Speech recognition needs the package transformers: pip install transformers."
        ) from error
    if _is_path(name) and not Path(name).is_dir():
        raise ModelError(f"There is no folder {name} with a speech model. Check its name.")
    try:
        return pipeline("automatic-speech-recognition", model=name, device=chosen)
    except Exception as error:  # whatever the hub, the files in it and their readers may raise
        raise ModelError(
            f"The speech model {Path(name).name} could not be loaded. Name a folder that holds a "
            f"transformers model, or while online one of the Hugging Face hub, such as {SUGGESTED}."
        ) from error


def _is_path(name: str) -> bool:
    """Whether a name is a folder's rather than the hub's, which are `model` or `owner/model`."""
    return name.startswith((".", "~", os.sep)) or name.count("/") > 1 or Path(name).exists()


def _recognised(model: Any, sound: np.ndarray, rate_hz: int, start_s: float) -> Iterator[Cue]:
    """The cues of one chunk, none of them outside of it."""
    length_s = len(sound) / rate_hz
    answer = model({"raw": sound, "sampling_rate": rate_hz}, **_settings(model.type))
    spoken = [
        (*_within(each["timestamp"], length_s), str(each["text"]))
        for each in answer.get("chunks", [{"timestamp": (None, None), "text": answer["text"]}])
    ]
    for from_s, to_s, text in _sentences(spoken) if model.type.startswith("ctc") else spoken:
        if rows := markup.rows(text):
            yield Cue(start_s + from_s, start_s + to_s, rows)


def _settings(kind: str) -> dict[str, Any]:
    """How a pipeline of this kind is asked for times."""
    if kind == "seq2seq_whisper":
        return {"return_timestamps": True, "generate_kwargs": {"num_beams": 1}}
    return {"return_timestamps": "word"} if kind.startswith("ctc") else {}


def _within(timestamp: tuple[float | None, float | None], length_s: float) -> tuple[float, float]:
    """Start and end inside a chunk; a model may leave them out or go too far."""
    from_s = min(max(timestamp[0] or 0.0, 0.0), length_s)
    return from_s, min(max(length_s if timestamp[1] is None else timestamp[1], from_s), length_s)


def _sentences(words: list[tuple[float, float, str]]) -> Iterator[tuple[float, float, str]]:
    """Words joined into lines, which end at a pause or when they are long."""
    line: list[tuple[float, float, str]] = words[:1]
    for before, word in pairwise(words):
        length = sum(len(each[2]) + 1 for each in line)
        if word[0] - before[1] > PAUSE_S or length + len(word[2]) > LINE_CHARACTERS:
            yield _joined(line)
            line = []
        line.append(word)
    if line:
        yield _joined(line)


def _joined(words: list[tuple[float, float, str]]) -> tuple[float, float, str]:
    return words[0][0], words[-1][1], " ".join(text.strip() for _, _, text in words)
