"""Files in, frames and sound out; and films written again as MP4."""
