"""Writers of calendar files."""
