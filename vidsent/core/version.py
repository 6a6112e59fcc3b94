"""The version of vidsent; the package root and the build read it here."""

__version__ = "0.1.0"
