"""The Live tab: the camera, read as it runs."""
