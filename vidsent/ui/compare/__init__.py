"""The Compare tab: two clips on one axis."""
