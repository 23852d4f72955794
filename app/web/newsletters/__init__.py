"""Newsletters, subscriptions, and the pages from which they are sent."""
