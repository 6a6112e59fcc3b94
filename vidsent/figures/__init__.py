"""Plotly figures and SVG of an analysis."""
