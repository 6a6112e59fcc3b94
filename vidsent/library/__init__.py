"""Clips kept in SQLite, and the search over them."""
