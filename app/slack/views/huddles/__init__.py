"""Views of /huddle."""
