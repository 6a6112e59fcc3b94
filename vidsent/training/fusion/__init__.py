"""Fusion of face, subtitle and danmaku, fitted on pairs of faces and lines."""
