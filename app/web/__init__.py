"""What the browser sees: views that load, allow and answer."""
