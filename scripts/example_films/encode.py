"""Write a film as H.264 in MP4 that every browser plays and seeks."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from scripts.example_films.film import RATE, SIZE, Film

PIXELS = "yuv420p"
X264 = {
    "crf": "24",
    "preset": "slow",
    "profile": "high",
    "g": str(RATE),  # a key frame a second, so that a click on a moment lands at once
    "threads": "1",  # x264 decides differently with more; one gives the same bytes everywhere
}


def write_clip(film: Film, path: Path) -> None:
    """Draw every frame of `film` and encode it to `path`."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=RATE, options=X264)
        stream.width, stream.height = SIZE
        stream.pix_fmt = PIXELS
        for number, t_s in enumerate(film.times_s()):
            container.mux(stream.encode(_frame(film.image(t_s), number)))
        container.mux(stream.encode(None))


def _frame(image: np.ndarray, number: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=PIXELS)
    frame.pts, frame.time_base = number, 1 / RATE
    return frame
