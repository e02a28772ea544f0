"""What can be typed after a command, with examples to copy: asked for in any of our languages, told privately."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import Reader
from app.slack.views import kit
from app.slack.views.ids import pack

_ASKED = frozenset({"help", "?", "aide", "ayuda", "ajuda"})


def asks_for_help(text: str) -> bool:
    """Whether a command's whole text asks for help."""
    return text.strip().casefold() in _ASKED


def told(lines: Sequence[str], more: str, action_id: str, reader: Reader) -> kit.Body:
    """The lines as points, `more` below them, and a button that opens the form."""
    _ = reader.words()
    return kit.private(
        _("What I understand"),
        [
            kit.section("\n".join(f"• {one}" for one in lines)),
            kit.context(more),
            kit.actions(kit.button(_("Open the form"), action_id, pack(""), style="primary")),
        ],
    )
