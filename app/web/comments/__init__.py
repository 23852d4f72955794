"""A paragraph with its comments and the form, and agreeing with a comment."""
