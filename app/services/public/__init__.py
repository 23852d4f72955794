"""What the public reads: drafts, their versions, and the comments at the places where they are read now."""
