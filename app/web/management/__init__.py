"""Setting up a consultation and its draft."""
