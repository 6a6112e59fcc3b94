"""The commands `evaluate` and `compare`."""
