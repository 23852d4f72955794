"""Consultations as those run them who hold them: set up, extended, answered, concluded."""
