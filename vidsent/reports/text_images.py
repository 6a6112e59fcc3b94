"""Short labels as small pictures, to be laid onto the pictures of a clip.

Latin letters come with Pillow. Chinese needs a font of the system; where there is none, labels
are in English, and `Lettering.language` says so.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

# Files of fonts with Chinese characters, by how well they suit: Linux, Windows, macOS
CHINESE = (
    "NotoSansCJK-Medium.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "msyh.ttc",
    "simhei.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Medium.ttc",
)
SIMPLIFIED = 2  # the face of Noto's and Source Han's collections that draws simplified forms
LABELS = 1024  # kept drawn; an emotion has a hundred shares

Color = tuple[int, int, int]
Tile = tuple[np.ndarray, np.ndarray]  # (H, W, 3) float32 RGB and (H, W, 1) float32 alpha in [0, 1]


class LabelRenderer:
    """Draws labels of one size, in `language` or else in English."""

    def __init__(self, size: int, language: str = "en") -> None:
        self._latin, self._chinese = _latin(size), _chinese(size)
        self.language = "zh" if language.startswith("zh") and self._chinese else "en"
        self._size = size
        self.chip = lru_cache(LABELS)(self._chip)

    def can_draw(self, text: str) -> bool:
        """Whether there is a font for `text`, which may be of another language than the labels."""
        return self._chinese is not None or _is_plain(text)

    def _chip(self, text: str, fill: str, ink: str, mark: str | None = None) -> Tile:
        chinese = self._chinese if self.language == "zh" or not _is_plain(text) else None
        return _chip(chinese or self._latin, self._size, text, fill, ink, mark)

    @property
    def height(self) -> int:
        """Pixels of a chip from top to bottom."""
        return _height(self._size)


def has_font(language: str) -> bool:
    """Whether there is a font for labels in `language`."""
    return LabelRenderer(12, language).language == language


def blend(image: np.ndarray, tile: Tile, left: int, top: int) -> None:
    """Draw `tile` onto `image` (H, W, 3) uint8 in place; what lies outside is cut off."""
    colors, alpha = tile
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + colors.shape[1], image.shape[1]), min(top + colors.shape[0], image.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    inside = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    ground = image[y0:y1, x0:x1]
    ground += np.rint(alpha[inside] * (colors[inside] - ground)).astype(np.int16).astype(np.uint8)


def _height(size: int) -> int:
    return round(1.5 * size)


def _chip(
    font: ImageFont.FreeTypeFont, size: int, text: str, fill: str, ink: str, mark: str | None = None
) -> Tile:
    """A rounded chip with `text` in `ink`, before it a square in the colour `mark`."""
    height, gap = _height(size), round(0.4 * size)
    square = round(0.75 * size) if mark else 0
    start = gap + (square + gap if mark else 0)
    width = start + round(font.getlength(text)) + gap
    picture = Image.new("RGBA", (width, height), fill[:7] + "00")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=round(0.3 * size), fill=fill)
    if mark:
        top = (height - square) // 2
        draw.rounded_rectangle((gap, top, gap + square, top + square), radius=2, fill=mark)
    draw.text((start, height / 2), text, font=font, fill=ink, anchor="lm")
    pixels = np.asarray(picture, np.float32)
    return pixels[..., :3], pixels[..., 3:] / 255


def _is_plain(text: str) -> bool:
    """Whether Pillow's own font has all letters of `text`; it draws an empty box for é."""
    return all(letter.isascii() or letter in "·…" for letter in text)


def _latin(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # as in every wheel of Pillow
    return font


def _chinese(size: int) -> ImageFont.FreeTypeFont | None:
    """A font of the system that draws Chinese, None where there is none."""
    for file in CHINESE:
        for face in (SIMPLIFIED, 0) if file.startswith("NotoSansCJK-") else (0,):
            try:
                return ImageFont.truetype(file, size, index=face)
            except OSError:
                continue
    return None
