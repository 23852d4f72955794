"""Import formats."""
