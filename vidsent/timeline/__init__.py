"""Channels become one opinion: fusion, verdict, moments, comparison, and their wording."""
