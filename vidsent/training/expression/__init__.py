"""Training of the expression CNN and of the temporal model over it."""
