"""The views of /thanks: the form, the receipt, what the recipient is told, cards, App Home, tools of leads."""
