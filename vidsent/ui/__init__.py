"""The page: what a visitor sees of `vidsent.analyze`. `serve` starts it."""

from vidsent.ui.page import build_demo
from vidsent.ui.server import serve

__all__ = ["build_demo", "serve"]
