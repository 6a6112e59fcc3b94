"""The subtitle tracks inside a clip: told apart, read, and never the end of the analysis."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import vidsent
from tests.clips import Subtitled, write_clip, write_subtitled
from vidsent.core.errors import SubtitleError, VidsentError
from vidsent.core.options import Limits, Options
from vidsent.core.results import Line
from vidsent.lines import text_tracks
from vidsent.lines.text_tracks import Track

SAID = ((0.5, 1.2, "I am so {\\i1}happy{\\i0}\\Nto be here"), (1.5, 2.5, "No!"))
HAPPY = [(0.5, 1.2, "I am so happy to be here"), (1.5, 2.5, "No!")]
SAD = (0.5, 1.5, "我好难过")


def read(path: Path, index: int | None = None) -> tuple[list[Line], dict[str, int]]:
    """The lines of the track that is stream `index`, or of the one that is chosen."""
    skipped: Counter[str] = Counter()
    tracks = text_tracks.list_tracks(path)
    track = (
        text_tracks.choose(tracks, skipped) if index is None else text_tracks.find(tracks, index)
    )
    assert track is not None
    return text_tracks.read_track(path, track, Limits(), skipped), dict(skipped)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "mov_text"), ("a.mov", "mov_text"), ("a.mkv", "srt"), ("a.mkv", "ass")],
)
def test_every_text_codec_gives_the_same_lines(tmp_path: Path, name: str, codec: str) -> None:
    lines, skipped = read(write_subtitled(tmp_path / name, [Subtitled(codec, SAID)]))
    assert [(line.start_s, line.end_s, line.text) for line in lines] == HAPPY
    assert {line.kind for line in lines} == {"subtitle"}
    assert skipped == {}


def test_webvtt(tmp_path: Path) -> None:
    cues = ((0.5, 1.2, b"I am so <i>happy</i>\nto be here"), (1.5, 2.5, b"<v Bob>No!</v>"))
    lines, _ = read(write_subtitled(tmp_path / "a.mkv", [Subtitled("webvtt", cues)]))
    assert [(line.start_s, line.end_s, line.text) for line in lines] == HAPPY


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("我很难过，今天真的太开心了", "gb18030"), ("Où êtes-vous allé ?", "windows-1252")],
)
def test_tracks_from_before_unicode(tmp_path: Path, text: str, encoding: str) -> None:
    cues = ((0.5, 1.5, text.encode(encoding)),)
    lines, _ = read(write_subtitled(tmp_path / "a.mkv", [Subtitled("srt", cues)]))
    assert [line.text for line in lines] == [text]


def test_tracks_are_listed_with_what_tells_them_apart(tmp_path: Path) -> None:
    clip = write_subtitled(
        tmp_path / "a.mkv",
        [
            Subtitled("srt", SAID, "eng", "English"),
            Subtitled("ass", (SAD,), "chi", "简体", default=True),
            Subtitled("dvd_subtitle", ((0.5, 1.0, b"\0\0"),), "und"),
        ],
    )
    english, chinese, pictures = text_tracks.list_tracks(clip)
    assert english == Track(1, "eng", "English", "subrip", is_text=True, default=False)
    assert chinese == Track(2, "chi", "简体", "ass", is_text=True, default=True)
    assert pictures == Track(3, "", "", "dvd_subtitle", is_text=False, default=False)
    assert str(english) == "1 (eng, English, subrip)"
    assert [line.text for line in read(clip)[0]] == ["我好难过"]
    assert read(clip, 1)[0][0].text == "I am so happy to be here"


def test_a_track_of_pictures_is_named_as_such(tmp_path: Path) -> None:
    pictures = Subtitled("dvd_subtitle", ((0.5, 1.0, b"\0\0"),), "eng")
    clip = write_subtitled(tmp_path / "a.mkv", [pictures])
    with pytest.raises(SubtitleError, match="pictures of text"):
        read(clip, 1)
    assert vidsent.analyze(clip).skipped["text_tracks_are_pictures"] == 1
    both = write_subtitled(tmp_path / "b.mkv", [pictures, Subtitled("srt", SAID)])
    with pytest.raises(SubtitleError, match=r"Choose from 2 \(eng, subrip\)"):
        read(both, 1)
    assert "text_tracks_are_pictures" not in vidsent.analyze(both).skipped


def test_a_track_that_is_not_there_gives_one_sentence(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "plain.mp4")
    with pytest.raises(SubtitleError, match="Stream 7 of the clip is no text track"):
        vidsent.analyze(clip, options=Options(track=7))


def test_the_track_that_was_asked_for_is_analysed(tmp_path: Path) -> None:
    tracks = [Subtitled("mov_text", SAID, default=True), Subtitled("mov_text", (SAD,), "chi")]
    clip = write_subtitled(tmp_path / "a.mp4", tracks)
    said = tmp_path / "said.srt"
    said.write_text("1\n00:00:00,100 --> 00:00:00,900\nfrom a file\n")

    def texts(subtitles: Path | None = None, **settings: object) -> list[str]:
        analysis = vidsent.analyze(clip, subtitles, Options(**settings))  # type: ignore[arg-type]
        return [line.text for line in analysis.lines]

    assert texts() == ["I am so happy to be here", "No!"]
    assert texts(track=2) == ["我好难过"]
    assert texts(track="none") == []
    assert texts(said) == ["from a file"]
    with pytest.raises(ValueError, match="track must be"):
        Options(track="first")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cues",
    [(), ((0.5, 1.0, b""),), ((0.5, 1.0, "{\\p1}m 0 0 l 1 1"),)],
    ids=["no packet", "no text", "a drawing"],
)
def test_an_empty_track_is_counted_and_the_analysis_goes_on(
    tmp_path: Path, cues: tuple[tuple[float, float, str | bytes], ...]
) -> None:
    clip = write_subtitled(tmp_path / "a.mkv", [Subtitled("ass", cues)])
    analysis = vidsent.analyze(clip)
    assert analysis.lines == ()
    assert analysis.skipped["text_tracks_without_lines"] == 1


def test_a_damaged_track_is_counted_and_the_analysis_goes_on(tmp_path: Path) -> None:
    cues = ((0.5, 1.0, b"\xff\xff"), (1.2, 1.8, b"\x00\x04what"))  # the first has no such length
    clip = write_subtitled(tmp_path / "a.mp4", [Subtitled("mov_text", cues)])
    analysis = vidsent.analyze(clip)
    assert [line.text for line in analysis.lines] == ["what"]
    assert analysis.skipped == {"subtitle_lines_unreadable": 1}


def test_the_size_of_a_track_is_limited(tmp_path: Path) -> None:
    cues = tuple((place / 10, place / 10 + 0.1, f"{place} words") for place in range(20))
    clip = write_subtitled(tmp_path / "a.mkv", [Subtitled("srt", cues)])
    skipped: Counter[str] = Counter()
    (track,) = text_tracks.list_tracks(clip)
    assert len(text_tracks.read_track(clip, track, Limits(lines=5), skipped)) == 5
    assert len(text_tracks.read_track(clip, track, Limits(text_bytes=200), skipped)) < 10
    assert skipped["lines_over_the_limit"] == 15 + 1


def as_mkvmerge_writes_it(clip: Path) -> Path:
    """WebVTT under the name that mkvmerge has for it; EBML pads text with zeros."""
    content, names = clip.read_bytes(), (b"D_WEBVTT/SUBTITLES", b"S_TEXT/WEBVTT")
    assert content.count(names[0]) >= 1
    clip.write_bytes(content.replace(names[0], names[1].ljust(len(names[0]), b"\0")))
    return clip


def test_webvtt_as_mkvmerge_writes_it(tmp_path: Path) -> None:
    cues = (
        (0.5, 1.2, b"I am <b>so</b> <c.yellow>{really}</c> happy\nwith <i>you</i> &amp; me"),
        (1.5, 2.5, "<v Bob>我好难过<00:00:02.000>！".encode()),
    )
    tracks = [Subtitled("dvd_subtitle", ((0.5, 1.0, b"\0\0"),)), Subtitled("webvtt", cues)]
    clip = as_mkvmerge_writes_it(write_subtitled(tmp_path / "a.mkv", tracks))
    assert [track.codec for track in text_tracks.list_tracks(clip)] == ["dvd_subtitle", "webvtt"]
    lines, skipped = read(clip)
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (0.5, 1.2, "I am so {really} happy with you & me"),
        (1.5, 2.5, "我好难过！"),
    ]
    assert skipped == {}


def test_a_track_that_ffmpeg_does_not_know_is_not_said_to_be_pictures(tmp_path: Path) -> None:
    clip = write_subtitled(tmp_path / "a.mkv", [Subtitled("webvtt", ((0.5, 1.2, b"Hello"),))])
    clip.write_bytes(clip.read_bytes().replace(b"D_WEBVTT/SUBTITLES", b"S_KATE".ljust(18, b"\0")))
    (track,) = text_tracks.list_tracks(clip)
    assert not track.is_text
    analysis = vidsent.analyze(clip)
    assert analysis.skipped["text_tracks_unknown"] == 1
    assert "text_tracks_are_pictures" not in analysis.skipped
    with pytest.raises(SubtitleError, match="in a form that cannot be read"):
        text_tracks.find((track,), track.index)


ENGLISH = (
    (0.2, 0.6, "What are you doing here?"),
    (0.8, 1.2, "I don't know what that is."),
    (1.4, 1.8, "The doctor was with my sister."),
)
SPANISH = (
    (0.2, 0.6, "¿Qué estás haciendo aquí?"),
    (0.8, 1.2, "No sé lo que es eso, me da miedo."),
    (1.4, 1.8, "El médico estaba con mi hermana."),
)
CHINESE = ((0.2, 0.6, "你在这里做什么？"), (0.8, 1.2, "我不知道那是什么"), (1.4, 1.8, "医生来了"))
JAPANESE = ((0.2, 0.6, "ここで何をしているの"), (0.8, 1.2, "それが何か分からない"))
MANY = tuple((place * 0.4, place * 0.4 + 0.3, f"What is number {place}?") for place in range(6))
SIGN = ((0.2, 0.6, "Police station"),)


@pytest.mark.parametrize(
    ("tracks", "chosen"),
    [
        ([Subtitled("srt", SIGN, forced=True, default=True), Subtitled("srt", ENGLISH)], 2),
        ([Subtitled("srt", SIGN, default=True), Subtitled("srt", MANY)], 2),
        ([Subtitled("ass", SIGN, title="Signs & Songs"), Subtitled("ass", ENGLISH)], 2),
        ([Subtitled("srt", SPANISH, "spa", default=True), Subtitled("srt", ENGLISH)], 2),
        ([Subtitled("srt", SPANISH, "und"), Subtitled("srt", ENGLISH, "und")], 2),
        ([Subtitled("ass", JAPANESE, "und"), Subtitled("ass", CHINESE, "und")], 2),
        ([Subtitled("srt", SPANISH, "und"), Subtitled("srt", SIGN, forced=True)], 2),
        ([Subtitled("srt", JAPANESE, "jpn"), Subtitled("srt", CHINESE, "zh-Hans")], 2),
        ([Subtitled("srt", ENGLISH, title="Commentary"), Subtitled("srt", ENGLISH)], 2),
        ([Subtitled("srt", ENGLISH), Subtitled("srt", CHINESE, "chi", default=True)], 2),
        ([Subtitled("srt", ENGLISH), Subtitled("srt", CHINESE, "chi")], 1),
        ([Subtitled("srt", ENGLISH[:2]), Subtitled("srt", ENGLISH)], 2),
        ([Subtitled("srt", SPANISH, "spa"), Subtitled("srt", JAPANESE, "jpn", default=True)], 2),
        ([Subtitled("webvtt", SIGN, forced=True), Subtitled("webvtt", ENGLISH)], 2),
    ],
    ids=[
        "forced",
        "signs by number",
        "signs by title",
        "language",
        "language by content",
        "Japanese by content",
        "signs rather than Spanish",
        "region of a language",
        "commentary",
        "default",
        "first",
        "longer",
        "none to read",
        "webvtt",
    ],
)
@pytest.mark.parametrize("ending", ["mkv", "mp4"])
def test_the_most_useful_track_is_chosen(
    tmp_path: Path, ending: str, tracks: list[Subtitled], chosen: int
) -> None:
    if ending == "mp4":
        if not all(len(track.language) == 3 for track in tracks) or tracks[0].title:
            pytest.skip("MP4 has codes of three letters, and no titles here")
        if not any(track.default for track in tracks):
            pytest.skip("FFmpeg marks the first track of an MP4 as default")
        tracks = [replace(track, codec="mov_text") for track in tracks]
    clip = write_subtitled(tmp_path / f"a.{ending}", tracks)
    found = text_tracks.choose(text_tracks.list_tracks(clip), Counter())
    assert found is not None and found.index == chosen


def test_the_track_that_was_read_is_told(tmp_path: Path) -> None:
    tracks = [Subtitled("srt", SIGN, forced=True, title="Forced"), Subtitled("srt", ENGLISH)]
    clip = write_subtitled(tmp_path / "a.mkv", tracks)
    assert vidsent.analyze(clip).clip.text_track == "2 (eng, subrip)"
    assert vidsent.analyze(clip, options=Options(track=1)).clip.text_track == (
        "1 (eng, Forced, subrip)"
    )
    assert vidsent.analyze(clip, options=Options(track="none")).clip.text_track == ""


def test_tracks_of_reported_files(shared: Path) -> None:
    reports = shared / "clips/reports"
    lines, _ = read(reports / "12/sample_with_vtt_subtitles.mkv")
    assert [line.text for line in lines] == ["This is the first subtitle."]
    chosen = text_tracks.choose(text_tracks.list_tracks(reports / "14/forced_first.mkv"), Counter())
    assert chosen is not None and chosen.index == 2


def test_every_track_of_the_shared_clips_gives_lines_or_a_sentence(shared: Path) -> None:
    found: dict[tuple[str, int], list[str]] = {}
    for path in sorted((shared / "clips").rglob("*.m[kop][v4]")):
        try:
            for track in text_tracks.list_tracks(path):
                found[path.name, track.index] = [line.text for line in read(path, track.index)[0]]
        except VidsentError as error:
            assert "\n" not in str(error)
    nasa = "This is the optical and science segment of the Webb"
    assert found["sample_MKV_SRT.mkv", 1] == found["sample_MP4_SRT.mp4", 2] == ["Line 1", "Line 2"]
    assert found["nasa_13013.mp4", 2][0] == found["nasa_13013.mp4", 5][0] == nasa
