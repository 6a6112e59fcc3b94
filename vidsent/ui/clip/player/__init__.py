"""The player: face boxes over it, the readout beside it."""
