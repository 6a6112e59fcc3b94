"""Make the example clips in assets/examples: pictures, captions, danmaku and planted truth.

    python -m scripts.make_examples [--out FOLDER] [--only actor] [--texts]

Every frame is drawn anew from the script; the same libraries give the same files.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from xml.sax.saxutils import escape

import cv2
import pysubs2

import vidsent
from scripts.example_films import actor_film, landscape_film, portrait_film
from scripts.example_films.encode import write_clip
from scripts.example_films.film import Film
from vidsent.reports import files
from vidsent.ui.media.examples import shipped_path

OUT = Path(__file__).resolve().parent.parent / "assets" / "examples"
FILMS = (actor_film.film, portrait_film.film, landscape_film.film)


def main() -> None:
    """Make the films that the command line names, and the list of all of them."""
    parser = argparse.ArgumentParser(description="Make the example clips.")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    parser.add_argument("--only", help="make one film: actor, portrait or words")
    parser.add_argument("--texts", action="store_true", help="leave the clips as they are")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    films = [make() for make in FILMS]
    for film in films:
        if wanted.only in (None, film.name):
            write_texts(film, wanted.out)
            if not wanted.texts:
                write_clip(film, wanted.out / f"{film.name}.mp4")
    write_list(films, wanted.out / "examples.json")
    write_analyses(films, wanted.out)


def write_analyses(films: list[Film], folder: Path) -> None:
    """What vidsent says of each clip in each language, so that the page answers at once."""
    for film in films:
        clip = folder / f"{film.name}.mp4"
        for language in film.languages if clip.exists() else ():
            analysis = vidsent.analyze(clip, clip.with_suffix(f".{language}.srt"))
            files.write_json(analysis, shipped_path(clip, language))


def write_texts(film: Film, folder: Path) -> None:
    """Captions, comments and truth of one film."""
    for language in film.languages:
        write_captions(film, language, folder / f"{film.name}.{language}.srt")
    if film.comments:
        write_danmaku(film, folder / f"{film.name}.danmaku.xml")
    write_truth(film, folder / f"{film.name}.truth.json")


def write_captions(film: Film, language: str, path: Path) -> None:
    """The captions in `language` as SubRip."""
    subtitles = pysubs2.SSAFile()
    for caption in film.captions:
        subtitles.append(
            pysubs2.SSAEvent(
                start=round(caption.start_s * 1000),
                end=round(caption.end_s * 1000),
                text=getattr(caption.text, language),
            )
        )
    subtitles.save(str(path), encoding="utf-8", format_="srt")


def write_danmaku(film: Film, path: Path) -> None:
    """Viewers' comments as Bilibili's XML: time, mode, size, colour, date, pool, user, row."""
    rows = [
        f'  <d p="{t_s:.3f},1,25,16777215,1700000000,0,{number:08x},{number}">{escape(text)}</d>'
        for number, (t_s, text) in enumerate(sorted(film.comments), start=1)
    ]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<i>", *rows, "</i>", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_truth(film: Film, path: Path) -> None:
    """What the film plants, for tests and for people who doubt."""
    truth = {
        "clip": f"{film.name}.mp4",
        "duration_s": film.duration_s,
        "segments": [asdict(segment) for segment in film.segments],
    }
    _write_json(truth, path)


def write_list(films: list[Film], path: Path) -> None:
    """The examples as the page shows them."""
    _write_json(
        [
            {
                "clip": f"{film.name}.mp4",
                "subtitles": {each: f"{film.name}.{each}.srt" for each in film.languages} or None,
                "title": asdict(film.title),
                "credit": asdict(film.credit),
            }
            for film in films
        ],
        path,
    )


def _write_json(value: object, path: Path) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
