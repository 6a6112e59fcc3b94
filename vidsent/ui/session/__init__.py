"""What one visit holds: its result, its clips, the work that is done for it."""
