"""The words of a clip that carried most emotion."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.core.results import Keyword, Line
from vidsent.language.tokens import normal

KEYWORD_WEIGHT = 0.2  # of a word at its strongest; less would let topics in


def keywords(lines: Iterable[Line], limit: int = 24) -> tuple[Keyword, ...]:
    """The words that carried most emotion, strongest first; negated ones are left out.

    A word said often counts more, but by the logarithm: one cry of terror outweighs ten "good".
    """
    weights: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    times: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for line in lines:
        for word in line.words:
            if not word.negated and word.label != LABELS[NEUTRAL]:
                key = (normal(word.text), word.label, line.language)
                weights[key].append(word.weight)
                times[key].append(line.start_s)
    scores = {
        key: max(each) * (1 + math.log(len(set(times[key]))))
        for key, each in weights.items()
        if max(each) >= KEYWORD_WEIGHT
    }
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    return tuple(
        Keyword(
            text=text,
            label=label,
            weight=round(scores[text, label, language] / scores[best[0]], 4),
            language=language,
            times_s=tuple(sorted(set(times[text, label, language]))),
        )
        for text, label, language in best
    )
