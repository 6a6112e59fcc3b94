"""What the synthetic actor can do with its face and head.

The muscles are action units of the Facial Action Coding System (Ekman and Friesen 1978). This
module knows nothing of emotions and draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Muscles:
    """Strength of each action unit: 0 at rest, 1 at full strength, a little more exaggerates."""

    inner_brow: float = 0.0  # AU1, raises
    outer_brow: float = 0.0  # AU2, raises
    frown: float = 0.0  # AU4, lowers the brows and draws them together
    wide: float = 0.0  # AU5, raises the upper lid
    cheek: float = 0.0  # AU6, raises the cheeks
    squint: float = 0.0  # AU7, tightens the lids
    wrinkle: float = 0.0  # AU9, wrinkles the nose
    upper_lip: float = 0.0  # AU10, raises
    smile: float = 0.0  # AU12, pulls the corners up and out
    sulk: float = 0.0  # AU15, pulls the corners down
    chin: float = 0.0  # AU17, pushes the lower lip up
    stretch: float = 0.0  # AU20, pulls the corners apart and down
    press: float = 0.0  # AU23 and AU24, lips thin and tight
    part: float = 0.0  # AU25, parts the lips
    jaw: float = 0.0  # AU26, drops the jaw
    blink: float = 0.0  # AU45, closes the lids
    lids: float = 0.0  # AU43, lets the upper lids hang

    def towards(self, other: Muscles, share: float) -> Muscles:
        """The state `share` (0..1) of the way to `other`."""
        return Muscles(
            **{
                each.name: getattr(self, each.name) * (1 - share)
                + getattr(other, each.name) * share
                for each in fields(self)
            }
        )


@dataclass(frozen=True)
class Pose:
    """Where the head is: shift in pixels; roll, yaw and pitch in radians; gaze in units."""

    shift: tuple[float, float] = (0.0, 0.0)
    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)
