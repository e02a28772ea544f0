"""App Home: gathers the parts of all rooms."""
