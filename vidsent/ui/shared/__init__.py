"""What all tabs share: language, templates, scripts and styles, and what events have in common."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent  # of the page: templates are named from here
