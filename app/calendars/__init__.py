"""Calendar feeds by HTTP."""
