"""Every callback, action and block id of privacy, once."""

DOWNLOAD = "privacy_download"
OPEN_ERASE = "privacy_open_erase"
ERASE_FORM = "privacy_erase_form"
AGREED = "privacy_agreed"
YES = "yes"
