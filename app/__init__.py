"""Baobab, a chat-ops assistant for communities of practice."""

# How a person starts the command line from the project's folder, without activating the virtual environment.
PROGRAM = ".venv/bin/python -m app"
