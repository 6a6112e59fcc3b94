"""Measured numbers as Markdown tables that tell a shared protocol once.

A protocol is clauses joined by "; ". A clause that every row has stands above the tables, one
that several rows have is a note with a letter, and a row holds only what differs. Metrics that
break one down, as by emotion, become a table with a row a measure and a column a member.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, NamedTuple

from vidsent.core.emotions import LABELS

Metric = Mapping[str, Any]  # "value", "low", "high", "n", "protocol", and "baseline" or none
Metrics = Mapping[str, Metric]
Clauses = tuple[str, ...]
Differs = Callable[[Clauses], str]

COLUMNS = ("metric", "value", "95 % interval", "n", "what differs")
KINDS = ("words_en", "words_zh", "emotion", "both_en", "both_zh", "cross_lingual", "paraphrase")
FAMILIES = {  # what a table is by: how its metrics are named
    "set": r"(?P<member>mask2?|video|portrait)_(?P<measure>ap\d+)",
    "emotion": rf"(?P<measure>.+?)_(?P<member>{'|'.join(LABELS)})",
    "kind of question": rf"(?P<measure>.+?)_(?P<member>{'|'.join(KINDS)})",
    "actor": r"(?P<measure>.+)_actor_(?P<member>\d+)",
    "degrees of tilt": r"(?P<measure>.+)_tilt_(?P<member>\d+)",
    "px": r"(?P<measure>.+?)_(?P<member>\d+_\d+px|\d+px_up)",
}
ALL = "all"  # the column of what is broken down, where it was measured in the same way
LEAST_MEMBERS = 3  # fewer make no table of their own
LEAST_SAVED = 60  # characters that a note must save
MEMBER = "…"  # stands in a protocol for the member that a row is of


class Family(NamedTuple):
    """Metrics that break a measure down, and what their protocols share."""

    by: str
    measure: str
    members: dict[str, Metric]
    clauses: Clauses


def tables(metrics: Metrics) -> str:
    """The metrics as Markdown: what is shared, the notes, the table, and one for each family."""
    families = _families(metrics)
    apart = {id(metric) for family in families for metric in family.members.values()}
    rows = {name: metric for name, metric in metrics.items() if id(metric) not in apart}
    protocols = [_clauses(metric) for metric in rows.values()] + [each.clauses for each in families]
    shared = tuple(clause for clause in _shared(protocols) if MEMBER not in clause)
    notes = _notes(protocols, shared)
    letters = {clause: letter for letter, clauses in notes.items() for clause in clauses}

    def differs(clauses: Clauses) -> str:
        """What a row says of its protocol: letters for what the notes tell, and the rest."""
        said = (letters.get(clause, clause) for clause in clauses if clause not in shared)
        return "; ".join(dict.fromkeys(said))

    told = [f"All rows: {'; '.join(shared)}."] if shared else []
    told += [f"**{letter}**: {'; '.join(clauses)}." for letter, clauses in notes.items()]
    parts = [" ".join(told), _main(rows, differs)]
    parts += [_by(by, [each for each in families if each.by == by], differs) for by in FAMILIES]
    return "\n\n".join(filter(None, parts))


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of these cells."""
    lines = [f"| {' | '.join(cells)} |" for cells in (columns, *rows)]
    return "\n".join([lines[0], "|---" * len(columns) + "|", *lines[1:]])


def number(value: float | None) -> str:
    """A value as the tables show it; "-" where it was not measured."""
    return "-" if value is None else f"{value:.3f}"


def interval(metric: Metric) -> str:
    """A metric and its interval in one cell."""
    return f"{number(metric['value'])} ({_bounds(metric)})"


def _bounds(metric: Metric) -> str:
    """The interval of a metric; "-" where it was taken once."""
    if metric["n"] == 1 and metric["low"] == metric["high"]:
        return "-"
    return f"{metric['low']:.3f} to {metric['high']:.3f}"


def _clauses(metric: Metric) -> Clauses:
    return tuple(metric["protocol"].replace("|", "/").split("; "))


def _families(metrics: Metrics) -> list[Family]:
    """The metrics whose names say that they break a measure down, and with them that measure
    over all members, where it was taken alike."""
    found: dict[tuple[str, str], dict[str, Metric]] = {}
    for name, metric in metrics.items():
        matches = ((by, re.fullmatch(named, name)) for by, named in FAMILIES.items())
        by, match = next((each for each in matches if each[1]), ("", None))
        if match is not None:
            found.setdefault((by, match["measure"]), {})[match["member"]] = metric
    families = []
    for (by, measure), members in found.items():
        if len(members) < LEAST_MEMBERS:
            continue
        alike = _shared(list(map(_clauses, members.values())))
        clauses = _shared([_named(*each, alike) for each in members.items()])
        whole = metrics.get(measure)
        if whole is not None and set(_clauses(whole)) <= set(clauses):
            members = {ALL: whole, **members}
        families.append(Family(by, measure, members, clauses))
    return families


def _named(member: str, metric: Metric, alike: Clauses) -> Clauses:
    """The clauses of a member with a mark in place of its name, but for those that are alike.

    Protocols spell a member `words_en` as words-en, `24_40px` in words.
    """
    spelled = re.escape(member).replace("_", "[ _-]")
    spelled = re.sub(r"^(\d+)\[ _-\](\d+)px$", r"\1 to \2 pixels", spelled)
    name = re.compile(rf"(?<![\w.])({spelled})(?![\w.])")
    return tuple(
        clause if clause in alike else name.sub(MEMBER, clause) for clause in _clauses(metric)
    )


def _shared(protocols: Sequence[Clauses]) -> Clauses:
    """The clauses that all of the protocols have, in the order of the first."""
    first, *others = protocols
    return tuple(clause for clause in first if all(clause in each for each in others))


def _notes(protocols: Sequence[Clauses], shared: Clauses) -> dict[str, Clauses]:
    """Clauses of several rows, those that always come together as one, each with a letter."""
    together: dict[tuple[int, ...], list[str]] = {}
    for clause in dict.fromkeys(clause for each in protocols for clause in each):
        rows = tuple(i for i, each in enumerate(protocols) if clause in each)
        if clause not in shared:
            together.setdefault(rows, []).append(clause)
    worth = [
        tuple(told)
        for rows, told in together.items()
        if (len(rows) - 1) * len("; ".join(told)) >= LEAST_SAVED
    ]
    return dict(zip(ascii_lowercase, worth, strict=False))


def _main(rows: Metrics, differs: Differs) -> str:
    """The table of the metrics that no family has, with baselines where there are any."""
    based = any("baseline" in metric for metric in rows.values())
    cells = []
    for name, metric in rows.items():
        base = [number(metric.get("baseline"))] if based else []
        seen = [_bounds(metric), f"{metric['n']:,}", differs(_clauses(metric))]
        cells.append([name, number(metric["value"]), *base, *seen])
    columns = [*COLUMNS[:2], *(["baseline"] if based else []), *COLUMNS[2:]]
    return markdown(columns, cells) if cells else ""


def _by(by: str, families: Sequence[Family], differs: Differs) -> str:
    """One table of all families that break down by the same thing: a row a measure."""
    members = list(dict.fromkeys(member for each in families for member in each.members))
    rows: list[list[str]] = []
    for each in families:
        cells = [_member(each, member) for member in members]
        rows.append([each.measure, *cells, differs(each.clauses)])
        if any(metric.get("baseline") is not None for metric in each.members.values()):
            base = [number(each.members.get(member, {}).get("baseline")) for member in members]
            rows.append([f"{each.measure}, baseline", *base, ""])
    # `words_en` is shown as words en, `24_40px` as 24-40px
    shown = [re.sub(r"(?<=\d)_(?=\d)", "-", member).replace("_", " ") for member in members]
    return markdown([f"by {by}", *shown, COLUMNS[-1]], rows) if rows else ""


def _member(family: Family, member: str) -> str:
    """A member's value, interval and count, and what its protocol alone says."""
    if member not in family.members:
        return "-"
    metric = family.members[member]
    said = _named(member, metric, family.clauses)
    own = [clause for clause in said if clause not in family.clauses]
    return "; ".join([f"{interval(metric)}, {metric['n']:,}", *own])
