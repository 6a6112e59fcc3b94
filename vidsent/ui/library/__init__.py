"""The Library tab: search in what was analysed."""
