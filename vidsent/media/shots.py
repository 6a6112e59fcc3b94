"""Find where a new shot begins, frame by frame.

PySceneDetect's content detector says how much the frame changed, its histogram detector whether
the tones did: a fast pan or a person who crosses changes the first alone, a cut changes both.
Gradual transitions, such as cross-fades, are not looked for.
"""

from __future__ import annotations

import cv2
import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import ContentDetector, HistogramDetector

SIZE = (64, 48)  # pixels; all that a cut needs, and small movements average out
SAMPLED = (256, 192)  # pixels on the way there; averaging all of a large frame costs 1 ms

# Chosen on photographs, one cut into shots of 320x180 (144 pairs each), at which a cut between
# two photographs is found in 100 %, in black and white in 92 %, in the dark and between two views
# of one photograph in 92 %; a pan of a tenth of the width passes for a cut in 7 % (in 75 % by the
# first number alone), a camera that shakes by a twentieth or light a quarter brighter in 2 %, and
# a face that moves by its width never. In 720 frames of clips without a cut the first number is
# at most 15, at cuts at least 66.
CHANGED = 25.0  # mean change of a pixel in grey levels, by WEIGHTS
TONES_CHANGED = 0.15  # 1 - correlation of the histograms of luma
TONES = 32  # bins of these

# Hue and saturation count as much as lightness together, not twice as much as the default has it:
# black and white clips have neither, and in the dark they are noise.
WEIGHTS = ContentDetector.Components(delta_hue=1, delta_sat=1, delta_lum=2, delta_edges=0)

FLASH_S = 0.5  # within which the light of a flash, lightning or a camera's, is gone again
# Mean difference of a channel, in grey levels, to what was there before the flash: frames half a
# second apart differ by at most 23 in seven clips without a cut, 1 in 10,000 pairs of photographs
# by less than this.
RETURNED = 25.0

RATE = 1000.0  # of time codes, a second


class CutDetector:
    """Watches the analysed frames of one clip in order of time."""

    def __init__(self) -> None:
        # subtle: PySceneDetect's own least length of a scene, 15 frames, is 1.5 s of our
        # frames, and would merge or delay cuts; with 0 the answer comes with the frame
        self._content = ContentDetector(threshold=CHANGED, min_scene_len=0, weights=WEIGHTS)
        self._tones = HistogramDetector(threshold=TONES_CHANGED, bins=TONES, min_scene_len=0)
        self._last: np.ndarray | None = None
        self._left: np.ndarray | None = None  # the last frame before the last cut
        self.cuts_s: list[float] = []

    def is_cut(self, image: np.ndarray, t_s: float) -> bool:
        """Whether a new shot begins with `image` (H, W, 3) uint8 RGB at `t_s` seconds.

        The first frame is no cut. Frames may change in size. `cuts_s` gathers the times, but
        not those of a flash: it begins like a shot, and the old one comes back right after it.
        """
        small = cv2.resize(image, SAMPLED, interpolation=cv2.INTER_LINEAR)
        small = cv2.resize(small, SIZE, interpolation=cv2.INTER_AREA)
        small = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
        time = FrameTimecode(max(float(t_s), 0.0), RATE)
        changed = bool(self._content.process_frame(time, small))
        tones_changed = bool(self._tones.process_frame(time, small))  # both must see every frame
        cut = changed and tones_changed
        if cut:
            self._note(small, t_s)
        self._last = small
        return cut

    def _note(self, small: np.ndarray, t_s: float) -> None:
        """Gather a cut at `t_s`; or forget the one before, where that was a flash."""
        left, self._left = self._left, self._last
        if _difference(small, left) < RETURNED and t_s - self.cuts_s[-1] <= FLASH_S:
            self.cuts_s.pop()
            self._left = None  # what the cut before that one left is not known any more
        else:
            self.cuts_s.append(t_s)


def _difference(one: np.ndarray, other: np.ndarray | None) -> float:
    """Mean difference of a channel, infinite from no frame."""
    return float("inf") if other is None else float(cv2.absdiff(one, other).mean())
