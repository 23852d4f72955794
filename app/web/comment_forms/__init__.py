"""What the forms of comments share: their fields, their guard, and the preview."""
