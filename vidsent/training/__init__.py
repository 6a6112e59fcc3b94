"""Training and evaluation; nothing here is imported when a clip is analysed."""
