"""Sentences of the page in English and Chinese, a module for each part of it.

A new part adds a module with EN and ZH, and its name here; keys are shared by all parts.
"""

from __future__ import annotations

from vidsent.ui.texts import (
    compare,
    downloads,
    library,
    live,
    page,
    people,
    plain,
    plane,
    why,
    work,
)

PARTS = (page, work, people, plane, why, downloads, plain, live, library, compare)
EN = {key: text for part in PARTS for key, text in part.EN.items()}
ZH = {key: text for part in PARTS for key, text in part.ZH.items()}
