"""The Clip tab: a clip goes in, its result comes out. A folder for each card of it."""
