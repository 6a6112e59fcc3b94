"""The page, as a Hugging Face Space or `python app.py` starts it."""

from vidsent.core import zerogpu  # noqa: F401  must come before torch, where there is ZeroGPU
from vidsent.ui import build_demo
from vidsent.ui.examples import Shelf, load_examples
from vidsent.ui.server import launch

shelf = Shelf(load_examples())
demo = build_demo(shelf)

if __name__ == "__main__":
    shelf.warm()
    launch(demo)
