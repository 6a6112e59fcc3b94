"""The timeline, and the verdict of a span that is selected in it."""
