"""The transcript with its emotional words."""
