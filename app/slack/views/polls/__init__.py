"""The views of /pulse-poll: the poll itself, forms, confirmations, results, the creator's tools."""
