"""Spreadsheets of comments that came on paper: read, and given out as templates."""
