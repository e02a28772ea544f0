"""/thanks: acknowledgements that people like, and a recognition log that admins trust."""
