"""/huddle: meetings at an hour that is fair, told in everybody's own time."""
