"""The key moments."""
