"""What queries ask for, and the terms that they and texts are cut into."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.core.emotions import LABELS
from vidsent.language.dictionary import translations
from vidsent.library.query import parse_query
from vidsent.library.terms import indexed, terms


def wanted(query: str) -> dict[str, float]:
    facet = parse_query(query).facet
    return {label: float(facet[index]) for index, label in enumerate(LABELS) if facet[index]}


@pytest.mark.parametrize(
    ("query", "label", "forms"),
    [
        ("angry talk about money", "anger", ("money",)),
        ("悲伤的告别", "sadness", ("告别",)),
        ("悲傷的告別", "sadness", ("告别",)),
        ("a FURIOUS landlord", "anger", ("landlord",)),
        ("scared", "fear", ()),
        ("非常开心", "happiness", ()),
    ],
)
def test_an_emotion_is_wanted_and_the_rest_looked_for(
    query: str, label: str, forms: tuple[str, ...]
) -> None:
    assert wanted(query) == {label: 1.0}
    assert parse_query(query).forms == forms


def test_plain_words_want_no_emotion_and_keep_their_own() -> None:
    assert not parse_query("the letter on the table").feels
    assert parse_query("the letter on the table").forms == ("letter", "table")
    assert parse_query("to be or not to be").forms  # nothing but small words: all are looked for
    assert parse_query("angry money", plain=True).forms == ("angry", "money")


def test_what_only_shows_an_emotion_is_looked_for_as_well() -> None:
    query = parse_query("tears at the station")
    assert query.forms == ("tears", "station") and 0 < wanted(query.text)["sadness"] < 1


def test_a_denied_emotion_is_not_wanted() -> None:
    assert wanted("not happy") == {"happiness": -1.0}
    assert parse_query("not happy", "sadness").facet[LABELS.index("sadness")] == 1


def test_very_makes_the_emotion_count_more() -> None:
    strengths = [parse_query(f"{each} angry").strength for each in ("slightly", "", "very")]
    assert strengths == sorted(strengths) and len(set(strengths)) == 3


@given(st.text())
def test_terms_say_where_they_stand(text: str) -> None:
    found = terms(text)
    assert all(0 <= term.start < term.end <= len(text) for term in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert parse_query(text).facet.shape == (len(LABELS),)
    assert np.abs(parse_query(text).facet).max(initial=0) <= 1


def test_long_chinese_words_hold_the_shorter_ones() -> None:
    assert {"结婚", "纪念日"} <= set(indexed("结婚纪念日").split())


def test_words_are_known_in_the_other_language() -> None:
    assert "雪崩" in translations("avalanche") and "戒指" in translations("rings")
    assert "luggage" in translations("行李")
    assert translations("xyzzy") == ()
