"""What editors mend in a working version, screen by screen, and take back."""
