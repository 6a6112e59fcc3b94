"""Moments and lines as a table that needs no scripts, for screen readers."""
