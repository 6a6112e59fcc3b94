"""Clips: the examples that come with vidsent, and uploads, opened in processes of their own."""
