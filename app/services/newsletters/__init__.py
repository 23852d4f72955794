"""Newsletters: written, typeset, and sent so that each letter goes once."""
