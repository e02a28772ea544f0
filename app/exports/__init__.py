"""Exports: the recognition log as a file, raw or summed up, in four formats, in constant memory."""
