"""What becomes of comments after they came: decided on, corrected, appealed, withdrawn, erased."""
