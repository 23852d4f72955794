"""The commands that an operator types: each module's `commands` are added to `flask`."""
