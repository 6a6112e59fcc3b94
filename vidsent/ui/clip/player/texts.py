"""What the readout beside the player says."""

from __future__ import annotations

EN = {
    "now": "Now",
    "unseen": "not seen",
    "unsaid": "nothing said",
}

ZH = {
    "now": "此刻",
    "unseen": "未出现",
    "unsaid": "无台词",
}
