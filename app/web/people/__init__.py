"""Signing in, registering, and the page about one's account."""
