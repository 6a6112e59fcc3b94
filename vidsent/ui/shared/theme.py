"""Colours, type and spacing of Gradio's own components; style.css does the rest."""

from __future__ import annotations

import gradio as gr
from gradio.themes.utils import colors, sizes

FONT = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Noto Sans Mono", "monospace")
INK = colors.Color(
    name="ink",
    c50="#f6f7fa",
    c100="#eceef3",
    c200="#e4e7ee",
    c300="#cdd2dd",
    c400="#98a2b3",
    c500="#667085",
    c600="#475065",
    c700="#343b4c",
    c800="#222837",
    c900="#1d2330",
    c950="#10141d",
)


def theme() -> gr.themes.Base:
    """Quiet greys with one dark accent: the emotions bring the colour."""
    base = gr.themes.Base(
        primary_hue=INK,
        secondary_hue=INK,
        neutral_hue=INK,
        font=list(FONT),
        font_mono=list(MONO),
        radius_size=sizes.radius_md,
        spacing_size=sizes.spacing_sm,
        text_size=sizes.text_sm,
    )
    return base.set(
        body_background_fill="#f6f7fa",
        body_background_fill_dark="#10141d",
        body_text_color="#1d2330",
        body_text_color_dark="#e8ebf2",
        body_text_color_subdued="#667085",
        body_text_color_subdued_dark="#98a2b3",
        block_background_fill="#ffffff",
        block_background_fill_dark="#171c27",
        block_border_color="#e4e7ee",
        block_border_color_dark="#2c3342",
        block_border_width="0px",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        border_color_primary="#e4e7ee",
        border_color_primary_dark="#2c3342",
        button_primary_background_fill="#1d2330",
        button_primary_background_fill_hover="#343b4c",
        button_primary_background_fill_dark="#e8ebf2",
        button_primary_background_fill_hover_dark="#ffffff",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#10141d",
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_dark="#171c27",
        button_secondary_background_fill_hover="#f6f7fa",
        button_secondary_background_fill_hover_dark="#222837",
        button_secondary_border_color="#cdd2dd",
        button_secondary_border_color_dark="#343b4c",
        button_cancel_background_fill="#ffffff",
        button_cancel_background_fill_dark="#171c27",
        button_cancel_background_fill_hover="#f6f7fa",
        button_cancel_background_fill_hover_dark="#222837",
        button_cancel_text_color="#1d2330",
        button_cancel_text_color_dark="#e8ebf2",
        button_cancel_text_color_hover="#1d2330",
        button_cancel_text_color_hover_dark="#e8ebf2",
        button_cancel_border_color="#cdd2dd",
        button_cancel_border_color_dark="#343b4c",
        loader_color="#1d2330",
        loader_color_dark="#e8ebf2",
        color_accent="#eaa51b",
    )
