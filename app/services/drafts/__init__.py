"""Drafts and their working versions: imported, continued, translated, linked to what was, and sealed."""
