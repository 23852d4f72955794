"""The editors' screens over a working version: split, translate, decide fates, look, seal."""
