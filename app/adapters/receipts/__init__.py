"""Formats in which a receipt is taken away."""
