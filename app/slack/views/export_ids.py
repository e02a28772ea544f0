"""Every callback, action and block id of exports, once."""

OPEN = "export_open"
FORM = "export_form"

# inputs: block id and action id are the same word, which is the name of the part of the order
FORMAT = "format"
FORM_OF = "form"
FIRST = "first"
LAST = "last"
ZONE = "zone"
STATUS = "status"
COMMUNITY = "community"
LANGUAGE = "language"
OPTIONS = "options"

# values of OPTIONS
BOM = "bom"
EMAILS = "emails"

# a choice of none, in menus that cannot be emptied
ALL = "-"
