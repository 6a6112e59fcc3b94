"""A page for those who only look at how it is put together."""

from __future__ import annotations

import gradio as gr
import pytest

from vidsent.ui import build_demo
from vidsent.ui.media.examples import ExampleStore


@pytest.fixture(scope="session")
def unlaunched() -> gr.Blocks:
    """The page without examples, not served."""
    return build_demo(ExampleStore(()))
