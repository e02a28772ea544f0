"""A fairer hour for a huddle that is about to be posted: hours of the same week, and whom each costs what."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from app.huddles.fairness import Proposal
from app.huddles.shapes import Plan, Time
from app.i18n import Reader
from app.slack.mrkdwn import inert
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.find import cost, proposed
from app.slack.views.ids import pack


def message(
    plan: Plan,
    time: Time,
    fair: Proposal | None,
    offered: Sequence[Proposal],
    zones: Sequence[str],
    reader: Reader,
    *,
    key: str,
) -> kit.Body:
    """In the place of the confirmation, after the command."""
    _ = reader.words()
    return kit.private(_("Fairer hours of that week"), _blocks(plan, time, fair, offered, zones, reader, key))


def view(
    plan: Plan,
    time: Time,
    fair: Proposal | None,
    offered: Sequence[Proposal],
    zones: Sequence[str],
    reader: Reader,
    *,
    key: str,
) -> kit.Body:
    """In the place of the confirmation, on top of the form."""
    _ = reader.words()
    return kit.modal(
        _("Fairer hours"),
        _blocks(plan, time, fair, offered, zones, reader, key),
        callback_id=ids.FAIRER_VIEW,
        close=_("Back"),
        private_metadata=pack(key),
    )


def _blocks(
    plan: Plan,
    time: Time,
    fair: Proposal | None,
    offered: Sequence[Proposal],
    zones: Sequence[str],
    reader: Reader,
    key: str,
) -> list[Block]:
    _ = reader.words()
    now = [f"*{inert(plan.title)}*", _("Now: {when}").format(when=times.in_zone(time.starts_at, time.zone, reader))]
    if fair is not None:
        now.append(cost(fair, reader))
    keep = kit.button(_("Keep this hour"), ids.KEEP_HOUR, pack(key))
    shown: list[Block] = [kit.section("\n".join(now), accessory=keep), kit.divider()]
    if not offered:
        text = _("No hour of that week costs the people of this channel less.")
        hint = _("`/huddle find` proposes two sessions, or a thread that is open all day.")
        return [*shown, kit.section(f"{text} {hint}")]
    shown.append(kit.section(_("*Hours of the same week that cost people less*")))
    for number, one in enumerate(offered, 1):
        value = pack(key, str(int(one.starts_at.timestamp())))
        shown.append(proposed(number, one, time.zone, zones, reader, ids.TAKE_FAIRER, value))
    return shown
