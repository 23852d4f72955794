"""Comments as marginal notes, and what became of the text beside them, in words."""
