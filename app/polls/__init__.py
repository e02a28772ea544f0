"""/pulse-poll: quick polls that never lose a vote and mean "secret"."""
