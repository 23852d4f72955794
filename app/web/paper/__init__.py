"""Entering what came on paper or in spreadsheets."""
