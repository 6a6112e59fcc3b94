"""The page, as a Hugging Face Space or `python app.py` starts it."""

from vidsent.core import zerogpu  # noqa: F401  must come before torch, where there is ZeroGPU
from vidsent.ui import build_demo
from vidsent.ui.media.examples import ExampleStore, load_examples
from vidsent.ui.server import launch

examples = ExampleStore(load_examples())
demo = build_demo(examples)

if __name__ == "__main__":
    examples.warm()
    launch(demo)
