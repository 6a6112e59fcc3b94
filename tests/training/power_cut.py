"""A machine that is switched off in the middle of a training."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class _PowerCut(logging.Handler):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(self.at):
            raise KeyboardInterrupt


@contextmanager
def power_cut(at: str) -> Iterator[None]:
    """Stops what is trained within the moment that a message begins with `at`."""
    handler, log = _PowerCut(at), logging.getLogger("vidsent.training")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)
