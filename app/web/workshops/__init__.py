"""Workshops as the public sees them, and registering for one."""
