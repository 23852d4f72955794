"""What is taken away: exports for analysts, and copies and receipts for respondents."""
