"""Pages of moderators and of who answers comments, and their exports."""
