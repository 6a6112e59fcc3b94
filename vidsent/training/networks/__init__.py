"""Networks that are trained here beside the ones that ship."""
