"""What is typed and not sent yet: kept, shown, gathered with colleagues, and sent."""
