"""The page, as a Hugging Face Space or `python app.py` starts it."""

from vidsent.ui import build_demo
from vidsent.ui.server import launch

demo = build_demo()

if __name__ == "__main__":
    launch(demo)
