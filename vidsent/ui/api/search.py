"""The public endpoint `search`: words or an emotion in, moments out, as plain JSON."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypedDict

import gradio as gr

from vidsent.core.emotions import LABELS
from vidsent.library.library import Library
from vidsent.library.search import Hit
from vidsent.ui.media.examples import ExampleStore
from vidsent.ui.shared.language import LANGUAGES

MAX_HITS = 50  # hits


class Found(TypedDict):
    """One moment as the endpoint tells it."""

    clip_id: str
    clip: str
    kind: str
    t_s: float
    end_s: float
    label: str
    probs: dict[str, float | None]
    text: str
    score: float
    why: list[str]


Search = Callable[[str, str, int], list[Found]]


def search_endpoint(library: Library | None, examples: ExampleStore) -> Search:
    """The function to serve: it searches `library`, else the analyses of the examples."""
    lock, made = Lock(), list[Library]()

    def searched() -> Library:
        """The kept library, or one of the examples, which is made when first asked."""
        if library is not None:
            return library
        with lock:
            if not made:
                made.append(_of_examples(examples))
            return made[0]

    def search(query: str, emotion: str = "", limit: int = 10) -> list[Found]:
        """Find moments in analysed clips by what is said there, by emotion, or by both.

        Searches the library that the server was started with (vidsent serve --library FILE);
        without one, the example clips that come with vidsent. Clips that visitors upload to the
        page are never searched.

        Args:
            query: what to look for in English or Chinese, such as "angry talk about money"; words
                that name an emotion rank by what was read. Empty asks for `emotion` alone.
            emotion: anger, disgust, fear, happiness, sadness, surprise or neutral, to rank by;
                empty for any.
            limit: how many moments at most, 1 to 50.

        Returns:
            Moments, best first: clip_id, clip, t_s, end_s, label, probs, text, score, and why it
            was found (words, translation, meaning, emotion).
        """
        if emotion and emotion not in LABELS:
            raise gr.Error(
                f"emotion must be one of {', '.join(LABELS)}, or empty.", print_exception=False
            )
        wanted = min(max(int(limit), 1), MAX_HITS)
        return [_told(hit) for hit in searched().search(str(query), emotion or None, wanted)]

    return search


def _of_examples(examples: ExampleStore) -> Library:
    """The examples in each language; one clip each, as their subtitles differ."""
    library = Library()
    for _, language in LANGUAGES:
        for index in range(len(examples.examples)):
            library.add(examples.analysis(index, language))
    return library


def _told(hit: Hit) -> Found:
    probs = [None if share != share else round(float(share), 4) for share in hit.probs]
    return {
        "clip_id": hit.clip_id,
        "clip": hit.clip_name,
        "kind": hit.kind,
        "t_s": round(hit.t_s, 3),
        "end_s": round(hit.end_s, 3),
        "label": hit.label,
        "probs": dict(zip(LABELS, probs, strict=True)),
        "text": hit.text,
        "score": round(hit.score, 4),
        "why": list(hit.why),
    }
