"""What stands on the key moments."""

from __future__ import annotations

EN = {
    "moments": "Key moments",
    "no_moments": "No moment stands out.",
}

ZH = {
    "moments": "关键时刻",
    "no_moments": "没有特别突出的时刻。",
}
