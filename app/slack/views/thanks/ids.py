"""Every callback, action and block id of /thanks, once."""
