"""Formats in which a draft is taken away."""
