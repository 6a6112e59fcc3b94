"""The plane of valence and arousal (Russell 1980)."""
