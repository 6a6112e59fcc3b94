"""Files for people: JSON, CSV, captions, an HTML report, an annotated video, a terminal."""
