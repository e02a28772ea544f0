"""What can be typed after /thanks, with examples to copy."""

from __future__ import annotations

from app.i18n import Reader
from app.slack.views import help, kit
from app.slack.views.thanks import ids


def help_text(command: str, reader: Reader) -> kit.Body:
    """To the asking person alone, with a button that opens the form."""
    _ = reader.words()
    lines = [
        _("`{command} @ana @joao for the malaria brief` thanks one or several people: type @ and choose them"),
        _("`{command} @ana for the malaria brief #sharing` also names one of our values, if you like"),
        _("`{command}` opens a form"),
    ]
    more = _("I tell them privately; what others see of it is up to them. *Undo* and *Edit* are on your receipt.")
    return help.told([one.format(command=command) for one in lines], more, ids.START, reader)
