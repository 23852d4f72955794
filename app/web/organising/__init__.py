"""Workshops as their organisers run them."""
