"""Finding: the words of a text, what the index holds, and what answers a question."""
