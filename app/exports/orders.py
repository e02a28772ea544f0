"""Read an order as people write it, on the command line or in a form; every error names its field."""

from __future__ import annotations

from app.errors import N_, NotUnderstood
from app.exports.periods import bounds, day_of, zone_of
from app.exports.shapes import FORMATS, RAW, SUMMARIES, Order
from app.i18n import spoken
from app.thanks.filters import log_filter


def order_of(
    *,
    format: str = "csv",
    form: str = RAW,
    first: str = "",
    last: str = "",
    zone: str = "UTC",
    community: str = "",
    giver: str = "",
    recipient: str = "",
    value: str = "",
    source: str = "",
    status: str = "",
    bom: bool = False,
    language: str = "",
    emails: bool = False,
) -> Order:
    """The order; `first` and `last` are days such as 2026-03-31, both included. Raises `NotUnderstood`."""
    if format not in FORMATS:
        raise NotUnderstood(N_("Choose one of: {choices}."), field="format", choices=", ".join(FORMATS))
    if form not in (RAW, *SUMMARIES):
        raise NotUnderstood(N_("Choose one of: {choices}."), field="form", choices=", ".join((RAW, *SUMMARIES)))
    if language and language not in spoken():
        raise NotUnderstood(
            N_("Headers can be in these languages: {choices}."), field="language", choices=", ".join(sorted(spoken()))
        )
    if emails and form != RAW:
        raise NotUnderstood(N_("E-mail addresses stand beside single lines only, not in a summary."), field="options")
    if form != RAW and status not in ("", "counted", "hidden"):
        raise NotUnderstood(
            N_("A summary holds only what counts. Leave the status out, or list line by line."), field="status"
        )
    zone_of(zone)
    made = Order(
        format=format,
        form=form,
        zone=zone.strip(),
        first=day_of(first, "first"),
        last=day_of(last, "last"),
        wanted=log_filter(
            community=community, giver=giver, recipient=recipient, value=value, source=source, status=status
        ),
        bom=bom,
        language=language,
        emails=emails,
    )
    bounds(made.first, made.last, made.zone)
    return made
