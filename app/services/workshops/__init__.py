"""Workshops: set up, announced, filled within their places, attended, and written down."""
