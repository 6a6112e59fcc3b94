"""The card that explains one moment."""
