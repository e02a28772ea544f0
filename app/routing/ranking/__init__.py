"""Ranks the communities of a directory for a short description, with calibrated confidence and checkable reasons."""
