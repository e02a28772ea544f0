"""Tokens with which programs read the API: made and revoked by an operator, kept as hashes."""
