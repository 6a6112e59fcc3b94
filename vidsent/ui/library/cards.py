"""The Library tab as HTML and JSON: the question's form, answers as cards, the clips there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.library.search import Hit
from vidsent.library.store import Card
from vidsent.ui.session.visitor import MAX_CLIPS
from vidsent.ui.shared.language import say
from vidsent.ui.shared.templates import render

MAX_CHARACTERS = 180  # of a line on a card; the part around the first mark is shown

Found = tuple[bool, Hit]  # whether it is the visitor's own, and what was found


def form_value(language: str) -> str:
    """What the script needs to build the question's form, as JSON."""
    keys = ("find", "find_hint", "search", "any_emotion", "in_pictures", "in_pictures_hint")
    emotions = [{"label": each, "name": name(each, language), "c": COLORS[each]} for each in LABELS]
    return json.dumps({"emotions": emotions, **{key: say(key, language) for key in keys}})


def clips_html(own: Sequence[Card], kept: Sequence[Card] | None, language: str) -> str:
    """The visitor's clips, and those of the kept library where there is one."""
    return render(
        "library/clips.html",
        language,
        own=own,
        kept=kept or (),
        has_kept=kept is not None,
        most=MAX_CLIPS,
    )


def nothing_html(title: str, text: str, language: str) -> str:
    """No answer, and what to do."""
    return render("library/hits.html", language, hits=(), title=title, text=text)


def hits_html(found: Iterable[Found], title: str, language: str) -> str:
    """Answers as cards, best first."""
    cards = [_card(own, hit) for own, hit in found]
    return render("library/hits.html", language, hits=cards, title=title)


def _card(own: bool, hit: Hit) -> dict[str, Any]:
    share = hit.probs[LABELS.index(hit.label)]
    start, end = _window(hit)
    whole = start == 0 and end == len(hit.text)
    return {
        **{key: getattr(hit, key) for key in ("clip_id", "clip_name", "t_s", "label", "kind")},
        "own": own,
        "picture": hit.picture,
        "why": hit.why,
        "share": None if np.isnan(share) else round(100 * float(share)),
        "pieces": list(_pieces(hit, start, end)),
        "before": hit.before if whole else "",
        "after": hit.after if whole else "",
    }


def _window(hit: Hit) -> tuple[int, int]:
    """The part of a long text that a card shows."""
    if len(hit.text) <= MAX_CHARACTERS:
        return 0, len(hit.text)
    first = hit.marks[0][0] if hit.marks else 0
    start = max(0, min(first - MAX_CHARACTERS // 3, len(hit.text) - MAX_CHARACTERS))
    return start, start + MAX_CHARACTERS


def _pieces(hit: Hit, start: int, end: int) -> Iterable[tuple[str, bool]]:
    """The text between two places, cut where marks begin and end."""
    if start > 0:
        yield "… ", False
    at = start
    for left, right in hit.marks:
        if at <= left and right <= end:
            yield hit.text[at:left], False
            yield hit.text[left:right], True
            at = right
    yield hit.text[at:end], False
    if end < len(hit.text):
        yield " …", False
