"""Painters of the pictures that stand for pages."""
