"""What is written and not sent yet: kept, gathered with colleagues, and sent together."""
