"""Signs of change, one file a database."""
