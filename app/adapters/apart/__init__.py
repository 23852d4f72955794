"""Reading strangers' files where they can do no harm."""
