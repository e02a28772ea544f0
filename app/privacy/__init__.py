"""What we hold of a person: shown to them, and forgotten when they ask."""
