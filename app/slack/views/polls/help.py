"""What can be typed after /pulse-poll, with examples to copy."""

from __future__ import annotations

from app.i18n import Reader
from app.slack.views import help, kit
from app.slack.views.polls import ids


def help_text(command: str, reader: Reader) -> kit.Body:
    """To the asking person alone, with a button that opens the form."""
    _ = reader.words()
    lines = [
        _('`{command} "Useful?" "Very" "Somewhat" "Not"` posts a poll in this channel: quotes around each text'),
        _('`{command} "Which two?" "A" "B" "C" --multi 2 --close Friday 17:00` lets people choose two, until then'),
        _('`{command} "How was it?" --rating 5 --secret` asks for a rating, secret from everyone'),
        _('`{command} "Useful? | Utile ?" "Yes | Oui" "No | Non"` asks in two languages, with one count'),
        _("`{command}` opens a form that shows the poll while you write it"),
    ]
    more = _(
        "More settings: `--results always`, `voted` or `close` (or `--hidden`) · `--ranked` · `--text` · "
        "`--remind 1d` · `--open tomorrow 9:00` · `--every week --close 2d` · `--channels #a #b`"
    )
    return help.told([one.format(command=command) for one in lines], more, ids.NEW, reader)
