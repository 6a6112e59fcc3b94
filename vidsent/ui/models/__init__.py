"""The Models tab: what the models are, how they were measured, where they fail."""
