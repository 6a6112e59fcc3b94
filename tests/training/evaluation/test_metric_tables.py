"""A protocol is told once, whatever the rows, and no number is lost on the way."""

from __future__ import annotations

from typing import Any

from vidsent.core.emotions import LABELS
from vidsent.training.evaluation.metric_tables import tables

LONG = "the whole of a long protocol that nobody wants to read in every single row of the table"


def _metric(protocol: str, value: float = 0.5, **more: Any) -> dict[str, Any]:
    return {"value": value, "low": 0.25, "high": 0.75, "n": 40, "protocol": protocol, **more}


def _lines(metrics: dict[str, dict[str, Any]]) -> list[str]:
    return tables(metrics).splitlines()


def test_what_all_rows_share_stands_above_them_once() -> None:
    lines = _lines({"a": _metric(f"{LONG}; red"), "b": _metric(f"{LONG}; blue")})
    assert lines[0] == f"All rows: {LONG}."
    assert lines[2] == "| metric | value | 95 % interval | n | what differs |"
    assert lines[4] == "| a | 0.500 | 0.250 to 0.750 | 40 | red |"
    assert lines[5] == "| b | 0.500 | 0.250 to 0.750 | 40 | blue |"


def test_what_several_rows_share_is_a_note_with_a_letter() -> None:
    lines = _lines({"a": _metric(LONG), "b": _metric(f"red; {LONG}"), "c": _metric("blue")})
    assert lines[0] == f"**a**: {LONG}."
    assert [line.rsplit("| ")[-1] for line in lines[4:]] == ["a |", "red; a |", "blue |"]


def test_clauses_that_come_together_are_one_note() -> None:
    both = f"{LONG}; and more of it"
    lines = _lines({"a": _metric(both), "b": _metric(both), "c": _metric("blue")})
    assert lines[0] == f"**a**: {both}."
    assert lines[4].endswith("| a |")


def test_a_figure_that_was_taken_once_has_no_interval() -> None:
    once = {"value": 3.0, "low": 3.0, "high": 3.0, "n": 1, "protocol": "a clock"}
    assert "| a | 3.000 | - | 1 |" in tables({"a": once, "b": _metric("b")})


def test_a_baseline_has_a_column_of_its_own_where_there_is_any() -> None:
    text = tables({"a": _metric("x", baseline=0.2), "b": _metric("y", baseline=None)})
    assert "| metric | value | baseline | 95 % interval | n | what differs |" in text
    assert "| a | 0.500 | 0.200 | 0.250" in text and "| b | 0.500 | - | 0.250" in text


def test_metrics_by_emotion_are_a_row_with_a_column_each() -> None:
    metrics = {
        f"toy_recall_{label}": _metric(f"recall of {label}; {LONG}", place / 10)
        for place, label in enumerate(LABELS)
    }
    lines = _lines({"toy_uar": _metric(LONG), **metrics})
    head = lines.index(f"| by emotion | {' | '.join(LABELS)} | what differs |")
    row = [cell.strip() for cell in lines[head + 2].strip("|").split("|")]
    assert row[0] == "toy_recall" and row[-1] == "recall of …"
    assert row[1:-1] == [f"0.{place}00 (0.250 to 0.750), 40" for place in range(7)]


def test_what_one_member_alone_says_stands_in_its_cell() -> None:
    metrics = {f"x_tilt_{tilt}": _metric(f"turned by {tilt} degrees") for tilt in (0, 15, 30)}
    metrics["x_tilt_15"] = _metric("turned by 15 degrees; on a Monday")
    lines = _lines(metrics)
    assert "| by degrees of tilt | 0 | 15 | 30 | what differs |" in lines
    assert lines[-1].count("; on a Monday") == 1
    assert lines[-1].endswith("| turned by … degrees |")


def test_the_whole_joins_its_parts_where_it_was_measured_alike() -> None:
    kinds = ("emotion", "paraphrase", "words_en")
    parts = {f"x_mrr_{kind}": _metric(f"{LONG}; kind {kind.replace('_', '-')}") for kind in kinds}
    text = tables({"x_mrr": _metric(LONG, 0.9), **parts})
    assert "| by kind of question | all | emotion | paraphrase | words en |" in text
    assert "| x_mrr | 0.900 (0.250 to 0.750), 40 |" in text
    apart = tables({"x_mrr": _metric("by hand", 0.9), **parts})
    assert "| x_mrr | 0.900 | 0.250 to 0.750 | 40 | by hand |" in apart


def test_two_of_a_kind_stay_in_the_table() -> None:
    text = tables({f"x_{label}": _metric("y") for label in LABELS[:2]})
    assert "by emotion" not in text and "| x_anger | 0.500 |" in text
