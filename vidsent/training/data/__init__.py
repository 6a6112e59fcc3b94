"""Data sets as they are read, and faces cut out of them."""
