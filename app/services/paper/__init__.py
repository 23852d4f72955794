"""What came on paper, by e-mail or in spreadsheets, entered for whoever sent it."""
