"""The command as people and scripts meet it: exit status, clean output, odd file names."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.clips import Subtitled, write_clip, write_long, write_subtitled
from tests.conftest import ROOT
from vidsent.cli.evaluate import metric_row
from vidsent.cli.main import BAD_INPUT, BROKEN_PIPE, DONE, INTERRUPTED, main
from vidsent.core.results import Analysis

SRT = "1\n00:00:00,100 --> 00:00:00,900\nI am so happy, this is wonderful!\n"


def command(*arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    """`python -m vidsent` as its own process, its output caught."""
    return subprocess.Popen(
        [sys.executable, "-m", "vidsent", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # a test run in the background of a shell ignores Ctrl-C, and would hand that down
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def ran(code: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """What a fresh interpreter wrote that ran `code`; the last line tells what was imported."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    return subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )


def imported(done: subprocess.CompletedProcess[bytes]) -> set[str]:
    """The modules that were loaded in the end."""
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "plain.mp4")


def usage_status(*arguments: str) -> object:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return stopped.value.code


def test_json_is_all_that_standard_output_holds_and_neither_page_nor_training_is_loaded(
    clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "said.srt").write_text(SRT)
    arguments = ["analyze", str(clip), "--subtitles", "said.srt", "--json"]
    code = f"from vidsent.cli.main import main; assert main({arguments}) == {DONE}\n"
    code += "from vidsent.reports import annotated_video, captions, files, html_report"
    done = ran(code, tmp_path)
    analysis = Analysis.from_json(done.stdout.decode("utf-8"))
    assert analysis.clip.name == "plain.mp4"
    assert [line.text for line in analysis.lines] == ["I am so happy, this is wonderful!"]
    assert b"faces" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["said.srt"]
    modules = imported(done)
    assert "vidsent.analysis" in modules
    learning = {module for module in modules if module.startswith("vidsent.training")}
    assert learning <= {"vidsent.training", "vidsent.training.options"}  # what `--help` tells of
    assert not modules & {"gradio", "starlette", "sklearn"}


@pytest.mark.parametrize("name", ["-dash.mp4", "--json.mp4", "two words.mp4", "愤怒 的人.mp4"])
def test_odd_names_of_clips_and_subtitles(
    name: str,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(clip, name)
    subtitles = name.replace(".mp4", ".srt")
    Path(subtitles).write_text(SRT)
    assert main(["analyze", name, "--subtitles", subtitles, "--out", "out"]) == DONE
    assert name in capsys.readouterr().out
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    stem = Path(name).stem.lstrip("-")
    assert written == [f"{stem}{each}" for each in (".csv", ".emotions.vtt", ".html", ".json")]


def test_the_annotated_video_is_written_when_asked_for(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(clip, tmp_path / "clip.mp4")
    before = (tmp_path / "clip.mp4").read_bytes()
    arguments = [str(tmp_path / "clip.mp4"), "--out", str(tmp_path), "--language", "zh"]
    assert main(["analyze", *arguments, "--annotate"]) == DONE
    assert "annotating\n" in capsys.readouterr().err
    assert (tmp_path / "clip.mp4").read_bytes() == before  # beside the clip, not in its place
    with av.open(str(tmp_path / "clip.annotated.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
    assert '<html lang="zh' in (tmp_path / "clip.html").read_text("utf-8")


def test_the_text_track_is_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracks = [Subtitled("mov_text", ((0.2, 1.0, f"Line {number}"),)) for number in (1, 2)]
    path = str(write_subtitled(tmp_path / "both.mp4", tracks, seconds=1.0))
    for chosen, said in (("auto", ["Line 1"]), ("2", ["Line 2"]), ("none", [])):
        assert main(["analyze", path, "--json", "--track", chosen]) == DONE
        analysis = Analysis.from_json(capsys.readouterr().out)
        assert [line.text for line in analysis.lines] == said


def test_the_language_of_what_is_printed(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(clip), "--language", "zh"]) == DONE
    assert "没有可分析的内容" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "absent.mp4"],
        ["analyze", "text.mp4"],
        ["analyze", "CLIP", "--subtitles", "absent.srt"],
        ["analyze", "CLIP", "--device", "abacus"],
        ["analyze", "CLIP", "--track", "9"],
        ["analyze", "CLIP", "--out", "text.mp4"],
        ["analyze", "CLIP", "--annotate"],
        ["analyze", "CLIP", "--out", "text.mp4/below"],
        ["evaluate", "language", "--data", "absent"],
        ["evaluate", "expression", "--data", "absent"],
        ["evaluate", "faces", "--data", "absent"],
        ["train", "language", "--data", "absent", "--out", "run"],
        ["train", "expression", "--data", "absent", "--out", "run"],
        ["train", "faces", "--data", "absent", "--out", "run"],
        ["compare", "expression", "--data", "absent", "--out", "absent"],
        ["train", "expression", "--out", "run"],
        ["train", "faces", "--out", "run"],
        ["train", "faces", "--data", "absent", "--out", "run", "--backbone", "vgg16"],
        ["train", "expression", "--out", "run", "--clips", "absent"],
        ["train", "expression", "--data", "absent", "--out", "run", "--window", "1"],
    ],
    ids=" ".join,
)
def test_bad_input_gives_one_line_and_status_2(
    arguments: list[str],
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.mp4").write_text("not a video")
    assert main([str(clip) if each == "CLIP" else each for each in arguments]) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    told = [line for line in captured.err.splitlines() if line.startswith("vidsent: ")]
    assert len(told) == 1 and captured.err.endswith(told[0] + "\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["analyze"],
        ["analyze", "a.mp4", "--rate", "0"],
        ["analyze", "a.mp4", "--rate", "fast"],
        ["analyze", "a.mp4", "--js"],
        ["analyze", "a.mp4", "--track", "first"],
        ["serve", "--port", "99999"],
        ["serve", "--waiting", "0"],
        ["train", "expression", "--data", "d"],
        ["train", "expression", "--data", "d", "--out", "o", "--epochs", "0"],
        ["train", "expression", "--data", "d", "--out", "o", "--backbone", "vgg99"],
        ["train", "expression", "--data", "d", "--out", "o", "--freeze", "-1"],
        ["evaluate", "smell", "--data", "d"],
    ],
    ids=" ".join,
)
def test_bad_usage_has_status_2(arguments: list[str]) -> None:
    assert usage_status(*arguments) == BAD_INPUT


def test_help_is_there_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["--help"],
        *([each, "--help"] for each in ("serve", "analyze", "train", "compare")),
    ):
        assert usage_status(*arguments) == DONE
        assert "usage: vidsent" in capsys.readouterr().out


def test_a_measure_is_printed_beside_its_baseline_where_it_has_one() -> None:
    metric = {"value": 0.5, "low": 0.4, "high": 0.625, "n": 9, "protocol": "planted"}
    assert metric_row("ap35", metric) == "ap35 0.5000 [0.4000, 0.6250]  n=9  planted"
    assert "]  baseline 0.2500  n=9" in metric_row("ap35", {**metric, "baseline": 0.25})
    assert "]  baseline -  n=9" in metric_row("ap35", {**metric, "baseline": None})


def test_the_command_line_is_read_without_the_models() -> None:
    modules = imported(ran("from vidsent.cli.main import _parser; _parser()", ROOT))
    assert "vidsent.cli.main" in modules
    assert not modules & {"torch", "gradio", "cv2", "plotly", "scipy"}


def test_ctrl_c_stops_at_once_and_quietly(tmp_path: Path) -> None:
    write_long(tmp_path / "long.mp4", seconds=240, width=640, height=480)
    process = command("analyze", "long.mp4", cwd=tmp_path)
    assert process.stderr is not None
    while b"faces" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert out == b""
    assert b"Traceback" not in err


def test_a_reader_that_goes_away_is_no_error(clip: Path, tmp_path: Path) -> None:
    process = command("analyze", str(clip), "--json", cwd=tmp_path)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    with process:  # closes the other pipe as well
        err = process.stderr.read()
    assert process.returncode == BROKEN_PIPE
    assert b"Traceback" not in err and b"BrokenPipe" not in err
