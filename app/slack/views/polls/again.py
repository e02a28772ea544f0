"""How often a poll comes, and when the next is there."""

from __future__ import annotations

from app.errors import N_
from app.i18n import Reader

# Every rule that people's words can mean, in words for "Comes again …".
_NAMES = {
    "FREQ=DAILY": N_("every day"),
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": N_("on every weekday"),
    "FREQ=WEEKLY": N_("every week"),
    "FREQ=WEEKLY;INTERVAL=2": N_("every two weeks"),
    "FREQ=MONTHLY": N_("every month"),
    "FREQ=MONTHLY;BYMONTHDAY=-1": N_("on the last day of every month"),
    "FREQ=MONTHLY;INTERVAL=3": N_("every three months"),
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1": N_("on the last day of every third month"),
    "FREQ=YEARLY": N_("every year"),
}


def how_often(rule: str, reader: Reader) -> str:
    """ "Comes again every week"."""
    _ = reader.words()
    often = _NAMES.get(rule)
    return _("Comes again {often}").format(often=_(often)) if often else _("Comes again")


def with_next(rule: str, next_at: str, reader: Reader) -> str:
    """The same with the moment of the next, which is shown already."""
    _ = reader.words()
    return _("{often}, next {time}").format(often=how_often(rule, reader), time=next_at)
