"""Two texts held against each other: what of one is in the other, in the same or in another language."""
